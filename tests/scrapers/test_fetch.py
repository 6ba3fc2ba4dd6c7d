"""Fetching over the network, against real servers on this computer, and from a mirror folder."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request as ServerRequest
from werkzeug import Response as ServerResponse

from scrapers.errors import FetchError, NotFoundError, RefusedError
from scrapers.fetch import (
    MAXIMUM_REDIRECTS,
    LiveFetcher,
    fetcher_from,
    media_type,
    redirect_target,
    user_agent,
    validators_of,
)
from scrapers.manners import PRODUCT, Clock, Manners, backoff, retry_after
from scrapers.mirror import MirrorFetcher, mirror_content_type, mirror_path
from scrapers.source import Document, Healthy, Known, NotModified, Request, Source
from tests.mirror import mirror_root

HOST = "source.example"
OTHER_HOST = "other.example"
CONTACT = "desk@tracker.example"
START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def make_source(**changes: Any) -> Source:
    usual = Source(
        key="example",
        name="Example",
        publisher="Example Office",
        covers="examples",
        home_url=f"https://{HOST}/",
        licence="public domain",
        rhythm=timedelta(days=1),
        hosts=frozenset({HOST}),
        parser_version=1,
        healthy=Healthy(normal_day=10),
        requests=lambda options: (),
        parse=lambda document: iter(()),
    )
    return replace(usual, **changes)


def make_known(**changes: Any) -> Known:
    return replace(Known(sha256="0" * 64, fetched_at=START, parser_version=1), **changes)


@dataclass
class FakeTime:
    """Time that passes only by sleeping, and notes each sleep."""

    passed: float = 0.0
    slept: list[float] = field(default_factory=list)
    chance: float = 0.0

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.passed += seconds

    def clock(self) -> Clock:
        return Clock(
            now=lambda: START + timedelta(seconds=self.passed),
            monotonic=lambda: self.passed,
            sleep=self.sleep,
            chance=lambda: self.chance,
        )


@dataclass
class Visit:
    """A fetcher at the door of a local server that plays the publisher."""

    port: int
    time: FakeTime
    addresses: dict[str, Sequence[str]]
    manners: Manners = field(default_factory=lambda: Manners(pause=0.0))
    scheme: str = "http"
    keys: dict[str, str] = field(default_factory=dict)
    keyed_hosts: dict[str, str] = field(default_factory=dict)

    def url(self, path: str = "/bill.xml", host: str = HOST) -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    @contextmanager
    def fetcher(self) -> Iterator[LiveFetcher]:
        with LiveFetcher(
            CONTACT,
            clock=self.time.clock(),
            manners=self.manners,
            resolve=lambda host, port: self.addresses[host],
            allow_http=True,
            loopback=frozenset({("127.0.0.1", self.port)}),
            keys=self.keys,
            keyed_hosts=self.keyed_hosts or dict.fromkeys(self.keys, "X-Api-Key"),
        ) as fetcher:
            yield fetcher

    def fetch(
        self, path: str = "/bill.xml", known: Known | None = None, **source: Any
    ) -> Document | NotModified:
        with self.fetcher() as fetcher:
            return fetcher.fetch(Request(self.url(path)), make_source(**source), known)

    def document(self, path: str = "/bill.xml", **source: Any) -> Document:
        found = self.fetch(path, **source)
        assert isinstance(found, Document)
        return found


def make_visit(port: int) -> Visit:
    return Visit(port, FakeTime(), {HOST: ["127.0.0.1"], OTHER_HOST: ["127.0.0.1"]})


@pytest.fixture
def publisher(httpserver: HTTPServer) -> HTTPServer:
    """A server without a robots.txt."""
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    return httpserver


@pytest.fixture
def visit(publisher: HTTPServer) -> Visit:
    return make_visit(publisher.port)


def paths_asked(server: HTTPServer) -> list[str]:
    return [request.path for request, _ in server.log if request.path != "/robots.txt"]


@contextmanager
def raw_server(answer: Callable[[socket.socket], None]) -> Iterator[Visit]:
    """A server that says exactly what it is told to, lies included; its robots.txt is missing."""
    listener = socket.create_server(("127.0.0.1", 0))
    closing_down = threading.Event()

    def serve() -> None:
        while not closing_down.is_set():
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                connection.settimeout(5)
                head = connection.recv(65536)
                if b"GET /robots.txt" in head:
                    connection.sendall(
                        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    )
                elif head:
                    answer(connection)

    thread = threading.Thread(target=serve)
    thread.start()
    port = listener.getsockname()[1]
    try:
        yield make_visit(port)
    finally:
        closing_down.set()
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            pass
        thread.join()
        listener.close()


def saying(*pieces: bytes) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)

    return answer


# A document and what we say of ourselves


def test_a_document_carries_its_provenance(publisher: HTTPServer, visit: Visit) -> None:
    publisher.expect_request("/bill.xml").respond_with_data(
        b"<bill/>",
        content_type="Application/XML; charset=utf-8",
        headers={"ETag": '"v1"', "Last-Modified": "Mon, 02 Mar 2026 10:00:00 GMT"},
    )
    assert visit.document() == Document(
        url=visit.url(),
        body=b"<bill/>",
        content_type="application/xml",
        fetched_at=START,
        sha256=hashlib.sha256(b"<bill/>").hexdigest(),
        etag='"v1"',
        last_modified="Mon, 02 Mar 2026 10:00:00 GMT",
    )


def test_a_request_says_who_asks_and_nothing_more(publisher: HTTPServer, visit: Visit) -> None:
    publisher.expect_request("/bill.xml").respond_with_data(b"")
    visit.document()
    request = publisher.log[-1][0]
    assert dict(request.headers) == {
        "Host": f"{HOST}:{visit.port}",
        "User-Agent": f"{PRODUCT} (+{CONTACT})",
        "Accept": "*/*",
        "Accept-Encoding": "gzip",
        "Connection": "keep-alive",
    }


@pytest.mark.parametrize("contact", ["", " ", "a@b.example\r\nX-Injected: 1", "bürgerin@b.example"])
def test_a_contact_is_needed_that_a_header_can_carry(contact: str) -> None:
    with pytest.raises(ValueError, match="contact"):
        user_agent(contact)


def test_proxies_of_the_environment_are_ignored(
    publisher: HTTPServer, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    publisher.expect_request("/bill.xml").respond_with_data(b"direct")
    assert visit.document().body == b"direct"


def test_cookies_are_not_taken_along(publisher: HTTPServer, visit: Visit) -> None:
    publisher.expect_request("/bill.xml").respond_with_data(b"", headers={"Set-Cookie": "seen=1; Path=/"})
    with visit.fetcher() as fetcher:
        for _ in range(2):
            fetcher.fetch(Request(visit.url()), make_source(), None)
    assert all("Cookie" not in request.headers for request, _ in publisher.log)


def test_only_loopback_addresses_can_be_excepted_from_the_guard() -> None:
    with pytest.raises(ValueError, match="loopback"):
        LiveFetcher(CONTACT, loopback=frozenset({("10.0.0.1", 80)}))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("text/xml", "text/xml"),
        ("Text/HTML; charset=UTF-8", "text/html"),
        (" application/zip ;x=y", "application/zip"),
        ("", "application/octet-stream"),
    ],
)
def test_a_media_type_is_lower_case_and_bare(header: str, expected: str) -> None:
    assert media_type(header) == expected


# Asking only for what changed


def test_validators_are_sent_and_304_means_not_modified(publisher: HTTPServer, visit: Visit) -> None:
    def answer(request: ServerRequest) -> ServerResponse:
        unchanged = request.headers.get("If-None-Match") == '"v1"'
        return ServerResponse(b"" if unchanged else b"<bill/>", status=304 if unchanged else 200)

    publisher.expect_request("/bill.xml").respond_with_handler(answer)
    known = make_known(etag='"v1"', last_modified="Mon, 02 Mar 2026 10:00:00 GMT")
    assert visit.fetch(known=known) == NotModified(visit.url())
    assert publisher.log[-1][0].headers["If-Modified-Since"] == "Mon, 02 Mar 2026 10:00:00 GMT"
    assert isinstance(visit.fetch(known=make_known(etag='"v0"')), Document)


def test_a_304_that_nobody_asked_for_is_an_error(publisher: HTTPServer, visit: Visit) -> None:
    publisher.expect_request("/bill.xml").respond_with_data(b"", status=304)
    with pytest.raises(FetchError, match="304"):
        visit.fetch(known=make_known())


@pytest.mark.parametrize(
    ("known", "headers"),
    [
        (None, {}),
        (make_known(), {}),
        (make_known(etag='W/"a"'), {"If-None-Match": 'W/"a"'}),
        (make_known(etag='"ü"'), {}),
        (make_known(etag='"a"\r\nX-Injected: 1'), {}),
    ],
)
def test_validators_that_a_header_cannot_carry_are_left_out(
    known: Known | None, headers: Mapping[str, str]
) -> None:
    assert validators_of(known) == headers


# Statuses


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, NotFoundError),
        (410, NotFoundError),
        (401, FetchError),
        (403, FetchError),
        (400, FetchError),
        (418, FetchError),
        (451, FetchError),
        (204, FetchError),
        (206, FetchError),
    ],
)
def test_a_status_that_is_no_document_is_named_and_not_tried_again(
    publisher: HTTPServer, visit: Visit, status: int, error: type[FetchError]
) -> None:
    publisher.expect_request("/bill.xml").respond_with_data(b"no", status=status)
    with pytest.raises(FetchError, match=str(status)) as caught:
        visit.fetch()
    assert type(caught.value) is error
    assert caught.value.url == visit.url()
    assert len(paths_asked(publisher)) == 1


# Trying again


def failing(times: int, status: int, headers: Mapping[str, str] | None = None) -> Callable[[Any], Any]:
    left = iter(range(times))

    def answer(request: ServerRequest) -> ServerResponse:
        if next(left, None) is None:
            return ServerResponse(b"at last")
        return ServerResponse(b"later", status=status, headers=headers)

    return answer


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_failure_is_tried_again(publisher: HTTPServer, visit: Visit, status: int) -> None:
    publisher.expect_request("/bill.xml").respond_with_handler(failing(2, status))
    assert visit.document().body == b"at last"
    assert visit.time.slept == [1.0, 2.0]


def test_a_lasting_failure_is_given_up_with_its_status(publisher: HTTPServer, visit: Visit) -> None:
    publisher.expect_request("/bill.xml").respond_with_handler(failing(99, 502))
    with pytest.raises(FetchError, match="after 3 attempts: status 502"):
        visit.fetch()
    assert len(paths_asked(publisher)) == 3


def test_the_wait_between_attempts_has_jitter(publisher: HTTPServer, visit: Visit) -> None:
    publisher.expect_request("/bill.xml").respond_with_handler(failing(2, 500))
    visit.time.chance = 0.5
    visit.document()
    assert visit.time.slept == [1.5, 3.0]


@pytest.mark.parametrize(
    ("attempt", "chance", "seconds"), [(1, 0.0, 1.0), (1, 1.0, 2.0), (3, 0.0, 4.0), (9, 1.0, 30.0)]
)
def test_backoff_doubles_up_to_a_limit(attempt: int, chance: float, seconds: float) -> None:
    assert backoff(attempt, chance) == seconds


@pytest.mark.parametrize("asked", ["40", "Mon, 02 Mar 2026 12:00:40 GMT"])
def test_retry_after_is_kept_in_both_its_forms(publisher: HTTPServer, visit: Visit, asked: str) -> None:
    publisher.expect_request("/bill.xml").respond_with_handler(failing(1, 429, {"Retry-After": asked}))
    assert visit.document().body == b"at last"
    assert visit.time.slept == [40.0]


def test_a_long_retry_after_ends_the_visit_and_says_when_to_come_back(
    publisher: HTTPServer, visit: Visit
) -> None:
    publisher.expect_request("/bill.xml").respond_with_handler(failing(1, 503, {"Retry-After": "3600"}))
    publisher.expect_request("/other.xml").respond_with_data(b"")
    with visit.fetcher() as fetcher:
        for path in ("/bill.xml", "/other.xml"):
            with pytest.raises(FetchError, match=r"come back at 2026-03-02T13:00:00\+00:00"):
                fetcher.fetch(Request(visit.url(path)), make_source(), None)
        visit.time.passed += 3600
        assert isinstance(fetcher.fetch(Request(visit.url()), make_source(), None), Document)
    assert visit.time.slept == []
    assert paths_asked(publisher) == ["/bill.xml", "/bill.xml"]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1e3", None),
        ("9" * 5000, None),
        ("0", 0.0),
        (" 7 ", 7.0),
        ("Mon, 02 Mar 2026 12:01:00 GMT", 60.0),
        ("Mon, 02 Mar 2026 12:01:00 -0000", 60.0),
        ("Mon, 02 Mar 2026 07:01:00 -0500", 60.0),
        ("Mon, 02 Mar 2026 11:00:00 GMT", 0.0),
        ("Mon, 99 Mar 2026 11:00:00 GMT", None),
        ("999999999", 604800.0),
        ("Fri, 31 Dec 9999 23:59:59 -1200", 604800.0),
    ],
)
def test_retry_after_values(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, START) == seconds


def test_a_closed_port_is_tried_again_and_then_given_up() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as unused:
        port = unused.getsockname()[1]
    visit = make_visit(port)
    with pytest.raises(RefusedError, match=r"robots\.txt cannot be read.*after 3 attempts: ConnectError"):
        visit.fetch()
    assert visit.time.slept == [1.0, 2.0]


def test_a_connection_cut_in_the_middle_is_tried_again() -> None:
    answers = iter([b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", b"HTTP/1.1 200 OK\r\n\r\nwhole"])
    with raw_server(lambda connection: connection.sendall(next(answers))) as visit:
        assert visit.document().body == b"whole"
    assert visit.time.slept == [1.0]


def test_silence_is_a_timeout() -> None:
    with raw_server(lambda connection: time.sleep(0.3)) as visit:
        visit.manners = Manners(pause=0.0, attempts=1, read=0.1)
        with pytest.raises(FetchError, match="ReadTimeout"):
            visit.fetch()


@pytest.mark.parametrize(
    "opening", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"]
)
def test_a_dripping_answer_runs_into_the_total_time(opening: bytes) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(opening)
        for _ in range(60):
            time.sleep(0.03)
            connection.sendall(b"x")

    with raw_server(drip) as visit:
        visit.manners = Manners(pause=0.0, attempts=1, read=5.0, total=0.3)
        with pytest.raises(FetchError, match="Timeout"):
            visit.fetch()


# Taking turns


def test_requests_to_one_host_are_a_pause_apart(publisher: HTTPServer, visit: Visit) -> None:
    publisher.expect_request("/bill.xml").respond_with_data(b"")
    visit.manners = Manners()
    with visit.fetcher() as fetcher:
        for _ in range(3):
            fetcher.fetch(Request(visit.url()), make_source(), None)
    assert visit.time.slept == [1.0, 1.0, 1.0]  # between robots.txt and the three requests


def test_a_pause_is_for_one_host_only_and_time_that_passed_counts(
    publisher: HTTPServer, visit: Visit
) -> None:
    publisher.expect_request("/bill.xml").respond_with_data(b"")
    visit.manners = Manners()
    source = make_source(hosts=frozenset({HOST, OTHER_HOST}))
    with visit.fetcher() as fetcher:
        fetcher.fetch(Request(visit.url()), source, None)
        visit.time.passed += 0.4
        fetcher.fetch(Request(visit.url(host=OTHER_HOST)), source, None)
        fetcher.fetch(Request(visit.url()), source, None)
    assert visit.time.slept == [1.0, 1.0]


# robots.txt


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /private/", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /*.xml$", False),
        (f"User-agent: *\nDisallow: /\n\nUser-agent: {PRODUCT}\nAllow: /bill.xml", True),
        (f"User-agent: {PRODUCT}\nDisallow: /bill.xml", False),
        ("User-agent: elsebot\nDisallow: /", True),
    ],
)
def test_robots_rules_are_obeyed(httpserver: HTTPServer, robots: str, allowed: bool) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data(robots)
    httpserver.expect_request("/bill.xml").respond_with_data(b"<bill/>")
    visit = make_visit(httpserver.port)
    if allowed:
        assert visit.document().body == b"<bill/>"
    else:
        with pytest.raises(RefusedError, match=r"robots\.txt asks us not to"):
            visit.fetch()
        assert paths_asked(httpserver) == []


@pytest.mark.parametrize("status", [404, 410])
def test_no_robots_file_means_no_rules(httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("User-agent: *\nDisallow: /", status=status)
    httpserver.expect_request("/bill.xml").respond_with_data(b"<bill/>")
    assert make_visit(httpserver.port).document().body == b"<bill/>"


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_an_unreadable_robots_file_means_not_now(httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("", status=status)
    with pytest.raises(RefusedError, match=f"refused for now.*{status}"):
        make_visit(httpserver.port).fetch()
    assert paths_asked(httpserver) == []


@pytest.mark.parametrize(("status", "kept"), [(404, timedelta(days=1)), (503, timedelta(minutes=15))])
def test_robots_is_asked_once_in_a_while_only(httpserver: HTTPServer, status: int, kept: timedelta) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("", status=status)
    httpserver.expect_request("/bill.xml").respond_with_data(b"")
    visit = make_visit(httpserver.port)
    visit.manners = Manners(pause=0.0, attempts=1)

    def times_asked() -> int:
        return sum(request.path == "/robots.txt" for request, _ in httpserver.log)

    with visit.fetcher() as fetcher:
        for wait, expected in ((0, 1), (kept.total_seconds() - 1, 1), (1, 2)):
            visit.time.passed += wait
            with suppress(RefusedError):
                fetcher.fetch(Request(visit.url()), make_source(), None)
            assert times_asked() == expected


def test_a_crawl_delay_is_kept_within_reason(httpserver: HTTPServer) -> None:
    robots = iter(["User-agent: *\nCrawl-delay: 10", "User-agent: *\nCrawl-delay: 86400"])
    httpserver.expect_request("/robots.txt").respond_with_handler(lambda _: ServerResponse(next(robots)))
    httpserver.expect_request("/bill.xml").respond_with_data(b"")
    visit = make_visit(httpserver.port)
    with visit.fetcher() as fetcher:
        for wait in (0, 0, 86400):
            visit.time.passed += wait
            fetcher.fetch(Request(visit.url()), make_source(), None)
        with pytest.raises(FetchError, match=f"{HOST} asks us to come back at"):
            fetcher.fetch(Request(visit.url()), make_source(), None)
        visit.time.passed += 500  # of the 600 that a day is taken for
        fetcher.fetch(Request(visit.url()), make_source(), None)
    assert visit.time.slept == [10.0, 10.0, 100.0]


# Hosts that want a key


def answer_with_headers(request: ServerRequest) -> ServerResponse:
    told = {name: value for name, value in request.headers.items() if name.lower() == "x-api-key"}
    return ServerResponse(repr(told), content_type="text/plain")


def test_a_key_goes_in_a_header_to_its_host_alone_and_never_in_an_address(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("User-agent: *\nDisallow: /v3/")
    visit = make_visit(httpserver.port)
    elsewhere = {"Location": visit.url("/away", OTHER_HOST)}
    httpserver.expect_request("/v3/list").respond_with_handler(answer_with_headers)
    httpserver.expect_request("/v3/moved").respond_with_data("", status=302, headers=elsewhere)
    httpserver.expect_request("/away").respond_with_handler(answer_with_headers)
    visit.keys = {HOST: "a-key"}
    hosts = frozenset({HOST, OTHER_HOST})
    found = visit.document("/v3/list", hosts=hosts)
    assert found.body == b"{'X-Api-Key': 'a-key'}"
    assert "a-key" not in found.url
    assert visit.document("/v3/moved", hosts=hosts).body == b"{}"


@pytest.mark.parametrize("keys", [{}, {HOST: ""}, {HOST: "two\nlines"}, {OTHER_HOST: "a-key"}])
def test_without_a_key_a_host_that_wants_one_is_not_asked(
    httpserver: HTTPServer, keys: dict[str, str]
) -> None:
    visit = make_visit(httpserver.port)
    visit.keys, visit.keyed_hosts = keys, {HOST: "X-Api-Key"}
    with pytest.raises(RefusedError, match="wants a key, and none is set"):
        visit.fetch("/v3/list")
    assert httpserver.log == []


def test_a_redirect_out_of_the_allowed_part_of_a_site_is_refused(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("User-agent: *\nDisallow: /private/")
    httpserver.expect_request("/bill.xml").respond_with_data(
        "", status=302, headers={"Location": "/private/bill.xml"}
    )
    with pytest.raises(RefusedError, match=r"robots\.txt asks us not to"):
        make_visit(httpserver.port).fetch()
    assert paths_asked(httpserver) == ["/bill.xml"]


# Redirects and where they may lead


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_on_the_sources_hosts_is_followed(
    publisher: HTTPServer, visit: Visit, status: int
) -> None:
    new_place = visit.url("/moved.xml", host=OTHER_HOST)
    publisher.expect_request("/bill.xml").respond_with_data(
        "", status=status, headers={"Location": new_place}
    )
    publisher.expect_request("/moved.xml").respond_with_data(b"<bill/>")
    document = visit.document(hosts=frozenset({HOST, OTHER_HOST}))
    assert (document.url, document.body) == (visit.url(), b"<bill/>")


@pytest.mark.parametrize(
    ("redirects", "arrives"), [(MAXIMUM_REDIRECTS, True), (MAXIMUM_REDIRECTS + 1, False)]
)
def test_redirects_are_followed_a_few_times_only(
    publisher: HTTPServer, visit: Visit, redirects: int, arrives: bool
) -> None:
    def answer(request: ServerRequest) -> ServerResponse:
        step = int(request.path.rpartition("/")[2])
        headers = {"Location": f"/step/{step - 1}"} if step else {}
        return ServerResponse(b"there", status=302 if step else 200, headers=headers)

    publisher.expect_request(re.compile("/step/.*")).respond_with_handler(answer)
    if arrives:
        assert visit.document(f"/step/{redirects}").body == b"there"
    else:
        with pytest.raises(FetchError, match="redirects"):
            visit.fetch(f"/step/{redirects}")


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/",
        "http://127.0.0.1:{port}/secret",
        "http://localhost:{port}/secret",
        "http://[::1]:{port}/secret",
        "http://2130706433:{port}/secret",
        "http://0x7f.1:{port}/secret",
        "http://0:{port}/secret",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://other.example:{port}/secret",
        "//other.example:{port}/secret",
        "http://source.example:{port}@other.example/",
        "http://user@source.example:{port}/secret",
        "http://source.example.other.example:{port}/secret",
        "http://source.example:22/",
        "https://source.example:8443/",
        "ftp://source.example/",
        "file:///etc/passwd",
        "gopher://source.example/",
        "data:text/xml,<bill/>",
        "javascript:alert(1)",
        "http://[/",
        "http://a:b:c/",
        "",
    ],
)
def test_a_redirect_elsewhere_is_not_followed(publisher: HTTPServer, visit: Visit, location: str) -> None:
    head = f"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: {location.format(port=visit.port)}\r\n\r\n"
    publisher.expect_request("/secret").respond_with_data(b"secret")
    with raw_server(saying(head.encode())) as redirecting:
        with pytest.raises(FetchError):
            redirecting.fetch()
        assert redirecting.time.slept == []
    assert len(publisher.log) == 0


@given(st.one_of(st.text(), st.builds("https://{}".format, st.text()), st.none()))
def test_any_location_gives_an_address_or_an_error_of_ours(location: str | None) -> None:
    with suppress(FetchError):
        assert redirect_target(f"https://{HOST}/bill.xml", location)


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "127.0.0.2", "169.254.169.254", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"]
)
def test_a_redirect_to_an_allowed_host_at_a_private_address_is_refused(
    publisher: HTTPServer, visit: Visit, address: str
) -> None:
    visit.addresses[OTHER_HOST] = [address]
    publisher.expect_request("/bill.xml").respond_with_data(
        "", status=302, headers={"Location": visit.url("/secret", host=OTHER_HOST)}
    )
    with pytest.raises(RefusedError, match="not public"):
        visit.fetch(hosts=frozenset({HOST, OTHER_HOST}))


def test_a_host_that_moves_to_a_private_address_between_two_requests_is_refused(
    publisher: HTTPServer, visit: Visit
) -> None:
    publisher.expect_request("/bill.xml").respond_with_data(b"", headers={"Connection": "close"})
    with visit.fetcher() as fetcher:
        fetcher.fetch(Request(visit.url()), make_source(), None)
        visit.addresses[HOST] = ["127.0.0.1", "192.168.0.1"]
        with pytest.raises(RefusedError, match=r"192\.168\.0\.1, which is not public"):
            fetcher.fetch(Request(visit.url()), make_source(), None)


def test_https_is_the_only_scheme_without_the_test_flag(publisher: HTTPServer, visit: Visit) -> None:
    with (
        LiveFetcher(CONTACT, loopback=frozenset({("127.0.0.1", visit.port)})) as fetcher,
        pytest.raises(RefusedError, match="only https"),
    ):
        fetcher.fetch(Request(visit.url()), make_source(), None)
    assert len(publisher.log) == 0


def test_the_loopback_is_refused_without_the_test_exception(publisher: HTTPServer, visit: Visit) -> None:
    manners = Manners(attempts=1)
    with (
        LiveFetcher(CONTACT, manners=manners, resolve=lambda host, port: ["127.0.0.1"]) as fetcher,
        pytest.raises(RefusedError, match="not public"),
    ):
        fetcher.fetch(Request(f"https://{HOST}/"), make_source(), None)


def test_tls_asks_for_the_host_by_name_at_the_vetted_address() -> None:
    greetings: list[bytes] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def greet() -> None:
            connection, _ = listener.accept()
            with connection:
                greetings.append(connection.recv(65536))

        thread = threading.Thread(target=greet)
        thread.start()
        visit = make_visit(listener.getsockname()[1])
        visit.scheme, visit.manners = "https", Manners(attempts=1)
        with pytest.raises(RefusedError, match=r"robots\.txt cannot be read"):
            visit.fetch()
        thread.join()
    assert greetings[0].startswith(b"\x16\x03")  # a TLS greeting
    assert HOST.encode() in greetings[0]


# Bodies within bounds


def test_a_body_may_be_as_large_as_the_source_says_and_no_larger(publisher: HTTPServer, visit: Visit) -> None:
    publisher.expect_request("/bill.xml").respond_with_data(b"x" * 1000)
    assert len(visit.document(maximum_bytes=1000).body) == 1000
    with pytest.raises(RefusedError, match="larger than 999 bytes"):
        visit.fetch(maximum_bytes=999)


def test_gzip_is_undone(publisher: HTTPServer, visit: Visit) -> None:
    body = bytes(range(256)) * 4000
    twice = gzip.compress(body[:1000], mtime=0) + gzip.compress(body[1000:])
    publisher.expect_request("/bill.xml").respond_with_data(twice, headers={"Content-Encoding": "gzip"})
    document = visit.document()
    assert document.body == body
    assert document.sha256 == hashlib.sha256(body).hexdigest()


def test_a_gzip_bomb_is_refused_before_it_fills_memory() -> None:
    bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(bomb.compress(bytes(1024 * 1024)) for _ in range(40)) + bomb.flush()
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    with raw_server(saying(head, packed)) as visit:
        tracemalloc.start()
        try:
            with pytest.raises(RefusedError, match="larger than 1000000 bytes"):
                visit.fetch(maximum_bytes=1_000_000)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 6_000_000


@pytest.mark.parametrize(
    ("body", "encoding", "message"),
    [
        (gzip.compress(b"<bill/>" * 100, mtime=0)[:-9], "gzip", "cut short"),
        (b"", "gzip", "cut short"),
        (b"<bill/>", "gzip", "unreadable"),
        (gzip.compress(b"<bill/>", mtime=0) + b"more", "gzip", "unreadable"),
        (gzip.compress(gzip.compress(b"<bill/>", mtime=0), mtime=0), "gzip, gzip", "did not ask for"),
        (b"<bill/>", "br", "did not ask for"),
    ],
)
def test_a_damaged_or_unknown_encoding_is_an_error(
    publisher: HTTPServer, visit: Visit, body: bytes, encoding: str, message: str
) -> None:
    publisher.expect_request("/bill.xml").respond_with_data(body, headers={"Content-Encoding": encoding})
    with pytest.raises(FetchError, match=message):
        visit.fetch()


def test_an_endless_body_is_refused(publisher: HTTPServer, visit: Visit) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 10_000

    publisher.expect_request("/bill.xml").respond_with_handler(lambda _: ServerResponse(endless()))
    with pytest.raises(RefusedError, match="larger than 100000 bytes"):
        visit.fetch(maximum_bytes=100_000)


def test_a_content_length_that_promises_more_is_an_error() -> None:
    with raw_server(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<bill/>")) as visit:
        visit.manners = Manners(pause=0.0, attempts=2)
        with pytest.raises(FetchError, match="after 2 attempts"):
            visit.fetch()


def test_a_content_length_that_promises_less_does_not_lift_the_limit() -> None:
    body = gzip.compress(bytes(100_000), mtime=0)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with raw_server(saying(head, body, b"more than was promised")) as visit:
        assert len(visit.document(maximum_bytes=100_000).body) == 100_000
        with pytest.raises(RefusedError, match="larger"):
            visit.fetch(maximum_bytes=99_999)


@pytest.mark.parametrize(
    "answer",
    [
        b"220 mail.example ESMTP\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 300_000,
        b"",
    ],
)
def test_an_answer_that_is_not_http_is_an_error(answer: bytes) -> None:
    with raw_server(saying(answer)) as visit, pytest.raises(FetchError, match=r"unreadable|after 3 attempts"):
        visit.fetch()


# The mirror


def make_mirror(root: Path, path: str = f"{HOST}/bill.xml", body: bytes = b"<bill/>") -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)
    return file


def from_mirror(root: Path, url: str, known: Known | None = None, **source: Any) -> Document | NotModified:
    return MirrorFetcher(root, now=lambda: START).fetch(Request(url), make_source(**source), known)


def test_a_mirrored_document_carries_its_provenance(tmp_path: Path) -> None:
    found = make_mirror(tmp_path).stat()
    assert from_mirror(tmp_path, f"https://{HOST}/bill.xml") == Document(
        url=f"https://{HOST}/bill.xml",
        body=b"<bill/>",
        content_type="application/xml",
        fetched_at=START,
        sha256=hashlib.sha256(b"<bill/>").hexdigest(),
        etag=f'"7-{found.st_mtime_ns}"',
    )


def test_a_mirrored_file_that_did_not_change_is_not_modified(tmp_path: Path) -> None:
    url = f"https://{HOST}/bill.xml"
    file = make_mirror(tmp_path)
    document = from_mirror(tmp_path, url)
    assert isinstance(document, Document)
    known = make_known(etag=document.etag)
    assert from_mirror(tmp_path, url, known) == NotModified(url)
    os.utime(file, ns=(0, 1))
    assert isinstance(from_mirror(tmp_path, url, known), Document)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        (f"https://{HOST}/a/b.xml", f"{HOST}/a/b.xml"),
        (f"HTTPS://{HOST.upper()}:443/a/B.xml#part", f"{HOST}/a/B.xml"),
        (f"https://{HOST}", f"{HOST}/index.html"),
        (f"https://{HOST}/", f"{HOST}/index.html"),
        (f"https://{HOST}?a=b", f"{HOST}/index.html?a=b"),
        (f"https://{HOST}/rss/feeds/?type=press", f"{HOST}/rss/feeds/index.html?type=press"),
        (f"https://{HOST}/open-recs2-csv?q=", f"{HOST}/open-recs2-csv?q="),
        (f"https://{HOST}/d.json?c%5Bt%5D=%22a+b%22&p=1", f"{HOST}/d.json?c%5Bt%5D=%22a+b%22&p=1"),
        (f"https://{HOST}/STATE%20budget%20by%20country.12.csv", f"{HOST}/STATE budget by country.12.csv"),
        (f"https://{HOST}/STATE budget.csv", f"{HOST}/STATE budget.csv"),
        (f"https://{HOST}/go?to=https://x/../../y", f"{HOST}/go?to=https:%2F%2Fx%2F..%2F..%2Fy"),
    ],
)
def test_a_url_maps_to_a_file(url: str, path: str) -> None:
    assert str(mirror_path(url)) == path


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.xml",
        "/a/../../secret.xml",
        "/%2e%2e/secret.xml",
        "/%2E%2E/%2e./secret.xml",
        "/a/..",
        "/./bill.xml",
        "/..%2fsecret.xml",
        "/%2fetc/passwd",
        "/..%5csecret.xml",
        "/bill.xml%00",
        "/a%0ab",
        "/link.xml",
        "/folder/secret.xml",
        "/absolute.xml",
    ],
)
def test_a_mirror_never_gives_what_lies_outside(tmp_path: Path, path: str) -> None:
    root = tmp_path / "mirror"
    make_mirror(root)
    make_mirror(tmp_path, "secret.xml", b"secret")
    (root / HOST / "link.xml").symlink_to("../../secret.xml")
    (root / HOST / "folder").symlink_to("../..", target_is_directory=True)
    (root / HOST / "absolute.xml").symlink_to(tmp_path / "secret.xml")
    with pytest.raises(RefusedError):
        from_mirror(root, f"https://{HOST}{path}")


@pytest.mark.parametrize(
    "path",
    ["/none.xml", "/folder", "/folder/", "/bill.xml/more", "/bill.xml?q=1", "/" + "x" * 300, "/loop.xml"],
)
def test_what_the_mirror_lacks_is_not_found(tmp_path: Path, path: str) -> None:
    make_mirror(tmp_path)
    (tmp_path / HOST / "folder").mkdir()
    (tmp_path / HOST / "loop.xml").symlink_to("loop.xml")
    url = f"https://{HOST}{path}"
    with pytest.raises(NotFoundError) as caught:
        from_mirror(tmp_path, url)
    assert caught.value.url == url


@pytest.mark.parametrize(
    "url",
    [
        f"https://{OTHER_HOST}/bill.xml",
        f"http://{HOST}/bill.xml",
        f"https://user@{HOST}/bill.xml",
        f"https://{HOST}:8443/bill.xml",
        f"file:///{HOST}/bill.xml",
        "https://../bill.xml",
        "https:///etc/passwd",
    ],
)
def test_a_mirror_is_as_strict_with_urls_as_the_network(tmp_path: Path, url: str) -> None:
    make_mirror(tmp_path)
    make_mirror(tmp_path, f"{OTHER_HOST}/bill.xml")
    with pytest.raises(RefusedError):
        from_mirror(tmp_path, url)


def test_a_mirrored_file_may_be_as_large_as_the_source_says(tmp_path: Path) -> None:
    make_mirror(tmp_path)
    assert isinstance(from_mirror(tmp_path, f"https://{HOST}/bill.xml", maximum_bytes=7), Document)
    with pytest.raises(RefusedError, match="larger than 6 bytes"):
        from_mirror(tmp_path, f"https://{HOST}/bill.xml", maximum_bytes=6)


def test_a_mirror_may_itself_be_reached_through_a_link(tmp_path: Path) -> None:
    make_mirror(tmp_path / "real")
    (tmp_path / "link").symlink_to("real", target_is_directory=True)
    assert isinstance(from_mirror(tmp_path / "link", f"https://{HOST}/bill.xml"), Document)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/a.xml", "application/xml"),
        ("/a.XML", "application/xml"),
        ("/a.zip", "application/zip"),
        ("/a.json?x=1.csv", "application/json"),
        ("/a.csv", "text/csv"),
        ("/a.htm", "text/html"),
        ("/a/", "text/html"),
        ("/a.pdf", "application/octet-stream"),
        ("/open-recs2-csv?q=a.xml", "application/octet-stream"),
    ],
)
def test_a_mirrored_files_extension_gives_its_content_type(path: str, expected: str) -> None:
    assert mirror_content_type(mirror_path(f"https://{HOST}{path}"), b"") == expected


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        # A feed at an address that ends in a stroke has the name of a page.
        ("/rss/feeds/?type=press", b"\n\n<!-- made by x -->\n<rss version='2.0'>", "application/xml"),
        ("/rss/feeds/", b"<!DOCTYPE html><html><rss>", "text/html"),
        ("/a.html", b"Hello, world\n", "text/html"),
        ("/RSS.ashx?Code=FA00", b'<?xml version="1.0"?><rss version="2.0">', "application/xml"),
        ("/feed", b"\xef\xbb\xbf<feed xmlns='http://www.w3.org/2005/Atom'>", "application/xml"),
        ("/feed", b'<?xml version="1.0"?>\n<!DOCTYPE html>\n<html>', "text/html"),
        ("/crsreport?format=json", b'{\n "CRSReports": []', "application/json"),
        ("/open-recs2-csv?q=", b'"Title: Download of GAO Recommendation Results",,,\r\n', "text/csv"),
        ("/list", b"RowNumber,ProductNumber,CoverDate\n1,2,3\n", "text/csv"),
        ("/all", b"PK\x03\x04rest", "application/zip"),
        ("/a.json", b"<!DOCTYPE html>", "application/json"),
        ("/a", b"\x00\x01\x02", "application/octet-stream"),
        ("/a", b"", "application/octet-stream"),
    ],
)
def test_where_the_name_does_not_say_the_first_bytes_do(path: str, body: bytes, expected: str) -> None:
    assert mirror_content_type(mirror_path(f"https://{HOST}{path}"), body) == expected


@pytest.mark.parametrize(
    ("asked", "kept", "found"),
    [
        ("/v3/list?sort=a&limit=250&format=json", "v3/list?sort=a&limit=2&format=json", True),
        ("/v3/list?sort=a&limit=250&format=json", "v3/list?sort=b&limit=2&format=json", False),
        ("/v3/list?offset=250&limit=250", "v3/list?limit=2", False),
        ("/v3/list?sort=a", "v3/list?sort=a&limit=2", False),
        ("/reports/federal", "reports/federal.fragment.html", True),
        ("/reports/federal?page=1", "reports/federal.fragment.html", False),
    ],
)
def test_a_shorter_page_or_a_piece_of_one_stands_in_for_what_the_mirror_lacks(
    tmp_path: Path, asked: str, kept: str, found: bool
) -> None:
    path = tmp_path / HOST / kept
    path.parent.mkdir(parents=True)
    path.write_bytes(b"kept")
    if found:
        document = from_mirror(tmp_path, f"https://{HOST}{asked}")
        assert isinstance(document, Document)
        assert (document.body, document.url) == (b"kept", f"https://{HOST}{asked}")
    else:
        with pytest.raises(NotFoundError):
            from_mirror(tmp_path, f"https://{HOST}{asked}")


def test_a_stand_in_may_not_lead_out_of_the_mirror(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "list?limit=2").write_bytes(b"secret")
    (tmp_path / "mirror" / HOST).mkdir(parents=True)
    (tmp_path / "mirror" / HOST / "v3").symlink_to(tmp_path / "secret", target_is_directory=True)
    (tmp_path / "mirror" / HOST / "x.fragment.html").symlink_to(tmp_path / "secret" / "list?limit=2")
    for path in ("/v3/list?limit=250", "/x"):
        with pytest.raises((RefusedError, NotFoundError)):
            from_mirror(tmp_path / "mirror", f"https://{HOST}{path}")


def test_the_fetcher_is_chosen_by_whether_a_mirror_is_set(tmp_path: Path) -> None:
    assert isinstance(fetcher_from(str(tmp_path), CONTACT), MirrorFetcher)
    for unset in (None, ""):
        live = fetcher_from(unset, CONTACT)
        assert isinstance(live, LiveFetcher)
        live.close()


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("url", "content_type"),
    [
        ("https://www.govinfo.gov/rss/billstatus-batch.xml", "application/xml"),
        ("https://www.gao.gov/open-recs2-csv?q=", "text/csv"),
        ("https://www.appropriations.senate.gov/rss/feeds/?type=press", "application/xml"),
        (
            "https://www.federalregister.gov/api/v1/documents.json?conditions%5Bterm%5D=%22arms+sales+"
            "notification%22&conditions%5Bagencies%5D%5B%5D=defense-department&conditions%5Btype%5D%5B%5D="
            "NOTICE&per_page=100",
            "application/json",
        ),
        (
            "https://raw.githubusercontent.com/CSISdefense/ForeignAssistance/master/FA_CSVs/"
            "STATE%20budget%20by%20country.12.csv",
            "text/csv",
        ),
        ("https://api.congress.gov/v3/bill/119/hr/1/actions?limit=3&format=json", "application/json"),
    ],
)
def test_real_addresses_are_found_in_the_real_mirror(url: str, content_type: str) -> None:
    hosts = frozenset({url.split("/")[2]})
    document = from_mirror(mirror_root(), url, hosts=hosts)
    assert isinstance(document, Document)
    assert document.body
    assert document.content_type == content_type
