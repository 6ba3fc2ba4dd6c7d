"""A measure's number in any spelling: "S.J.Res. 33", "sjres33", "HR 983 119th", "119-s-1780". Pure."""

from __future__ import annotations

import re
import unicodedata

import msgspec

from scrapers.records import BillType

_SPELLINGS: dict[BillType, str] = {
    BillType.HR: r"h ?r|h ?b|house bill",
    BillType.S: r"s|s ?b|senate bill",
    BillType.HJRES: r"h ?j ?r(?:es)?|house joint res(?:olution)?",
    BillType.SJRES: r"s ?j ?r(?:es)?|senate joint res(?:olution)?",
    BillType.HCONRES: r"h ?c(?:on)? ?r(?:es)?|house concurrent res(?:olution)?",
    BillType.SCONRES: r"s ?c(?:on)? ?r(?:es)?|senate concurrent res(?:olution)?",
    BillType.HRES: r"h ?res|house res(?:olution)?",
    BillType.SRES: r"s ?res|senate res(?:olution)?",
}
_TYPES = "|".join(f"(?P<{bill_type.value}>{spelling})" for bill_type, spelling in _SPELLINGS.items())
_ORDINAL = r"(?:st|nd|rd|th)?"
_REFERENCE = re.compile(
    rf"(?:bill )?(?:(?P<before>\d{{2,3}}){_ORDINAL} ?(?:congress )?)?"
    rf"(?:{_TYPES}) ?(?:no )?(?P<number>\d{{1,5}})"
    rf"(?: (?:(?:in|of) )?(?:the )?(?P<after>\d{{2,3}}){_ORDINAL}(?: congress)?)?"
)
_KEY = re.compile(rf"(\d{{2,3}})-({'|'.join(BillType)})-([1-9]\d{{0,4}})")
_ADDRESS = re.compile(r"https?://(?:www\.)?congress\.gov/bill/", re.IGNORECASE)
_BETWEEN = re.compile(r"[\W_]+")


class Reference(msgspec.Struct, frozen=True):
    """A measure as somebody names it; without a Congress it may be any."""

    type: BillType
    number: int
    congress: int | None = None

    @property
    def key(self) -> str | None:
        """`119-s-1780`, where the Congress is known."""
        return f"{self.congress}-{self.type.value}-{self.number}" if self.congress else None


def read_key(key: str) -> Reference | None:
    """The measure of a key in our own spelling (`119-s-1780`), and of nothing else."""
    match = _KEY.fullmatch(key)
    return Reference(BillType(match[2]), int(match[3]), int(match[1])) if match else None


def read_reference(text: str) -> Reference | None:
    """The measure that `text` names and that it names alone; None for any other words."""
    if len(text) > 200:
        return None
    plain = _ADDRESS.sub("", unicodedata.normalize("NFKC", text)).lower()
    match = _REFERENCE.fullmatch(_BETWEEN.sub(" ", plain).strip())
    if match is None:
        return None
    number, before, after = int(match["number"]), match["before"], match["after"]
    if number == 0 or (before and after and before != after):
        return None
    bill_type = next(kind for kind in BillType if match[kind.value] is not None)
    congress = before or after
    return Reference(bill_type, number, int(congress) if congress else None)
