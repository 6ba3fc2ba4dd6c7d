"""The mail service in a real browser: every step of it by keyboard alone, for everybody, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect
from sqlalchemy import URL, create_engine

from tests import small_site
from tests.browser.checks import assert_for_everybody, tab_to
from tests.browser.serving import served
from tests.sites import Sites
from tests.subscriptions.asking import rows
from tracker.db import writing
from tracker.models import DigestKind, Purpose
from tracker.subscriptions.mails import from_values
from tracker.subscriptions.requests import note, take
from tracker.subscriptions.rules import AskedFollow, FollowAsk, ManageAsk
from tracker.subscriptions.store import DIGEST, find_subscriber
from tracker.tokens import Unsubscribes, address_key, mailed_token, unsubscribe_token

pytestmark = pytest.mark.browser

SECRET = "x"
"""As `served` has it."""


class Site:
    """A site over the small database, to which readers can be added."""

    def __init__(self, address: str, url: URL) -> None:
        self.address = address
        self.engine = create_engine(url)

    def asked(self, reader: str, *follows: AskedFollow) -> str:
        """The path of the confirmation link that a reader was mailed."""
        self._ask(reader, FollowAsk(follows=follows))
        return f"/confirm/{self._token(reader, DigestKind.CONFIRMATION, Purpose.CONFIRM)}"

    def manage_link(self, reader: str) -> str:
        self._ask(reader, ManageAsk())
        return f"/manage/{self._token(reader, DigestKind.MANAGE, Purpose.MANAGE)}"

    def unsubscribe_link(self, reader: str) -> str:
        return f"/u/{unsubscribe_token(SECRET, Unsubscribes.SUBSCRIBER, self._row(reader).public_id)}"

    def _ask(self, reader: str, ask: Any) -> None:
        now = datetime.now(UTC)
        with writing(self.engine) as connection:
            note(connection, SECRET, reader, reader, ask, now)
        take(self.engine, SECRET, now)

    def _row(self, reader: str) -> Any:
        with self.engine.connect() as connection:
            return find_subscriber(connection, address_key(SECRET, reader))

    def _token(self, reader: str, kind: DigestKind, purpose: Purpose) -> str:
        of_reader = DIGEST.c.subscriber_id == self._row(reader).id
        values: Any = from_values(
            kind, rows(self.engine, DIGEST, of_reader, DIGEST.c.kind == kind)[-1].values
        )
        return mailed_token(SECRET, purpose, values.seed)


@pytest.fixture(scope="module")
def site(sites: Sites, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The small site, which has readers here."""
    url = sites.database(small_site.fill)
    with served(url, tmp_path_factory.mktemp("follows")) as address:
        made = Site(address, url)
        yield made
        made.engine.dispose()


FOLLOWED = (
    AskedFollow("country:EGY"),
    AskedFollow("search:measure", ("status", "cosponsors"), at_once=True),
    AskedFollow("bill:119-hr-5001"),
)


def test_every_page_behind_a_link_is_for_everybody(page: Page, site: Site) -> None:
    path = site.asked("ann@example.org", *FOLLOWED)
    page.goto(site.address + path)
    assert_for_everybody(page)
    page.get_by_role("button", name="Yes, send me this").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You follow it now")
    assert_for_everybody(page)
    page.goto(site.address + path)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link was followed already")
    assert_for_everybody(page)
    page.goto(site.address + site.manage_link("ann@example.org"))
    assert_for_everybody(page)
    page.get_by_role("button", name="Open it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What you get")
    assert_for_everybody(page)
    page.goto(site.address + site.unsubscribe_link("ann@example.org"))
    assert_for_everybody(page)
    page.get_by_role("button", name="End all mail").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("It has ended")
    assert_for_everybody(page)
    page.goto(f"{site.address}/manage")
    expect(page.get_by_text("You ended all mail.")).to_be_visible()
    assert_for_everybody(page)
    page.get_by_label("Delete my address and all that belongs to it").check()
    page.get_by_role("button", name="Erase everything now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We know nothing of you any more")
    assert_for_everybody(page)


def test_from_a_bill_to_the_confirmation_by_keyboard_alone(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/bills/119-hr-5999")
    tab_to(page, "Follow this measure")
    page.keyboard.press("Enter")
    page.wait_for_url("**/follow?target=bill:119-hr-5999")
    tab_to(page, "Your e-mail address")
    page.keyboard.type("keys@example.org")
    tab_to(page, "The rest of the record")
    page.keyboard.press("Space")
    tab_to(page, "Every day on which something changed")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Send me the confirmation mail")
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=20), tick=True):
        page.keyboard.press("Enter")  # what is sent faster than anybody reads is not taken
        page.wait_for_url("**/follow/asked")
    take(site.engine, SECRET, datetime.now(UTC))
    row = site._row("keys@example.org")
    assert row.frequency == "weekly"
    path = f"/confirm/{site._token('keys@example.org', DigestKind.CONFIRMATION, Purpose.CONFIRM)}"
    page.goto(site.address + path)
    tab_to(page, "Yes, send me this")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("You follow it now")
    page.get_by_role("link", name="Change kinds, times and more now").click()
    expect(page.get_by_role("link", name="H.R. 5999: A new measure")).to_be_visible()


def test_what_is_wrong_leads_to_its_field(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/follow?target=country:EGY")
    page.get_by_label("Your e-mail address").fill("nobody@nowhere")
    page.get_by_role("button", name="Send me the confirmation mail").click()
    assert_for_everybody(page)
    page.get_by_role("alert").get_by_role("link", name="Write an e-mail address").click()
    expect(page.get_by_label("Your e-mail address")).to_be_focused()
    expect(page.get_by_label("Your e-mail address")).to_have_accessible_description(
        "Used for these mails and nothing else. It is shown to nobody, and you can erase it yourself. "
        "Write an e-mail address, such as name@example.org."
    )


def test_nobody_sees_or_reaches_the_trap(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/subscribe")
    trap = page.locator("#website")
    assert trap.bounding_box() is None or (
        trap.evaluate("it => it.closest('.visually-hidden').offsetWidth") <= 1
    )
    assert trap.get_attribute("tabindex") == "-1"
    expect(page.get_by_label("Leave this empty")).to_have_count(1)
    assert page.get_by_role("textbox", name="Leave this empty").count() == 0, "not for screen readers either"


def test_all_of_it_works_without_scripts(plain_page: Page, site: Site) -> None:
    path = site.asked("plain@example.org", *FOLLOWED)
    page = plain_page
    page.goto(site.address + path)
    page.get_by_role("checkbox", name="H.R. 5001").uncheck()
    page.get_by_role("button", name="Yes, send me this").click()
    page.goto(f"{site.address}/manage")
    expect(page.get_by_role("heading", level=3)).to_have_count(2)
    page.get_by_role("button", name="Pause for two weeks").click()
    expect(page.get_by_role("status")).to_contain_text("No digest for two weeks")
    page.locator("summary", has_text="Change Search for measure").click()
    page.get_by_role("button", name="Mute H.R. 5999 in Search for measure").click()
    expect(page.get_by_role("status")).to_contain_text("You hear no more of that item")
    page.get_by_role("button", name="Stop following Egypt").click()
    expect(page.get_by_role("heading", level=3)).to_have_count(1)
