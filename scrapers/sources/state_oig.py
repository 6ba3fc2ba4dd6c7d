"""Reports of the State Department's inspector general, from the list that all inspectors general share.

The office's own site, stateoig.gov, answers plain clients with 403 and has no feed, so it is not asked. oversight.gov
lists the reports and how many recommendations each makes, with a link to that site in place of the file; the
recommendations themselves and what became of them can be read there only by a person.
"""

from __future__ import annotations

from scrapers.oversight import source_of_list

SOURCE = source_of_list(
    key="state_oig",
    name="Reports of the State Department’s inspector general",
    publisher="U.S. Department of State, Office of Inspector General",
    covers="Inspections, audits and evaluations of the Department and its posts, by oversight.gov: title, "
    "number, day and how many recommendations. Not the recommendations: the office’s site lets no "
    "program in.",
    home_url="https://www.stateoig.gov/reports",
    parameters="field_report_submitting_oig%5B%5D=223",
    pages=5,
)
