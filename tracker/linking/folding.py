"""Text as the matcher compares it: one byte a character, without accents, typographer's quotes or odd blanks.

Names come in many spellings of the same letters: "Türkiye", "Turkiye", or with the mark as a character of
its own, "Côte d’Ivoire" with a curly quote, "North Korea" broken over two lines. All are folded to the same bytes,
and every byte knows which character of the original it stands for, so that evidence can quote the original.

* A letter with marks becomes its bare letter (é → e, Ø → O); curly quotes and prime marks become ', hyphens,
  en dashes and minus signs become -. Case stays.
* White space of any kind becomes blanks.
* Marks and characters that have no width (combining accents, soft hyphens, joiners, marks of direction) vanish.
* Any other character becomes a byte that no name holds: one for letters and digits of other scripts, which cannot
  be the edge of a word, and one for everything else.
"""

from __future__ import annotations

import codecs
import unicodedata
from array import array
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

_OTHER_LETTER = 0x80
_OTHER_SIGN = 0x81
_NOTHING = 0x82

_BARE = {
    **dict.fromkeys("‘’‚‛′ʹʼʻ´", "'"),
    **dict.fromkeys("“”„‟″", '"'),
    **dict.fromkeys("‐‑‒–−", "-"),
    **dict(zip("ØøŁłĐđĦħŦŧƗɨÐðı", "OoLlDdHhTtIiDdi", strict=True)),
}
"""What canonical decomposition does not take apart."""

_ASCII = bytes(
    ord(" ") if chr(code).isspace() else ord("'") if chr(code) == "`" else code for code in range(128)
) + bytes(range(128, 256))

WORD = bytes(chr(code).isalnum() or chr(code) in "_@" for code in range(128)) + bytes(
    code == _OTHER_LETTER for code in range(128, 256)
)
"""1 for each folded byte that may not stand directly beside a name. "_" and "@" make handles and addresses."""


class Folded:
    """Folded bytes, and where in the original they stood."""

    def __init__(self, original: str, text: bytes, marked: bytes | None) -> None:
        self.text = text
        self._original = original
        self._marked = marked

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the bytes `start` to `end` stood in the original, with the marks that the last letter carries."""
        if self._marked is None:
            return start, end
        start += bisect_right(self._vanished, start)
        end += bisect_right(self._vanished, end - 1)
        while end < len(self._original) and unicodedata.combining(self._original[end]):
            end += 1
        return start, end

    @cached_property
    def _vanished(self) -> array[int]:
        """For each character that vanished, how many bytes stand before it."""
        assert self._marked is not None
        return array("q", accumulate(map(len, self._marked.split(_GONE)[:-1])))


def fold(text: str) -> Folded:
    """The text as bytes to compare. Only where something vanishes do offsets differ, and take a table."""
    folded = text.encode("ascii", _HANDLER).translate(_ASCII)
    if _GONE in folded:
        return Folded(text, folded.translate(None, _GONE), folded)
    return Folded(text, folded, None)


_GONE = bytes([_NOTHING])


class _Characters(dict[str, bytes]):
    """The byte for each character outside ASCII, found out when it first occurs."""

    def __missing__(self, character: str) -> bytes:
        byte = _byte_for(character).to_bytes()
        if character <= "\uffff":  # a text of every character there is must not stay in memory
            self[character] = byte
        return byte


def _byte_for(character: str) -> int:
    bare = _BARE.get(character) or unicodedata.normalize("NFD", character)[0]
    category = unicodedata.category(character)
    if bare.isascii() and (bare.isalnum() or character in _BARE):
        return ord(bare)
    if character.isspace():
        return ord(" ")
    if category in ("Mn", "Me", "Cf"):
        return _NOTHING
    return _OTHER_LETTER if category[0] in "LM" or category in ("Nd", "Nl") else _OTHER_SIGN


_CHARACTERS = _Characters()
_HANDLER = "tracker-folding"


def _fold_run(error: UnicodeError) -> tuple[bytes, int]:
    """What the ASCII encoder calls for each run of characters that it cannot write."""
    assert isinstance(error, UnicodeEncodeError)
    start, end = error.start, error.end
    if end - start == 1:
        return _CHARACTERS[error.object[start]], end
    return b"".join(map(_CHARACTERS.__getitem__, error.object[start:end])), end


codecs.register_error(_HANDLER, _fold_run)
