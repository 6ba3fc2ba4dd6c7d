"""The saved documents of every source, and how their expected records are written down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from scrapers.mirror import mirror_content_type
from scrapers.registry import all_sources
from scrapers.source import Document, Request, Source

FOLDER = Path(__file__).resolve().parent
_EXPECTED = ".expected.json"
_FETCHED_AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
_LINE = re.compile(r"^\| `(?P<file>[^`]+)` \| (?P<url>https://\S+) \| (?P<origin>.+) \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved document: its source's key, its file, and the address that the source knows it by."""

    key: str
    path: Path
    url: str

    def __str__(self) -> str:
        return f"{self.key}/{self.path.name}"

    @property
    def expected_path(self) -> Path:
        return self.path.with_name(self.path.stem + _EXPECTED)

    def document(self) -> Document:
        """As the fetcher would bring it."""
        body = self.path.read_bytes()
        return Document(
            url=self.url, body=body, content_type=mirror_content_type(PurePosixPath(self.path.name), body),
            fetched_at=_FETCHED_AT, sha256=sha256(body).hexdigest(),
        )  # fmt: skip

    def found(self) -> list[Any]:
        """What the source reads from it now, as plain values."""
        source: Source = all_sources()[self.key]
        return [_plain(found) for found in source.parse(self.document())]

    def expected(self) -> list[Any]:
        """What it must read from it."""
        values: list[Any] = msgspec.json.decode(self.expected_path.read_bytes())
        return values


def saved_documents(key: str) -> list[Path]:
    """The documents in a source's folder."""
    return sorted(
        path for path in (FOLDER / key).iterdir()
        if path.suffix != ".md" and not path.name.endswith(_EXPECTED)
    )  # fmt: skip


def addresses(key: str) -> dict[str, str]:
    """Address by file name, as the folder's README lists them."""
    readme = (FOLDER / key / "README.md").read_text(encoding="utf-8")
    return {line["file"]: line["url"] for line in _LINE.finditer(readme)}


def all_saved() -> Iterator[Saved]:
    """Every saved document that its folder's README lists."""
    for key in all_sources():
        if (FOLDER / key).is_dir():
            listed = addresses(key)
            for path in saved_documents(key):
                if path.name in listed:
                    yield Saved(key, path, listed[path.name])


def _plain(found: Any) -> dict[str, Any]:
    if isinstance(found, Request):
        return {"kind": "Request", **_filled(msgspec.to_builtins(found))}
    return {"kind": type(found).__name__, **_filled(msgspec.to_builtins(found))}


def _filled(value: Any) -> Any:
    """Without what is empty: every field has one empty value, so nothing is lost."""
    if isinstance(value, dict):
        return {name: _filled(inner) for name, inner in value.items() if inner not in (None, [], ())}
    if isinstance(value, (list, tuple)):
        return [_filled(inner) for inner in value]
    return value
