"""Taking people out of feeds: who wrote an entry, e-mail addresses, telephone numbers. Pure, and on the raw bytes.

It is done before a document is kept, so that the evidence of what a publisher said holds no staff list.
"""

from __future__ import annotations

import re

from scrapers.plain_text import CALL, EMAIL, TELEPHONE

_NAMES = rb"dc:creator|author|managingEditor|webMaster|itunes:author|itunes:owner|contributor"
_AUTHOR = re.compile(rb"<(?P<end>/?)(?P<name>" + _NAMES + rb")(?:\s[^<>]{0,500})?(?P<empty>/?)>")
_CONTACTS = re.compile(f"{CALL}|{EMAIL}|{TELEPHONE}".encode())
# Drupal shortens an author's address for show: "Tiffany.Osborn…".
_SHORTENED = re.compile(rb"(?<![\w.'-])[A-Za-z][\w'-]{1,40}(?:\.[\w'-]{1,40}){1,4}\xe2\x80\xa6")


_WIDE = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_ENCODING = re.compile(r"""(?<=<\?xml)([^>]{0,60}?)\sencoding=["'][\w-]{1,30}["']""")


def without_people(body: bytes) -> bytes:
    """The feed without the elements that name an author, and without addresses and numbers to reach somebody.

    One in characters of two or four bytes becomes UTF-8, in which they can be found.
    """
    body = _narrow(body)
    kept, end, opened = [], 0, None
    for found in _AUTHOR.finditer(body):
        if found["empty"]:
            continue
        if not found["end"]:
            opened = opened or found
        elif opened is not None and found["name"] == opened["name"]:
            kept.append(body[end : opened.end()])
            end, opened = found.start(), None
    kept.append(body[end:])
    return _SHORTENED.sub(b"", _CONTACTS.sub(b"", b"".join(kept)))


def _narrow(body: bytes) -> bytes:
    encoding = next((name for mark, name in _WIDE.items() if body.startswith(mark)), None)
    if encoding is None:
        return body
    try:
        return _ENCODING.sub(r"\1", body.decode(encoding), count=1).encode()
    except UnicodeError:
        return body
