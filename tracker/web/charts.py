"""Charts: a Vega-Lite spec from `templates/charts`, filled with data and drawn as SVG on the server.

The table under a chart says the same in words; the picture carries a title and a description for who cannot
see it. Nothing is loaded from anywhere: data and colours stand in the spec.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
import vl_convert
from markupsafe import escape

from tracker.config import PROJECT

SPECS = PROJECT / "templates" / "charts"
MEDIA_TYPE = "image/svg+xml"


@dataclass(frozen=True, slots=True)
class Colours:
    """The tokens of `site.css` that a picture needs: it cannot read the page's."""

    ink: str
    quiet: str
    line: str
    accent: str
    partial: str
    steps: tuple[str, ...]
    """For texts in their order, from the act of the year before to the act; told apart without their hue."""


THEMES: Mapping[str, Colours] = {
    "light": Colours("#1c2126", "#575f66", "#dcd8cc", "#0b5563", "#c9b27c",
                     ("#b9b4a6", "#d8bf86", "#9a7b2f", "#9cc5cc", "#3f8593", "#0b3f4a")),
    "dark": Colours("#eceae4", "#a7aeb4", "#343c42", "#7cc4cf", "#8b7a4a",
                    ("#5d646a", "#6f5f35", "#c7a759", "#2f6570", "#5fa3af", "#b9e6ed")),
}  # fmt: skip
SIZES: Mapping[str, tuple[int, int]] = {"wide": (620, 240), "narrow": (290, 200)}


@dataclass(frozen=True, slots=True)
class Series:
    """What is drawn in one colour, and its words in the legend."""

    key: str
    label: str
    colour: str


@cache
def _spec(name: str) -> bytes:
    return (SPECS / f"{name}.vl.json").read_bytes()


def years_chart(
    values: Sequence[tuple[int, int, str]],
    series: Sequence[Series],
    *,
    colours: Colours,
    size: tuple[int, int],
    title: str,
    description: str,
) -> str:
    """Dollars by year: bars, and a line for the series `military`. `values` are year, dollars and series' key."""
    spec: dict[str, Any] = msgspec.json.decode(_spec("assistance"))
    width, height = size
    labels = {one.key: one.label for one in series}
    years = [year for year, _, _ in values]
    spec |= {
        "width": width,
        "height": height,
        "data": {
            "values": [
                {"year": year, "dollars": dollars, "series": key, "label": labels[key]}
                for year, dollars, key in values
            ]
        },
    }
    config = spec["config"]
    config["axis"] |= {
        "labelColor": colours.quiet, "gridColor": colours.line, "domainColor": colours.quiet,
    }  # fmt: skip
    config["legend"] |= {
        "labelColor": colours.ink, "direction": "vertical" if width < 400 else "horizontal",
    }  # fmt: skip
    first, last = min(years) - 1, max(years) + 1
    spec["encoding"]["x"]["scale"]["domain"] = [first, last]
    bars = spec["layer"][0]
    bars["mark"]["size"] = max(2, round(0.7 * width / (last - first)))
    bars["encoding"]["color"]["scale"] = {
        "domain": [one.label for one in series],
        "range": [one.colour for one in series],
    }
    drawn = vl_convert.vegalite_to_svg(spec, vl_version="5.20", allowed_base_urls=[])
    return _named(drawn, title, description)


ROW = 9
"""How high one bar is, in pixels."""


def steps_chart(
    values: Sequence[tuple[str, str, int, int]],
    series: Sequence[Series],
    *,
    colours: Colours,
    width: int,
    title: str,
    description: str,
) -> str:
    """Dollars by row and text, one bar each: `values` are the row's name, the series' key, dollars as printed and as
    amended. Where the two differ a stroke marks the second.
    """
    spec: dict[str, Any] = msgspec.json.decode(_spec("steps"))
    labels = {one.key: one.label for one in series}
    rows = list(dict.fromkeys(name for name, _, _, _ in values))
    spec |= {
        "width": width,
        "height": {"step": ROW},
        "data": {
            "values": [
                {"row": name, "label": labels[key], "dollars": dollars, "effective": effective}
                for name, key, dollars, effective in values
            ]
        },
    }
    config = spec["config"]
    config["axis"] |= {
        "labelColor": colours.quiet, "gridColor": colours.line, "domainColor": colours.quiet,
    }  # fmt: skip
    config["legend"] |= {"labelColor": colours.ink, "columns": 1 if width < 400 else 3}
    used = [one.label for one in series]
    spec["encoding"]["y"]["sort"] = rows
    spec["encoding"]["yOffset"]["sort"] = used
    spec["layer"][0]["encoding"]["color"] |= {
        "sort": used, "scale": {"domain": used, "range": [one.colour for one in series]},
    }  # fmt: skip
    spec["layer"][1]["mark"]["color"] = colours.ink
    drawn = vl_convert.vegalite_to_svg(spec, vl_version="5.20", allowed_base_urls=[])
    return _named(drawn, title, description)


def _named(drawn: str, title: str, description: str) -> str:
    """The picture with its name and what it shows, first thing inside, as assistive programs look for them."""
    opening, mark, rest = drawn.partition(">")
    words = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    return f'{opening} role="img"{mark}{words}{rest}'


def ages_chart(
    values: Sequence[tuple[str, int, int]],
    *,
    colours: Colours,
    size: tuple[int, int],
    title: str,
    description: str,
) -> str:
    """Open recommendations by age as bars on their side. `values` are an age, how many are open, how many in part."""
    spec: dict[str, Any] = msgspec.json.decode(_spec("audit_ages"))
    width, height = size
    series = (("Open", colours.accent), ("Partly addressed", colours.partial))
    spec |= {
        "width": width - 130,  # the ages stand to the left of the bars
        "height": height,
        "data": {
            "values": [
                {"age": age, "count": count, "series": label, "order": order}
                for age, *counts in values
                for order, ((label, _), count) in enumerate(zip(series, counts, strict=True))
            ]
        },
    }
    most = max(sum(counts) for _, *counts in values)
    step = max(1, -(-most // 5))
    spec["encoding"]["x"]["axis"]["values"] = list(range(0, most + step, step))
    spec["encoding"]["y"]["sort"] = [age for age, _, _ in values]
    spec["encoding"]["color"]["scale"] = {
        "domain": [label for label, _ in series],
        "range": [colour for _, colour in series],
    }
    config = spec["config"]
    config["axis"] |= {
        "labelColor": colours.ink, "gridColor": colours.line, "domainColor": colours.quiet,
    }  # fmt: skip
    config["legend"] |= {
        "labelColor": colours.ink, "direction": "vertical" if width < 400 else "horizontal",
    }  # fmt: skip
    drawn = vl_convert.vegalite_to_svg(spec, vl_version="5.20", allowed_base_urls=[])
    return _named(drawn, title, description)
