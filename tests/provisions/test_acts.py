"""The foreign operations acts against keys made by reading them: figures, deadlines, conditions, and the ladder.

`fy2026_figures.tsv` and `fy2026_deadlines.tsv` are division F of the act of 3 February 2026 (H.R. 7148), line by line,
with what a reader says each figure is and what is due.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tests.mirror import mirror_root
from tests.provisions.documents import ACT_OF_2024, ACT_OF_2026, bill_text, division, provisions
from tracker.provisions.deadlines import due_on
from tracker.provisions.facts import AmountKind, ConditionKind, Trigger
from tracker.provisions.ladder import Fate, Place, condition_ladder, ladder
from tracker.provisions.read import fiscal_year, section_path

pytestmark = pytest.mark.mirror

ENACTED = date(2026, 2, 3)
HERE = Path(__file__).parent


def key(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def name_of(provision: object) -> str:
    section = provision.section  # type: ignore[attr-defined]
    return section.number or section.heading or ""


def test_the_golden_stage_table_comes_out_of_the_texts() -> None:
    table = mirror_root() / "golden" / "security_accounts_by_stage.csv"
    with table.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    wrong = []
    for row in rows:
        address = row["source_file"].partition("/content/pkg/")[2]
        found = [
            (figure.dollars, figure.effective, fiscal_year(one.section, bill_text(address).title))
            for one in provisions(address)
            for figure in one.figures
            if figure.kind is AmountKind.APPROPRIATION and figure.funds == (row["account"],)
        ]
        expected = (int(row["amount_usd"]), int(row["net_after_printed_amendments"]), int(row["fiscal_year"]))
        if found != [expected]:
            wrong.append((address, row["account"], expected, found))
    assert (len(rows), wrong) == (30, [])


def test_every_figure_of_the_act_is_found_and_called_what_it_is() -> None:
    expected = key("fy2026_figures.tsv")
    found = [
        (name_of(one), figure.label, figure.words, figure.kind.value)
        for one in provisions(ACT_OF_2026, "F")
        for figure in one.figures
    ]
    known = [(row["section"], row["part"], row["figure"], row["kind"]) for row in expected]
    assert [one[:3] for one in found] == [one[:3] for one in known]
    assert len(found) == 276  # one of them is $0
    right = sum(one == other for one, other in zip(found, known, strict=True))
    assert right >= 265


def test_figures_of_security_accounts_and_countries_are_all_right() -> None:
    expected = key("fy2026_figures.tsv")
    found = [(one, figure) for one in provisions(ACT_OF_2026, "F") for figure in one.figures]
    wrong = [
        (row, figure)
        for row, (_, figure) in zip(expected, found, strict=True)
        if (row["account"] and (figure.funds != (row["account"],) or figure.kind != row["kind"]))
        or (row["countries"] and " ".join(figure.countries) != row["countries"])
    ]
    assert wrong == []


def test_what_is_not_sure_is_marked() -> None:
    """Every figure that is called wrong either is marked as unsure, or is a limit called a portion or the like."""
    expected = key("fy2026_figures.tsv")
    found = [figure for one in provisions(ACT_OF_2026, "F") for figure in one.figures]
    appropriations_missed = [
        (row, figure)
        for row, figure in zip(expected, found, strict=True)
        if "appropriation" in (row["kind"], figure.kind)
        and row["kind"] != figure.kind
        and figure.certainty >= 75
    ]
    assert appropriations_missed == []


def test_every_deadline_after_enactment_has_its_day_its_duty_and_its_bearer() -> None:
    expected = key("fy2026_deadlines.tsv")
    found = [
        {
            "section": name_of(one), "part": deadline.label, "days": str(deadline.count),
            "due": str(due_on(deadline, ENACTED)), "duty": deadline.duty.value, "by": deadline.by or "",
            "to": deadline.to or "",
        }
        for one in provisions(ACT_OF_2026, "F")
        for deadline in one.deadlines
        if deadline.is_after_enactment and deadline.unit == "day" and deadline.certainty >= 70
    ]  # fmt: skip
    assert found == expected
    assert len(found) == 42  # 41 "days after the date of enactment", and Israel's "within 30 days of" it


def test_all_countries_of_the_notification_list_are_found() -> None:
    (condition,) = [
        condition
        for one in provisions(ACT_OF_2026, "F")
        for condition in one.conditions
        if one.section.number == "7015" and condition.label == "(f)"
    ]
    assert condition.kind is ConditionKind.NOTIFICATION
    assert " ".join(condition.countries) == (
        "AFG MMR KHM COL CUB EGY SLV GEO GTM HTI HND IRN IRQ LBN LBY MEX NIC NGA PAK RUS SOM SSD SDN SYR TUN UKR "
        "VEN YEM ZWE"
    )
    assert len(condition.countries) == 29


WITHHOLDINGS = {
    "7041(a)(4)": (None, 320_000_000, "EGY", "FMF", Trigger.CERTIFICATION),
    "7042(e)(1)": (50, None, "NGA", "title III, title IV", Trigger.CERTIFICATION),
    "7044(b)": (None, 33_000_000, "PAK", "title III, title IV", Trigger.REPORT),
    "7045(b)(2)(A)": (50, None, "SLV GTM HND", "NSIP, title IV", Trigger.CERTIFICATION),
    "7045(c)(2)(A)": (25, None, "COL", "INCLE", Trigger.CERTIFICATION),
    "7045(c)(2)(B)": (20, None, "COL", "FMF", Trigger.CERTIFICATION),
    "7045(h)(2)": (30, None, "MEX", "title IV", Trigger.CERTIFICATION),
    "7048(b)": (
        10,
        None,
        "",
        "title I, International Organizations and Programs, title V",
        Trigger.DETERMINATION,
    ),
}


def test_the_withholdings_are_found_with_percent_or_amount() -> None:
    found = {
        f"{one.section.number}{condition.label}": condition
        for one in provisions(ACT_OF_2026, "F")
        for condition in one.conditions
        if condition.kind is ConditionKind.WITHHOLDING
    }
    assert {
        place: (one.percent, one.dollars, " ".join(one.countries), ", ".join(one.funds), one.trigger)
        for place, one in found.items()
    } == WITHHOLDINGS
    egypt, triangle = found["7041(a)(4)"], found["7045(b)(2)(A)"]
    assert egypt.criteria_elsewhere
    assert egypt.waiver is not None
    assert "may waive such requirement" in egypt.waiver
    assert egypt.to == "Committees on Appropriations"
    assert len(triangle.demands) == 10
    assert triangle.demands[0].startswith("combating corruption and impunity")
    assert "shall not apply" in triangle.exceptions[0]


def places(address: str) -> list[Place]:
    return [
        Place(name_of(one), condition) for one in provisions(address, "F") for condition in one.conditions
    ]


def test_conditions_are_followed_from_one_act_to_the_next() -> None:
    rungs = condition_ladder(places(ACT_OF_2024), places(ACT_OF_2026))
    new = {rung.new.place: rung for rung in rungs if rung.new}
    egypt = new["7041(a)(4)"]
    assert (egypt.fate, egypt.old and egypt.old.place) == (Fate.MOVED, "7041(a)(3)")
    mexico = new["7045(h)(2)"]
    assert (mexico.fate, mexico.changes[0]) == (Fate.CHANGED, ("share", "15%", "30%"))
    assert new["7045(b)(2)(A)"].changes[0] == ("share", "60%", "50%")
    assert new["7042(e)(1)"].fate is Fate.ADDED


def test_provisions_are_followed_when_their_number_moves() -> None:
    rungs = ladder(division(ACT_OF_2024, "F"), division(ACT_OF_2026, "F"))
    found = {rung.new.place: rung for rung in rungs if rung.new}
    moved = found["7041(a)(4)"]
    assert (moved.fate, moved.old and moved.old.place) == (Fate.MOVED, "7041(a)(3)")
    assert found["7041(a)(2)"].fate is Fate.ADDED
    assert found["7045(h)"].fate is Fate.CHANGED
    gone = {rung.old.place for rung in rungs if rung.fate is Fate.DROPPED and rung.old}
    assert "7041(h)" in gone  # Saudi Arabia
    assert Counter(rung.fate for rung in rungs)[Fate.UNCHANGED] > 150


def test_both_markups_of_the_act_say_the_same() -> None:
    act = {section_path(one): one.text for one in division(ACT_OF_2026, "F") if one.number}
    law = division("PLAW-119publ75/uslm/PLAW-119publ75.xml", "F")
    same = sum(act.get(section_path(one), "").casefold() == one.text.casefold() for one in law if one.number)
    assert len(act) == len([one for one in law if one.number]) == 72
    assert same >= 68


@pytest.mark.parametrize(
    "address",
    [
        ACT_OF_2026,
        ACT_OF_2024,
        "BILLS-118hr8771eh/html/BILLS-118hr8771eh.htm",
        "BILLS-118hr5860enr/xml/BILLS-118hr5860enr.xml",
        "BILLS-119hr3838rh/xml/BILLS-119hr3838rh.xml",
    ],
)
def test_no_fact_is_invented(address: str) -> None:
    """Every figure, condition and deadline stands in its section, word for word and number for number."""
    for one in provisions(address):
        text = one.section.text
        for fact in (*one.figures, *one.conditions, *one.deadlines):
            assert text[fact.start : fact.end] == fact.words
            assert fact.label in {"", *(part.label for part in one.section.parts)}
        for figure in one.figures:
            assert f"{figure.dollars:,}" in figure.words or "." in figure.words or "illion" in figure.words
        for condition in one.conditions:
            if condition.dollars is not None:
                assert f"${condition.dollars:,}" in condition.words
            assert all(demand.split("\n")[0][:40] in text for demand in condition.demands)


def test_a_continuing_resolution_substitutes_amounts() -> None:
    (pair,) = [
        figure
        for one in provisions("BILLS-118hr5860enr/xml/BILLS-118hr5860enr.xml")
        for figure in one.figures
        if figure.kind is AmountKind.SUBSTITUTED and figure.funds == ("INCLE",)
    ]
    assert (pair.dollars, pair.in_place_of) == (74_996_000, 374_996_000)


def test_floor_amendments_are_printed_and_counted() -> None:
    (figure,) = [
        figure
        for one in provisions("BILLS-118hr8771eh/html/BILLS-118hr8771eh.htm")
        for figure in one.figures
        if figure.kind is AmountKind.APPROPRIATION and figure.funds == ("INCLE",)
    ]
    assert figure.adjustments == (1_000_000, -1_000_000, 500_000_000)
    assert (figure.dollars, figure.effective) == (1_566_183_000, 2_066_183_000)
    assert figure.words.endswith("(increased by $500,000,000)")
