"""What people type is text, whatever it looks like; junk is refused with a page (S18, S29, S31)."""

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.core.words import clean_text
from portal.disputes.limits import NOTE_LIMIT
from tests.makers import file, make_town, sign_in
from tests.nag import NaggingClient, tree

TAGS = (
    "script",
    "img src=x",
    "svg",
    "iframe",
    "details open",
    "a href='javascript:alert(1)'",
    "style",
    "math",
    "x",
)
TRAPS = (
    "onerror=alert(1)",
    "onload=alert(1)",
    "hx-get='/'",
    "data-hx-on:click='alert(1)'",
    "style='position:fixed'",
)
WRAPS = ("<{}>", "'\"><{}>", "</textarea><{}>", "<!--<{}>-->", "&lt;{}&gt;", "<{}//", "＜{}＞", "<\u200b{}>")
NASTY = [
    *(wrap.format(f"{tag} {trap}") for tag, trap, wrap in product(TAGS, TRAPS, WRAPS)),
    "%s%s%n", "${7*7}", "#{7*7}", "=cmd|' /C calc'!A0", "＝1+1", "@SUM(1)",
    "'; DROP TABLE disputes; --", "\\", "\\u0000", "../../etc/passwd", "\u202eevil\u202c", "مرحبا",
    "𠮷野家", "👩‍👩‍👧‍👦", "a" + "\u0300" * 5, "\ufeff冰箱", "null", "undefined", "0", "-1", "NaN", "True",
]  # fmt: skip


def test_hundreds_of_nasty_texts_come_back_as_what_they_are(client: NaggingClient, db_session: Session):
    town = make_town(db_session)
    dispute = file(db_session, town.store, town.alice)
    sign_in(client, db_session, town.alice)
    page = client.get(f"/disputes/{dispute.ref}?act=message")
    plain = tags_of(page)
    for n in range(0, len(NASTY), 40):
        text = "\n".join(NASTY[n : n + 40])[:NOTE_LIMIT]
        posted = client.submit(page, "/messages", text=text, key=f"key-{n}")
        assert posted.status_code == 303
        shown = client.get(f"/disputes/{dispute.ref}?act=message")
        said = [node.text for node in tree(shown).iterfind(".//p[@class='pre-line']")]
        assert said[-1] == clean_text(text, limit=NOTE_LIMIT)
        assert tags_of(shown) <= plain
    assert len(NASTY) > 380


def tags_of(page) -> set[str]:
    """The kinds of element a page is made of."""
    return {str(node.tag) for node in tree(page).iter()}


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"],
)
def test_the_way_on_leads_nowhere_else(client: NaggingClient, db_session: Session, elsewhere: str):
    make_town(db_session)
    assert client.get("/preferences", query_string={"lang": "en", "next": elsewhere}).location == "/"


JUNK = st.binary(max_size=60).map(lambda raw: raw.decode("latin-1"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(["q", "after", "store", "draft", "seen", "act", "next", "step"]), junk=JUNK)
def test_junk_in_an_address_is_no_fault_of_ours(client: NaggingClient, name: str, junk: str):
    for place in ("/stores", "/disputes/new", "/sign-in/phone", "/board", "/track"):
        assert client.get(place, query_string={name: junk}).status_code < 500


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.text(max_size=40), junk=JUNK)
def test_a_path_that_nobody_made_is_no_fault_of_ours(client: NaggingClient, path: str, junk: str):
    below = path.lstrip("/")  # what begins with two slashes is another host to any client
    for place in (f"/{below}", f"/disputes/{path}", f"/stores/{junk}", f"/board/{path}"):
        assert client.get(place).status_code < 500


@pytest.mark.parametrize("place", ["/stores/%00", "/stores?q=%00", "/disputes?%00=x", "/board/3301%07"])
def test_what_no_browser_puts_in_an_address_is_refused_with_a_page(client: NaggingClient, place: str):
    answer = client.get(place)
    assert (answer.status_code, tree(answer).find(".//h1") is not None) == (400, True)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b'--x\r\nContent-Disposition: form-data; name="a',
        b"a=%ff%fe%00&key=" + b"k" * 9000,
    ],
)
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", ""]
)
def test_a_broken_form_is_refused_with_a_page(
    client: NaggingClient, body: bytes, kind: str, db_session: Session
):
    make_town(db_session)
    for place in ("/disputes", "/disputes/drafts", "/sign-in", "/sign-in/phone", "/track"):
        assert client.post(place, data=body, content_type=kind).status_code in {400, 413}
