"""The row of steps that a measure takes."""

from __future__ import annotations

from datetime import date

import pytest

from scrapers.records import BillType, Chamber
from tracker.sentences import Kind
from tracker.stages import Event, Milestone, Stage, Standing
from tracker.web.stage_track import steps

NAMES = {"ssfr00": "Senate Foreign Relations Committee", "hsfa00": "House Foreign Affairs Committee"}
TODAY = date(2026, 11, 2)
DAY = date(2025, 4, 3)
INTRODUCED = Milestone(Event.INTRODUCED, date(2025, 3, 10), Chamber.SENATE)
REFERRED = Milestone(Event.REFERRED, date(2025, 3, 10), Chamber.SENATE)


def told(stage: Stage, type: BillType = BillType.SJRES, congress: int = 119, **more: object) -> list[str]:
    track = (INTRODUCED, REFERRED)
    facts = {"committees": ("ssfr00",), "chamber": Chamber.SENATE, "track": track, **more}
    standing = Standing(stage, DAY, **facts)  # type: ignore[arg-type]
    kind = Kind(type, congress)
    return [f"{step.state} {step.label} {step.note}".strip() for step in steps(standing, kind, TODAY, NAMES)]


def test_refused_in_committee() -> None:
    assert told(Stage.IN_COMMITTEE, setback=Event.DISCHARGE_REJECTED, setback_on=DAY) == [
        "done Introduced 10 Mar 2025",
        "stopped Foreign Relations discharge refused 3 Apr 2025",
        "ahead Senate", "ahead House", "ahead President", "ahead Law",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("type", "labels"),
    [
        (BillType.SRES, ["Introduced", "Foreign Relations", "Senate"]),
        (BillType.SCONRES, ["Introduced", "Foreign Relations", "Senate", "House"]),
        (BillType.S, ["Introduced", "Foreign Relations", "Senate", "House", "President", "Law"]),
    ],
)
def test_each_kind_takes_its_own_steps(type: BillType, labels: list[str]) -> None:
    found = [line.split(" ", 1)[1] for line in told(Stage.IN_COMMITTEE, type)]
    assert [one.split(" since ")[0].split(" 10 Mar")[0] for one in found] == labels


def test_a_measure_of_an_ended_congress_goes_nowhere() -> None:
    assert told(Stage.REPORTED, congress=117)[2] == "stopped Senate ended 3 Jan 2023"


def test_law_is_done_to_the_end() -> None:
    assert all(line.startswith("done") for line in told(Stage.BECAME_LAW))


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("type", BillType)
def test_every_stage_of_every_kind_can_be_drawn(stage: Stage, type: BillType) -> None:
    lines = told(stage, type)
    assert sum(line.startswith(("now", "stopped")) for line in lines) <= 1
