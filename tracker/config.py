"""Settings, read once at start from the environment or `.env`. The README lists them with their defaults."""

from __future__ import annotations

import secrets
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import AliasChoices, Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent.parent


DEFAULT_PORT = 8000


class Settings(BaseSettings):
    """Everything that differs between one installation and another."""

    model_config = SettingsConfigDict(env_file=PROJECT / ".env", extra="ignore", frozen=True)

    database_url: str = ""
    tracker_mirror: Path | None = None
    secret_key: str = ""
    production: Annotated[bool, Field(validation_alias=AliasChoices("production", "TRACKER_PRODUCTION"))] = (
        False
    )
    port: int = DEFAULT_PORT
    public_url: str = Field(default_factory=lambda known: _local_address(known))
    proxies: int = 0
    smtp_url: str = ""
    mail_from: str = ""
    mail_only: str = ""
    bounce_address: str = ""
    bounce_folder: Path | None = None
    dkim_key: Path | None = None
    dkim_selector: str = "mail"
    dkim_domain: str = ""
    congress_gov_api_key: str = ""
    metrics_token: str = ""
    site_name: str = "Security Assistance Tracker"
    contact: str = "https://github.com/security-assistance-tracker"
    log_level: str = "INFO"
    instance: Path = PROJECT / "instance"

    @field_validator("database_url")
    @classmethod
    def _absolute(cls, url: str) -> str:
        """A relative SQLite path means one place for the web process and another for the worker."""
        if url.startswith("sqlite:") and not url.startswith("sqlite:////"):
            raise ValueError("DATABASE_URL must name an absolute path: sqlite:////full/path/tracker.db")
        return url.replace("postgresql://", "postgresql+psycopg://", 1)

    @field_validator("public_url")
    @classmethod
    def _without_slash(cls, url: str) -> str:
        return url.rstrip("/")

    @cached_property
    def engine_url(self) -> str:
        """The database's address; the default is one SQLite file under `instance/`."""
        return self.database_url or f"sqlite:///{self.instance.resolve() / 'tracker.db'}"

    @cached_property
    def signing_key(self) -> str:
        """SECRET_KEY, or outside production one made on first use and kept under `instance/`."""
        if self.secret_key:
            return self.secret_key
        if self.production:
            raise ValueError("SECRET_KEY must be set in production")
        kept = self.instance / "secret_key"
        if not kept.exists():
            self.instance.mkdir(parents=True, exist_ok=True)
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_urlsafe(48))
        return kept.read_text()


def _local_address(known: dict[str, Any]) -> str:
    """Where `make run` serves, so that a newcomer's first mail leads there. In production PUBLIC_URL says it, and what
    port a process listens on behind a proxy is nobody's address.
    """
    port = DEFAULT_PORT if known.get("production") else known.get("port", DEFAULT_PORT)
    return f"http://127.0.0.1:{port}"
