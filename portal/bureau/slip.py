"""The paper slip: what stands on it, and its code for as long as the officer prints it."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import current_app, url_for
from flask import session as browser
from flask_babel import gettext

from portal.accounts.slips import DIGITS
from portal.accounts.views.welcome import own_session
from portal.core.pdf import typeset
from portal.core.refs import spoken
from portal.disputes.models import Dispute
from portal.disputes.permissions import standing_of
from portal.disputes.views.escalating import in_words
from portal.disputes.workflow import TALKS, State
from portal.merchants.poster import qr_code
from portal.regions.clocks import Clock
from portal.regions.models import City
from portal.web.language import reader_locale
from portal.web.shown import until

KEPT = timedelta(minutes=15)  # to print it, and once more where the printer had no paper
SLIP = "slip"  # in the session


def keep_for_printing(ref: str, code: str, now: datetime) -> None:
    """Keep a fresh code in this browser's session, sealed with the cookie that no database holds."""
    browser[SLIP] = {"ref": ref, "sealed": _sealed(ref, code.encode()).hex(), "at": now.isoformat()}


def to_print(ref: str, now: datetime) -> str | None:
    """The code of a slip that this browser has just made; None for every other one, and after a while."""
    kept = browser.get(SLIP)
    if not kept or kept["ref"] != ref or datetime.fromisoformat(kept["at"]) < now - KEPT:
        return None
    return _sealed(ref, bytes.fromhex(kept["sealed"])).decode("ascii", "replace")


def _sealed(ref: str, code: bytes) -> bytes:
    """The code under a key of its own; the same again opens it."""
    token = own_session().token or ""
    key = hmac.new(token.encode(), f"slip {ref}".encode(), hashlib.sha256).digest()
    return bytes(a ^ b for a, b in zip(code[:DIGITS], key, strict=False))


def slip_pdf(dispute: Dispute, city: City, code: str) -> bytes:
    """The slip on A5, in large print and black only, so that a till's printer takes it too."""
    address = f"{_home()}{url_for('accounts.track', slip=1, ref=dispute.ref)}"
    return typeset(
        "slip.typ",
        {
            "title": gettext("Your complaint has been taken down"),
            "store": dispute.store.name,
            "ref_title": gettext("Reference"),
            "ref": spoken(dispute.ref),
            "code_title": gettext("Your code: show it to nobody but the bureau"),
            "code": spoken(code),
            "next_title": gettext("What happens next"),
            "ahead": what_comes(dispute, city),
            "qr": qr_code(address),
            "how": gettext("Look it up on any phone: scan this, or open %(address)s", address=_bare()),
            "lost": gettext("Or come by with this slip. If you lose it, bring your identity card."),
            "hotline": gettext("Hotline %(number)s", number=city.hotline),
            "bureau": city.bureau_name(reader_locale()),
        },
    )


def what_comes(dispute: Dispute, city: City) -> Sequence[tuple[str, str]]:
    """What happens next and until when, in plain words; nothing for a dispute that is closed."""
    standing = standing_of(dispute)
    lines: list[tuple[str, datetime | None]] = []
    if standing.state is State.FILED and dispute.reply_due_at is None:
        span = in_words(city.span(Clock.REPLY))
        return [
            (gettext("The shop answers"), gettext("within %(span)s of our notice", span=span)),
            *_dated([(gettext("The talks end"), dispute.talks_due_at)]),
        ]
    if standing.state is State.FILED:
        lines.append((gettext("The shop answers"), dispute.reply_due_at))
    if standing.state is State.OFFERED:
        lines.append((gettext("The offer stands"), dispute.offer_due_at))
    if standing.state in TALKS:
        lines.append((gettext("The talks end"), dispute.talks_due_at))
    if standing.state in (State.AGREED, State.BREACHED):
        lines.append((gettext("The shop does what was agreed"), dispute.performance_due_at))
    if standing.state is State.PERFORMED:
        lines.append((gettext("Please say whether it is solved"), dispute.confirmation_due_at))
    if standing.state is State.ESCALATED:
        lines.append((gettext("The bureau decides whether it accepts it"), dispute.acceptance_due_at))
    if standing.state is State.MEDIATING:
        lines.append((gettext("The mediation ends"), dispute.statutory_due_at))
    return _dated(lines)


def _dated(lines: Sequence[tuple[str, datetime | None]]) -> list[tuple[str, str]]:
    return [(said, gettext("by %(when)s", when=until(at))) for said, at in lines if at is not None]


def _home() -> str:
    return str(current_app.config["PUBLIC_URL"]).rstrip("/")


def _bare() -> str:
    return f"{_home().partition('://')[2]}/track"
