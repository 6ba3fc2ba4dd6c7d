"""From a harvest to rows and changes: one transaction a run, so that a run is stored whole or not at all."""

from tracker.ingest.run import Report, ingest

__all__ = ["Report", "ingest"]
