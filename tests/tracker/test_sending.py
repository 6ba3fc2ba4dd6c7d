"""From the settings to mails on the wire: real letters, TLS, logging in, signatures, and to whom not."""

from __future__ import annotations

import base64
import ssl
import subprocess
from collections.abc import Mapping
from datetime import timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import dkim
import pytest
from sqlalchemy import Engine, select, update

from tests.conftest import NOW, FakeClock
from tests.mail_servers import Says, Scripted
from tests.outgoing import plain_mails, queue, states
from tracker.bounces.verp import digest_of_verp
from tracker.config import Settings
from tracker.db import writing
from tracker.digests.deliver import Out, send
from tracker.digests.outbox import DIGEST, SUBSCRIBER
from tracker.digests.sending import allowed, send_due
from tracker.mail import Patience, route_from
from tracker.models import DigestKind, DigestState
from tracker.subscriptions.mails import ManageLink, to_values

QUICK = Patience(connect=2.0, greeting=2.0, reply=2.0, dot=2.0, others=0.5)


def settings(folder: Path, **given: Any) -> Settings:
    return Settings(instance=folder, secret_key="x", database_url="", public_url="https://tracker.example",
                    _env_file=None, **given)  # type: ignore[call-arg]  # fmt: skip


def ask_to_manage(engine: Engine, count: int = 1) -> list[int]:
    """Mails with a link, as the manage page queues them."""
    numbers = queue(engine, count, DigestKind.MANAGE)
    values = to_values(ManageLink(seed="s" * 43, expires_at=NOW + timedelta(hours=1)))
    with writing(engine) as connection:
        connection.execute(update(DIGEST).values(values=values, message_id=None))
    return numbers


# --- the whole way ------------------------------------------------------------------------------------------


def test_a_real_mail_goes_out_under_an_address_that_names_it(
    engine: Engine, fake_clock: FakeClock, tmp_path: Path
) -> None:
    (number,) = ask_to_manage(engine)
    with Scripted().running() as server:
        configured = settings(tmp_path, smtp_url=server.url, bounce_address="bounces@tracker.example")
        assert send_due(engine, configured, fake_clock).sent == 1
    ((sender, recipient, body),) = server.took
    mail = BytesParser(policy=policy.default).parsebytes(body)
    assert recipient == "reader0@example.org"
    address = sender.partition("<")[2].partition(">")[0]
    assert digest_of_verp("bounces@tracker.example", "x", address) == number
    assert "reader0" not in address
    assert mail["From"] == "Security Assistance Tracker alerts <alerts@tracker.example>"
    text = mail.get_body(("plain",))
    assert text is not None
    assert "https://tracker.example/manage/" in text.get_content()


def test_a_mail_of_nonsense_values_does_not_stop_the_others(
    engine: Engine, fake_clock: FakeClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    numbers = ask_to_manage(engine, 3)
    with writing(engine) as connection:
        connection.execute(update(DIGEST).where(DIGEST.c.id == numbers[1]).values(values={"nonsense": True}))
    with Scripted().running() as server:
        report = send_due(engine, settings(tmp_path, smtp_url=server.url), fake_clock)
    assert (report.sent, report.failed) == (2, 1)
    assert states(engine)[numbers[1]] is DigestState.FAILED
    with engine.connect() as connection:
        answer = connection.execute(select(DIGEST.c.answer).where(DIGEST.c.id == numbers[1])).scalar_one()
    assert answer is not None
    assert "ValidationError" in answer


# --- to whom not --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "may", "may_not"),
    [
        ({}, ["anybody@example.org"], []),  # files
        ({"smtp_url": "smtp://127.0.0.1:25"}, ["anybody@example.org"], []),
        ({"smtp_url": "smtp://[::1]:25"}, ["anybody@example.org"], []),
        ({"smtp_url": "smtp://mx.example"}, [], ["anybody@example.org"]),
        ({"smtp_url": "smtp://127.0.0.1 smtp://mx.example"}, [], ["anybody@example.org"]),
        ({"smtp_url": "smtp://mx.example", "mail_only": "me@example.org, @our.example"},
         ["Me@example.org", "any@OUR.example"], ["you@example.org", "any@not-our.example", "@our.example@x.example"]),
        ({"smtp_url": "smtp://127.0.0.1", "mail_only": "me@example.org"}, ["me@example.org"], ["you@example.org"]),
        ({"smtp_url": "smtp://mx.example", "production": True}, ["anybody@example.org"], []),
    ],
)  # fmt: skip
def test_a_copy_of_the_site_writes_to_nobody_it_was_not_told_of(
    tmp_path: Path, given: Mapping[str, Any], may: list[str], may_not: list[str]
) -> None:
    may_get = allowed(settings(tmp_path, **given))
    assert [address for address in may if not may_get(address)] == []
    assert [address for address in may_not if may_get(address)] == []


# --- TLS and logging in -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that is its own authority, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "certificate.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return folder / "certificate.pem", folder / "key.pem"


@pytest.fixture
def server_side(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    found = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    found.load_cert_chain(*certificate)
    return found


@pytest.fixture
def client_side(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificate[0])


OFFERS = ("PIPELINING", "STARTTLS", "AUTH PLAIN LOGIN")


def test_mail_goes_over_starttls_after_logging_in(
    sqlite_engine: Engine, fake_clock: FakeClock, tmp_path: Path, server_side: ssl.SSLContext,
    client_side: ssl.SSLContext,
) -> None:  # fmt: skip
    queue(sqlite_engine, 30)
    with Scripted({"AUTH": "235 2.7.0 welcome"}, OFFERS, server_side).running() as server:
        route = route_from(f"smtp://user:p%40ss@127.0.0.1:{server.port}?starttls=1")
        report = send(sqlite_engine, Out(route, tmp_path, QUICK, client_side), plain_mails, fake_clock)
    assert report.sent == len(server.took) == 30, report
    assert server.heard.index("STARTTLS") < server.heard.index(
        f"AUTH PLAIN {base64.b64encode(b'%suser%sp@ss' % (bytes(1), bytes(1))).decode()}"
    )


@pytest.mark.parametrize(
    ("script", "offers", "trusted", "problem"),
    [
        ({}, OFFERS, False, "certificate verify failed"),
        ({"STARTTLS": "454 4.7.0 not now"}, OFFERS, True, "STARTTLS: 454"),
        ({}, ("PIPELINING",), True, "no STARTTLS"),
        ({"AUTH": "535 5.7.8 wrong"}, OFFERS, True, "AUTH: 535"),
        ({}, ("PIPELINING", "STARTTLS"), True, "no way to log in"),
    ],
    ids=["unknown certificate", "refuses", "stripped", "wrong password", "no AUTH"],
)  # fmt: skip
def test_without_safety_nothing_is_said_and_no_try_is_lost(
    sqlite_engine: Engine, fake_clock: FakeClock, tmp_path: Path, server_side: ssl.SSLContext,
    client_side: ssl.SSLContext, script: Mapping[str, Says], offers: tuple[str, ...], trusted: bool, problem: str,
) -> None:  # fmt: skip
    (number,) = queue(sqlite_engine, 1)
    with Scripted(script, offers, server_side).running() as server:
        route = route_from(f"smtp://user:hunter2@127.0.0.1:{server.port}?starttls=1")
        context = client_side if trusted else None
        report = send(sqlite_engine, Out(route, tmp_path, QUICK, context), plain_mails, fake_clock)
    assert problem in report.problem
    assert "hunter2" not in report.problem
    assert not [line for line in server.heard if line.startswith(("MAIL", "RCPT"))]
    with sqlite_engine.connect() as connection:
        row = connection.execute(select(DIGEST).where(DIGEST.c.id == number)).one()
    assert (row.state, row.attempts) == (DigestState.QUEUED, 0)


# --- signatures ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A private key's file, and what the DNS says of its public half."""
    folder = tmp_path_factory.mktemp("key")
    subprocess.run(["openssl", "genrsa", "-traditional", "-out", "key.pem", "2048"], cwd=folder, check=True,
                   capture_output=True)  # fmt: skip
    public = subprocess.run(["openssl", "rsa", "-in", "key.pem", "-pubout", "-outform", "DER"], cwd=folder, check=True,
                            capture_output=True).stdout  # fmt: skip
    return folder / "key.pem", b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)


def test_a_mail_is_signed_with_what_one_click_needs_and_the_same_each_time(
    sqlite_engine: Engine, fake_clock: FakeClock, tmp_path: Path, key: tuple[Path, bytes]
) -> None:
    """A heartbeat: short, and it comes by itself, so it must say how to end it."""
    path, record = key
    queue(sqlite_engine, 1, DigestKind.HEARTBEAT)
    values = {"follows": 2, "since": "2026-10-01T00:00:00+00:00", "health": "18 of 20 sources are current."}
    took = []
    for _ in range(2):
        with writing(sqlite_engine) as connection:
            connection.execute(update(DIGEST).values(values=values, state=DigestState.QUEUED))
        with Scripted().running() as server:
            configured = settings(
                tmp_path, smtp_url=server.url, dkim_key=path, mail_from="alerts@mail.example"
            )
            assert send_due(sqlite_engine, configured, fake_clock).sent == 1
        took.append(server.took[0][2])
        fake_clock.forward(minutes=7)
    assert took[0] == took[1]
    signature = BytesParser(policy=policy.compat32).parsebytes(took[0])["DKIM-Signature"].lower()
    for name in ("list-unsubscribe", "list-unsubscribe-post", "from", "subject", "date", "message-id"):
        assert f" {name} " in signature.replace(":", " ").replace("h=", " ").replace(";", " "), name

    def dns(name: bytes, timeout: int = 5) -> bytes:
        assert name == b"mail._domainkey.mail.example."
        return record

    assert dkim.verify(took[0], dnsfunc=dns)
    assert not dkim.verify(took[0].replace(b"One-Click", b"Two-Click"), dnsfunc=dns)


# --- who is gone --------------------------------------------------------------------------------------------


def test_where_nobody_is_due_nothing_is_opened(engine: Engine, fake_clock: FakeClock, tmp_path: Path) -> None:
    with Scripted().running() as server:
        assert send_due(engine, settings(tmp_path, smtp_url=server.url), fake_clock).sent == 0
    assert server.heard == []
    with engine.connect() as connection:
        assert connection.execute(select(SUBSCRIBER.c.id)).all() == []
