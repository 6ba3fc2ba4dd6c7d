"""When the copies behind the bundled facts were taken: no fact passes for fetched later than it was."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.mirror import mirror_root
from tests.tracker.test_snapshot import ARCHIVE, BUNDLED_FILE, FETCHED, NOW, bill, fill
from tracker.snapshot import SnapshotError, export, facts, load
from tracker.snapshot.copies import TABLE, Period, path_of, read_copies, read_period, taken

JUNE = Period(date(2026, 6, 1), date(2026, 6, 30))
DAY = Period(date(2026, 6, 8), date(2026, 6, 8))
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2026-06-08", DAY),
        ("2026-06", JUNE),
        ("2024-02", Period(date(2024, 2, 1), date(2024, 2, 29))),
        ("2026", YEAR),
        ("2024-2025", Period(date(2024, 1, 1), date(2025, 12, 31))),
        ("2016/2017", Period(date(2016, 1, 1), date(2017, 12, 31))),
        ("2026-06-08/2026-08", Period(date(2026, 6, 8), date(2026, 8, 31))),
        *[
            (text, None)
            for text in (
                "", "FY2008-FY2017", "2026 (constant dollars base FY2022)", "current", "2018+", "1.0.0", "2026-13",
                "2026-02-30", "0000", "2026-06-08/2026-06-07", "/2026", "2026/", "2026/2027/2028", "2025-2024",
            )
        ],
    ],
)  # fmt: skip
def test_what_a_date_says_of_when(text: str, period: Period | None) -> None:
    assert read_period(text) == period


@pytest.mark.parametrize(
    ("told", "given", "meant"),
    [
        (None, None, None),
        (None, JUNE, JUNE),
        (DAY, None, DAY),
        (YEAR, JUNE, JUNE),  # who knows more says it
        (DAY, JUNE, DAY),  # and moves no date that the mirror has
        (JUNE, YEAR, JUNE),
        (read_period("2023-09"), JUNE, read_period("2023-09")),
    ],
)
def test_the_mirrors_word_comes_first(
    told: Period | None, given: Period | None, meant: Period | None
) -> None:
    assert taken(told, given) == meant


@pytest.mark.parametrize(
    ("url", "container", "path"),
    [
        ("https://www.gao.gov/open-recs2-csv?q=", None, "www.gao.gov/open-recs2-csv?q="),
        ("https://www.state.gov/releases/x/", None, "www.state.gov/releases/x/index.html"),
        ("https://raw.githubusercontent.com/a/b%20c.08.csv", None, "raw.githubusercontent.com/a/b c.08.csv"),
        ("https://a.gov/x.csv#copy=vintages/2023-09/x.csv.gz", None, "vintages/2023-09/x.csv.gz"),
        (f"{ARCHIVE}#a.xml", ARCHIVE, ARCHIVE.removeprefix("https://")),
    ],
)
def test_which_file_of_a_mirror_a_document_was_read_from(url: str, container: str | None, path: str) -> None:
    assert path_of(url, container) == path


def test_noon_of_the_first_day_is_that_day_in_washington_too() -> None:
    assert JUNE.fetched_at == datetime(2026, 6, 1, 12, tzinfo=UTC)


def table(folder: Path, *rows: tuple[str, str]) -> Path:
    """A mirror that has nothing but its table."""
    lines = ["path\tupstream_url\tas_of", *(f"{path}\t\t{as_of}" for path, as_of in rows)]
    (folder / TABLE).write_text("\n".join(lines) + "\n")
    return folder


LISTINGS = tuple(
    (f"unitedstates.github.io/congress-legislators/{name}.json", "2026-05-15")
    for name in ("legislators-current", "committees-current", "committee-membership-current")
)


def test_documents_are_dated_by_their_mirror(engine: Engine, sqlite_engine: Engine, tmp_path: Path) -> None:
    fill(engine, bill())
    mirror = table(tmp_path, (ARCHIVE.removeprefix("https://"), "2026-05"), *LISTINGS)
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    export(engine, first, keys=["119-s-1780"], copies=read_copies(mirror))
    found = facts.read(first)
    assert {(one.source, one.fetched_at, one.fetched_until) for one in found.documents.values()} == {
        ("govinfo_billstatus", datetime(2026, 5, 1, 12, tzinfo=UTC), date(2026, 5, 31)),
        ("legislators", datetime(2026, 5, 15, 12, tzinfo=UTC), date(2026, 5, 15)),
    }
    load(sqlite_engine, first, NOW)
    export(sqlite_engine, second, keys=["119-s-1780"])
    assert second.read_bytes() == first.read_bytes()


def test_a_copy_of_which_nothing_says_when_it_was_taken_is_refused(engine: Engine, tmp_path: Path) -> None:
    fill(engine, bill())
    copies = read_copies(table(tmp_path, (ARCHIVE.removeprefix("https://"), "FY2026"), *LISTINGS))
    file = tmp_path / "f.jsonl"
    with pytest.raises(SnapshotError, match=r"BILLSTATUS-119-s\.zip.*--taken govinfo_billstatus=WHEN"):
        export(engine, file, keys=["119-s-1780"], copies=copies)
    assert not file.exists()
    export(engine, file, keys=["119-s-1780"], copies=copies, taken={"govinfo_billstatus": JUNE})
    assert facts.read(file).header.as_of == JUNE.fetched_at


def test_a_mirror_without_a_table_says_nothing(engine: Engine, tmp_path: Path) -> None:
    assert read_copies(None) == read_copies(tmp_path) == {}
    fill(engine, bill())
    export(engine, tmp_path / "f.jsonl", keys=["119-s-1780"], copies=read_copies(tmp_path))
    assert {one.fetched_at for one in facts.read(tmp_path / "f.jsonl").documents.values()} == {FETCHED}


# --- the bundle itself --------------------------------------------------------------------------------------


@pytest.mark.mirror
def test_no_document_of_the_bundle_is_dated_later_than_the_mirror_says() -> None:
    copies = read_copies(mirror_root())
    dated = 0
    for one in facts.read(BUNDLED_FILE).documents.values():
        told = copies[path_of(one.url, one.container)]
        assert one.fetched_until is not None, f"{one.url} has an hour, as if it had been fetched here"
        assert one.fetched_at.date() <= one.fetched_until
        if period := read_period(told):
            dated += 1
            assert period.holds(Period(one.fetched_at.date(), one.fetched_until)), (one.url, told)
    assert dated > 750  # the other tables name the years of their figures, or nothing
