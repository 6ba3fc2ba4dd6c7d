"""The worker by hand, and any of its jobs once."""

from __future__ import annotations

import logging
import os
import sys

import click
from flask import current_app

from tracker.config import Settings
from tracker.db import db, patient
from tracker.jobs import JobError, Work, all_jobs
from tracker.web.formatting import rhythm
from tracker.worker import Worker


@click.command()
@click.option("--once", "name", metavar="JOB", help="Run one job now, outside the clock, and end.")
@click.option("--list", "listed", is_flag=True, help="List the jobs with their rhythms, and end.")
@click.option("--beside-parent", is_flag=True, help="End when the process that started this one does.")
@click.option("--quiet", is_flag=True, help="Say only what needs a person.")
def worker(name: str | None, listed: bool, beside_parent: bool, quiet: bool) -> None:
    """The clock and job runner. Any number may run, on any machines that share the database."""
    settings: Settings = current_app.extensions["settings"]
    jobs = all_jobs(settings)
    if listed:
        for job in jobs.values():
            click.echo(f"{job.name}: {rhythm(job.grid.rhythm)}")
        return
    work = Work(patient(db.engine), settings)
    if name is not None:
        if name not in jobs:
            raise click.UsageError(f"no job {name}; there are: {', '.join(jobs)}")
        try:
            click.echo(f"{name}: {jobs[name].run(work)}")
        except JobError as error:
            raise click.ClickException(f"{name}: {error}") from error
        return
    logging.basicConfig(
        level=logging.WARNING if quiet else settings.log_level, format="%(asctime)s worker: %(message)s"
    )
    for noisy in ("httpx2", "httpcore2", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    Worker(work, jobs).run(beside_parent=beside_parent)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # what still runs is a transaction that is safe to cut off: see Worker._leave
