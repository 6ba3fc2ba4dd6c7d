"""How much work something takes, told so that a busy machine does not change the answer.

Bounds on hostile input are there to find what never ends or grows with the square of its length. They count the
seconds that a processor worked for this process, not those on the clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def effort(work: Callable[[], object]) -> float:
    """Processor seconds that the work took."""
    began = time.process_time()
    work()
    return time.process_time() - began


@contextmanager
def little_effort(seconds: float) -> Iterator[None]:
    """What happens inside takes less than so many processor seconds."""
    began = time.process_time()
    yield
    spent = time.process_time() - began
    assert spent < seconds, f"{spent:.1f} seconds of work, not {seconds}"
