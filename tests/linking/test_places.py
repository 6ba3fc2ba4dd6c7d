"""Which countries an item is linked to: a table for every rule, and for every word that only looks like a country."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.effort import little_effort
from tests.linking.evaluation import (
    PRECISION,
    RECALL,
    Label,
    labels,
    links,
    measure_precision,
    measure_recall,
    read_bills,
)
from tests.mirror import mirror_root
from tracker.linking.evidence import CONFIDENT, KEPT, Described, Field, FieldName, Proposed
from tracker.linking.vocabulary import load_vocabulary

TITLE, OTHER, SUMMARY, TEXT = FieldName.TITLE, FieldName.OTHER_TITLE, FieldName.SUMMARY, FieldName.TEXT
SUBJECT = FieldName.SUBJECT

VOCABULARY = load_vocabulary()


def item(
    *fields: tuple[FieldName, str], area: str | None = None, committees: frozenset[str] = frozenset()
) -> Described:
    return Described("bill:119-hr-1", "bill", tuple(Field(*field) for field in fields), area, committees)


def shown(described: Described) -> set[str]:
    """The codes of the countries to which a link is shown."""
    return {
        target.removeprefix("country:")
        for target, link in links(described).items()
        if link.score >= CONFIDENT and target.startswith("country:")
    }


def only_link(described: Described) -> Proposed:
    (link,) = links(described).values()
    return link


# --- rules --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "text", "rule", "words"),
    [
        (SUBJECT, "Egypt", "crs-subject", "Egypt"),
        (SUBJECT, "Palestinians", "crs-subject", "Palestinians"),
        (SUBJECT, "Tibet", "crs-subject", "Tibet"),
        (TITLE, "Egypt Accountability Act", "name-in-title", "Egypt"),
        (TITLE, "Egyptian Military Accountability Act", "people-in-title", "Egyptian"),
        (TITLE, "Condemning the bombing of Kyiv", "own-place-in-title", "Kyiv"),
        (TITLE, "United States-Jordan Defense Cooperation Act", "supported-word-in-title", "Jordan"),
        (OTHER, "To limit assistance for Egypt.", "name-in-other-title", "Egypt"),
        (OTHER, "To limit arms for Egyptian forces.", "people-in-other-title", "Egyptian"),
        (OTHER, "To move the embassy to Tel Aviv.", "own-place-in-other-title", "Tel Aviv"),
        (OTHER, "To aid the Government of Georgia.", "supported-word-in-other-title", "Georgia"),
        (SUMMARY, "The bill limits aid to Egypt.", "name-in-summary", "Egypt"),
        (SUMMARY, "The bill limits Egyptian purchases.", "people-in-summary", "Egyptian"),
        (SUMMARY, "The Tehran prison is listed.", "own-place-in-summary", "Tehran"),
        (SUMMARY, "The sovereignty of Georgia is affirmed.", "supported-word-in-summary", "Georgia"),
        (TEXT, "Assistance for Egypt is limited.", "name-in-text", "Egypt"),
        (TEXT, "The Egyptian army bought tanks.", "people-in-text", "Egyptian"),
        (TEXT, "A report from Nairobi says so.", "own-place-in-text", "Nairobi"),
        (TEXT, "The Government of Chad joined.", "supported-word-in-text", "Chad"),
    ],
)
def test_each_rule_links_with_its_words(field: FieldName, text: str, rule: str, words: str) -> None:
    link = only_link(item((field, text)))
    assert link.score >= CONFIDENT
    assert [(each.rule, each.field, each.words) for each in link.evidence] == [(rule, field, words)]


def test_a_subject_outweighs_a_title_a_title_a_summary_and_a_summary_a_text() -> None:
    scores = [only_link(item((field, "Egypt"))).score for field in (SUBJECT, TITLE, OTHER, SUMMARY, TEXT)]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


def test_the_name_of_a_country_outweighs_its_people_and_its_capital() -> None:
    scores = [
        only_link(item((SUMMARY, words))).score for words in ("Aid to Kenya", "The Kenyan army", "In Nairobi")
    ]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3


@pytest.mark.parametrize(
    "subject",
    [
        "Georgia",
        "Indian claims",
        "Virgin Islands",
        "American Samoa",
        "New Mexico",
        "Federal-Indian relations",
    ],
)
def test_a_subject_must_be_the_country_and_nothing_else(subject: str) -> None:
    assert links(item((SUBJECT, subject))) == {}


def test_crs_has_its_own_way_to_say_georgia() -> None:
    assert shown(item((SUBJECT, "Georgia (Republic)"))) == {"GEO"}


COUNTRIES = [
    entry.name
    for entry in VOCABULARY.entries.values()
    if entry.kind == "country" and entry.name in entry.names
]


def test_a_country_in_a_list_of_thirty_waits_for_an_editor() -> None:
    finding = f"Congress finds that people in {', '.join(COUNTRIES[:30])}, and {COUNTRIES[30]} suffer."
    for field in (SUMMARY, TEXT):
        found = links(item((field, finding)))
        assert len(found) >= 30
        assert {link.evidence[0].rule for link in found.values()} == {"in-a-long-list"}
        assert all(link.score < CONFIDENT for link in found.values())


def test_a_country_in_a_short_list_is_shown() -> None:
    assert shown(item((TEXT, "Aid for Mali, Niger, and Burkina Faso is suspended."))) == {"MLI", "NER", "BFA"}


def test_a_list_does_not_hide_what_is_said_elsewhere() -> None:
    listed = f"This applies to {', '.join(COUNTRIES[:40])}, and Egypt. "
    assert shown(item((TEXT, listed + "Aid for Egypt is limited. Egypt shall report."))) == {"EGY"}


def test_in_a_text_about_the_whole_world_a_name_must_stand_out() -> None:
    rest = " ".join(f"In {name} a school was built." for name in COUNTRIES[:40])
    found = links(item((TEXT, f"{rest} The Kenyan police and a Burmese monk met.")))
    assert {found["country:KEN"].evidence[0].rule, found["country:AFG"].evidence[0].rule} == {
        "in-passing-in-text",
        "named-once-in-text",
    }
    assert found["country:KEN"].score < CONFIDENT <= found["country:AFG"].score


def test_one_more_in_a_row_of_peoples_waits() -> None:
    found = links(item((SUMMARY, "It covers Chinese, Russian, Cuban, Iranian, and Syrian books.")))
    assert {link.score for link in found.values()} == {55}


def test_a_region_links_to_the_region_and_to_no_country() -> None:
    assert set(links(item((TITLE, "Sahel and Northern Triangle Security Act")))) == {
        "region:sahel",
        "region:northern-triangle",
    }
    assert set(links(item((SUBJECT, "Africa")))) == {"region:africa"}
    assert "country:MLI" in VOCABULARY.entries["region:sahel"].members


def test_every_region_has_members() -> None:
    regions = [entry for entry in VOCABULARY.entries.values() if entry.kind == "region"]
    assert len(regions) >= 40
    assert [entry.key for entry in regions if len(entry.members) < 3] == []


def test_evidence_is_the_strongest_first_from_different_places_and_limited() -> None:
    sentences = " ".join(
        f"In year {number} the aid went to Egypt for the {number}th time." for number in range(40)
    )
    link = only_link(item((TITLE, "Egypt Act"), (OTHER, "Egypt Act of 2025"), (SUMMARY, sentences)))
    assert link.score == link.evidence[0].score == 92
    assert [each.rule for each in link.evidence] == [
        "name-in-title", "name-in-other-title", "name-in-summary", "name-in-summary", "name-in-summary",
    ]  # fmt: skip
    assert len(link.evidence) == KEPT
    assert len({each.quote for each in link.evidence}) == KEPT
    for each in link.evidence:
        assert each.quote[each.at : each.at + len(each.words)] == each.words == "Egypt"


def test_the_same_words_in_many_titles_are_one_piece_of_evidence() -> None:
    link = only_link(item((OTHER, "Egypt Act"), (OTHER, "Egypt Act"), (OTHER, "Egypt Act")))
    assert len(link.evidence) == 1


def test_links_come_strongest_first() -> None:
    described = item((TITLE, "Kenya Act"), (SUMMARY, "Aid for Uganda and Tanzania."))
    assert [*links(described)] == ["country:KEN", "country:TZA", "country:UGA"]


def test_nothing_found_is_nothing_linked() -> None:
    assert links(item((TITLE, "A bill to name a post office."), (SUMMARY, ""))) == {}


# --- doubtful words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("The Republic of Georgia is a partner. Troops stay in Georgia.", "GEO"),
        ("Russia occupies Abkhazia while Georgia protests.", "GEO"),
        ("Aid for Ukraine, Georgia, and Moldova continues.", "GEO"),
        ("Aid for Moldova and Georgia continues.", "GEO"),
        ("The Government of Georgia asked for it.", "GEO"),
        ("U.S.-Georgia exercises continue.", "GEO"),
        ("Israel, Egypt, and Jordan agreed.", "JOR"),
        ("The Jordanian king spoke; Jordan hosts many.", "JOR"),
        ("A coup in Chad was condemned.", "TCD"),
        ("Fighting near Kinshasa; the Congo suffers.", "COD"),
        ("India and the Indian Navy took part.", "IND"),
        ("Chinese, Indian, and Russian ships met.", "IND"),
        ("Libya is unstable; militias hold Tripoli.", "LBY"),
        ("Militias hold villages in Jordan and off Trinidad.", "TTO"),
        ("Congo's army fought on.", "COD"),
        ("Indian Prime Minister Modi spoke.", "IND"),
    ],
)
def test_support_from_the_item_lets_a_doubtful_word_count(text: str, country: str) -> None:
    assert country in shown(item((SUMMARY, text)))


@pytest.mark.parametrize("word", ["Georgia", "Jordan", "Chad"])
def test_support_from_the_policy_area_or_committee(word: str) -> None:
    sentence = (SUMMARY, f"The bill limits arms for {word} until a report is made.")
    assert shown(item(sentence)) == set()
    assert shown(item(sentence, area="International Affairs")) != set()
    assert shown(item(sentence, committees=frozenset({"hsfa00"}))) != set()


@pytest.mark.parametrize(
    ("kind", "title", "countries"),
    [
        ("report", "Georgia: Background and Issues", {"GEO"}),
        ("report", "Jordan: Agencies Should Track Equipment", {"JOR"}),
        ("report", "Chad", {"TCD"}),
        ("report", "Major Disaster Assistance: Georgia", set()),
        ("notice", "Georgia: Final Authorization of State Revisions", set()),
        ("bill", "To rename a hall for Chad: a resolution", set()),
        ("arms-sale", "Georgia", {"GEO"}),
        ("arms-sale", "Sale of aircraft to Jordan", {"JOR"}),
    ],
)
def test_a_heading_or_an_arms_sale_is_about_a_country(kind: str, title: str, countries: set[str]) -> None:
    assert shown(item((TITLE, title))._replace(kind=kind)) == countries


@pytest.mark.parametrize(
    "text",
    [
        "The shooting in Atlanta, Georgia, was condemned.",
        "Mr. Scott of Georgia spoke.",
        "Chad Robichaux receives the medal.",
        "Marsha Jordan was remembered.",
        "Latin American Indian farmers are consulted.",
        "The debate in Jordan Hall was long.",
        "Enhancing Chad Smith's pension is refused.",
    ],
)
def test_the_policy_area_does_not_make_a_person_or_a_town_a_country(text: str) -> None:
    assert shown(item((SUMMARY, text), area="International Affairs")) == set()


# --- near-misses --------------------------------------------------------------------------------------

MADE = [label for label in labels() if label.origin == "made"]


def made(verdict: str) -> list[object]:
    chosen = [label for label in MADE if label.verdict == verdict]
    return [pytest.param(label, id=f"{label.target[8:]} {label.text[:50]}") for label in chosen]


def judged(label: Label) -> bool:
    return label.target.removeprefix("country:") in shown(item((FieldName(label.field), label.text)))


@pytest.mark.parametrize("label", made("no"))
def test_what_only_looks_like_a_country_is_not_linked(label: Label) -> None:
    assert not judged(label)


@pytest.mark.parametrize("label", made("yes"))
def test_what_is_a_country_is_linked_beside_them(label: Label) -> None:
    assert judged(label)


@pytest.mark.parametrize("name", COUNTRIES)
def test_a_country_s_own_name_is_found_in_every_casing_that_counts(name: str) -> None:
    wanted = next(entry.key for entry in VOCABULARY.entries.values() if entry.name == name)
    for written in (name, name.upper()):
        assert wanted in links(item((TITLE, f"A bill on aid for {written} and its people")))


@pytest.mark.parametrize(
    "text",
    [
        "ASSISTANCE FOR SYRIA, OR IRAQ, IN FISCAL YEAR 2026",
        "Aid for Syria, Iraq, and Jordan",
        "A. Syria\nB. Iraq",
        "the borders of Syria with Iraq",
    ],
)
def test_states_and_initials_do_not_hide_countries(text: str) -> None:
    assert {"SYR", "IRQ"} <= shown(item((TEXT, text)))


@pytest.mark.parametrize(
    "text",
    [
        "the border of Mexico, Texas, and New Mexico",
        "along the Mexico Texas border",
        "the Embassy of Mexico, Washington, D.C.",
    ],
)
def test_a_neighbour_is_no_town(text: str) -> None:
    assert shown(item((TEXT, text))) == {"MEX"}


# --- hostile text -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Mexico " * 20_000,
        "Mexico, " * 20_000,
        "Mexico" * 20_000,
        "Mexico," + " " * 100_000 + "Iraq",
        "Mexico" + " and" * 20_000,
        "A" * 100_000 + " Jordan",
        "Jordan " * 20_000,
    ],
    ids=["words", "row", "one word", "blanks", "ands", "long word", "doubtful"],
)
def test_hostile_text_is_no_trouble(text: str) -> None:
    with little_effort(10):
        links(item((TEXT, text)))


def test_offsets_are_those_of_the_original_text() -> None:
    text = "\u202eAid for Co\u0302te d’Ivoire\u200f and Tu\u0308rkiye"
    for link in links(item((SUMMARY, text))).values():
        for each in link.evidence:
            assert text[each.start : each.start + len(each.words)] == each.words
    assert shown(item((SUMMARY, text))) == {"CIV", "TUR"}


# --- the sources' own lists ---------------------------------------------------------------------------

NO_COUNTRY = {
    "foreign_assistance": {
        "World", "Berlin, West", "Czechoslovakia (former)", "Germany (former East)", "Netherlands Antilles (former)",
        "Pacific Island Trust Territory", "Serbia and Montenegro (former)", "Soviet Union (former)", "Sudan (former)",
        "Vietnam (former South)", "Yemen (former P.D.R.)", "Yugoslavia (former)",
    },
    "security_assistance_monitor": {
        "country", "Global", "African Union", "Guam", "Puerto Rico", "Netherlands Antilles",
        "Panama Canal Area Military School", "Serbia and Montenegro",
    },
    "state_budget": {"Barbados and Eastern Caribbean", "Egypt Debt Relief", "International Fund for Ireland"},
}  # fmt: skip
"""Labels that are neither countries nor regions, or name a country without being it."""

CODES_OF_THEIR_OWN = {"Kosovo": "CS-KM", "China (Tibet)": "TIB"}


@pytest.mark.mirror
def test_every_country_of_foreign_assistance_has_its_code() -> None:
    path = mirror_root() / "s3.amazonaws.com/files.explorer.devtechlab.com/us_foreign_aid_country.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        codes = {row["Country Name"]: row["Country Code"] for row in csv.DictReader(lines)}
    for name, code in codes.items():
        country = VOCABULARY.country_by_spelling("foreign_assistance", name)
        if country is None:
            assert name.endswith(" Region") or name in NO_COUNTRY["foreign_assistance"], name
        else:
            assert country.key.removeprefix("country:") == code or CODES_OF_THEIR_OWN[name] == code, name


@pytest.mark.mirror
def test_every_country_of_the_security_assistance_monitor_is_known() -> None:
    path = mirror_root() / "samples/security_assistance_monitor/Military and Police Aid by Country.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        names = {row[0] for row in csv.reader(lines)}
    unknown = {
        name for name in names if not VOCABULARY.country_by_spelling("security_assistance_monitor", name)
    }
    assert {name for name in unknown if not name.endswith(" Regional")} == NO_COUNTRY[
        "security_assistance_monitor"
    ]


@pytest.mark.mirror
def test_every_country_of_the_state_department_s_budget_is_known() -> None:
    folder = mirror_root() / "raw.githubusercontent.com/CSISdefense/ForeignAssistance/master/FA_CSVs"
    names = {
        name for path in sorted(folder.glob("STATE budget by country.*.csv")) for name in budget_labels(path)
    }
    known = {name for name in names if VOCABULARY.country_by_spelling("state_budget", name)}
    assert len(known) == 157
    named_within = {name for name in names - known if shown(item((TITLE, name)))}
    assert named_within == NO_COUNTRY["state_budget"]


def budget_labels(path: Path) -> set[str]:
    with path.open(encoding="cp1252", newline="") as lines:
        return {" ".join(row[0].split()) for row in csv.reader(lines) if row and row[0].strip()}


@pytest.mark.mirror
def test_every_purchaser_in_an_arms_sale_notice_is_found() -> None:
    folder = mirror_root() / "www.federalregister.gov/documents/full_text/text"
    purchasers = set()
    for path in sorted(folder.rglob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if "Prospective Purchaser:" in line:
                purchasers |= shown(item((TEXT, line)))
    assert purchasers == {"JPN", "SGP", "SWE", "JOR", "DEU"}


# --- the measures -------------------------------------------------------------------------------------


@pytest.mark.mirror
def test_recall_against_crs_on_the_resolutions_of_the_117th() -> None:
    kinds = ("hres", "sres", "hconres", "sconres", "hjres", "sjres")
    recall = measure_recall(bill for kind in kinds for bill in read_bills(mirror_root(), "117", kind))
    assert recall.pairs > 350
    assert recall.share >= RECALL, recall.missed


@pytest.mark.mirror
def test_precision_on_the_labelled_links() -> None:
    precision = measure_precision(labels(), mirror_root())
    drawn = precision.of("sample", "fresh")
    assert len(drawn.right) + len(drawn.wrong) >= 300
    assert drawn.share >= PRECISION, drawn.wrong
    assert not precision.of("made").wrong
    assert not precision.lost
