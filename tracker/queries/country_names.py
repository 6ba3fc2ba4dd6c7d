"""Countries and territories by name: every one that the vocabulary has, in any spelling that it knows. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import msgspec

from tracker.linking.folding import fold
from tracker.linking.linker import packaged_linker
from tracker.linking.vocabulary import Entry

GROUPS: Mapping[str, frozenset[str]] = MappingProxyType({
    "Sub-Saharan Africa": frozenset({"sub-saharan-africa"}),
    "Middle East and North Africa": frozenset({"middle-east-and-north-africa", "north-africa"}),
    "South and Central Asia": frozenset({"south-and-central-asia"}),
    "East Asia and the Pacific": frozenset({"indo-pacific", "east-asia", "oceania"}),
    "Western Hemisphere": frozenset({"western-hemisphere"}),
    "Europe": frozenset({"europe", "arctic"}),
})  # fmt: skip
"""The parts of the world that the list is grouped by, each with the vocabulary's regions that make it.

A country stands in the first that has one of its regions.
"""
ELSEWHERE = "Elsewhere"


class Region(msgspec.Struct, frozen=True):
    """A region that a country belongs to. `key` is its target in links: `region:sahel`."""

    key: str
    name: str


class Country(msgspec.Struct, frozen=True):
    """A country or territory. `code` is ISO 3166 alpha-3 (XKX is Kosovo's), `official` its full name, if it has one.

    `regions` are from the nearest to the widest; `group` is the part of the world that lists show it in.
    """

    code: str
    alpha2: str
    name: str
    official: str
    regions: tuple[Region, ...]
    group: str

    @property
    def target(self) -> str:
        """Its key in links."""
        return f"country:{self.code}"


@cache
def all_countries() -> Mapping[str, Country]:
    """Every country by code, in the order of names."""
    entries = packaged_linker().vocabulary.entries
    countries = (_country(entry, entries) for entry in entries.values() if entry.kind == "country")
    ordered = sorted(countries, key=lambda country: _folded(country.name))
    return MappingProxyType({country.code: country for country in ordered})


def _country(entry: Entry, entries: Mapping[str, Entry]) -> Country:
    code = entry.key.partition(":")[2]
    regions = tuple(Region(f"region:{key}", entries[f"region:{key}"].name) for key in entry.region)
    group = next((name for name, parts in GROUPS.items() if parts & set(entry.region)), ELSEWHERE)
    return Country(code, _ALPHA2.get(code, ""), entry.name, entry.official, regions, group)


# --- by any spelling --------------------------------------------------------------------------------


def country_named(text: str) -> Country | None:
    """The one country that a code, a name or another word of the vocabulary means; None where none or several do."""
    wanted = _folded(text)
    found = [code for code, spellings in _spellings().items() if wanted in spellings]
    as_code = [code for code in found if wanted in (code.lower(), all_countries()[code].alpha2.lower())]
    return all_countries()[(as_code or found)[0]] if len(as_code or found) == 1 else None


def find_countries(text: str) -> tuple[Country, ...]:
    """Countries with a spelling in which some word begins as the text does, in the order of names."""
    wanted = f" {_folded(text)}"
    if wanted == " ":
        return tuple(all_countries().values())
    return tuple(
        all_countries()[code]
        for code, spellings in _spellings().items()
        if any(wanted in f" {spelling}" for spelling in spellings)
    )


def similar_countries(text: str, most: int = 6) -> tuple[Country, ...]:
    """Countries that somebody who wrote this may have meant, the likeliest first."""
    found = {country.code: country for country in find_countries(text)[:most]} if _folded(text) else {}
    owners = {spelling: code for code, spellings in _spellings().items() for spelling in spellings}
    for spelling in difflib.get_close_matches(_folded(text)[:_LONGEST], owners, n=3 * most, cutoff=0.72):
        found.setdefault(owners[spelling], all_countries()[owners[spelling]])
    return tuple(found.values())[:most]


_LONGEST = 60
"""Characters of what somebody wrote that are compared with names: the longest name has fewer."""


@cache
def _spellings() -> Mapping[str, frozenset[str]]:
    """All that means a country, by code, in the order of names."""
    entries = packaged_linker().vocabulary.entries
    return {
        code: frozenset(
            _folded(words)
            for words in (code, country.alpha2, country.name, country.official,
                          *entries[country.target].words, *entries[country.target].spellings.values())
            if words
        )
        for code, country in all_countries().items()
    }  # fmt: skip


def _folded(text: str) -> str:
    """The text in small letters without accents, points, hyphens and a leading "the"."""
    plain = (
        fold(text[:200]).text.decode("latin-1").lower().replace(".", "").replace("-", " ").replace("_", " ")
    )
    return " ".join(plain.split()).removeprefix("the ")


_PAIRS = """
ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO ARARG ATAUT AUAUS AWABW AZAZE BABIH BBBRB BDBGD
BEBEL BFBFA BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES BRBRA BSBHS BTBTN BWBWA BYBLR
BZBLZ CACAN CCCCK CDCOD CFCAF CGCOG CHCHE CICIV CKCOK CLCHL CMCMR CNCHN COCOL CRCRI CUCUB CVCPV
CWCUW CXCXR CYCYP CZCZE DEDEU DJDJI DKDNK DMDMA DODOM DZDZA ECECU EEEST EGEGY EHESH ERERI ESESP
ETETH FIFIN FJFJI FKFLK FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF GGGGY GHGHA GIGIB GLGRL
GMGMB GNGIN GPGLP GQGNQ GRGRC GTGTM GWGNB GYGUY HKHKG HNHND HRHRV HTHTI HUHUN IDIDN IEIRL ILISR
IMIMN ININD IOIOT IQIRQ IRIRN ISISL ITITA JEJEY JMJAM JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR KMCOM
KNKNA KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO LBLBN LCLCA LILIE LKLKA LRLBR LSLSO LTLTU LULUX LVLVA
LYLBY MAMAR MCMCO MDMDA MEMNE MFMAF MGMDG MHMHL MKMKD MLMLI MMMMR MNMNG MOMAC MQMTQ MRMRT MSMSR
MTMLT MUMUS MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM NCNCL NENER NFNFK NGNGA NINIC NLNLD NONOR NPNPL
NRNRU NUNIU NZNZL OMOMN PAPAN PEPER PFPYF PGPNG PHPHL PKPAK PLPOL PMSPM PNPCN PSPSE PTPRT PWPLW
PYPRY QAQAT REREU ROROU RSSRB RURUS RWRWA SASAU SBSLB SCSYC SDSDN SESWE SGSGP SHSHN SISVN SKSVK
SLSLE SMSMR SNSEN SOSOM SRSUR SSSSD STSTP SVSLV SXSXM SYSYR SZSWZ TCTCA TDTCD TGTGO THTHA TJTJK
TKTKL TLTLS TMTKM TNTUN TOTON TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR UGUGA UYURY UZUZB VAVAT VCVCT
VEVEN VGVGB VNVNM VUVUT WFWLF WSWSM XKXKX YEYEM YTMYT ZAZAF ZMZMB ZWZWE
"""

_ALPHA2 = {pair[2:]: pair[:2] for pair in _PAIRS.split()}
"""ISO 3166 alpha-2 by alpha-3; XK, like XKX, is in use for Kosovo and not in the standard."""
