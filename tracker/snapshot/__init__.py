"""The bundled facts: records with their provenance in one file, so that a new site is not empty.

    database ── export.py ──▶ file of facts (facts.py) ── load.py ──▶ another database

A file holds identifiers, dates, titles, names and codes, each with the document it comes from; none of the
publishers' prose. The same facts make the same bytes.
"""

from tracker.snapshot.errors import SnapshotError
from tracker.snapshot.export import chosen_keys, export
from tracker.snapshot.facts import Summary
from tracker.snapshot.load import BUNDLE, Bundled, bundled, ensure_bundled, load

__all__ = [
    "BUNDLE",
    "Bundled",
    "SnapshotError",
    "Summary",
    "bundled",
    "chosen_keys",
    "ensure_bundled",
    "export",
    "load",
]
