"""Links from content to pages of this site that are not there. Pure."""

from __future__ import annotations

from collections.abc import Callable

from tracker.content.model import Content
from tracker.content.problems import Problem


def broken_links(content: Content, known: Callable[[str], bool]) -> list[Problem]:
    """Links to pages that neither content nor the site has, with their places in the files.

    `known` is asked for paths without query and fragment, such as `/bills/119-s-1780`.
    """
    own = {one.path for one in (*content.recommendations, *content.promises)}
    own |= {page.path for page in content.pages.values()}
    return [
        Problem(link.file, link.line, "", f"leads to {link.path}, and there is no such page")
        for link in content.links
        if link.path not in own and not known(link.path)
    ]
