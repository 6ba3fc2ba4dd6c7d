"""What the lawmakers of a state and district did about measures, on both engines."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.queries.countries import measures_in_scope
from tracker.queries.country_names import all_countries
from tracker.queries.delegation import Delegation, Role, read_delegation
from tracker.states import read_choice


def of(session: Session, **typed: str) -> Delegation:
    return read_delegation(session, read_choice(typed), measures_in_scope(all_countries()["ISR"]))


def test_a_senator_stands_with_the_measures_of_his_name(session: Session) -> None:
    found = of(session, state="VT")
    (sanders,) = found.senators
    assert sanders.member.name == "Bernard Sanders"
    assert {(one.role, one.key) for one in sanders.signed} >= {(Role.SPONSOR, "119-sjres-33")}
    assert found.representative is None
    assert found.listed_at is not None


def test_a_district_has_its_member_and_a_state_without_one_chosen_has_the_list(session: Session) -> None:
    georgia = of(session, state="GA", district="2")
    assert georgia.representative is not None
    assert georgia.representative.member.bioguide == "B000490"
    assert of(session, state="GA", district="3").representative is None
    assert [one.district for one in of(session, state="GA").of_house] == [2]
    assert of(session, state="GA").representative is None
