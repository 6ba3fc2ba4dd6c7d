"""A real Chromium for the tests in this folder, cut off from every host but this one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.checks import WIDE, watch
from tests.browser.serving import Address, served
from tests.missing import missing
from tests.sites import Fill, Sites

QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
OURS = {"127.0.0.1", "localhost"}


# Per package, not per session: while playwright runs, its event loop counts as running in this thread,
# and a later test that calls asyncio.run would fail.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, started once. Without one the tests are skipped, except where CI promises it."""
    executable = shutil.which("chromium")
    if executable is None:
        missing("no chromium on the path")
    arguments = QUIET + (["--no-sandbox"] if os.geteuid() == 0 else [])
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def address_of(sites: Sites, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """Where a site that is only read is served, from a thread: `address_of(small_site.fill)`. Each is served once."""
    addresses: dict[Fill, str] = {}
    with ExitStack() as opened:

        def address(fill: Fill) -> str:
            if fill not in addresses:
                folder = tmp_path_factory.mktemp("served")
                addresses[fill] = opened.enter_context(served(sites.database(fill), folder))
            return addresses[fill]

        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a context of its own. Requests to other hosts are remembered and refused."""
    context = _context(browser)
    yield _page(context)
    context.close()


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    """The same without scripts."""
    context = _context(browser, java_script_enabled=False)
    yield _page(context)
    context.close()


@pytest.fixture(scope="package")
def onlooker(browser: Browser) -> Iterator[BrowserContext]:
    """Somebody who only looks: what pages share is loaded once."""
    context = _context(browser)
    yield context
    context.close()


@pytest.fixture
def tab(onlooker: BrowserContext) -> Iterator[Page]:
    """A page that is only looked at."""
    page = _page(onlooker)
    yield page
    page.close()


def _context(browser: Browser, **more: Any) -> BrowserContext:
    context = browser.new_context(viewport=WIDE, **more)
    context.route(lambda address: urlsplit(address).hostname not in OURS, lambda route: route.abort())
    return context


def _page(context: BrowserContext) -> Page:
    page = context.new_page()
    watch(page)
    return page
