""" "Your lawmakers on this": a part of the pages of countries and recommendations, for a state that the address names.

What was chosen stands in the address and nowhere else. Before that the part is a form, the same for everybody, and no
question is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from flask import render_template, request
from markupsafe import Markup
from sqlalchemy import Select

from scrapers.records import Chamber
from tracker.db import db
from tracker.queries.delegation import Delegation, Member, read_delegation
from tracker.sentences import written_date
from tracker.states import HOMES, NOBODY, Choice, Home, read_choice
from tracker.votes.words import position_words
from tracker.web.caching import drawn_part
from tracker.web.formatting import washington_day
from tracker.web.measure_rows import committee_names

STATES = [(home.code, home.name) for home in HOMES.values()]
SHOWN = 5
"""How many measures of a kind stand by a member's name; the others are one click away."""


class Subject(NamedTuple):
    """What the measures are about: its page, its name within a sentence, which measures, and their filter.

    `one` and `many` go on after "a measure" and "measures"; `items` are the measures' ids.
    """

    path: str
    name: str
    one: str
    many: str
    items: Select[tuple[int]]
    filters: Mapping[str, str]

    def bills(self, **more: str) -> str:
        """The list of those measures, narrowed further."""
        return f"/bills?{urlencode({**self.filters, **more})}"


def lawmakers(subject: Subject) -> Markup:
    """The part, drawn: the form alone, or the members of the chosen state and district as well."""
    choice = read_choice(request.args)
    if choice == NOBODY:
        return drawn_part(("lawmakers", subject.path), lambda: _draw(subject, choice, None))
    found = read_delegation(db.session, choice, subject.items) if choice.home else None
    return Markup(_draw(subject, choice, found))  # noqa: S704  # drawn by our templates


def _draw(subject: Subject, choice: Choice, found: Delegation | None) -> str:
    return render_template(
        "delegation/section.html",
        subject=subject,
        choice=choice,
        states=STATES,
        districts=district_choices(choice.home, found) if choice.home and found else [],
        found=found,
        notes=notes(choice.home, found) if choice.home and found else [],
        committees=committee_names() if found else {},
        title_of=title_of,
        position_words=position_words,
        shown=SHOWN,
    )


# --- in words ---------------------------------------------------------------------------------------


def title_of(member: Member) -> str:
    """What somebody is: "Senator", "Representative for district 3", "Delegate"."""
    home = HOMES.get(member.state)
    if member.chamber is Chamber.SENATE:
        return "Senator"
    if home is not None and not home.is_state:
        return "Resident Commissioner" if home.code == "PR" else "Delegate"
    return f"Representative for district {member.district}" if member.district else "Representative"


def district_choices(home: Home, found: Delegation) -> list[tuple[str, str]]:
    """The districts of a state, each with who represents it; none where there is nothing to choose."""
    if home.is_at_large:
        return []
    names = {member.district: member.name for member in found.of_house}
    return [
        (str(number), f"{number}: {names.get(number, 'nobody in our list')}") for number in home.districts
    ]


def notes(home: Home, found: Delegation) -> list[str]:
    """What a reader must know of seats that nobody is shown for."""
    if found.listed_at is None:
        return [f"No member of Congress for {home.name} is in what we hold."]
    day = written_date(washington_day(found.listed_at))
    said = []
    if not home.is_state:
        said.append(
            f"{home.name} has no senators, and its member of the House has no vote when the House passes a bill."
        )
    elif missing := 2 - len(found.senators):
        seats, are = (
            (f"one of {home.name}’s two seats", "it is")
            if missing == 1
            else (f"both seats of {home.name}", "they are")
        )
        said.append(
            f"For {seats} in the Senate the list of members of {day} names nobody: {are} vacant, or filled since."
        )
    district = found.choice.district
    if district is not None and found.representative is None:
        seat = f"district {district} of {home.name}" if district else f"{home.name}’s seat in the House"
        said.append(f"For {seat} the list of members of {day} names nobody: it is vacant, or filled since.")
    return said
