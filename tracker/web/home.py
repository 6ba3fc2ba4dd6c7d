"""The front page: what changed lately, and where to start."""

from __future__ import annotations

from flask import Blueprint, render_template

from tracker.db import db
from tracker.queries.home import read_front
from tracker.web.clock import today

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def index() -> str:
    return render_template("home/index.html", front=read_front(db.session, today=today()))
