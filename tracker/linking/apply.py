"""Links into rows: the only part of linking that knows a database.

A collection links what it stores, in its own transaction. When the vocabulary, the signals or the rules change,
`relink` finds the items that the change can touch, says what would differ, and writes only that. What an editor
decided about stays as it is, whatever the rules say.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

import msgspec
from sqlalchemy import Connection, Table, bindparam, delete, func, select, update

from scrapers.progress import Progress, quiet
from tracker.bulk import allocate_ids, insert_rows
from tracker.linking.evidence import SCOPE, Described, Evidence, Proposed
from tracker.linking.linker import WHOLE, Linker
from tracker.linking.match import contains_any
from tracker.linking.stored import described_items
from tracker.models import Item, Link, LinkedWith, LinkState, is_shown

ITEM = cast(Table, Item.__table__)
LINK = cast(Table, Link.__table__)
LINKED_WITH = cast(Table, LinkedWith.__table__)

_BATCH = 500


class Differences(NamedTuple):
    """What the rules say now against what is stored, for some items. Ids are the links'."""

    created: list[tuple[int, Proposed]]
    changed: list[tuple[int, Proposed]]
    removed: list[tuple[int, str]]

    def add(self, other: Differences) -> None:
        """Take in the differences of further items."""
        self.created.extend(other.created)
        self.changed.extend(other.changed)
        self.removed.extend(other.removed)

    def counts(self) -> Counter[str]:
        """How many links each target gains, as "+country:EGY", loses ("-…") or words anew ("~…")."""
        found = Counter(f"+{link.target}" for _, link in self.created)
        found.update(f"~{link.target}" for _, link in self.changed)
        found.update(f"-{target}" for _, target in self.removed)
        return found


class Report(msgspec.Struct):
    """What relinking did or, as a preview, would do. `because` names the entries that changed."""

    items: int = 0
    links_created: int = 0
    links_changed: int = 0
    links_removed: int = 0
    because: list[str] = []
    by_target: dict[str, int] = {}
    seconds: float = 0.0


def link_new(connection: Connection, items: Sequence[tuple[int, Described]], linker: Linker) -> None:
    """Links of items that have none yet."""
    _insert(connection, [(item_id, link) for item_id, item in items for link in linker.propose(item)])


def link_again(connection: Connection, items: Mapping[int, Described], linker: Linker) -> Differences:
    """Links of items whose text may have changed; only what differs is written."""
    found = differences(connection, items, linker)
    _write(connection, found)
    return found


def relink(
    connection: Connection,
    linker: Linker,
    *,
    everything: bool = False,
    preview: bool = False,
    told: Callable[[Report], None] = lambda _: None,
    progress: Progress = quiet,
) -> Report:
    """Link what a change in the vocabulary, the signals or the rules touches, or everything again.

    `told` is called with the report of what will be written before anything is.
    """
    began = time.monotonic()
    before = {row.entry: row for row in connection.execute(select(LINKED_WITH))}
    now = linker.made_with()
    because = sorted(
        entry
        for entry in before.keys() | now.keys()
        if entry != WHOLE
        and (entry not in before or entry not in now or before[entry].digest != now[entry].digest)
    )
    report = Report(because=because)
    total = Differences([], [], [])
    if because or everything:
        words = {
            word for entry in because for made in (before, now) if entry in made for word in made[entry].words
        }
        is_every = everything or linker.touches_everything(because)
        wanted = None if is_every else _linked_to(connection, linker.targets_of(because))
        for items in _touched(connection, wanted, words, progress):
            found = differences(connection, items, linker)
            total.add(found)
            report.items += len(items)
    counts = total.counts()
    report.links_created = len(total.created)
    report.links_changed = len(total.changed)
    report.links_removed = len(total.removed)
    report.by_target = dict(sorted(counts.items()))
    told(report)
    if not preview:
        _write(connection, total)
        if because:
            connection.execute(delete(LINKED_WITH))
            insert_rows(connection, LINKED_WITH, [(e, made.digest, made.words) for e, made in now.items()])
    report.seconds = round(time.monotonic() - began, 3)
    return report


def is_outdated(connection: Connection, linker: Linker) -> bool:
    """Whether links were made with another vocabulary or other rules than the program's own."""
    made = connection.execute(select(LINKED_WITH.c.digest).where(LINKED_WITH.c.entry == WHOLE)).scalar()
    return made != linker.made_with()[WHOLE].digest


def differences(connection: Connection, items: Mapping[int, Described], linker: Linker) -> Differences:
    """What would have to be written for these items. Reads only."""
    stored: dict[int, dict[str, Any]] = defaultdict(dict)
    for row in connection.execute(select(LINK).where(LINK.c.item_id.in_(items))):
        stored[row.item_id][row.target] = row
    found = Differences([], [], [])
    for item_id, item in items.items():
        rows = stored[item_id]
        proposed = {link.target: link for link in linker.propose(item, in_scope=_said(rows.get(SCOPE)))}
        for target, link in proposed.items():
            if target not in rows:
                found.created.append((item_id, link))
                continue
            row = rows[target]
            if row.state is LinkState.AUTO and _says(row) != (link.score, link.evidence):
                found.changed.append((row.id, link))
        found.removed.extend(
            (row.id, target)
            for target, row in rows.items()
            if target not in proposed and row.state is LinkState.AUTO
        )
    return found


def _said(scope: Any) -> bool | None:
    """Whether an editor said that the item is in scope, or not; None where no editor did."""
    return None if scope is None or scope.state is LinkState.AUTO else scope.state is LinkState.CONFIRMED


def _says(row: Any) -> tuple[int, tuple[Evidence, ...]]:
    return row.score, row.evidence


def _linked_to(connection: Connection, targets: Sequence[str]) -> set[int]:
    """Items with a link to one of these: it may have lost the words that made it."""
    return set(connection.execute(select(LINK.c.item_id).where(LINK.c.target.in_(targets))).scalars())


def _touched(
    connection: Connection,
    wanted: set[int] | None,
    words: set[str],
    progress: Progress,
) -> Iterator[dict[int, Described]]:
    """All items in batches, or those wanted and those with one of the words in them."""
    speaks_of = contains_any(words)
    total = connection.execute(select(func.count()).select_from(ITEM)).scalar_one()
    last, done = 0, 0
    after = select(ITEM.c.id).where(ITEM.c.id > bindparam("last")).order_by(ITEM.c.id).limit(_BATCH)
    while ids := connection.execute(after, {"last": last}).scalars().all():
        items = described_items(connection, ids)
        if wanted is not None:
            items = {
                item_id: item
                for item_id, item in items.items()
                if item_id in wanted or any(speaks_of(field.text) for field in item.fields)
            }
        if items:
            yield items
        last, done = ids[-1], done + len(ids)
        progress("items", done, total)


def _insert(connection: Connection, links: Sequence[tuple[int, Proposed]]) -> None:
    if not links:
        return
    ids = allocate_ids(connection, LINK, len(links))
    insert_rows(connection, LINK, [
        (link_id, item_id, link.target, link.score, LinkState.AUTO, is_shown(LinkState.AUTO, link.score),
         link.evidence, None, None, None)
        for link_id, (item_id, link) in zip(ids, links, strict=True)
    ])  # fmt: skip


def _write(connection: Connection, found: Differences) -> None:
    _insert(connection, found.created)
    if found.changed:
        connection.execute(
            update(LINK).where(LINK.c.id == bindparam("link_id")),
            [
                {"link_id": link_id, "score": link.score, "evidence": link.evidence,
                 "is_shown": is_shown(LinkState.AUTO, link.score)}
                for link_id, link in found.changed
            ],
        )  # fmt: skip
    for start in range(0, len(found.removed), _BATCH):
        gone = [link_id for link_id, _ in found.removed[start : start + _BATCH]]
        connection.execute(delete(LINK).where(LINK.c.id.in_(gone)))
