"""What is new in a text against the version before it: which one that is, and what the ledger gets of it.

Only what came in this run, against what an earlier run or the bundle brought, is news; so a first reading is
silent, and so is a text that is read again. The version before is the last of the same measure, else the step
before in its appropriations measure, else the act of the year before.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from tracker.changes import Draft
from tracker.content.measures import Measure, printed
from tracker.ingest.texts import TEXT, stored_provisions
from tracker.linking.linker import packaged_content
from tracker.linking.vocabulary import load_vocabulary
from tracker.provisions import read
from tracker.provisions.news import provision_drafts

ORDER = (
    "ih",
    "is",
    "cdh",
    "rh",
    "rs",
    "pcs",
    "pch",
    "eh",
    "es",
    "cps",
    "rds",
    "rdh",
    "rfs",
    "rfh",
    "eah",
    "eas",
    "enr",
    "law",
)
"""Which version of a measure comes before which."""


class Before(NamedTuple):
    """The text before, and the divisions to lay side by side; None for all of a text."""

    text: Any
    division: str | None = None
    old_division: str | None = None


def newest_text(connection: Connection) -> int:
    """The number of the newest text that is held: what has a greater one came since."""
    found: int = connection.execute(select(func.coalesce(func.max(TEXT.c.id), 0))).scalar_one()
    return found


def text_drafts(connection: Connection, since: int) -> list[tuple[int, Draft, int]]:
    """What every text that came since changes, with its item and the document that says so."""
    fresh = connection.execute(
        select(TEXT).where(TEXT.c.id > since, TEXT.c.item_id.is_not(None)).order_by(TEXT.c.id)
    )
    made = []
    for text in fresh.all():
        before = _before(connection, text, since)
        if before is None or not (text.digest and before.text.digest):
            continue
        made += [(text.item_id, draft, text.document_id) for draft in _drafts(connection, before, text)]
    return made


def _drafts(connection: Connection, before: Before, text: Any) -> list[Draft]:
    entries = load_vocabulary().entries
    names = {key.partition(":")[2]: entry.name for key, entry in entries.items() if entry.kind == "country"}
    is_same_measure = before.text.bill_key == text.bill_key
    return provision_drafts(
        _on_aid(connection, before.text, before.old_division),
        _on_aid(connection, text, before.division),
        version=text.version,
        occurred_on=text.issued_on or text.enacted_on,
        since=before.text.version if is_same_measure else f"{before.text.bill_key}/{before.text.version}",
        names=names,
    )


def _on_aid(connection: Connection, text: Any, division: str | None) -> list[read.Provision]:
    return [
        one
        for one in stored_provisions(connection, text.id)
        if read.concerns_aid(one, text.title)
        and (division is None or read.division_of(one.section) == division)
    ]


def _before(connection: Connection, text: Any, since: int) -> Before | None:
    """The text to compare with, held before this run; None for a text older than what is held."""
    own = connection.execute(select(TEXT).where(TEXT.c.bill_key == text.bill_key, TEXT.c.id <= since)).all()
    if own:
        last = max(own, key=lambda one: _place(one.version))
        return Before(last) if _place(last.version) < _place(text.version) else None
    for measure in packaged_content().measures.values():
        found = _in_measure(connection, measure, text, since)
        if found is not None:
            return found
    return None


def _place(version: str) -> int:
    return ORDER.index(version) if version in ORDER else ORDER.index("eah")


def _in_measure(connection: Connection, measure: Measure, text: Any, since: int) -> Before | None:
    """The step before in an appropriations measure that this text is a step of, or the act of the year before."""
    steps = [stone for stone in measure.milestones if stone.is_step]
    at = next(
        (
            number
            for number, stone in enumerate(steps)
            if (shown := printed(stone.text or ""))
            and (shown.bill, shown.version) == (text.bill_key, text.version)
        ),
        None,
    )
    if at is None:
        return None
    prior = packaged_content().measures.get(f"{measure.fiscal_year - 1}-{measure.subcommittee}")
    act = prior.enacted if prior else None
    if act is not None and act.continues:
        continued = packaged_content().measures.get(act.continues)
        act = continued.enacted if continued else None
    for stone in [*reversed(steps[:at]), *([act] if act else [])]:
        shown = printed(stone.text or "")
        held = (
            shown
            and connection.execute(
                select(TEXT).where(
                    TEXT.c.bill_key == shown.bill, TEXT.c.version == shown.version, TEXT.c.id <= since
                )
            ).one_or_none()
        )
        if held:
            return Before(held, steps[at].division, stone.division)
    return None
