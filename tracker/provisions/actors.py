"""Who must do something and who is told, in an act's words. Pure."""

from __future__ import annotations

import re

_OFFICE = (
    r"(?:Secretar(?:y|ies)|Deputy Secretary|Under Secretary|Assistant Secretary|President(?! pro)|Administrator|"
    r"Director|"
    r"Inspectors? General|Comptroller General|Attorney General|Chief Executive Officer|Chief of Mission|Ambassador|"
    r"Commissioner|Commission|Chairman|Chairperson|Chair|Coordinator|Board|Under Secretaries|Corporation|Commander|"
    r"USAID Administrator|USAGM Chief Executive Officer|MCC Chief Executive Officer|Librarian|Archivist|Architect)"
)
_ACTOR = re.compile(
    rf"\b(?P<who>(?:the|each|The|Each) (?:[A-Z][\w.]* ){{0,3}}?{_OFFICE}"
    r"(?: (?:of|for)(?: the)? [A-Z][\w'’.-]*(?:(?:,? and|,| of| of the| for| on) [A-Z][\w'’.-]*)*)*"
    r"|each (?:department|agency|office|bureau)[^,;]{0,60}|the heads? of (?:each|any|the) [^,;]{3,60}?|"
    r"the (?:agency|department|USAGM|USADF|USAID|Department of [A-Z]\w+(?: and [A-Z]\w+)*))"
    r"(?=,| shall| should| may| must| is\b| certif| determin| report| submit| notif| consult| and the| has\b| in )"
)
_TOLD = re.compile(
    r"\b(?:to|with|brief|notify|inform) (?P<who>the (?:appropriate |relevant |congressional )?"
    r"(?:congressional |defense )*"
    r"(?:[Cc]ommittees?(?: on [A-Z]\w+(?:(?:, | and |, and )[A-Z]\w+)*(?: of the (?:Senate|House of Representatives))?"
    r"(?: and the Committee on [A-Z]\w+(?: [A-Z]\w+)* of the (?:Senate|House of Representatives))?)?"
    r"|Congress\b)|Congress\b)"
)


def actor(text: str, start: int, end: int) -> str | None:
    """The first office named in a span."""
    found = _ACTOR.search(text, start, end)
    return _tidy(found["who"]) if found else None


def last_actor(text: str, start: int, end: int) -> str | None:
    """The last office named in a span."""
    found = [one["who"] for one in _ACTOR.finditer(text, start, end)]
    return _tidy(found[-1]) if found else None


def told(text: str, start: int, end: int) -> str | None:
    """The first committees, or Congress, that something is addressed to in a span."""
    found = _TOLD.search(text, start, end)
    return _tidy(found["who"]) if found else None


def _tidy(words: str) -> str:
    return re.sub(r"^the |^The ", "", words.strip())
