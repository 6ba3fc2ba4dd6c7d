"""Logging in to the desk, by Flask-Security. Nobody registers; an operator makes a login by command.

Everything of it stays under `/desk`: its cookie is sent nowhere else, and its hooks run for no other page, so that
public pages stay free of cookies and can be kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, Request, Response, current_app, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_security import FSQLALiteUserDatastore, LoginForm, RoleMixin, Security
from flask_wtf import CSRFProtect
from itsdangerous import BadSignature, URLSafeTimedSerializer

from tracker.config import Settings
from tracker.db import db, writing
from tracker.desk import logins
from tracker.models import Editor

PATH = "/desk"
SHORTEST_PASSWORD = 12
LINK_DAYS = 7
"""For how long a link to set a password holds."""

_BLUEPRINTS = ("desk", "security")
_A_WORKING_DAY = timedelta(hours=12)
_WRONG = "No editor has this address and password."
_TOO_MANY = "Too many tries. Wait a quarter of an hour, then try again."


class NoRoles(RoleMixin):
    """Flask-Security asks for roles; here an editor is an editor."""


class DeskLoginForm(LoginForm):
    """Flask-Security's form with tries counted, whether or not there is such an account."""

    remember = None

    def validate(self, **kwargs: Any) -> bool:
        account, key = _account(self.email.data or ""), current_app.config["SECRET_KEY"]
        with writing(db.engine) as connection:
            may_try = logins.admit(connection, key, account, reader_address(), datetime.now(UTC))
        if not may_try:
            self.form_errors.append(_TOO_MANY)
            return False
        if not super().validate(**kwargs):
            return False
        with writing(db.engine) as connection:
            logins.forgive(connection, key, account)
        return True


class SentSessions(SecureCookieSessionInterface):
    """Sessions of those who send the desk's cookie. Nobody else's is looked for: that would cost every page."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        is_sent = self.get_cookie_name(app) in request.cookies
        return super().open_session(app, request) if is_sent else self.session_class()


def register(app: Flask, settings: Settings) -> None:
    """Add login and logout."""
    app.session_interface = SentSessions()
    app.config.update(
        SESSION_COOKIE_NAME="desk",
        SESSION_COOKIE_PATH=PATH,
        SESSION_COOKIE_SECURE=settings.production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=_A_WORKING_DAY,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        SECURITY_URL_PREFIX=PATH,
        SECURITY_POST_LOGIN_VIEW=PATH,
        SECURITY_POST_LOGOUT_VIEW=f"{PATH}/login",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_LOGIN_USER_TEMPLATE="desk/login.html",
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106  # the name of the scheme
        SECURITY_PASSWORD_SINGLE_HASH=True,  # argon2 brings its own salt
        SECURITY_PASSWORD_LENGTH_MIN=SHORTEST_PASSWORD,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_MSG_GENERIC_AUTHN_FAILED=(_WRONG, "error"),
        SECURITY_FLASH_MESSAGES=False,
        SECURITY_FRESHNESS=timedelta(minutes=-1),
        SECURITY_STATIC_FOLDER=None,
        SECURITY_CLI_USERS_NAME=False,
        SECURITY_CLI_ROLES_NAME=False,
    )
    with _only_for(app, _BLUEPRINTS):
        CSRFProtect(app)
        Security(app, FSQLALiteUserDatastore(db, Editor, NoRoles), login_form=DeskLoginForm)

    @app.after_request
    def keep_nowhere(response: Response) -> Response:
        if request.blueprint in _BLUEPRINTS:
            response.headers["Cache-Control"] = "no-store"
        return response


@contextmanager
def _only_for(app: Flask, blueprints: tuple[str, ...]) -> Iterator[None]:
    """Hooks and template values that are added meanwhile hold for these blueprints instead of for every page."""
    hooks: Any = app.before_request_funcs, app.after_request_funcs, app.template_context_processors
    before = [len(hook.get(None, ())) for hook in hooks]
    yield
    for hook, count in zip(hooks, before, strict=True):
        added = hook.get(None, [])[count:]
        del hook[None][count:]
        for blueprint in blueprints:
            hook.setdefault(blueprint, []).extend(added)


def _account(email: str) -> str:
    """An address as its tries are counted: however it is spelled, one account."""
    try:
        spelled: str = current_app.extensions["security"].mail_util.normalize(email.strip())
    except ValueError:
        spelled = email.strip()
    return spelled.casefold()


def reader_address() -> str:
    """Where a request comes from: the address that our outermost proxy saw, or that of the connection."""
    proxies = current_app.extensions["settings"].proxies
    seen = [*request.headers.get("X-Forwarded-For", "").split(","), request.remote_addr or ""]
    return logins.network_of(seen[-1 - min(proxies, len(seen) - 1)].strip() or seen[-1])


# --- links that set a password ----------------------------------------------------------------------


def password_path(word: str) -> str:
    """The address where the login of that word gets its password, once."""
    return f"{PATH}/password/{_links().dumps(word)}"


def read_link(token: str) -> str | None:
    """The word in a link; None for one that we did not make or that is too old."""
    try:
        word: str = _links().loads(token, max_age=LINK_DAYS * 86_400)
    except BadSignature:
        return None
    return word


def _links() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="desk password")


class WeakPasswordError(ValueError):
    """A password that nobody should use, with a sentence for each reason."""


def password_hash(password: str) -> str:
    """What to keep of a password. Raises WeakPasswordError."""
    security: Security = current_app.extensions["security"]
    problems, normalized = security.password_util.validate(password, False)
    if problems:
        raise WeakPasswordError(" ".join(problems))
    hashed: str = security.pwd_context.hash(normalized)
    return hashed
