"""What tests of the mail service's pages do as a reader: open a form, wait as long as a person does, send it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from tests.conftest import NOW
from tests.subscriptions import asking
from tests.subscriptions.asking import ANN, EGYPT
from tracker.subscriptions.requests import take
from tracker.web.clock import now

THEN = NOW.replace(day=3, hour=18)
"""When these tests begin: see `_two_days_later`."""

SECRET = asking.SECRET


def visitor(app: Flask) -> FlaskClient:
    """Somebody with a browser of their own, at the site's public address."""
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    client.environ_base["HTTP_HOST"] = "tracker.example"
    return client


def field(response: TestResponse, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', response.text)
    assert found is not None, (name, response.text[:300])
    return found[1]


def send(
    client: FlaskClient, path: str = "/follow?target=country:EGY", *, to: str = "/follow", **more: Any
) -> TestResponse:
    """Open a page with a form, wait as long as a person does, and send it."""
    drawn = field(client.get(path), "drawn")
    with time_machine.travel(now() + timedelta(seconds=20), tick=False):
        return client.post(to, data={"drawn": drawn, "address": ANN, "target": EGYPT, **more})


def taken(engine: Engine) -> None:
    take(engine, SECRET, now())


def subscribed(engine: Engine, *targets: str, address: str = ANN) -> Any:
    return asking.confirmed(engine, *targets or (EGYPT,), address=address, now=THEN - timedelta(days=3))
