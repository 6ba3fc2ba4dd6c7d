"""Our templates' environment writes what Jinja's own writes."""

from __future__ import annotations

import pytest
from flask import Flask
from jinja2 import Environment, StrictUndefined, UndefinedError
from markupsafe import Markup

from tracker.templating import PageTemplates, shown

HOSTILE = "<script>alert('x')</script> & \"more\""
VALUES = {
    "text": HOSTILE,
    "safe": Markup("<b>bold</b>"),
    "number": 7,
    "nothing": None,
    "names": ["<a>", "b & c", Markup("<i>d</i>")],
}
TEMPLATES = [
    "{{ text }}|{{ safe }}|{{ number }}|{{ nothing }}|{{ names }}",
    "{{ text ~ safe }}|{{ safe ~ text }}|{{ text|safe }}|{{ text|e|upper }}|{{ safe|upper }}",
    "{% macro one(it, last=false) %}<li>{{ it }}{{ '.' if last }}</li>{% endmacro %}"
    "{% for name in names %}{{ one(name, last=loop.last) }}{% endfor %}",
    "{% macro frame(title) %}<p title='{{ title }}'>{{ caller(text) }}</p>{% endmacro %}"
    "{% call(inner) frame(text) %}{{ inner }}{{ safe }}{% endcall %}",
    "{% set part %}{{ text }}<hr>{{ safe }}{% endset %}{{ part }}{{ part|length }}",
    "{% for name in names %}{% set mark = loop.index %}{{ cycler(mark, text).next() }}{% endfor %}",
    "{% filter upper %}{{ text }}{{ safe }}{% endfilter %}",
    "{% macro one(it, end='.', start=it) %}{{ start }}{{ it }}{{ end }}{% endmacro %}"
    "{{ one(text) }}{{ one(text, '!') }}{{ one(text, '?', safe) }}{{ one(text, start=safe) }}",
    "{% macro rest(it) %}{{ it }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ rest(1, 2, three=3) }}",
    "{% autoescape false %}{{ text }}{% endautoescape %}{{ text }}",
]


@pytest.mark.parametrize("source", TEMPLATES)
def test_a_page_is_what_jinja_would_write(source: str) -> None:
    ours = PageTemplates(Flask(__name__), autoescape=True, undefined=StrictUndefined)
    theirs = Environment(autoescape=True, undefined=StrictUndefined)
    written = ours.from_string(source).render(VALUES)
    assert written == theirs.from_string(source).render(VALUES)
    assert "environment.shown(" in ours.compile(source, raw=True)


def test_what_is_shown_is_escaped_unless_it_is_safe() -> None:
    class Own(Markup):
        """Safe by its class."""

    assert shown(HOSTILE) == "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#34;more&#34;"
    assert shown(Markup("<b>")) == shown(Own("<b>")) == "<b>"
    assert (shown(7), shown(None)) == ("7", "None")


def test_a_name_without_a_value_is_a_fault() -> None:
    ours = PageTemplates(Flask(__name__), autoescape=True, undefined=StrictUndefined)
    with pytest.raises(UndefinedError):
        ours.from_string("{{ missing }}").render()
