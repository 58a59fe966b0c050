"""Every setting: its name, type, default and why. Read from the environment with the prefix HEJIE_."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "HEJIE_"
SHORTEST_SECRET = 32


class RefusesToStart(Exception):
    """A setting is missing or unsafe; the message says which, and what to do."""


def flag(text: str) -> bool:
    if text.lower() in ("1", "true", "yes", "on"):
        return True
    if text.lower() in ("0", "false", "no", "off", ""):
        return False
    raise ValueError("say 1 or 0")


@dataclass(frozen=True)
class Setting:
    name: str
    read: Callable[[str], Any]
    default: Any
    why: str


SETTINGS = (
    Setting("DATABASE_URL", str, f"sqlite:///{ROOT}/instance/hejie.sqlite", "SQLite file or postgresql://…"),
    Setting("SECRET_KEY", str, None, "signs the form tokens; at least 32 characters, kept secret"),
    Setting("PUBLIC_URL", str, "http://127.0.0.1:8000", "the address people use: on posters, in messages"),
    Setting("INSTANCE", Path, ROOT / "instance", "the folder of evidence and compiled catalogues"),
    Setting("DEMO", flag, False, "shows /demo, its people and every message as it would have been sent"),
    Setting("CITY", str, "", "GB/T 2260 code of the city on the front page; empty: the highest one"),
    Setting("HOST", str, "127.0.0.1", "the address to listen on; a proxy stands in front of it"),
    Setting("PORT", int, 8000, "the port to listen on"),
    Setting("WORKERS", int, 2, "processes that answer requests; one per core"),
    Setting("THREADS", int, 4, "requests that one process works on at a time"),
    Setting("PROXY_HOPS", int, 0, "proxies in front that set X-Forwarded-*; 0 trusts none of them"),
    Setting("SESSION_DAYS", int, 7, "how long consumers and merchants stay signed in without a visit"),
    Setting("OFFICER_IDLE_MINUTES", int, 30, "how long an officer's session lives without a click"),
    Setting("OFFICER_HOURS", int, 12, "how long an officer's session lives at most"),
    Setting("SMS_DAILY", int, 2000, "text messages a day for the whole portal: the bill's upper bound"),
    Setting("SMTP_HOST", str, "", "mail server; empty: no e-mail is sent"),
    Setting("SMTP_PORT", int, 587, "port of the mail server"),
    Setting("SMTP_USER", str, "", "name at the mail server, empty: none asked"),
    Setting("SMTP_PASSWORD", str, "", "password at the mail server"),
    Setting("SMTP_STARTTLS", flag, True, "encrypt the connection to the mail server"),
    Setting("MAIL_FROM", str, "", "sender of the e-mails, for example 一键和解 <hejie@example.gov.cn>"),
)


def settings_from(environ: Mapping[str, str]) -> dict[str, Any]:
    """All settings, typed; raises RefusesToStart in one sentence for one that cannot be read."""
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = environ.get(PREFIX + setting.name)
        if text is None:
            values[setting.name] = setting.default
            continue
        try:
            values[setting.name] = setting.read(text)
        except ValueError as unreadable:
            raise RefusesToStart(f"{PREFIX}{setting.name}={text!r} cannot be read: {unreadable}.") from None
    return values


def check(values: Mapping[str, Any]) -> None:
    """Refuse what is not safe (trust.md R12); raises RefusesToStart."""
    secret = values["SECRET_KEY"]
    if not secret or len(secret) < SHORTEST_SECRET:
        raise RefusesToStart(
            f"{PREFIX}SECRET_KEY must be set to a random text of at least {SHORTEST_SECRET} characters."
        )
    public = urlsplit(values["PUBLIC_URL"])
    if public.scheme not in ("http", "https") or not public.hostname:
        raise RefusesToStart(f"{PREFIX}PUBLIC_URL must be an address such as https://hejie.example.gov.cn.")
    local = public.hostname in ("127.0.0.1", "localhost")
    if public.scheme == "http" and not local:
        raise RefusesToStart(
            f"{PREFIX}PUBLIC_URL must begin with https:// so that sign-ins are not overheard."
        )
    if values["SMTP_HOST"] and not values["MAIL_FROM"]:
        raise RefusesToStart(f"{PREFIX}MAIL_FROM must be set where {PREFIX}SMTP_HOST is set.")
    if values["DEMO"] and not local:
        raise RefusesToStart(f"{PREFIX}DEMO shows passwords and codes; it runs on 127.0.0.1 only.")


def flask_settings(values: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as Flask and its extensions read them, with the ones that no city should change."""
    public = urlsplit(values["PUBLIC_URL"])
    url = values["DATABASE_URL"]
    hosts = [public.hostname] + (["127.0.0.1", "localhost"] if public.scheme == "http" else [])
    return {
        **values,
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(url, values["THREADS"]),
        "TRUSTED_HOSTS": hosts,
        "SECURE": public.scheme == "https",
        "MAX_CONTENT_LENGTH": 100 * 1024 * 1024,  # nine photos of 10 MB and the text
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,  # a text of 100,000 characters must reach its own sentence
        "MAX_FORM_PARTS": 200,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: a half-written complaint must not expire
        "BABEL_DEFAULT_LOCALE": "zh_CN",
        "BABEL_TRANSLATION_DIRECTORIES": str(values["INSTANCE"] / "i18n"),
    }


def engine_options(url: str, threads: int) -> dict[str, Any]:
    """How many connections one process keeps; PostgreSQL also gives up on a query after five seconds."""
    if url.startswith("sqlite"):
        return {"pool_size": threads + 1, "max_overflow": 2}
    return {
        "pool_size": threads + 1,
        "max_overflow": 2,
        "pool_pre_ping": True,
        "connect_args": {"connect_timeout": 5, "options": "-c statement_timeout=5000 -c lock_timeout=8000"},
    }
