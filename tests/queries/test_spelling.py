"""A measure's number is understood however it is written, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from tracker.queries.spelling import read_key, read_reference


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("S.J.Res. 33", "None-sjres-33"),
        ("sjres33", "None-sjres-33"),
        ("s j res 33", "None-sjres-33"),
        ("SJR 33", "None-sjres-33"),
        ("Senate Joint Resolution 33", "None-sjres-33"),
        ("HR 983 119th", "119-hr-983"),
        ("119th Congress H.R. 983", "119-hr-983"),
        ("H.R.983 (119th Congress)", "119-hr-983"),
        ("H. R. 4016", "None-hr-4016"),
        ("h.r. no. 4016", "None-hr-4016"),
        ("119-s-1780", "119-s-1780"),
        ("119-S-1780", "119-s-1780"),
        ("119s1780", "119-s-1780"),
        ("bill:119-s-1780", "119-s-1780"),
        ("s1780-119", "119-s-1780"),
        ("S. 1780 in the 119th Congress", "119-s-1780"),
        ("  H.Con.Res.  12 ", "None-hconres-12"),
        ("hconres12", "None-hconres-12"),
        ("S. Con. Res. 29", "None-sconres-29"),
        ("H.Res.214", "None-hres-214"),
        ("S.Res. 5", "None-sres-5"),
        ("ＨＲ ９８３", "None-hr-983"),
        ("https://www.congress.gov/bill/119th-congress/senate-bill/1780", "119-s-1780"),
        ("https://www.congress.gov/bill/119th-congress/senate-joint-resolution/33", "119-sjres-33"),
    ],
)
def test_these_name_a_measure(text: str, key: str) -> None:
    found = read_reference(text)
    assert found is not None
    assert f"{found.congress}-{found.type.value}-{found.number}" == key


@pytest.mark.parametrize(
    "text",
    ["", "egypt", "s", "33", "119", "hr", "hr 0", "hr 123456", "section 33", "118 hr 5 119", "hr 5 and hr 6",
     "s 33; DROP TABLE bill", "h.r. 983 text", "x" * 300, "\x00", "🕊"],
)  # fmt: skip
def test_these_name_none(text: str) -> None:
    assert read_reference(text) is None


def test_a_key_has_one_spelling() -> None:
    found = read_key("119-sjres-33")
    assert found is not None
    assert found.key == "119-sjres-33"
    for other in ("119-SJRES-33", "119-sjres-033", "sjres33", "119-sjres-33 ", "119-xyz-1", "119-s-", ""):
        assert read_key(other) is None
