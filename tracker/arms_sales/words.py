"""Arms sales in plain words: what was notified, at most for how much, and how long Congress has. Pure."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from scrapers.records import SaleArticle, SaleKind
from tracker.arms_sales.facts import SaleFacts
from tracker.arms_sales.review import Review
from tracker.sentences import written_date

NOT_A_SALE = (
    "A notification is not a sale: it says what may be sold, and its value is the most that the sale is expected "
    "to come to."
)

TRANSMITTAL = re.compile(r"\d{2}-[0-9A-Z]{2,4}")
"""The form of a transmittal number: `26-23`, for an enhancement `26-1C`."""

_KINDS = {
    SaleKind.NOTIFICATION: "notification",
    SaleKind.ENHANCEMENT: "enhancement",
    SaleKind.CORRECTION: "correction only",
}


def kind_word(kind: SaleKind) -> str:
    """What a notice is, in a word or two."""
    return _KINDS[kind]


def amount(dollars: int) -> str:
    """Dollars as people say them: "$280 million", "$8.5 billion", "$0"."""
    for size, word in ((1_000_000_000, "billion"), (1_000_000, "million")):
        if dollars >= size:
            number = (Decimal(dollars) / size).normalize()
            return f"${number:,f} {word}"
    return f"${dollars:,}"


def up_to(dollars: int | None) -> str:
    """A value as the most that it can be; nought and nothing are different things."""
    return "not published" if dollars is None else f"up to {amount(dollars)}" if dollars else "$0"


def sale_name(transmittal: str | None) -> str:
    """What a sale is called where a short name is wanted."""
    return f"Transmittal {transmittal}" if transmittal else "Not numbered yet"


def buyer_name(purchaser: str | None, country: str | None) -> str | None:
    """Who would buy: the country's name as we spell it, else the organisation as printed."""
    if country or purchaser is None:
        return country
    return re.sub(r"^Government of (?:the )?", "", purchaser)


def sale_title(facts: SaleFacts, buyer: str | None) -> str:
    """The title as published, or what stands for one."""
    if facts.title:
        return facts.title
    if facts.kind is SaleKind.CORRECTION:
        return f"Correction of transmittal {facts.transmittal}"
    if facts.original:
        return f"{buyer or 'Purchaser not known'} – enhancement of transmittal {facts.original}"
    return f"{buyer or 'Purchaser not known'} – possible foreign military sale"


def article_words(article: SaleArticle) -> str:
    """An article with its number: "20 M142 high mobility artillery rocket systems"."""
    return f"{article.quantity:,} {article.name}" if article.quantity is not None else article.name


def status_sentence(facts: SaleFacts, clock: Review, buyer: str | None, today: date) -> str:
    """What was notified, and how the clock of Congress stands."""
    return " ".join(filter(None, (notified_sentence(facts, buyer), clock_sentence(facts, clock, today))))


def notified_sentence(facts: SaleFacts, buyer: str | None) -> str:
    """What is known of the notification itself."""
    day = written_date(facts.notified_on)
    to = f" to {buyer}" if buyer else ""
    most = f" of up to {amount(facts.total_dollars)}" if facts.total_dollars else ""
    if facts.kind is SaleKind.CORRECTION:
        return (
            f"Only a correction of this notification is held, published on {day}; it says neither who would buy "
            "nor for how much."
        )
    if facts.kind is SaleKind.ENHANCEMENT:
        total = f", with a total value{most}" if most else ""
        first = f", first notified in transmittal {facts.original}," if facts.original else ""
        return f"Congress was notified on {day} that a possible sale{to}{first} is to be enhanced{total}."
    if facts.delivered_on:
        return f"Congress was notified on {day} of a possible sale{to}{most}."
    where = "The State Department announced" if facts.announced_on else "The Federal Register told"
    return f"{where} on {day} {'' if facts.announced_on else 'of '}a possible sale{to}{most}."


def clock_sentence(facts: SaleFacts, clock: Review, today: date) -> str:
    """How long Congress has, or had, to forbid it beforehand; empty where nothing can be said."""
    if clock.is_emergency:
        return "The President stated that an emergency exists, so the law sets no waiting period."
    if clock.days is None:
        return (
            ""
            if facts.kind is SaleKind.CORRECTION
            else "It is not known here who buys, and so not how many days Congress has."
        )
    left = clock.days_left(today)
    if clock.last_day is None or left is None:
        return (
            f"The day on which the report reached Congress is not published yet, so the end of its {clock.days} "
            "days is not known."
        )
    day = written_date(clock.last_day)
    if left < 0:
        return f"The {clock.days} days in which a joint resolution could forbid it beforehand ended on {day}."
    ahead = "today" if left == 0 else "tomorrow" if left == 1 else f"{left} days from today"
    return f"Congress has until {day}, {ahead}, to forbid it by joint resolution before an offer can be made."
