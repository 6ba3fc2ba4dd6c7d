"""A folder of content: all of it, in order, or every problem; and the folder that we really have."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.content.folder import BILL, BRIEF, FILES, PROMISE, RECOMMENDATION, load, problems, write
from tracker.config import PROJECT
from tracker.content import Content, ContentError, Kind, PublishedOn, Verdict, broken_links, load_content
from tracker.content import front_matter as reading
from tracker.content.front_matter import MOST_BYTES
from tracker.linking.vocabulary import load_vocabulary


@pytest.fixture
def content(tmp_path: Path) -> Content:
    return load(write(tmp_path))


def test_the_real_content_loads() -> None:
    content = load_content(
        PROJECT / "content",
        entries=frozenset(load_vocabulary().entries),
        today=date.today(),  # noqa: DTZ011  (an editor's day)
    )
    assert [one.number for one in content.recommendations] == [1, 2, 3]
    assert [(one.kind, one.number) for one in content.promises] == [
        *((Kind.GOAL, number) for number in range(1, 5)),
        *((Kind.GUIDELINE, number) for number in range(1, 10)),
    ]
    assert len(content.signals) == 16


def test_real_links_between_recommendations_and_promises_lead_somewhere() -> None:
    content = load_content(PROJECT / "content")
    families = ("/recommendations/", "/promises/")
    assert broken_links(content, lambda path: not path.startswith(families)) == []


def test_a_recommendation_becomes_a_value(content: Content) -> None:
    (one,) = content.recommendations
    assert (one.slug, one.target, one.path) == (
        "keep-out",
        "recommendation:keep-out",
        "/recommendations/keep-out",
    )
    assert [part.key for part in one.parts] == ["first", "second"]
    assert one.source.title is None
    assert one.source.date.written == "2015"
    assert one.signals.phrases == ("vetting", "gross violations")
    assert one.body.html.startswith("<p>One paragraph.</p>")


def test_a_promise_becomes_a_value(content: Content) -> None:
    (one,) = content.promises
    assert (one.kind, one.target, one.path) == (
        Kind.GOAL,
        "promise:ppd23-goal-1",
        "/promises/ppd23-goal-1",
    )
    assert one.parts == ()
    assert one.source.date == PublishedOn(2013, 4, 5)


def test_a_bill_becomes_a_value(content: Content) -> None:
    bill = content.bills["119-s-1780"]
    assert bill.path == "/bills/119-s-1780"
    assert bill.does == "The bill asks for a strategy."
    (judgement,) = bill.judgements
    assert (judgement.verdict, judgement.by, judgement.on) == (
        Verdict.ADVANCES,
        "the editors",
        date(2026, 11, 22),
    )
    assert [str(basis.date) for basis in bill.rests_on] == ["2025-05-15"]


def test_a_report_becomes_a_value(content: Content) -> None:
    report = content.reports["gao-25-1"]
    assert (report.number, report.path) == ("GAO-25-1", "/reports/gao-25-1")
    assert report.finding == "Nobody at the U.S. Department counted it. Half was lost."
    assert [(basis.part, str(basis.date)) for basis in report.rests_on] == [("summary", "2025-09-16")]
    assert content.tests_of("promise:ppd23-goal-1") == [report]
    assert content.tests_of("recommendation:keep-out") == []


def test_a_briefs_sources_are_numbered_as_the_text_cites_them(content: Content) -> None:
    brief = content.briefs["EGY"]
    assert [(source.number, source.id) for source in brief.sources] == [(1, "act"), (2, "audit")]
    assert brief.sources[0].references == ("source-1-reference-1", "source-1-reference-2")
    assert brief.sources[0].path == "/bills/119-hr-7148"
    assert brief.sources[1].path is None
    assert len(brief.body.headings) == 6
    assert 300 <= brief.body.words <= 600


def test_a_page_becomes_a_value(content: Content) -> None:
    assert content.pages["about"].title == "About"


def test_signals_go_by_target(content: Content) -> None:
    assert set(content.signals) == {"recommendation:keep-out", "promise:ppd23-goal-1"}


def test_recommendations_go_by_number_and_goals_before_guidelines(tmp_path: Path) -> None:
    files = {
        "recommendations/a.md": RECOMMENDATION.replace("number: 1", "number: 2"),
        "recommendations/b.md": RECOMMENDATION,
        "promises/ppd23-guideline-1.md": PROMISE.replace("kind: goal", "kind: guideline"),
        "promises/ppd23-goal-1.md": PROMISE,
        "promises/ppd23-goal-2.md": PROMISE.replace("number: 1", "number: 2"),
    }
    content = load(write(tmp_path, files))
    assert [one.slug for one in content.recommendations] == ["b", "a"]
    assert [one.slug for one in content.promises] == ["ppd23-goal-1", "ppd23-goal-2", "ppd23-guideline-1"]


def test_reviews_due_are_told_longest_due_first(tmp_path: Path) -> None:
    files = FILES | {"bills/119-s-1780.md": BILL.replace("2027-05-22", "2027-01-01")}
    content = load(write(tmp_path, files))
    assert content.reviews_due(date(2026, 12, 31)) == []
    assert [review.path for review in content.reviews_due(date(2027, 1, 1))] == ["/bills/119-s-1780"]
    assert [review.title for review in content.reviews_due(date(2027, 5, 22))] == [
        "119-s-1780",
        "About",
        "Egypt",
        "Help them help themselves",
        "Keep out of it",
        "Aid: They Should Count It",
    ]


def test_links_that_lead_nowhere_are_found_with_their_places(tmp_path: Path) -> None:
    text = RECOMMENDATION.replace("Another, with", "See [this](/recommendations/gone?a=1#b), with")
    content = load(write(tmp_path, FILES | {"recommendations/keep-out.md": text}))
    found = broken_links(content, lambda path: path == "/bills")
    assert [str(problem) for problem in found] == [
        "recommendations/keep-out.md:21: leads to /recommendations/gone, and there is no such page",
        "countries/EGY.md:8: leads to /bills/119-hr-7148, and there is no such page",
    ]


def test_folders_that_are_not_there_are_empty(tmp_path: Path) -> None:
    assert load(tmp_path) == Content()


def test_a_content_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    assert "there is no folder" in problems(tmp_path / "nowhere")[0]


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    files = FILES | {
        "bills/119-s-1780.md": BILL.replace("advances", "helps").replace(
            "2026-11-22\nreview_due", "soon\nreview_due"
        ),
        "countries/EGY.md": BRIEF.replace("title: Egypt\n", ""),
    }
    assert problems(write(tmp_path, files)) == [
        'bills/119-s-1780.md:7: judgements[0].verdict: expected "advances" or "weakens", found "helps"',
        'bills/119-s-1780.md:11: reviewed_on: expected a date such as 2026-11-22, found "soon"',
        "countries/EGY.md:2: title: is missing",
    ]


def test_a_broken_target_is_no_reason_to_doubt_what_names_it(tmp_path: Path) -> None:
    files = FILES | {"promises/ppd23-goal-1.md": "nothing"}
    assert [problem.split(":")[0] for problem in problems(write(tmp_path, files))] == [
        "promises/ppd23-goal-1.md"
    ]


def test_what_is_no_markdown_file_is_a_problem_and_hidden_files_are_not(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "bills" / ".119-s-1.md.swp").write_bytes(b"\xff")
    (tmp_path / "bills" / "notes.txt").write_text("")
    (tmp_path / "bills" / "119-s-2.md").mkdir()
    assert problems(tmp_path) == [
        "bills/119-s-2.md:1: cannot be read: Is a directory",
        "bills/notes.txt:1: only files that end in .md belong here",
    ]


# --- broken and hostile files -------------------------------------------------------------------------------

FIRST = BILL.split("\n", 1)[1]

HOSTILE = {
    "empty": (b"", 1, 'the first line must be "---"'),
    "no front matter": (b"Words.\n", 1, 'the first line must be "---"'),
    "no end": (b"---\ndoes: It.\n", 3, "the front matter does not end"),
    "only fences": (b"---\n---\n", 2, "expected fields"),
    "a list": (b"---\n- a\n---\n", 2, "expected fields"),
    "a word": (b"---\na\n---\n", 2, "expected fields"),
    "not UTF-8": (b"---\ndoes: caf\xe9\n---\n", 2, "not UTF-8: byte 0xE9"),
    "UTF-16": ("---\n".encode("utf-16"), 1, "not UTF-8"),
    "a byte-order mark": (b"\xef\xbb\xbf---\n", 1, "U+FEFF"),
    "a tab": (b"---\ndoes:\tIt.\n---\n", 2, "a tab: use blanks"),
    "a control character": (b"---\ndoes: It\x07\n---\n", 2, "U+0007"),
    "a mark of direction": ("---\ndoes: \u202eti\n---\n".encode(), 2, "U+202E RIGHT-TO-LEFT OVERRIDE"),
    "an escaped mark of direction": (b'---\ndoes: "\\u202eti"\n---\n', 2, "U+202E"),
    "half a pair": (b'---\ndoes: "\\ud800"\n---\n', 2, ""),
    "no such character": (b'---\ndoes: "\\UFFFFFFFF"\n---\n', 2, "not YAML"),
    "too long": (b"---\n" + b"a" * MOST_BYTES, 1, "longer than 65,536 bytes"),
    "bad YAML": (b"---\ndoes: a: b\n---\n", 2, "not YAML"),
    "bad indents": (b"---\ndoes: a\n  b: c\n---\n", 3, "not YAML"),
    "a bomb": (b"---\na: &a [x, x]\nb: [*a, *a]\n---\n", 2, "anchors and aliases"),
    "an alias alone": (b"---\nb: *a\n---\n", 2, "anchors and aliases"),
    "a tag": (b"---\na: !!python/object/apply:os.system [ls]\n---\n", 2, "tags (!)"),
    "a list as a name": (b"---\n? [a]\n: b\n---\n", 2, "a field's name must be a word"),
    "deep": (b"---\na: " + b"[" * 5000 + b"\n---\n", 2, "nested too deeply"),
    "deep tables": (b"---\n" + b"{a: " * 5000 + b"\n---\n", 2, "nested too deeply"),
    "two documents": (b"---\na: b\n--- c\n---\n", 3, "a second YAML document"),
    "words after the end": (b"---\na: b\n...\nc: d\n---\n", 4, "not YAML"),
    "an absurd version": (b"---\n%YAML " + b"9" * 5000 + b".1\n---\n", 2, "not YAML"),
    "a field twice": (b"---\ndoes: a\ndoes: b\n---\n", 3, 'the field "does" is there twice'),
    "no words": (b"---\ndoes: ~\n---\n", 2, "is empty"),
    "a field without end": (b"---\ndoes: " + b"a" * 2000 + b"\n---\n", 2, "longer than 1000 characters"),
    "a text without end": (
        ("---\n" + FIRST + "a " * 7000).encode(),
        14,
        "the text is longer than 12,000 characters",
    ),
    "brackets without end": (("---\n" + FIRST + "[" * 5000).encode(), 14, "more than 300 brackets"),
    "lists without end": (("---\n" + FIRST + "- " * 5900).encode(), 14, "nested too deeply"),
}


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize(("raw", "line", "message"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_a_problem_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loader: str, raw: bytes, line: int, message: str
) -> None:
    monkeypatch.setattr(reading, "LOADER", getattr(yaml, loader))
    path = write(tmp_path) / "bills" / "119-s-1780.md"
    path.write_bytes(raw)
    told = problems(tmp_path)
    place = f"bills/119-s-1780.md:{line}: "
    assert any(problem.startswith(place) and message in problem for problem in told), told


def test_line_ends_of_another_system_are_fine(tmp_path: Path) -> None:
    path = write(tmp_path) / "bills" / "119-s-1780.md"
    path.write_bytes(BILL.replace("\n", "\r\n").encode())
    assert problems(tmp_path) == []


SLOW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _loads_or_tells(folder: Path, name: str, raw: bytes) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(raw)
    try:
        load(folder)
    except ContentError as error:
        assert error.problems  # noqa: PT017
        str(error).encode()


@SLOW
@given(st.sampled_from(sorted(FILES)), st.binary(max_size=300))
def test_random_bytes_are_told_of_and_nothing_else(tmp_path: Path, name: str, raw: bytes) -> None:
    _loads_or_tells(tmp_path, name, raw)


@SLOW
@given(st.sampled_from(sorted(FILES)), st.binary(max_size=60), st.integers(0, 2500), st.integers(0, 60))
def test_random_bytes_in_a_good_file_are_told_of_and_nothing_else(
    tmp_path: Path, name: str, raw: bytes, place: int, removed: int
) -> None:
    good = FILES[name].encode()
    _loads_or_tells(tmp_path, name, good[:place] + raw + good[place + removed :])


YAMLISH = st.text(alphabet="abc:-[]{}&*!?|>'\"#%@`,~ \n\\x0u", max_size=120)


@SLOW
@given(st.sampled_from(sorted(FILES)), YAMLISH, YAMLISH)
def test_random_markup_is_told_of_and_nothing_else(tmp_path: Path, name: str, front: str, body: str) -> None:
    _loads_or_tells(tmp_path, name, f"---\n{front}\n---\n{body}".encode())
