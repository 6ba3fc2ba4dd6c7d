"""Reading the act of fiscal year 2026, 2.4 MB: time and memory, in a process of its own.

`make bench BENCH=provisions`. Reading is all of it: the markup, sections, figures, conditions, deadlines and names.
"""

from __future__ import annotations

import resource
import time
from multiprocessing import get_context

from tests.benchmarks.table import print_table

MEGABYTE = 1024


def main() -> None:
    with get_context("spawn").Pool(1) as pool:
        rows = pool.apply(measured)
    print_table("The act of fiscal year 2026", rows)


def measured() -> list[tuple[str, str, str]]:
    from scrapers.sources.govinfo_bill_text import parse
    from tests.provisions.documents import ACT_OF_2026, document
    from tracker.provisions.ladder import ladder
    from tracker.provisions.read import packaged_matcher, read_provisions

    packaged_matcher()
    body = document(ACT_OF_2026)
    began = time.process_time()
    (text,) = parse(body)
    parsed = time.process_time()
    found = read_provisions(text.sections)
    read = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    act = [one for one in text.sections if one.steps and one.steps[0].number == "F"]
    began_ladder = time.process_time()
    ladder(act, act[::-1])
    facts = sum(len(one.figures) + len(one.conditions) + len(one.deadlines) for one in found)
    return [
        ("sections out of the markup", f"{parsed - began:.2f} s", f"{len(text.sections):,} sections"),
        ("facts out of the sections", f"{read - parsed:.2f} s", f"{facts:,} facts"),
        ("all of it", f"{read - began:.2f} s", "goal ≤ 3 s"),
        ("peak memory", f"{peak:.0f} MiB", "goal ≤ 250 MiB"),
        (
            "ladder of division F against itself, turned round",
            f"{time.process_time() - began_ladder:.2f} s",
            "",
        ),
    ]


if __name__ == "__main__":
    main()
