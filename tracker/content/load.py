"""The content folder, read once at start: every file checked, rendered and found by key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from datetime import date
from pathlib import Path
from types import MappingProxyType

from tracker.content import forms, measure_forms, report_forms
from tracker.content.fields import Fields
from tracker.content.front_matter import MOST_BYTES, read_file
from tracker.content.measures import AidCondition, Measure
from tracker.content.model import (
    BillContent,
    Content,
    CountryBrief,
    Kind,
    Page,
    Recommendation,
    ReportContent,
    Submission,
)
from tracker.content.problems import ContentError, Problem, Report

_FORMS: Mapping[str, forms.Form] = {
    "recommendations": forms.recommendation,
    "promises": forms.promise,
    "bills": forms.bill,
    "reports": report_forms.report,
    "countries": forms.brief,
    "pages": forms.page,
    "appropriations": measure_forms.measure,
    "conditions": measure_forms.condition,
    "submissions": forms.submission,
}
"""The folders, and what their files are. A folder that is not there is empty."""

_TARGETS = {"recommendations": "recommendation", "promises": "promise"}
_ENDING = ".md"


def load_content(folder: Path, *, entries: Set[str] | None = None, today: date | None = None) -> Content:
    """Everything in the folder, or a ContentError that names every problem of every file.

    `entries` are the vocabulary's keys, which signals and briefs must keep to. With `today`, nothing may be dated
    later.
    """
    files = {name: list(_files(folder / name)) for name in _FORMS}
    targets = {f"{kind}:{path.stem}" for name, kind in _TARGETS.items() for path in files[name]}
    known = forms.Known(targets, entries, today)
    problems: list[Problem] = [] if folder.is_dir() else [Problem(".", 1, "", f"there is no folder {folder}")]
    read: dict[str, list[forms.Made]] = {}
    for name, form in _FORMS.items():
        read[name] = []
        for path in files[name]:
            report = Report(f"{name}/{path.name}")
            made = _read(path, form, known, report)
            if made is not None and not report.problems:
                read[name].append(made)
            problems += report.problems
    if not problems:
        problems = [*_same_numbers(read["recommendations"]), *_loose_ends(read)]
    if problems:
        raise ContentError(problems)
    return _content(read)


def _files(folder: Path) -> Iterator[Path]:
    """What lies in a folder and is not hidden."""
    if folder.is_dir():
        yield from (path for path in sorted(folder.iterdir()) if not path.name.startswith("."))


def _read(path: Path, form: forms.Form, known: forms.Known, report: Report) -> forms.Made | None:
    if path.suffix != _ENDING:
        report.add(1, f"only files that end in {_ENDING} belong here")
        return None
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        report.add(1, f"cannot be read: {error.strerror}")
        return None
    parts = read_file(raw, report)
    if parts is None:
        return None
    fields = Fields(parts.front, report)
    made = form(forms.File(path.stem, parts, fields, report, known))
    fields.finish()
    return made


def _same_numbers(read: list[forms.Made]) -> Iterator[Problem]:
    """Recommendations are known by their numbers. Those of promises stand in their files' names."""
    made = [each for each, _ in read if isinstance(each, Recommendation)]
    counts = Counter(each.number for each in made)
    for each in made:
        if counts[each.number] > 1:
            file = f"recommendations/{each.slug}{_ENDING}"
            yield Problem(file, 1, "number", f"another recommendation is number {each.number} as well")


def _loose_ends(read: Mapping[str, list[forms.Made]]) -> Iterator[Problem]:
    measures = {each.key: each for each, _ in read["appropriations"] if isinstance(each, Measure)}
    conditions = [each for each, _ in read["conditions"] if isinstance(each, AidCondition)]
    return measure_forms.cross_problems(measures, conditions)


def _content(read: Mapping[str, list[forms.Made]]) -> Content:
    made = [each for files in read.values() for each, _ in files]
    measured = sorted((each for each in made if isinstance(each, Recommendation)), key=_order)
    return Content(
        recommendations=tuple(each for each in measured if each.kind is Kind.RECOMMENDATION),
        promises=tuple(each for each in measured if each.kind is not Kind.RECOMMENDATION),
        bills=MappingProxyType({each.key: each for each in made if isinstance(each, BillContent)}),
        reports=MappingProxyType({each.key: each for each in made if isinstance(each, ReportContent)}),
        briefs=MappingProxyType({each.code: each for each in made if isinstance(each, CountryBrief)}),
        pages=MappingProxyType({each.slug: each for each in made if isinstance(each, Page)}),
        measures=MappingProxyType({each.key: each for each in made if isinstance(each, Measure)}),
        conditions=tuple(each for each in made if isinstance(each, AidCondition)),
        submissions=MappingProxyType({each.key: each for each in made if isinstance(each, Submission)}),
        links=tuple(link for files in read.values() for _, links in files for link in links),
    )


def _order(one: Recommendation) -> tuple[int, int]:
    return list(Kind).index(one.kind), one.number
