"""Two texts side by side: sections, facts and words; and what may not be said without the words or the whole text."""

from __future__ import annotations

import pytest

from scrapers.records import Part, Section, Step
from tests.provisions.documents import ACT_OF_2024, ACT_OF_2026, division
from tracker.provisions.differences import Same
from tracker.provisions.ladder import Fate
from tracker.provisions.read import Provision, kept, read_provisions
from tracker.provisions.sides import FactChange, Sides, lay_beside, word_lines
from tracker.snapshot.texts import part_of, provision_of

DUE = "days after the date of enactment of this Act, the Secretary of State shall submit a report."
HELD = (
    "of the funds made available for Mexico under title IV shall be withheld from obligation until the Secretary of "
    "State certifies to the Committees on Appropriations that it has taken steps."
)


def section(number: str, text: str, heading: str | None = None) -> Section:
    return Section((), text, number, heading)


OLD = (
    section("1", f"(h) Mexico.—15 percent {HELD}", "Mexico"),
    section("2", f"Not later than 30 {DUE}", "Reports"),
    section("3", "Nothing in this Act concerns Chad in any way that a court could find out.", "Rules"),
    section("4", "For necessary expenses of Kenya.", "Gone"),
)
NEW = (
    section("1", f"(h) Mexico.—30 percent {HELD}", "Mexico"),
    section("2", f"Not later than 60 {DUE}", "Reports"),
    section("5", "Nothing in this Act concerns Chad in any way that a court could find out.", "Rules"),
    section("6", f"Not later than 90 {DUE}", "New things"),
)


def sides(old: tuple[Section, ...] = OLD, new: tuple[Section, ...] = NEW) -> Sides:
    return lay_beside(read_provisions(old), read_provisions(new))


def changes(found: Sides) -> list[FactChange]:
    return [one for pair in found.pairs for one in pair.facts]


def test_each_section_has_its_fate() -> None:
    found = sides()
    assert (found.is_worded, found.is_whole) == (True, True)
    assert [(pair.shown.section.heading, pair.fate) for pair in found.pairs] == [
        ("Mexico", Fate.CHANGED), ("Reports", Fate.CHANGED), ("Rules", Fate.MOVED), ("New things", Fate.ADDED),
        ("Gone", Fate.DROPPED),
    ]  # fmt: skip


def test_what_changed_in_facts_is_said_old_and_new() -> None:
    assert [(one.kind, one.fate, one.place, one.old, one.new) for one in changes(sides())] == [
        ("condition", Fate.CHANGED, "1", "15%", "30%"),
        ("deadline", Fate.CHANGED, "2", "30 days after enactment", "60 days after enactment"),
        ("deadline", Fate.ADDED, "6", "", "90 days after enactment"),
    ]
    assert changes(sides())[0].countries == ("MEX",)


def test_two_equal_texts_differ_in_nothing() -> None:
    found = sides(NEW, NEW)
    assert {pair.fate for pair in found.pairs} == {Fate.UNCHANGED}
    assert changes(found) == []


def bare(sections: tuple[Section, ...]) -> list[Provision]:
    """What the bundle has of them."""
    return [provision_of(part_of(one)) for one in read_provisions(sections)]


def test_without_words_only_facts_are_compared() -> None:
    bare = [
        type(one)(
            one.position, Section((), "", one.section.number, one.section.heading), deadlines=one.deadlines
        )
        for one in read_provisions(OLD)
    ]
    found = lay_beside(bare, read_provisions(NEW))
    assert (found.is_worded, found.is_whole) == (False, False)
    assert [(one.kind, one.old, one.new) for one in changes(found) if one.kind == "deadline"] == [
        ("deadline", "30 days after enactment", "60 days after enactment")
    ]  # of what only one text has here nothing is said


def test_of_a_text_with_gaps_nothing_is_called_new() -> None:
    old = [one for one in read_provisions(OLD) if one.position != 1]
    found = lay_beside(old, read_provisions(NEW))
    assert not found.is_whole
    assert all(one.fate is Fate.CHANGED for one in changes(found))


def test_what_only_reads_otherwise_is_neither_added_nor_dropped() -> None:
    rest = " Everything else that stands in this section goes on as it was before in every way that there is."
    old = section(
        "1",
        f"None of the funds made available for Egypt may be used for a parade of any sort.{rest}",
        "Egypt",
    )
    new = section(
        "1", f"No assistance for Egypt shall be available to hold or attend processions.{rest}", "Egypt"
    )
    assert changes(sides((old,), (new,))) == []


def test_words_are_compared_line_by_line() -> None:
    lines = word_lines("(a) One two three.\n(b) Four.\n(1) Five.", "(a) One three.\n(b) Four.\n(1) Six.")
    assert [(line.depth, line.is_kept) for line in lines] == [(0, False), (0, True), (1, False)]
    assert [(run.what, run.words) for run in lines[0].runs] == [
        (Same.KEPT, "(a) One"), (Same.DROPPED, "two"), (Same.KEPT, "three."),
    ]  # fmt: skip


def test_short_texts_and_foreign_aid_are_kept_whole() -> None:
    plain = section("1", "Nothing of ours.")
    assert len(kept(read_provisions([plain]), "A title")) == 1
    aid = Section(
        (Step("division", "F", "State, Foreign Operations Appropriations Act, 2024"),),
        "Nothing of ours.",
        "9",
    )
    other = Section((Step("division", "A", "Another Appropriations Act, 2024"),), "Nothing of ours.", "8")
    found = kept(read_provisions([aid, *[other] * 250]), None)
    assert [one.section.number for one in found] == ["9"]


def test_every_word_of_both_is_there() -> None:
    parts = (Part("(a)", 0, 10),)
    old, new = Section((), "(a) One, two;\nand (b) three.", "1", parts=parts), "(a) One, four;\nand three."
    runs = [run for line in word_lines(old.text, new) for run in line.runs]
    assert " ".join(run.words for run in runs if run.what is not Same.ADDED).split() == old.text.split()
    assert " ".join(run.words for run in runs if run.what is not Same.DROPPED).split() == new.split()


@pytest.mark.mirror
def test_the_acts_of_2024_and_2026_are_laid_side_by_side() -> None:
    found = lay_beside(
        read_provisions(division(ACT_OF_2024, "F")), read_provisions(division(ACT_OF_2026, "F"))
    )
    assert found.is_whole
    told = {(one.kind, one.place): (one.old, one.new) for one in changes(found)}
    assert told["condition", "7045(h)(2)"] == ("15%", "30%")
    assert told["condition", "7045(c)(2)(A)"] == ("20%", "25%")
    assert told["funding", "FMF"] == ("$6,133,397,000", "$6,158,397,000")
    assert ("condition", "7041(a)(4)") not in told  # Egypt's withholding moved and says the same


@pytest.mark.mirror
def test_the_bundle_says_the_same_of_the_acts_as_far_as_facts_go() -> None:
    old, new = (
        [provision_of(part_of(one)) for one in read_provisions(division(act, "F"))]
        for act in (ACT_OF_2024, ACT_OF_2026)
    )
    told = {(one.kind, one.place): (one.old, one.new) for one in changes(lay_beside(old, new))}
    assert told["condition", "7045(h)(2)"] == ("15%", "30%")
    assert told["funding", "FMF"] == ("$6,133,397,000", "$6,158,397,000")
    assert ("condition", "7041(a)(4)") not in told
