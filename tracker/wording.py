"""Words for any reader, on a page, in a feed, in a mail: counts, lists, and a publisher's text fit to show. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence


def counted(count: int, noun: str, plural: str = "") -> str:
    """A number of things: "no measures", "1 measure", "17,817 measures"."""
    many = plural or f"{noun}s"
    return f"no {many}" if count == 0 else f"1 {noun}" if count == 1 else f"{count:,} {many}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """Words in a row: "a, b and c"."""
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def lower_first(words: str) -> str:
    """With a small letter at the beginning."""
    return words[:1].lower() + words[1:]


def capital(words: str) -> str:
    """With a capital at the beginning."""
    return words[:1].upper() + words[1:]


# Control characters, marks that turn the direction of what follows, and others that nobody can see.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


def visible(text: str) -> str:
    """A text without control characters and marks that turn its direction."""
    return text if text.isprintable() else _UNSEEN.sub("", text)


def tidy(text: str) -> str:
    """A publisher's words on one line, of visible characters only."""
    return " ".join(visible(text).split())


def headline(title: str) -> str:
    """A measure's title as a heading: without the full stop that official titles end with."""
    line = tidy(title)
    return line[:-1] if line.endswith(".") and not line.endswith(("U.S.", "D.C.")) else line


def shortened(text: str, longest: int) -> str:
    """At most so many characters, cut between words."""
    line = tidy(text)
    return line if len(line) <= longest else line[:longest].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"
