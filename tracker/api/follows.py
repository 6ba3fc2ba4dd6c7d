"""What a digest would bring, for anybody and without an address: one target or a list of them as Atom and JSON.

`/follow.atom?target=country:EGY&target=bill:119-s-1780&kind=votes`: the same selection as a follow of those targets
with those groups of kinds.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

import msgspec
from flask import Response, abort, request
from msgspec import Meta

from tracker.api import asking, compose
from tracker.api.answers import ChangeItem
from tracker.api.feeds import BEGINNING, change_entries, tag
from tracker.api.formats import Feed
from tracker.api.parameters import read_place
from tracker.api.replies import atom_reply, json_reply, settings
from tracker.db import db
from tracker.queries.changes import ChangeRow, following_since, natural_keys
from tracker.queries.followed import Followed, list_followed, read_targets
from tracker.queries.paging import BadParameterError, Page
from tracker.sentences import written_date
from tracker.subscriptions.kinds import GROUPS, groups_in_words
from tracker.subscriptions.outlook import wanted_kinds

PATH = "/follow"


class TargetItem(msgspec.Struct, frozen=True):
    """Something that is followed."""

    target: Annotated[str, Meta(description="As follows name it.", examples=["country:EGY"])]
    title: str
    url: str


class FollowedChanges(msgspec.Struct, frozen=True):
    """What changed on any of the targets, newest first, each change once."""

    targets: tuple[TargetItem, ...]
    kinds: Annotated[tuple[str, ...] | None, Meta(description="Groups of kinds of change; null for all.")]
    items: tuple[ChangeItem, ...]
    next: str | None
    total: int


class Selection(msgspec.Struct, frozen=True):
    """What an address selects."""

    targets: tuple[Followed, ...]
    groups: tuple[str, ...] | None

    @property
    def title(self) -> str:
        """What is followed, in words."""
        names = [one.title for one in self.targets]
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

    def address(self, form: str = "", **more: str) -> str:
        """The address of this selection as a page, or in one of its forms."""
        pairs = [("target", one.target) for one in self.targets] + [
            ("kind", key) for key in self.groups or ()
        ]
        return f"{settings().public_url}{PATH}{form}?{urlencode([*pairs, *more.items()])}"


def read_selection() -> Selection:
    """The targets and groups that this request names. 404 for a target that there is not."""
    wanted = [text for text in request.args.getlist("target") if text.strip()]
    if not wanted:
        raise BadParameterError(
            "target", "target takes what to follow, such as country:EGY; it may stand several times."
        )
    targets, unknown = read_targets(db.session, wanted)
    if unknown:
        abort(404, f"There is no {unknown[0][:80]} to follow.")
    known = [group.key for group in GROUPS]
    groups = tuple(dict.fromkeys(request.args.getlist("kind")))
    if set(groups) - set(known):
        raise BadParameterError("kind", f"kind takes groups of kinds of change: {', '.join(known)}.")
    return Selection(tuple(targets), groups or None)


def _page(which: Selection) -> Page[ChangeRow]:
    targets = [one.target for one in which.targets]
    return list_followed(db.session, targets, wanted_kinds(which.groups), read_place(request.args))


def followed_json() -> Response:
    which = read_selection()
    page, site = _page(which), asking.site()
    response = json_reply(
        FollowedChanges(
            tuple(TargetItem(one.target, one.title, f"{site}{one.path}") for one in which.targets),
            which.groups,
            tuple(compose.change_item(site, change) for change in page.items),
            page.next,
            page.total,
        )
    )
    if page.next:
        response.headers["Link"] = f'<{which.address(".json", after=page.next)}>; rel="next"'
    return response


def followed_atom() -> Response:
    which = read_selection()
    page, since = _page(which), following_since(db.session)
    names = sorted(one.target for one in which.targets)
    kinds = f" Of {groups_in_words(which.groups)}." if which.groups else ""
    feed = Feed(
        id=tag(asking.site(), "follow", *names, *sorted(which.groups or ())),
        title=f"{which.title}: what changed – {settings().site_name}",
        subtitle=f"What changed since {written_date(since.date())}, when following began.{kinds}"
        if since
        else None,
        self_url=which.address(".atom"),
        url=which.address(),
        author=settings().site_name,
        updated=since or BEGINNING,
        entries=change_entries(asking.site(), page.items, natural_keys(db.session, page.items)),
        next_url=which.address(".atom", after=page.next) if page.next else None,
    )
    return atom_reply(feed)
