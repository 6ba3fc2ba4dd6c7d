"""What pages with a list share: addresses that keep the filter, and the parts of the list beside this one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import request

from tracker.queries.paging import Page, Place

Args = Mapping[str, str]


def read_place(args: Args) -> Place:
    """The part of a list that a page's address asks for; pages have one length."""
    return Place(after=args.get("after") or None, before=args.get("before") or None)


def chosen(*names: str) -> dict[str, str]:
    """The named parameters of this request that have a value, in the order of `names`."""
    given = request.args.to_dict()  # a MultiDict makes an exception, with its page, for every name it has not
    return {name: value for name in names if (value := given.get(name, "").strip())}


def address(path: str, parameters: Args, **more: str | None) -> str:
    """A path with parameters; those of `more` that are None are left out."""
    pairs = {**parameters, **{name: value for name, value in more.items() if value is not None}}
    return f"{path}?{urlencode(pairs)}" if pairs else path


def neighbours(path: str, parameters: Args, page: Page[Any]) -> dict[str, str]:
    """The addresses of the part before and the part after; empty where there is none."""
    return {
        "previous": address(path, parameters, before=page.previous) if page.previous else "",
        "next": address(path, parameters, after=page.next) if page.next else "",
    }


def formats(path: str, parameters: Args, *kinds: str) -> list[tuple[str, str, str]]:
    """The same list in other forms: (label, address, media type)."""
    return [(_LABELS[kind], address(f"{path}.{kind}", parameters), _MEDIA_TYPES[kind]) for kind in kinds]


_LABELS = {"json": "JSON", "csv": "CSV", "atom": "Atom feed", "ics": "Calendar"}
_MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv",
    "atom": "application/atom+xml",
    "ics": "text/calendar",
}
