from __future__ import annotations

from tests.databases import *
from tests.publishing import *


def test_smoke(engine, mirror, collect):
    mirror.put_zip({"119-hr-1": bill_file("119-hr-1"), "119-hr-2": bill_file("119-hr-2")})
    report = collect(congress="119", type="hr")
    print(report)
    assert report.created == 2
    before = rows_of(engine)
    report = collect(congress="119", type="hr")
    print(report)
    assert rows_of(engine) == before
    print(facts_of(engine))
    print(digest_of(facts_of(engine)))
