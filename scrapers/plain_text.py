"""Publishers' words as plain text: entities undone once, markup dropped, contact details left out. Pure.

Used by the sources of watchdogs. What comes out holds no markup to obey and is escaped like any text where it is
shown; `<` may stand in it, as a sign.
"""

from __future__ import annotations

import re
from html import unescape

from lxml import etree, html

_ODD_BLANKS = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_NO_WIDTH = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9:]{0,20}(?:\s[^<>]{0,2000})?/?>|<!--")
_BLOCKS = (
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "footer", "form", "header", "hr", "h1",
    "h2", "h3", "h4", "h5", "h6", "li", "main", "nav", "ol", "p", "pre", "section", "table", "td", "th", "time",
    "tr", "ul",
)  # fmt: skip
_UNREAD = ("script", "style", "template", "noscript", "iframe", "object", "svg")

# Bounded, and not begun in the middle of a word: a run of a million letters costs one look at each.
EMAIL = r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
TELEPHONE = (
    r"(?<![\w.,$/-])(?:\+?1[-. ]{1,2})?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\w-])"
    r"|(?<![\w+])\+\d{1,3}(?:[ ().-]{1,2}\d{1,4}){2,6}(?![\w-])"
)
# "For more information, contact NAME at (202) 512-…": the name goes with the number.
CALL = r"For (?:more|further|additional) information,? (?:please )?contact:?\s[^\n<]{0,300}"
_CONTACTS = re.compile(f"{CALL}|{EMAIL}|{TELEPHONE}")


def tidy(text: str) -> str:
    """The text with ordinary blanks only, lines without blanks around them, at most one empty line between two."""
    text = _NO_WIDTH.sub("", _ODD_BLANKS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")))
    lines = (" ".join(line.split()) for line in _CONTROLS.sub("", text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def one_line(text: str) -> str:
    """The text tidied, on one line."""
    return " ".join(tidy(text).split())


def unescaped(text: str) -> str:
    """A publisher's second escaping undone, once: `R&amp;D` is `R&D`, and `&amp;lt;` is `&lt;` and no sign."""
    return unescape(text)


def plain(text: str) -> str:
    """What a piece of a feed says: of markup its words, of plain text its lines. Entities are undone once."""
    return tidy(_words(text) if _TAG.search(text) else unescaped(text))


def plain_line(text: str) -> str:
    """`plain`, on one line: a title."""
    return " ".join(plain(text).split())


def without_contacts(text: str) -> str:
    """Without e-mail addresses, telephone numbers and whom to contact: they belong to people and are not kept."""
    return tidy(_CONTACTS.sub("", text)) if _CONTACTS.search(text) else text


def _words(markup: str) -> str:
    try:
        root = html.fragment_fromstring(_CONTROLS.sub("", markup), create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return _TAG.sub(" ", markup)
    for unread in list(root.iter(*_UNREAD)):
        unread.drop_tree()
    for break_ in root.iter("br"):
        break_.tail = "\n" + (break_.tail or "")
    for block in root.iter(*_BLOCKS):
        block.text, block.tail = "\n" + (block.text or ""), "\n" + (block.tail or "")
    return str(root.text_content())
