"""Subscriptions by command, and in figures that show no address; the job that takes what was asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from sqlalchemy import Engine, insert, update

from tests.conftest import NOW, FakeClock
from tests.sites import application
from tests.subscriptions import asking
from tests.subscriptions.asking import ANN, EGYPT, SALES, SECRET, follows, mails, rows, subscriber
from tracker.config import Settings
from tracker.db import writing
from tracker.jobs import Work, all_jobs
from tracker.models import DigestKind, DigestState, FollowState, PausedBecause, SubscriberState
from tracker.models import SuppressedBecause as Because
from tracker.subscriptions.operating import read_counts
from tracker.subscriptions.rules import ManageAsk
from tracker.subscriptions.store import DIGEST, REQUEST, SUBSCRIBER, SUPPRESSION
from tracker.tokens import address_key


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> Iterator[Flask]:
    with application(engine.url, tmp_path, secret_key=SECRET) as made, time_machine.travel(NOW, tick=False):
        yield made


def run(app: Flask, *words: str) -> Result:
    return command(app, "subscriber", *words)


def command(app: Flask, *words: str) -> Result:
    with app.app_context():
        return app.test_cli_runner().invoke(args=list(words))


def done(app: Flask, *words: str) -> Any:
    result = run(app, *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_an_operator_adds_who_is_confirmed_already(engine: Engine, app: Flask) -> None:
    found = done(
        app, "add", "Ann@Example.org", "--follow", EGYPT, "--follow", "topic:arms-sales", "--kind", "votes",
        "--frequency", "weekly", "--zone", "Africa/Cairo", "--hour", "18", "--weekday", "friday", "--at-once",
        "--confirmed",
    )  # fmt: skip
    assert (found["state"], found["schedule"]["zone"], found["schedule"]["weekday"]) == (
        "confirmed",
        "Africa/Cairo",
        4,
    )
    assert [(one["target"], one["kinds"], one["at_once"]) for one in found["follows"]] == [
        (EGYPT, ["votes"], True), (SALES, None, True)
    ]  # fmt: skip
    assert found["due_at"] == "2026-11-06T16:00:00Z"
    assert rows(engine, DIGEST) == [], "no mail goes out by that"
    more = done(app, "add", ANN, "--follow", "country:JOR", "--zone", "Asia/Tokyo", "--confirmed")
    assert [one["target"] for one in more["follows"]] == [EGYPT, SALES, "country:JOR"]
    assert more["schedule"] == found["schedule"], "adding changes nothing else"


def test_without_confirmed_the_address_is_asked(engine: Engine, app: Flask) -> None:
    found = done(app, "add", ANN, "--follow", EGYPT)
    assert (found["state"], found["follows"]) == ("pending", [])
    assert [one["target"] for one in found["waiting"]] == [EGYPT]
    assert len(mails(engine, DigestKind.CONFIRMATION)) == 1
    found = done(app, "add", ANN, "--follow", EGYPT, "--confirmed")
    assert [one["target"] for one in found["follows"]] == [EGYPT]
    assert {one.state for one in follows(engine).values()} == {FollowState.ACTIVE}


@pytest.mark.parametrize(
    ("words", "says"),
    [(("add", "nonsense", "--follow", EGYPT), "is no e-mail address"),
     (("add", ANN, "--follow", "country:XXX"), "nothing to follow at country:XXX"),
     (("add", ANN, "--follow", EGYPT, "--zone", "Mars/Olympus"), "no time zone Mars/Olympus"),
     (("add", ANN, "--follow", EGYPT, "--frequency", "hourly"), "hourly"),
     (("add", ANN), "--follow"), (("show", ANN), "no such subscriber"), (("erase", ANN), "no such subscriber")],
)  # fmt: skip
def test_what_cannot_be_done_says_why(app: Flask, words: tuple[str, ...], says: str) -> None:
    result = run(app, *words)
    assert result.exit_code != 0
    assert says in result.output


@pytest.mark.parametrize("more", [(), ("--confirmed",)])
def test_a_suppressed_address_is_not_added(engine: Engine, app: Flask, more: tuple[str, ...]) -> None:
    with writing(engine) as connection:
        values = {"address_key": address_key(SECRET, ANN), "reason": Because.COMPLAINT, "at": NOW}
        connection.execute(insert(SUPPRESSION).values(values))
    result = run(app, "add", ANN, "--follow", EGYPT, *more)
    assert result.exit_code == 1
    assert "suppressed" in result.output
    assert rows(engine, SUBSCRIBER) == []


def test_what_is_held_is_shown_and_erased(engine: Engine, app: Flask) -> None:
    asking.confirmed(engine, EGYPT)
    assert done(app, "show", "ANN@example.org")["address"] == ANN
    assert "follows country:EGY: every kind of change" in run(app, "show", ANN).output
    assert run(app, "erase", ANN, "--never-again").exit_code == 0
    assert subscriber(engine) is None
    assert len(rows(engine, SUPPRESSION)) == 1


def test_figures_show_no_address(engine: Engine, app: Flask) -> None:
    for name in ("a", "b", "c", "d"):
        asking.confirmed(engine, EGYPT, *([SALES] if name == "a" else []), address=f"{name}@example.org")
    asking.asks(engine, asking.ask_to_follow(EGYPT), "e@example.org")
    asking.asks(engine, ManageAsk(), "f@example.org", is_taken=False)
    with writing(engine) as connection:
        connection.execute(
            update(SUBSCRIBER).where(SUBSCRIBER.c.address == "b@example.org").values(
                paused_because=PausedBecause.BOUNCES
            )
        )  # fmt: skip
        connection.execute(
            update(SUBSCRIBER)
            .where(SUBSCRIBER.c.address == "c@example.org")
            .values(state=SubscriberState.STOPPED)
        )
    found = done(app, "list")
    assert (found["confirmed"], found["pending"], found["stopped"]) == (3, 1, 1)
    assert (found["paused"], found["asks_waiting"], found["suppressed"]) == ({"bounces": 1}, 1, 0)
    assert found["mails"] == {"queued": 9}
    assert found["targets"] == [[EGYPT, 4], [SALES, 1]]
    result = run(app, "list")
    assert "3 subscribers, 1 not confirmed, 1 stopped, 1 paused (bounces)" in result.output
    assert "@" not in result.output


def test_held_mails_ask_for_a_person(engine: Engine, app: Flask) -> None:
    asking.asks(engine, asking.ask_to_follow(EGYPT))
    with engine.connect() as connection:
        assert read_counts(connection).needs_a_person == ""
    with writing(engine) as connection:
        connection.execute(update(DIGEST).values(state=DigestState.HELD))
    assert "1 mails are held until a person lets them go" in run(app, "list").output
    check = command(app, "check")
    assert check.exit_code == 1
    assert "mails are held" in check.output


def test_asks_are_taken_by_hand_and_by_the_clock(engine: Engine, app: Flask, fake_clock: FakeClock) -> None:
    asking.asks(engine, asking.ask_to_follow(EGYPT), is_taken=False)
    assert run(app, "take").output == "Took 1 asks.\n"
    asking.asks(engine, asking.ask_to_follow(EGYPT), "bob@example.org", is_taken=False)
    settings: Settings = app.extensions["settings"]
    jobs = all_jobs(settings)
    assert "1 asked" in jobs["mail"].run(Work(engine, settings, fake_clock))
    assert len(mails(engine, DigestKind.CONFIRMATION)) == 2
    written = [path.read_text() for path in settings.instance.glob("mail/*.eml")]
    assert len(written) == 2, "and went out at once"
    assert all("/confirm/" in one for one in written)
    fake_clock.forward(days=8)
    told = jobs["housekeeping"].run(Work(engine, settings, fake_clock))
    assert told == "2 unconfirmed addresses, 2 old asks"
    assert rows(engine, SUBSCRIBER) == rows(engine, REQUEST) == []


def test_an_ask_of_another_version_stops_nobody(engine: Engine) -> None:
    asking.asks(engine, asking.ask_to_follow(EGYPT), is_taken=False)
    with writing(engine) as connection:
        connection.execute(update(REQUEST).values(ask={"type": "of the future"}))
    asking.asks(engine, asking.ask_to_follow(EGYPT), "bob@example.org", now=NOW + timedelta(seconds=1))
    assert subscriber(engine) is None
    assert subscriber(engine, "bob@example.org") is not None
    assert [row.address for row in rows(engine, REQUEST)] == [None, None]
