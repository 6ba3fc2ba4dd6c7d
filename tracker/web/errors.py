"""Error pages in plain words, and the two addresses that machines ask whether the site is well."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Flask, Response, current_app, g, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from tracker.db import db, is_passing
from tracker.migrations import current_revision, newest_revision
from tracker.queries.paging import BadParameterError

blueprint = Blueprint("health", __name__)

Answer = tuple[str | Response, int]

_BAD_REQUEST = "We could not read that request"
_SENTENCES = {
    HTTPStatus.METHOD_NOT_ALLOWED: "This address can be read, but not written to.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "What was sent is larger than this site takes.",
    HTTPStatus.REQUEST_URI_TOO_LONG: "The address is longer than this site takes.",
    HTTPStatus.GONE: "What was at this address is gone.",
}


def register(app: Flask) -> None:
    """Draw every error as a page."""
    app.register_error_handler(BadParameterError, bad_parameter)
    app.register_error_handler(SecurityError, strange_host)
    app.register_error_handler(HTTPException, http_error)
    app.register_blueprint(blueprint)


def bad_parameter(error: BadParameterError) -> Answer:
    """A parameter that we cannot read: which, and what it takes."""
    return render_template("errors/message.html", title=_BAD_REQUEST, code=400, sentence=error.message), 400


def strange_host(error: SecurityError) -> Answer:
    """A request for another site's name. No page: nothing in it could be trusted."""
    del error
    return Response("This site does not answer to that name.\n", mimetype="text/plain"), 400


def http_error(error: HTTPException) -> Answer | HTTPException:
    """Any other error. Redirects pass as they are."""
    code = error.code or 500
    if code < 400:
        return error
    if code >= 500:
        g.is_broken = True
        db.session.rollback()
        original = error.original_exception if isinstance(error, InternalServerError) else error
        if isinstance(original, SQLAlchemyError) and is_passing(original):
            current_app.logger.warning("the database is busy or away", extra={"path": request.path})
            return busy()
        if original is not None:
            current_app.logger.error("page failed", extra={"path": request.path}, exc_info=original)
    if code in (400, 404, 500):
        return render_template(f"errors/{code}.html"), code
    status = HTTPStatus(code)
    sentence = _SENTENCES.get(status, "The request could not be answered.")
    return render_template("errors/message.html", title=status.phrase, code=code, sentence=sentence), code


def busy() -> Answer:
    """Nothing is wrong that a moment does not mend: a long collection is being stored, or the database restarts."""
    sentence = "The site is storing much at this moment. Nothing of yours was lost or half done: try again in a minute."
    page = render_template("errors/message.html", title="Busy for a moment", code=503, sentence=sentence)
    response = Response(page, status=503, mimetype="text/html")
    response.headers["Retry-After"] = "30"
    return response, 503


@blueprint.get("/healthz")
def alive() -> Response:
    """This process answers."""
    return _plain("ok", 200)


@blueprint.get("/readyz")
def ready() -> Response:
    """The database answers and has the schema that this program knows."""
    try:
        schema = current_revision(db.engine)
    except SQLAlchemyError:
        current_app.logger.exception("database unreachable")
        return _plain("the database does not answer", 503)
    if schema != newest_revision(db.engine):
        return _plain(f"the database has schema {schema or 'none'}; run: flask --app wsgi migrate", 503)
    return _plain("ready", 200)


def _plain(words: str, code: int) -> Response:
    response = Response(f"{words}\n", status=code, mimetype="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response
