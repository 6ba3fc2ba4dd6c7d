"""The form of `reports/`: what a watchdog found, in one or two sentences of our own, and what that rests on. Pure."""

from __future__ import annotations

import re
from html import escape

from tracker.content.body import Rendered, render
from tracker.content.fields import Fields, sentences_problem
from tracker.content.forms import File, Known, Made, check_distinct, check_name, checked_basis, review
from tracker.content.model import PromiseTest, ReportContent

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MOST_SENTENCES = 2


def report(file: File) -> Made:
    """`reports/gao-25-107622.md`."""
    check_name(file, _NAME, "a report's number in small letters, such as gao-25-107622.md")
    fields = file.fields
    number = fields.text("number")
    if number and _key(number) != file.name.lower():
        fields.problem("number", f'expected the number that the file is named after, found "{number}"')
    tests = [(each.line, _test(each, file.known)) for each in fields.tables("tests", may_be_empty=True)]
    check_distinct(file, "tests", [(line, test.target) for line, test in tests])
    made = ReportContent(
        key=file.name,
        number=number,
        watchdog=fields.text("watchdog"),
        title=fields.text("title"),
        finding=_finding(file),
        rests_on=tuple(checked_basis(each, file.known, with_part=True) for each in fields.tables("rests_on")),
        tests=tuple(test for _, test in tests),
        **review(file),
    )
    return made, ()


def _key(number: str) -> str:
    """A report's number as its address has it."""
    return re.sub(r"[^a-z0-9]+", "-", number.lower()).strip("-")


def _finding(file: File) -> str:
    """The text below: plain words, because pages, feeds and mails show them."""
    words = " ".join(file.parts.body.split())
    rendered = render(file.parts.body, file.parts.body_line, (), file.report)
    if rendered is None:
        return ""
    problem = "the text is missing" if not words else _plain_problem(words, rendered)
    if problem:
        file.report.add(file.parts.body_line, problem)
    return words


def _plain_problem(words: str, rendered: Rendered) -> str | None:
    if " ".join(rendered.body.html.split()) != f"<p>{escape(words, quote=False)}</p>":
        return "expected one paragraph of plain words, without emphasis, links or lists"
    return sentences_problem(words, _MOST_SENTENCES)


def _test(fields: Fields, known: Known) -> PromiseTest:
    test = PromiseTest(fields.text("target"), fields.sentence("how"))
    fields.finish()
    if test.target and test.target not in known.targets:
        fields.problem("target", f'there is no recommendation or promise "{test.target}"')
    return test
