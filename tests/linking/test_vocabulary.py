"""The vocabulary's files: what is read from them, and what they may not hold."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from tests.linking.examples import PLAIN
from tracker.linking.vocabulary import VOCABULARY, Vocabulary, VocabularyError, load_vocabulary

Load = Callable[..., Vocabulary]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """A vocabulary of the TOML given, each argument a file."""

    numbers = count(1)

    def load(*files: str) -> Vocabulary:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        for number, text in enumerate(files, 1):
            (folder / f"file{number}.toml").write_text(text, encoding="utf-8")
        return load_vocabulary(folder)

    return load


EGYPT = '[country.EGY]\nname = "Egypt"\nnames = ["Egypt"]\n'


def test_the_real_vocabulary_holds_and_is_read_once() -> None:
    vocabulary = load_vocabulary()
    assert vocabulary is load_vocabulary(VOCABULARY)
    kinds = {entry.kind for entry in vocabulary.entries.values()}
    assert kinds == {"country", "region", "programme", "authority", "term", "near-miss"}


def test_entries_are_keyed_by_their_target() -> None:
    egypt = PLAIN.entries["country:EGY"]
    assert (egypt.key, egypt.kind, egypt.name) == ("country:EGY", "country", "Egypt")
    assert egypt.official == "Arab Republic of Egypt"
    assert egypt.region == ("north-africa",)
    assert egypt.words == ("Egypt", "Arab Republic of Egypt", "Egyptian", "Egyptians", "Cairo")
    assert PLAIN.entries["authority:leahy-law"].citation == "22 U.S.C. 2378d"


def test_a_region_knows_its_members() -> None:
    assert PLAIN.entries["region:north-africa"].members == ("country:EGY",)


def test_a_near_miss_needs_no_name() -> None:
    assert PLAIN.entries["near-miss:new-mexico"].name == "new-mexico"


def test_several_files_make_one_vocabulary(load: Load) -> None:
    vocabulary = load(EGYPT, '[term.aid]\nname = "Aid"\nphrases = ["military aid"]\n')
    assert list(vocabulary.entries) == ["country:EGY", "term:aid"]


WRONG = [
    ("[country.EGY", "file1.toml: Expected ']'"),
    ('[planet.mars]\nname = "Mars"', "file1.toml, planet: unknown kind; there are: country, region"),
    ('country = "Egypt"', "file1.toml, country: a kind holds tables"),
    ('[country]\nEGY = "Egypt"', "file1.toml, country:EGY: an entry is a table"),
    ('[country.egypt]\nname = "Egypt"\nnames = ["Egypt"]', "the key must be three capitals"),
    ('[region.Sahel]\nname = "Sahel"\nnames = ["Sahel"]', "the key must be small letters"),
    (EGYPT + 'capital = ["Cairo"]', "file1.toml, country:EGY: unknown: capital"),
    (EGYPT + 'citation = "22 U.S.C."', "country:EGY: unknown: citation"),
    (EGYPT + 'members = ["x"]', "country:EGY: unknown: members"),
    (EGYPT + 'key = "country:MEX"', "country:EGY: unknown: key"),
    (EGYPT + 'people = "Egyptian"', "country:EGY: Expected `array`, got `str`"),
    (EGYPT + "people = [1]", "country:EGY: Expected `str`, got `int`"),
    ('[country.EGY]\nnames = ["Egypt"]', "country:EGY: Object missing required field `name`"),
    ('[country.EGY]\nname = " "\nnames = ["Egypt"]', "country:EGY: the name is empty"),
    ('[country.EGY]\nname = "Egypt"', "country:EGY: no words"),
    (EGYPT + 'people = [""]', "country:EGY: empty words"),
    (EGYPT + 'people = ["Egyptian "]', 'country:EGY: blanks at an end or twice in "Egyptian "'),
    (EGYPT + 'people = ["of  Egypt"]', "country:EGY: blanks at an end or twice"),
    (EGYPT + 'people = ["مصر"]', 'country:EGY: "مصر" has a character that is never matched'),
    (EGYPT + 'people = ["EGYPT"]', 'country:EGY: "EGYPT" says the same as "Egypt"'),
    (EGYPT + 'people = ["Égypt"]', 'country:EGY: "Égypt" says the same as "Egypt"'),
    (EGYPT + 'region = ["sahel"]', "file1.toml, country:EGY: there is no [region.sahel]"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_what_is_wrong_is_named_with_file_and_entry(load: Load, text: str, message: str) -> None:
    with pytest.raises(VocabularyError) as error:
        load(text)
    assert message in str(error.value)
    assert error.value.file == "file1.toml"


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    (tmp_path / "places.toml").write_bytes(b"\xff")
    with pytest.raises(VocabularyError, match=r"places\.toml: 'utf-8' codec"):
        load_vocabulary(tmp_path)


def test_an_entry_stands_in_one_file(load: Load) -> None:
    with pytest.raises(VocabularyError, match=r"file2\.toml, country:EGY: is already in file1\.toml"):
        load(EGYPT, EGYPT)


GUINEA, OTHER = '[country.GIN]\nname = "Guinea"\n', '[country.GNQ]\nname = "Equatorial Guinea"\n'

SHARED = [
    ('doubtful = ["Guinea"]', 'doubtful = ["Guinea"]', True),
    ('names = ["Guinea"]', 'doubtful = ["Guinea"]', False),
    ('names = ["Guinea"]', 'names = ["Guinea"]', False),
    ('names = ["Guinea"]', 'phrases = ["guinea"]', False),
    ('phrases = ["guinea"]', 'acronyms = ["GUINEA"]', False),
    ('names = ["Guinea"]', 'people = ["Guinéa"]', False),
    ('names = ["Guinea"]', 'acronyms = ["GUINEA"]', False),
    ('names = ["Guinea"]', 'acronyms = ["guiNEA"]', True),
]


@pytest.mark.parametrize(("one", "other", "is_allowed"), SHARED)
def test_only_doubtful_words_are_shared(load: Load, one: str, other: str, is_allowed: bool) -> None:
    if is_allowed:
        assert len(load(GUINEA + one, OTHER + other).entries) == 2
        return
    with pytest.raises(VocabularyError) as error:
        load(GUINEA + one, OTHER + other)
    assert str(error.value) == (
        'file2.toml, country:GNQ: "guinea" is also in country:GIN (file1.toml): share only doubtful words'
    )


def test_a_near_miss_may_not_hide_a_name_everywhere(load: Load) -> None:
    with pytest.raises(VocabularyError, match="is also in country:EGY"):
        load(EGYPT, '[near-miss.egypt]\nnames = ["Egypt"]\n')


def test_phrases_from_elsewhere_become_entries_and_may_share_words() -> None:
    vocabulary = PLAIN.with_phrases({"recommendation:a": ["Egypt"], "promise:b": ["Egypt", "vetting"]})
    assert vocabulary.entries["promise:b"].phrases == ("Egypt", "vetting")
    assert vocabulary.entries["promise:b"].kind == "promise"
    assert vocabulary.entries.keys() - PLAIN.entries.keys() == {"recommendation:a", "promise:b"}


@pytest.mark.parametrize(
    ("phrases", "message"),
    [
        ({"recommendation:a": []}, "phrases, recommendation:a: no words"),
        (
            {"recommendation:a": ["vetting", "Vetting"]},
            'recommendation:a: "Vetting" says the same as "vetting"',
        ),
        ({"country:EGY": ["vetting"]}, "country:EGY: there is already such an entry"),
    ],
)
def test_phrases_from_elsewhere_are_checked(phrases: dict[str, list[str]], message: str) -> None:
    with pytest.raises(VocabularyError, match=message):
        PLAIN.with_phrases(phrases)


def digests(vocabulary: Vocabulary) -> dict[str, str]:
    return {key: entry.digest for key, entry in vocabulary.entries.items()}


def test_a_digest_stays_when_nothing_differs_and_a_member_changes_its_region(load: Load) -> None:
    sahel = '[region.sahel]\nname = "Sahel"\nnames = ["Sahel"]\n'
    alone = digests(load(sahel, EGYPT))
    assert digests(load('[country.EGY]\nnames = ["Egypt"]\npeople = []\nname = "Egypt"\n', sahel)) == alone
    joined = digests(load(sahel, EGYPT + 'region = ["sahel"]'))
    assert joined["region:sahel"] != alone["region:sahel"]
    assert joined["country:EGY"] != alone["country:EGY"]


@pytest.mark.parametrize(
    ("source", "spelling", "country"),
    [
        ("foreign_assistance", "Korea, Republic of", "country:KOR"),
        ("foreign_assistance", "KOREA,  republic OF", "country:KOR"),
        ("crs", "Korea", "country:KOR"),
        ("crs", "Korea, Republic of", None),
        ("foreign_assistance", "Korea", None),
        ("crs", "Egypt", "country:EGY"),
        ("crs", "arab republic of egypt", "country:EGY"),
        ("crs", "Cote d’Ivoire", "country:CIV"),
        ("crs", "Turkey", "country:TUR"),
        ("crs", "Guinea", "country:GIN"),
        ("crs", "Egyptian", None),
        ("crs", "North Africa", None),
        ("crs", "", None),
    ],
)
def test_a_source_s_spelling_means_one_country_or_none(
    source: str, spelling: str, country: str | None
) -> None:
    found = PLAIN.country_by_spelling(source, spelling)
    assert (found.key if found else None) == country
