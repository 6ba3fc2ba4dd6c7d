"""How measures bear on recommendations and promises, in words, and the lists that each figure leads to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from tracker.content import Kind, Recommendation
from tracker.linking.linker import packaged_content
from tracker.queries.bills import Scope
from tracker.queries.links import Bearing
from tracker.queries.recommendations import (
    STAGE_GROUPS,
    Matrix,
    MatrixFilter,
    MatrixRow,
    Tallies,
    Tally,
    matrix_regions,
)
from tracker.sentences import ordinal
from tracker.web.formatting import capital, counted, listed
from tracker.web.listing import address

# --- sentences --------------------------------------------------------------------------------------


def noun(one: Recommendation) -> str:
    return "recommendation" if one.kind is Kind.RECOMMENDATION else "promise"


def place_in_family(one: Recommendation) -> str:
    """Which of how many: "Recommendation 2 of 3", "Guideline 7 of 9"."""
    content = packaged_content()
    alike = [other for other in (*content.recommendations, *content.promises) if other.kind is one.kind]
    return f"{one.kind.value.capitalize()} {one.number} of {len(alike)}"


def answer_sentence(one: Recommendation, tallies: Tallies) -> str:
    """How many measures bear on it in each way, and how many of them became law."""
    return _answer(f"this {noun(one)}", "it", tallies)


def overview_sentence(recommended: Tallies) -> str:
    """The same for the recommendations together; a measure that bears on two of them counts once."""
    return _answer("one of the three recommendations", "one", recommended)


def _answer(what: str, again: str, tallies: Tallies) -> str:
    tally = tallies.all
    if tally.is_empty:
        return f"No measure we hold is judged to advance or to weaken {what}, and none concerns {again}."
    if tally.advances or tally.weakens:
        sentence = (
            f"In the editors’ judgement {_bear(tally.advances, 'advance', 'no measure', 'measure')} {what} "
            f"and {_bear(tally.weakens, 'weaken', 'none')} {again}"
        )
        if tally.concerns:
            verbs = "more concerns {} and is" if tally.concerns == 1 else "more concern {} and are"
            sentence += f"; {tally.concerns:,} {verbs.format(again)} not judged"
    else:
        unjudged = (
            "nobody has judged yet what it does" if tally.concerns == 1 else "none of them is judged yet"
        )
        sentence = f"{capital(_bear(tally.concerns, 'concern', '', 'measure'))} {what}, and {unjudged}"
    return f"{sentence}. {law_sentence(tallies.laws, again)}"


def _bear(count: int, verb: str, nothing: str, noun: str = "") -> str:
    """ "25 measures advance", "1 weakens", "none weakens"."""
    subject = f"{count:,} {noun}".strip() + ("s" if noun and count > 1 else "") if count else nothing
    return f"{subject} {verb}{'' if count > 1 else 's'}"


def law_sentence(laws: Tally, again: str) -> str:
    """How many of the measures became law, by what they do."""
    if laws.is_empty:
        return "None of them became law."
    verbs = ((laws.advances, "advance"), (laws.weakens, "weaken"))
    parts = [f"{count:,} that {verb}{'' if count > 1 else 's'} {again}" for count, verb in verbs if count]
    if laws.concerns:
        parts.append(f"{laws.concerns:,} not judged")
    return f"Of these, {listed(parts)} became law."


def matrix_sentence(matrix: Matrix, which: MatrixFilter) -> str:
    """What the table holds."""
    where = f" of the region {matrix_regions()[which.region]}" if which.region else ""
    when = f" of the {ordinal(which.congress)} Congress" if which.congress else ""
    if not matrix.rows:
        return f"No measure{when} on security assistance that we hold names a country{where}."
    countries = capital(counted(len(matrix.rows), "country", "countries"))
    verb = "is" if len(matrix.rows) == 1 else "are"
    return f"{countries}{where} {verb} named in measures{when} on security assistance."


# --- where figures lead -----------------------------------------------------------------------------


class Figure(NamedTuple):
    """A number of measures, how they bear, and the list that has exactly those."""

    bearing: Bearing
    number: int
    href: str


def list_address(**parameters: str | int | None) -> str:
    """A list of exactly the measures that were counted: in scope or not, since an editor may judge any."""
    given = {name: str(value) for name, value in parameters.items() if value is not None}
    return address("/bills", given, scope=Scope.ALL.value)


def all_figures(tally: Tally, **parameters: str | int | None) -> list[Figure]:
    """Each number of a tally."""
    return _figures(tally, Bearing, parameters)


def figures(tally: Tally, **parameters: str | int | None) -> list[Figure]:
    """Each number of a tally that is not nought."""
    return _figures(tally, [bearing for bearing in Bearing if tally.of(bearing)], parameters)


def _figures(
    tally: Tally, bearings: Iterable[Bearing], parameters: Mapping[str, str | int | None]
) -> list[Figure]:
    before, after = _around_verdict(tuple(parameters.items()))
    return [Figure(bearing, tally.of(bearing), f"{before}{bearing.value}{after}") for bearing in bearings]


@lru_cache(maxsize=4096)
def _around_verdict(parameters: tuple[tuple[str, str | int | None], ...]) -> tuple[str, str]:
    """The address of a list up to the word that says how its measures bear, and from there on.

    Pages have hundreds that differ in this word, and putting one together takes longer than a row of a table.
    """
    before, _, after = list_address(**dict(parameters), verdict=_ANY).partition(_ANY)
    return before, after


_ANY = "ANY-VERDICT"


def cell_figures(row: MatrixRow, column: int, matrix: Matrix, which: MatrixFilter) -> list[Figure]:
    """The numbers of one cell of the table."""
    return figures(
        row.cells[column],
        country=row.country.code,
        recommendation=matrix.columns[column].slug,
        congress=which.congress,
    )


def in_scope_address(row: MatrixRow, which: MatrixFilter) -> str:
    """The country's measures on security assistance."""
    congress = {"congress": str(which.congress)} if which.congress else {}
    return address("/bills", {"country": row.country.code, **congress})


class StageRow(NamedTuple):
    """Where measures stand, and how many of each sort stand there."""

    name: str
    figures: list[Figure]


def stage_rows(one: Recommendation, tallies: Tallies) -> list[StageRow]:
    """Measures by where they stand and by what they do; stages that none has reached are left out."""
    return [
        StageRow(group.name, all_figures(tally, recommendation=one.slug, stage=",".join(group.stages)))
        for group in STAGE_GROUPS
        if (tally := tallies.stages.get(group.name)) is not None
    ]
