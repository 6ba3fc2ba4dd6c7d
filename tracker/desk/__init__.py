"""The desk: what editors decide. `rules` says what may be decided (pure), the others write it.

Every decision is one row of the log, written in the same transaction as its effect. Writers hold one lock, so that
the log's numbers are the order in which decisions were made, and its highest number tells pages that one was.
"""
