"""The mail service as a reader meets it: the same for everybody, nothing by looking, everything by one button."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import feedparser
import html5lib
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert
from werkzeug.test import TestResponse

from tests.conftest import NOW
from tests.databases import rows_of
from tests.sites import SITE
from tests.subscriptions import asking
from tests.subscriptions.asking import ANN, EGYPT, SALES, follows, rows, subscriber, token_of
from tests.web.following import SECRET, THEN, field, send, subscribed, taken, visitor
from tests.web.pages import Reader
from tracker import tokens
from tracker.db import writing
from tracker.models import Frequency, SubscriberState, SuppressedBecause
from tracker.subscriptions.rules import FORM_AT_MOST
from tracker.subscriptions.store import REQUEST, SUPPRESSION
from tracker.tokens import address_key
from tracker.web.follow_forms import read_address
from tracker.web.network import network_of

# --- pages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/subscribe", "Follow by e-mail"),
        ("/follow?target=country:EGY", "Follow Egypt"),
        ("/follow?target=bill:119-hr-5001", "Follow H.R. 5001: <script>alert(1)</script>"),
        ("/follow?target=country:EGY&target=topic:arms-sales&target=nonsense", "Follow these 2 by e-mail"),
        ("/follow?bill=H.R.+5999+119th", "Follow H.R. 5999: A new measure"),
        ("/follow?q=vetted+units", "Follow Search for vetted units"),
        ("/follow/asked", "Look into your mailbox"),
        ("/manage", "Change or end what you get"),
        ("/manage/asked", "Look into your mailbox"),
    ],
)
def test_every_page_is_whole(read: Reader, path: str, heading: str) -> None:
    page = read(path)
    assert page.heading.startswith(heading)
    assert page.response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.response.headers


def test_the_service_answers_before_any_collection(read_empty: Reader) -> None:
    assert "Follow by e-mail" in read_empty("/subscribe").heading
    assert "We have not seen a change on this yet." in read_empty("/follow?target=topic:arms-sales").text


def test_a_follow_shows_what_it_brings(read: Reader) -> None:
    with time_machine.travel(NOW + timedelta(days=30), tick=True):
        page = read("/follow?target=bill:119-hr-5001")
    assert "Expect about 8 items a week, reckoned from the last 30 days, since we began." in page.text
    assert "reckoned from the last 30 days, since we began" in page.text
    assert "Rep. Cy Coe withdrew as a cosponsor" in page.text
    assert "/follow.atom?target=bill%3A119-hr-5001" in page.links


@pytest.mark.parametrize(
    "target",
    ["nonsense", "bill:119-hr-77777", "country:XXX", "<script>", "%00", "%ED%A0%80", "x" * 3000, "a:b:c"],
)
def test_what_cannot_be_followed_is_said_plainly(read: Reader, target: str) -> None:
    page = read(f"/follow?target={target}", 404)
    assert page.heading == "There is no such thing to follow"


def test_nothing_asked_for_leads_to_the_choice(read: Reader) -> None:
    response = read.client.get("/follow")
    assert (response.status_code, response.location) == (302, "/subscribe")


@pytest.mark.parametrize(
    ("path", "href"),
    [("/bills/119-hr-5001", "/follow?target=bill:119-hr-5001"), ("/countries/EGY", "/follow?target=country:EGY"),
     ("/recommendations/restrict-alliances-with-abusers",
      "/follow?target=recommendation:restrict-alliances-with-abusers"),
     ("/promises/ppd23-goal-1", "/follow?target=promise:ppd23-goal-1"),
     ("/arms-sales", "/follow?target=topic:arms-sales"), ("/appropriations", "/follow?target=topic:appropriations"),
     ("/search?q=vetted+units", "/follow?target=search%3Avetted+units"), ("/", "/subscribe"),
     ("/status", "/follow?target=source:legislators")],
)  # fmt: skip
def test_it_is_followed_from_its_own_page(read: Reader, path: str, href: str) -> None:
    assert href in read(path).links
    assert read.client.get(href).status_code == 200


# --- from asking to erasing ---------------------------------------------------------------------------------


def test_from_a_form_to_a_confirmed_follow_and_back_to_nothing(engine: Engine, client: FlaskClient) -> None:
    asked = send(
        client, kind=["votes", "status"], frequency="weekly", weekday="4", hour="18", zone="Africa/Cairo",
        home_state="VT", heartbeat="1", at_once="1",
    )  # fmt: skip
    assert (asked.status_code, asked.location) == (303, "/follow/asked")
    taken(engine)
    row = subscriber(engine)
    assert (row.zone, row.hour, row.frequency, row.weekday) == ("Africa/Cairo", 18, Frequency.WEEKLY, 4)
    assert (row.home_state, row.heartbeat) == ("VT", True)
    assert (follows(engine)[EGYPT].kinds, follows(engine)[EGYPT].at_once) == (("status", "votes"), True)

    path = f"/confirm/{token_of(engine)}"
    page = client.get(path)
    assert "Is this what you want?" in page.text
    assert "One mail every Friday at 18:00, Cairo time" in page.text
    done = client.post(path, data={"drawn": field(page, "drawn"), "follow": field(page, "follow")})
    assert "You follow it now" in done.text
    assert "Friday 6 November 2026 at 18:00, Cairo time" in done.text
    assert subscriber(engine).state is SubscriberState.CONFIRMED

    manage = client.get("/manage")
    assert ANN in manage.text
    assert '<h3><a href="/countries/EGY">Egypt</a></h3>' in manage.text
    word = field(manage, "form_word")
    assert client.post("/manage/erase", data={"form_word": word}).status_code == 400, "not without the tick"
    erased = client.post("/manage/erase", data={"form_word": word, "sure": "1"})
    assert "We know nothing of you any more" in erased.text
    assert ANN not in repr(rows_of(engine, without=()))
    assert "Change or end what you get" in client.get("/manage").text


def test_the_pick_list_takes_targets_bills_and_words(engine: Engine, client: FlaskClient) -> None:
    answer = send(
        client, "/subscribe", picking="1", target=[SALES, "country:JOR", ""], q="end-use monitoring", bill=""
    )
    assert answer.status_code == 303
    taken(engine)
    assert list(follows(engine)) == [SALES, "country:JOR", "search:end-use monitoring"]


@pytest.mark.parametrize(
    ("sent", "field_id", "sentence"),
    [({"address": "nonsense"}, "address", "Write an e-mail address"), ({"address": ""}, "address", "Write an"),
     ({"address": "a@b.example\r\nBcc: c@d.example"}, "address", "Write an"),
     ({"zone": "Europe/Atlantis"}, "zone", "Choose a time zone"),
     ({"home_state": "ZZ"}, "home_state", "Choose a state"),
     ({"home_district": "many"}, "home_district", "Write the number of your district"),
     ({"target": "nonsense"}, "what", "Choose at least one thing"), ({"target": []}, "what", "Choose at least one")],
)  # fmt: skip
def test_what_is_wrong_is_said_and_what_was_written_is_kept(
    quick: FlaskClient, sqlite_engine: Engine, sent: dict[str, Any], field_id: str, sentence: str
) -> None:
    answer = send(quick, **{"frequency": "weekly", "hour": "5", **sent})
    assert answer.status_code == 400
    root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(answer.text)
    assert [one for one in root.iter() if one.get("id") == field_id]
    assert f'<li><a href="#{field_id}">{sentence}' in answer.text
    assert '<input type="radio" id="weekly" name="frequency" value="weekly" checked>' in answer.text
    assert rows(sqlite_engine, REQUEST) == []


@pytest.mark.parametrize(
    ("written", "address"),
    [("ann@example.org", "ann@example.org"), (" Ann.O'Hara+aid@Example.ORG ", "Ann.O'Hara+aid@example.org"),
     ("ann@bücher.example.org", "ann@xn--bcher-kva.example.org"), ("ann", None), ("ann@", None), ("@x.org", None),
     ("a b@example.org", None), ("ann@example.org\n", "ann@example.org"), ("ann@example", None), ("", None),
     ("ann@[127.0.0.1]", None), ("ánn@example.org", None), ("a" * 65 + "@example.org", None),
     ("ann@example.org, bob@example.org", None), ("<ann@example.org>", None), ("ann@exa\r\nmple.org", None),
     ("ann\x00@example.org", None), ("\ud800@example.org", None)],
)  # fmt: skip
def test_an_address_is_read_without_asking_anybody(written: str, address: str | None) -> None:
    assert read_address(written) == address


# --- the same for everybody ---------------------------------------------------------------------------------

STATES = ("new", "pending", "subscribed", "suppressed")


def in_state(engine: Engine, state: str) -> str:
    """An address in that state, all of them of one length."""
    address = f"{state:_<10}@example.org"
    if state == "pending":
        asking.asks(
            engine, asking.ask_to_follow(EGYPT), address, now=THEN - timedelta(days=3), network="other"
        )
    elif state == "subscribed":
        subscribed(engine, address=address)
    elif state == "suppressed":
        with writing(engine) as connection:
            values = {
                "address_key": address_key(SECRET, address),
                "reason": SuppressedBecause.COMPLAINT,
                "at": NOW,
            }
            connection.execute(insert(SUPPRESSION).values(values))
    return address


def whole(response: TestResponse) -> Any:
    """Every byte of an answer and its headers."""
    return response.status_code, sorted(response.headers.items()), response.data


@pytest.mark.parametrize(("path", "to"), [("/follow?target=country:EGY", "/follow"), ("/manage", "/manage")])
def test_whoever_the_address_belongs_to_the_answer_is_the_same(
    engine: Engine, app: Flask, path: str, to: str
) -> None:
    addresses = [in_state(engine, state) for state in STATES]
    with time_machine.travel(THEN, tick=False):
        asked = [send(visitor(app), path, to=to, address=address) for address in addresses]
        assert len({repr(whole(answer)) for answer in asked}) == 1
        assert asked[0].location == f"{to}/asked"
        pages = {repr(whole(visitor(app).get(answer.location))) for answer in asked}
        assert len(pages) == 1
    heard = rows(engine, REQUEST, REQUEST.c.taken_at.is_(None))
    assert len(heard) == 4, "and the same was written down"
    taken(engine)
    with time_machine.travel(THEN + timedelta(minutes=1), tick=False):
        again = [send(visitor(app), path, to=to, address=address) for address in addresses]
        assert len({repr(whole(answer)) for answer in again}) == 1


def test_past_the_limits_the_answer_is_the_same(sqlite_engine: Engine, quick: FlaskClient) -> None:
    with time_machine.travel(THEN, tick=False):
        answers = {repr(whole(send(quick))) for _ in range(8)}
    assert len(answers) == 1
    assert len(rows(sqlite_engine, REQUEST)) == 8
    assert len(rows(sqlite_engine, REQUEST, REQUEST.c.taken_at.is_(None))) == 5


def test_a_program_that_fills_in_everything_gets_the_usual_answer_and_nothing_else(
    sqlite_engine: Engine, quick: FlaskClient
) -> None:
    with time_machine.travel(THEN, tick=False):
        person, program = send(quick), send(quick, website="https://spam.example")
    assert whole(person) == whole(program)
    assert len(rows(sqlite_engine, REQUEST)) == 1


@pytest.mark.parametrize(
    ("stamp", "sentence"),
    [(lambda: "", "We could not tell"), (lambda: "1796000000.x", "We could not tell"),
     (lambda: tokens.form_stamp("another", THEN), "We could not tell"),
     (lambda: tokens.form_stamp(SECRET, THEN), "faster than anybody reads"),
     (lambda: tokens.form_stamp(SECRET, THEN - FORM_AT_MOST - timedelta(minutes=1)), "for more than 12 hours")],
)  # fmt: skip
def test_a_form_is_sent_by_a_person_in_a_persons_time(
    sqlite_engine: Engine, quick: FlaskClient, stamp: Callable[[], str], sentence: str
) -> None:
    with time_machine.travel(THEN, tick=False):
        answer = quick.post("/follow", data={"drawn": stamp(), "address": ANN, "target": EGYPT})
    assert answer.status_code == 400
    assert sentence in answer.text
    assert rows(sqlite_engine, REQUEST) == []


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.77", "192.0.2.0/24"), ("192.0.2.0/24", "192.0.2.0/24"), ("2001:db8:1:2:3::9", "2001:db8:1::/48"),
     ("2001:db8:1:2::/64", "2001:db8:1::/48"), ("unix:", "unix:")],
)  # fmt: skip
def test_neighbours_count_as_one(address: str, network: str) -> None:
    assert network_of(address) == network


# --- the same without an address ----------------------------------------------------------------------------


def test_a_list_of_targets_is_a_feed_and_data(read: Reader) -> None:
    query = "target=bill:119-hr-5001&target=bill:119-hr-5999&target=search:measure&kind=cosponsors&limit=10"
    answer = read.client.get(f"/follow.json?{query}")
    data = answer.json
    assert data is not None
    assert [one["title"] for one in data["targets"]][1] == "H.R. 5999: A new measure"
    assert data["kinds"] == ["cosponsors"]
    assert {one["kind"] for one in data["items"]} == {"cosponsor_added", "cosponsor_withdrawn"}
    seen, following = [one["key"] for one in data["items"]], answer.headers["Link"]
    assert following.startswith(f"<{SITE}/follow.json?target=bill%3A119-hr-5001&target=bill%3A119-hr-5999&")
    part = read.client.get(f"/follow.json?{query}&after={data['next']}").json
    assert part is not None
    assert not {one["key"] for one in part["items"]} & set(seen)
    feed = feedparser.parse(read.client.get(f"/follow.atom?{query}").data)
    assert len(feed.entries) == 10
    assert feed.feed.title.startswith("H.R. 5001")
    assert len({entry.id for entry in feed.entries}) == 10
    assert read.client.get(feed.feed.links[1].href.removeprefix(SITE)).status_code == 200


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 400), ("target=", 400), ("target=nonsense", 404), ("target=country:EGY&target=country:XXX", 404),
     ("target=country:EGY&kind=nonsense", 400), ("target=country:EGY&limit=0", 400), ("target=country:EGY", 200)],
)  # fmt: skip
@pytest.mark.parametrize("form", ["json", "atom"])
def test_a_feed_of_what_there_is_not_says_so(read: Reader, query: str, status: int, form: str) -> None:
    answer = read.client.get(f"/follow.{form}?{query}")
    assert answer.status_code == status
    assert status == 200 or (answer.json is not None and answer.json["error"])
