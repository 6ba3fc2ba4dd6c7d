"""Links to countries and regions from the places found in an item's fields. Pure.

Every mention is read where it stands. Some are none: "Lebanon, Pennsylvania" is a town, "Vernon E. Jordan" a person,
"Cuban Americans" live in the United States. Doubtful words (Georgia, Jordan, Chad, Indian) count only with support.
What is left is worth what its field and its kind of word are worth, less in a long list. A region makes a link to
the region, never to its members.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from heapq import nsmallest
from typing import NamedTuple

from tracker.linking.evidence import (
    KEPT,
    Described,
    Evidence,
    Field,
    FieldName,
    Found,
    Match,
    Proposed,
    evidence_of,
)
from tracker.linking.vocabulary import Vocabulary

LOOKED_AT = 20
"""How many of its strongest mentions a link chooses its evidence from."""

LONG_LIST = {FieldName.SUMMARY: 20, FieldName.TEXT: 20}
"""From this many places in a row, one of them says little about the item. A summary is itself a choice."""

MANY_PEOPLES = 4
"""From this many places in a row, "Chinese" is one more of a number of peoples or languages."""

SCORES: dict[tuple[FieldName, str], tuple[str, int]] = {
    (FieldName.TITLE, "names"): ("name-in-title", 92),
    (FieldName.TITLE, "people"): ("people-in-title", 86),
    (FieldName.TITLE, "capitals"): ("own-place-in-title", 84),
    (FieldName.TITLE, "doubtful"): ("supported-word-in-title", 84),
    (FieldName.OTHER_TITLE, "names"): ("name-in-other-title", 88),
    (FieldName.OTHER_TITLE, "people"): ("people-in-other-title", 82),
    (FieldName.OTHER_TITLE, "capitals"): ("own-place-in-other-title", 80),
    (FieldName.OTHER_TITLE, "doubtful"): ("supported-word-in-other-title", 80),
    (FieldName.SUMMARY, "names"): ("name-in-summary", 84),
    (FieldName.SUMMARY, "people"): ("people-in-summary", 78),
    (FieldName.SUMMARY, "capitals"): ("own-place-in-summary", 76),
    (FieldName.SUMMARY, "doubtful"): ("supported-word-in-summary", 76),
    (FieldName.TEXT, "names"): ("name-in-text", 76),
    (FieldName.TEXT, "people"): ("people-in-text", 72),
    (FieldName.TEXT, "capitals"): ("own-place-in-text", 72),
    (FieldName.TEXT, "doubtful"): ("supported-word-in-text", 72),
}
"""The rule for each field and kind of word, and what it gives."""

SUBJECT = ("crs-subject", 95)
LISTED = ("in-a-long-list", 60)
LISTED_PEOPLE = ("people-in-a-list", 55)
ONCE = ("named-once-in-text", 72)
PASSING = ("in-passing-in-text", 60)
"""Rules that lower what a mention would be worth. What stays below CONFIDENT waits for an editor."""

FEW_PLACES = 30
OFTEN = 2
SHORT_ROW = 5
"""A text that names more places than a few means those that it names often, or by name and nearly alone."""


class _Mention(NamedTuple):
    """A match that was read as a place, and how many places stand in a row with it."""

    number: int
    field: Field
    match: Match
    in_row: int = 1
    sure_in_row: bool = False


def link_places(item: Described, found: Found, vocabulary: Vocabulary) -> list[Proposed]:
    """Every country and region that the item's fields name, best first, each with its strongest evidence."""
    subjects: list[_Mention] = []
    mentions: list[_Mention] = []
    for number, (field, matches) in enumerate(zip(item.fields, found, strict=True)):
        if not matches or field.name is FieldName.POLICY_AREA:
            continue
        places = [match for match in matches if match.entry.startswith(("country:", "region:"))]
        if not places:
            continue
        if field.name is FieldName.SUBJECT:
            subjects += [
                _Mention(number, field, match) for match in places if _is_whole(field, match, vocabulary)
            ]
        else:
            mentions += _rows(
                number, field, [match for match in places if not _is_no_place(field.text, match)]
            )
    if not subjects and not mentions:
        return []
    scored: dict[str, list[tuple[int, int, int, str, _Mention]]] = defaultdict(list)
    for mention in subjects:
        scored[mention.match.entry].append((-SUBJECT[1], mention.number, 0, SUBJECT[0], mention))
    for mention, rule, score in _weighed(_supported(item, mentions, subjects)):
        scored[mention.match.entry].append((-score, mention.number, mention.match.start, rule, mention))
    links = [Proposed(target, *_strongest(weighed)) for target, weighed in scored.items()]
    return sorted(links, key=lambda link: (-link.score, link.target))


def _is_whole(field: Field, match: Match, vocabulary: Vocabulary) -> bool:
    """A subject is a place when it is nothing else. A doubtful one ("Georgia") must be how CRS writes the country."""
    if match.start or match.end != len(field.text):
        return False
    return match.form != "doubtful" or vocabulary.entries[match.entry].spellings.get("crs") == field.text


# --- what is no place ---------------------------------------------------------------------------------

_STATES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Hawaii|Idaho|Illinois|Indiana"
    "|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana"
    "|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon"
    "|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington"
    "|West Virginia|Wisconsin|Wyoming"
)
"""Without Georgia, which in a list may be the country."""

_SHORT_STATES = (
    "A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]"
    "|(?:Ala|Ariz|Ark|Calif|Colo|Conn|Fla|Ga|Ill|Ind|Kan|Ky|Mass|Md|Mich|Minn|Miss|Mo|Neb|Okla|Pa|Tenn|Tex|Va|Wis)\\."
)

_IN_A_STATE = re.compile(
    rf", (?:{_STATES})\b(?!,? D\.?C)| (?!Washington|New York)(?:{_STATES})\b(?! border)"
    rf"|, (?:{_SHORT_STATES})(?![A-Za-z])"
)
"""After a place: it is a town there. Not between the members of a list, see `_is_in_a_state`."""

_IN_GEORGIA = re.compile(r", (?:Georgia|Ga\.)(?!, (?:and )?[A-Z])")
_MORE_STATES = re.compile(rf"(?:,|,? (?:and|or)) (?:{_STATES})\b")

_US_FEATURE = re.compile(
    r" (?:County|Counties|Township|Borough|Creek|Street|Avenue|Road|Boulevard|Lane|Highway|Springs|Heights"
    r"|Hills|High School|Elementary|Middle School|(?:Missionary )?Baptist|(?:[A-Z][\w.]* ){0,3}Post Office)\b"
)
_US_TOWN = re.compile(r"(?:City|Town|Township|Village|Borough) of $")

_AMERICANS = re.compile(
    r"(?: and \w+| National)?[ -](?:Americans?|descent|ancestry|heritage|immigrants?)\b", re.IGNORECASE
)

_LANGUAGES = re.compile(r"\b(?:English|Arabic|Tagalog|Hindi|Hmong|Urdu|Creole|Farsi|Mandarin|Cantonese)\b")

_GIVEN_NAMES = (
    "Adam|Albert|Alexander|Alice|Amy|Andrew|Ann|Anna|Anne|Anthony|Barbara|Benjamin|Betty|Brian|Bryan|Carol|Charles"
    "|Christine|Christopher|Daniel|David|Deborah|Dennis|Diane|Donald|Donna|Dorothy|Edward|Elizabeth|Emily|Emma|Eric"
    "|Frances|Gary|George|Gerald|Gregory|Harold|Harry|Helen|Henry|Jacob|James|Jane|Janet|Jason|Jeffrey|Jennifer"
    "|Jessica|Jim|Joan|Joe|John|Johnny|Jonathan|Joseph|Joshua|Juan|Judith|Judy|Julie|Karen|Katherine|Kathleen|Keith"
    "|Kenneth|Kevin|Larry|Laura|Lawrence|Len|Linda|Lisa|Louis|Margaret|Maria|Marie|Marsha|Martha|Martin|Mary|Matthew"
    "|Melissa|Michael|Michelle|Mike|Nancy|Nicholas|Nicole|Pamela|Patricia|Patrick|Paul|Peter|Philip|Rachel|Ralph"
    "|Raymond|Rebecca|Richard|Robert|Roger|Ronald|Roy|Ruth|Samuel|Sandra|Sarah|Scott|Sharon|Shirley|Stephanie"
    "|Stephen|Steve|Steven|Susan|Susie|Terry|Theresa|Thomas|Timothy|Tom|Vernon|Virginia|Walter|Wayne|William"
)
_TITLES = (
    "Mr|Mrs|Ms|Dr|Rep|Sen|Pvt|Delegate|Congressman|Congresswoman|Judge|Justice|Rabbi|Reverend|Bishop|Pastor|Professor"
    "|Mayor"
)
_RANKS = (
    "Senator|Representative|Chairman|Chairwoman|Officer|Sergeant|Sgt|Captain|Capt|Lieutenant|Lt|Colonel|Col|Corporal|Cpl"
    "|Private First Class|Detective"
)
_A_NAME_BEFORE = re.compile(
    rf"\b(?:(?:{_GIVEN_NAMES})(?: [A-Z]\.)?|(?:{_TITLES})\.?|(?:{_RANKS})\.?(?: [A-Z][\w'’-]+){{0,2}}"
    r"|[A-Z][a-z]+ [A-Z]\.) $"
)
_A_NAME_AFTER = re.compile(r",? (?:Jr|Sr)\b|,? I{2,3}\b")
_SECOND_NAME = re.compile(r"-[A-Z][a-z]+")

_VERSUS = " v. "
"""Beside a party to a case in court: a place's word is a person's there, and a country's name the country."""

_WINDOW = 48


def _is_no_place(text: str, match: Match) -> bool:
    """Whether a town, a person, a group of Americans or a language has the name."""
    written = text[match.start : match.end]
    before = text[max(0, match.start - _WINDOW) : match.start]
    after = text[match.end : match.end + _WINDOW]
    if match.form in ("capitals", "doubtful") and (before.endswith(_VERSUS) or after.startswith(_VERSUS)):
        return True
    if match.form == "people" or match.form == "doubtful":
        if _AMERICANS.match(after):
            return True
        if match.form == "people" and _LANGUAGES.search(before + "|" + after):
            return True
    if match.entry.startswith("region:"):
        return False
    if after[:1] in (" ", ",") and (
        _US_FEATURE.match(after) or _A_NAME_AFTER.match(after) or _is_in_a_state(written, after)
    ):
        return True
    if match.form == "capitals" and (_SECOND_NAME.match(after) or _IN_GEORGIA.match(after)):
        return True
    if " " in written or before[-1:] != " ":
        return False
    return bool(_A_NAME_BEFORE.search(before)) or bool(match.form == "names" and _US_TOWN.search(before))


def _is_in_a_state(written: str, after: str) -> bool:
    """Whether a State follows, as it does after a town; a row of several States is a list of its own.

    Among capitals ("SYRIA, OR IRAQ") only whole names of States are taken for such.
    """
    if written.isupper():
        after = after.title()
    state = _IN_A_STATE.match(after)
    return state is not None and not _MORE_STATES.match(after, state.end())


# --- rows and support ---------------------------------------------------------------------------------

_GLUE = re.compile(
    r"\s*(?:[,;/&·–-]|\b(?:and|or|with|as well as)\b)"
    r"[\s,;/&·–-]*(?:(?:\b(?:and|or|the|with|of|to|in|including)\b|\(\w{1,4}\))\s*)*"
)


def _rows(number: int, field: Field, places: Sequence[Match]) -> Iterator[_Mention]:
    """The mentions, each knowing the row of places that it stands in ("Armenia, Georgia, and Azerbaijan")."""
    row: list[Match] = []
    for match in places:
        if row and not _is_glue(field.text, row[-1].end, match.start):
            yield from _row(number, field, row)
            row = []
        row.append(match)
    yield from _row(number, field, row)


def _is_glue(text: str, start: int, end: int) -> bool:
    return end - start <= _WINDOW and _GLUE.fullmatch(text, start, end) is not None


def _row(number: int, field: Field, row: Sequence[Match]) -> Iterator[_Mention]:
    entries = {match.entry for match in row}
    sure = {match.entry for match in row if match.form != "doubtful"}
    for match in row:
        yield _Mention(number, field, match, len(entries), bool(sure - {match.entry}))


_FOREIGN_AREAS = frozenset({"International Affairs"})
_FOREIGN_COMMITTEES = ("hsfa", "ssfr")
_FOREIGN_KINDS = frozenset({"arms-sale"})

_OF_A_STATE = re.compile(
    r"\b(?:governments?|republic|kingdom|embassy|armed forces|sovereignty|integrity|country|countries|nations?"
    r"|ambassador)(?: of| in| to| for| like| such as)(?: the)? $|(?:U\.S\.|US|United States|American)[-–]$"
    r"|\bpurchaser: $",
    re.IGNORECASE,
)
_ABROAD = re.compile(
    r"\b(?:U\.S\. (?:Policy|Relations|Interests|Strategy)|[Bb]ilateral|[Pp]arliament\w*|Prime Minister|[Hh]umanitarian"
    r"|[Cc]ounterterrorism|[Pp]eacekeep\w+|[Rr]efugees?|[Ff]oreign (?:[Pp]olicy|[Aa]ssistance|[Aa]id|[Mm]ilitary)|NATO"
    r"|[Cc]oup|[Mm]ilitary [Aa]id|[Ss]ecurity [Aa]ssistance|[Aa]rms [Ss]ales?)\b"
)
_ALSO_A_STATE = "georgia"
_WHERE = re.compile(
    r"\b(?:in|inside|into|near|off|across|throughout|(?:north|south|east|west|central)\w*"
    r"|(?:assistance|aid) (?:for|to)|(?:troops|forces|soldiers|refugees) from"
    r"|(?:king|queen|prince|president|minister)(?: \w+){1,3} of) $",
    re.IGNORECASE,
)
"""Before a word that names people and things but no State: it is the place."""

_ITS_STATE = re.compile(
    r"(?:['’]s)? (?:prime minister|foreign minist|ambassador|embassy|government\b|parliament|military\b|armed forces"
    r"|army\b|navy\b|air force)",
    re.IGNORECASE,
)
"""After "Jordan's" or "Indian": only a country has one. Georgia the State has a government and a guard, too."""

_HEADING = re.compile(r":| [–—-] |$")

_CAPITALISED_BEFORE = re.compile(r"([A-Z][\w'’.-]*),? $")
_CAPITALISED_AFTER = re.compile(
    r" (?!(?:Act|Assistance|Border|Compact|Cooperation|Defense|Democracy|Military|Partnership|Relations|Resolution"
    r"|Sanctions|Security|Stabili[sz]ation|Strategy|Support|Trade)\b)[A-Z][a-z]"
)
_NO_NAME = re.compile(
    r"A|Against|And|As|Before|Between|By|Concerning|During|For|From|In|Into|Near|Of|On|Or|Over|Regarding|Supporting"
    r"|Support|That|The|Towards?|When|Where|While|With|Within|(?:North|South|East|West)(?:ern)?|[a-z]{3,}ing",
    re.IGNORECASE,
)
_NEVER_ALONE = re.compile(r"Indians?", re.IGNORECASE)
"""Far more often people of the United States: another word for the country must stand in the item."""

_ADJECTIVE = re.compile(r"Georgian|Congolese|Samoan|Indian|Central African|Spanish|Dutch", re.IGNORECASE)
"""Nobody's first name: what follows with a capital ("Georgian Dream") is no surname."""

_ACRONYM = 3
_A_MODEL = re.compile(r"^/|-\d")
"""Around letters: a radio, AN/PRC-158."""

_OF_A_MEMBER = re.compile(r"[A-Z][\w'’-]+ (?:of|from) $")


def _supported(
    item: Described, mentions: Sequence[_Mention], subjects: Sequence[_Mention]
) -> Iterator[_Mention]:
    """The mentions without those doubtful ones for which nothing else speaks."""
    sure = {mention.match.entry for mention in [*subjects, *mentions] if mention.match.form != "doubtful"}
    sure.update(mention.match.entry for mention in subjects)
    foreign = (
        item.kind in _FOREIGN_KINDS
        or item.policy_area in _FOREIGN_AREAS
        or any(code.startswith(_FOREIGN_COMMITTEES) for code in item.committees)
    )
    for mention in mentions:
        if (
            mention.match.form != "doubtful"
            or _is_supported(mention, sure, foreign)
            or _is_heading(mention, item.kind)
        ):
            yield mention


def _is_heading(mention: _Mention, kind: str) -> bool:
    """Whether a title is about it: "Chad: …", "In Focus: Jordan". Of a State's name only a report's title says so."""
    text, match = mention.field.text, mention.match
    return (
        mention.field.name is FieldName.TITLE
        and (not match.start or text.endswith(": ", 0, match.start))
        and _HEADING.match(text, match.end) is not None
        and (
            text[match.start : match.end].casefold() != _ALSO_A_STATE
            or (kind == "report" and match.end < len(text))
        )
    )


def _is_supported(mention: _Mention, sure: set[str], foreign: bool) -> bool:
    text, match = mention.field.text, mention.match
    before = text[max(0, match.start - _WINDOW) : match.start]
    after = text[match.end : match.end + _WINDOW]
    written = text[match.start : match.end]
    never_alone = bool(_NEVER_ALONE.fullmatch(written))
    if mention.sure_in_row or (_OF_A_STATE.search(before) and not never_alone):
        return True
    if len(written) <= _ACRONYM and written.isupper():
        return (match.entry in sure or foreign) and not _A_MODEL.search(
            before[-1:] + text[match.end : match.end + 2]
        )
    is_adjective = bool(_ADJECTIVE.fullmatch(written))
    is_only_abroad = written.casefold() != _ALSO_A_STATE
    its_state = is_only_abroad and bool(_ITS_STATE.match(after))
    if is_only_abroad and not is_adjective and _WHERE.search(before):
        return its_state or not _CAPITALISED_AFTER.match(after)
    if _is_a_persons(before, "" if is_adjective or its_state else after):
        return False
    if its_state or match.entry in sure:
        return True
    return not never_alone and (
        foreign or bool(_ABROAD.search(text, max(0, match.start - 200), match.end + 200))
    )


def _is_a_persons(before: str, after: str) -> bool:
    """Whether the word looks like part of a name, or like the State of a town or of a member of Congress."""
    capitalised = _CAPITALISED_BEFORE.search(before)
    if capitalised and not _NO_NAME.fullmatch(capitalised[1]):
        return True
    return bool(_OF_A_MEMBER.search(before)) or bool(_CAPITALISED_AFTER.match(after))


# --- weight -------------------------------------------------------------------------------------------


def _weighed(supported: Iterator[_Mention]) -> Iterator[tuple[_Mention, str, int]]:
    mentions = list(supported)
    in_text = Counter(each.match.entry for each in mentions if each.field.name is FieldName.TEXT)
    for mention in mentions:
        form = mention.match.form if mention.match.form in ("people", "capitals", "doubtful") else "names"
        rule, score = SCORES[mention.field.name, form]
        name = mention.field.name
        if name in LONG_LIST:
            if mention.in_row >= LONG_LIST[name]:
                rule, score = LISTED
            elif form == "people" and mention.in_row >= MANY_PEOPLES:
                rule, score = LISTED_PEOPLE
            elif (
                name is FieldName.TEXT and len(in_text) > FEW_PLACES and in_text[mention.match.entry] < OFTEN
            ):
                rule, score = ONCE if form == "names" and mention.in_row <= SHORT_ROW else PASSING
        yield mention, rule, score


def _strongest(
    weighed: list[tuple[int, int, int, str, _Mention]],
) -> tuple[int, tuple[Evidence, ...]]:
    """The score, and the evidence with different words around it, strongest first."""
    kept: dict[tuple[str, str], Evidence] = {}
    for negative_score, _, _, rule, mention in nsmallest(LOOKED_AT, weighed, key=lambda each: each[:4]):
        evidence = evidence_of(rule, mention.field, mention.match, -negative_score)
        kept.setdefault((rule, evidence.quote), evidence)
    return max(each.score for each in kept.values()), tuple(kept.values())[:KEPT]
