"""What is wrong with content files: all of it at once, each with its place."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Problem(msgspec.Struct, frozen=True, order=True):
    """One thing to mend. `file` is relative to the content folder; `field` is empty where no field is meant."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}"
        return f"{place}: {self.field}: {self.message}" if self.field else f"{place}: {self.message}"


class ContentError(ValueError):
    """Content that cannot be used; `problems` names every place that has to change."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Report:
    """Gathers the problems of one file while it is read to its end."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def add(self, line: int, message: str, field: str = "") -> None:
        self.problems.append(Problem(self.file, line, field, message))
