"""What an item is about, and which items are about something: links and judgements, read side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import cast

import msgspec
from sqlalchemy import ColumnElement, Select, Table, bindparam, exists, or_, select, true, union
from sqlalchemy.orm import Session

from tracker.linking.evidence import SCOPE, Evidence
from tracker.linking.targets import Target, all_targets, judged_target, target_of
from tracker.models import Item, Judgement, Link, LinkState, Verdict
from tracker.queries.paging import BadParameterError

ITEM = cast(Table, Item.__table__)
LINK = cast(Table, Link.__table__)
JUDGEMENT = cast(Table, Judgement.__table__)

JUDGED_KINDS = ("recommendation", "promise")
"""What a judgement can be about."""


class Bearing(StrEnum):
    """How an item bears on a recommendation or promise: as an editor judged, or it concerns it and nobody judged."""

    ADVANCES = "advances"
    WEAKENS = "weakens"
    CONCERNS = "concerns"


class ShownLink(msgspec.Struct, frozen=True):
    """A link that readers see, with the words that it rests on, strongest first.

    `decided_by` is the editor who confirmed it, None where the rules alone stand behind it.
    """

    target: Target
    score: int
    evidence: tuple[Evidence, ...]
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None


class ShownJudgement(msgspec.Struct, frozen=True):
    """An editor's judgement: the measure advances or weakens the target, because."""

    target: Target
    verdict: Verdict
    reason: str
    made_on: date
    made_by: str


class About(msgspec.Struct, frozen=True):
    """All that one item is linked to. Each list is strongest first."""

    scope: ShownLink | None = None
    countries: tuple[ShownLink, ...] = ()
    regions: tuple[ShownLink, ...] = ()
    programmes: tuple[ShownLink, ...] = ()
    authorities: tuple[ShownLink, ...] = ()
    concerns: tuple[ShownLink, ...] = ()
    judgements: tuple[ShownJudgement, ...] = ()

    def links(self) -> tuple[ShownLink, ...]:
        """Every link but the scope's."""
        return (*self.countries, *self.regions, *self.programmes, *self.authorities, *self.concerns)


NOTHING = About()


_SHOWN = (
    select(
        LINK.c.item_id, LINK.c.target, LINK.c.score, LINK.c.evidence, LINK.c.state, LINK.c.decided_by,
        LINK.c.decided_at, LINK.c.reason,
    )
    .where(LINK.c.item_id.in_(bindparam("ids", expanding=True)), LINK.c.is_shown)
    .order_by(LINK.c.score.desc(), LINK.c.target)
)  # fmt: skip


def about_items(session: Session, ids: Sequence[int]) -> dict[int, About]:
    """What each of these items is about; items without links or judgements are left out."""
    links: dict[int, list[ShownLink]] = defaultdict(list)
    for item_id, *link in session.execute(_SHOWN, {"ids": ids}):
        links[item_id].append(_shown(*link))
    judged = judgements_of(session, ids)
    return {item_id: _about(links[item_id], judged.get(item_id, ())) for item_id in {*links, *judged}}


def about_items_by_key(session: Session, keys: Sequence[str]) -> dict[str, About]:
    """The same by the items' keys, for lists that do not carry their ids."""
    rows = session.execute(select(ITEM.c.id, ITEM.c.key).where(ITEM.c.key.in_(keys))).all()
    about = about_items(session, [row.id for row in rows])
    return {row.key: about[row.id] for row in rows if row.id in about}


_JUDGED = (
    select(
        JUDGEMENT.c.item_id, JUDGEMENT.c.target, JUDGEMENT.c.verdict, JUDGEMENT.c.reason, JUDGEMENT.c.made_on,
        JUDGEMENT.c.made_by,
    )
    .where(JUDGEMENT.c.item_id.in_(bindparam("ids", expanding=True)))
    .order_by(JUDGEMENT.c.target.desc(), JUDGEMENT.c.verdict, JUDGEMENT.c.id)
)  # fmt: skip


def judgements_of(session: Session, ids: Sequence[int]) -> dict[int, list[ShownJudgement]]:
    """What editors hold these items to do, recommendations first; items that nobody judged are left out."""
    judged: dict[int, list[ShownJudgement]] = defaultdict(list)
    for item_id, target, verdict, reason, made_on, made_by in session.execute(_JUDGED, {"ids": ids}):
        judged[item_id].append(ShownJudgement(target_of(target), verdict, reason, made_on, made_by))
    return dict(judged)


def _shown(
    target: str,
    score: int,
    evidence: tuple[Evidence, ...],
    state: LinkState,
    decided_by: str | None,
    decided_at: datetime | None,
    reason: str | None,
) -> ShownLink:
    by = decided_by if state is LinkState.CONFIRMED else None
    return ShownLink(target_of(target), score, evidence, by, decided_at, reason)


def _about(links: Iterable[ShownLink], judgements: Iterable[ShownJudgement]) -> About:
    kinds: dict[str, list[ShownLink]] = defaultdict(list)
    for link in links:
        kinds[link.target.kind].append(link)
    return About(
        scope=next((link for link in kinds["scope"] if link.target.key == SCOPE), None),
        countries=tuple(kinds["country"]),
        regions=tuple(kinds["region"]),
        programmes=tuple(kinds["programme"]),
        authorities=tuple(kinds["authority"]),
        concerns=tuple(kinds["recommendation"] + kinds["promise"]),
        judgements=tuple(judgements),
    )


# --- asking for them --------------------------------------------------------------------------------


def read_country_code(text: str | None) -> str | None:
    """The country that a parameter gives, by its code. Raises BadParameterError for one that there is not."""
    code = (text or "").strip().upper()
    if code and f"country:{code}" not in all_targets():
        raise BadParameterError("country", "country takes an ISO 3166 code of three letters, such as EGY.")
    return code or None


def read_recommendation_slug(text: str | None) -> str | None:
    """The recommendation or promise that a parameter gives. Raises BadParameterError for one that there is not."""
    slug = (text or "").strip().lower()
    if slug and judged_target(slug) is None:
        raise BadParameterError(
            "recommendation",
            "recommendation takes the short name of a recommendation or promise, as in its address.",
        )
    return slug or None


# --- which items ------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def items_about(target: str) -> Select[tuple[int]]:
    """Ids of the items that stand on a target's page: linked to it for readers to see, or judged on it.

    Kept: putting it together costs a page a tenth of its time.
    """
    linked = select(LINK.c.item_id).where(LINK.c.target == target, LINK.c.is_shown == true())
    if target.partition(":")[0] not in JUDGED_KINDS:
        return linked
    judged = select(JUDGEMENT.c.item_id).where(JUDGEMENT.c.target == target)
    return select(union(linked, judged).subquery().c.item_id)


def items_measured() -> Select[tuple[int]]:
    """Ids of the items that bear on any recommendation or promise at all."""
    linked = select(LINK.c.item_id).where(_TO_JUDGED, LINK.c.is_shown == true())
    return select(union(linked, select(JUDGEMENT.c.item_id)).subquery().c.item_id)


_TO_JUDGED = or_(*(LINK.c.target.startswith(f"{kind}:") for kind in JUDGED_KINDS))


def items_bearing(target: str | None, bearing: Bearing) -> Select[tuple[int]]:
    """Ids of the items that bear so on a target, or on any: judged so, or linked to it and not judged on it."""
    pairs = pairs_bearing(bearing).subquery()
    ids = select(pairs.c.item_id)
    return ids if target is None else ids.where(pairs.c.target == target)


def pairs_bearing(bearing: Bearing, target: ColumnElement[str] | None = None) -> Select[tuple[int, str]]:
    """Each item with each recommendation or promise that it bears on so, or with that one; a pair may come twice."""
    if bearing is not Bearing.CONCERNS:
        pairs = select(JUDGEMENT.c.item_id, JUDGEMENT.c.target).where(
            JUDGEMENT.c.verdict == Verdict(bearing.value)
        )
        return pairs if target is None else pairs.where(JUDGEMENT.c.target == target)
    judged = exists().where(JUDGEMENT.c.item_id == LINK.c.item_id, JUDGEMENT.c.target == LINK.c.target)
    which = _TO_JUDGED if target is None else LINK.c.target == target
    return select(LINK.c.item_id, LINK.c.target).where(which, LINK.c.is_shown == true(), ~judged)


def items_in_scope() -> Select[tuple[int]]:
    """Ids of the items that concern U.S. security assistance."""
    return items_about(SCOPE)
