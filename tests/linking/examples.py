"""What tests of linking match with and in: a small vocabulary, and the mirror's bill texts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from tests.mirror import mirror_root
from tracker.linking.vocabulary import load_vocabulary

PLAIN = load_vocabulary(Path(__file__).with_name("vocabulary"))
SMALL = PLAIN.with_phrases(
    {
        "recommendation:one": ["human rights defenders", "security assistance"],
        "recommendation:two": ["human rights", "assistance to Egypt"],
        "promise:three": ["ivory coast", "new mexico"],
    }
)
"""With phrases as content gives them."""


def bill_texts(every: int = 1) -> Iterator[tuple[Path, str]]:
    """Every so many-th bill text of the mirror, a blank where a tag stood."""
    folder = mirror_root() / "www.govinfo.gov" / "content" / "pkg"
    for path in sorted(folder.glob("**/*.xml"))[::every]:
        yield path, " ".join(map(str, etree.parse(path).getroot().itertext()))
