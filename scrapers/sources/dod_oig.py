"""Reports of the Defense Department's inspector general, found in the list that all inspectors general share.

The office is missing from that list's own filter; its reports are found by the beginning of their numbers. The
office's site (dodig.mil) is not read: no copy of a page was found, and the sites of its family refuse programs.
"""

from __future__ import annotations

from scrapers.oversight import source_of_list

SOURCE = source_of_list(
    key="dod_oig",
    name="Reports of the Defense Department’s inspector general",
    publisher="U.S. Department of Defense, Office of Inspector General",
    covers="Audits and evaluations of the Department, among them of assistance to Ukraine and of end-use "
    "monitoring, by oversight.gov: title, number, day and how many recommendations.",
    home_url="https://www.dodig.mil/reports.html/",
    parameters="search_api_fulltext=DODIG",
    pages=3,
)
