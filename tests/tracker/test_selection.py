"""Which measures the bundle holds: every rule has measures that it takes, and there are measures that all leave.

What scope takes and leaves is tested with scope.
"""

from __future__ import annotations

import pytest

from tracker.selection import RULES, Candidate, choose, reasons

ABROAD = "International Affairs"
DEFENSE = "Armed Forces and National Security"


def candidate(
    title: str, area: str | None = ABROAD, *committees: str, key: str = "119-hr-1", subject: str = ""
) -> Candidate:
    return Candidate(key, ("A short title", title), area, frozenset({subject}), frozenset(committees))


# Real titles of the 119th Congress, with the rule that must find each.
TAKEN: tuple[tuple[str, Candidate], ...] = (
    ("named", candidate("Rescissions Act of 2025", "Economics and Public Finance", key="119-hr-4")),
    ("security-assistance", candidate("Consolidated Appropriations Act, 2026", None, key="119-hr-7148")),
    ("security-assistance", candidate("Department of Defense Appropriations Act, 2026", None, "ssap00")),
    (
        "security-assistance",
        candidate("National Security, Department of State, and Related Programs Appropriations Act, 2027", None),
    ),
    ("security-assistance", candidate("National Defense Authorization Act for Fiscal Year 2027", DEFENSE)),
    (
        "security-assistance",
        candidate(
            "A joint resolution providing for congressional disapproval of the proposed license amendment for "
            "the export to Israel of certain defense articles and services.", ABROAD, "ssfr00",
        ),
    ),
    ("security-assistance", candidate("To amend the Arms Export Control Act", ABROAD, "hsfa00")),
    ("security-assistance", candidate("No revolving doors: foreign military sales", "Crime", "hsju00")),
    ("security-assistance", candidate("Mexico Security Assistance Accountability Act")),
    ("security-assistance", candidate("To build the capacity of the armed forces of Mexico", None, "ssfr00")),
    (
        "security-assistance",
        candidate("To provide for modifications to the State Partnership Program selection analysis.", DEFENSE),
    ),
    ("security-assistance", candidate("AUKUS", subject="Military assistance, sales, and agreements")),
    ("foreign-assistance", candidate("To abolish the United States Agency for International Development.",
                                     ABROAD, "hsfa00")),
    ("foreign-assistance", candidate("To prohibit any United States assistance to Russia", ABROAD, "hsfa00")),
    ("foreign-aid-subject", candidate("VALOR Act of 2025", subject="Foreign aid and international relief")),
    ("war-powers", candidate("to direct the removal of United States Armed Forces from hostilities against")),
    ("war-powers", candidate("Prevent Endless Wars: an authorization for use of military force", "Congress")),
    (
        "inquiries",
        candidate("human rights practices pursuant to section 502B(c) of the Foreign Assistance Act", None,
                  "ssfr00"),
    ),
    ("human-rights", candidate("Justice for Shireen Act")),
    ("sanctions-on-forces", candidate("To impose sanctions on persons of the Burmese military")),
    ("partners-at-war", candidate("To provide supplemental support in response to the crisis in Ukraine")),
    ("partners-at-war", candidate("Save the Kurds: terms for the defense of partners in Syria")),
)  # fmt: skip

LEFT: tuple[Candidate, ...] = (
    candidate("Stop Chinese Fentanyl Act of 2025"),
    candidate("Taiwan Travel and Tourism Coordination Act"),
    candidate("Providing for consideration of the bill (H.R. 4016) making appropriations for the Department of "
              "Defense", "Congress", "hsru00"),
    candidate("To amend the National Defense Authorization Act for Fiscal Year 2026 to prohibit", None, "hsas00"),
    candidate("A joint resolution for congressional disapproval of the rule submitted by the Bureau of Land "
              "Management", "Public Lands and Natural Resources", "sseg00"),
    candidate("Patrick Leahy Bulletproof Vest Partnership Grant Program", "Crime and Law Enforcement", "hsju00"),
    candidate("MACV-SOG Congressional Gold Medal Act: Military Assistance Command Vietnam", DEFENSE, "hsas00"),
    candidate("Golden Dome: to improve the missile defense capabilities of the United States", DEFENSE),
    candidate("Commemorating the life of a defender of human rights"),
    candidate("Expressing support for the designation of August 15 as \"Indian Independence Day\""),
    candidate("State Border Security Assistance Act", "Immigration", "hsju00"),
    candidate("To require cybersecurity assistance to small business", None, "hssm00"),
    candidate("Rescissions Act of 2025", "Economics and Public Finance", key="119-hr-999"),
    candidate("Minerals Security Partnership Authorization Act"),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "measure"), TAKEN, ids=lambda value: getattr(value, "key", value))
def test_it_takes(rule: str, measure: Candidate) -> None:
    assert rule in reasons(measure)


@pytest.mark.parametrize("measure", LEFT, ids=lambda measure: measure.titles[1][:40])
def test_it_leaves(measure: Candidate) -> None:
    assert reasons(measure) == ()


def test_every_rule_has_an_example() -> None:
    assert {rule for rule, _ in TAKEN} == {rule.name for rule in RULES}


def test_every_rule_has_a_reason_and_a_name_of_its_own() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.reason.endswith(".") for rule in RULES)


def test_a_rule_that_would_take_everything_is_a_mistake() -> None:
    assert all(rule.in_scope or rule.words or rule.subjects or rule.keys for rule in RULES)


def test_choosing_says_by_which_rules() -> None:
    chosen = choose([
        candidate("Ceasefire: limits on defense articles for Israel", ABROAD, "hsfa00", key="119-hr-2"),
        candidate("Baseball", key="119-hr-3"),
    ])  # fmt: skip
    assert chosen == {"119-hr-2": ("security-assistance", "partners-at-war")}
