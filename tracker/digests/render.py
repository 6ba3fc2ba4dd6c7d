"""The words of a mail: subject, plain text and HTML, from what `choose` decided. Pure.

One folder a mail under `templates/email/`, and a name that a template misspells is a fault. The HTML has its styles in
its tags, since many readers' programs take no other; what is for dark screens only stays in its head. A reader's own
links are left open (`message.own_link`), so that all who get the same share one body.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from tracker.config import PROJECT
from tracker.digests.choose import ACT_BY, Block, Contents, Section, due_words
from tracker.digests.message import UNSUBSCRIBE, Words, own_link, stop_link
from tracker.digests.selection import Frame
from tracker.sentences import written_date
from tracker.wording import capital, counted, headline, listed, shortened

TEMPLATES = PROJECT / "templates/email"
WIDTH = 72

PRIVACY = (
    "We keep your address and what you follow, and nothing about what you open or click: this mail has no pictures, "
    "no counters and no detours in its links."
)

STYLES = """
body { margin: 0; padding: 0; background: #fbfaf6; color: #1c2126; }
main { display: block; max-width: 600px; margin: 0 auto;
  padding: 16px; font: 16px/1.5 system-ui, "Segoe UI", Arial, sans-serif;
  overflow-wrap: break-word; }
h1 { margin: 4px 0 8px; font: bold 26px/1.2 Georgia, serif; }
h2 { margin: 32px 0 8px; padding-top: 8px; border-top: 3px solid #1c2126; font: bold 20px/1.25 Georgia, serif; }
h3 { margin: 0 0 4px; font-size: 16px; line-height: 1.4; }
p { margin: 0 0 8px; }
a { color: #0b5563; }
.block { padding: 12px 0 4px; border-bottom: 1px solid #dcd8cc; }
.quiet, .why { color: #575f66; }
.due { color: #8a4b00; }
.preheader { display: none; max-height: 0; overflow: hidden; }
ul { margin: 0 0 8px; padding-left: 20px; }
"""


def render_digest(contents: Contents, frame: Frame) -> Words:
    """The words of a digest or of an urgent mail."""
    name = "urgent" if frame.kind == "urgent" else "digest"

    def name_of(target: str) -> tuple[str, str]:
        return frame.names.get(target) or (target, "")

    def names(targets: Iterable[str]) -> str:
        """Why something is told; not where the opening says it for all."""
        return listed([name_of(target)[0] for target in targets]) if len(contents.targets) > 1 else ""

    values = {
        "contents": contents, "frame": frame, "at": frame.public_url, "subject": contents.subject,
        "numbered": tuple(enumerate(contents.targets)), "name_of": name_of, "names": names, "stop": stop_link,
        "unsubscribe": own_link(UNSUBSCRIBE), "privacy": PRIVACY, "place_of_block": BLOCK,
        "act_by": ACT_BY,
    }  # fmt: skip
    blocks = [block for section in contents.sections for block in section.blocks]
    whose = [names(block.reasons) for block in blocks]
    found = _rendered(name, values, contents.targets)
    html = iter(
        [_block(block, frame.public_url, why, "html") for block, why in zip(blocks, whose, strict=True)]
    )
    text = iter(
        [_block(block, frame.public_url, why, "txt") for block, why in zip(blocks, whose, strict=True)]
    )
    return Words(
        found.subject,
        _BLOCK.sub(lambda _: next(text), found.text),
        _BLOCK.sub(lambda _: next(html), found.html),
        found.targets,
    )


BLOCK = "\ue002"
"""What stands in a page where the next block goes. Blocks are rendered once for all mails that have them."""
_BLOCK = re.compile(BLOCK)


@lru_cache(maxsize=5_000)
def _block(block: Block, at: str, whose: str, ending: str) -> str:
    """One item with what is told of it, as it stands in a mail."""
    values = {"block": block, "at": at, "whose": whose}
    words = environment().get_template(f"parts/block.{ending}").render(values).strip()
    return _inliner().inline_fragment(words, STYLES) if ending == "html" else words


def render_letter(name: str, mail: Any, *, site_name: str, public_url: str, link: str = "") -> Words:
    """The words of a mail that answers somebody, or says that all is well.

    `name` is its folder, `mail` its values (`tracker.subscriptions.mails`), `link` the address with its token.
    """
    values = {
        "mail": mail, "site_name": site_name, "at": public_url, "link": link, "privacy": PRIVACY,
        "unsubscribe": own_link(UNSUBSCRIBE),
    }  # fmt: skip
    subject = _template(name, "subject.txt").render(values).strip()
    return _rendered(name, {**values, "subject": subject})


def _rendered(name: str, values: Mapping[str, Any], targets: tuple[str, ...] = ()) -> Words:
    subject = _template(name, "subject.txt").render(values).strip()
    text = _template(name, "body.txt").render(values).strip() + "\n"
    html = _template(name, "body.html").render(values)
    return Words(subject, text, _inliner().inline(html), targets)


# --- templates -----------------------------------------------------------------------------------------------


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(
        extra_css=STYLES, inline_style_tags=False, keep_style_tags=True, load_remote_stylesheets=False
    )  # fmt: skip


@cache
def _template(name: str, part: str) -> Template:
    return environment().get_template(f"{name}/{part}")


@cache
def environment(folder: Path = TEMPLATES) -> Environment:
    """The templates of mails, with their filters."""
    found = Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"], default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        auto_reload=False,
    )  # fmt: skip
    found.filters |= {
        "capital": capital, "counted": counted, "documents": documents, "due_words": due_words,
        "headline": headline, "lines": lines, "listed": listed, "ruled": ruled, "shortened": shortened,
        "instant_words": instant_words, "wrapped": wrapped, "written_date": written_date,
    }  # fmt: skip
    return found


def instant_words(value: datetime) -> str:
    """An instant as an answer to "until when": "3 November 2026, 09:00 UTC"."""
    utc = value.astimezone(UTC)
    return f"{written_date(utc.date())}, {utc:%H:%M} UTC"


@lru_cache(maxsize=20_000)
def wrapped(words: str, first: str = "", rest: str = "") -> str:
    """A paragraph of plain text in lines that any program shows whole; addresses stay in one piece."""
    return textwrap.fill(
        words, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip


def ruled(heading: str) -> str:
    """A heading of plain text, underlined."""
    return f"{heading}\n{'=' * len(heading)}"


def lines(section: Section) -> int:
    """How many changes a section shows."""
    return sum(len(block.lines) for block in section.blocks)


def documents(block: Block) -> tuple[tuple[str, str], ...]:
    """The documents that a block's lines stand in, each once."""
    return tuple(dict.fromkeys((line.source, line.document) for line in block.lines if line.document))
