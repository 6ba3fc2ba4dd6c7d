"""The facts for programs: /api/v1, and the pages' other forms. Reads through `tracker/queries` only."""

from __future__ import annotations

from flask import Flask
from werkzeug.exceptions import HTTPException

from tracker.api.pages import forms
from tracker.api.replies import answer_early, bad_parameter, finish, no_answer
from tracker.api.v1 import v1
from tracker.queries.paging import BadParameterError


def register(app: Flask) -> None:
    """Add every address to the application."""
    for blueprint in (v1, forms):
        app.register_blueprint(blueprint)


for _blueprint in (v1, forms):
    _blueprint.register_error_handler(BadParameterError, bad_parameter)
    _blueprint.register_error_handler(HTTPException, no_answer)
    _blueprint.before_request(answer_early)
    _blueprint.after_request(finish)
