"""What every answer carries to keep its reader safe, and which names the site answers to."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response

from tracker.config import Settings

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_TWO_YEARS = 63_072_000
LOOPBACK = ("127.0.0.1", "localhost")


def register(app: Flask, settings: Settings) -> None:
    """Set the headers on every answer, and refuse requests that name another host."""
    headers = list(HEADERS.items())
    if settings.production:
        headers.append(("Strict-Transport-Security", f"max-age={_TWO_YEARS}; includeSubDomains"))
    app.config["TRUSTED_HOSTS"] = trusted_hosts(settings.public_url)

    @app.after_request
    def protect(response: Response) -> Response:
        given = {name.lower() for name, _ in response.headers}
        for name, value in headers:
            if name.lower() not in given:  # a mail's own page has styles in its tags
                response.headers.add(name, value)
        return response


def trusted_hosts(public_url: str) -> list[str]:
    """The public address's host and this machine's own names."""
    host = urlsplit(public_url).hostname
    return list(dict.fromkeys([*([host] if host else []), *LOOPBACK]))
