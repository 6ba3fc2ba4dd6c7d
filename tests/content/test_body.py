"""Markdown into HTML: what is allowed and safe, how references are numbered, what is refused."""

from __future__ import annotations

import pytest

from tracker.content import CitedSource, PublishedOn, source_list
from tracker.content.body import Rendered, render
from tracker.content.problems import Report

SOURCES = frozenset({"one", "two"})


def _render(text: str) -> Rendered:
    report = Report("countries/EGY.md")
    rendered = render(text, 10, SOURCES, report)
    assert report.problems == []
    assert rendered is not None
    return rendered


def _told(text: str) -> list[str]:
    report = Report("countries/EGY.md")
    render(text, 10, SOURCES, report)
    return [f"{problem.line}: {problem.message}" for problem in report.problems]


ALLOWED = [
    ("Words *and* **more**.", "<p>Words <em>and</em> <strong>more</strong>.</p>"),
    ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
    ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"),
    ("> said", "<blockquote>\n<p>said</p>\n</blockquote>"),
    ("[a](/bills/119-s-1780?q=1#next)", '<p><a href="/bills/119-s-1780?q=1#next">a</a></p>'),
    ("[a](https://example.gov/a?b=1&c=2)", '<p><a href="https://example.gov/a?b=1&amp;c=2">a</a></p>'),
    ("<https://example.gov/>", '<p><a href="https://example.gov/">https://example.gov/</a></p>'),
    ("1 < 2 & 3 > 2", "<p>1 &lt; 2 &amp; 3 &gt; 2</p>"),
    ("&lt;script&gt;", "<p>&lt;script&gt;</p>"),
    ("## One & two", '<h2 id="one-two">One &amp; two</h2>'),
    ("## A\n\n## A", '<h2 id="a">A</h2>\n<h2 id="a-2">A</h2>'),
    ("### Source 1", '<h3 id="part-source-1">Source 1</h3>'),
    ("## ?", '<h2 id="part">?</h2>'),
    ("## A\n\n[up](#a)", '<h2 id="a">A</h2>\n<p><a href="#a">up</a></p>'),
    ("    four blanks are no code", "<p>four blanks are no code</p>"),
    ("a `b` [c]", "<p>a `b` [c]</p>"),
]


@pytest.mark.parametrize(("text", "html"), ALLOWED)
def test_markdown_becomes_plain_html(text: str, html: str) -> None:
    assert _render(text).body.html == html


LEADS = "a link leads to a page of ours (/…) or to https://, not to"

REFUSED = [
    ("# Title", "10: headings begin at ##: the page's title is its only #"),
    ("- # Title", "10: headings begin at ##: the page's title is its only #"),
    ("a\n\n#### Deep", "12: headings are ## or ###"),
    ("Title\n=====", "11: rules and underlined headings are not used: write ##"),
    ("Title\n-----", "11: rules and underlined headings are not used: write ##"),
    ("* * *", "10: rules and underlined headings are not used: write ##"),
    ("a <b>c</b>", "10: HTML is not used here"),
    ("<script>alert(1)</script>", "10: HTML is not used here"),
    ("a\n<!-- hidden -->", "11: HTML is not used here"),
    ("![a](https://example.gov/a.png)", "10: images are not used here"),
    ("```\na\n```", "10: code is not used here"),
    ("[^one]: A note.", "10: footnotes and addresses are not defined in the text: sources stand in `sources`"),
    ("[a]: https://a.gov/", "10: footnotes and addresses are not defined in the text: sources stand in `sources`"),
    ("## A[^one]", "10: a reference to a source does not belong in a heading"),
    ("[a [^one]](/bills)", "10: a reference to a source does not belong inside a link"),
    ("a\nb[^three]", '11: no source has the id "three"'),
    ("b[^]", '10: no source has the id ""'),
    ("[a](#nowhere)", '10: no heading of this text has the id "nowhere"'),
    ("a\n\n[b](http://example.gov/)", f'12: {LEADS} "http://example.gov/"'),
    ("[a](javascript:alert(1))", f'10: {LEADS} "javascript:alert(1)"'),
    ("[a](//evil.example/)", f'10: {LEADS} "//evil.example/"'),
    ("[a](bills)", f'10: {LEADS} "bills"'),
    ("[a](/b[^one])", f'10: {LEADS} "/b[^…]"'),
    ("[a](mailto:a@example.org)", f'10: {LEADS} "mailto:a@example.org"'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "told"), REFUSED)
def test_what_is_not_our_markdown_is_told(text: str, told: str) -> None:
    assert told in _told(text)


def test_references_are_numbered_as_cited_and_lead_to_the_list() -> None:
    rendered = _render("A.[^two] B.[^one][^two]")
    assert rendered.body.html == (
        '<p>A.<sup><a href="#source-1" id="source-1-reference-1" role="doc-noteref" aria-label="Source 1">[1]</a></sup>'
        ' B.<sup><a href="#source-2" id="source-2-reference-1" role="doc-noteref" aria-label="Source 2">[2]</a></sup>'
        '<sup><a href="#source-1" id="source-1-reference-2" role="doc-noteref" aria-label="Source 1">[1]</a></sup></p>'
    )
    assert rendered.cited == {
        "two": ("source-1-reference-1", "source-1-reference-2"),
        "one": ("source-2-reference-1",),
    }


def test_words_do_not_count_headings_or_references() -> None:
    assert _render("## What went wrong\n\nTwo words.[^one]\n\n- a [third](/bills)").body.words == 4


def test_internal_links_carry_their_line() -> None:
    links = _render("a\n\n[b](/bills/119-s-1?x=1)\n[c](https://example.gov/)").links
    assert [(link.file, link.line, link.path) for link in links] == [
        ("countries/EGY.md", 12, "/bills/119-s-1")
    ]


def _source(number: int, references: tuple[str, ...], path: str | None = None) -> CitedSource:
    return CitedSource(
        id="a",
        number=number,
        publisher="Offices & sons",
        title='A "report"',
        date=PublishedOn(2016, 4),
        url="https://example.gov/a?b=1&c=2",
        references=references,
        path=path,
    )


def _every(path: str) -> bool:
    return True


def test_the_list_of_sources_leads_back_to_each_reference() -> None:
    html = source_list(
        (_source(1, ("source-1-reference-1", "source-1-reference-2"), "/bills/119-hr-1"),), _every
    )
    assert html == (
        '<ol class="sources">\n<li id="source-1">Offices &amp; sons, '
        '<a href="https://example.gov/a?b=1&amp;c=2">A &quot;report&quot;</a>, April 2016. '
        '<a href="/bills/119-hr-1">What this site holds of it</a>. '
        '<a href="#source-1-reference-1" role="doc-backlink" '
        'aria-label="Back to where the text cites source 1, place 1">↩1</a> '
        '<a href="#source-1-reference-2" role="doc-backlink" '
        'aria-label="Back to where the text cites source 1, place 2">↩2</a></li>\n</ol>'
    )


def test_one_reference_needs_no_number_back_and_a_page_that_is_not_there_no_link() -> None:
    html = source_list(
        (_source(3, ("source-3-reference-1",), "/reports/a"),), lambda path: path != "/reports/a"
    )
    assert html.endswith(
        ', April 2016. <a href="#source-3-reference-1" role="doc-backlink" '
        'aria-label="Back to where the text cites source 3">↩</a></li>\n</ol>'
    )


def test_no_sources_make_no_list() -> None:
    assert source_list((), _every) == ""
