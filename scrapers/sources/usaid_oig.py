"""Reports of USAID's inspector general, found in the list that all inspectors general share.

The office's dashboard of recommendations (oig.usaid.gov/our-work/recommendations) warned for two years that its
numbers may be wrong, and no copy of its pages was found to read it by, so that statuses and sums of single
recommendations are not read. The list is searched for the agency's name, since the number by which
oversight.gov filters for the office is not known; other offices' reports on USAID are found with it.
"""

from __future__ import annotations

from scrapers.oversight import source_of_list

SOURCE = source_of_list(
    key="usaid_oig",
    name="Reports of USAID’s inspector general",
    publisher="U.S. Agency for International Development, Office of Inspector General",
    covers="Audits and evaluations of USAID, by oversight.gov: title, number, day and how many "
    "recommendations. Not the status of each: no reliable list of them is published.",
    home_url="https://oig.usaid.gov/our-work/reports",
    parameters="search_api_fulltext=USAID",
    pages=3,
)
