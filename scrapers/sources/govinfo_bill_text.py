"""GPO's texts of measures and laws, section by section: XML of both kinds, and the older preformatted pages.

Which texts there are is said by bill status files; the runner hands in the addresses of those that belong to
measures in scope (`wanted`), or to the one measure that option `bill=119-hr-7148` names. A single text can be asked
for by its package, `package=BILLS-118hr2882enr`, as prior acts must be. What is printed once is not printed
again otherwise, so a text that we hold is not asked for a second time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from scrapers.bill_pages import read_page
from scrapers.bill_xml import read_sections
from scrapers.errors import DriftError
from scrapers.parsing import Element, drift, prose_root
from scrapers.records import BillText, BillType
from scrapers.sections import tidy
from scrapers.source import Document, Healthy, Request, Source
from scrapers.times import parse_date

PACKAGES = "https://www.govinfo.gov/content/pkg"

_PRINTED_BEFORE = datetime(1789, 3, 4, tzinfo=UTC)
_PACKAGE = re.compile(r"BILLS-\d+[a-z]+\d+[a-z]+\d*|PLAW-\d+publ\d+")
_FOLDERS = {"xml": ("xml", "xml"), "uslm": ("uslm", "xml"), "html": ("html", "htm")}
_ADDRESS = re.compile(
    rf"{re.escape(PACKAGES)}/(?P<package>[A-Z]+-[0-9a-z]+)/(?P<format>xml|uslm|html)/(?P=package)\.(?:xml|htm)"
)
_BILL_PACKAGE = re.compile(r"BILLS-(\d+)([a-z]+?)(\d+)([a-z]+\d*)")
_LAW_PACKAGE = re.compile(r"PLAW-(\d+)publ(\d+)")
_BILL_REFERENCE = re.compile(r"/us/bill/(\d+)/([a-z]+)/(\d+)$")


def requests(options: Mapping[str, str]) -> Iterator[Request]:
    """The package that is asked for by name."""
    if "format" in options and options["format"] not in _FOLDERS:
        raise ValueError(f"option format= takes one of {', '.join(_FOLDERS)}, not {options['format']!r}")
    if "package" in options:
        package = options["package"]
        if not _PACKAGE.fullmatch(package):
            raise ValueError(f"option package= takes a package like BILLS-118hr2882enr, not {package!r}")
        if "bill" in options:
            raise ValueError("options bill= and package= exclude each other")
        folder = options.get("format") or ("uslm" if package.startswith("PLAW") else "xml")
        yield _request(package, folder)
    elif "format" in options:
        raise ValueError("option format= goes with package=")


def wanted(options: Mapping[str, str], texts: Iterable[Iterable[str]]) -> Iterator[Request]:
    """One request for each text, of the formats that it is published in the one that says most."""
    if "package" in options:
        return
    asked: set[str] = set()
    for addresses in texts:
        formats = {
            found["format"]: found["package"] for url in addresses if (found := _ADDRESS.fullmatch(url))
        }
        for folder in ("xml", "uslm", "html"):
            if folder in formats:
                if formats[folder] not in asked:
                    asked.add(formats[folder])
                    yield _request(formats[folder], folder)
                break


def _request(package: str, format_: str) -> Request:
    folder, extension = _FOLDERS[format_]
    return Request(f"{PACKAGES}/{package}/{folder}/{package}.{extension}", changed_at=_PRINTED_BEFORE)


def parse(document: Document) -> Iterator[BillText]:
    """The one text of a document."""
    address = _ADDRESS.fullmatch(document.url)
    if not address:
        raise DriftError("not the address of a text", url=document.url)
    if address["format"] == "html":
        yield _page(document, address["package"])
    else:
        yield _xml(document, address["package"])


def _page(document: Document, package: str) -> BillText:
    congress, bill_type, number, version = _identity(document, package)
    heading = document.body[:4000].decode("utf-8", "replace")
    named = re.search(r"\[([HS][A-Za-z. ]*?)\s*(\d+)\s+[^\]]*\(([A-Z0-9]+)\)\]", heading)
    if not named or (_squeezed(named[1]) + named[2]) != f"{bill_type}{number}" or named[3].lower() != version:
        raise DriftError(f"the text is not of {package}", url=document.url)
    return BillText(
        congress, bill_type, number, version, document.url, read_page(document),
        title=_page_title(heading),
    )  # fmt: skip


def _page_title(text: str) -> str | None:
    """The official title: the centred paragraph before the enacting clause."""
    found = re.search(
        r"\n\s*((?:Making|To|Providing|Expressing|Relating|Directing|Calling)\b.*?\.)\s*\n\s*\n", text, re.S
    )
    return tidy(found[1]) if found else None


def _xml(document: Document, package: str) -> BillText:
    root = prose_root(document)
    sections = read_sections(root)
    if not sections:
        raise drift("a text without sections", root)
    law = _LAW_PACKAGE.fullmatch(package)
    if law:
        congress, bill_type, number = _bill_of_law(root)
        version = "law"
    else:
        congress, bill_type, number, version = _identity(document, package)
        _check(root, bill_type, number)
    return BillText(
        congress, bill_type, number, version, document.url, sections,
        title=_title(root), law=f"{law[1]}-{law[2]}" if law else None,
        issued_on=_issued(root), enacted_on=_enacted(root) if law else None,
    )  # fmt: skip


def _identity(document: Document, package: str) -> tuple[int, BillType, int, str]:
    found = _BILL_PACKAGE.fullmatch(package)
    if not found or found[2] not in BillType._value2member_map_:
        raise DriftError(f"no measure has the package {package}", url=document.url)
    return int(found[1]), BillType(found[2]), int(found[3]), found[4]


def _check(root: Element, bill_type: BillType, number: int) -> None:
    """The text must say that it is the measure that its address names."""
    said = root.findtext(".//legis-num")
    if said is None:
        kind, numbered = root.findtext(".//{*}meta/{*}type"), root.findtext(".//{*}meta/{*}docNumber")
        if kind is None or numbered is None:
            raise drift("the text does not say what it is", root)
        if numbered.strip() != str(number):
            raise drift(f"the text is of {kind} {numbered}, not of {bill_type} {number}", root)
    elif not _squeezed(said).startswith(f"{bill_type}{number}"):
        raise drift(f"the text is of {tidy(said)}, not of {bill_type} {number}", root)


def _squeezed(words: str) -> str:
    """H. J. RES. 68 → hjres68"""
    return re.sub(r"[^a-z0-9]", "", words.lower())


def _bill_of_law(root: Element) -> tuple[int, BillType, int]:
    """The measure that became this law, as its margin or its history names it."""
    for reference in root.iterfind(".//{*}ref"):
        found = _BILL_REFERENCE.search(reference.get("href") or "")
        if found and found[2] in BillType._value2member_map_:
            return int(found[1]), BillType(found[2]), int(found[3])
    raise drift("the law does not name its bill", root)


def _title(root: Element) -> str | None:
    for name in ("official-title", "officialTitle"):
        element = root.find(f".//{{*}}{name}")
        if element is not None:
            words = [element.text or ""]
            for child in element:
                if not str(child.tag).endswith("sidenote"):
                    words += map(str, child.itertext())
                words.append(child.tail or "")
            return tidy("".join(words)) or None
    return None


def _issued(root: Element) -> date | None:
    said = root.findtext(".//{http://purl.org/dc/elements/1.1/}date")
    return parse_date(said.strip()) if said and said.strip() else None


def _enacted(root: Element) -> date | None:
    approved = root.find(".//{*}meta/{*}approvedDate")
    return parse_date(approved.text.strip()) if approved is not None and approved.text else None


SOURCE = Source(
    key="govinfo_bill_text",
    name="Bill texts",
    publisher="U.S. Government Publishing Office",
    covers="The printed texts of measures in scope, every version, and the laws that they became.",
    home_url="https://www.govinfo.gov/app/collection/bills",
    licence="U.S. government work, public domain",
    rhythm=timedelta(hours=4),
    hosts=frozenset({"www.govinfo.gov"}),
    parser_version=1,
    healthy=Healthy(normal_day=200),
    requests=requests,
    wanted=wanted,
    parse=parse,
    options={
        "bill": "every text of one measure that we hold, as 119-hr-7148",
        "package": "one text by its package, as BILLS-118hr2882enr or PLAW-119publ75",
        "format": "with package: xml, uslm or html",
    },
    content_types=frozenset({"application/xml", "text/xml", "text/html"}),
    maximum_bytes=40 * 1024 * 1024,
    maximum_member_bytes=20 * 1024 * 1024,
)
