"""Raw bodies kept by checksum."""

from __future__ import annotations

import hashlib
import os
import tracemalloc
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from scrapers.bodies import Bodies, BodyError

BODY = b"<bill>" + b"x" * 10_000 + b"</bill>"


def checksum(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def stored_file(root: Path, body: bytes) -> Path:
    return root / checksum(body)[:2] / f"{checksum(body)}.zst"


def test_a_body_comes_back_as_it_went_in(tmp_path: Path) -> None:
    bodies = Bodies(tmp_path / "bodies")
    bodies.put(BODY, checksum(BODY))
    assert bodies.get(checksum(BODY)) == BODY


@given(st.binary(max_size=5000))
def test_any_bytes_can_be_kept(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    bodies = Bodies(tmp_path_factory.getbasetemp() / "any")
    bodies.put(body, checksum(body))
    assert bodies.get(checksum(body)) == body


def test_a_body_lies_compressed_under_its_checksum_and_nothing_else_is_left(tmp_path: Path) -> None:
    Bodies(tmp_path).put(BODY, checksum(BODY))
    path = stored_file(tmp_path, BODY)
    assert [found for found in tmp_path.rglob("*") if found.is_file()] == [path]
    assert path.stat().st_size < len(BODY) / 10


def test_a_body_that_is_there_is_left_alone(tmp_path: Path) -> None:
    bodies = Bodies(tmp_path)
    bodies.put(BODY, checksum(BODY))
    before = stored_file(tmp_path, BODY).stat()
    bodies.put(BODY, checksum(BODY))
    after = stored_file(tmp_path, BODY).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def disk_full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", disk_full)
    with pytest.raises(OSError, match="No space left"):
        Bodies(tmp_path).put(BODY, checksum(BODY))
    assert [found for found in tmp_path.rglob("*") if found.is_file()] == []


@pytest.mark.parametrize("cut", [0, 20, -1])
def test_a_body_that_a_crash_left_in_half_is_written_anew(tmp_path: Path, cut: int) -> None:
    Bodies(tmp_path).put(BODY, checksum(BODY))
    path = stored_file(tmp_path, BODY)
    path.write_bytes(path.read_bytes()[:cut])
    Bodies(tmp_path).put(BODY, checksum(BODY))
    assert Bodies(tmp_path).get(checksum(BODY)) == BODY


@pytest.mark.parametrize("count", [1, 3, 40])
def test_what_was_put_is_on_the_disk_once_it_is_settled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def note(handle: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{handle}"))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", note)
    monkeypatch.setattr(os, "sync", lambda: synced.append("all"))
    bodies = Bodies(tmp_path)
    found = [f"body {number}".encode() for number in range(count)]
    for body in found:
        bodies.put(body, checksum(body))
    assert synced == []
    bodies.settle()
    paths = [stored_file(tmp_path, body) for body in found]
    expected = {str(path) for path in (*paths, *(path.parent for path in paths), tmp_path)}
    assert set(synced) == ({"all"} if count > 16 else expected)
    bodies.settle()
    assert len(synced) == len(set(synced))


def test_a_body_under_another_checksum_is_not_stored(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="sha256"):
        Bodies(tmp_path).put(BODY, checksum(b"other"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["", "abc", "../../etc/passwd", "A" * 64, "g" * 64, "a" * 65, "a" * 64 + "\n"]
)
def test_a_name_that_is_no_checksum_never_becomes_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a sha256"):
        Bodies(tmp_path).get(name)
    with pytest.raises(ValueError, match="not a sha256"):
        Bodies(tmp_path).put(BODY, name)


def test_a_missing_body_is_named(tmp_path: Path) -> None:
    with pytest.raises(BodyError, match=f"no such body is stored.*{checksum(BODY)}"):
        Bodies(tmp_path).get(checksum(BODY))


@pytest.mark.parametrize("cut", [0, 1, 4, 8, 20, -1, -4])
def test_a_body_cut_short_is_damaged(tmp_path: Path, cut: int) -> None:
    Bodies(tmp_path).put(BODY, checksum(BODY))
    path = stored_file(tmp_path, BODY)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(BodyError, match="damaged"):
        Bodies(tmp_path).get(checksum(BODY))


def test_a_changed_bit_anywhere_never_gives_other_bytes(tmp_path: Path) -> None:
    Bodies(tmp_path).put(BODY, checksum(BODY))
    path = stored_file(tmp_path, BODY)
    whole = path.read_bytes()
    noticed = 0
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            assert Bodies(tmp_path).get(checksum(BODY)) == BODY
        except BodyError:
            noticed += 1
    assert noticed > len(whole) / 2


def test_another_body_in_its_place_is_damaged(tmp_path: Path) -> None:
    Bodies(tmp_path).put(BODY, checksum(BODY))
    stored_file(tmp_path, BODY).write_bytes(zstandard.compress(b"another body"))
    with pytest.raises(BodyError, match="checksum differs"):
        Bodies(tmp_path).get(checksum(BODY))


def test_a_large_body_is_stored_without_a_second_copy_in_memory(tmp_path: Path) -> None:
    body = os.urandom(1024 * 1024) * 55
    name = checksum(body)
    bodies = Bodies(tmp_path)
    tracemalloc.start()
    try:
        bodies.put(body, name)
        _, peak_of_put = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        assert bodies.get(name) == body
        _, peak_of_get = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_of_put < 8 * 1024 * 1024
    assert peak_of_get < 1.5 * len(body)
