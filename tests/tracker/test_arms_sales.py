"""Arms sales from documents to rows and changes, the clock of Congress, and which resolutions are against what."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from scrapers.records import ArmsSaleNotice, SaleArticle, SaleKind
from scrapers.sources.federal_register_arms_sales import of_year
from tests.arms_sales import (
    ADDRESSES,
    CORRECTION,
    GERMANY,
    HELLFIRE,
    JAPAN,
    JORDAN,
    NOTICES,
    REGISTER,
    SINGAPORE,
    STATE,
    SWEDEN,
    TUNISIA,
    publish,
    put_list,
    saved,
)
from tests.conftest import Collect, FakeClock
from tests.databases import rows_of, writes_of
from tests.publishing import Mirror
from tracker.arms_sales.facts import main_notice, together
from tracker.arms_sales.resolutions import Sale, is_disapproval, tie, transmittals_named
from tracker.arms_sales.review import Purchaser, load_terms, review
from tracker.arms_sales.words import amount, buyer_name, status_sentence, up_to
from tracker.db import writing
from tracker.linking.apply import relink
from tracker.linking.describe import described
from tracker.linking.evidence import Described, Field, FieldName
from tracker.linking.linker import packaged_linker
from tracker.linking.vocabulary import load_vocabulary
from tracker.models import ArmsSale, Change, Item, Link
from tracker.phrases import change_sentence

# --- the clock --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "delivered", "days", "purchaser"),
    [
        ("JOR", date(2026, 2, 26), 30, Purchaser.OTHER),
        ("TWN", date(2026, 2, 26), 30, Purchaser.OTHER),
        ("DEU", date(2026, 5, 19), 15, Purchaser.NATO_MEMBER),
        ("FIN", date(2023, 4, 3), 30, Purchaser.OTHER),
        ("FIN", date(2023, 4, 4), 15, Purchaser.NATO_MEMBER),
        ("SWE", date(2024, 3, 6), 30, Purchaser.OTHER),
        ("SWE", date(2024, 3, 7), 15, Purchaser.NATO_MEMBER),
        ("JPN", date(2026, 3, 24), 15, Purchaser.NAMED),
        ("AUS", date(2026, 3, 24), 15, Purchaser.NAMED),
        ("NZL", date(2026, 3, 24), 15, Purchaser.NAMED),
        ("KOR", date(2008, 10, 14), 30, Purchaser.OTHER),
        ("KOR", date(2008, 10, 15), 15, Purchaser.NAMED),
        ("ISR", date(2010, 10, 7), 30, Purchaser.OTHER),
        ("ISR", date(2010, 10, 8), 15, Purchaser.NAMED),
    ],
)
def test_who_buys_decides_how_many_days(
    country: str, delivered: date, days: int, purchaser: Purchaser
) -> None:
    clock = review(country, "Government of somewhere", delivered)
    assert (clock.days, clock.purchaser) == (days, purchaser)
    assert clock.last_day is not None
    assert (clock.last_day - delivered).days == days
    assert clock.because


def test_the_last_day_still_counts_and_the_next_does_not() -> None:
    clock = review("JOR", None, date(2026, 2, 26))
    assert clock.last_day == date(2026, 3, 28)
    assert (clock.days_left(date(2026, 3, 28)), clock.is_running(date(2026, 3, 28))) == (0, True)
    assert (clock.days_left(date(2026, 3, 29)), clock.is_running(date(2026, 3, 29))) == (-1, False)


@pytest.mark.parametrize(
    "name", ["NATO", "NATO Support and Procurement Agency (NSPA)", "the North Atlantic Treaty Organization"]
)
def test_the_alliance_itself_has_the_short_clock_and_no_country(name: str) -> None:
    assert review(None, name, date(2026, 1, 1)).purchaser is Purchaser.NATO


def test_without_a_country_or_a_day_nothing_is_guessed() -> None:
    unknown = review(None, "Multinational Force", date(2026, 1, 1))
    assert (unknown.days, unknown.last_day) == (None, None)
    undelivered = review("SGP", None, None)
    assert (undelivered.days, undelivered.last_day) == (30, None)


def test_an_emergency_has_no_clock() -> None:
    clock = review("ARE", None, date(2026, 3, 1), is_emergency=True)
    assert (clock.days, clock.last_day, clock.is_running(date(2026, 3, 2))) == (None, None, False)


def test_the_dated_data_names_countries_that_there_are_each_with_its_source() -> None:
    terms = load_terms()
    entries = load_vocabulary().entries
    codes = [*terms.nato.members, *(one.country for one in terms.named)]
    assert all(f"country:{code}" in entries for code in codes)
    assert len(terms.nato.members) == 31  # with the United States, which does not buy from itself, 32
    assert len(terms.named) == 5
    assert all(one.law for one in terms.named)
    assert terms.law.url.startswith("https://")


# --- in words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dollars", "words"),
    [
        (0, "$0"), (640_000, "$640,000"), (280_000_000, "$280 million"), (83_140_000, "$83.14 million"),
        (8_500_000_000, "$8.5 billion"), (1_000_000_000, "$1 billion"), (10_000_000_000, "$10 billion"),
    ],
)  # fmt: skip
def test_an_amount_in_words(dollars: int, words: str) -> None:
    assert amount(dollars) == words


def test_nought_and_nothing_are_two_marks() -> None:
    assert (up_to(0), up_to(None), up_to(5)) == ("$0", "not published", "up to $5")


def test_an_organisation_keeps_its_printed_name() -> None:
    assert buyer_name("Government of the Netherlands", "Netherlands") == "Netherlands"
    assert buyer_name("NATO Support and Procurement Agency", None) == "NATO Support and Procurement Agency"


def sentence(notice: ArmsSaleNotice, country: str | None, today: date) -> str:
    facts = together([notice])
    clock = review(country, facts.purchaser, facts.delivered_on, is_emergency=facts.is_emergency)
    return status_sentence(facts, clock, buyer_name(facts.purchaser, "Jordan"), today)


def made(**values: Any) -> ArmsSaleNotice:
    usual = {
        "url": "https://www.federalregister.gov/d/2026-1",
        "kind": SaleKind.NOTIFICATION,
        "published_on": date(2026, 4, 15),
        "heading": "Arms Sales Notification",
        "text_sha256": "0" * 64,
        "number": "2026-1",
        "transmittal": "26-23",
        "purchaser": "Government of Jordan",
        "total_dollars": 280_000_000,
        "delivered_on": date(2026, 2, 26),
    }
    return ArmsSaleNotice(**{**usual, **values})


@pytest.mark.parametrize(
    ("today", "ending"),
    [
        (date(2026, 3, 16), "Congress has until 28 March 2026, 12 days from today, to forbid it by joint resolution "
         "before an offer can be made."),
        (date(2026, 3, 27), "Congress has until 28 March 2026, tomorrow, to forbid it by joint resolution before an "
         "offer can be made."),
        (date(2026, 3, 28), "Congress has until 28 March 2026, today, to forbid it by joint resolution before an offer "
         "can be made."),
        (date(2026, 3, 29), "The 30 days in which a joint resolution could forbid it beforehand ended on 28 March "
         "2026."),
    ],
)  # fmt: skip
def test_the_status_says_what_was_notified_and_how_long_there_is(today: date, ending: str) -> None:
    start = "Congress was notified on 26 February 2026 of a possible sale to Jordan of up to $280 million."
    assert sentence(made(), "JOR", today) == f"{start} {ending}"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"number": None, "delivered_on": None},
         "The State Department announced on 15 April 2026 a possible sale to Jordan of up to $280 million. The day on "
         "which the report reached Congress is not published yet, so the end of its 30 days is not known."),
        ({"is_emergency": True},
         "Congress was notified on 26 February 2026 of a possible sale to Jordan of up to $280 million. The President "
         "stated that an emergency exists, so the law sets no waiting period."),
        ({"total_dollars": None, "is_emergency": True},
         "Congress was notified on 26 February 2026 of a possible sale to Jordan. The President stated that an "
         "emergency exists, so the law sets no waiting period."),
        ({"kind": SaleKind.ENHANCEMENT, "original": "23-26", "is_emergency": True},
         "Congress was notified on 26 February 2026 that a possible sale to Jordan, first notified in transmittal "
         "23-26, is to be enhanced, with a total value of up to $280 million. The President stated that an emergency "
         "exists, so the law sets no waiting period."),
    ],
)  # fmt: skip
def test_the_status_of_other_kinds(values: dict[str, Any], words: str) -> None:
    assert sentence(made(**values), "JOR", date(2026, 6, 1)) == words


def test_a_correction_alone_says_so_and_claims_nothing() -> None:
    values = {"kind": SaleKind.CORRECTION, "purchaser": None, "total_dollars": None, "delivered_on": None}
    facts = together([made(**values)])
    clock = review(None, None, None)
    assert status_sentence(facts, clock, None, date(2026, 6, 1)) == (
        "Only a correction of this notification is held, published on 15 April 2026; it says neither who would buy "
        "nor for how much."
    )


# --- several documents ------------------------------------------------------------------------------


def test_the_formal_notice_counts_before_a_release_and_a_correction_adds_only_what_it_says() -> None:
    release = made(url="https://www.state.gov/x/", number=None, delivered_on=None, total_dollars=250_000_000,
                   published_on=date(2026, 2, 27), title="A release")  # fmt: skip
    correction = made(url="https://www.federalregister.gov/d/2026-2", number="2026-2", kind=SaleKind.CORRECTION,
                      published_on=date(2026, 6, 1), purchaser=None, total_dollars=None, delivered_on=None)  # fmt: skip
    notices = [release, made(), correction]
    facts = together(notices)
    assert facts.total_dollars == 280_000_000
    assert (facts.delivered_on, facts.announced_on) == (date(2026, 2, 26), date(2026, 2, 27))
    assert (facts.published_on, facts.corrected_on) == (date(2026, 4, 15), date(2026, 6, 1))
    assert (facts.kind, facts.title) == (SaleKind.NOTIFICATION, "A release")
    assert main_notice(notices) == made()


# --- resolutions ------------------------------------------------------------------------------------

# As S.J.Res. 21, 35 and 158 and S.J.Res. 23 of the 119th Congress print it.
TEXTS = {
    "24-13": "described in Transmittal No. 24–13, submitted to Congress pursuant to section 36(b)(1)",
    "25-0C": "described in Transmittal No. 25–0C, submitted to Congress pursuant to section 36(b)(5)(C)",
    "26-46": "described in Transmittal No. RSAT 26–46, submitted to Congress",
}
LICENCE = (
    "described in Transmittal No. DDTC 24–052, which was submitted to Congress pursuant to section 36(c)"
)
TITLE = (
    "Providing for congressional disapproval of the proposed foreign military sale to {} of certain articles."
)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (TITLE.format("Israel"), True),
        ("Providing for congressional disapproval of the proposed foreign military sales to Taiwan of certain", True),
        ("Providing for congressional disapproval of the proposed license amendment for the export to Israel", True),
        ("Providing for congressional disapproval of the proposed export of certain defense articles to Israel.", True),
        ("Providing for congressional disapproval of the report of enhancement or upgrade of sensitive", True),
        ("Providing for congressional disapproval under chapter 8 of title 5, United States Code, of the rule", False),
        ("A resolution on the export of liquefied natural gas", False),
    ],
)  # fmt: skip
def test_a_resolution_of_disapproval_is_known_by_its_title(title: str, expected: bool) -> None:
    assert is_disapproval(title) is expected


@pytest.mark.parametrize("transmittal", TEXTS)
def test_a_text_names_transmittals_in_several_spellings(transmittal: str) -> None:
    ((found, start, end),) = transmittals_named(TEXTS[transmittal])
    assert found == transmittal
    assert TEXTS[transmittal][start:end].startswith("Transmittal No.")


def test_a_licence_is_not_a_government_sale() -> None:
    assert transmittals_named(LICENCE) == []


def resolution(text: str, country: str = "Jordan", field: FieldName = FieldName.TEXT) -> Described:
    item = described("bill:119-sjres-1", "bill", title=TITLE.format(country))
    return Described(item.key, item.kind, (*item.fields, Field(field, text, "Introduced in Senate")))


SALE = Sale(
    "26-23",
    ("Jordan",),
    (SaleArticle("M142 rocket systems", 20), SaleArticle("spare parts")),
    date(2026, 2, 26),
)
SOON = date(2026, 3, 5)


def test_a_tie_by_number_shows_the_words() -> None:
    (evidence,) = tie(SALE, resolution("The sale described in Transmittal No. 26–23 is prohibited."), SOON)
    assert (evidence.rule, evidence.words) == ("names-transmittal", "Transmittal No. 26–23")
    assert evidence.quote[evidence.at :].startswith(evidence.words)


@pytest.mark.parametrize("text", ["Transmittal No. 25–99 of M142 rocket systems", f"{LICENCE}: M142"])
def test_a_resolution_that_names_another_number_is_not_against_this_sale(text: str) -> None:
    assert tie(SALE, resolution(text), SOON) == ()


def test_without_a_number_country_and_article_tie_while_it_is_fresh() -> None:
    words = [one.words for one in tie(SALE, resolution("certain M142 launchers"), SOON)]
    assert words == ["M142", "Jordan"]
    assert tie(SALE, resolution("certain M142 launchers"), date(2026, 2, 25)) == ()
    assert tie(SALE, resolution("certain M142 launchers"), date(2026, 6, 30)) == ()
    assert tie(SALE, resolution("certain M142A launchers"), SOON) == ()
    assert tie(SALE, resolution("certain spare parts"), SOON) == ()
    assert tie(SALE, resolution("certain M142 launchers", country="Egypt"), SOON) == ()


# --- storing ----------------------------------------------------------------------------------------


def sales(engine: Engine) -> dict[str, ArmsSale]:
    with Session(engine) as session:
        return {sale.key: sale for sale in session.scalars(select(ArmsSale).order_by(ArmsSale.id))}


def changes(engine: Engine) -> list[tuple[str, str, str]]:
    with Session(engine) as session:
        found = session.scalars(select(Change).order_by(Change.id))
        items: dict[int, str] = dict(session.execute(select(Item.id, Item.key)).all())
        return [
            (items[one.item_id], one.kind, change_sentence(one.kind, one.old, one.new, one.occurred_on))
            for one in found
        ]


def test_a_first_collection_is_history(engine: Engine, mirror: Mirror, collect: Collect) -> None:
    publish(mirror, *NOTICES, TUNISIA, HELLFIRE)
    assert collect(REGISTER).created == 6
    report = collect(STATE)
    assert (report.created, [problem.kind for problem in report.problems]) == (2, ["fetch"])
    found = sales(engine)
    assert set(found) == {
        "arms-sale:26-23", "arms-sale:26-24", "arms-sale:26-27", "arms-sale:26-28", "arms-sale:26-1C",
        "arms-sale:24-48", "arms-sale:26-16", "arms-sale:2026-06-singapore-hellfire-missiles",
    }  # fmt: skip
    assert {key.partition(":")[2]: sale.country for key, sale in found.items()} == {
        "26-23": "JOR", "26-24": "SGP", "26-27": "SWE", "26-28": "JPN", "26-1C": "DEU", "24-48": None,
        "26-16": "TUN", "2026-06-singapore-hellfire-missiles": "SGP",
    }  # fmt: skip
    assert found["arms-sale:26-1C"].original == "23-26"
    assert found["arms-sale:24-48"].sale_kind is SaleKind.CORRECTION
    assert changes(engine) == []


def test_again_is_quiet(engine: Engine, mirror: Mirror, collect: Collect) -> None:
    publish(mirror, *NOTICES, TUNISIA)
    collect(REGISTER)
    collect(STATE)
    before = rows_of(engine)
    with writes_of(engine) as writes:
        collect(REGISTER)
    assert writes == []
    assert collect(STATE).status == "unchanged"
    assert rows_of(engine) == before


def test_new_links_in_the_page_are_no_new_facts(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    publish(mirror, TUNISIA)
    collect(STATE)
    before = sales(engine)["arms-sale:26-16"].changed_at
    fake_clock.forward(days=1)
    mirror.put(ADDRESSES[TUNISIA], saved(TUNISIA).replace("</body>", "<script>1</script></body>").encode())
    report = collect(STATE)
    assert (report.created, report.updated, report.unchanged) == (0, 0, 1)
    assert sales(engine)["arms-sale:26-16"].changed_at == before


def test_what_comes_later_is_news(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    publish(mirror, JORDAN, SWEDEN)
    collect(REGISTER)
    fake_clock.forward(days=1)
    publish(mirror, JAPAN, GERMANY, JORDAN, SWEDEN)
    report = collect(REGISTER)
    assert (report.created, report.changes) == (2, 2)
    assert changes(engine) == [
        ("arms-sale:26-28", "arms_sale_notified",
         "Congress was notified on 24 March 2026 of a possible sale to Japan of up to $340 million."),
        ("arms-sale:26-1C", "arms_sale_notified",
         "Congress was notified on 19 May 2026 of the enhancement of a possible sale to Germany, first notified in "
         "transmittal 23-26; its total is up to $8.5 billion."),
    ]  # fmt: skip


def test_a_year_of_old_notices_is_history(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    publish(mirror, GERMANY)
    collect(REGISTER)
    fake_clock.forward(days=1)
    publish(mirror, JORDAN, GERMANY)
    put_list(mirror, [ADDRESSES[JORDAN]], of_year("2026"))
    assert collect(REGISTER, year="2026").created == 1
    assert changes(engine) == []


def test_a_release_then_its_notice(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    put_list(mirror, [])
    numbered = saved(HELLFIRE).replace(
        '<div class="wp-block-classic">', '<div class="wp-block-classic"><p>Transmittal #26-24</p>'
    )
    mirror.put(ADDRESSES[HELLFIRE], numbered.encode())
    collect(STATE)
    fake_clock.forward(days=30)
    publish(mirror, SINGAPORE)
    report = collect(REGISTER)
    assert (report.created, report.updated) == (0, 1)
    (sale,) = sales(engine).values()
    assert (sale.key, sale.facts.delivered_on, sale.facts.total_dollars) == (
        "arms-sale:26-24", date(2026, 4, 1), 83_140_000,
    )  # fmt: skip
    assert [(kind, words) for _, kind, words in changes(engine)] == [
        ("arms_sale_value", "Its estimated value changed from up to $22.3 million to up to $83.14 million."),
        ("arms_sale_published", "The Federal Register published its notice on 7 May 2026, at 91 FR 24849; the report "
         "reached Congress on 1 April 2026."),
    ]  # fmt: skip


def test_a_value_that_changes_in_a_release_is_told_once(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    publish(mirror, TUNISIA)
    collect(STATE)
    fake_clock.forward(days=1)
    mirror.put(ADDRESSES[TUNISIA], saved(TUNISIA).replace("$95 million", "$105 million").encode())
    collect(STATE)
    collect(STATE)
    assert [words for *_, words in changes(engine)] == [
        "Its estimated value changed from up to $95 million to up to $105 million."
    ]


def test_a_correction_belongs_to_its_sale_and_changes_no_value(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    publish(mirror, JORDAN)
    collect(REGISTER)
    fake_clock.forward(days=1)
    corrected = saved(CORRECTION).replace("24-48", "26-23")
    mirror.put(ADDRESSES[CORRECTION], corrected.encode())
    put_list(mirror, [ADDRESSES[JORDAN], ADDRESSES[CORRECTION]])
    report = collect(REGISTER)
    assert (report.created, report.updated, report.changes) == (0, 1, 1)
    (sale,) = sales(engine).values()
    assert (sale.sale_kind, sale.facts.total_dollars) == (SaleKind.NOTIFICATION, 280_000_000)
    assert sale.url == "https://www.federalregister.gov/d/2026-07278"
    assert changes(engine) == [
        ("arms-sale:26-23", "arms_sale_corrected",
         "A correction of its notice was published on 7 January 2026: 91 FR 505, on document 2025-22709."),
    ]  # fmt: skip


def test_an_original_that_comes_after_its_correction_makes_the_sale_whole(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    mirror.put(ADDRESSES[CORRECTION], saved(CORRECTION).replace("24-48", "26-23").encode())
    put_list(mirror, [ADDRESSES[CORRECTION]])
    collect(REGISTER)
    (sale,) = sales(engine).values()
    assert (sale.sale_kind, sale.country, sale.title) == (
        SaleKind.CORRECTION,
        None,
        "Correction of transmittal 26-23",
    )
    fake_clock.forward(days=1)
    publish(mirror, JORDAN)
    collect(REGISTER)
    (sale,) = sales(engine).values()
    assert (sale.sale_kind, sale.country) == (SaleKind.NOTIFICATION, "JOR")
    assert sale.title.startswith("Jordan – Ku band")


def test_a_page_that_gets_its_number_becomes_that_sale(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    publish(mirror, HELLFIRE)
    collect(STATE)
    fake_clock.forward(days=1)
    numbered = saved(HELLFIRE).replace(
        '<div class="wp-block-classic">', '<div class="wp-block-classic"><p>Transmittal #26-44</p>'
    )
    mirror.put(ADDRESSES[HELLFIRE], numbered.encode())
    collect(STATE)
    found = sales(engine)
    page, numbered_sale = found["arms-sale:2026-06-singapore-hellfire-missiles"], found["arms-sale:26-44"]
    assert (page.same_as_id, numbered_sale.same_as_id) == (numbered_sale.id, None)
    assert changes(engine) == []
    with Session(engine) as session:
        linked = set(session.scalars(select(Link.item_id)))
    assert linked == {numbered_sale.id}
    fake_clock.forward(days=1)
    mirror.put(ADDRESSES[HELLFIRE], saved(HELLFIRE).replace("24", "24").encode() + b"\n")
    collect(STATE)
    assert sales(engine)["arms-sale:26-44"].facts.transmittal == "26-44"


def test_an_unknown_purchaser_is_a_named_problem_and_no_guess(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    mirror.put(
        ADDRESSES[JORDAN],
        saved(JORDAN).replace("Government of Jordan\n", "Government of Ruritania\n").encode(),
    )
    put_list(mirror, [ADDRESSES[JORDAN]])
    report = collect(REGISTER)
    assert [problem.message for problem in report.problems] == [
        "no country or organisation that we know: Government of Ruritania"
    ]
    assert sales(engine)["arms-sale:26-23"].country is None


@pytest.mark.parametrize(
    ("purchaser", "country"),
    [
        ("Taipei Economic and Cultural Representative Office in the United States (TECRO)", "TWN"),
        ("Government of the Republic of Korea", "KOR"),
        ("The Government of the United Kingdom", "GBR"),
        ("NATO Support and Procurement Agency (NSPA)", None),
    ],
)
def test_a_purchaser_in_any_of_its_spellings(
    engine: Engine, mirror: Mirror, collect: Collect, purchaser: str, country: str | None
) -> None:
    text = saved(JORDAN).replace("Purchaser: Government of Jordan\n", f"Purchaser: {purchaser}\n")
    mirror.put(ADDRESSES[JORDAN], text.encode())
    put_list(mirror, [ADDRESSES[JORDAN]])
    assert collect(REGISTER).problems == []
    assert sales(engine)["arms-sale:26-23"].country == country


def test_one_broken_notice_does_not_stop_the_others(engine: Engine, mirror: Mirror, collect: Collect) -> None:
    publish(mirror, *NOTICES)
    mirror.put(ADDRESSES[JAPAN], b"<html><body>Log in</body></html>")
    report = collect(REGISTER)
    assert (report.created, report.status) == (5, "quarantined")
    assert [problem.document for problem in report.problems] == [ADDRESSES[JAPAN]]


def test_linking_again_finds_nothing_to_do(engine: Engine, mirror: Mirror, collect: Collect) -> None:
    publish(mirror, *NOTICES, TUNISIA, HELLFIRE)
    collect(REGISTER)
    collect(STATE)
    with writing(engine) as connection:
        report = relink(connection, packaged_linker(), everything=True)
    assert (report.items, report.links_created, report.links_changed, report.links_removed) == (8, 0, 0, 0)
    with Session(engine) as session:
        targets = set(session.scalars(select(Link.target)))
    assert {"country:JOR", "country:SGP", "programme:fmf", "scope:security-assistance"} <= targets
