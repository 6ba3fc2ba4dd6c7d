"""The mail service as a reader meets it: the same for everybody, nothing by looking, everything by one button."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import html5lib
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, update
from werkzeug.test import TestResponse

from tests.conftest import NOW
from tests.databases import rows_of
from tests.sites import SITE, application
from tests.subscriptions import asking
from tests.subscriptions.asking import ANN, EGYPT, SALES, follows, rows, subscriber, token_of
from tests.web.pages import Reader
from tracker import tokens
from tracker.db import writing
from tracker.models import DigestKind, Frequency, PausedBecause, SubscriberState, SuppressedBecause
from tracker.subscriptions.requests import take
from tracker.subscriptions.rules import FORM_AT_MOST, ManageAsk
from tracker.subscriptions.store import DIGEST, FOLLOW, REQUEST, SUBSCRIBER, SUPPRESSION
from tracker.tokens import Unsubscribes, address_key, unsubscribe_token
from tracker.web.follow_forms import read_address
from tracker.web.network import network_of

THEN = NOW.replace(day=3, hour=18)
"""When these tests begin: see `_two_days_later`."""

SECRET = asking.SECRET
COOKIE = "__Secure-manage"


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> Iterator[Flask]:
    """The application before any collection: countries and topics can be followed all the same."""
    with application(engine.url, tmp_path, secret_key=SECRET) as made:
        yield made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return visitor(app)


@pytest.fixture
def quick(sqlite_engine: Engine, tmp_path: Path) -> Iterator[FlaskClient]:
    """A reader of it on SQLite, where the engine is not what the test is about."""
    with application(sqlite_engine.url, tmp_path, secret_key=SECRET) as made:
        yield visitor(made)


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
    with time_machine.travel(time_machine_now() + timedelta(seconds=20), tick=False):
        return client.post(to, data={"drawn": drawn, "address": ANN, "target": EGYPT, **more})


def time_machine_now() -> Any:
    from tracker.web.clock import now

    return now()


def taken(engine: Engine) -> None:
    take(engine, SECRET, time_machine_now())


def subscribed(engine: Engine, *targets: str, address: str = ANN) -> Any:
    return asking.confirmed(engine, *targets or (EGYPT,), address=address, now=THEN - timedelta(days=3))


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


def test_digest_rows_hold_nothing_that_opens_anything(engine: Engine) -> None:
    links(engine)
    kept = repr(rows(engine, DIGEST))
    assert token_of(engine) not in kept
    assert token_of(engine, DigestKind.MANAGE) not in kept
