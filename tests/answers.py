"""Answers for programs, as tests read them: each must be there, of its type, and readable from anywhere."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from flask.testing import FlaskClient


def read_json(client: FlaskClient, address: str) -> Any:
    """The document at an address."""
    return json.loads(_read(client, address, "application/json"))


def read_rows(client: FlaskClient, address: str) -> list[dict[str, str]]:
    """The lines of a file of comma-separated values, by its headings."""
    text = _read(client, address, "text/csv; charset=utf-8")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))


def _read(client: FlaskClient, address: str, content_type: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.text
    assert response.content_type.startswith(content_type)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    return str(response.data, "utf-8")
