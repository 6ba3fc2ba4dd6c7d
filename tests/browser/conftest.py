"""A real Chromium for the tests in this folder, cut off from every host but this one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.browser.checks import record_requests

QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
OURS = {"127.0.0.1", "localhost"}


# Per package, not per session: while playwright runs, its event loop counts as running in this thread,
# and a later test that calls asyncio.run would fail.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, started once. Without one the tests are skipped, except where CI promises it."""
    executable = shutil.which("chromium")
    if executable is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no chromium on the path, and CI must run the browser tests")
        pytest.skip("no chromium on the path")
    arguments = QUIET + (["--no-sandbox"] if os.geteuid() == 0 else [])
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a context of its own. Requests to other hosts are remembered and refused."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.route(lambda address: urlsplit(address).hostname not in OURS, _refuse)
    page = context.new_page()
    record_requests(page)
    yield page
    context.close()


def _refuse(route: Route) -> None:
    route.abort()
