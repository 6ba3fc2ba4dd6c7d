"""The things that items are linked to, by their public names: one way from `country:EGY` to "Egypt" and its page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import msgspec

from tracker.linking.linker import packaged_content, packaged_linker

PAGES = {"country": "/countries/", "recommendation": "/recommendations/", "promise": "/promises/"}
"""Kinds of targets that have a page each."""


class Target(msgspec.Struct, frozen=True):
    """What a link points at. `key` is `country:EGY`, `href` None where the kind has no pages of its own."""

    key: str
    kind: str
    slug: str
    name: str
    href: str | None


def target_of(key: str) -> Target:
    """The target of a key; one that the vocabulary no longer has is named by its key."""
    found = all_targets().get(key)
    if found is not None:
        return found
    kind, _, slug = key.partition(":")
    return Target(key, kind, slug, slug, None)


def judged_target(slug: str) -> str | None:
    """The key of the recommendation or promise with that short name; None when there is none."""
    keys = (f"{kind}:{slug}" for kind in ("recommendation", "promise"))
    return next((key for key in keys if key in all_targets()), None)


@cache
def all_targets() -> Mapping[str, Target]:
    """Every target that there is, by key."""
    names = {key: entry.name for key, entry in packaged_linker().vocabulary.entries.items()}
    content = packaged_content()
    names |= {one.target: one.title for one in (*content.recommendations, *content.promises)}
    names["scope:security-assistance"] = "Security assistance"
    return {key: _target(key, name) for key, name in names.items()}


def _target(key: str, name: str) -> Target:
    kind, _, slug = key.partition(":")
    return Target(key, kind, slug, name, f"{PAGES[kind]}{slug}" if kind in PAGES else None)
