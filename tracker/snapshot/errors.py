"""What can be wrong with a file of facts."""

from __future__ import annotations


class SnapshotError(Exception):
    """The file cannot be used, or what was asked for cannot be written. Names the file and the line."""

    def __init__(self, message: str, *, file: str = "", line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.file = file
        self.line = line

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}, line {self.line}"
        return f"{where}: {self.message}" if where else self.message
