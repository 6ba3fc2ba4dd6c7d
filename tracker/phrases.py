"""One plain sentence for each kind of change, shared by page, feed and digest. Pure.

Sits beside `changes`, which declares what `old` and `new` hold. A value may lack a piece (the bundled facts
have no texts): then the sentence says less, and never says that something is None. A sentence is about one
measure and calls it "it"; whoever shows the sentence names the measure beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec

from scrapers.records import BillType, Chamber
from scrapers.times import EASTERN
from tracker.arms_sales.words import amount
from tracker.sentences import action_sentence, measure_name, ordinal, written_date
from tracker.stages import Reading, Stage
from tracker.votes.words import party_sentence, read_parties
from tracker.watchdogs.statuses import status_label
from tracker.watchdogs.words import age_words, the, to_whom


def change_sentence(kind: str, old: Any, new: Any, occurred_on: date | None) -> str:
    """What changed, as one sentence. `occurred_on` is the source's date, never the day we saw it."""
    return _KINDS[kind].sentence(_Told(old, new, occurred_on))


def kind_label(kind: str) -> str:
    """The kind in a few words, for a filter or a heading."""
    return _KINDS[kind].label


def recorded_late(occurred_on: date | None, first_seen_at: datetime) -> str | None:
    """How long after its date we first saw a fact, "recorded 12 days later"; None for the same day."""
    if occurred_on is None:
        return None
    days = (first_seen_at.astimezone(EASTERN).date() - occurred_on).days
    if days < 1:
        return None
    return "recorded the next day" if days == 1 else f"recorded {days:,} days later"


def action_clause(reading: Reading, committees: Iterable[str] = ()) -> str:
    """What an action line did, without its day: "it was introduced in the Senate"."""
    day = date.min
    sentence = action_sentence(reading, day, committees)
    return sentence.removeprefix(f"On {written_date(day)} ").removesuffix(".")


_STAGE_LABELS: dict[Stage, str] = {
    Stage.INTRODUCED: "introduced",
    Stage.IN_COMMITTEE: "in committee",
    Stage.ORDERED_REPORTED: "approved by committee, report to come",
    Stage.REPORTED: "reported by committee",
    Stage.ON_CALENDAR: "on the calendar",
    Stage.FAILED_HOUSE: "voted down by the House",
    Stage.FAILED_SENATE: "voted down by the Senate",
    Stage.PASSED_HOUSE: "passed by the House",
    Stage.PASSED_SENATE: "passed by the Senate",
    Stage.RESOLVING_DIFFERENCES: "passed by both chambers in different texts",
    Stage.PASSED_BOTH: "passed by both chambers",
    Stage.AGREED_TO: "agreed to",
    Stage.TO_PRESIDENT: "sent to the President",
    Stage.VETOED: "vetoed",
    Stage.VETO_SUSTAINED: "vetoed, and the veto upheld",
    Stage.BECAME_LAW: "law",
}


def stage_label(stage: Stage | str) -> str:
    """A stage in a few words; one that this version does not know is shown in its own."""
    try:
        return _STAGE_LABELS[Stage(stage)]
    except ValueError:
        return str(stage).replace("_", " ")


# --- values, read without trust -----------------------------------------------------------------------------


class _Told(NamedTuple):
    """A change as its sentence sees it."""

    old: Any
    new: Any
    on: date | None

    @property
    def dated(self) -> str:
        """ " on 3 March 2025", or nothing where the source gives no date."""
        return _dated(self.on)


def _dated(day: date | None, before: str = " on ") -> str:
    return f"{before}{written_date(day)}" if day else ""


def _plain(value: Any) -> str:
    """A text on one line, or a number in figures; empty for anything else."""
    if isinstance(value, str):
        return " ".join(value.split())
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _text(value: Any, name: str) -> str:
    return _plain(value.get(name)) if isinstance(value, dict) else ""


def _day(value: Any, name: str) -> date | None:
    try:
        return date.fromisoformat(_text(value, name))
    except ValueError:
        return None


_LONGEST_QUOTE = 300


def _quote(text: str) -> str:
    """A publisher's words, cut between words where they run on."""
    if len(text) <= _LONGEST_QUOTE:
        return text
    return text[:_LONGEST_QUOTE].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"


def _ended(sentence: str) -> str:
    """Closed by one full stop."""
    return sentence if sentence.endswith((".", "…", "?", "!", ".”", "…”")) else f"{sentence}."


def _with(sentence: str, detail: str, mark: str = ": ") -> str:
    """A sentence that goes on to a detail if there is one."""
    return _ended(f"{sentence}{mark}{detail}" if detail else sentence)


_HONOURED_NAME = re.compile(
    r"(?P<honour>Sen|Rep|Del|Com|Resident Commissioner)\.? (?P<name>[^\[\]]+?) ?(?:\[(?P<seat>[^\]]*)\])?"
)


def _person(value: Any) -> str:
    """ "Sen. Bernard Sanders (I-VT)" for "Sen. Sanders, Bernard [I-VT]"; other forms stay as printed."""
    printed = _text(value, "name") or _text(value, "sponsor") or _text(value, "bioguide") or _plain(value)
    match = _HONOURED_NAME.fullmatch(printed)
    if match is None:
        return printed
    last, *rest = match["name"].split(", ")
    name = ", ".join([f"{rest[0]} {last}", *rest[1:]]) if rest else last
    honour = match["honour"] + ("" if " " in match["honour"] else ".")
    return f"{honour} {name}" + (f" ({match['seat']})" if match["seat"] else "")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


# --- the measure itself -------------------------------------------------------------------------------------


def _introduced(told: _Told) -> str:
    sponsor = _person(told.new) if _text(told.new, "sponsor") else ""
    by = f" by {sponsor}" if sponsor else ""
    return _with(f"Introduced{told.dated}{by}", _quote(_text(told.new, "title")))


def _stage(told: _Told) -> str:
    before, after = _plain(told.old), _plain(told.new)
    if not after:
        return f"Its stage changed{told.dated}."
    reached = f"“{stage_label(after)}”"
    if not before:
        return f"It reached the stage {reached}{told.dated}."
    return f"It moved from “{stage_label(before)}” to {reached}{told.dated}."


def _setback(told: _Told) -> str:
    value = told.new if isinstance(told.new, dict) else {}
    reading = _reading({name: value.get(name) for name in ("event", "chamber", "yeas", "nays")})
    day = told.on or _day(value, "on")
    return _told_plainly(reading, day) if reading else f"A motion on it failed{_dated(day)}."


def _value_changed(
    thing: str, marks: str = "{}", read: Callable[[Any], str] = _plain
) -> Callable[[_Told], str]:
    """The sentence of a state that is a text: from the old value, where there was one, to the new."""

    def sentence(told: _Told) -> str:
        before, after = _quote(read(told.old)), _quote(read(told.new))
        if not after:
            return f"Its {thing} changed."
        if not before:
            return _ended(f"Its {thing} is now {marks.format(after)}")
        return _ended(f"Its {thing} changed from {marks.format(before)} to {marks.format(after)}")

    return sentence


# --- facts: how a new one is told, and how one that is gone is named ----------------------------------------

# Citations of the Congressional Record at the end of a line: "(consideration: CR S2152-2158: 1)".
_RECORD_CITATION = re.compile(r"\s*\((?:consideration|text|sponsor introductory)[^()]*\bCR\b[^()]*\)\.?$")


def _reading(value: Any) -> Reading | None:
    try:
        return msgspec.convert(value, Reading)
    except (msgspec.ValidationError, TypeError):
        return None


def _told_plainly(reading: Reading, day: date | None) -> str:
    """Our words for a line; without its day where the source gives none."""
    return action_sentence(reading, day) if day else _ended(_capital(action_clause(reading)))


def _line(value: Any) -> str:
    """An action line: the publisher's words, or ours where the text is missing."""
    text = _RECORD_CITATION.sub("", _text(value, "text"))
    if text:
        return _quote(text)
    reading = _reading(value.get("reading")) if isinstance(value, dict) else None
    return _told_plainly(reading, None) if reading else ""


def _action(told: _Told) -> str:
    if _text(told.new, "text"):
        return _with(f"The official record{_dated(told.on, ' for ')} says", _line(told.new))
    reading = _reading(told.new.get("reading")) if isinstance(told.new, dict) else None
    if reading:
        return _told_plainly(reading, told.on)
    return f"The official record has a further entry{_dated(told.on, ' for ')}."


def _law(value: Any) -> str:
    return f"{_text(value, 'type') or 'Law'} {_text(value, 'number')}" if _text(value, "number") else ""


def _became_law(told: _Told) -> str:
    return _ended(f"It became {_law(told.new) or 'law'}{told.dated}")


def _chamber(value: Any) -> str:
    return {Chamber.HOUSE.value: "House", Chamber.SENATE.value: "Senate"}.get(
        _text(value, "chamber").lower(), ""
    )


def _tally(value: Any) -> str:
    yeas, nays = _text(value, "yeas"), _text(value, "nays")
    return f"{yeas} to {nays}" if yeas and nays else ""


def _roll_call(value: Any) -> str:
    """ "roll call 165 of 2025": rolls are numbered by session, and a session is a year."""
    roll, congress, session = (_text(value, name) for name in ("roll", "congress", "session"))
    if not roll:
        return "roll call"
    is_dated = congress.isdecimal() and session.isdecimal()
    return f"roll call {roll}" + (f" of {1786 + 2 * int(congress) + int(session)}" if is_dated else "")


def _vote(told: _Told) -> str:
    who = f"the {_chamber(told.new)}" if _chamber(told.new) else "a chamber"
    call = _roll_call(told.new)
    held = f"{_capital(who)} held {call if call != 'roll call' else 'a roll call'} on it{told.dated}"
    return _with(held, _tally(told.new))


def _named_vote(value: Any) -> str:
    call = _roll_call(value)
    named = " ".join(filter(None, [_chamber(value), call])) if call != "roll call" else ""
    return ", ".join(filter(None, [named, _tally(value)]))


def _positions(told: _Told) -> str:
    """How the members voted, of a roll call that was told of before."""
    published = f"How members voted in {_whose_call(told.new)}{told.dated} was published"
    outcome = ", ".join(filter(None, [_tally(told.new), _text(told.new, "result").lower()]))
    said = ": ".join(filter(None, [_text(told.new, "question"), outcome]))
    parties = party_sentence(read_parties(told.new.get("parties") if isinstance(told.new, dict) else None))
    return " ".join(filter(None, [_with(published, said), parties]))


def _corrected_vote(told: _Told) -> str:
    old, new = ((_tally(value), _text(value, "result")) for value in (told.old, told.new))
    both = ["; ".join(filter(None, one)) for one in (old, new)]
    was = f" instead of {both[0]}" if both[0] else ""
    return _with(f"The record of {_whose_call(told.new)}{told.dated} was corrected", f"{both[1]}{was}")


def _whose_call(value: Any) -> str:
    """ "the Senate's roll call 165 of 2025"."""
    return f"the {_chamber(value) or 'chamber'}'s {_roll_call(value)}"


def _committee(value: Any) -> str:
    name, chamber = _text(value, "name"), _text(value, "chamber")
    return f"{chamber} {name}" if name and chamber and not name.startswith(chamber) else name


def _referral(told: _Told) -> str:
    name = _committee(told.new)
    return f"It was referred to {f'the {name}' if name else 'a committee'}{told.dated}."


def _joined(told: _Told) -> str:
    return f"{_person(told.new) or 'A member'} joined as a cosponsor{told.dated}."


def _withdrew(told: _Told) -> str:
    return f"{_person(told.new) or 'A member'} withdrew as a cosponsor{told.dated}."


def _report(told: _Told) -> str:
    return _with("A committee's written report on it was published", _text(told.new, "citation"))


def _text_version(told: _Told) -> str:
    return _with(f"A text{_dated(told.on, ' of ')} was published", _text(told.new, "type"))


def _summary(told: _Told) -> str:
    return _with("The Congressional Research Service published a summary", _named_summary(told.new))


def _named_summary(value: Any) -> str:
    version, day = _text(value, "description"), _day(value, "acted_on")
    return f"{version or 'as it stood'}{_dated(day)}" if version or day else ""


def _measure(key: str) -> str:
    """ "H.Con.Res. 24 of the 119th Congress" for `119-hconres-24`."""
    try:
        congress, bill_type, number = key.split("-")
        return f"{measure_name(BillType(bill_type), int(number))} of the {ordinal(int(congress))} Congress"
    except ValueError:
        return key


_WHO_RELATES = {"CRS": "the Congressional Research Service", "House": "the House", "Senate": "the Senate"}


def _relations(value: Any) -> str:
    """ " (“identical bill”, says the House)", in the publisher's words."""
    pairs = value.get("relationships") if isinstance(value, dict) else None
    said = [pair for pair in pairs if _is_pair(pair)] if isinstance(pairs, list | tuple) else []
    parts = [f"“{what.lower()}”, says {_WHO_RELATES.get(who, who)}" for what, who in said]
    return f" ({'; '.join(parts)})" if parts else ""


def _is_pair(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2 and all(map(_plain, value))


def _related(told: _Told) -> str:
    other = _measure(_text(told.new, "key")) or "Another measure"
    return _with(f"{other} is now listed as related{_relations(told.new)}", _quote(_text(told.new, "title")))


def _named_relation(value: Any) -> str:
    measure, title = _measure(_text(value, "key")), _quote(_text(value, "title"))
    return ", ".join(filter(None, [measure, title and f"“{title}”"]))


def _title_of_kind(value: Any) -> str:
    kind, title = _text(value, "type"), _quote(_text(value, "title"))
    return f"“{title}”" + (f" ({kind})" if kind else "") if title else kind


def _other_title(told: _Told) -> str:
    return _with("It was given a further title", _title_of_kind(told.new))


def _subject(told: _Told) -> str:
    return _with("It was given a further subject", _text(told.new, "name"))


# --- arms sales ---------------------------------------------------------------------------------------------


def _dollars(value: Any) -> str:
    return amount(value) if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else ""


def _notified(told: _Told) -> str:
    value = told.new if isinstance(told.new, dict) else {}
    buyer, most = _text(value, "buyer"), _dollars(value.get("dollars"))
    to = f" to {buyer}" if buyer else ""
    if _text(told.new, "kind") == "enhancement":
        what = f"the enhancement of a possible sale{to}"
        original = _text(told.new, "original")
        first = f", first notified in transmittal {original}" if original else ""
        return f"Congress was notified{told.dated} of {what}{first}{f'; its total is up to {most}' if most else ''}."
    return f"Congress was notified{told.dated} of a possible sale{to}{f' of up to {most}' if most else ''}."


def _sale_value(told: _Told) -> str:
    before, after = _dollars(told.old), _dollars(told.new)
    if not before or not after:
        return "Its estimated value changed."
    return f"Its estimated value changed from up to {before} to up to {after}."


def _corrected(told: _Told) -> str:
    citation, corrects = _text(told.new, "citation"), _text(told.new, "corrects")
    where = ", ".join(filter(None, [citation, f"on document {corrects}" if corrects else ""]))
    return _with(f"A correction of its notice was published{told.dated}", where)


def _published(told: _Told) -> str:
    where = f", at {_text(told.new, 'citation')}" if _text(told.new, "citation") else ""
    delivered = _day(told.new, "delivered_on")
    says = f"; the report reached Congress on {written_date(delivered)}" if delivered else ""
    return f"The Federal Register published its notice{told.dated}{where}{says}."


# --- reports and what became of their recommendations --------------------------------------------------------


def _report_published(told: _Told) -> str:
    who = _text(told.new, "publisher")
    asked = told.new.get("recommendations") if isinstance(told.new, dict) else None
    makes = ""
    if isinstance(asked, int) and not isinstance(asked, bool) and asked > 0:
        makes = f"; it makes {asked:,} {'recommendation' if asked == 1 else 'recommendations'}"
    original = _text(told.new, "original")
    again = f"; it is issued in place of {original}" if original else ""
    return _ended(f"{who or 'A watchdog'} published it{told.dated}{makes}{again}")


def _report_revised(told: _Told) -> str:
    before, after = _quote(_plain(told.old)), _quote(_plain(told.new))
    if not after:
        return "Its publisher revised it."
    now, was = _version(after), _version(before)
    return f"Its publisher revised it: it is now {now}{f', and was {was}' if was else ''}."


def _version(text: str) -> str:
    """ "version 12"; some publishers count by days: "the version of 20 April 2026"."""
    try:
        return f"the version of {written_date(date.fromisoformat(text))}"
    except ValueError:
        return f"version {text}" if text else ""


def _report_reissued(told: _Told) -> str:
    number = _text(told.new, "number")
    return f"It was issued again{told.dated}{f' as {number}' if number else ''}."


_DATED_FIELDS = {"published_on": "day of publication", "released_on": "day of release"}


def _report_corrected(told: _Told) -> str:
    field = _text(told.new, "field")
    before, after = _quote(_text(told.old, "value")), _quote(_text(told.new, "value"))
    if field in _DATED_FIELDS and after:
        days = [
            written_date(day) if day else "" for day in (_day(told.old, "value"), _day(told.new, "value"))
        ]
        was = f" from {days[0]}" if days[0] else ""
        return f"Its publisher corrected its {_DATED_FIELDS[field]}{was} to {days[1] or after}."
    if field == "title" and after:
        was = f" from “{before}”" if before else ""
        return f"Its publisher changed its title{was} to “{after}”."
    return "Its publisher corrected it."


def _names(value: Any) -> str:
    """Addressees in running text, the first few of many."""
    found = value.get("addressees") if isinstance(value, dict) else None
    names = [name for name in map(_plain, found) if name] if isinstance(found, list | tuple) else []
    shown = names[:4] + ([f"{len(names) - 4} others"] if len(names) > 4 else [])
    return to_whom(shown)


def _old_by(told: _Told) -> str:
    """How old it was when that happened: ", after 3 years"."""
    since = _day(told.new, "since")
    return f", {age_words(since, told.on)} after its report" if since and told.on and since <= told.on else ""


def _for_whom(value: Any) -> str:
    name = _text(value, "addressee")
    return f"For {the(name)}, it" if name else "It"


def _audit_opened(told: _Told) -> str:
    names = _names(told.new)
    is_matter = _text(told.new, "kind") == "matter"
    what = "A matter was put to Congress" if is_matter else "A recommendation was made"
    to = f" to {names}" if names and not is_matter else ""
    urgent = ", as a priority" if isinstance(told.new, dict) and told.new.get("is_priority") is True else ""
    return _with(f"{what}{to}{told.dated}{urgent}", _quote(_text(told.new, "text")))


def _audit_status(told: _Told) -> str:
    before, after = _plain(told.old), _text(told.new, "status")
    if not after:
        return "Its status changed."
    if not before:
        to = the(_text(told.new, "addressee")) or "another"
        return f"It is now put to {to} as well, and is “{status_label(after)}” there."
    was = f", and was “{status_label(before)}”"
    return f"{_for_whom(told.new)} is now “{status_label(after)}”{was}{_old_by(told)}."


def _audit_reopened(told: _Told) -> str:
    before, after = _plain(told.old), _text(told.new, "status")
    was = f"; it was “{status_label(before)}”" if before else ""
    now = f" as “{status_label(after)}”" if after and after != "open" else ""
    return f"{_for_whom(told.new)} is open again{now}{was}{_old_by(told)}."


def _audit_priority(told: _Told) -> str:
    if told.new is True:
        return "The watchdog made it one of its priority recommendations."
    if told.new is False:
        return "The watchdog no longer counts it among its priority recommendations."
    return "Whether it is a priority changed."


def _audit_comment(told: _Told) -> str:
    names = _names(told.new)
    by = f" by {names}" if names else ""
    return _with(f"The watchdog wrote anew what was done about it{by}", _quote(_text(told.new, "text")))


def _audit_disappeared(told: _Told) -> str:
    was = _plain(told.old)
    before = f", where it was “{status_label(was)}”" if was else ""
    return (
        f"It is no longer in the list of open recommendations{_dated(told.on, ' of ')}{before}{_old_by(told)}. "
        "It may have been closed; the list does not say."
    )


def _provision(value: Any) -> str:
    """ "section 7045(h)(2) on Mexico", or the account's name."""
    place, names = _text(value, "place"), value.get("names") if isinstance(value, dict) else None
    where = f"section {place}" if place[:1].isdigit() else f"“{place}”" if place else "a section"
    countries = [_plain(name) for name in names] if isinstance(names, list | tuple) else []
    listed = countries[:3] + ([f"{len(countries) - 3} more"] if len(countries) > 3 else [])
    named = f"{', '.join(listed[:-1])} and {listed[-1]}" if len(listed) > 1 else "".join(listed)
    return f"{where} on {named}" if named else where


def _provision_changed(told: _Told) -> str:
    before, after = _text(told.old, "value"), _text(told.new, "value")
    moved = f": {before} → {after}" if before and after else ""
    what = _text(told.new, "what")
    about = f" ({what})" if what and _text(told.new, "fact") != "funding" else ""
    return f"A new text{_dated(told.on, ' of ')} changes {_provision(told.new)}{moved}{about}."


def _provision_added(told: _Told) -> str:
    return _with(
        f"A new text{_dated(told.on, ' of ')} adds to {_provision(told.new)}",
        _fact_words(told.new, _text(told.new, "value")),
    )


def _provision_dropped(told: _Told) -> str:
    words = _fact_words(told.new, _text(told.old, "value"))
    return _with(f"A new text{_dated(told.on, ' of ')} drops from {_provision(told.new)}", words)


def _fact_words(value: Any, amount_or_rule: str) -> str:
    """What a fact is, with its amount or day where its words do not say it."""
    what = _text(value, "what")
    if _text(value, "fact") == "funding":
        return amount_or_rule
    return f"{what}, {amount_or_rule}" if amount_or_rule and amount_or_rule != what else what


class _Fact(NamedTuple):
    """How facts of a kind are spoken of: `noun` says what is gone, `named` which one it was."""

    label: str
    noun: str
    told: Callable[[_Told], str]
    named: Callable[[Any], str]


_FACTS: dict[str, _Fact] = {
    "became_law": _Fact("Became law", "law", _became_law, _law),
    "action": _Fact("Action", "action", _action, _line),
    "vote_reference": _Fact("Roll call", "roll call", _vote, _named_vote),
    "report": _Fact("Committee report", "committee report", _report, lambda value: _text(value, "citation")),
    "committee_referral": _Fact("Referral to committee", "referral to committee", _referral, _committee),
    "cosponsor_added": _Fact("Cosponsor joined", "cosponsor", _joined, _person),
    "cosponsor_withdrawn": _Fact("Cosponsor withdrew", "withdrawal of a cosponsor", _withdrew, _person),
    "text_version": _Fact("New text", "text", _text_version, lambda value: _text(value, "type")),
    "summary": _Fact("Summary", "summary", _summary, _named_summary),
    "related_bill": _Fact("Related measure", "related measure", _related, _named_relation),
    "other_title": _Fact("Further title", "title", _other_title, _title_of_kind),
    "subject": _Fact("Subject", "subject", _subject, lambda value: _text(value, "name")),
}


def _gone(fact: _Fact) -> Callable[[_Told], str]:
    """The sentence of a fact that its publisher no longer lists."""

    def sentence(told: _Told) -> str:
        day = (
            told.on or _day(told.old, "on") or (_day(told.old, "acted_on") if fact.noun == "action" else None)
        )
        return _with(
            f"The publisher no longer lists this {fact.noun}{_dated(day, ' of ')}", fact.named(told.old)
        )

    return sentence


class _Kind(NamedTuple):
    label: str
    sentence: Callable[[_Told], str]


_KINDS: dict[str, _Kind] = {
    "introduced": _Kind("Introduced", _introduced),
    "stage": _Kind("Stage", _stage),
    "setback": _Kind("Motion failed", _setback),
    "title": _Kind("Title", _value_changed("title", marks="“{}”")),
    "policy_area": _Kind("Policy area", _value_changed("policy area")),
    "sponsor": _Kind("Sponsor", _value_changed("sponsor", read=_person)),
    **{kind: _Kind(fact.label, fact.told) for kind, fact in _FACTS.items()},
    **{f"{kind}_removed": _Kind(f"{_capital(fact.noun)} no longer listed", _gone(fact))
       for kind, fact in _FACTS.items()},
    "vote_positions": _Kind("How members voted", _positions),
    "vote_corrected": _Kind("Roll call corrected", _corrected_vote),
    "arms_sale_notified": _Kind("Arms sale notified", _notified),
    "arms_sale_value": _Kind("Arms sale, value", _sale_value),
    "arms_sale_corrected": _Kind("Arms sale corrected", _corrected),
    "arms_sale_published": _Kind("Arms sale, notice published", _published),
    "report_published": _Kind("Report published", _report_published),
    "report_revised": _Kind("Report revised", _report_revised),
    "report_reissued": _Kind("Report issued again", _report_reissued),
    "report_corrected": _Kind("Report corrected", _report_corrected),
    "audit_opened": _Kind("Audit recommendation made", _audit_opened),
    "audit_status": _Kind("Audit recommendation, status", _audit_status),
    "audit_priority": _Kind("Audit recommendation, priority", _audit_priority),
    "audit_comment": _Kind("Audit recommendation, comment", _audit_comment),
    "audit_disappeared": _Kind("Audit recommendation no longer listed", _audit_disappeared),
    "audit_reopened": _Kind("Audit recommendation open again", _audit_reopened),
    "provision_changed": _Kind("Condition, money or deadline changed", _provision_changed),
    "provision_added": _Kind("Condition, money or deadline added", _provision_added),
    "provision_dropped": _Kind("Condition, money or deadline dropped", _provision_dropped),
}  # fmt: skip
"""The one table: kind → its label and its sentence. Covers `tracker.changes.KINDS`."""
