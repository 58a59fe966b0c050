"""The poster for a shop's door: who the shop really is, and what to do when something went wrong."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import segno
from flask_babel import force_locale, gettext

from portal.core.pdf import typeset
from portal.core.words import N_
from portal.merchants.queries import StorePage

# Each step: what to do, in a line; the second line says it in a little more.
STEPS = (
    (N_("Scan and say it"), N_("No app, no account: a few words and photos, two minutes.")),
    (N_("The shop answers"), N_("Repair, exchange, refund: accept with one tap.")),
    (N_("Not solved?"), N_("One tap hands it to the market regulators.")),
)


# Goods and what is promised for them, then both in English.
Promise = tuple[str, str, str, str]


def poster(store: StorePage, address: str, promises: Sequence[Promise] = ()) -> bytes:
    """An A4 sheet as PDF, the same bytes for the same store. address: of the store's page, for the QR code.

    In Chinese with the English beneath, whoever asks: it hangs on a door in a Chinese city. What the store
    pledges stands on it, where it pledges something.
    """
    with force_locale("zh_CN"):
        data = _words(store) | _steps() | _promised(promises)
    with force_locale("en"):
        data |= {f"{name}_en": _words(store)[name] for name in ("title", "scan")}
    bare = address.partition("://")[2]
    return typeset("poster.typ", data | {"qr": qr_code(address), "address": bare, "name": store.name})


def qr_code(address: str) -> str:
    """The address as an SVG; a quarter of it may be scratched or faded (level Q)."""
    out = BytesIO()
    segno.make_qr(address, error="q").save(out, kind="svg", border=2, xmldecl=False, dark="#16252c")
    return out.getvalue().decode()


def _words(store: StorePage) -> dict[str, Any]:
    return {
        "title": gettext("Bought something that went wrong?"),
        "lead": gettext("Settle it with the shop, free of charge; the bureau looks on."),
        "scan": gettext("Scan with WeChat or Alipay"),
        "legal_label": gettext("Operated by"),
        "legal_name": store.legal_name,
        "uscc_label": gettext("Unified social credit code"),
        "uscc": store.uscc or "",
        "bureau": store.bureau_zh,
        "hotline": gettext("Hotline %(number)s", number=store.hotline),
        "code": gettext("Shop code %(code)s", code=f"{store.code[:4]} {store.code[4:]}"),
    }


def _steps() -> dict[str, Any]:
    return {"steps": [(gettext(title), gettext(line), line) for title, line in STEPS]}


def _promised(promises: Sequence[Promise]) -> dict[str, Any]:
    """The promises in pairs of lines; where they are for several kinds of goods, each names its own."""
    goods = {promise[0] for promise in promises}
    if len(goods) == 1:
        head = gettext("This shop pledges for %(goods)s", goods=promises[0][0])
        return {"promised": head, "promises": [(line, line_en) for _, line, _, line_en in promises]}
    lines = [(f"{zh}：{line}", f"{en}: {line_en}") for zh, line, en, line_en in promises]
    return {"promised": gettext("This shop pledges"), "promises": lines}
