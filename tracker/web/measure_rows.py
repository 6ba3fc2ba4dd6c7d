"""Measures in lists, drawn once a day and version: the same one stands in many."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date

from flask import Flask, current_app
from markupsafe import Markup

from tracker.db import db
from tracker.queries.bills import bills_by_id
from tracker.queries.committees import all_committee_names
from tracker.web.caching import Recent, current_version, remembered

_MOST = 14_000  # entries kept, of one or two kilobytes each


def register(app: Flask) -> None:
    app.extensions["drawn"] = Recent(_MOST)


def committee_names() -> dict[str, str]:
    """Display names of all committees, asked for once a version."""
    return remembered(current_version(), "committee names", lambda: all_committee_names(db.session))


def draw(ids: Sequence[int], today: date, *, with_congress: bool, of: tuple[str, ...] = ()) -> Markup:
    """A list of those measures, in the given order; only what was not drawn before is asked for.

    `of` are the targets of links (`country:EGY`) that it was asked for by: each entry says why it is there.
    """

    def entries(missing: list[int]) -> Iterator[tuple[int, Markup]]:
        entry_of = macro("components/measures.html", "measure")
        for item_id, bill in bills_by_id(db.session, missing, today, committee_names()).items():
            yield item_id, entry_of(bill, with_congress, of)

    # Joined as text: Markup would look through every entry again.
    return Markup("".join(drawn(("list", with_congress, of), ids, today, entries)))  # noqa: S704  # each is Markup


def drawn(
    where: Hashable,
    ids: Sequence[int],
    today: date,
    draw: Callable[[list[int]], Iterable[tuple[int, Markup]]],
) -> list[Markup]:
    """Entries of those items as they look in one place; `draw` draws those that were not yet that day and version."""
    kept: Recent[Hashable, Markup] = current_app.extensions["drawn"]
    shared = (current_version(), today, where)
    found = dict(zip(ids, kept.get_all([(shared, item_id) for item_id in ids]), strict=True))
    missing = [item_id for item_id, entry in found.items() if entry is None]
    if missing:
        for item_id, entry in draw(missing):
            found[item_id] = entry
            kept.put((shared, item_id), entry)
    return [entry for entry in found.values() if entry is not None]


def macro(template: str, name: str) -> Callable[..., Markup]:
    """A macro of a component, to be drawn outside a page."""
    found: Callable[..., Markup] = getattr(current_app.jinja_env.get_template(template).module, name)
    return found
