"""What we write ourselves: Markdown with front matter in `content/`, read strictly and once. Pure but for that reading.

`load_content` is the way in. `front_matter` and `fields` read what is above the text, `body` renders the text, `forms`
says what each kind of file must hold, `model` holds what comes out.
"""

from tracker.content.body import source_list
from tracker.content.links import broken_links
from tracker.content.load import load_content
from tracker.content.model import (
    BillContent,
    Body,
    CitedSource,
    Content,
    CountryBrief,
    Heading,
    InternalLink,
    Judgement,
    Kind,
    Page,
    Part,
    PromiseTest,
    Recommendation,
    ReportContent,
    Review,
    Signals,
    Source,
    Verdict,
)
from tracker.content.problems import ContentError, Problem
from tracker.content.sourcing import Basis, PublishedOn

__all__ = [
    "Basis",
    "BillContent",
    "Body",
    "CitedSource",
    "Content",
    "ContentError",
    "CountryBrief",
    "Heading",
    "InternalLink",
    "Judgement",
    "Kind",
    "Page",
    "Part",
    "Problem",
    "PromiseTest",
    "PublishedOn",
    "Recommendation",
    "ReportContent",
    "Review",
    "Signals",
    "Source",
    "Verdict",
    "broken_links",
    "load_content",
    "source_list",
]
