"""Work done in a process of its own, so that it can be done twice at once, or be killed."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from typing import Any

_PATIENCE = 60.0


def begin(work: Callable[..., None], *values: Any) -> BaseProcess:
    """Start `work(*values)` in a copy of this process. It must open its own connections; ours must be shut."""
    process = get_context("fork").Process(target=work, args=values)
    process.start()
    return process


def finish(process: BaseProcess) -> int | None:
    """Wait for its end; answers its exit code, negative for the signal that killed it."""
    process.join(_PATIENCE)
    if process.is_alive():
        process.kill()
        process.join()
        raise TimeoutError("the other process did not end")
    return process.exitcode
