"""The demo's own pages: who is who, and every message as it would have been sent. Else they are not there."""

import re
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import Blueprint, abort, current_app, request
from werkzeug.wrappers import Response

from portal.core.channels import DemoMessage
from portal.core.masking import is_mobile
from portal.extensions import db
from portal.front.demo_people import kept_people
from portal.merchants.models import Store
from portal.web.access import public
from portal.web.page import page

bp = Blueprint("demo", __name__, url_prefix="/demo")

MESSAGES = 50
STORES = 12
_CODE = re.compile(r"(?<![0-9])[0-9]{6}(?![0-9])")
_LINK = re.compile(r"https?://[!-~]+")


@dataclass(frozen=True)
class ShownMessage:
    """A message as it would have been sent; code: the digits to type in, '' where it brings none."""

    channel: str
    address: str
    subject: str
    text: str
    at: datetime
    code: str
    links: tuple[str, ...]


@bp.before_request
def _only_in_the_demo() -> None:
    if not current_app.config["DEMO"]:
        abort(404)


@bp.get("")
@public
def people() -> Response:
    """Who is who, with their passwords, and shops to scan."""
    return page(
        "front/demo.html",
        people=kept_people(current_app.config["INSTANCE"]),
        stores=_stores(),
    )


@bp.get("/messages")
@public
def messages() -> Response:
    """Every SMS and e-mail, newest first; `?address=` those to one phone or e-mail address."""
    typed = request.args.get("address", "").strip()[:120]
    address = is_mobile(typed) or typed
    return page("front/messages.html", parts=("messages",), messages=_messages(address), address=address)


def _stores() -> list[Store]:
    """The first store of each trade: every kind of goods is at hand."""
    first = sa.select(sa.func.min(Store.id)).where(Store.closed_at.is_(None)).group_by(Store.trade)
    wanted = sa.select(Store).where(Store.id.in_(first)).order_by(Store.id).limit(STORES)
    return list(db.session().scalars(wanted))


def _messages(address: str) -> list[ShownMessage]:
    wanted = sa.select(DemoMessage).order_by(DemoMessage.at.desc(), DemoMessage.id.desc()).limit(MESSAGES)
    if address:
        wanted = wanted.where(DemoMessage.address == address)
    return [
        ShownMessage(
            channel=row.channel,
            address=row.address,
            subject=row.subject,
            text=row.text,
            at=row.at,
            code=found[0] if row.key.startswith("code-") and (found := _CODE.search(row.text)) else "",
            links=tuple(_LINK.findall(row.text)),
        )
        for row in db.session().scalars(wanted)
    ]
