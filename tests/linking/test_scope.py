"""What is in scope and why: every rule has an item that it takes and one that it leaves."""

from __future__ import annotations

import pytest

from tests.linking.evaluation import matcher
from tests.linking.scope_evaluation import (
    PRECISION,
    RECALL,
    filed_bills,
    labelled_bills,
    labels,
    measure_precision,
    measure_recall,
)
from tests.mirror import mirror_root
from tracker.linking.describe import described
from tracker.linking.evidence import CONFIDENT, SCOPE, Described, Field, FieldName, Match, Proposed
from tracker.linking.linker import packaged_linker
from tracker.linking.scope import link_scope, scope_rules
from tracker.linking.scope_rules import RULES
from tracker.linking.vocabulary import load_vocabulary

ABROAD = "International Affairs"
DEFENSE = "Armed Forces and National Security"
AID = "Foreign aid and international relief"


def item(
    title: str, summary: str = "", area: str | None = ABROAD, *subjects: str, committees: tuple[str, ...] = ()
) -> Described:
    return described(
        "bill:119-hr-1", "bill", title=title, summary=(summary, "Introduced"), subjects=subjects,
        policy_area=area, committees=committees,
    )  # fmt: skip


def text(words: str) -> Described:
    return Described("report:1", "report", (Field(FieldName.TITLE, "A report"), Field(FieldName.TEXT, words)))


def rules_of(one: Described) -> set[str]:
    return {rule.name for rule in scope_rules(one, found_in(one))}


def found_in(one: Described) -> list[list[Match]]:
    return [matcher().find(field.text) for field in one.fields]


def links(one: Described) -> dict[str, Proposed]:
    return {link.target: link for link in link_scope(one, found_in(one), load_vocabulary())}


# Rule, what it takes, what it leaves; the second differs from the first in what the rule is about.
EXAMPLES: tuple[tuple[str, Described, Described], ...] = (
    (
        "sale-disapproval",
        item("Providing for congressional disapproval of the proposed foreign military sale to Egypt", area=None),
        item("Providing for congressional disapproval of the rule submitted by the Bureau of Land Management"),
    ),
    (
        "yearly-acts",
        item("National Defense Authorization Act for Fiscal Year 2027", area=DEFENSE),
        item("To amend the National Defense Authorization Act for Fiscal Year 2026 to extend a pilot program"),
    ),
    (
        "crs-military-assistance",
        item("Stability Act", "", "Commerce", "Military assistance, sales, and agreements"),
        item("Stability Act", "", "Commerce", "Military readiness"),
    ),
    (
        "programme-in-title",
        item("To amend the Arms Export Control Act to require notice"),
        item("To amend the Arms Export Control Act to require notice", area="Crime and Law Enforcement"),
    ),
    (
        "help-in-title",
        item("To provide for congressional oversight of security assistance to Mexico"),
        item("To provide for food security assistance and Social Security assistance in Mexico"),
    ),
    (
        "programme-in-summary",
        item("PORCUPINE Act", "The bill expedites foreign military sales to Taiwan."),
        item("PORCUPINE Act", "The bill expedites sales of grain to Taiwan."),
    ),
    (
        "programme-elsewhere",
        item("No revolving doors Act", "Those who ran foreign military sales may not lobby.", "Commerce"),
        item("Assault weapons sales Act", "It limits weapons sales in shops.", "Crime and Law Enforcement"),
    ),
    (
        "help-in-summary",
        item("Peace Act", "No military assistance may go to a government that bombs hospitals."),
        item("Peace Act", "No medical assistance may go to a government that bombs hospitals."),
    ),
    (
        "help-in-defense-measure",
        item("Readiness Act", "It sends military equipment for the defense of Taiwan.", DEFENSE),
        item("Readiness Act", "It sends military equipment to depots in Ohio.", DEFENSE),
    ),
    (
        "security-in-defense-title",
        item("Arctic Security Initiative Act", area=DEFENSE),
        item("Arctic Health Security Act", area=DEFENSE),
    ),
    (
        "working-together",
        item("Partners Act", "It widens defense cooperation with India."),
        item("Partners Act", "It widens energy cooperation with India."),
    ),
    (
        "support-for-a-war",
        item("Directing removal from Yemen", "No logistical support for the coalition led by Saudi Arabia."),
        item("Directing removal from Yemen", "The Armed Forces leave hostilities that Congress has not authorized."),
    ),
    (
        "promise-to-defend",
        item("Treaty Act", "It reaffirms the Mutual Defense Treaty with the Philippines."),
        item("Treaty Act", "It reaffirms the tax treaty with the Philippines."),
    ),
    (
        "alliance-in-title",
        item("Affirming the alliance between the United States and Japan"),
        item("Commemorating the alliance between the United States and Japan"),
    ),
    (
        "alliance-with-a-partner",
        item("Welcoming the Prime Minister", "It reaffirms the U.S.-Japan alliance."),
        item("Welcoming the Prime Minister", "It funds Gavi, the Vaccine Alliance."),
    ),
    (
        "partner-and-defense",
        item("Supporting the defense of Poland"),
        item("Condemning the defense ministry of China"),
    ),
    (
        "peacekeeping",
        item("United States Commitment to Peacekeeping Act"),
        item("United States Commitment to Peace Corps Act"),
    ),
    (
        "partner-and-aid",
        item("To require reports on United States assistance to Ecuador"),
        item("To require reports on humanitarian assistance to Ecuador"),
    ),
    (
        "partner-and-aid-elsewhere",
        item("Ukraine Assistance and American Energy Act", "", "Energy", AID),
        item("Ukraine Trade and American Energy Act", "", "Energy", AID),
    ),
    (
        "aid-limits",
        item("Accountability Act", "It prohibits United States assistance to governments that jail reporters."),
        item("Accountability Act", "It sanctions officials that jail reporters."),
    ),
    (
        "abuses-by-forces",
        item("Democracy Act", "Reports on extrajudicial killings in Kenya."),
        item("Democracy Act", "Reports on extrajudicial killings in China."),
    ),
    (
        "funds-the-government",
        item("Consolidated Appropriations Act, 2026", area="Economics and Public Finance"),
        item("Pay Our Troops Act: making continuing appropriations for military pay", area=DEFENSE),
    ),
    (
        "crs-foreign-aid-and-forces",
        item("STRATEGIC Act", "", ABROAD, AID, "Alliances"),
        item("Preventing Future Pandemics Act", "", ABROAD, AID, "War and emergency powers"),
    ),
    (
        "crs-foreign-aid-and-police",
        item("CAPTAGON Act", "", ABROAD, AID, "Drug trafficking and controlled substances"),
        item("CAPTAGON Act", "", ABROAD, AID, "World health"),
    ),
    (
        "crs-foreign-aid-and-terrorism",
        item("PUPPETS Act", "", ABROAD, AID, "Terrorism", "Sanctions"),
        item("To designate the group as terrorist", "", ABROAD, AID, "Terrorism", "Sanctions"),
    ),
    (
        "crs-sanctions-on-armed-groups",
        item("Pressure Act", "", ABROAD, "Sanctions", "Militias and paramilitary groups", "War and emergency powers"),
        item("Pressure Act", "", ABROAD, "Sanctions", "Militias and paramilitary groups"),
    ),
    (
        "crs-armed-partner",
        item("Congratulating Jordan", "", ABROAD, "Jordan", "Economic development"),
        item("Congratulating Fiji", "", ABROAD, "Fiji", "Economic development"),
    ),
    (
        "crs-foreign-aid-and-arms",
        item("Control Act", "", "Foreign Trade and International Finance", AID,
             "Technology transfer and commercialization"),
        item("Control Act", "", "Foreign Trade and International Finance", AID, "Tariffs"),
    ),
    (
        "crs-war-beside-a-partner",
        item("Transparency Act", "", DEFENSE, "Afghanistan", "Alliances"),
        item("Transparency Act", "", DEFENSE, "Germany", "Alliances"),
    ),
    (
        "crs-foreign-aid-in-defense",
        item("Research Act", "", DEFENSE, AID, "Israel"),
        item("Research Act", "", DEFENSE, AID, "Military medicine"),
    ),
    (
        "programmes-in-text",
        text("Foreign Military Financing, International Military Education and Training and the Leahy law apply."),
        text("Foreign Military Financing applies, and Foreign Military Financing is large."),
    ),
    (
        "coup",
        item("Condemning the military coup in Sudan"),
        item("Condemning the military parade in Sudan"),
    ),
    (
        "help-elsewhere",
        item("Border Act", "The Department gives military assistance at the border.", "Immigration"),
        item("Border Act", "The Department gives legal assistance at the border.", "Immigration"),
    ),
    (
        "working-together-elsewhere",
        item("Guard Act", "It pays for military training.", DEFENSE),
        item("Guard Act", "It pays for uniforms.", DEFENSE),
    ),
    (
        "foreign-aid",
        item("To evaluate foreign assistance"),
        item("To evaluate broadcasting"),
    ),
    (
        "abuses",
        item("Rights Act", "It acts on gross violations of human rights."),
        item("Rights Act", "It acts on violations of trade law."),
    ),
    (
        "alliance-in-summary",
        item("Welcoming a visitor", "It praises the alliance."),
        item("Welcoming a visitor", "It praises the choir."),
    ),
    (
        "programme-in-text",
        text("Some of it came from Foreign Military Financing."),
        text("Some of it came from a bank."),
    ),
)  # fmt: skip


RULE_NAMES = [rule for rule, _, _ in EXAMPLES]


@pytest.mark.parametrize(("rule", "one"), [example[:2] for example in EXAMPLES], ids=RULE_NAMES)
def test_it_takes(rule: str, one: Described) -> None:
    assert rule in rules_of(one)


@pytest.mark.parametrize(("rule", "one"), [example[::2] for example in EXAMPLES], ids=RULE_NAMES)
def test_it_leaves(rule: str, one: Described) -> None:
    assert rule not in rules_of(one)


def test_every_rule_has_examples() -> None:
    assert {rule for rule, _, _ in EXAMPLES} == {rule.name for rule in RULES}
    assert len(EXAMPLES) == len(RULES)


def test_every_rule_has_a_reason_and_asks_for_something() -> None:
    assert all(rule.reason.endswith(".") for rule in RULES)
    assert all(rule.words or rule.subjects for rule in RULES)
    assert all(0 < rule.score <= 100 for rule in RULES)


def test_every_rule_asks_for_words_that_the_vocabulary_has() -> None:
    assert {entry for rule in RULES for entry in rule.words} <= load_vocabulary().entries.keys()


def test_every_programme_and_law_says_what_it_is_and_where_it_stands() -> None:
    entries = [
        entry for entry in load_vocabulary().entries.values() if entry.kind in ("programme", "authority")
    ]
    assert all(entry.citation and entry.note.endswith(".") for entry in entries)


def test_the_strongest_rule_gives_the_score_and_the_evidence_quotes_the_item() -> None:
    one = item(
        "Mexico Security Assistance Accountability Act",
        "It reports on Foreign Military Financing for Mexico.",
    )
    link = links(one)[SCOPE]
    texts = {field.name: field.text for field in one.fields}
    assert (link.score, link.evidence[0].rule, link.evidence[0].words) == (
        88,
        "help-in-title",
        "Security Assistance",
    )
    for evidence in link.evidence:
        assert texts[evidence.field][evidence.start :].startswith(evidence.words)
        assert evidence.quote[evidence.at :].startswith(evidence.words)


def test_a_filing_is_quoted_as_the_subject() -> None:
    one = item("Stability Act", "", ABROAD, "Military assistance, sales, and agreements")
    (evidence,) = links(one)[SCOPE].evidence
    assert evidence.field is FieldName.SUBJECT
    assert evidence.words == evidence.quote == "Military assistance, sales, and agreements"


def test_no_more_than_five_pieces_of_evidence_the_same_words_once() -> None:
    many = "Foreign Military Financing, FMF, IMET, INCLE, NADR, PKO, CTEF, USAI, FMF, FMF."
    evidence = links(item("Report on security assistance", many))[SCOPE].evidence
    assert len(evidence) == 5
    assert len({(each.field, each.words) for each in evidence}) == 5
    assert [each.score for each in evidence] == sorted((each.score for each in evidence), reverse=True)


@pytest.mark.parametrize(
    "one",
    [
        item("Authorization for Use of Military Force Against Iraq Repeal Act"),
        item("Directing the removal of United States Armed Forces from hostilities against Venezuela"),
        item("Golden Dome Act", "It builds missile defense capabilities for the United States.", DEFENSE),
        item("Patrick Leahy Bulletproof Vest Partnership Act", area="Crime and Law Enforcement"),
        item("State Border Security Assistance Act", area="Immigration"),
        item("Minerals Security Partnership Authorization Act"),
        item("MACV Act", "Those who served in the Military Assistance Command, Vietnam.", DEFENSE),
        item("Aid to students", "It raises student aid.", "Education"),
    ],
    ids=lambda one: one.fields[0].text[:30],
)
def test_it_is_about_something_else(one: Described) -> None:
    link = links(one).get(SCOPE)
    assert link is None or link.score < CONFIDENT


def test_committees_say_where_a_measure_without_a_policy_area_belongs() -> None:
    title = "To provide for security assistance to Kenya"
    assert "help-in-title" in rules_of(item(title, area=None, committees=("hsfa00", "hsju00")))
    assert "help-in-title" not in rules_of(item(title, area=None, committees=("hsag00",)))
    assert "help-in-title" in rules_of(item(title, area=None))


def test_reports_and_notices_are_judged_by_their_words() -> None:
    notice = Described("notice:1", "notice", (Field(FieldName.TITLE, "Arms Sales Notification"),))
    report = Described("report:1", "report", (
        Field(FieldName.TITLE, "Security Assistance: Egypt"), Field(FieldName.SUMMARY, "End-use monitoring is weak."),
    ))  # fmt: skip
    assert links(notice)[SCOPE].score >= CONFIDENT
    assert links(report)[SCOPE].score >= CONFIDENT
    assert "authority:end-use-monitoring" in links(report)


@pytest.mark.parametrize(
    ("title", "is_in_scope"),
    [
        ("U.S.-South Korea Alliance: Issues for Congress", True),
        ("Amtrak, North Atlantic Rail Alliance Seek Support for Passenger Rail Proposals", False),
        ("International Neutrality Law and U.S. Military Assistance to Ukraine", True),
        ("Department of Defense: Military Assistance During the Branch Davidian Incident", False),
        ("Security Relations in the Indo-Pacific", True),
        ("U.S. Military Training: Issues for Congress", False),
        ("Foreign Military Sales: DOD Should Strengthen Oversight of Fees", True),
        ("The Pacific Alliance: Trade in Mexico, Peru, Chile and Colombia", False),
        ("Taiwan Defense: Issues for Congress", True),
        ("Russian Arms Sales and Defense Industry", False),
        ("Arms Sales to Taiwan and China’s Response", True),
        ("Taiwan: Major U.S. Arms Sales Since 1990", True),
        ("European Union’s Arms Embargo on China", False),
        ("Kuwait: Governance, Security, and U.S. Policy", False),
        ("Security Assistance: Egypt", True),
        ("Precision-Guided Munitions: Background and Issues for Congress", False),
        ("U.S. Nationals and Foreign Military Service", False),
        ("Transfer of Defense Articles", True),
        ("FY2024 NDAA: Security Cooperation", True),
        ("Persian Gulf: End-Use Monitoring of Equipment", True),
        ("Export-Import Bank: Status of End-Use Monitoring of Dual-Use Exports as of August 2022", False),
        ("Child Care in the National Defense Authorization Act for Fiscal Year 2024", False),
        ("Consolidated Appropriations Act, 2023: Medicaid Provisions", False),
    ],
)
def test_a_reports_common_words_need_a_place_abroad_and_the_yearly_acts_are_no_sign(
    title: str, is_in_scope: bool
) -> None:
    report = Described("report:1", "report", (Field(FieldName.TITLE, title),))
    found = links(report)
    assert (SCOPE in found and found[SCOPE].score >= CONFIDENT) is is_in_scope


def test_a_programme_named_in_the_title_is_stronger_than_in_the_text() -> None:
    fields = (
        Field(FieldName.TITLE, "Foreign Military Financing for Egypt"),
        Field(FieldName.SUMMARY, "The bill withholds Foreign Military Financing and IMET."),
        Field(FieldName.TEXT, "Amounts for International Narcotics Control and Law Enforcement stay."),
    )
    made = links(Described("bill:119-hr-1", "bill", fields, ABROAD))
    assert made["programme:fmf"].score > made["programme:imet"].score > made["programme:incle"].score
    assert [each.field for each in made["programme:fmf"].evidence] == [FieldName.TITLE, FieldName.SUMMARY]


def test_a_bare_section_number_is_a_doubt_and_its_act_makes_it_sure() -> None:
    bare = links(item("To report on security cooperation under section 333"))
    sure = links(item("To report on security cooperation under section 333 of title 10, United States Code"))
    assert bare["programme:section-333"].score < CONFIDENT <= sure["programme:section-333"].score
    assert links(item("To repeal section 333 of the Clean Air Act", area="Environmental Protection")) == {}


def test_common_words_name_a_programme_only_where_the_item_is_in_scope() -> None:
    shop = links(item("Assault Weapons Sales Act", area="Crime and Law Enforcement"))
    abroad = links(item("Weapons Sales to Saudi Arabia Act"))
    assert shop["programme:arms-sales"].score < CONFIDENT <= abroad["programme:arms-sales"].score


def test_a_law_that_is_named_is_linked_in_scope_or_not() -> None:
    made = links(item("To amend the War Powers Resolution"))
    assert made["authority:war-powers-resolution"].score >= CONFIDENT
    assert SCOPE not in made


@pytest.mark.mirror
def test_scope_is_as_good_as_promised() -> None:
    mirror = mirror_root()
    recall = measure_recall(filed_bills(mirror))
    assert recall.filed == 191
    assert recall.share >= RECALL, recall.missed
    judged = labels()
    precision = measure_precision(judged, labelled_bills(mirror, judged))
    assert len(precision.right) + len(precision.wrong) >= 200
    assert precision.share >= PRECISION, precision.wrong


# --- hostile text -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "Foreign Military Financing for Egypt and the Leahy law. ",
        "arms sales to Russia, ",
        "Jordan ",
        "security assistance e\u0301 \u202eKenya ",
    ],
)
def test_words_without_end_are_no_trouble(words: str) -> None:
    links = packaged_linker().propose(item("Aid for Jordan Act", words * (1_000_000 // len(words))))
    assert "country:JOR" in {link.target for link in links}
