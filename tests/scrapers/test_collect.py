"""The runner brings what a source names, sets aside what is not as promised, and says whether to believe it.

The source here is a small one of the tests' own: a document is lines, each a committee, a further document to
bring, or something wrong.
"""

from __future__ import annotations

import io
import multiprocessing
import signal
import struct
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from scrapers import archives
from scrapers.bodies import Bodies, BodyError
from scrapers.collect import (
    Harvested,
    Listed,
    Tally,
    Unchanged,
    collect,
    count,
    judge,
    shrunk,
)
from scrapers.errors import DriftError, FetchError, NotFoundError
from scrapers.problems import Problem, ProblemKind
from scrapers.records import Bill, Committee, Legislator
from scrapers.source import Document, Healthy, Known, NotModified, Request, Source
from scrapers.sources.govinfo_billstatus import SOURCE as BILLS
from tests.effort import little_effort
from tests.processes import begin, finish
from tests.publishing import archive_url, bill_file, member_name, zip_of

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOME = "https://lines.example.gov"
LIST, OTHER, ZIP = f"{HOME}/list", f"{HOME}/other", f"{HOME}/all.zip"


# --- a source, a publisher and a memory ---------------------------------------------------------------------


def requests(options: Mapping[str, str]) -> Iterator[Request]:
    yield Request(options.get("start", LIST))


def parse(document: Document) -> Iterator[Committee | Request]:
    """`code name`, `-> address [time]`, or `! what is wrong`."""
    lines = document.body.decode().splitlines()
    if not lines:
        raise DriftError("the document is empty", url=document.url)
    for number, line in enumerate(lines, 1):
        first, _, rest = line.partition(" ")
        if first == "!":
            raise DriftError(rest, place=f"line {number}")
        if first == "->":
            url, _, at = rest.partition(" ")
            yield Request(url, datetime.fromisoformat(at) if at else None)
        else:
            yield Committee(first, rest, "house")


LINES = Source(
    key="lines", name="Lines", publisher="the tests", covers="Lines.", home_url=HOME, licence="none",
    rhythm=timedelta(days=1), hosts=frozenset({"lines.example.gov"}), parser_version=3,
    healthy=Healthy(normal_day=10), requests=requests, parse=parse, member_type=Committee,
    options={"start": "where to begin"}, content_types=frozenset({"text/plain", "application/zip"}),
)  # fmt: skip


@dataclass
class FakeFetcher:
    """Serves what it was given: a body, a body with its type, an error, or NotModified."""

    serves: dict[str, Any]
    asked: list[tuple[str, Known | None]] = field(default_factory=list)

    def fetch(self, request: Request, source: Source, known: Known | None) -> Document | NotModified:
        self.asked.append((request.url, known))
        found = self.serves.get(request.url, NotFoundError("not there", url=request.url))
        if isinstance(found, Exception):
            raise found
        if isinstance(found, NotModified):
            return found
        usual = "application/zip" if request.url.endswith(".zip") else "text/plain"
        body, content_type = found if isinstance(found, tuple) else (found, usual)
        return Document(request.url, body, content_type, NOON, sha256(body).hexdigest())


@dataclass
class FakeMemory:
    """Remembers what it was told."""

    documents: dict[str, Known] = field(default_factory=dict)
    members: dict[str, Known] = field(default_factory=dict)

    def known(self, url: str) -> Known | None:
        return self.documents.get(url)

    def known_members(self, container: str) -> Mapping[str, Known]:
        return {url: known for url, known in self.members.items() if url.startswith(f"{container}#")}


def known(at: datetime = NOON, version: int = 3, crc: int | None = None) -> Known:
    return Known("0" * 64, at, version, etag='"1"', crc=crc)


@dataclass
class Run:
    """The events of one run, and what is asked of them most."""

    events: list[Any]
    fetcher: FakeFetcher
    bodies: Bodies

    @property
    def codes(self) -> list[str]:
        return [record.code for one in self.of(Harvested) for record in one.records]

    @property
    def problems(self) -> list[tuple[str, str, str, str]]:
        return [
            (problem.kind.value, problem.document, problem.place, problem.message)
            for problem in self.of(Problem)
        ]

    @property
    def asked(self) -> list[str]:
        return [url for url, _ in self.fetcher.asked]

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def run(tmp_path: Path) -> Any:
    def run(
        serves: dict[str, Any], memory: FakeMemory | None = None, source: Source = LINES, **options: str
    ) -> Run:
        fetcher, bodies = FakeFetcher(serves), Bodies(tmp_path / "bodies")
        events = list(collect(source, fetcher, memory or FakeMemory(), bodies, options))
        return Run(events, fetcher, bodies)

    return run


# --- single documents ---------------------------------------------------------------------------------------


def test_a_document_is_harvested_with_its_records(run: Any) -> None:
    found = run({LIST: b"hsfa00 Foreign Affairs\nssfr00 Foreign Relations"})
    assert found.codes == ["hsfa00", "ssfr00"]
    assert found.problems == []


def test_options_reach_the_source(run: Any) -> None:
    assert run({OTHER: b"hsfa00 Foreign Affairs"}, start=OTHER).asked == [OTHER]


def test_an_option_that_the_source_does_not_take_is_refused_before_anything_is_fetched(run: Any) -> None:
    with pytest.raises(ValueError, match="lines has no option begin, size"):
        run({}, size="1", begin="2", start=LIST)


def test_a_follow_up_request_is_brought_after_those_before_it(run: Any) -> None:
    found = run({LIST: f"-> {OTHER}\n-> {HOME}/third".encode(), OTHER: f"a00 A\n-> {HOME}/last".encode(),
                 f"{HOME}/third": b"b00 B", f"{HOME}/last": b"c00 C"})  # fmt: skip
    assert found.asked == [LIST, OTHER, f"{HOME}/third", f"{HOME}/last"]
    assert found.codes == ["a00", "b00", "c00"]


def test_nothing_of_a_document_that_goes_wrong_halfway_is_used(run: Any) -> None:
    found = run({LIST: f"a00 A\n-> {OTHER}\n! a surprise".encode(), OTHER: b"b00 B"})
    assert found.codes == []
    assert found.asked == [LIST]
    assert found.problems == [("drift", LIST, "line 3", "a surprise")]


def test_a_problem_names_source_document_and_place(run: Any) -> None:
    (problem,) = run({LIST: b"! a surprise"}).of(Problem)
    assert problem == Problem(ProblemKind.DRIFT, "lines", LIST, "a surprise", "line 1")


def test_one_bad_document_does_not_stop_the_others(run: Any) -> None:
    found = run({LIST: f"-> {OTHER}\n-> {HOME}/gone\n-> {HOME}/good".encode(), OTHER: b"! broken",
                 f"{HOME}/good": b"a00 A"})  # fmt: skip
    assert found.codes == ["a00"]
    assert found.problems == [
        ("drift", OTHER, "line 1", "broken"),
        ("fetch", f"{HOME}/gone", "", "not there"),
    ]


def test_a_body_is_kept_before_it_is_parsed(run: Any) -> None:
    body = b"! unreadable today"
    assert run({LIST: body}).bodies.get(sha256(body).hexdigest()) == body


def test_what_is_personal_is_taken_out_before_anything_is_kept_or_read(run: Any) -> None:
    discreet = replace(LINES, redact=lambda body: body.replace(b"Jane Doe", b""))
    found = run({LIST: b"ssfr00 Foreign Relations Jane Doe"}, source=discreet)
    (harvested,) = found.of(Harvested)
    assert [record.name for record in harvested.records] == ["Foreign Relations "]
    assert found.bodies.get(harvested.document.sha256) == b"ssfr00 Foreign Relations "
    with pytest.raises(BodyError):
        found.bodies.get(sha256(b"ssfr00 Foreign Relations Jane Doe").hexdigest())


@pytest.mark.parametrize("content_type", ["text/html", "application/octet-stream", "application/pdf", ""])
def test_an_unknown_content_type_is_a_problem_and_is_not_read(run: Any, content_type: str) -> None:
    body = b"a00 A"
    found = run({LIST: (body, content_type)})
    assert found.codes == []
    assert found.problems == [("drift", LIST, "", f"the content type is {content_type}")]
    with pytest.raises(BodyError):
        found.bodies.get(sha256(body).hexdigest())


def test_an_empty_body_is_a_problem(run: Any) -> None:
    assert run({LIST: b""}).problems == [("drift", LIST, "", "the document is empty")]


@pytest.mark.parametrize("error", [FetchError("status 503", url=LIST), NotFoundError("status 404", url=LIST)])
def test_a_document_that_does_not_come_is_a_problem_of_fetching(run: Any, error: FetchError) -> None:
    assert run({LIST: error}).problems == [("fetch", LIST, "", error.message)]


# --- what we know already -----------------------------------------------------------------------------------


def test_what_the_publisher_calls_unchanged_is_not_read(run: Any) -> None:
    found = run({LIST: NotModified(LIST)}, FakeMemory({LIST: known()}))
    assert found.events == [Unchanged(LIST)]


@pytest.mark.parametrize(
    ("fetched_at", "changed_at", "is_asked"),
    [
        pytest.param(NOON, NOON, False, id="fetched when it changed"),
        pytest.param(NOON, NOON - timedelta(hours=1), False, id="fetched after it changed"),
        pytest.param(NOON, NOON + timedelta(seconds=1), True, id="changed since"),
        pytest.param(None, NOON, True, id="never fetched"),
    ],
)
def test_a_listed_document_is_asked_for_only_if_it_changed_since_we_have_it(
    run: Any, fetched_at: datetime | None, changed_at: datetime, is_asked: bool
) -> None:
    memory = FakeMemory({OTHER: known(fetched_at)} if fetched_at else {})
    found = run({LIST: f"-> {OTHER} {changed_at.isoformat()}".encode(), OTHER: b"a00 A"}, memory)
    assert (OTHER in found.asked) is is_asked
    assert (found.of(Unchanged) == [Unchanged(OTHER)]) is not is_asked


def test_what_an_older_parser_read_is_asked_for_anew_and_without_validators(run: Any) -> None:
    memory = FakeMemory({OTHER: known(version=2)})
    found = run({LIST: f"-> {OTHER} {NOON.isoformat()}".encode(), OTHER: b"a00 A"}, memory)
    assert found.fetcher.asked == [(LIST, None), (OTHER, None)]
    assert found.codes == ["a00"]


def test_what_we_know_is_told_to_the_fetcher(run: Any) -> None:
    found = run({LIST: b"a00 A"}, FakeMemory({LIST: known()}))
    assert found.fetcher.asked == [(LIST, known())]


def test_with_since_only_what_changed_since_then_is_brought(tmp_path: Path) -> None:
    old, new, always = (f"{HOME}/{name}" for name in ("old", "new", "always"))
    lines = [
        f"-> {old} {(NOON - timedelta(days=9)).isoformat()}",
        f"-> {new} {NOON.isoformat()}",
        f"-> {always}",
    ]
    fetcher = FakeFetcher({LIST: "\n".join(lines).encode(), old: b"a00 A", new: b"b00 B", always: b"c00 C"})
    since = NOON - timedelta(days=1)
    list(collect(LINES, fetcher, FakeMemory(), Bodies(tmp_path), {}, since=since))
    assert [url for url, _ in fetcher.asked] == [LIST, new, always]


def test_progress_tells_how_far_it_is(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    fetcher = FakeFetcher({LIST: f"-> {OTHER}".encode(), OTHER: b"a00 A"})
    list(collect(LINES, fetcher, FakeMemory(), Bodies(tmp_path), {}, lambda *step: told.append(step)))
    assert told == [("lines", 1, 2), ("lines", 2, 2)]


# --- archives -----------------------------------------------------------------------------------------------

GOOD = {"a.txt": b"a00 A", "b.txt": b"b00 B", "c.txt": b"c00 C"}


def infos(archive: bytes) -> dict[str, zipfile.ZipInfo]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {info.filename: info for info in opened.infolist()}


def crcs(archive: bytes, version: int = 3) -> FakeMemory:
    """As if the archive had been read before."""
    return FakeMemory(
        members={
            f"{ZIP}#{name}": known(crc=info.CRC, version=version) for name, info in infos(archive).items()
        }
    )


def test_every_member_of_an_archive_is_read_and_the_archive_listed(run: Any) -> None:
    found = run({ZIP: zip_of(GOOD)}, start=ZIP)
    assert found.codes == ["a00", "b00", "c00"]
    (listed,) = found.of(Listed)
    assert (listed.members, listed.is_complete) == (frozenset(f"{ZIP}#{name}" for name in GOOD), True)
    (first, *_) = found.of(Harvested)
    assert (first.document.url, first.document.container) == (f"{ZIP}#a.txt", ZIP)
    assert first.document.sha256 == sha256(GOOD["a.txt"]).hexdigest()


def test_a_member_with_the_checksum_that_we_know_is_not_read(run: Any) -> None:
    before, after = zip_of(GOOD), zip_of(GOOD | {"b.txt": b"b01 B", "d.txt": b"d00 D"})
    found = run({ZIP: after}, crcs(before), start=ZIP)
    assert found.codes == ["b01", "d00"]
    assert len(found.of(Listed)[0].members) == 4


def test_every_member_is_read_again_when_the_parser_changed(run: Any) -> None:
    found = run({ZIP: zip_of(GOOD)}, crcs(zip_of(GOOD), version=2), start=ZIP)
    assert found.codes == ["a00", "b00", "c00"]


def test_one_bad_member_is_a_problem_and_the_others_are_read(run: Any) -> None:
    found = run({ZIP: zip_of(GOOD | {"b.txt": b"b00 B\n! a surprise"})}, start=ZIP)
    assert found.codes == ["a00", "c00"]
    assert found.problems == [("drift", f"{ZIP}#b.txt", "line 2", "a surprise")]
    assert found.of(Listed)[0].is_complete is False


def test_folders_in_an_archive_are_no_members(run: Any) -> None:
    found = run({ZIP: zip_of({"folder/": b"", "folder/a.txt": b"a00 A"})}, start=ZIP)
    assert found.of(Listed)[0].members == {f"{ZIP}#folder/a.txt"}
    assert found.problems == []


def test_a_member_that_yields_something_else_than_promised_is_a_problem(run: Any) -> None:
    found = run({ZIP: zip_of({"a.txt": f"-> {OTHER}".encode(), "b.txt": b"b00 B"})}, start=ZIP)
    assert found.asked == [ZIP]
    assert found.problems == [("drift", f"{ZIP}#a.txt", "", "an archive's member yielded a Request")]


def test_a_members_name_is_never_a_path(run: Any, tmp_path: Path) -> None:
    found = run({ZIP: zip_of({"../../escape.txt": b"a00 A", "/etc/passwd": b"b00 B"})}, start=ZIP)
    assert found.codes == ["a00", "b00"]
    assert not any(path.name in ("escape.txt", "passwd") for path in tmp_path.parent.rglob("*"))


SMALL = replace(LINES, maximum_member_bytes=1_000_000)


def test_a_bomb_is_refused_by_its_declared_size_without_unpacking_it(run: Any) -> None:
    bomb = zip_of({"a.txt": b"a00 A", "bomb.txt": bytes(60_000_000)})
    assert len(bomb) < 100_000
    with little_effort(2):
        found = run({ZIP: bomb}, source=SMALL, start=ZIP)
    assert found.codes == ["a00"]
    assert found.problems == [("drift", f"{ZIP}#bomb.txt", "", "the member would unpack to 60000000 bytes")]


def declaring(archive: bytes, name: str, size: int) -> bytes:
    """The archive with another unpacked size for a member, in its header and in the archive's table."""
    told, true = struct.pack("<I", size), struct.pack("<I", infos(archive)[name].file_size)
    assert archive.count(true) == 2
    return archive.replace(true, told)


@pytest.mark.parametrize("size", [0, 1, 999])
def test_a_bomb_that_lies_about_its_size_is_refused_too(run: Any, size: int) -> None:
    bomb = declaring(zip_of({"bomb.txt": b"a00 A\n" * 3_333_333}), "bomb.txt", size)
    with little_effort(2):
        found = run({ZIP: bomb}, source=SMALL, start=ZIP)
    assert found.codes == []
    assert [document for _, document, _, _ in found.problems] == [f"{ZIP}#bomb.txt"]


def test_an_archive_inside_an_archive_is_not_opened(run: Any) -> None:
    inner = zip_of({"bomb.txt": bytes(10_000_000)})
    found = run({ZIP: zip_of({"inner.zip": inner})}, source=BILLS_OVER_LINES, start=ZIP)
    assert [(kind, document) for kind, document, _, _ in found.problems] == [("drift", f"{ZIP}#inner.zip")]


BILLS_OVER_LINES = replace(LINES, parse=BILLS.parse, member_type=Bill)


def test_an_archive_cut_short_anywhere_is_a_problem_and_nothing_of_it_is_read(run: Any) -> None:
    whole = zip_of(GOOD)
    for length in range(len(whole)):
        found = run({ZIP: whole[:length]}, start=ZIP)
        assert found.codes == [], length
        assert [(kind, document) for kind, document, _, _ in found.problems] == [("drift", ZIP)], length
        assert "not a readable archive" in found.problems[0][3], length


def test_an_archive_with_any_byte_damaged_never_gives_a_wrong_record(run: Any) -> None:
    """The members' own checksums tell. Damage to the table can hide a member, which is a shorter listing."""
    whole = zip_of(GOOD)
    for place in range(len(whole)):
        for mask in (0x01, 0x80, 0xFF):
            damaged = bytearray(whole)
            damaged[place] ^= mask
            found = run({ZIP: bytes(damaged)}, start=ZIP)
            assert set(found.codes) <= {"a00", "b00", "c00"}, (place, mask)
            is_short = any(len(listed.members) < len(GOOD) for listed in found.of(Listed))
            assert len(found.codes) == len(GOOD) or found.problems or is_short, (place, mask)


METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]


@pytest.mark.parametrize("method", METHODS)
def test_a_member_damaged_inside_is_a_problem_of_that_member_whatever_packed_it(
    run: Any, method: int
) -> None:
    lines = b"".join(b"x%05d Committee number %d\n" % (number, number * 7919) for number in range(400))
    whole = zip_of({"good.txt": b"a00 A", "bad.txt": lines}, method)
    info = infos(whole)["bad.txt"]
    middle = info.header_offset + 30 + len("bad.txt") + info.compress_size // 2
    damaged = whole[:middle] + bytes(byte ^ 0xFF for byte in whole[middle : middle + 8]) + whole[middle + 8 :]
    found = run({ZIP: damaged}, start=ZIP)
    assert found.codes == ["a00"]
    assert [(kind, document) for kind, document, _, _ in found.problems] == [("drift", f"{ZIP}#bad.txt")]


@pytest.mark.parametrize(
    ("says", "body"),
    [("empty", b""), ("no members", zip_of({})), ("only folders", zip_of({"folder/": b""})),
     ("a page", b"<html><body>Maintenance</body></html>"), ("other bytes", bytes(range(256)) * 40)],
)  # fmt: skip
def test_what_is_no_archive_is_a_problem(run: Any, says: str, body: bytes) -> None:
    found = run({ZIP: body}, start=ZIP)
    assert [(kind, document) for kind, document, _, _ in found.problems] == [("drift", ZIP)]
    assert found.of(Listed) == []


def test_an_archive_with_too_many_members_is_a_problem(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAXIMUM_MEMBERS", 2)
    found = run({ZIP: zip_of(GOOD)}, start=ZIP)
    assert found.codes == []
    assert found.problems == [("drift", ZIP, "", "the archive has 3 members")]


def test_an_archive_in_pieces_or_with_a_password_is_a_problem_of_its_members(run: Any) -> None:
    whole = bytearray(zip_of({"a.txt": b"a00 A"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        whole[whole.index(signature) + offset] |= 1  # the flag for a password
    found = run({ZIP: bytes(whole)}, start=ZIP)
    assert [(kind, document) for kind, document, _, _ in found.problems] == [("drift", f"{ZIP}#a.txt")]


# --- a large archive, read by a second process --------------------------------------------------------------

MANY = {
    f"119-hr-{number}": bill_file(f"119-hr-{number}") for number in range(1, archives.WORTH_A_PROCESS + 31)
}
MANY["119-hr-7"] = b"<billStatus>"


def large_run(bodies: Bodies) -> Iterator[Any]:
    body = zip_of({member_name(key): content for key, content in MANY.items()}, zipfile.ZIP_STORED)
    fetcher = FakeFetcher({archive_url(): body})
    return collect(BILLS, fetcher, FakeMemory(), bodies, {"congress": "119", "type": "hr"})


def test_a_large_archive_gives_the_same_events_from_two_processes_as_from_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_two = list(large_run(Bodies(tmp_path)))
    assert multiprocessing.active_children() == []
    monkeypatch.setattr(archives, "WORTH_A_PROCESS", 10**9)
    by_one = list(large_run(Bodies(tmp_path)))
    assert by_two == by_one
    problems = [event.document for event in by_two if isinstance(event, Problem)]
    assert problems == [f"{archive_url()}#{member_name('119-hr-7')}"]


def test_a_run_that_stops_early_ends_its_helper(tmp_path: Path) -> None:
    events = large_run(Bodies(tmp_path))
    next(events)
    assert multiprocessing.active_children()
    events.close()  # type: ignore[attr-defined]
    assert multiprocessing.active_children() == []


def begin_a_large_run(folder: Path) -> None:
    """In a process of its own: says who its helper is, and waits for its end."""
    tempfile.tempdir = str(folder / "temporary")
    events = large_run(Bodies(folder))
    next(events)
    (helper,) = multiprocessing.active_children()
    (folder / "written").write_text(str(helper.pid))
    (folder / "written").rename(folder / "helper")
    time.sleep(60)


def is_at_work(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def until(is_true: Callable[[], bool]) -> bool:
    """Whether it becomes true within ten seconds."""
    deadline = time.monotonic() + 10
    while not is_true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return is_true()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs Linux's /proc")
def test_a_run_that_is_killed_ends_its_helper_and_leaves_no_copy_of_its_archive(tmp_path: Path) -> None:
    (tmp_path / "temporary").mkdir()
    run = begin(begin_a_large_run, tmp_path)
    assert until((tmp_path / "helper").exists)
    helper = int((tmp_path / "helper").read_text())
    assert is_at_work(helper)
    run.kill()
    assert finish(run) == -signal.SIGKILL
    assert until(lambda: not is_at_work(helper))
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_helper_that_dies_is_an_error_and_not_a_short_archive(tmp_path: Path) -> None:
    events = large_run(Bodies(tmp_path))
    next(events)
    for helper in multiprocessing.active_children():
        helper.kill()
    with pytest.raises(RuntimeError, match="ended early"):
        list(events)


# --- can the run be believed? -------------------------------------------------------------------------------

PICKY = replace(LINES, healthy=Healthy(normal_day=10, minimum={"Committee": 150, "Legislator": 500}))


def tally(documents: int = 0, committees: int = 0, legislators: int = 0, **more: Any) -> Tally:
    found = Tally(documents=documents, **more)
    found.records.update(Committee=committees, Legislator=legislators)
    return found


HEALTH: list[tuple[str, Tally, list[str]]] = [
    ("all came", tally(2, 150, 500), []),
    ("nothing changed", tally(unchanged=2), []),
    ("one list unchanged, the other whole", tally(1, 150, 0, unchanged=1), []),
    ("one list unchanged, the other short", tally(1, 149, 0, unchanged=1), ["Committee"]),
    ("all came, one kind short", tally(2, 149, 500), ["Committee"]),
    ("all came and brought nothing", tally(2), ["Committee", "Legislator"]),
    ("one kind did not come because its document failed", tally(1, 150, 0, failed=1), []),
    ("one kind is short beside a document that failed", tally(1, 149, 0, failed=1), ["Committee"]),
]


@pytest.mark.parametrize(("says", "found", "kinds"), HEALTH, ids=[row[0] for row in HEALTH])
def test_a_listing_with_fewer_records_than_healthy_is_not_believed(
    says: str, found: Tally, kinds: list[str]
) -> None:
    problems = judge(PICKY, found)
    assert [problem.kind for problem in problems] == [ProblemKind.SHORT] * len(kinds)
    assert [
        kind for problem in problems for kind in ("Committee", "Legislator") if kind in problem.message
    ] == kinds
    assert all(problem.document == HOME and problem.source == "lines" for problem in problems)


@pytest.mark.parametrize(
    ("documents", "drifted", "is_believed"),
    [(0, 1, True), (9, 1, True), (100, 0, True), (18, 2, True), (17, 2, False), (8, 2, False), (0, 2, False)],
)
def test_a_run_is_not_believed_when_more_than_a_tenth_is_unreadable(
    documents: int, drifted: int, is_believed: bool
) -> None:
    assert (judge(LINES, tally(documents, drifted=drifted)) == []) is is_believed


@pytest.mark.parametrize(
    ("before", "after", "is_believed"),
    [
        (0, 1, True),
        (100, 100, True),
        (100, 130, True),
        (100, 80, True),
        (100, 79, False),
        (5, 4, True),
        (5, 3, False),
    ],
)
def test_an_archive_that_lost_more_than_a_fifth_is_not_believed(
    before: int, after: int, is_believed: bool
) -> None:
    document = Document(ZIP, b"", "application/zip", NOON, "")
    problem = shrunk(LINES, Listed(document, frozenset(map(str, range(after))), True), before)
    assert (problem is None) is is_believed
    if problem:
        assert (problem.kind, problem.document) == (ProblemKind.SHRUNK, ZIP)
        assert str(before) in problem.message


def test_events_are_counted_by_what_they_mean() -> None:
    document = Document(LIST, b"", "text/plain", NOON, "")
    found = Tally()
    member = Legislator("X000001", "Ann", "Example", "Ann Example", ())
    for event in (
        Harvested(document, (Committee("a00", "A", "house"), member, member)),
        Harvested(document, ()),
        Unchanged(LIST),
        Problem(ProblemKind.DRIFT, "lines", LIST, "a surprise"),
        Problem(ProblemKind.FETCH, "lines", LIST, "not there"),
        Problem(ProblemKind.STALE, "lines", LIST, "older"),
        Listed(document, frozenset(), True),
    ):
        count(found, event)
    assert (found.documents, found.unchanged, found.drifted, found.failed) == (2, 1, 1, 1)
    assert found.records == {"Committee": 1, "Legislator": 2}
