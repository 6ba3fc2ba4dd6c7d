"""What is odd about bill status files, one row an oddity, and the batch feed with its own.

Each was met in real files; the saved documents hold many of them, the table says which one it is about.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from scrapers.errors import DriftError
from scrapers.records import Action, Bill, BillType, Chamber, RecordedVote
from scrapers.source import Document, Request
from scrapers.sources.govinfo_billstatus import BATCH_FEED, SOURCE
from tests.publishing import action, batch_feed, bill_file, cosponsor, file_url, person
from tests.sources.saved import Saved, all_saved
from tracker.changes import action_identities, differences
from tracker.ingest.bills import tell

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def document(body: bytes, url: str = file_url("119-hr-1")) -> Document:
    return Document(url=url, body=body, content_type="application/xml", fetched_at=AT, sha256="")


def read(body: bytes, url: str = file_url("119-hr-1")) -> Bill:
    """The one bill in a file."""
    (bill,) = SOURCE.parse(document(body, url))
    assert isinstance(bill, Bill)
    return bill


def refusal(body: bytes, url: str = file_url("119-hr-1")) -> DriftError:
    """Why a file is not read."""
    with pytest.raises(DriftError) as caught:
        list(SOURCE.parse(document(body, url)))
    return caught.value


def item(**children: str) -> str:
    return f"<item>{''.join(f'<{name}>{body}</{name}>' for name, body in children.items())}</item>"


# --- one row an oddity --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Quirk:
    """A sentence, the elements that differ from the plainest file, and what must be read of them."""

    says: str
    parts: dict[str, Any]
    of: Callable[[Bill], Any]
    expected: Any
    file: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.says


def summary(body: str) -> str:
    return (
        "<summary><versionCode>00</versionCode><actionDate>2025-01-03</actionDate>"
        f"<actionDesc>Introduced in House</actionDesc><updateDate>2025-02-01T10:00:00Z</updateDate>{body}</summary>"
    )


def text_version(name: str, when: str, *urls: str) -> str:
    formats = "".join(item(url=url) for url in urls)
    return f"<item><type>{name}</type>{when}<formats>{formats}</formats></item>"


def vote(**more: str) -> str:
    said = {
        "rollNumber": "292", "url": "https://www.senate.gov/vote_119_1_00292.xml", "chamber": "Senate",
        "congress": "119", "date": "2025-11-21T00:22:44Z", "sessionNumber": "1",
    } | more  # fmt: skip
    inner = "".join(f"<{name}>{body}</{name}>" for name, body in said.items())
    return f"<recordedVote>{inner}</recordedVote>"


def first_action(bill: Bill) -> Action:
    return bill.actions[0]


def htmls(bill: Bill) -> list[str | None]:
    return [entry.html for entry in bill.summaries]


def issued(bill: Bill) -> list[date | None]:
    return [version.issued_on for version in bill.texts]


ENROLLED = "https://www.govinfo.gov/content/pkg/BILLS-119hr1enr/xml/BILLS-119hr1enr.xml"
LAW = "https://www.govinfo.gov/content/pkg/PLAW-119publ55/uslm/PLAW-119publ55.xml"
LATEST = "<actionDate>2030-01-01</actionDate><text>Elsewhere.</text>"

QUIRKS = [
    # what may be missing
    Quirk("policyArea is missing in 2% of files", {}, lambda bill: bill.policy_area, None),
    Quirk("legislative subjects are missing in 43% of files", {}, lambda bill: bill.subjects, ()),
    Quirk(
        "subjects may hold a policy area and no subject",
        {"subjects": "<policyArea><name>Congress</name></policyArea>"},
        lambda bill: (bill.policy_area, bill.subjects), ("Congress", ()),
    ),
    Quirk(
        "policyArea stands twice, on the bill and among its subjects",
        {"policyArea": "<name>International Affairs</name>",
         "subjects": "<legislativeSubjects><item><name>Sanctions</name></item></legislativeSubjects>"
                     "<policyArea><name>International Affairs</name></policyArea>"},
        lambda bill: (bill.policy_area, bill.subjects), ("International Affairs", ("Sanctions",)),
    ),
    Quirk("an empty policyArea is none", {"policyArea": ""}, lambda bill: bill.policy_area, None),
    Quirk("a measure may have no sponsor", {"sponsors": None}, lambda bill: bill.sponsors, ()),
    Quirk("a measure may have no text versions", {"textVersions": None}, lambda bill: bill.texts, ()),
    Quirk("a measure may have no committees", {"committees": None}, lambda bill: bill.committees, ()),
    Quirk("a measure may have no summaries", {"summaries": None}, lambda bill: bill.summaries, ()),
    Quirk("a measure may have no related bills", {"relatedBills": None}, lambda bill: bill.related, ()),
    Quirk(
        "empty lists may be kept as empty elements",
        {"laws": "", "notes": "", "cosponsors": "", "relatedBills": "", "textVersions": "", "committees": "",
         "summaries": "", "subjects": "", "cboCostEstimates": "", "committeeReports": ""},
        lambda bill: (bill.laws, bill.notes, bill.cosponsors, bill.related, bill.texts, bill.committees,
                      bill.summaries, bill.subjects, bill.cost_estimates, bill.reports),
        ((),) * 10,
    ),
    Quirk("a stray empty cdata element says nothing", {"cdata": ""}, lambda bill: bill.number, 1),
    # direct children only
    Quirk(
        "updateDate inside subjects, titles and related bills is not the bill's",
        {"subjects": "<legislativeSubjects><item><name>Sanctions</name><updateDate>2031-01-01T00:00:00Z</updateDate>"
                     "</item></legislativeSubjects>",
         "titles": item(titleType="Display Title", title="A", updateDate="2031-01-01T00:00:00Z")},
        lambda bill: bill.updated_at, datetime(2026, 2, 1, 10, tzinfo=UTC),
    ),
    Quirk(
        "latestAction on the bill and inside related bills is no action of the bill",
        {"latestAction": LATEST,
         "relatedBills": item(congress="119", type="S", number="7", title="Other", latestAction=LATEST)},
        lambda bill: [entry.acted_on for entry in bill.actions], [date(2025, 1, 3)],
    ),
    Quirk(
        "the version inside amendments is not the file's",
        {"amendments": "<amendment><version>1.0.0</version><number>9</number><type>HAMDT</type></amendment>" * 3},
        lambda bill: bill.number, 1,
    ),
    # summaries
    Quirk(
        "a summary is HTML in CDATA, where &nbsp; is HTML's",
        {"summaries": summary("<text><![CDATA[ <p><b>Act</b></p> a&nbsp;b ]]></text>")},
        htmls, ["<p><b>Act</b></p> a&nbsp;b"],
    ),
    Quirk(
        "a summary may stand one level deeper with entities for its markup",
        {"summaries": summary("<cdata><text>&lt;p&gt;Aid &amp;amp; arms&lt;/p&gt;</text></cdata>")},
        htmls, ["<p>Aid &amp; arms</p>"],
    ),
    Quirk(
        "a summary may stand one level deeper in CDATA",
        {"summaries": summary("<cdata><text><![CDATA[<p>Deep</p>]]></text></cdata>")}, htmls, ["<p>Deep</p>"],
    ),
    Quirk(
        "a summary with entities for its markup need not be deeper",
        {"summaries": summary("<text>&lt;p&gt;Plain&lt;/p&gt;</text>")}, htmls, ["<p>Plain</p>"],
    ),
    Quirk("a summary may have no text yet", {"summaries": summary("")}, htmls, [None]),
    # actions
    Quirk(
        "an action may have no text",
        {"actions": action(text=None, actionCode="Intro-H")},
        lambda bill: (first_action(bill).text, first_action(bill).code), (None, "Intro-H"),
    ),
    Quirk(
        "a Senate action has a system's name only, no code and no time",
        {"actions": action(sourceSystem="<name>Senate</name>")},
        lambda bill: (first_action(bill).system, first_action(bill).code, first_action(bill).acted_at),
        ("Senate", None, None),
    ),
    Quirk(
        "a House floor action has an Eastern time of day",
        {"actions": action(actionTime="16:31:06", sourceSystem="<code>2</code><name>House floor actions</name>")},
        lambda bill: first_action(bill).acted_at, "16:31:06",
    ),
    Quirk(
        "NotUsed is a real type",
        {"actions": "<item><actionDate>2025-01-03</actionDate><text>Said.</text><type>NotUsed</type></item>"},
        lambda bill: first_action(bill).type, "NotUsed",
    ),
    Quirk(
        "an action may carry a calendar number",
        {"actions": action(calendarNumber="<calendar>U00041</calendar>")},
        lambda bill: first_action(bill).text, "Referred to the House Committee on Foreign Affairs.",
    ),
    Quirk(
        "an evening vote is dated the next day in UTC, the action is not",
        {"actions": action("2025-11-20", "Rejected.", recordedVotes=vote())},
        lambda bill: (first_action(bill).acted_on, first_action(bill).votes),
        (date(2025, 11, 20),
         (RecordedVote(Chamber.SENATE, 119, 1, 292, "https://www.senate.gov/vote_119_1_00292.xml",
                       datetime(2025, 11, 21, 0, 22, 44, tzinfo=UTC)),)),
    ),
    Quirk(
        "an action may have several votes",
        {"actions": action("2025-11-20", "Passed.", recordedVotes=vote() + vote(rollNumber="293"))},
        lambda bill: [entry.roll for entry in first_action(bill).votes], [292, 293],
    ),
    # text versions
    Quirk(
        "a text's date is Eastern midnight in UTC, summer and winter",
        {"textVersions": text_version("Introduced in House", "<date>2025-04-08T04:00:00Z</date>", ENROLLED)
                         + text_version("Engrossed in House", "<date>2025-02-05T05:00:00Z</date>", ENROLLED)},
        issued, [date(2025, 4, 8), date(2025, 2, 5)],
    ),
    Quirk(
        "a law's date is the last second of the Eastern day before",
        {"textVersions": text_version("Public Law", "<date>2025-12-13T04:59:59Z</date>", LAW)
                         + text_version("Public Law", "<date>2025-07-05T03:59:59Z</date>", LAW)},
        issued, [date(2025, 12, 12), date(2025, 7, 4)],
    ),
    Quirk(
        "an enrolled bill's date is often empty",
        {"textVersions": text_version("Enrolled Bill", "<date/>", ENROLLED)}, issued, [None],
    ),
    Quirk(
        "a text's date may be missing",
        {"textVersions": text_version("Enrolled Bill", "", ENROLLED)}, issued, [None],
    ),
    Quirk(
        "a stub of a text version says nothing",
        {"textVersions": "<item><date/><formats/><type/></item>"
                         + text_version("Enrolled Bill", "<date/>", ENROLLED)},
        lambda bill: [version.type for version in bill.texts], ["Enrolled Bill"],
    ),
    Quirk(
        "a law's text has an address of another kind",
        {"textVersions": text_version("Public Law", "<date/>", LAW)},
        lambda bill: bill.texts[0].urls, (LAW,),
    ),
    # people
    Quirk(
        "isOriginalCosponsor is the text True or False",
        {"cosponsors": person("X000001", "A, B", sponsorshipDate="2025-01-03", isOriginalCosponsor="True")
                       + cosponsor("X000002", "C, D")},
        lambda bill: [entry.is_original for entry in bill.cosponsors], [True, False],
    ),
    Quirk(
        "a withdrawn cosponsor stays listed with the date",
        {"cosponsors": cosponsor("X000002", "C, D", sponsorshipWithdrawnDate="2025-02-10")},
        lambda bill: bill.cosponsors[0].withdrawn_on, date(2025, 2, 10),
    ),
    Quirk(
        "an empty date of withdrawal is none",
        {"cosponsors": cosponsor("X000002", "C, D", sponsorshipWithdrawnDate="")},
        lambda bill: bill.cosponsors[0].withdrawn_on, None,
    ),
    Quirk(
        "by request is Y or N",
        {"sponsors": person(isByRequest="Y")}, lambda bill: bill.is_by_request, True,
    ),
    Quirk("N is not by request", {"sponsors": person(isByRequest="N")}, lambda bill: bill.is_by_request, False),
    Quirk(
        "a senator has no district", {"sponsors": "<item><bioguideId>X000001</bioguideId><fullName>Sen. A, B [I-VT]"
                                                  "</fullName><party>I</party><state>VT</state></item>"},
        lambda bill: bill.sponsors[0].district, None,
    ),
    Quirk(
        "district 0 is at large, not missing",
        {"sponsors": "<item><bioguideId>X000001</bioguideId><fullName>Rep. A, B [D-VT-At Large]</fullName>"
                     "<district>0</district></item>"},
        lambda bill: bill.sponsors[0].district, 0,
    ),
    # words
    Quirk(
        "names and quotes are not ASCII",
        {"title": "Berta Cáceres “Human Rights” Act", "sponsors": person("X000001", "Rep. Velázquez, Nydia M.")},
        lambda bill: (bill.title, bill.sponsors[0].name),
        ("Berta Cáceres “Human Rights” Act", "Rep. Velázquez, Nydia M."),
    ),
    Quirk(
        "a report's citation has an en dash",
        {"committeeReports": "<committeeReport><citation>H. Rept. 119–217</citation></committeeReport>"},
        lambda bill: bill.reports[0].citation, "H. Rept. 119–217",
    ),
    Quirk(
        "blanks and line breaks inside a title are one blank",
        {"title": "\n  To provide\n\t for reports \n"}, lambda bill: bill.title, "To provide for reports",
    ),
    Quirk(
        "the statement of authority may be garbage and is not read",
        {"constitutionalAuthorityStatementText": "<![CDATA[<pre>Another bill's page, pursuantto</pre>]]>"},
        lambda bill: bill.title, "A measure about reports, number 1",
    ),
    Quirk(
        "the display title is among the titles",
        {"titles": item(titleType="Display Title", titleTypeCode="45", title="A measure")},
        lambda bill: [(title.type, title.title) for title in bill.titles], [("Display Title", "A measure")],
    ),
    # reserved numbers
    Quirk(
        "a reserved number has no sponsor and no action",
        {"title": "Reserved for the Speaker.", "sponsors": None, "actions": None},
        lambda bill: (bill.title, bill.sponsors, bill.actions), ("Reserved for the Speaker.", (), ()),
    ),
    Quirk(
        "a number reserved for the minority is reserved too",
        {"title": "Reserved for the Minority Leader.", "sponsors": "", "actions": ""},
        lambda bill: bill.actions, (),
    ),
    # related measures
    Quirk(
        "a related measure may be called so by two",
        {"relatedBills": item(congress="119", type="SCONRES", number="7", title="Other",
                              relationshipDetails=item(type="Identical bill", identifiedBy="CRS")
                                                  + item(type="Related bill", identifiedBy="House"))},
        lambda bill: (bill.related[0].type, bill.related[0].relationships),
        (BillType.SCONRES, (("Identical bill", "CRS"), ("Related bill", "House"))),
    ),
]  # fmt: skip


@pytest.mark.parametrize("quirk", QUIRKS, ids=str)
def test_a_file_of_schema_3_is_read_in_spite_of_its_oddity(quirk: Quirk) -> None:
    assert quirk.of(read(bill_file(**quirk.parts))) == quirk.expected


# --- schema 1.0.0 -------------------------------------------------------------------------------------------


def old_file(**parts: Any) -> bytes:
    """A file of schema 1.0.0: the version inside `<bill>`, other names, empty elements kept."""
    usual: dict[str, Any] = {
        "billNumber": "1", "createDate": "2021-08-05T14:29:26Z", "updateDate": "2021-08-05T14:33:24Z",
        "originChamber": "House", "billType": "HR", "introducedDate": "2021-01-03", "congress": "117",
        "recordedVotes": "", "laws": "", "notes": "", "cosponsors": "", "sponsors": "", "policyArea": "",
        "actions": action("2021-01-03", "Introduced in House", links="", committees="")
                   + "<actionTypeCounts><introducedInHouse>1</introducedInHouse></actionTypeCounts>"
                     "<actionByCounts><houseOfRepresentatives>1</houseOfRepresentatives></actionByCounts>",
        "title": "An old measure", "titles": item(titleType="Display Title", title="An old measure"),
        "version": "1.0.0",
    }  # fmt: skip
    body = "".join(
        f"<{name}>{content}</{name}>" for name, content in (usual | parts).items() if content is not None
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><billStatus><bill>{body}</bill></billStatus>'.encode()


OLD_PERSON = (
    "<item><sponsorshipDate>2021-01-05</sponsorshipDate><sponsorshipWithdrawnDate />"
    "<isOriginalCosponsor>True</isOriginalCosponsor><bioguideId>X000001</bioguideId><fullName>Rep. A, B</fullName>"
    "<identifiers><lisID>1</lisID><bioguideId>X000001</bioguideId><gpoId>2</gpoId></identifiers>"
    "<byRequestType /></item>"
)
OLD_COMMITTEE = item(systemCode="hsfa00", name="Foreign Affairs Committee", chamber="House", type="Standing",
                     subcommittees="", activities=item(name="Referred to", date="2021-01-05T15:00:00Z"))  # fmt: skip

OLD = [
    Quirk("the version stands inside the bill", {}, lambda bill: bill.key, "117-hr-1"),
    Quirk(
        "the counts beside the actions are not actions", {}, lambda bill: len(bill.actions), 1,
    ),
    Quirk(
        "a sponsor has identifiers and an empty byRequestType",
        {"sponsors": OLD_PERSON},
        lambda bill: (bill.sponsors[0].bioguide, bill.is_by_request), ("X000001", False),
    ),
    Quirk(
        "a filled byRequestType is by request",
        {"sponsors": OLD_PERSON.replace("<byRequestType />", "<byRequestType>By Request</byRequestType>")},
        lambda bill: bill.is_by_request, True,
    ),
    Quirk(
        "an empty date of withdrawal is none",
        {"cosponsors": OLD_PERSON}, lambda bill: bill.cosponsors[0].withdrawn_on, None,
    ),
    Quirk(
        "committees stand one level deeper",
        {"committees": f"<billCommittees>{OLD_COMMITTEE}</billCommittees>"},
        lambda bill: [committee.code for committee in bill.committees], ["hsfa00"],
    ),
    Quirk(
        "subjects stand one level deeper",
        {"subjects": "<billSubjects><legislativeSubjects><item><name>Sanctions</name></item></legislativeSubjects>"
                     "<policyArea><name>International Affairs</name></policyArea></billSubjects>"},
        lambda bill: bill.subjects, ("Sanctions",),
    ),
    Quirk(
        "summaries stand one level deeper, under another name and with another date",
        {"summaries": "<billSummaries>" + item(
            versionCode="00", actionDate="2021-01-03", actionDesc="Introduced in House", name="Introduced in House",
            lastSummaryUpdateDate="2021-02-01T10:00:00Z", updateDate="2021-01-15T10:00:00Z",
            text="&lt;p&gt;Old&lt;/p&gt;") + "</billSummaries>"},
        lambda bill: [(entry.html, entry.updated_at) for entry in bill.summaries],
        [("<p>Old</p>", datetime(2021, 2, 1, 10, tzinfo=UTC))],
    ),
    Quirk(
        "a related measure has a latestTitle",
        {"relatedBills": item(congress="117", type="S", number="7", latestTitle="Other", relationshipDetails="")},
        lambda bill: bill.related[0].title, "Other",
    ),
    Quirk(
        "votes stand on the bill and again in its actions, with the action's whole name",
        {"recordedVotes": vote(congress="117", fullActionName="On Passage"),
         "actions": action("2021-01-05", "Passed.", recordedVotes=vote(congress="117", fullActionName="On Passage"))},
        lambda bill: [entry.roll for line in bill.actions for entry in line.votes], [292],
    ),
]  # fmt: skip


@pytest.mark.parametrize("quirk", OLD, ids=str)
def test_a_file_of_schema_1_is_read_in_spite_of_its_oddity(quirk: Quirk) -> None:
    assert quirk.of(read(old_file(**quirk.parts), file_url("117-hr-1"))) == quirk.expected


def test_each_file_is_read_by_its_own_schema_wherever_it_lies() -> None:
    new = read(bill_file("117-hr-1"), file_url("117-hr-1"))
    old = read(old_file(), file_url("117-hr-1"))
    assert (new.key, old.key) == ("117-hr-1", "117-hr-1")


@pytest.mark.parametrize("version", ["", "2.0.0", "3.1.0", "4.0.0"])
def test_a_schema_that_we_do_not_know_is_refused_by_its_name(version: str) -> None:
    assert "unknown schema version" in refusal(bill_file(version=version)).message


def test_a_file_without_a_version_is_refused() -> None:
    body = bill_file().replace(b"<version>3.0.0</version>", b"")
    assert "unknown schema version" in refusal(body).message


# --- the whole file -----------------------------------------------------------------------------------------

HEADS = [
    b'<?xml version="1.0" encoding="utf-8" standalone="no"?>', b'<?xml version="1.0" encoding="UTF-8"?>',
    b"\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?>", b"",
]  # fmt: skip


@pytest.mark.parametrize("head", HEADS, ids=repr)
def test_every_way_to_declare_utf_8_is_understood(head: bytes) -> None:
    body = head + bill_file(title="Cáceres").partition(b"?>")[2]
    assert read(body).title == "Cáceres"


def test_comments_and_line_breaks_between_elements_say_nothing() -> None:
    spaced = bill_file().replace(b"><", b">\n  <!-- a remark -->\r\n<").replace(b"<item>", b"<item><?x y?>")
    assert read(spaced) == read(bill_file())


def test_the_closing_dublin_core_block_is_not_read() -> None:
    block = b'<dublinCore xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:format>text/xml</dc:format></dublinCore>'
    assert read(bill_file().replace(b"</billStatus>", block + b"</billStatus>")) == read(bill_file())


def test_a_doctype_is_refused_because_no_status_file_has_one() -> None:
    body = bill_file().replace(b"<billStatus>", b'<!DOCTYPE billStatus SYSTEM "bill.dtd"><billStatus>')
    assert "DOCTYPE" in refusal(body).message


def test_embedded_amendments_cost_little_and_are_not_read() -> None:
    one = "<amendment><number>1</number><actions><item><actionDate>2030-01-01</actionDate></item></actions></amendment>"
    body = bill_file(amendments=one * 42_000)
    assert len(body) > 4_160_000  # the largest of schema 1.0.0
    assert read(body) == read(bill_file())
    assert len(body) < SOURCE.maximum_member_bytes < SOURCE.maximum_bytes


@pytest.mark.parametrize("bill_type", BillType)
def test_every_type_of_measure_is_known(bill_type: BillType) -> None:
    key = f"119-{bill_type}-12"
    assert read(bill_file(key), file_url(key)).key == key


def test_an_unknown_type_of_measure_is_news() -> None:
    assert "unknown type" in refusal(bill_file(type="HAMDT")).message


# --- any order of elements ----------------------------------------------------------------------------------

_HOLDERS = {
    "bill",
    "item",
    "recordedVote",
    "summary",
    "sourceSystem",
    "subjects",
    "billStatus",
    "committeeReport",
}
STATUS_FILES = [saved for saved in all_saved() if saved.path.name.startswith("BILLSTATUS")]


def shuffled(body: bytes, dice: random.Random) -> bytes:
    """The same file with the children of everything that is not a list in another order."""
    root = etree.fromstring(body)
    for holder in list(root.iter()):
        if holder.tag in _HOLDERS:
            children = list(holder)
            dice.shuffle(children)
            holder[:] = children
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(saved=st.sampled_from(STATUS_FILES), dice=st.randoms(use_true_random=False))
def test_the_order_of_elements_does_not_matter(saved: Saved, dice: random.Random) -> None:
    body = saved.path.read_bytes()
    assert read(shuffled(body, dice), saved.url) == read(body, saved.url)


# --- twins, names and votes that only a line tells ----------------------------------------------------------

CHAMBER, LIBRARY = "Senate", "Library of Congress"
TWINS = [
    ("equal words of two systems", (CHAMBER, "Signed by President."), (LIBRARY, "Signed by President.")),
    ("the Library's prefix",
     (CHAMBER, "Passed Senate without amendment by Unanimous Consent."),
     (LIBRARY, "Passed/agreed to in Senate: Passed Senate without amendment by Unanimous Consent.")),
    ("failed", ("House floor actions", "On passage Failed by the Yeas and Nays: 206 - 211."),
     (LIBRARY, "Failed of passage/not agreed to in House: On passage Failed by the Yeas and Nays: 206 - 211.")),
    ("punctuation", (CHAMBER, "Introduced in  House"), (LIBRARY, "Introduced in House.")),
]  # fmt: skip


def on(day: date, system: str | None, text: str, code: str | None = None) -> Action:
    return Action(day, text=text, code=code, system=system)


@pytest.mark.parametrize(("says", "one", "other"), TWINS, ids=[row[0] for row in TWINS])
def test_twins_of_one_event_have_one_identity(
    says: str, one: tuple[str, str], other: tuple[str, str]
) -> None:
    day = date(2025, 12, 12)
    first, second = action_identities([on(day, *one), on(day, *other)])
    assert first == second


def test_two_equal_lines_of_one_system_are_two_events() -> None:
    day = date(2025, 2, 5)
    line = on(day, "House floor actions", "Referred to the Committees.", "H11100")
    assert len(set(action_identities([line, line]))) == 2


def test_the_same_words_on_two_days_are_two_events() -> None:
    lines = [on(date(2025, 2, day), CHAMBER, "Considered by Senate.") for day in (5, 6)]
    assert len(set(action_identities(lines))) == 2


def told(**parts: Any) -> Any:
    return tell(read(bill_file(**parts)))


def kinds(before: Any, after: Any) -> list[tuple[str, str]]:
    return [(draft.kind, draft.natural_key) for draft in differences(before, after)]


def test_a_vote_that_only_a_line_tells_is_a_vote_reference() -> None:
    line = (
        "Motion to discharge Senate Committee on Foreign Relations rejected by Yea-Nay Vote. 30 - 67. Record Vote "
        "Number: 484."
    )
    first = action("2025-01-03", "Introduced in Senate")
    said = action("2025-12-09", line, sourceSystem="<name>Senate</name>")
    found = kinds(told(actions=first), told(actions=said + first))
    assert ("vote_reference", "senate 119-1-484") in found


def test_a_vote_that_gains_its_reference_later_is_no_second_vote() -> None:
    line = "Passed Senate by Yea-Nay Vote. 30 - 67. Record Vote Number: 484."
    said = action("2025-12-09", line, sourceSystem="<name>Senate</name>")
    voted = action(
        "2025-12-09", line, sourceSystem="<name>Senate</name>", recordedVotes=vote(rollNumber="484")
    )
    assert kinds(told(actions=said), told(actions=voted)) == []


def test_a_member_whose_printed_name_changed_is_the_same_cosponsor() -> None:
    before = told(cosponsors=cosponsor("S000033", "Sen. Sanders, Bernard [I-VT]"))
    after = told(cosponsors=cosponsor("S000033", "Sen. Sanders, Bernie [I-VT]"))
    assert kinds(before, after) == []


def test_a_shuffled_file_is_no_change() -> None:
    saved = next(saved for saved in STATUS_FILES if "119hr983" in saved.path.name)
    body = saved.path.read_bytes()
    again = read(shuffled(body, random.Random(983)), saved.url)
    assert kinds(tell(read(body, saved.url)), tell(again)) == []


# --- the batch feed -----------------------------------------------------------------------------------------

JUNE, JULY = "Mon, 01 Jun 2026 08:00:00 -0400", "Wed, 01 Jul 2026 08:00:00 -0400"
IN_JUNE, IN_JULY = datetime(2026, 6, 1, 12, tzinfo=UTC), datetime(2026, 7, 1, 12, tzinfo=UTC)
ONE, TWO = file_url("119-hr-1"), file_url("119-sjres-2")


def listed(body: bytes) -> list[Request]:
    found = list(SOURCE.parse(document(body, BATCH_FEED)))
    assert all(isinstance(request, Request) for request in found)
    return [request for request in found if isinstance(request, Request)]


@pytest.mark.parametrize("quote", ["", '"', "'"], ids=["unquoted", "double quotes", "single quotes"])
def test_links_of_the_batch_feed_are_found_however_they_are_quoted(quote: str) -> None:
    assert listed(batch_feed([(JUNE, [ONE, TWO])], quote)) == [Request(ONE, IN_JUNE), Request(TWO, IN_JUNE)]


def test_batches_that_are_not_newest_first_are_asked_for_oldest_first() -> None:
    assert listed(batch_feed([(JUNE, [ONE]), (JULY, [TWO])])) == [
        Request(ONE, IN_JUNE),
        Request(TWO, IN_JULY),
    ]
    assert listed(batch_feed([(JULY, [TWO]), (JUNE, [ONE])])) == [
        Request(ONE, IN_JUNE),
        Request(TWO, IN_JULY),
    ]


@pytest.mark.parametrize("dates", [(JUNE, JULY), (JULY, JUNE)])
def test_a_file_in_two_batches_is_asked_for_once_with_the_later_time(dates: tuple[str, str]) -> None:
    assert listed(batch_feed([(day, [ONE]) for day in dates])) == [Request(ONE, IN_JULY)]


def test_a_file_twice_in_one_batch_is_asked_for_once() -> None:
    assert listed(batch_feed([(JUNE, [ONE, ONE])])) == [Request(ONE, IN_JUNE)]


def test_a_batch_without_files_is_healthy() -> None:
    assert listed(batch_feed([(JUNE, []), (JULY, [ONE])])) == [Request(ONE, IN_JULY)]


def test_links_to_anything_else_are_left_alone() -> None:
    others = ["https://www.govinfo.gov/bulkdata/BILLS/119/1/hr/BILLS-119hr1ih.xml", "https://example.org/x.xml",
              "https://www.govinfo.gov/bulkdata/BILLSTATUS/119/hr/../../../secret.xml"]  # fmt: skip
    assert listed(batch_feed([(JUNE, [*others, ONE])])) == [Request(ONE, IN_JUNE)]


FEEDS = [
    ("no items", batch_feed([]), "lists no batches"),
    (
        "no date",
        batch_feed([(JUNE, [ONE])]).replace(f"<pubDate>{JUNE}</pubDate>".encode(), b""),
        "without a date",
    ),
    ("an empty date", batch_feed([("", [ONE])]), "without a date"),
    ("a date that is none", batch_feed([("last Tuesday", [ONE])]), "without a date"),
    ("another format", b"<feed xmlns='http://www.w3.org/2005/Atom'/>", "expected an RSS feed"),
    ("a page", b"<html><body>Maintenance</body></html>", "expected an RSS feed"),
    ("nothing", b"", "empty"),
]


@pytest.mark.parametrize(("says", "body", "message"), FEEDS, ids=[row[0] for row in FEEDS])
def test_a_feed_that_is_not_what_it_was_is_refused(says: str, body: bytes, message: str) -> None:
    with pytest.raises(DriftError, match=message):
        listed(body)


def test_a_date_without_a_zone_in_the_feed_is_utc() -> None:
    """RFC 5322: -0000 is UTC of an unknown local time."""
    assert listed(batch_feed([("Mon, 01 Jun 2026 12:00:00 -0000", [ONE])])) == [Request(ONE, IN_JUNE)]
