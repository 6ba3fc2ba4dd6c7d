"""What a person typed, cut into words and phrases. Pure; `full_text` makes queries of them.

Nobody's words become query syntax, because only letters and digits are left of them here.
"""

from __future__ import annotations

import re
import unicodedata

_PARTS = re.compile(r'"([^"]*)"|([^\s"]+)')
_WORD = re.compile(r"\w+")
_LONGEST = 200
_MOST_WORDS = 12

Phrases = list[list[str]]
"""What must all occur: each a word, or several words in a row."""


def read_phrases(text: str) -> Phrases:
    """The phrases to look for, each a list of words: one word, or several that were in quotation marks.

    At most a dozen words count; more would not narrow the result.
    """
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).replace("“", '"').replace("”", '"')
    phrases = []
    for quoted, bare in _PARTS.findall(plain):
        words = _WORD.findall(quoted or bare)
        if words:
            phrases.append(words)
    kept, count = [], 0
    for words in phrases:
        count += len(words)
        if count > _MOST_WORDS:
            break
        kept.append(words)
    return kept
