"""What a digest says and in which order: sections, how much of each, and the change that its subject names. Pure.

A kind of change belongs to the section of its group (`tracker.subscriptions.kinds`); one that no group names comes
under the rest of the record, so that nothing is left out because nobody thought of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

import msgspec

from scrapers.times import EASTERN
from tracker.arms_sales.words import NOT_A_SALE, amount
from tracker.digests.selection import Correction, Due, Entry, Frame, ItemFacts, Mark, Match, News, Selection
from tracker.phrases import kind_label, recorded_late, stage_label
from tracker.sentences import written_date
from tracker.stages import Stage
from tracker.subscriptions.kinds import GROUPS, REST, group_of
from tracker.wording import capital, counted, headline, listed, shortened, tidy

MOST = 50
"""How many things one mail tells; the rest is behind a link that counts it."""
MOST_AT_FIRST = 10
"""How many of a section come before other sections have had their turn."""
LATE_DAYS = 7
"""From how many days on a fact that reached us late is told apart from news."""
LATE_DAYS_OF = {"arms-sales": 60}
"""Where being told late is the rule: notices are printed weeks after Congress had them."""
LONGEST_SUBJECT = 78

MATCHES, LATE, CORRECTIONS = "matches", "late", "corrections"
ACT_BY = "act-by"
"""What the last days are called where a link leads to the rest of them."""


class Block(msgspec.Struct, frozen=True):
    """What is told about one item for the same reasons. `lead` sums it up where there are several."""

    item: ItemFacts
    lines: tuple[Line, ...]
    reasons: tuple[str, ...]
    lead: str = ""
    standing: str = ""
    """Where the item stands, in the sections in which that is the question; `next_step` what comes then."""
    next_step: str = ""


class Line(msgspec.Struct, frozen=True):
    """One change in words. `note` is what must be known beside it: that it is late, that it may be a repeat."""

    id: int
    words: str
    note: str = ""
    document: str = ""
    source: str = ""
    link: tuple[str, str] | None = None
    beside: tuple[str, ...] = ()
    """Sentences that follow: of a roll call how it came out, and how the reader's own lawmakers voted."""


class Section(msgspec.Struct, frozen=True):
    """A part of the mail. `rest` is how many more there are behind the link."""

    key: str
    heading: str
    blocks: tuple[Block, ...]
    rest: int = 0
    note: str = ""


class Contents(msgspec.Struct, frozen=True):
    """The whole of a digest, for the templates. `more_dues` is how many last days are behind the link."""

    subject: str
    preheader: str
    opening: str
    dues: tuple[Due, ...]
    sections: tuple[Section, ...]
    targets: tuple[str, ...]
    more_dues: int = 0


def choose(selection: Selection, frame: Frame, most: int = MOST) -> Contents:
    """What the mail says of a selection, with so many things told in it at most."""
    selection = said_once(selection)
    sections = divided(selection)
    dues = _by_day(selection.dues)[:MOST_AT_FIRST]
    return Contents(
        subject=subject(selection, frame),
        preheader=_preheader(selection, dues, frame),
        opening=_opening(selection, frame),
        dues=dues,
        sections=tuple(_capped(sections, most)),
        targets=selection.targets,
        more_dues=len(selection.dues) - len(dues),
    )


def _by_day(dues: Iterable[Due]) -> tuple[Due, ...]:
    return tuple(sorted(dues, key=lambda due: (due.item.last_day or date.max, due.item.key)))


def rest_of_dues(selection: Selection, today: date) -> Section | None:
    """The last days that a mail of that day had no room for; None where it had."""
    left = _by_day(selection.dues)[MOST_AT_FIRST:]
    blocks = tuple(
        Block(due.item, (Line(0, f"{capital(due_words(due, today))}. {due.item.act}"),), due.reasons)
        for due in left
    )
    return Section(ACT_BY, "Act by", blocks) if blocks else None


def rest_of(selection: Selection, key: str, most: int = MOST) -> Section | None:
    """What a mail left out of a section: exactly as many as its link says. None where nothing was."""
    sections = divided(said_once(selection))
    shown = dict(zip((section.key for section in sections), _shares(sections, most), strict=True))
    for section in sections:
        if section.key == key and shown[key] < _size(section):
            return msgspec.structs.replace(section, blocks=_without_first(section.blocks, shown[key]))
    return None


def said_once(selection: Selection) -> Selection:
    """Without what says the same of the same item: a chamber's line and the Library's are two changes and one fact.

    That a roll call was held and how its members voted is told together.
    """
    seen: dict[tuple[str, str, tuple[str, ...]], Entry] = {}
    for entry in selection.entries:
        news = entry.news
        same = news.roll if news.roll and news.kind in _ONE_VOTE else news.sentence
        seen.setdefault((news.item.key, same, entry.reasons), entry)
    return msgspec.structs.replace(selection, entries=tuple(seen.values()))


_ONE_VOTE = ("vote_reference", "vote_positions")


# --- sections ------------------------------------------------------------------------------------------------

_HEADINGS = {
    "status": "Where measures stand",
    "votes": "Votes",
    "committees": "Committees and meetings",
    "cosponsors": "Sponsors and cosponsors",
    "texts": "Texts and summaries",
    "arms-sales": "Arms sales",
    "watchdogs": "Watchdogs",
    REST: "The rest of the record",
    MATCHES: "New to what you follow",
    LATE: "Recorded late",
    CORRECTIONS: "Corrections",
}
_NOTES = {
    "arms-sales": NOT_A_SALE,
    MATCHES: "Nothing happened to these now. They came to match what you follow since the last digest.",
    LATE: "Older facts that reached us only now.",
    CORRECTIONS: "What we told you before and what the publisher says now.",
}


def divided(selection: Selection) -> list[Section]:
    """All that is told, in sections, nothing cut off."""
    late: list[Entry] = []
    by_group: dict[str, list[Entry]] = {group.key: [] for group in GROUPS}
    for entry in selection.entries:
        (late if is_late(entry.news) else by_group[group_of(entry.news.kind)]).append(entry)
    _beside_what_they_made(by_group)
    sections = [
        _section(key, tuple(_blocks(entries, key)), heading=_HEADINGS.get(key) or label)
        for (key, entries), label in zip(by_group.items(), (group.label for group in GROUPS), strict=True)
    ]
    sections += [
        _section(MATCHES, tuple(_matched(match) for match in selection.matches)),
        _section(LATE, tuple(_blocks(late, LATE))),
        _section(CORRECTIONS, tuple(_corrected(one) for one in selection.corrections)),
    ]
    return [section for section in sections if section.blocks]


_MADE_OF_LINES = ("status", "votes", "committees")
"""Groups of what is read out of a line of the official history."""


def _beside_what_they_made(by_group: dict[str, list[Entry]]) -> None:
    """Put lines of the record with the step of the same item and day: there they say how it went, alone they repeat."""
    steps = {
        _step(entry): by_group[key] for key in reversed(_MADE_OF_LINES) for entry in by_group.get(key, ())
    }
    lines = [entry for entry in by_group[REST] if entry.news.kind == "action" and _step(entry) in steps]
    for entry in lines:
        by_group[REST].remove(entry)
        steps[_step(entry)].append(entry)


def _step(entry: Entry) -> tuple[str, date | None, tuple[str, ...]]:
    return entry.news.item.key, entry.news.occurred_on, entry.reasons


def is_late(news: News) -> bool:
    """Whether a fact reached us so long after its day that it must not pass for news."""
    if news.occurred_on is None:
        return False
    return _days_late(news.seen_at, news.occurred_on) > LATE_DAYS_OF.get(group_of(news.kind), LATE_DAYS)


@lru_cache(maxsize=10_000)
def _days_late(seen_at: datetime, occurred_on: date) -> int:
    """How many days after its own a fact reached us, by the calendar of Washington."""
    return (seen_at.astimezone(EASTERN).date() - occurred_on).days


def _section(key: str, blocks: tuple[Block, ...], heading: str = "") -> Section:
    return Section(key, heading or _HEADINGS[key], blocks, note=_NOTES.get(key, ""))


def _blocks(entries: Sequence[Entry], key: str) -> Iterable[Block]:
    """Item by item, what matters most and then what is newest first; what has other reasons stands apart."""
    first: dict[str, tuple[int, int]] = {}
    for entry in entries:
        rank = (-_weight(entry.news), -entry.news.id)
        first[entry.news.item.key] = min(rank, first.get(entry.news.item.key, rank))
    ordered = sorted(
        entries,
        key=lambda entry: (
            first[entry.news.item.key],
            entry.news.item.key,
            entry.reasons,
            entry.news.kind == "action",
            entry.news.id,
        ),
    )
    for _, same in groupby(ordered, key=lambda entry: (entry.news.item.key, entry.reasons)):
        group = list(same)
        item = group[0].news.item
        yield Block(
            item,
            tuple(_line(entry, is_dated_late=key == LATE) for entry in group),
            group[0].reasons,
            lead=_cosponsor_count(group) if key == "cosponsors" else "",
            standing=_standing(item, key),
            next_step=item.next_step if _standing(item, key) else "",
        )


_TELL_STANDING = ("status", "votes", "arms-sales")


def _standing(item: ItemFacts, key: str) -> str:
    """Of an arms sale only the clock: that it was notified is what its change says."""
    if key not in _TELL_STANDING:
        return ""
    return item.act if key == "arms-sales" else item.status


_MARKS = {
    Mark.FRESH: "",
    Mark.MAY_REPEAT: "may repeat what an earlier mail told you",
    Mark.NOT_DELIVERED: "an earlier mail with this could not be delivered",
}


def _line(entry: Entry, *, is_dated_late: bool) -> Line:
    news = entry.news
    late = _late(news)
    if is_dated_late and news.occurred_on and written_date(news.occurred_on) not in news.sentence:
        late = f"of {written_date(news.occurred_on)}, {late}"
    notes = [late, _MARKS[entry.mark]]
    return Line(
        news.id, news.sentence, "; ".join(filter(None, notes)), news.document, news.source, news.link,
        tuple(filter(None, (news.beside, entry.home))),
    )  # fmt: skip


def _late(news: News) -> str:
    """How long after its day it was recorded; a day or two is how publishers work, and not worth a word."""
    if news.occurred_on is None:
        return ""
    if _days_late(news.seen_at, news.occurred_on) <= _USUAL_DAYS:
        return ""
    return recorded_late(news.occurred_on, news.seen_at) or ""


_USUAL_DAYS = 2


def _cosponsor_count(entries: Iterable[Entry]) -> str:
    """ "+2, −1: now 47 cosponsors"; what is no longer listed counts the other way."""
    steps = {"cosponsor_added": 1, "cosponsor_withdrawn": -1, "cosponsor_added_removed": -1,
             "cosponsor_withdrawn_removed": 1}  # fmt: skip
    moves = [steps[entry.news.kind] for entry in entries if entry.news.kind in steps]
    if not moves:
        return ""
    joined, left = moves.count(1), moves.count(-1)
    sums = ", ".join(filter(None, [f"+{joined}" if joined else "", f"−{left}" if left else ""]))
    now = next(iter(entries)).news.item.cosponsors
    return f"{sums}: now {counted(now, 'cosponsor')}" if now is not None else sums


def _matched(match: Match) -> Block:
    note = _MARKS[match.mark]
    line = Line(0, match.item.status or headline(match.item.title), note)
    return Block(match.item, (line,), match.reasons)


def _corrected(one: Correction) -> Block:
    words = f"On {written_date(one.told_on)} we told you: “{one.told.sentence}” {capital(one.now.sentence)}"
    line = Line(one.now.id, words, "", one.now.document, one.now.source)
    return Block(one.now.item, (line,), one.reasons)


# --- how much of each ----------------------------------------------------------------------------------------


def _size(section: Section) -> int:
    return sum(len(block.lines) for block in section.blocks)


def _shares(sections: Sequence[Section], most: int) -> list[int]:
    """How many lines each section shows: some of each first, then in order until the mail is full."""
    left, shares = most, []
    for section in sections:
        share = min(_size(section), MOST_AT_FIRST, left)
        shares.append(share)
        left -= share
    for number, section in enumerate(sections):
        more = min(_size(section) - shares[number], left)
        shares[number] += more
        left -= more
    return shares


def _capped(sections: Sequence[Section], most: int) -> Iterable[Section]:
    for section, share in zip(sections, _shares(sections, most), strict=True):
        yield msgspec.structs.replace(
            section, blocks=_first(section.blocks, share), rest=_size(section) - share
        )  # fmt: skip


def _first(blocks: Iterable[Block], most: int) -> tuple[Block, ...]:
    shown = []
    for block in blocks:
        if most <= 0:
            break
        shown.append(msgspec.structs.replace(block, lines=block.lines[:most]))
        most -= len(block.lines)
    return tuple(shown)


def _without_first(blocks: Iterable[Block], count: int) -> tuple[Block, ...]:
    kept = []
    for block in blocks:
        if count < len(block.lines):
            kept.append(msgspec.structs.replace(block, lines=block.lines[max(count, 0) :]))
        count -= len(block.lines)
    return tuple(kept)


# --- the subject and the opening -----------------------------------------------------------------------------

_STAGE_VERBS = {
    Stage.BECAME_LAW: "became law",
    Stage.PASSED_HOUSE: "passed the House",
    Stage.PASSED_SENATE: "passed the Senate",
    Stage.PASSED_BOTH: "passed both chambers",
    Stage.AGREED_TO: "was agreed to",
    Stage.FAILED_HOUSE: "failed in the House",
    Stage.FAILED_SENATE: "failed in the Senate",
    Stage.ORDERED_REPORTED: "approved by committee",
    Stage.REPORTED: "reported by committee",
    Stage.ON_CALENDAR: "placed on the calendar",
    Stage.TO_PRESIDENT: "sent to the President",
    Stage.VETOED: "was vetoed",
}


def subject(selection: Selection, frame: Frame) -> str:
    """The change that matters most, how many more there are, and by which follows: at most 78 characters."""
    parts = _named_first(selection)
    more = selection.size - 1
    if selection.size == 0:
        return shortened(_named_due(selection, frame), LONGEST_SUBJECT)
    tail = f"; +{counted(more, 'change')}" if more else ""
    every = (frame.names.get(target, (target, ""))[0] for target in selection.targets)
    names = [name for name in every if name not in parts]
    for count in range(min(len(names), 3), 0, -1):
        whose = f" ({', '.join(names[:count])})"
        if len(parts) + len(tail) + len(whose) <= LONGEST_SUBJECT:
            return f"{parts}{tail}{whose}"
    return f"{shortened(parts, LONGEST_SUBJECT - len(tail))}{tail}"


def _named_due(selection: Selection, frame: Frame) -> str:
    """For a mail about last days alone."""
    due = min(selection.dues, key=lambda one: one.item.last_day or date.max, default=None)
    if due is None or due.item.last_day is None:
        return f"Nothing new on what you follow, {written_date(frame.today)}"
    more = f"; +{len(selection.dues) - 1} more" if len(selection.dues) > 1 else ""
    words = f"{_DAY_NAMES.get(due.item.kind, 'Last day')} {written_date(due.item.last_day)}: {due.item.name}"
    return f"{shortened(words, LONGEST_SUBJECT - len(more))}{more}"


_DAY_NAMES = {"deadline": "Due", "continuing-resolution": "By"}
"""What is said before a day where it is not the last one of a clock."""


def _named_first(selection: Selection) -> str:
    fresh = [entry.news for entry in selection.entries if not is_late(entry.news)]
    top = max(fresh, key=lambda news: (_weight(news), news.id), default=None)
    if top is not None:
        return named(top)
    if selection.corrections:
        return f"Correction: {selection.corrections[0].now.item.name}"
    if selection.matches:
        return f"New to what you follow: {shortened(selection.matches[0].item.name, 40)}"
    late = max((entry.news for entry in selection.entries), key=lambda news: news.id, default=None)
    return f"Recorded late: {named(late)}" if late else ""


def named(news: News) -> str:
    """A change in a few words with the item's short name, for a subject: "H.R. 1433 passed the House"."""
    name = shortened(news.item.name, 48)
    say = _NAMED.get(news.kind)
    words = say(name, news) if say else f"{name}: {kind_label(news.kind).lower()}"
    return tidy(words)


def _named_stage(name: str, news: News) -> str:
    try:
        return f"{name} {_STAGE_VERBS[Stage(news.new)]}"
    except (ValueError, KeyError):
        return f"{name}: {stage_label(str(news.new))}"


def _named_vote(name: str, news: News) -> str:
    chamber = {"house": "House", "senate": "Senate"}.get(str(_field(news.new, "chamber")).lower(), "")
    yeas, nays = _field(news.new, "yeas"), _field(news.new, "nays")
    tally = f" {yeas}–{nays}" if isinstance(yeas, int) and isinstance(nays, int) else ""
    return f"{chamber or 'Roll call'} vote{tally} on {name}"


def _named_sale(_: str, news: News) -> str:
    buyer, dollars = _field(news.new, "buyer"), _field(news.new, "dollars")
    most = f", up to {amount(dollars)}" if isinstance(dollars, int) and dollars > 0 else ""
    return f"Arms sale notified{f': {buyer}' if buyer else ''}{most}"


def _field(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


_NAMED: dict[str, Callable[[str, News], str]] = {
    "introduced": lambda name, _: f"New measure: {name}",
    "became_law": lambda name, _: f"{name} became law",
    "setback": lambda name, _: f"{name}: a motion failed",
    "stage": _named_stage,
    "vote_reference": _named_vote,
    "vote_positions": lambda name, _: f"How members voted on {name}",
    "vote_corrected": lambda name, _: f"Roll call on {name} corrected",
    "arms_sale_notified": _named_sale,
    "cosponsor_added": lambda name, _: f"{name} gained a cosponsor",
    "cosponsor_withdrawn": lambda name, _: f"{name} lost a cosponsor",
    "text_version": lambda name, _: f"{name} has a new text",
    "provision_changed": lambda name, _: f"{name}: a condition, sum or deadline changed",
    "provision_added": lambda name, _: f"{name}: a condition, sum or deadline was added",
    "provision_dropped": lambda name, _: f"{name}: a condition, sum or deadline was dropped",
    "report": lambda name, _: f"Committee report on {name}",
    "action": lambda name, _: f"{name}: new entry in its record",
}

_WEIGHTS = {
    "became_law": 100, "vote_reference": 80, "setback": 78, "stage": 76, "arms_sale_notified": 70,
    "vote_positions": 58, "vote_corrected": 57,
    "meeting": 66, "meeting_moved": 66, "meeting_cancelled": 66, "introduced": 60, "arms_sale_value": 55,
    "arms_sale_corrected": 54, "report": 50, "provision_changed": 49, "provision_added": 47,
    "provision_dropped": 46, "text_version": 45, "committee_referral": 40,
    "cosponsor_withdrawn": 36, "cosponsor_added": 35, "summary": 30, "title": 25, "sponsor": 24,
}  # fmt: skip


def _weight(news: News) -> int:
    if news.kind == "stage" and news.new in (Stage.BECAME_LAW, Stage.VETOED, Stage.PASSED_BOTH):
        return 90
    usual = 48 if group_of(news.kind) == "watchdogs" else 10
    return _WEIGHTS.get(news.kind, usual)


def _preheader(selection: Selection, dues: Sequence[Due], frame: Frame) -> str:
    """The next last day, or what else is in the mail."""
    if dues and dues[0].item.last_day:
        due = dues[0]
        return f"Act by {due_words(due, frame.today)}: {due.item.name}."
    return _opening(selection, frame)


def _opening(selection: Selection, frame: Frame) -> str:
    if not selection.size and selection.dues:
        return f"{capital(counted(len(selection.dues), 'last day'))} near, on what you follow."
    told = counted(selection.size, "change")
    followed = {target for one in _told(selection) for target in one.reasons}
    on = counted(len(followed), "thing that you follow", "things that you follow")
    if len(selection.targets) == 1:  # then it is said here and not of each thing
        on = f"{frame.names.get(selection.targets[0], selection.targets)[0]}, which you follow"
    return f"{capital(told)} on {on}, {frame.span}."


def _told(selection: Selection) -> Iterable[Entry | Match | Correction]:
    return (*selection.entries, *selection.matches, *selection.corrections)


def due_words(due: Due, today: date) -> str:
    """A last day as people say it: "Thursday, 3 December 2026, Washington time, 2 days left"."""
    day = due.item.last_day
    if day is None:
        return ""
    left = (day - today).days
    ahead = "today" if left == 0 else "tomorrow" if left == 1 else f"{left} days left"
    return f"{day:%A}, {written_date(day)}, Washington time, {ahead}"


def health_words(
    total: int, current: int, others: Sequence[tuple[str, str, date | None]], bundled_as_of: date | None
) -> str:
    """How the sources are: how many are current, and which are not, since when."""
    if bundled_as_of is not None:
        return (
            f"All facts here came with the program, those on bills as of {written_date(bundled_as_of)}, others as of "
            "the day on their page: no source has been asked from this site yet."
        )
    words = f"{current} of {counted(total, 'source')} {'is' if current == 1 else 'are'} current."
    answered = [(name, state, day) for name, state, day in others if day]
    never = len(others) - len(answered)
    named = [
        f"{name} ({state}, last answered {written_date(day)})" for name, state, day in answered[:_MOST_NAMED]
    ]
    more = len(answered) - len(named)
    if named:
        also = f", and {counted(more, 'more', 'more')}" if more else ""
        words += f" Not current, so that something may be missing: {listed(named)}{also}."
    if never:
        words += (
            f" {capital(counted(never, 'source'))} {'has' if never == 1 else 'have'} never answered here."
        )
    return words


_MOST_NAMED = 5
