"""The desk's pages: who may come in, what a decision does to the public page, and that nothing of it is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import html5lib
import pytest
import time_machine
from click.testing import Result as CommandResult
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import URL, Engine, Table, create_engine, func, insert, select
from werkzeug.test import TestResponse

from scrapers.bodies import Bodies
from tests.conftest import NOW, FakeClock, collector
from tests.publishing import Mirror, bill_file
from tests.sites import SITE, Sites, application
from tests.web.pages import Reader
from tracker.config import Settings
from tracker.db import db, writing
from tracker.linking.evidence import SCOPE, Evidence, FieldName
from tracker.models import Change, Item, Judgement, Link, LinkState, SourceDocument
from tracker.web.login import reader_address

LINK = cast(Table, Link.__table__)
ITEM = cast(Table, Item.__table__)
JUDGEMENT = cast(Table, Judgement.__table__)
CHANGE = cast(Table, Change.__table__)

ANN, PASSWORD = "ann@example.org", "correct horse battery"
BILLS = 4
WORDS = 'aid to <Chad> & "others"'


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Iterator[Flask]:
    """The application over a few measures, each with a link to Chad that waits; Ann is an editor."""
    fill(engine, tmp_path)
    with application(engine.url, tmp_path) as app:
        add_ann(app)
        yield app


@pytest.fixture
def sqlite_desk(request: pytest.FixtureRequest, sites: Sites, tmp_path: Path) -> Iterator[Flask]:
    """The same on SQLite, where the engine is not what the test is about. Takes settings as a parameter."""
    with application(sites.database(fill_with_ann), tmp_path, **getattr(request, "param", {})) as app:
        yield app


def fill_with_ann(url: URL, folder: Path) -> None:
    """A few measures, each with a link to Chad that waits; Ann is an editor."""
    engine = create_engine(url)
    fill(engine, folder)
    engine.dispose()
    with application(url, folder) as app:
        add_ann(app)


def add_ann(app: Flask) -> None:
    added = command(app, "add", ANN, "--name", "Ann", "--password-stdin", typed=f"{PASSWORD}\n")
    assert added.exit_code == 0, added.output


def fill(engine: Engine, folder: Path) -> None:
    mirror = Mirror(folder / "mirror")
    collect = collector(engine, mirror.root, Bodies(folder / "bodies"), FakeClock())
    keys = [f"119-hr-{number}" for number in range(1, BILLS + 1)]
    titles = {key: f"A bill on foreign military financing for Egypt, number {key[-1]}." for key in keys}
    mirror.put_zip({key: bill_file(key, title=title) for key, title in titles.items()})
    assert collect(congress="119", type="hr").created == BILLS
    with writing(engine) as connection:
        for item_id in connection.execute(select(ITEM.c.id).order_by(ITEM.c.id)).scalars().all():
            connection.execute(
                insert(LINK).values(
                    item_id=item_id, target="country:TCD", score=60, state=LinkState.AUTO, is_shown=False,
                    evidence=(
                        Evidence("in-a-long-list", FieldName.SUMMARY, 60, words="<Chad>", start=100,
                                 quote=WORDS, at=7, label="Introduced in House"),
                    ),
                )
            )  # fmt: skip


def token(response: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', response.text)
    assert found is not None, response.text[:300]
    return found[1]


def log_in(client: FlaskClient, email: str = ANN, password: str = PASSWORD, **headers: str) -> TestResponse:
    csrf = token(client.get("/desk/login"))
    form = {"csrf_token": csrf, "email": email, "password": password}
    return client.post("/desk/login", data=form, headers=headers)


@pytest.fixture
def ann(desk: Flask) -> FlaskClient:
    client = desk.test_client()
    assert log_in(client).location == "/desk"
    return client


def post(client: FlaskClient, path: str, **form: Any) -> TestResponse:
    """What a form on the desk sends."""
    return client.post(path, data={"csrf_token": token(client.get("/desk")), "next": "/desk", **form})


def chosen(client: FlaskClient, path: str = "/desk") -> list[str]:
    """The links on a page, as its forms name them."""
    found = re.findall(r'type="hidden" name="link" value="([0-9]+:[0-9a-f]{16})"', client.get(path).text)
    return list(dict.fromkeys(found))


def states(app: Flask, target: str = "country:TCD") -> list[LinkState]:
    with app.app_context(), db.engine.connect() as connection:
        rows = select(LINK.c.state).where(LINK.c.target == target).order_by(LINK.c.item_id)
        return list(connection.execute(rows).scalars())


# --- who may come in ----------------------------------------------------------------------------------------

PAGES = ["/desk", "/desk/items/bill:119-hr-1", "/desk/held", "/desk/log", "/desk/find?key=119-hr-1"]
ACTS = [
    "/desk/links", "/desk/links/correct", "/desk/items/bill:119-hr-1/links", "/desk/undo",
    "/desk/items/bill:119-hr-1/judgements", "/desk/judgements/withdraw", "/desk/held",
]  # fmt: skip


def test_nobody_comes_in_without_a_login(sqlite_desk: Flask) -> None:
    client = sqlite_desk.test_client()
    for path in PAGES:
        response = client.get(path)
        assert response.status_code == 302, path
        assert response.location.startswith("/desk/login?next=/desk"), path
    csrf = token(client.get("/desk/login"))
    for path in ACTS:
        response = client.post(path, data={"csrf_token": csrf})
        assert response.location.startswith("/desk/login"), path


def test_every_address_of_the_desk_is_guarded(sqlite_desk: Flask) -> None:
    """Whatever is added later, too."""
    client = sqlite_desk.test_client()
    for rule in sqlite_desk.url_map.iter_rules():
        if not rule.rule.startswith("/desk") or rule.endpoint in ("desk.password", "security.login"):
            continue
        path = re.sub("<[^>]+>", "x", rule.rule)
        if "GET" in (rule.methods or ()):
            assert client.get(path).location.startswith("/desk/login"), path
        if "POST" in (rule.methods or ()):
            assert client.post(path).status_code == 400, f"{path} without a token"


def test_the_desk_has_the_figures_of_the_mail(desk: Flask, ann: FlaskClient) -> None:
    assert "<p>0 subscribers. No asks wait to be looked at." in ann.get("/desk").text


def test_a_form_without_its_token_does_nothing(desk: Flask, ann: FlaskClient) -> None:
    (first, *_) = chosen(ann)
    response = ann.post("/desk/links", data={"decision": "reject", "link": first})
    assert response.status_code == 400
    assert "out of date" in response.text
    assert set(states(desk)) == {LinkState.AUTO}


@pytest.mark.parametrize(
    ("email", "password"),
    [(ANN, "wrong horse battery"), ("nobody@example.org", PASSWORD), ("nonsense", "x"), ("", "")],
)
def test_a_wrong_password_and_no_such_account_are_answered_alike(
    sqlite_desk: Flask, email: str, password: str
) -> None:
    response = log_in(sqlite_desk.test_client(), email, password)
    assert response.status_code == 200
    assert "No editor has this address and password." in response.text
    main = response.text[response.text.index("<main") :].replace(email or "\0", "")
    assert set(re.findall('class="notice error"[^>]*>([^<]*)', main)) == {
        "No editor has this address and password."
    }


def test_too_many_tries_are_turned_away_whether_or_not_the_account_exists(
    sqlite_desk: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.desk.logins.MOST_BY_ACCOUNT", 3)
    for email in (ANN, "nobody@example.org"):
        client = sqlite_desk.test_client()
        for _ in range(3):
            assert "No editor has" in log_in(client, email, "wrong horse battery").text
        assert "Too many tries" in log_in(client, email.upper(), PASSWORD).text
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16), tick=True):
        assert log_in(sqlite_desk.test_client()).location == "/desk"


@pytest.mark.parametrize("sqlite_desk", [{"proxies": 1}], indirect=True)
def test_an_address_is_the_one_that_our_proxy_saw(sqlite_desk: Flask) -> None:
    def seen(forwarded: str) -> str:
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        with sqlite_desk.test_request_context(headers=headers, environ_base={"REMOTE_ADDR": "192.0.2.1"}):
            return reader_address()

    assert seen("203.0.113.9, 192.0.2.7") == "192.0.2.7"
    assert seen("") == "192.0.2.1"
    sqlite_desk.extensions["settings"] = Settings(secret_key="x")
    assert seen("203.0.113.9") == "192.0.2.1", "without a proxy anybody could write that header"


@pytest.mark.parametrize("sqlite_desk", [{"production": True}], indirect=True)
def test_the_cookie_is_for_the_desk_alone(sqlite_desk: Flask) -> None:
    page = sqlite_desk.test_client().get("/desk/login", base_url=SITE)
    (cookie,) = page.headers.getlist("Set-Cookie")
    assert {"Secure", "HttpOnly", "Path=/desk", "SameSite=Lax"} <= set(cookie.split("; ")[1:])


def test_after_logging_out_nothing_is_open(sqlite_desk: Flask) -> None:
    client = sqlite_desk.test_client()
    log_in(client)
    csrf = token(client.get("/desk"))
    assert client.get("/desk/logout").status_code == 405, "a link must not log anybody out"
    client.post("/desk/logout", data={"csrf_token": csrf})
    assert client.get("/desk").location.startswith("/desk/login")


def test_after_logging_in_only_our_own_pages_follow(sqlite_desk: Flask) -> None:
    client = sqlite_desk.test_client()
    csrf = token(client.get("/desk/login"))
    form = {"csrf_token": csrf, "email": ANN, "password": PASSWORD, "next": "https://evil.example/"}
    assert client.post("/desk/login", data=form).location is None
    log_in(client)
    for bad in ("//evil.example", "https://evil.example", "/desk\r\nX: 1", "/deskevil", "/desk/\\evil"):
        assert post(client, "/desk/undo", next=bad).location == "/desk", bad


# --- nothing of it is kept, nothing of it is on public pages ------------------------------------------------


def test_the_desk_is_kept_by_nobody(sqlite_desk: Flask) -> None:
    client = sqlite_desk.test_client()
    assert client.get("/desk/login").headers["Cache-Control"] == "no-store"
    log_in(client)
    for path in PAGES:
        response = client.get(path)
        assert response.headers["Cache-Control"] == "no-store", path
        assert "ETag" not in response.headers, path


def test_public_pages_have_no_cookie_even_for_an_editor(sqlite_desk: Flask) -> None:
    client = sqlite_desk.test_client()
    log_in(client)
    for path in ("/", "/bills", "/bills/119-hr-1", "/nowhere", "/healthz", "/bills.json", "/static/site.css"):
        response = client.get(path, buffered=True)
        assert "Set-Cookie" not in response.headers, path
        assert "Cookie" not in response.headers.get("Vary", ""), path
        assert "Ann" not in response.text


# --- pages --------------------------------------------------------------------------------------------------


def test_pages_are_whole(sqlite_desk: Flask) -> None:
    reader = Reader(sqlite_desk)
    reader("/desk/login")
    log_in(reader.client)
    for path in [*PAGES[:-1], "/desk?kind=country&country=TCD", "/desk?kind=scope", "/desk/log?by=Nobody"]:
        reader(path)
    reader("/desk/items/bill:119-hr-404", 404)
    reader("/desk?kind=nonsense", 400)
    reader("/desk?country=XXX", 400)
    reader("/desk?after=nonsense", 400)
    assert reader.client.get("/desk/find?key=119-HR-1").location == "/desk/items/bill:119-hr-1"


def test_the_words_are_marked_where_they_stood(ann: FlaskClient) -> None:
    page = ann.get("/desk").text
    assert "aid to <mark>&lt;Chad&gt;</mark> &amp; " in page
    assert "version “Introduced in House”" in page
    assert "One of many places in a row" in page
    assert "<Chad>" not in page


def test_the_queue_is_narrowed_and_paged(sqlite_desk: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.web.desk.QUEUE", 3)
    client = sqlite_desk.test_client()
    log_in(client)
    assert len(chosen(client)) == 3
    after = re.search(r'rel="next" href="([^"]+)"', client.get("/desk").text)
    assert after is not None
    assert len(chosen(client, after[1].replace("&amp;", "&"))) == BILLS - 3
    assert chosen(client, "/desk?kind=scope") == []
    assert len(chosen(client, "/desk?country=EGY")) == 3, "on a measure about Egypt"
    assert chosen(client, "/desk?country=KEN") == []


# --- deciding -----------------------------------------------------------------------------------------------


def test_a_decision_changes_the_public_page_at_once(desk: Flask, ann: FlaskClient) -> None:
    reader = desk.test_client()

    def countries(key: str) -> str:
        return reader.get(f"/bills/{key}").headers["ETag"]

    before = countries("119-hr-4"), reader.get("/api/v1/bills/119-hr-4").text
    first = next(link for link in chosen(ann))
    response = post(ann, "/desk/links", decision="confirm", link=first, place="1")
    assert (response.status_code, response.location) == (303, "/desk#entry-1")
    assert states(desk).count(LinkState.CONFIRMED) == 1
    assert countries("119-hr-4") != before[0]
    assert first not in chosen(ann)
    assert "Last you confirmed Chad on" in ann.get("/desk").text


def test_many_at_once_and_back_at_once(desk: Flask, ann: FlaskClient) -> None:
    post(ann, "/desk/links", decision="reject", link=chosen(ann))
    assert set(states(desk)) == {LinkState.REJECTED}
    page = ann.get("/desk").text
    assert f"and {BILLS - 1} more decisions with it" in page
    numbers = re.findall(r'name="decision" value="([0-9]+)"', page)
    assert len(numbers) == BILLS
    assert "Nothing waits." in page
    post(ann, "/desk/undo", decision=numbers)
    assert "decisions undone" in ann.get("/desk/log").text


def test_two_editors_at_once(desk: Flask, ann: FlaskClient) -> None:
    command(desk, "add", "bo@example.org", "--name", "Bo", "--password-stdin", typed=PASSWORD)
    bo = desk.test_client()
    log_in(bo, "bo@example.org")
    both = chosen(ann)[0]
    assert both == chosen(bo)[0]
    post(ann, "/desk/links", decision="confirm", link=both)
    post(bo, "/desk/links", decision="reject", link=both)
    assert "Chad: Ann already confirmed this." in bo.get("/desk").text
    assert LinkState.REJECTED not in states(desk)


def test_the_right_target_takes_the_place_of_the_wrong_one(desk: Flask, ann: FlaskClient) -> None:
    first = chosen(ann)[0]
    post(ann, "/desk/links/correct", link=first, target="Atlantis")
    assert "The vocabulary has no “Atlantis” to choose." in ann.get("/desk").text
    assert set(states(desk)) == {LinkState.AUTO}
    post(ann, "/desk/links/correct", link=first, target="Mali")
    assert states(desk, "country:MLI") == [LinkState.CONFIRMED]
    assert states(desk).count(LinkState.REJECTED) == 1


def test_an_item_is_judged_and_its_links_are_overruled(desk: Flask, ann: FlaskClient) -> None:
    path = "/desk/items/bill:119-hr-1"
    shown = ann.get(path).text
    assert "Shown to readers: found by rule" in shown
    assert "Waits, not shown: found by rule, score 60" in shown
    for link in reversed(chosen(ann, path)):  # the scope last: the rules are asked again after it
        post(ann, "/desk/links", decision="reject", link=link, next=path)
    assert "<b>No.</b>" in ann.get(path).text
    assert states(desk, SCOPE).count(LinkState.REJECTED) == 1
    post(ann, f"{path}/links", decision="confirm", target="Kenya", reason="Section 3 names it.", next=path)
    assert states(desk, "country:KEN") == [LinkState.CONFIRMED]
    about = {"target": "promise:ppd23-guideline-7", "verdict": "weakens", "next": path}
    post(ann, f"{path}/judgements", **about, reason=" ")
    assert "Say why in one sentence." in ann.get(path).text
    post(ann, f"{path}/judgements", **about, reason="It drops the report.")
    page = ann.get(path).text
    assert "It drops the report." in page
    assert ANN not in page
    number = re.search(r'name="judgement" value="([0-9]+)"', page)
    assert number is not None
    post(ann, "/desk/judgements/withdraw", judgement=number[1], next=path)
    with desk.app_context(), db.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(JUDGEMENT)).scalar_one() == 0
    log = ann.get("/desk/log").text
    for words in (
        "rejected Chad on H.R. 1",
        "added Kenya to H.R. 1",
        "judged that H.R. 1 weakens",
        "withdrew that",
    ):
        assert words in log


def test_the_bill_page_carries_the_signature_and_never_the_address(desk: Flask, ann: FlaskClient) -> None:
    path = "/desk/items/bill:119-hr-1"
    post(
        ann, f"{path}/judgements", target="recommendation:restrict-alliances-with-abusers",
        verdict="advances", reason="Section 2 bars aid to units.", next=path,
    )  # fmt: skip
    for public in ("/bills/119-hr-1", "/bills/119-hr-1.json", "/api/v1/bills/119-hr-1"):
        assert ANN not in desk.test_client().get(public).text


def test_held_changes_are_looked_at_and_released(desk: Flask, ann: FlaskClient) -> None:
    with desk.app_context(), writing(db.engine) as connection:
        item_id = connection.execute(select(ITEM.c.id).where(ITEM.c.key == "bill:119-hr-1")).scalar_one()
        document = connection.execute(
            select(func.max(cast(Table, SourceDocument.__table__).c.id))
        ).scalar_one()
        connection.execute(
            insert(CHANGE).values(
                item_id=item_id, kind="title", natural_key="title:1", first_seen_at=NOW, old="Old", new="New",
                document_id=document, collection_id=1, held=True,
            )
        )  # fmt: skip
    page = ann.get("/desk/held").text
    assert "1 change of collection 1" in page
    assert "This would be published:" in page
    html5lib.HTMLParser(strict=True).parse(page)
    post(ann, "/desk/held", collection="1", seen="7", decision="release", next="/desk/held")
    assert "You were shown 7 changes and 1 wait now" in ann.get("/desk/held").text
    post(ann, "/desk/held", collection="1", seen="1", decision="release", next="/desk/held")
    assert "No changes are held." in ann.get("/desk/held").text
    assert "H.R. 1" in desk.test_client().get("/changes").text
    assert "released 1 held change of collection 1" in ann.get("/desk/log").text


@pytest.mark.parametrize(
    ("path", "form"),
    [("/desk/links", {"decision": "nonsense", "link": "1:0123456789abcdef"}),
     ("/desk/links", {"decision": "confirm", "link": "1; DROP TABLE link"}),
     ("/desk/links/correct", {"link": "", "target": "Egypt"}),
     ("/desk/items/bill:119-hr-1/judgements", {"verdict": "mentions"}),
     ("/desk/judgements/withdraw", {"judgement": "99999999999"}), ("/desk/held", {"decision": "release"}),
     ("/desk/items/bill:119-hr-404/links", {"decision": "confirm", "target": "Egypt"}),
     ("/desk/undo", {"decision": "x"}), ("/desk/links", {"decision": "confirm"})],
)  # fmt: skip
def test_a_form_that_nobody_was_given_changes_nothing(
    sqlite_desk: Flask, path: str, form: dict[str, str]
) -> None:
    client = sqlite_desk.test_client()
    log_in(client)
    assert post(client, path, **form).status_code in (303, 400)
    assert set(states(sqlite_desk)) == {LinkState.AUTO}


def test_a_long_collection_makes_the_desk_wait_and_say_so(
    sqlite_desk: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sqlite_desk.test_client()
    log_in(client)
    first = chosen(client)[0]
    csrf = token(client.get("/desk"))
    with sqlite_desk.app_context():
        engine = db.engine
    with engine.connect() as quick:
        quick.exec_driver_sql("PRAGMA busy_timeout=1")
    monkeypatch.setattr("tracker.web.desk.deciding", _impatient)
    with writing(engine):
        response = client.post("/desk/links", data={"csrf_token": csrf, "decision": "confirm", "link": first})
    assert response.status_code == 503
    assert "nothing can be decided meanwhile" in response.text


def _impatient(engine: Engine) -> Any:
    """`deciding` that waits a millisecond where the real one waits ten seconds."""

    @contextmanager
    def trying() -> Iterator[Any]:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=1")
        with writing(engine) as connection:
            yield connection

    return trying()


# --- logins by command --------------------------------------------------------------------------------------


def command(app: Flask, *words: str, typed: str | None = None) -> CommandResult:
    with app.app_context():
        return app.test_cli_runner().invoke(args=["editor", *words], input=typed)


def test_a_link_sets_a_password_once(sqlite_desk: Flask) -> None:
    told = command(sqlite_desk, "add", "bo@example.org", "--name", "Bo").output
    path = re.search(r"https://tracker\.example(/desk/password/\S+)", told)
    assert path is not None
    client = sqlite_desk.test_client()
    page = client.get(path[1])
    assert "For bo@example.org. Readers know you as “Bo”." in page.text
    csrf = token(page)

    def send(password: str, again: str) -> TestResponse:
        return client.post(path[1], data={"csrf_token": csrf, "password": password, "again": again})

    assert "not the same" in send("a long password", "another password").text
    assert send("short", "short").status_code == 400
    assert send("a long password", "a long password").location == "/desk/login"
    assert send("stolen afterwards", "stolen afterwards").status_code == 404
    assert client.get(path[1]).status_code == 404
    assert client.get("/desk/password/nonsense").status_code == 404
    assert log_in(client, "bo@example.org", "a long password").location == "/desk"


def test_a_link_ends_after_a_week_and_when_another_is_made(sqlite_desk: Flask) -> None:
    def path_in(output: str) -> str:
        return output.strip().splitlines()[-1].removeprefix("https://tracker.example")

    first = path_in(command(sqlite_desk, "add", "bo@example.org").output)
    second = path_in(command(sqlite_desk, "link", "bo@example.org").output)
    client = sqlite_desk.test_client()
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    with time_machine.travel(datetime.now(UTC) + timedelta(days=8), tick=True):
        assert client.get(second).status_code == 404


def test_a_removed_editor_is_out_at_once(sqlite_desk: Flask) -> None:
    client = sqlite_desk.test_client()
    log_in(client)
    assert client.get("/desk").status_code == 200
    assert command(sqlite_desk, "remove", ANN).exit_code == 0
    assert client.get("/desk").status_code == 302
    assert "No editor has" in log_in(sqlite_desk.test_client()).text
    assert command(sqlite_desk, "list").output.startswith("Nobody yet.")


def test_commands_refuse_in_words(sqlite_desk: Flask) -> None:
    again = command(sqlite_desk, "add", ANN)
    assert (again.exit_code, "an editor already" in again.output) == (1, True)
    weak = command(sqlite_desk, "add", "bo@example.org", "--password-stdin", typed="short\n")
    assert (weak.exit_code, "12" in weak.output) == (1, True)
    assert command(sqlite_desk, "remove", "nobody@example.org").exit_code == 1
    asked = command(sqlite_desk, "add", "bo@example.org", "--password", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert asked.exit_code == 0, asked.output
    assert '"name": "Editor 2"' in command(sqlite_desk, "list", "--json").output


def test_a_password_is_kept_as_argon2_alone(sqlite_desk: Flask) -> None:
    with sqlite_desk.app_context(), db.engine.connect() as connection:
        (kept,) = connection.exec_driver_sql("SELECT password FROM editor").scalars()
    assert kept.startswith("$argon2id$")
