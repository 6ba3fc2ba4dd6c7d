"""Roll calls in plain words: what was decided, what that means for the measure, and how the parties divided. Pure.

What a chamber calls a question ("On the Motion to Discharge") is looked up in one table. A question that is not in it,
or whose outcome is not certain, is told in the publisher's own words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, Protocol

import msgspec

from scrapers.records import BillType, Chamber
from tracker.sentences import measure_name, written_date
from tracker.stages import CONCURRENT_TYPES, HOUSE_TYPES, OTHER, SIMPLE_TYPES
from tracker.wording import counted, listed, tidy


class Question(msgspec.Struct, frozen=True):
    """What was voted on, and how it ended.

    `measure` is the bill or resolution that it was about, None for a nomination or treaty; `amendment` names an
    amendment to it ("amendment 3872"). `passed` is None where it is not certain. `needed` is "three_fifths" or
    "two_thirds" where half is not enough.
    """

    chamber: Chamber
    question: str
    result: str
    on: date
    yeas: int
    nays: int
    measure: tuple[BillType, int] | None = None
    amendment: str = ""
    title: str = ""
    passed: bool | None = None
    needed: str = ""


class _Rule(NamedTuple):
    """Words of a question, what was decided if it passed or failed, and what that means where it is certain."""

    words: str
    passed: str
    failed: str
    passed_means: str = ""
    failed_means: str = ""


# {the} is the chamber, {other} the other one, {m} the measure, {what} the amendment or the measure. The first rule
# whose words occur in the question stands.
_RULES = (
    _Rule(
        r"cloture.*motion to proceed|cloture on the motion to proceed",
        "voted to end debate on taking up {m}",
        "refused to end debate on taking up {m}",
        "{the} can vote on taking it up; nothing is decided about {m} itself.",
        "{the} does not take up {m} unless it votes again.",
    ),
    _Rule(
        r"cloture.*motion to concur",
        "voted to end debate on the changes that {other} made to {m}",
        "refused to end debate on the changes that {other} made to {m}",
        "Debate is limited; the vote on accepting them is still to come.",
        "They do not come to a vote unless {the} votes again on ending debate.",
    ),
    _Rule(
        r"cloture",
        "voted to end debate on {what}",
        "refused to end debate on {what}",
        "Debate is limited; the vote on {what} itself is still to come.",
        "{What} does not come to a vote unless {the} votes again on ending debate.",
    ),
    _Rule(
        r"motion to discharge",
        "voted to discharge {m} from committee",
        "refused to discharge {m} from committee",
        "{m} leaves its committee and can come before {the}; nothing is decided about it yet.",
        "{m} stays in committee.",
    ),
    _Rule(
        r"motion to recommit|motion to commit",
        "voted to send {m} back to committee",
        "refused to send {m} back to committee",
        "{the} does not vote on {m} now.",
        "{m} stays before {the}.",
    ),
    _Rule(
        r"ordering the previous question",
        "voted to end debate on {m} and go on to the vote",
        "refused to end debate on {m}",
        "The vote on {m} itself comes next.",
        "Who opposes {m} can offer changes to it.",
    ),
    _Rule(
        r"table motion to reconsider|motion to table.*reconsider",
        "set aside a motion to vote again on {m}",
        "refused to set aside a motion to vote again on {m}",
        "The vote before it stands.",
    ),
    _Rule(
        r"motion to table",
        "set {what} aside for good",
        "refused to set {what} aside",
        "",
        "{What} stays before {the}.",
    ),
    _Rule(r"motion to proceed", "agreed to take up {m}", "refused to take up {m}",
          "Nothing is decided about {m} itself.", "{m} does not come to a debate now."),
    _Rule(
        r"\bconcur in .*\bwith\b",
        "answered the changes that {other} made to {m} with its own",
        "refused to answer the changes that {other} made to {m} with its own",
    ),
    _Rule(
        r"\bconcur\b|agree to (?:the )?(?:house|senate) amendment",
        "accepted the changes that {other} made to {m}",
        "refused to accept the changes that {other} made to {m}",
    ),
    _Rule(r"conference report", "agreed to the conference text of {m}", "rejected the conference text of {m}"),
    _Rule(r"motion to waive", "", ""),
    _Rule(
        r"suspend the rules",
        "{passed} {m} under suspended rules",
        "did not suspend the rules to {pass} {m}",
        "",
        "{the} can still take {m} up under its ordinary rules, where a majority is enough.",
    ),
    _Rule(r"veto|objections of the president", "overrode the veto of {m}", "did not override the veto of {m}"),
    _Rule(
        r"agreeing to the amendment|on the amendment",
        "adopted {what}", "rejected {what}",
        "The text of {m} changes, unless it is changed again.", "The text of {m} stays as it was.",
    ),
    _Rule(
        r"(?:on )?passage|agreeing to the (?:concurrent |joint )?resolution|on the (?:concurrent |joint )?resolution",
        "{passed} {m}", "voted down {m}",
    ),
)  # fmt: skip
_NEEDED = {"three_fifths": " (three fifths needed)", "two_thirds": " (two thirds needed)"}
_CHAMBERS = {Chamber.HOUSE: "House", Chamber.SENATE: "Senate"}


def vote_sentence(asked: Question) -> str:
    """What was decided: "The Senate refused to discharge S.Res. 616 from committee, 44 to 50, on 17 June 2026."."""
    rule = _rule(asked)
    tally = f"{asked.yeas} to {asked.nays}{_NEEDED.get(asked.needed, '')}"
    ending = f"{tally}, on {written_date(asked.on)}."
    clause = (rule.passed if asked.passed else rule.failed) if rule and asked.passed is not None else ""
    if clause:
        return f"The {_CHAMBERS[asked.chamber]} {_filled(clause, asked)}, {ending}"
    about = asked.amendment or _name(asked)
    of = f" about {about}" if about and about not in asked.question else ""
    return (
        f"The {_CHAMBERS[asked.chamber]} voted {tally} on the question “{tidy(asked.question)}”{of} on "
        f"{written_date(asked.on)}, with the result “{tidy(asked.result)}”."
    )


def meaning(asked: Question) -> str:
    """What the vote meant for the measure when it was taken; empty where the rules do not make it certain."""
    rule = _rule(asked)
    if rule is None or asked.passed is None:
        return ""
    if rule is _RULES[-1] or (rule.words == "suspend the rules" and asked.passed):
        return _of_passage(asked) if asked.passed else ""
    words = _filled(rule.passed_means if asked.passed else rule.failed_means, asked)
    return words[:1].upper() + words[1:]


def _rule(asked: Question) -> _Rule | None:
    """The rule for a question about a measure; for nominations and treaties there is none."""
    if asked.measure is None:
        return None
    return next((rule for rule in _RULES if re.search(rule.words, asked.question, re.IGNORECASE)), None)


def _of_passage(asked: Question) -> str:
    assert asked.measure is not None
    kind = asked.measure[0]
    other = _CHAMBERS[OTHER[asked.chamber]]
    if kind in SIMPLE_TYPES:
        return "A simple resolution speaks for one chamber: it goes no further and is not law."
    if kind in CONCURRENT_TYPES:
        return "A concurrent resolution needs both chambers, does not go to the President and is not law."
    if kind in (BillType.HJRES, BillType.SJRES) and asked.needed == "two_thirds":
        return ""  # it may propose an amendment to the Constitution, which goes to the states
    if (kind in HOUSE_TYPES) is (asked.chamber is Chamber.HOUSE):
        return f"To become law it has to pass the {other} in the same words and go to the President."
    return "Both chambers have now voted for it. It goes to the President once they agree on the same words."


def _filled(clause: str, asked: Question) -> str:
    what = f"{asked.amendment} to {_name(asked)}" if asked.amendment else _name(asked)
    is_resolution = asked.measure is not None and asked.measure[0] in SIMPLE_TYPES | CONCURRENT_TYPES
    return clause.format(
        m=_name(asked),
        what=what,
        What=what[:1].upper() + what[1:],
        the=f"the {_CHAMBERS[asked.chamber]}",
        other=f"the {_CHAMBERS[OTHER[asked.chamber]]}",
        passed="agreed to" if is_resolution else "passed",
        **{"pass": "agree to" if is_resolution else "pass"},
    )


def _name(asked: Question) -> str:
    return measure_name(*asked.measure) if asked.measure else ""


# --- how the parties divided ------------------------------------------------------------------------


class PartyVotes(Protocol):
    """How many of one party voted how. `party` is a letter or a name ("R", "Republican")."""

    @property
    def party(self) -> str: ...
    @property
    def yeas(self) -> int: ...
    @property
    def nays(self) -> int: ...


_NOUNS = {
    "R": "Republican",
    "D": "Democrat",
    "I": "Independent",
    "ID": "Independent Democrat",
    "L": "Libertarian",
}
_LETTERS = {"Republican": "R", "Democratic": "D", "Democrat": "D", "Independent": "I", "Libertarian": "L"}
BIG = ("D", "R")
"""The parties of which one can say how most of them voted."""


def party_letter(party: str) -> str:
    """A party by its letter, from that or from its name."""
    return _LETTERS.get(party, party)


def party_noun(party: str) -> str:
    """One member of a party: "Democrat"."""
    return _NOUNS.get(party_letter(party), party)


def party_sentences(totals: Sequence[PartyVotes]) -> tuple[str, ...]:
    """How the parties divided, and how many voted with most of the other: plain counts of who voted yea or nay."""
    parties = {party_letter(one.party): one for one in totals if one.yeas + one.nays}
    big = [parties[letter] for letter in BIG if letter in parties]
    others = [one for letter, one in parties.items() if letter not in BIG]
    found = ["; ".join(map(_divided, big)), _crossed(big), "; ".join(map(_each, others))]
    return tuple(f"{words[:1].upper()}{words[1:]}." for words in found if words)


def _side(one: PartyVotes) -> str:
    """How most of a party voted; empty where it divided evenly."""
    return "yea" if one.yeas > one.nays else "nay" if one.nays > one.yeas else ""


def _divided(one: PartyVotes) -> str:
    cast, most, side = one.yeas + one.nays, max(one.yeas, one.nays), _side(one)
    noun = party_noun(one.party)
    if not side:
        return f"{noun}s divided evenly, {one.yeas} to {one.nays}"
    if most == cast:
        return f"{f'all {cast} {noun}s' if cast > 1 else f'the one {noun}'} who voted said {side}"
    return f"{most} of {cast} {noun}s voted {side}"


def _crossed(big: Sequence[PartyVotes]) -> str:
    """Who voted as most of the other party did, and not as most of their own."""
    if len(big) < 2 or not all(map(_side, big)) or _side(big[0]) == _side(big[1]):
        return ""
    pairs = zip(big, reversed(big), strict=True)
    crossings = [
        f"{counted(few, party_noun(one.party))} voted with most {party_noun(other.party)}s"
        for one, other in pairs
        if (few := min(one.yeas, one.nays))
    ]
    return listed(crossings) or "nobody of either party voted with most of the other"


def _each(one: PartyVotes) -> str:
    """A small party's votes: "1 Independent voted nay"."""
    sides = [(one.yeas, "yea"), (one.nays, "nay")]
    return listed([f"{counted(count, party_noun(one.party))} voted {side}" for count, side in sides if count])
