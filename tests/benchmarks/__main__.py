"""`python -m tests.benchmarks [NAME…]`: run the named benchmarks, or all. `make bench BENCH=NAME` does the same."""

from __future__ import annotations

import sys
from importlib import import_module

NAMES = ("digests", "ingest", "links", "match", "pages", "provisions", "sending")


def main() -> None:
    names = sys.argv[1:] or list(NAMES)
    if names == ["digests"]:
        names.append("sending")  # its other half
    for name in names:
        if name not in NAMES:
            sys.exit(f"no benchmark {name}; there are: {', '.join(NAMES)}")
        import_module(f"tests.benchmarks.{name}").main()


if __name__ == "__main__":
    main()
