"""How long an answer takes tells nothing about an address: 500 asks for each of four sorts of address."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from math import erfc, sqrt
from pathlib import Path
from statistics import median

import pytest
from sqlalchemy import Engine, insert

from tests.sites import application
from tests.subscriptions.asking import EGYPT, SECRET
from tests.web.following import visitor
from tests.web.test_follows import STATES
from tracker import tokens
from tracker.db import writing
from tracker.models import SubscriberState, SuppressedBecause
from tracker.subscriptions.operating import add_confirmed
from tracker.subscriptions.rules import AskedFollow
from tracker.subscriptions.schedule import Schedule
from tracker.subscriptions.store import SUBSCRIBER, SUPPRESSION
from tracker.tokens import address_key
from tracker.web.clock import now

EACH = 500
ROUNDS = 3
"""Equal things differ by chance once in a hundred: one quiet round of three says that nothing can be seen."""


def test_the_test_sees_what_differs() -> None:
    chance = random.Random(5)
    one = [chance.gauss(10, 1) for _ in range(EACH)]
    assert mann_whitney(one, [chance.gauss(10, 1) for _ in range(EACH)]) > 0.01
    assert mann_whitney(one, [chance.gauss(10.4, 1) for _ in range(EACH)]) < 0.001


@pytest.mark.long
def test_nobody_learns_from_the_time_who_subscribes(engine: Engine, tmp_path: Path) -> None:
    addresses = put_addresses(engine)
    with application(engine.url, tmp_path, secret_key=SECRET) as app:
        client = visitor(app)
        client.get("/follow?target=country:EGY")
        stamp = tokens.form_stamp(SECRET, now() - timedelta(minutes=1))
        rounds = []
        for number in range(ROUNDS):
            took: dict[str, list[float]] = defaultdict(list)
            asks = [(state, address) for state in STATES for address in addresses[state]]
            random.Random(number).shuffle(asks)
            for place, (state, address) in enumerate(asks):
                network = {"REMOTE_ADDR": f"10.{10 * number + place // 250}.{place % 250}.1"}
                form = {"drawn": stamp, "address": address, "target": EGYPT}
                began = time.perf_counter()
                answer = client.post("/follow", data=form, environ_base=network)
                took[state].append(time.perf_counter() - began)
                assert answer.status_code == 303
            medians = [median(took[state]) for state in STATES]
            chances = [mann_whitney(took[STATES[0]], took[state]) for state in STATES[1:]]
            every = sorted(one for ones in took.values() for one in ones)
            rounds.append((max(medians) / min(medians), min(chances), every[int(len(every) * 0.95)]))
    print("apart, least chance, p95 seconds:", rounds)
    assert any(apart <= 1.05 and chance > 0.01 for apart, chance, _ in rounds), rounds
    assert min(p95 for *_, p95 in rounds) < 0.5


def put_addresses(engine: Engine) -> dict[str, list[str]]:
    """So many addresses of every sort, all of them of one length."""
    made = {state: [f"{state:_<10}{number:04}@example.org" for number in range(EACH)] for state in STATES}
    with writing(engine) as connection:
        for address in (*made["pending"], *made["subscribed"]):
            add_confirmed(connection, SECRET, address, [AskedFollow(EGYPT)], Schedule(), now())
        pending = SUBSCRIBER.update().where(SUBSCRIBER.c.address.in_(made["pending"]))
        connection.execute(pending.values(state=SubscriberState.PENDING, due_at=None))
        keys = [address_key(SECRET, address) for address in made["suppressed"]]
        rows = [{"address_key": key, "reason": SuppressedBecause.ASKED, "at": now()} for key in keys]
        connection.execute(insert(SUPPRESSION), rows)
    return made


def mann_whitney(one: Sequence[float], other: Sequence[float]) -> float:
    """The chance that two samples of one distribution are at least as far apart (normal approximation, two-sided)."""
    ordered = sorted([(value, True) for value in one] + [(value, False) for value in other])
    assert all(left <= right for left, right in pairwise(ordered))
    ranks = sum(rank for rank, (_, is_first) in enumerate(ordered, 1) if is_first)
    n, m = len(one), len(other)
    u = ranks - n * (n + 1) / 2
    spread = sqrt(n * m * (n + m + 1) / 12)
    return erfc(abs(u - n * m / 2) / spread / sqrt(2))
