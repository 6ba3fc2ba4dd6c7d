"""Two whole digests of real documents, word for word."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from tests.conftest import sqlite_url
from tests.digests import real
from tests.digests.site import Got
from tracker.digests.message import Links, personal
from tracker.migrations import migrate

FOLDER = Path(__file__).parent / "golden"
DIGESTS: dict[str, Callable[[Engine, Path], Got]] = {"measures": real.measures, "sales": real.sales}

_HEALTH = re.compile(r"\d+\s+of\s+\d+\s+sources?\s.*?\s+answered\s+here\.", re.DOTALL)
_NAME = re.compile(r"/mail/[0-9a-f]{64}")


def parts(got: Got) -> dict[str, str]:
    """Subject and text, and the HTML, as a reader gets them."""
    words = personal(got.words, Links("https://tracker.example/u/v1.sREADER.PROOF"))
    found = {"txt": f"Subject: {words.subject}\n\n{words.text}", "html": words.html}
    return {
        name: _NAME.sub("/mail/NAME", _HEALTH.sub("SOURCES", part)).rstrip() + "\n"
        for name, part in found.items()
    }


@pytest.mark.parametrize("name", DIGESTS)
def test_a_digest_of_real_documents(name: str, sqlite_engine: Engine, tmp_path: Path) -> None:
    for ending, words in parts(DIGESTS[name](sqlite_engine, tmp_path)).items():
        assert words == (FOLDER / f"{name}.{ending}").read_text(encoding="utf-8")


def main() -> None:
    """Write them again."""
    for name, make in DIGESTS.items():
        with tempfile.TemporaryDirectory() as folder:
            engine = create_engine(sqlite_url(Path(folder) / "tracker.db"))
            migrate(engine)
            for ending, words in parts(make(engine, Path(folder))).items():
                (FOLDER / f"{name}.{ending}").write_text(words, encoding="utf-8")
            engine.dispose()


if __name__ == "__main__":
    main()
