"""What holds for every page, page by page: a new page needs one line in this table."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests import arms_sales, bundled, law_site, roll_calls, small_site, watchdogs
from tests.browser.checks import assert_for_everybody, assert_on_paper
from tests.browser.serving import Address
from tests.sites import Fill

pytestmark = pytest.mark.browser

LAW = "/bills/119-hr-7148/texts"
PAGES: dict[Fill, tuple[str, ...]] = {
    small_site.fill: (
        "/", "/changes", "/status", "/about", "/search", "/search?q=military",
        "/bills", "/bills?q=zzzz", "/bills?congress=x", "/bills/119-hr-983", "/bills/119-hr-5001", "/bills/119-hr-5006",
        "/bills/119-hr-77777", "/bills/119-hr-983/leave-behind", "/legislators", "/legislators/S000033",
        "/countries", "/countries?q=guinea", "/countries?q=Egipt", "/countries/ISR", "/countries/HND", "/countries/AND",
        "/countries/EGY", "/countries/MEX", "/countries/UKR", "/countries/Egipt",
        "/assistance", "/assistance?year=2020&sort=name", "/assistance/method",
        "/subscribe", "/follow?target=bill:119-hr-5001", "/follow?target=nonsense",
        "/follow?target=country:EGY&target=search:vetted+units&target=x", "/follow/asked", "/manage", "/manage/asked",
        "/manage/nonsense", "/confirm/nonsense",
    ),
    law_site.fill_with_versions: (
        "/deadlines", "/deadlines?group=overdue&country=EGY", "/calendar",
        f"{LAW}/enr", f"{LAW}/enr/f-7041", f"{LAW}/eh..enr", f"{LAW}/eh..enr/f-7041",
    ),
    bundled.fill: (
        "/appropriations", "/appropriations/2026-nsrp", "/appropriations/2026-nsrp/conditions",
        "/appropriations/2025-nsrp/conditions", "/appropriations/2027-defense", "/appropriations/none",
        "/appropriations/accounts/FMF", "/countries/EGY",
        "/recommendations", "/recommendations?by=promises&order=region",
        "/recommendations?region=pacific-islands&by=promises", "/recommendations/restrict-alliances-with-abusers",
        "/recommendations/x", "/promises/ppd23-guideline-3", "/promises/ppd23-guideline-6",
    ),
    watchdogs.fill: (
        "/reports", "/reports?q=nothing", "/reports/gao-25-107622", "/reports/gao-25-107003", "/reports/gao-99-1",
        "/audit-recommendations", "/audit-recommendations/gao-25-107622-3", "/audit-recommendations/x",
        "/countries/EGY", "/recommendations/restrict-alliances-with-abusers", "/search?q=vetting",
    ),
    roll_calls.fill_site: (
        "/votes?member=S000033", "/votes?country=EGY", "/votes/119-s1-165?state=VT", "/votes/119-h1-281?state=NC",
        "/votes/118-s2-292", "/votes/119-h1-9", "/bills/119-sjres-33", "/legislators/S000033",
        "/countries/ISR?state=VT",
    ),
    arms_sales.fill: (
        "/arms-sales", "/arms-sales?country=FRA", "/arms-sales/26-23", "/arms-sales/26-1C", "/arms-sales/24-48",
        "/arms-sales/2026-06-singapore-hellfire-missiles", "/arms-sales/99-99", "/countries/SGP", "/search?q=radars",
    ),
}  # fmt: skip
WIDER_THAN_PAPER = "by=promises"
"""Thirteen columns; a sheet held upright has room for three."""
CASES = [
    pytest.param(fill, path, id=f"{fill.__module__.rpartition('.')[2]} {path}")
    for fill, paths in PAGES.items()
    for path in paths
]


@pytest.mark.parametrize(("fill", "path"), CASES)
def test_a_page_is_for_everybody(tab: Page, address_of: Address, fill: Fill, path: str) -> None:
    tab.goto(address_of(fill) + path)
    assert_for_everybody(tab)
    if WIDER_THAN_PAPER not in path:
        assert_on_paper(tab)
