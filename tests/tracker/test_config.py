"""Settings: what stands for those that nobody set."""

from __future__ import annotations

from typing import Any

import pytest

from tracker.config import Settings


def settings(**given: Any) -> Settings:
    return Settings(_env_file=None, secret_key="x", **given)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("port", "given", "expected"),
    [
        ("", {}, "http://127.0.0.1:8000"),
        ("9000", {}, "http://127.0.0.1:9000"),
        ("9000", {"public_url": "https://tracker.example/"}, "https://tracker.example"),
        ("9000", {"production": True}, "http://127.0.0.1:8000"),
    ],
)
def test_links_lead_to_where_make_run_serves_unless_the_address_is_set(
    monkeypatch: pytest.MonkeyPatch, port: str, given: dict[str, Any], expected: str
) -> None:
    monkeypatch.delenv("PUBLIC_URL", raising=False)
    if port:
        monkeypatch.setenv("PORT", port)
    else:
        monkeypatch.delenv("PORT", raising=False)
    assert settings(**given).public_url == expected
