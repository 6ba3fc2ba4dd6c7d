"""Every source, found by looking into `sources/`: adding one touches one file (and its tests)."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from scrapers import sources
from scrapers.source import Source


@cache
def all_sources() -> dict[str, Source]:
    """Source by key, in alphabetical order. A file whose SOURCE has another key is a programming error."""
    found: dict[str, Source] = {}
    for module in sorted(pkgutil.iter_modules(sources.__path__), key=lambda module: module.name):
        source: Source = import_module(f"{sources.__name__}.{module.name}").SOURCE
        if source.key != module.name:
            raise RuntimeError(f"sources/{module.name}.py declares the key {source.key!r}")
        found[source.key] = source
    return found
