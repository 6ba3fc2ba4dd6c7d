"""Evidence that something due was done, as content: what a file must hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.content.folder import FILES, load, problems, write

FILE = "submissions/119-hr-7148-f-7041-c-30-days.md"
SUBMISSION = """\
---
on: 2026-03-04
says: The Department of State published the report on its site.
sources:
  - {title: The report, url: "https://example.gov/report", date: 2026-03-04}
by: the editors
signed_on: 2026-11-22
---
"""


def test_a_submission_is_found_by_its_deadline(tmp_path: Path) -> None:
    found = load(write(tmp_path, {**FILES, FILE: SUBMISSION})).submissions["119-hr-7148-f-7041-c-30-days"]
    assert (found.on.written, found.by, found.sources[0].title) == (
        "4 March 2026",
        "the editors",
        "The report",
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (FILE, "by: the editors", "by: Somebody", 'in content only "the editors" sign'),
        (FILE, "site.", "site. And more.", "expected one sentence"),
        (FILE, "on: 2026-03-04\nsays", "on: soon\nsays", "expected a date"),
        (FILE, "22\n---\n", "22\n---\nMore.\n", "nothing stands below the front matter"),
        ("submissions/egypt.md", "", "", "a deadline's key"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, file: str, old: str, new: str, told: str) -> None:
    folder = write(tmp_path, {**FILES, file: SUBMISSION.replace(old, new, 1) if old else SUBMISSION})
    assert any(told in line for line in problems(folder))
