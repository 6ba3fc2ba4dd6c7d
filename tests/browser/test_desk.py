"""The desk in a real browser: three links decided by keyboard alone and one taken back, and readable by all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import URL

from tests import law_site
from tests.browser.checks import assert_accessible, assert_for_everybody
from tests.browser.serving import served
from tests.sites import Sites
from tests.web.test_desk import ANN, PASSWORD, fill_with_ann

pytestmark = pytest.mark.browser

PAGES = ["/desk", "/desk/items/bill:119-hr-1", "/desk/held", "/desk/log", "/desk/facts"]


def fill(url: URL, folder: Path) -> None:
    """Four links that wait, and an act with a fact that does; Ann is an editor."""
    fill_with_ann(url, folder)
    law_site.fill(url, folder)


@pytest.fixture
def site(sites: Sites, tmp_path: Path) -> Iterator[str]:
    """A desk of the test's own, served from a thread."""
    with served(sites.database(fill), tmp_path) as address:
        yield address


def log_in(page: Page, site: str) -> None:
    """By keyboard."""
    page.goto(f"{site}/desk")
    page.get_by_label("E-mail address").focus()
    page.keyboard.type(ANN)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What waits for a person")).to_be_visible()


def last(page: Page) -> str:
    return page.locator("#undo span").first.inner_text()


def press(page: Page, key: str) -> None:
    """A key for the page as it is once its script runs, for what is already to be seen may come before that."""
    page.wait_for_load_state("load")
    page.keyboard.press(key)


def test_three_links_are_decided_by_keyboard_alone_and_one_is_taken_back(page: Page, site: str) -> None:
    log_in(page, site)
    entries = page.locator(".queue > li")
    expect(entries).to_have_count(4)
    first, second, third, fourth = (entries.nth(number).get_attribute("aria-label") for number in range(4))
    assert len({first, second, third, fourth}) == 4

    press(page, "j")
    press(page, "j")
    expect(entries.nth(1)).to_be_focused()
    press(page, "k")
    expect(entries.nth(0)).to_be_focused()

    press(page, "c")
    expect(entries).to_have_count(3)
    assert last(page) == f"Last you confirmed {first}."
    expect(entries.nth(0)).to_be_focused()  # the next stands where the decided one stood

    press(page, "r")
    expect(entries).to_have_count(2)
    assert last(page) == f"Last you rejected {second}."

    press(page, "j")
    press(page, "x")
    expect(entries.nth(1).get_by_role("checkbox")).to_be_checked()
    press(page, "x")
    expect(entries.nth(1).get_by_role("checkbox")).not_to_be_checked()
    press(page, "c")
    expect(entries).to_have_count(1)
    assert last(page) == f"Last you confirmed {fourth}."

    press(page, "u")
    expect(entries).to_have_count(2)
    expect(entries.nth(1)).to_have_attribute("aria-label", fourth or "")
    expect(page.get_by_role("status")).to_have_text("Undone.")
    assert_accessible(page)


def test_another_target_is_typed_where_keys_do_not_decide(page: Page, site: str) -> None:
    log_in(page, site)
    press(page, "j")
    press(page, "e")
    page.keyboard.type("Jamaica, rejected")  # j, c, r and u are only letters here
    expect(page.locator(".queue > li")).to_have_count(4)
    press(page, "ControlOrMeta+a")
    page.keyboard.type("Mali")
    press(page, "Enter")
    expect(page.locator(".queue > li")).to_have_count(3)
    assert "with it" in last(page)


def test_a_fact_is_decided_by_keyboard(page: Page, site: str) -> None:
    log_in(page, site)
    page.goto(f"{site}/desk/facts")
    press(page, "j")
    press(page, "e")
    expect(page.get_by_label("What is due")).to_be_focused()
    page.locator(".queue > li").focus()
    press(page, "c")
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    press(page, "u")
    expect(page.locator(".queue > li")).to_have_count(1)


def test_the_keys_can_be_switched_off(page: Page, site: str) -> None:
    log_in(page, site)
    page.get_by_text("By keyboard").click()
    page.get_by_label("Use the keys").uncheck()
    page.reload()
    press(page, "j")
    expect(page.locator(".queue > li").first).not_to_be_focused()


def test_every_page_is_for_everybody(page: Page, site: str) -> None:
    page.goto(f"{site}/desk/login")
    assert_for_everybody(page)
    log_in(page, site)
    for path in PAGES:
        page.goto(site + path)
        assert_for_everybody(page)


def test_everything_works_without_scripts(plain_page: Page, site: str) -> None:
    page = plain_page
    log_in(page, site)
    entries = page.locator(".queue > li")
    entries.nth(0).get_by_role("button", name="Confirm").click()
    expect(entries).to_have_count(3)
    for number in (0, 1):
        entries.nth(number).get_by_role("checkbox").check()
    page.get_by_role("button", name="Reject all that are selected").click()
    expect(entries).to_have_count(1)
    page.get_by_role("button", name="Undo what you decided last").click()
    expect(entries).to_have_count(3)
    page.goto(f"{site}/desk/items/bill:119-hr-1")
    page.get_by_label("advances").check()
    page.get_by_label("Which recommendation or promise").select_option(
        label="Restrict alliances with human-rights abusers"
    )
    page.get_by_label("Because").fill("Section 2 bars aid to units.")
    page.get_by_role("button", name="Judge").click()
    expect(page.get_by_text("Section 2 bars aid to units.").first).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in to the desk")).to_be_visible()
