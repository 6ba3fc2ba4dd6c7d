"""What a roll call decided, what that meant, and how the parties divided, in words. The votes are real ones."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import pytest

from scrapers.mirror import MirrorFetcher
from scrapers.records import BillType, Chamber, Outcome, RollCall
from scrapers.registry import all_sources
from scrapers.source import Document, Request
from tests.conftest import NOW
from tests.mirror import mirror_root
from tracker.votes.decisions import Question, meaning, party_sentences, vote_sentence

HOUSE, SENATE = Chamber.HOUSE, Chamber.SENATE


def asked(
    chamber: Chamber, question: str, passed: bool | None, yeas: int, nays: int, **more: Any
) -> Question:
    usual = {"on": date(2026, 6, 17), "result": "Passed" if passed else "Failed", "measure": (BillType.S, 1)}
    return Question(
        chamber=chamber, question=question, passed=passed, yeas=yeas, nays=nays, **{**usual, **more}
    )


@pytest.mark.parametrize(
    ("vote", "sentence", "means"),
    [
        (
            asked(SENATE, "On the Motion to Discharge", False, 44, 50, measure=(BillType.SRES, 616)),
            "The Senate refused to discharge S.Res. 616 from committee, 44 to 50, on 17 June 2026.",
            "S.Res. 616 stays in committee.",
        ),
        (
            asked(HOUSE, "On Passage", True, 217, 209, measure=(BillType.HR, 8595)),
            "The House passed H.R. 8595, 217 to 209, on 17 June 2026.",
            "To become law it has to pass the Senate in the same words and go to the President.",
        ),
        (
            asked(SENATE, "On Passage of the Bill", True, 93, 1, needed="three_fifths", measure=(BillType.HR, 6833)),
            "The Senate passed H.R. 6833, 93 to 1 (three fifths needed), on 17 June 2026.",
            "Both chambers have now voted for it. It goes to the President once they agree on the same words.",
        ),
        (
            asked(HOUSE, "On Agreeing to the Resolution", True, 214, 208, measure=(BillType.HCONRES, 89)),
            "The House agreed to H.Con.Res. 89, 214 to 208, on 17 June 2026.",
            "A concurrent resolution needs both chambers, does not go to the President and is not law.",
        ),
        (
            asked(HOUSE, "On Agreeing to the Resolution, as Amended", True, 214, 208, measure=(BillType.HRES, 5)),
            "The House agreed to H.Res. 5, 214 to 208, on 17 June 2026.",
            "A simple resolution speaks for one chamber: it goes no further and is not law.",
        ),
        (
            asked(HOUSE, "On Motion to Suspend the Rules and Pass, as Amended", False, 250, 170, needed="two_thirds"),
            "The House did not suspend the rules to pass S. 1, 250 to 170 (two thirds needed), on 17 June 2026.",
            "The House can still take S. 1 up under its ordinary rules, where a majority is enough.",
        ),
        (
            asked(SENATE, "Motion to Invoke Cloture: Motion to Proceed to", False, 50, 44, needed="three_fifths"),
            "The Senate refused to end debate on taking up S. 1, 50 to 44 (three fifths needed), on 17 June 2026.",
            "The Senate does not take up S. 1 unless it votes again.",
        ),
        (
            asked(SENATE, "Motion to Invoke Cloture: Schumer Amdt. No. 1502", True, 68, 30, amendment="S.Amdt. 1502"),
            "The Senate voted to end debate on S.Amdt. 1502 to S. 1, 68 to 30, on 17 June 2026.",
            "Debate is limited; the vote on S.Amdt. 1502 to S. 1 itself is still to come.",
        ),
        (
            asked(SENATE, "On the Amendment", False, 47, 50, amendment="S.Amdt. 3927"),
            "The Senate rejected S.Amdt. 3927 to S. 1, 47 to 50, on 17 June 2026.",
            "The text of S. 1 stays as it was.",
        ),
        (
            asked(HOUSE, "On Ordering the Previous Question", True, 215, 210, measure=(BillType.HRES, 567)),
            "The House voted to end debate on H.Res. 567 and go on to the vote, 215 to 210, on 17 June 2026.",
            "The vote on H.Res. 567 itself comes next.",
        ),
        (
            asked(SENATE, "On the Motion (Motion to Concur in the House Amendment to S. 1071)", True, 77, 20),
            "The Senate accepted the changes that the House made to S. 1, 77 to 20, on 17 June 2026.",
            "",
        ),
        (
            asked(SENATE, "Motion to Concur in the House Amendment with an Amendment", False, 40, 54),
            "The Senate refused to answer the changes that the House made to S. 1 with its own, 40 to 54, on 17 June "
            "2026.",
            "",
        ),
        (
            asked(HOUSE, "On Motion to Suspend the Rules and Concur in the Senate Amendment", True, 300, 90),
            "The House accepted the changes that the Senate made to S. 1, 300 to 90, on 17 June 2026.",
            "",
        ),
        # What the table does not know, or nobody can be sure of, is told in the publisher's words.
        (
            asked(HOUSE, "On Consideration of the Resolution", True, 210, 205),
            "The House voted 210 to 205 on the question “On Consideration of the Resolution” about S. 1 on 17 June "
            "2026, with the result “Passed”.",
            "",
        ),
        (
            asked(HOUSE, "On Passage", None, 210, 205, result="Unknown"),
            "The House voted 210 to 205 on the question “On Passage” about S. 1 on 17 June 2026, with the result "
            "“Unknown”.",
            "",
        ),
        (
            asked(SENATE, "On the Nomination", True, 53, 46, measure=None, result="Nomination Confirmed"),
            "The Senate voted 53 to 46 on the question “On the Nomination” on 17 June 2026, with the result "
            "“Nomination Confirmed”.",
            "",
        ),
        (
            asked(SENATE, "On the Motion (Motion to Waive All Applicable Budgetary Discipline)", True, 60, 40),
            "The Senate voted 60 to 40 on the question “On the Motion (Motion to Waive All Applicable Budgetary "
            "Discipline)” about S. 1 on 17 June 2026, with the result “Passed”.",
            "",
        ),
        # A joint resolution by two thirds may be one that amends the Constitution, and does not go to the President.
        (
            asked(HOUSE, "On Passage", True, 300, 100, needed="two_thirds", measure=(BillType.HJRES, 1)),
            "The House passed H.J.Res. 1, 300 to 100 (two thirds needed), on 17 June 2026.",
            "",
        ),
    ],
)  # fmt: skip
def test_a_vote_in_words(vote: Question, sentence: str, means: str) -> None:
    assert vote_sentence(vote) == sentence
    assert meaning(vote) == means


class Party(NamedTuple):
    party: str
    yeas: int
    nays: int


@pytest.mark.parametrize(
    ("totals", "sentences"),
    [
        (  # House roll 282 of 2026
            [Party("Republican", 4, 207), Party("Democratic", 210, 0), Party("Independent", 0, 1)],
            (
                "All 210 Democrats who voted said yea; 207 of 211 Republicans voted nay.",
                "4 Republicans voted with most Democrats.",
                "1 Independent voted nay.",
            ),
        ),
        (
            [Party("R", 2, 45), Party("D", 40, 5), Party("I", 1, 1)],
            (
                "40 of 45 Democrats voted yea; 45 of 47 Republicans voted nay.",
                "5 Democrats voted with most Republicans and 2 Republicans voted with most Democrats.",
                "1 Independent voted yea and 1 Independent voted nay.",
            ),
        ),
        (
            [Party("R", 0, 50), Party("D", 47, 0)],
            (
                "All 47 Democrats who voted said yea; all 50 Republicans who voted said nay.",
                "Nobody of either party voted with most of the other.",
            ),
        ),
        (  # both the same way: nobody crossed
            [Party("R", 48, 2), Party("D", 30, 17)],
            ("30 of 47 Democrats voted yea; 48 of 50 Republicans voted yea.",),
        ),
        (  # a party that divides evenly has no side
            [Party("R", 20, 20), Party("D", 1, 0)],
            ("The one Democrat who voted said yea; Republicans divided evenly, 20 to 20.",),
        ),
        ([], ()),
        ([Party("R", 0, 0)], ()),
    ],
)
def test_how_the_parties_divided(totals: list[Party], sentences: tuple[str, ...]) -> None:
    assert party_sentences(totals) == sentences


@pytest.mark.mirror
def test_hardly_any_vote_needs_the_publishers_words() -> None:
    """Every roll call of the mirror has a sentence with its count; those told in the publisher's words are few."""
    sources = all_sources()
    fetcher = MirrorFetcher(mirror_root(), now=lambda: NOW)
    told = []
    for key, pattern in (
        ("house_votes", "clerk.house.gov/evs/*/*.xml"),
        ("senate_votes", "www.senate.gov/**/vote_*.xml"),
    ):
        for path in sorted(mirror_root().glob(pattern)):
            url = f"https://{path.relative_to(mirror_root()).as_posix()}"
            document = fetcher.fetch(Request(url), sources[key], None)
            assert isinstance(document, Document)
            told += [
                (vote, vote_sentence(question_of(vote)))
                for vote in sources[key].parse(document)
                if isinstance(vote, RollCall)
            ]
    assert len(told) > 130
    assert [said for vote, said in told if f"{vote.yeas} to {vote.nays}" not in said or "{" in said] == []
    quoted = [said for _, said in told if " voted " in said and "on the question “" in said]
    assert len(quoted) < len(told) / 15, quoted


def question_of(vote: RollCall) -> Question:
    key = next((document.bill for document in vote.documents if document.bill), None)
    return Question(
        chamber=vote.chamber,
        question=vote.statement or vote.question,
        result=vote.result,
        on=vote.voted_at.date(),
        yeas=vote.yeas,
        nays=vote.nays,
        measure=(BillType(key.split("-")[1]), int(key.split("-")[2])) if key else None,
        passed=None if vote.outcome is None else vote.outcome is Outcome.PASSED,
    )
