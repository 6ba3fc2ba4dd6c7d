"""What notices of arms sales do besides what their format promises: a case for each oddity."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from scrapers.arms_sales import article, articles, dollars, estimated_total, one_line, written_day
from scrapers.errors import DriftError
from scrapers.records import ArmsSaleNotice, EarlierReport, SaleArticle, SaleKind
from scrapers.source import Document, Request
from scrapers.sources import federal_register_arms_sales as register
from scrapers.sources import state_arms_sales as state
from tests.arms_sales import (
    ADDRESSES,
    CORRECTION,
    GERMANY,
    HELLFIRE,
    JAPAN,
    JORDAN,
    SINGAPORE,
    SWEDEN,
    TUNISIA,
    saved,
)


def document(name: str, text: str | None = None, url: str | None = None) -> Document:
    body = (saved(name) if text is None else text).encode()
    at = datetime(2026, 11, 2, tzinfo=UTC)
    return Document(url or ADDRESSES[name], body, "text/plain", at, "")


def notice(name: str, text: str | None = None) -> ArmsSaleNotice:
    source = state if name.endswith(".html") else register
    (found,) = source.parse(document(name, text))
    assert isinstance(found, ArmsSaleNotice)
    return found


# --- amounts, days and lists ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("$ 0", 0), ("$0", 0), ("$280 million", 280_000_000), ("$82.50 million", 82_500_000),
        ("$ 0.64 million", 640_000), ("$1.2 billion", 1_200_000_000), ("$  8.50\n billion", 8_500_000_000),
        ("$.63 billion", 630_000_000), ("$1,234,567", 1_234_567), ("$500 thousand", 500_000),
    ],
)  # fmt: skip
def test_an_amount_is_whole_dollars(text: str, amount: int) -> None:
    assert dollars(text) == amount


@pytest.mark.parametrize("text", ["", "TBD", "280 million", "$280 millions", "$1.234567891 million", "$ - 5"])
def test_what_is_no_amount_is_drift(text: str) -> None:
    with pytest.raises(DriftError):
        dollars(text)


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("The estimated total cost is $280 million.", 280_000_000),
        ("The total estimated cost\nis $95 million.", 95_000_000),
        ("The estimated total program cost is $1.5 billion.", 1_500_000_000),
        ("The original case, valued at $12.4 million ($9.4 million in MDE), included training.", None),
        ("The estimated total cost of the new items was $0.63 billion.", None),
    ],
)
def test_only_the_estimate_of_the_whole_is_the_total(text: str, total: int | None) -> None:
    assert estimated_total(text) == total


@pytest.mark.parametrize("text", ["February 30, 2026", "26 February 2026", "Febuary 26, 2026", ""])
def test_what_is_no_day_is_drift(text: str) -> None:
    with pytest.raises(DriftError):
        written_day(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Twenty (20) M142 rocket systems", SaleArticle("M142 rocket systems", 20)),
        ("one hundred forty-four (144) sets", SaleArticle("sets", 144)),
        ("Two thousand one hundred (2,100) bombs", SaleArticle("bombs", 2100)),
        ("an additional ten (10) missiles", SaleArticle("missiles", 10)),
        ("M142 (HIMARS) launchers", SaleArticle("M142 (HIMARS) launchers")),
        ("test utility support (water, gas)", SaleArticle("test utility support (water, gas)")),
        ("five (5) years of spare parts", SaleArticle("five (5) years of spare parts")),
    ],
)
def test_a_quantity_is_the_figure_behind_its_word(text: str, found: SaleArticle) -> None:
    assert article(text, is_major=None) == found


def test_a_list_ends_in_words_that_name_nothing() -> None:
    text = "radios; spare parts;\nand other related elements of logistics and program support."
    assert [one.name for one in articles(text, is_major=False)] == ["radios", "spare parts"]


def test_a_line_that_ends_in_a_hyphen_or_a_stroke_goes_on_without_a_blank() -> None:
    assert (
        one_line("Ku band multi-\nfunction AN/\nPRC-158 and\n   radios")
        == "Ku band multi-function AN/PRC-158 and radios"
    )


# --- the Federal Register ---------------------------------------------------------------------------


def test_the_identity_of_a_notice_survives_new_links_and_another_telephone_number() -> None:
    text = saved(JORDAN)
    other = (
        text.replace("7a0f08", "ffee01")
        .replace("36434459", "00112233")
        .replace("(202) 555-0100", "(202) 555-0199")
    )
    assert other != text
    assert notice(JORDAN, other) == notice(JORDAN)
    assert notice(JORDAN, text.replace("radars", "raders")).text_sha256 != notice(JORDAN).text_sha256


def test_nothing_of_people_is_read() -> None:
    for name in (JORDAN, SINGAPORE, SWEDEN, JAPAN, GERMANY, CORRECTION):
        words = repr(notice(name))
        assert "555" not in words
        assert "Person" not in words
        assert "@" not in words


def test_both_spellings_of_a_transmittal_are_one() -> None:
    assert "[Transmittal No. 26-23]" in saved(JORDAN)
    assert "TRANSMITTAL NO RSAT 26-23" in saved(JORDAN)
    assert notice(JORDAN).transmittal == "26-23"


def test_two_different_transmittals_are_drift() -> None:
    with pytest.raises(DriftError, match="26-23 on top and 26-32 below"):
        notice(JORDAN, saved(JORDAN).replace("NO RSAT 26-23", "NO RSAT 26-32"))


def test_a_notice_says_who_what_how_much_and_when() -> None:
    found = notice(JORDAN)
    assert (found.purchaser, found.funding_source) == (
        "Government of Jordan",
        "Foreign Military Financing (FMF)",
    )
    assert (found.major_dollars, found.other_dollars, found.total_dollars) == (0, 280_000_000, 280_000_000)
    assert (found.delivered_on, found.published_on) == (date(2026, 2, 26), date(2026, 4, 15))
    assert (found.military_department, found.cases) == ("Army", ("JO-B-YFX",))
    assert found.title == "Jordan – Ku band multi-function radio frequency system radars"
    assert found.section == "36(b)(1)"
    assert found.kind is SaleKind.NOTIFICATION
    assert not any(one.is_major for one in found.articles)


def test_a_page_break_within_the_values_changes_nothing() -> None:
    found = notice(SINGAPORE)
    assert (found.major_dollars, found.other_dollars, found.total_dollars) == (
        82_500_000,
        640_000,
        83_140_000,
    )
    assert found.funding_source == "National Funds"


def test_wrapped_equipment_is_told_apart() -> None:
    major = [one for one in notice(SWEDEN).articles if one.is_major]
    assert [one.quantity for one in major] == [20, 35, 35, 35, 35, 20, 24]
    assert major[2].name == "M30A2 GMLRS alternative warhead (AW) pods with IMPS"


def test_prior_cases_are_kept_as_printed() -> None:
    assert notice(JAPAN).prior_cases == "JA-P-QOG, JA-P-QRB"


def test_values_that_do_not_add_up_are_drift() -> None:
    with pytest.raises(DriftError, match="do not add up"):
        notice(SWEDEN, saved(SWEDEN).replace("$160 million", "$60 million"))


def test_an_item_that_no_notice_had_is_drift() -> None:
    text = saved(JORDAN).replace("    (v) Prior Related Cases, if any: None", "    (v) Offsets, if any: None")
    with pytest.raises(DriftError, match="Offsets"):
        notice(JORDAN, text)


def test_a_notice_without_a_day_of_delivery_is_drift() -> None:
    with pytest.raises(DriftError, match="no day of delivery"):
        notice(JORDAN, saved(JORDAN).replace("Congress: February 26, 2026", "Congress: TBD"))


def test_an_emergency_is_noted() -> None:
    assert not notice(JORDAN).is_emergency
    text = saved(JORDAN).replace(
        "There will be no adverse", "The Secretary determined that an emergency\nexists. There"
    )
    assert notice(JORDAN, text).is_emergency


def test_an_enhancement_has_its_own_values_and_names_what_came_before() -> None:
    found = notice(GERMANY)
    assert (found.kind, found.section, found.transmittal, found.original) == (
        SaleKind.ENHANCEMENT, "36(b)(5)(C)", "26-1C", "23-26",
    )  # fmt: skip
    assert (found.major_dollars, found.other_dollars, found.total_dollars) == (
        5_000_000_000, 3_500_000_000, 8_500_000_000,
    )  # fmt: skip
    assert found.earlier == (
        EarlierReport("23-26", date(2023, 5, 11)), EarlierReport("25-0G", date(2025, 4, 23)),
    )  # fmt: skip
    assert found.articles == (SaleArticle("Radar Detecting Sets, AN/APR-39E(V)2", 72),)
    assert found.delivered_on == date(2026, 5, 19)


def test_an_enhancement_that_raises_the_total_gives_the_revised_one() -> None:
    text = saved(GERMANY)
    start = text.index("The estimated total case value of $8.50 \nbillion will remain unchanged.")
    end = text.index("(iv) Significance")
    raised = (
        "The estimated total case value will increase by $1.0 billion to a revised $9.5 billion. "
        "MDE will constitute $5.0 billion of this total.\n    "
    )
    assert notice(GERMANY, text[:start] + raised + text[end:]).total_dollars == 9_500_000_000


def test_a_correction_has_neither_purchaser_nor_value() -> None:
    found = notice(CORRECTION)
    assert (found.kind, found.transmittal, found.corrects) == (SaleKind.CORRECTION, "24-48", "2025-22709")
    assert (found.purchaser, found.total_dollars, found.articles, found.delivered_on) == (
        None,
        None,
        (),
        None,
    )


def test_a_notice_with_nothing_in_it_that_is_no_correction_is_drift() -> None:
    with pytest.raises(DriftError, match="neither a purchaser nor"):
        notice(
            CORRECTION,
            saved(CORRECTION).replace("Arms Sales Notification; Correction", "Arms Sales Notification"),
        )


@pytest.mark.parametrize("text", ["", "<html>Log in</html>", "<html><body><pre>Nothing</pre></body></html>"])
def test_another_page_in_place_of_a_notice_is_drift(text: str) -> None:
    with pytest.raises(DriftError):
        notice(JORDAN, text)


def test_the_list_leaves_out_what_is_no_notice() -> None:
    text = saved("documents.json").replace("Arms Sales Notification; Correction", "Privacy Act of 1974")
    found = list(register.parse(document("documents.json", text, register.NEWEST)))
    assert len(found) == 5
    assert all(isinstance(one, Request) and one.changed_at for one in found)


def test_a_years_list_of_more_than_a_page_is_drift() -> None:
    text = saved("documents.json").replace('"total_pages": 1', '"total_pages": 2')
    with pytest.raises(DriftError):
        list(register.parse(document("documents.json", text, register.of_year("2025"))))
    assert list(register.parse(document("documents.json", text, register.NEWEST)))


@pytest.mark.parametrize("year", ["", "26", "twenty", "2025&x"])
def test_a_year_is_a_year(year: str) -> None:
    with pytest.raises(ValueError, match="year"):
        list(register.requests({"year": year}))


# --- the State Department ---------------------------------------------------------------------------


def test_a_release_gives_its_number_where_it_has_one() -> None:
    found = notice(TUNISIA)
    assert (found.transmittal, found.purchaser, found.total_dollars) == (
        "26-16",
        "Government of Tunisia",
        95_000_000,
    )
    assert (found.published_on, found.delivered_on) == (date(2026, 4, 27), None)
    assert len(found.articles) == 38
    assert {one.is_major for one in found.articles} == {False}


def test_a_release_without_a_number_has_the_combined_total() -> None:
    found = notice(HELLFIRE)
    assert (found.transmittal, found.total_dollars, found.major_dollars) == (None, 22_300_000, None)
    assert found.articles[0] == SaleArticle("Hellfire missiles (AGM-114R)", 67)


@pytest.mark.parametrize(
    "line", ["26-13", "#26-27", "[Transmittal No. 26-74]", "Transmittal #26-16", "Transmittal No. RSAT 26-20"]
)
def test_a_number_line_has_many_forms(line: str) -> None:
    found = notice(TUNISIA, saved(TUNISIA).replace("Transmittal #26-16", line))
    assert found.transmittal == line.strip("[]#").split()[-1].strip("#]")


def test_a_release_on_something_else_is_drift() -> None:
    text = saved(TUNISIA).replace("Foreign Military Sales: Congressional Notification", "Press Statement")
    with pytest.raises(DriftError, match="no notification"):
        notice(TUNISIA, text)


def test_the_listing_names_releases_once_each() -> None:
    page = (
        '<a href="/releases/bureau-of-political-military-affairs/2026/06/singapore-hellfire-missiles/">A</a>'
        '<a href="https://www.state.gov/releases/bureau-of-political-military-affairs/2026/06/singapore-hellfire-missiles">A</a>'
        '<a href="https://www.state.gov/releases/office-of-the-spokesperson/2026/06/else/">B</a>'
        '<a href="https://example.org/releases/bureau-of-political-military-affairs/2026/06/x/">C</a>'
    )
    found = list(state.parse(document(TUNISIA, page, state.LISTING)))
    assert found == [Request(ADDRESSES[HELLFIRE])]
