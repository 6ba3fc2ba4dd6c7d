"""How a benchmark prints: a title, then name, figure and goal in columns."""

from __future__ import annotations

from collections.abc import Sequence


def print_table(title: str, rows: Sequence[tuple[str, str, str]]) -> None:
    print(f"\n{title}")
    width = max(len(name) for name, _, _ in rows)
    figures = max(len(figure) for _, figure, _ in rows)
    for name, figure, goal in rows:
        print(f"  {name:<{width}}  {figure:>{figures}}  {goal}".rstrip())
