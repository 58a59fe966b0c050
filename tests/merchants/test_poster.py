"""The poster for the door is one A4 sheet, the same bytes every time, and nothing in it is run."""

import re

import segno
from flask import Flask
from sqlalchemy.orm import Session

from portal.core.pdf import typeset
from portal.merchants.poster import poster, qr_code
from portal.merchants.queries import store_page
from tests.makers import make_merchant, make_store
from tests.nag import NaggingClient

ADDRESS = "https://hejie.example.gov.cn/stores/XTPXRBJW"


def test_the_poster_is_a_pdf_of_one_a4_page_for_everybody(client: NaggingClient, db_session: Session) -> None:
    store = make_store(db_session)
    answer = client.get(f"/stores/{store.code}/poster.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == f'inline; filename="hejie-{store.code}.pdf"'
    assert "Set-Cookie" not in answer.headers
    assert answer.data.startswith(b"%PDF-")
    assert re.findall(rb"/MediaBox ?\[ ?0 0 ([\d.]+) ([\d.]+) ?\]", answer.data) == [
        (b"595.2756", b"841.8898")
    ]
    client.set_cookie("lang", "en")
    assert client.get(f"/stores/{store.code}/poster.pdf").data == answer.data


def test_long_and_hostile_names_stay_on_one_page(app: Flask, db_session: Session) -> None:
    merchant = make_merchant(db_session, legal_name='#panic("x") $ \\ " ] ' + "长" * 100)
    for name in ("短", "好又多" * 40, "#set page(width: 1pt)", "*_`@<b>$[#]", "A" * 120, "Ünïcødé 𠮷野家 🍜"):
        store = store_page(db_session, make_store(db_session, merchant, name=name).code)
        assert store is not None
        with app.test_request_context():
            made = poster(store, ADDRESS)
            assert made == poster(store, ADDRESS)
        assert made.count(b"/MediaBox") == 1


def test_the_qr_code_says_the_address_of_the_store() -> None:
    svg = qr_code(ADDRESS)
    code = segno.make_qr(ADDRESS, error="q")
    assert svg.count("<path") == 1
    assert f'width="{code.symbol_size(border=2)[0]}"' in svg
    assert code.error == "Q"


def test_the_same_data_make_the_same_paper_and_other_data_another() -> None:
    data = {
        "title": "题", "lead": "引", "title_en": "t", "scan": "扫", "scan_en": "s", "legal_label": "经",
        "legal_name": "公司", "uscc_label": "码", "uscc": "", "bureau": "局", "hotline": "12315", "code": "c",
        "steps": [["一", "二", "three"]], "qr": qr_code(ADDRESS), "address": "a", "name": "店",
    }  # fmt: skip
    assert typeset("poster.typ", data) == typeset("poster.typ", data)
    assert typeset("poster.typ", data) != typeset("poster.typ", {**data, "name": "另一家店"})
