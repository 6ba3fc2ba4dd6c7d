"""Bill texts of all three formats as sections: the same words whatever the markup, and nothing that is not the text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scrapers.bill_pages import read_page
from scrapers.bill_xml import read_sections
from scrapers.errors import DriftError
from scrapers.parsing import prose_root
from scrapers.records import Section
from scrapers.sections import tidy, tidy_heading
from scrapers.source import Document

DTD_NAME = '<!DOCTYPE bill PUBLIC "-//US Congress//DTDs/bill.dtd//EN" "bill.dtd">'

BILL = """<bill><legis-body>{}</legis-body></bill>"""
SECTION = (
    "<section><enum>7041.</enum><subsection><enum>(a)</enum><header>Egypt</header>"
    "<paragraph><enum>(1)</enum><header>Assistance</header><text>Not less than $5 under the heading "
    "<quote>Foreign Military Financing Program</quote>: <proviso><italic>Provided,</italic></proviso> That "
    "it is so—</text>"
    "<subparagraph><enum>(A)</enum><text>first; and</text></subparagraph>"
    "<subparagraph><enum>(B)</enum><text>second.</text></subparagraph></paragraph></subsection></section>"
)
WORDS = (
    "(a) Egypt.—\n(1) Assistance.—Not less than $5 under the heading “Foreign Military Financing Program”: Provided, "
    "That it is so—\n(A) first; and\n(B) second."
)
USLM = (
    '<bill xmlns="http://schemas.gpo.gov/xml/uslm"><main><section><heading>middle east</heading>'
    '<num value="7041">Sec. 7041. </num><subsection><num value="a">(a) </num><heading>Egypt.—</heading>'
    '<paragraph><num value="1">(1) </num><heading>Assistance.—</heading><chapeau>Not less than $5 under the '
    "<sidenote><p>Deadline.</p></sidenote>heading “<headingText>Foreign Military Financing <page>140 STAT. 1</page>\n"
    "Program</headingText>”: <proviso><i>Provided,</i> That it is so—</proviso></chapeau>"
    '<subparagraph><num value="A">(A) </num><content>first; and</content></subparagraph>'
    '<subparagraph><num value="B">(B) </num><content>sec\u00ad\nond.</content></subparagraph></paragraph></subsection>'
    "</section></main></bill>"
)
PAGE = """<html><body><pre>
[H.R. 1 Reported in House (RH)]

&lt;DOC&gt;

    Be it enacted by the Senate and House of Representatives,

                                TITLE IV

                   INTERNATIONAL SECURITY ASSISTANCE

                          Department of State

          international narcotics control and law enforcement

    For necessary expenses, $1,566,183,000 (increased by $1,000,000) 
(reduced by $1,000,000), to remain available:  Provided, That pre-
obligation rules hold.

                      middle east and north africa

    Sec. 7041. (a) Egypt.--
            (1) Assistance.--Not less than $5 under the heading 
        ``Foreign Military Financing Program'':  Provided, That it is 
        so--
                    (A) first; and
                    (B) second.

            Passed the House of Representatives June 28, 2024.
</pre></body></html>
"""  # noqa: W291


def document(text: str) -> Document:
    return Document(
        url="https://www.govinfo.gov/text", body=text.encode(), content_type="application/xml",
        fetched_at=datetime(2026, 11, 2, tzinfo=UTC), sha256="",
    )  # fmt: skip


def xml(text: str) -> tuple[Section, ...]:
    return read_sections(prose_root(document(text)))


def test_all_formats_say_the_same() -> None:
    (of_the_house,) = xml(f"<?xml version='1.0'?>\n{DTD_NAME}\n{BILL.format(SECTION)}")
    (of_the_laws,) = xml(USLM)
    of_a_page = read_page(document(PAGE))[-1]
    assert of_the_house.text == of_the_laws.text == of_a_page.text == WORDS
    assert of_the_house.number == of_the_laws.number == of_a_page.number == "7041"
    assert of_the_laws.heading == "Middle East"
    for section in (of_the_house, of_the_laws, of_a_page):
        assert [part.label for part in section.parts] == ["(a)", "(a)(1)", "(a)(1)(A)", "(a)(1)(B)"]
        assert section.text[section.parts[-1].start : section.parts[-1].end] == "(B) second."


def test_a_page_has_accounts_under_their_headings() -> None:
    account, section = read_page(document(PAGE))
    assert (account.number, account.heading) == (None, "International Narcotics Control and Law Enforcement")
    assert [(step.level, step.number, step.heading) for step in account.steps] == [
        ("title", "IV", "International Security Assistance"),
        ("intermediate", None, "Department of State"),
    ]
    assert account.text.endswith("to remain available: Provided, That pre-obligation rules hold.")
    assert section.heading == "Middle East and North Africa"


def test_a_heading_over_a_numbered_section_names_it() -> None:
    found = xml(BILL.format(
        "<title><enum>VII</enum><header>GENERAL PROVISIONS</header>"
        "<appropriations-small><header>MIDDLE EAST</header></appropriations-small>" + SECTION
        + "<appropriations-small><header>(INCLUDING TRANSFER OF FUNDS)</header></appropriations-small>"
        "<section><enum>7042.</enum><text>Words.</text></section>"
        "<appropriations-small><text>This title may be cited as it is.</text></appropriations-small></title>"
    ))  # fmt: skip
    assert [(one.number, one.heading) for one in found] == [
        ("7041", "Middle East"),
        ("7042", None),
        (None, None),
    ]
    assert found[0].steps[0].heading == "General Provisions"


def test_what_a_committee_struck_is_not_of_its_text() -> None:
    (found,) = xml(BILL.format(
        '<section changed="deleted"><enum>1.</enum><text>Old.</text></section>'
        "<section><enum>1.</enum><text>New.</text></section>"
    ))  # fmt: skip
    assert found.text == "New."


def test_words_that_amend_another_law_are_marked() -> None:
    (found,) = xml(BILL.format(
        "<section><enum>2.</enum><text>Section 3 is amended by adding:</text><quoted-block><subsection>"
        "<enum>(d)</enum><text>Not later than 9 days.</text></subsection><after-quoted-block>.</after-quoted-block>"
        "</quoted-block></section>"
    ))  # fmt: skip
    (span,) = found.quoted
    assert found.text[slice(*span)] == "“(d) Not later than 9 days."


def test_blanks_between_elements_are_kept() -> None:
    (found,) = xml(BILL.format(
        "<section><enum>1.</enum><text><quote>A</quote> <quote>B</quote> and <term>C</term></text></section>"
    ))  # fmt: skip
    assert found.text == "“A” “B” and “C”"


@pytest.mark.parametrize(
    "prologue",
    [
        '<!DOCTYPE bill [<!ENTITY a "b">]>',
        '<!DOCTYPE bill SYSTEM "bill.dtd" [<!ENTITY a "b">]>',
        f"{DTD_NAME}{DTD_NAME}",
        '<!DOCTYPE bill PUBLIC "x" "y" "z">',
        "<!DOCTYPE>",
    ],
)
def test_a_doctype_that_is_more_than_a_name_is_refused(prologue: str) -> None:
    with pytest.raises(DriftError, match="DOCTYPE"):
        xml(f"<?xml version='1.0'?>{prologue}{BILL.format(SECTION)}")


@pytest.mark.parametrize(
    "prologue", [DTD_NAME, '<!DOCTYPE bill SYSTEM "bill.dtd">', "<!DOCTYPE bill>", "<?x y?>\n<!-- a -->"]
)
def test_a_dtds_name_is_taken_out(prologue: str) -> None:
    assert xml(f"{prologue}{BILL.format(SECTION)}")[0].text == WORDS


def test_a_page_without_a_text_is_drift() -> None:
    with pytest.raises(DriftError, match="does not hold"):
        read_page(document("<html><form>Log in</form></html>"))


@pytest.mark.parametrize(
    ("heading", "tidied"),
    [
        ("COUPS D’ÉTAT", "Coups D'état"),
        ("middle east and north africa", "Middle East and North Africa"),
        ("Egypt.—", "Egypt"),
        ("Withholding", "Withholding"),
    ],
)
def test_headings(heading: str, tidied: str) -> None:
    assert tidy_heading(heading) == tidied


def test_soft_hyphens_and_typography() -> None:
    assert tidy("Representa\u00ad\n tives’ ``own''  words\u00a0") == "Representatives' “own” words"
