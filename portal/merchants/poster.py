"""The poster for a shop's door: who the shop really is, and what to do when something went wrong."""

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


def poster(store: StorePage, address: str) -> bytes:
    """An A4 sheet as PDF, the same bytes for the same store. address: of the store's page, for the QR code.

    In Chinese with the English beneath, whoever asks: it hangs on a door in a Chinese city.
    """
    with force_locale("zh_CN"):
        data = _words(store) | _steps()
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
