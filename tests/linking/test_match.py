"""Names in text: every rule of the matcher with what it finds and what it leaves, and the oracle beside it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.effort import little_effort
from tests.linking.examples import SMALL, bill_texts
from tests.linking.oracle import Oracle
from tracker.linking.folding import fold
from tracker.linking.match import Matcher, contains_any
from tracker.linking.vocabulary import Entry, Vocabulary, load_vocabulary

MATCHER = Matcher(SMALL)
ORACLE = Oracle(SMALL)


def found(text: str, matcher: Matcher = MATCHER) -> list[tuple[str, str]]:
    """Entry and words of each match. Names the key of a country alone."""
    return [
        (match.entry.removeprefix("country:"), text[match.start : match.end]) for match in matcher.find(text)
    ]


EDGES = [
    ("Egypt", ["Egypt"]),
    ("Egypt.", ["Egypt"]),
    ("(Egypt)", ["Egypt"]),
    ("Egypt's army", ["Egypt"]),
    ("Egypt’s army", ["Egypt"]),
    ("EGYPT'S army", ["EGYPT"]),
    ("U.S.-Egypt talks", ["Egypt"]),
    ("Egypt—Oman", ["Egypt", "Oman"]),
    ("Egypt/Oman", ["Egypt", "Oman"]),
    ("``Egypt''", ["Egypt"]),
    ("“Egypt”", ["Egypt"]),
    ("Section 7041.Egypt", ["Egypt"]),
    ("in Egypt.The", ["Egypt"]),
    ("in Egypt.12 The", ["Egypt"]),
    ("Egypt²", ["Egypt"]),
    ("the Al-Egypt family", ["Egypt"]),
    ("Egyptology", []),
    ("preEgypt", []),
    ("2Egypt", []),
    ("Egypt2", []),
    ("Egyptя", []),
    ("яEgypt", []),
    ("éEgypt", []),
    ("Egypté", []),
    ("Egypt٣", []),
    ("Egypt_2020", []),
    ("_Egypt", []),
    ("@Egypt", []),
    ("Egypt@example.org", []),
    ("www.Egypt.com", []),
    ("Woman, ROMAN", []),
    ("", []),
    (" ", []),
]


@pytest.mark.parametrize(("text", "words"), EDGES)
def test_names_stand_between_word_edges(text: str, words: list[str]) -> None:
    assert [words for _, words in found(text)] == words


CASINGS = [
    ("Egypt", True),
    ("EGYPT", True),
    ("egypt", False),
    ("eGYPT", False),
    ("Egyptian", True),
    ("EGYPTIANS", True),
    ("egyptian", False),
    ("Cairo", True),
    ("cairo", False),
    ("Turkey", True),
    ("TURKEY", True),
    ("turkey", False),
    ("the Gambia", True),
    ("The Gambia", True),
    ("THE GAMBIA", True),
    ("the gambia", False),
    ("São Tomé And Príncipe", True),
    ("SÃO TOMÉ AND PRÍNCIPE", True),
    ("FMF", True),
    ("Fmf", False),
    ("fmf", False),
    ("section 620M", True),
    ("SECTION 620m", True),
    ("Foreign military financing program", True),
    ("Foreign military financing", False),
    ("Côte D’Ivoire", True),
]


@pytest.mark.parametrize(("text", "counts"), CASINGS)
def test_each_form_has_its_casings(text: str, counts: bool) -> None:
    assert [words for _, words in found(text)] == ([text] if counts else [])


SPELLINGS = [
    "Côte d'Ivoire",
    "Côte d’Ivoire",
    "Cote d'Ivoire",
    "COTE D'IVOIRE",
    "CÔTE D’IVOIRE",
    "Co\u0302te d'Ivoire",
    "Co\u0302te\u00a0d\u2019Ivoire",
    "Co\u00adte d'Ivoire",
    "Côte\nd'Ivoire",
    "Côte  d'Ivoire",
    "Côte \r\n\t d'Ivoire",
    "Côte\u2003d'Ivoire",
    "Côte\u2028d'Ivoire",
    "C\u200bôte \u200ed'Ivoi\u200dre",
    "C\u202aôte \u2066 d'Ivoire",
    "Côte d'Ivoire\u0301",
    "Türkiye",
    "Turkiye",
    "Tu\u0308rkiye",
    "TU\u0308RKIYE",
    "TÜRKİYE",
    "Türkıye",
    "Guinea-Bissau",
    "Guinea–Bissau",
    "Guinea\u2011Bissau",
    "Democratic People’s Republic of Korea",
    "Democratic  People's\n\n   Republic\tof Korea",
]


@pytest.mark.parametrize("text", SPELLINGS)
@pytest.mark.parametrize("around", [("", ""), ("in ", ", and"), ("A  B\u0301 ", "\u200b  C"), ("ﷺ ", " 💣")])
def test_a_name_is_found_however_it_is_spelled(text: str, around: tuple[str, str]) -> None:
    before, after = around
    (match,) = MATCHER.find(before + text + after)
    assert (match.start, match.end) == (len(before), len(before) + len(text))


@pytest.mark.parametrize(
    "text",
    ["Guinea—Bissau", "Côted'Ivoire", "Côte d”Ivoire", "South-Korea", "Mexico, City", "Ivory\u200bCoast"],
)
def test_other_signs_are_not_a_spelling(text: str) -> None:
    assert all(words != text for _, words in found(text))


RESOLUTIONS = [
    ("North Korean", [("PRK", "North Korean")]),
    ("North Koreans", []),
    ("North Korean-made", [("PRK", "North Korean")]),
    ("Korean", [("KOR", "Korean")]),
    ("North Korea", [("PRK", "North Korea")]),
    ("North Korea2 Korean", [("KOR", "Korean")]),
    ("south Korean", [("KOR", "Korean")]),
    ("Democratic People's Republic of Korea", [("PRK", "Democratic People's Republic of Korea")]),
    ("Democratic Peoples Republic of Korea", [("KOR", "Republic of Korea")]),
    ("democratic people's Republic of Korea", [("KOR", "Republic of Korea")]),
    ("Korea", [("KOR", "Korea"), ("PRK", "Korea")]),
    ("Papua New Guinea", [("PNG", "Papua New Guinea")]),
    ("New Guinea", [("GIN", "Guinea"), ("GNB", "Guinea")]),
    ("Papua New  Guinea and New  Guinea", [("PNG", "Papua New  Guinea"), ("GIN", "Guinea"), ("GNB", "Guinea")]),
    ("Guinea-Bissau", [("GNB", "Guinea-Bissau")]),
    ("Guinea-Conakry", [("GIN", "Guinea"), ("GNB", "Guinea")]),
    ("Republic of Guinea-Bissau", [("GIN", "Republic of Guinea")]),
    ("New Mexico", []),
    ("NEW MEXICO", []),
    ("New\n Mexico", []),
    ("New Mexico and Mexico", [("MEX", "Mexico")]),
    ("new Mexico", [("MEX", "Mexico"), ("promise:three", "new Mexico")]),
    ("New Mexico City", []),
    ("new mexico", [("promise:three", "new mexico")]),
    ("Ivory Coast", [("CIV", "Ivory Coast"), ("promise:three", "Ivory Coast")]),
    ("ivory coast", [("promise:three", "ivory coast")]),
    ("Mexico City", [("MEX", "Mexico City")]),
    ("Egypt Egypt", [("EGY", "Egypt"), ("EGY", "Egypt")]),
    (
        "Ukraine Security Assistance Initiative",
        [
            ("UKR", "Ukraine"),
            ("programme:usai", "Ukraine Security Assistance Initiative"),
            ("recommendation:one", "Security Assistance"),
        ],
    ),
    (
        "human rights defenders",
        [("recommendation:one", "human rights defenders"), ("recommendation:two", "human rights")],
    ),
    ("assistance to Egypt", [("recommendation:two", "assistance to Egypt"), ("EGY", "Egypt")]),
    (
        "Security assistance",
        [("term:security-assistance", "Security assistance"), ("recommendation:one", "Security assistance")],
    ),
    ("foreign military financing program", [("programme:fmf", "foreign military financing program")]),
    ("FMF Atlantic and FMF", [("programme:fmf", "FMF")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "matches"), RESOLUTIONS)
def test_the_longest_wins_in_its_layer_and_a_near_miss_hides_all(
    text: str, matches: list[tuple[str, str]]
) -> None:
    assert sorted(found(text)) == sorted(matches)


def test_a_match_names_the_list_that_its_words_stand_in() -> None:
    text = "Egypt Egyptian Cairo Turkey FMF section 620M"
    forms = [match.form for match in MATCHER.find(text)]
    assert forms == ["names", "people", "capitals", "doubtful", "acronyms", "phrases"]


def test_matches_are_sorted_by_where_they_start() -> None:
    starts = [
        match.start for match in MATCHER.find("Oman assistance to Egypt human rights defenders Korea " * 3)
    ]
    assert starts == sorted(starts)


def test_a_vocabulary_without_words_finds_nothing() -> None:
    assert Matcher(Vocabulary([])).find("Egypt") == []
    assert not contains_any([])("Egypt")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in Egypt.", True),
        ("in EGYPT", True),
        ("egypt", True),
        ("cote\n\nd’ivoire", True),
        ("Egyptology", False),
        ("woman", False),
        ("", False),
    ],
)
def test_contains_any_looks_for_words_in_any_casing(text: str, expected: bool) -> None:
    assert contains_any(["Egypt", "Côte d'Ivoire", "Oman"])(text) is expected


# --- any text at all ----------------------------------------------------------------------------------------

INVISIBLE = "\u0301\u0308\u00ad\u200b\u200d\u200e\u200f\u202e\u2066\ufeff\ufe0f"
BLANKS = "\u00a0\u2003\u2028\x1c\x85\t\n "
SIGNS = "\x00\ud800\U000e0001💣ßİıſKÅﬁ½²٣漢ﷺ—–’‘`'\".-_@"
PIECES = sorted({piece for form in SMALL.forms for piece in form.folded.decode().split()})
WORDS = sorted({words for entry in SMALL.entries.values() for words in entry.words})

texts = st.lists(
    st.one_of(
        st.sampled_from(WORDS),
        st.sampled_from(WORDS).map(str.upper),
        st.sampled_from(WORDS).map(lambda words: unicodedata.normalize("NFD", words)),
        st.sampled_from(PIECES),
        st.sampled_from(PIECES).map(str.title),
        st.sampled_from([" ", " ", " ", "  ", ", ", "-", ".", "s", "'s"]),
        st.sampled_from(INVISIBLE + BLANKS + SIGNS),
        st.text(st.characters(), max_size=3),
    ),
    max_size=25,
).map("".join)


@given(text=st.one_of(texts, st.text(st.characters(), max_size=60)))
def test_any_text_gives_what_the_oracle_gives(text: str) -> None:
    assert sorted(MATCHER.find(text)) == ORACLE.find(text)


@given(text=texts)
def test_offsets_give_back_words_of_the_entry(text: str) -> None:
    for match in MATCHER.find(text):
        words = b" ".join(fold(text[match.start : match.end]).text.lower().split())
        assert words in {form.folded for form in SMALL.forms if form.entry == match.entry}
        assert match.form in ("names", "people", "capitals", "doubtful", "phrases", "acronyms")


@given(
    text=texts.filter(
        lambda text: not any(unicodedata.category(sign) in ("Mn", "Me", "Cf") for sign in text)
    ),
    data=st.data(),
)
def test_what_has_no_width_moves_no_match(text: str, data: st.DataObject) -> None:
    """The same matches, each at the characters that it had, wherever invisible ones are put between them."""
    gaps = data.draw(st.lists(st.text(INVISIBLE, max_size=2), min_size=len(text) + 1, max_size=len(text) + 1))
    strewn, moved_to = gaps[0], []
    for character, gap in zip(text, gaps[1:], strict=True):
        moved_to.append(len(strewn))
        strewn += character + gap
    before = [(match.entry, moved_to[match.start], moved_to[match.end - 1]) for match in MATCHER.find(text)]
    after = [(match.entry, match.start, match.end) for match in MATCHER.find(strewn)]
    assert [match[:2] for match in after] == [match[:2] for match in before]
    for (_, _, end), (_, _, last) in zip(after, before, strict=True):
        assert all(unicodedata.combining(character) for character in strewn[last + 1 : end])
        assert end == len(strewn) or not unicodedata.combining(strewn[end])


names = st.lists(st.sampled_from(["new", "korea", "korea-new", "city"]), min_size=1, max_size=3).map(
    lambda words: " ".join(words)
)


@st.composite
def vocabularies(draw: st.DrawFn) -> Vocabulary:
    """Entries of every kind with words made of few, so that they overlap in every way; none has another's."""
    words = draw(st.lists(names, unique=True, min_size=2, max_size=12))
    kinds = st.sampled_from(["country", "region", "programme", "near-miss", "recommendation"])
    forms = st.sampled_from(["names", "phrases", "acronyms"])
    return Vocabulary(
        Entry(key=f"{draw(kinds)}:{number}", name="x", **{draw(forms): (each,)})  # type: ignore[arg-type]
        for number, each in enumerate(words)
    )


ways_apart = st.sampled_from([" ", " ", " ", "  ", "-", ", "])


@given(vocabulary=vocabularies(), parts=st.lists(st.tuples(names, ways_apart), max_size=12))
def test_any_vocabulary_finds_what_the_oracle_does(
    vocabulary: Vocabulary, parts: list[tuple[str, str]]
) -> None:
    text = "".join(words + apart for words, apart in parts)
    assert sorted(Matcher(vocabulary).find(text)) == Oracle(vocabulary).find(text)


MEGABYTE = 1_000_000
ONE_WORD = {
    "one name": ("Egypt ", 1, 5 * MEGABYTE),
    "one letter": ("a", 0, 5 * MEGABYTE),
    "blanks": (" ", 0, 5 * MEGABYTE),
    "names without an edge": ("Egypt", 0, MEGABYTE),
    "names inside names": ("Republic of Guinea-Bissau ", 1, MEGABYTE),
    "a name over blanks": ("North  Korea ", 1, MEGABYTE),
    "a name that is never whole": ("North  ", 0, MEGABYTE),
    "combining accents": ("a\u0301", 0, MEGABYTE),
    "joiners between blanks": (" \u200b", 0, MEGABYTE),
    "another script": ("السلام عليكم ", 0, MEGABYTE),
}


@pytest.mark.parametrize("what", ONE_WORD)
def test_megabytes_of_one_word_are_no_trouble(what: str) -> None:
    """Seconds where work grows with the length, hours where it grows with its square."""
    word, each, length = ONE_WORD[what]
    times = length // len(word)
    with little_effort(30):
        assert len(MATCHER.find(word * times)) == times * each


# --- real texts ---------------------------------------------------------------------------------------------


def assert_as_the_oracle_says(every: int) -> None:
    vocabulary = load_vocabulary().with_phrases(
        {"recommendation:one": ["human rights", "assistance to Egypt"]}
    )
    matcher, oracle = Matcher(vocabulary), Oracle(vocabulary)
    total = 0
    for path, text in bill_texts(every):
        matches = matcher.find(text)
        assert sorted(matches) == oracle.find(text), path
        total += len(matches)
    assert total > 1_000


@pytest.mark.mirror
def test_bill_texts_give_what_the_oracle_gives() -> None:
    assert_as_the_oracle_says(every=12)


@pytest.mark.mirror
@pytest.mark.long
def test_every_bill_text_gives_what_the_oracle_gives() -> None:
    assert_as_the_oracle_says(every=1)
