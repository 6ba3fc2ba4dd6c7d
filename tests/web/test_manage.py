"""What a reader does out of a mail: end it with one click, confirm it, change all of it on one page."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import feedparser
import html5lib
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, update

from tests.databases import rows_of
from tests.subscriptions import asking
from tests.subscriptions.asking import ANN, EGYPT, SALES, follows, rows, subscriber, token_of
from tests.web.following import SECRET, THEN, field, send, subscribed, taken, visitor
from tracker import tokens
from tracker.db import writing
from tracker.models import DigestKind, PausedBecause, SubscriberState
from tracker.subscriptions.rules import ManageAsk
from tracker.subscriptions.store import DIGEST, FOLLOW, SUBSCRIBER
from tracker.tokens import Unsubscribes, unsubscribe_token

COOKIE = "__Secure-manage"


# --- links out of mails -------------------------------------------------------------------------------------


def links(engine: Engine) -> dict[str, str]:
    """One link of every kind, as mails carry them, for somebody who follows Egypt and asked for arms sales, too."""
    row = subscribed(engine)
    asking.asks(engine, asking.ask_to_follow(SALES), now=THEN - timedelta(hours=1))
    asking.asks(engine, ManageAsk(), now=THEN - timedelta(minutes=5))
    follow = follows(engine)[EGYPT].public_id
    return {
        "confirm": f"/confirm/{token_of(engine)}",
        "manage": f"/manage/{token_of(engine, DigestKind.MANAGE)}",
        "all": f"/u/{unsubscribe_token(SECRET, Unsubscribes.SUBSCRIBER, row.public_id)}",
        "one": f"/u/{unsubscribe_token(SECRET, Unsubscribes.FOLLOW, follow)}",
    }


def test_a_scanner_that_opens_every_link_changes_nothing(engine: Engine, client: FlaskClient) -> None:
    found = links(engine)
    before = rows_of(engine, without=())
    for _ in range(3):
        for path in found.values():
            for method in (client.get, client.head):
                answer = method(path)
                assert answer.status_code == 200
                assert answer.headers["Referrer-Policy"] == "no-referrer"
                assert answer.headers.getlist("Referrer-Policy") == ["no-referrer"]
                assert answer.headers["Cache-Control"] == "no-store"
                assert "Set-Cookie" not in answer.headers
    assert rows_of(engine, without=()) == before
    for name, path in found.items():
        page = client.get(path)
        html5lib.HTMLParser(strict=True).parse(page.text)
        assert page.text.count('<form action="/u/' if path.startswith("/u/") else f'action="{path}"') == 1, (
            name
        )
        assert page.text.count("<button") == 2, "the search's and one of its own"


ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
@pytest.mark.parametrize("name", ["one", "all"])
def test_one_click_ends_it_at_once_without_cookie_token_or_redirect(
    engine: Engine, app: Flask, kind: str, name: str
) -> None:
    path = links(engine)[name]
    for _ in range(3):
        answer = visitor(app).post(path, data=ONE_CLICK, content_type=kind)
        assert (answer.status_code, answer.text) == (200, "You are unsubscribed.\n")
        assert "Set-Cookie" not in answer.headers
    if name == "one":
        assert list(follows(engine)) == [SALES]
        assert subscriber(engine).state is SubscriberState.CONFIRMED
    else:
        assert subscriber(engine).state is SubscriberState.STOPPED
    assert "ended already" in visitor(app).get(path).text


def test_the_button_ends_it_and_says_so(engine: Engine, client: FlaskClient) -> None:
    found = links(engine)
    assert "You no longer follow Egypt" in client.post(found["one"]).text
    done = client.post(found["all"])
    assert "You get no mail from us any more" in done.text
    html5lib.HTMLParser(strict=True).parse(done.text)


def test_unsubscribing_works_after_years_and_after_everything_is_gone(engine: Engine, app: Flask) -> None:
    row = subscribed(engine)
    path = f"/u/{unsubscribe_token(SECRET, Unsubscribes.SUBSCRIBER, row.public_id)}"
    with time_machine.travel(THEN + timedelta(days=3653), tick=True):
        assert "End all mail?" in visitor(app).get(path).text
        assert visitor(app).post(path, data=ONE_CLICK).status_code == 200
        assert subscriber(engine).state is SubscriberState.STOPPED
        with writing(engine) as connection:
            connection.execute(SUBSCRIBER.delete())
        assert visitor(app).post(path, data=ONE_CLICK).status_code == 200


@pytest.mark.parametrize(
    "path", ["/u/x", "/u/v1.sAAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA", "/u/%ED%A0%80", "/u/é"]
)
def test_a_made_up_unsubscribe_link_does_nothing(quick: FlaskClient, path: str) -> None:
    assert quick.get(path).status_code == 404
    assert quick.post(path, data=ONE_CLICK).status_code == 404


def test_a_link_that_is_used_up_or_run_out_says_so(engine: Engine, client: FlaskClient) -> None:
    found = links(engine)
    for path, after, status, words in (
        (found["confirm"], timedelta(days=4), 410, "This link has run out"),
        (found["manage"], timedelta(hours=2), 410, "This link has run out"),
        ("/confirm/nonsense", timedelta(), 404, "We do not know this link"),
        ("/manage/nonsense", timedelta(), 404, "We do not know this link"),
    ):
        with time_machine.travel(THEN + after, tick=True):
            answer = client.get(path)
            assert answer.status_code == status
            assert words in answer.text
            drawn = tokens.form_stamp(SECRET, THEN + after)
            assert client.post(path, data={"drawn": drawn, "follow": "x"}).status_code == status
    drawn = field(client.get(found["confirm"]), "drawn")
    chosen = {"drawn": drawn, "follow": follows(engine)[SALES].public_id}
    assert "You follow it now" in client.post(found["confirm"], data=chosen).text
    assert "This link was followed already" in client.post(found["confirm"], data=chosen).text


def test_confirming_nothing_asks_again(sqlite_engine: Engine, quick: FlaskClient) -> None:
    path = links(sqlite_engine)["confirm"]
    answer = quick.post(path, data={"drawn": field(quick.get(path), "drawn")})
    assert answer.status_code == 400
    assert "Choose at least one." in answer.text


# --- the manage page ----------------------------------------------------------------------------------------


def opened(engine: Engine, client: FlaskClient) -> str:
    """Open one's own page by the link out of the mail; answers the word of its forms."""
    asking.asks(engine, ManageAsk(), now=THEN - timedelta(minutes=5))
    path = f"/manage/{token_of(engine, DigestKind.MANAGE)}"
    answer = client.post(path, data={"drawn": field(client.get(path), "drawn")})
    assert (answer.status_code, answer.location) == (303, "/manage")
    return field(client.get("/manage"), "form_word")


def test_the_cookie_is_sent_to_the_manage_page_only_and_not_for_long(
    engine: Engine, client: FlaskClient
) -> None:
    subscribed(engine)
    asking.asks(engine, ManageAsk(), now=THEN - timedelta(minutes=5))
    path = f"/manage/{token_of(engine, DigestKind.MANAGE)}"
    answer = client.post(path, data={"drawn": field(client.get(path), "drawn")})
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"Secure", "HttpOnly", "Path=/manage", "SameSite=Strict", "Max-Age=1800"} <= set(
        cookie.split("; ")
    )
    assert ANN in client.get("/manage").text
    assert client.get(path).status_code == 200
    assert "followed already" in client.get(path).text
    with time_machine.travel(THEN + timedelta(minutes=31), tick=True):
        assert ANN not in client.get("/manage").text


def test_everything_is_changed_on_one_page(engine: Engine, client: FlaskClient) -> None:
    subscribed(engine, EGYPT, SALES)
    word = opened(engine, client)
    egypt = follows(engine)[EGYPT].public_id

    def act(path: str, **form: Any) -> str:
        answer = client.post(f"/manage/{path}", data={"form_word": word, **form})
        assert answer.status_code == 303, (path, answer.text[:200])
        page = client.get(answer.location)
        html5lib.HTMLParser(strict=True).parse(page.text)
        return page.text

    assert "This follow is changed." in act("follow", follow=egypt, target=EGYPT, kind=["votes"], at_once="1")
    assert follows(engine)[EGYPT].kinds == ("votes",)
    assert "The new times hold" in act(
        "schedule",
        frequency="weekly",
        weekday="6",
        hour="0",
        zone="Asia/Tokyo",
        home_state="ME",
        home_district="2",
    )
    row = subscriber(engine)
    assert (row.zone, row.weekday, row.hour, row.home_state, row.home_district) == (
        "Asia/Tokyo",
        6,
        0,
        "ME",
        2,
    )
    for written in ("Jordan", "end-use monitoring", "topic:appropriations"):
        assert "followed from now on" in act("add", target=written)
    assert "You follow that already" in act("add", target="jordan")
    assert set(follows(engine)) == {
        EGYPT, SALES, "country:JOR", "search:end-use monitoring", "topic:appropriations"
    }  # fmt: skip
    assert "No digest for two weeks" in act("pause")
    assert "Paused until 17 November 2026" in client.get("/manage").text
    assert "Mail comes again." in act("resume")
    assert "This follow has ended" in act("stop", follow=egypt)
    assert "All mail has ended" in act("stop-all")
    assert "You ended all mail" in client.get("/manage").text
    assert "Mail comes again." in act("resume")
    exported = client.post("/manage/export", data={"form_word": word})
    assert exported.headers["Content-Disposition"] == "attachment; filename=subscription.json"
    assert json.loads(exported.data)["address"] == ANN
    act("close")
    assert ANN not in client.get("/manage").text


@pytest.mark.parametrize(
    ("reason", "words", "button"),
    [(PausedBecause.BOUNCES, "Mail to you came back, so we paused it", True),
     (PausedBecause.COMPLAINT, "our mail was unwanted", False)],
)  # fmt: skip
def test_who_was_paused_reads_why(
    sqlite_engine: Engine, quick: FlaskClient, reason: PausedBecause, words: str, button: bool
) -> None:
    subscribed(sqlite_engine)
    word = opened(sqlite_engine, quick)
    with writing(sqlite_engine) as connection:
        connection.execute(update(SUBSCRIBER).values(paused_because=reason))
    page = quick.get("/manage").text
    assert words in page
    assert ("Send me mail again" in page) is button
    answer = quick.post("/manage/resume", data={"form_word": word})
    assert answer.location == f"/manage?done={'resumed' if button else 'final'}"


def test_what_is_broken_in_one_subscription_breaks_no_page(engine: Engine, client: FlaskClient) -> None:
    """A zone, a kind and a target that there are no more: said as they are, and everything else works."""
    subscribed(engine, EGYPT, SALES)
    with writing(engine) as connection:
        connection.execute(update(SUBSCRIBER).values(zone="Mars/Olympus"))
        connection.execute(
            update(FOLLOW).where(FOLLOW.c.target == SALES).values(target="bill:119-hr-77777", kinds=("gone",))
        )
    word = opened(engine, client)
    page = client.get("/manage").text
    assert "bill:119-hr-77777" in page
    assert "Egypt" in page
    answer = client.post("/manage/pause", data={"form_word": word})
    assert answer.status_code == 303
    assert client.post("/manage/resume", data={"form_word": word}).location == "/manage?done=resumed"


HOSTILE = "</title><script>alert(1)</script>\r\nBcc: x@example.org \u202e{{ 7 * 7 }} &quot;"


def test_hostile_words_are_only_words(sqlite_engine: Engine, quick: FlaskClient) -> None:
    """From the form through the mail's values and the confirmation to the manage page and the feed."""
    assert send(quick, target=f"search:{HOSTILE}").status_code == 303
    taken(sqlite_engine)
    (target,) = follows(sqlite_engine)
    assert "\n" not in target
    assert "\u202e" not in target
    page = quick.get(f"/confirm/{token_of(sqlite_engine)}")
    posted = {"drawn": field(page, "drawn"), "follow": field(page, "follow")}
    quick.post(f"/confirm/{token_of(sqlite_engine)}", data=posted)
    feed = quick.get("/follow.atom", query_string={"target": target})
    for answer in (page, quick.get("/manage"), quick.get("/follow", query_string={"target": target})):
        assert answer.status_code == 200
        html5lib.HTMLParser(strict=True).parse(answer.text)
        assert "<script>alert" not in answer.text
        assert "&lt;script&gt;alert(1)" in answer.text
        assert "{{ 7 * 7 }}" in answer.text
    assert feedparser.parse(feed.data).bozo == 0


def posts(app: Flask) -> list[str]:
    """Every address of the mail service that takes a form, but the one-click one."""
    return sorted(
        re.sub("<[^>]+>", "x", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] in ("follows", "manage") and "POST" in (rule.methods or ())
        and not rule.rule.startswith("/u/")
    )  # fmt: skip


def test_no_form_of_another_site_does_anything(engine: Engine, app: Flask, client: FlaskClient) -> None:
    subscribed(engine)
    opened(engine, client)
    before = rows_of(engine)
    assert len(posts(app)) > 14
    for path in posts(app):
        for form in ({}, {"form_word": "x", "drawn": "x"}):
            given = {"address": ANN, "target": EGYPT, "sure": "1", **form}
            assert client.post(path, data=given).status_code == 400, path
            assert visitor(app).post(path, data=given).status_code == 400, path
    assert rows_of(engine) == before


def test_one_page_does_not_reach_anothers(engine: Engine, app: Flask) -> None:
    subscribed(engine)
    subscribed(engine, SALES, address="bob@example.org")
    ann = visitor(app)
    word = opened(engine, ann)
    bobs = follows(engine, "bob@example.org")[SALES].public_id
    before = [row for row in rows(engine, FOLLOW) if row.public_id == bobs]
    for path in ("stop", "follow", "mute", "unmute"):
        ann.post(f"/manage/{path}", data={"form_word": word, "follow": bobs, "item": "bill:119-hr-1"})
    assert [row for row in rows(engine, FOLLOW) if row.public_id == bobs] == before
    assert "bob@example.org" not in ann.get("/manage").text


def test_no_page_leads_elsewhere(sqlite_engine: Engine, quick: FlaskClient) -> None:
    """Where a form leads to is ours to say: no parameter has a part in it."""
    subscribed(sqlite_engine)
    word = opened(sqlite_engine, quick)
    for name in ("next", "done", "url", "return", "redirect"):
        answer = quick.post(
            f"/manage/pause?{name}=//evil.example", data={"form_word": word, name: "//evil.example"}
        )
        assert answer.location == "/manage?done=paused"
    assert "//evil" not in quick.get("/manage?done=//evil.example").text


def test_tokens_and_addresses_stay_out_of_the_log(
    sqlite_engine: Engine, quick: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    found = links(sqlite_engine)
    caplog.set_level("DEBUG")
    for path in found.values():
        quick.get(path)
    send(quick)
    taken(sqlite_engine)
    assert ANN not in caplog.text
    assert not [path for path in found.values() if path in caplog.text]


def test_digest_rows_hold_nothing_that_opens_anything(engine: Engine) -> None:
    links(engine)
    kept = repr(rows(engine, DIGEST))
    assert token_of(engine) not in kept
    assert token_of(engine, DigestKind.MANAGE) not in kept
