"""The client that nags finds what it is there to find."""

import pytest
from flask import Flask, Response

from tests.nag import NaggingClient, filled, find_form

GOOD = """<!doctype html><html lang="zh-Hans"><head><title>投诉</title></head><body><main><h1>投诉</h1>
<form method="post" action="/disputes"><input type="hidden" name="csrf_token" value="t">
<label for="story">经过</label><textarea id="story" name="story">
坏了</textarea><label><input type="checkbox" name="publish" value="y" checked> 公开</label>
<label for="remedy">要求</label><select id="remedy" name="remedy"><option value="repair">修理</option>
<option value="refund" selected>退款</option></select><button>提交</button></form></main></body></html>"""
HEADERS = {
    "Content-Security-Policy": "default-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Vary": "HX-Request",
}
SIGNED_IN = '<form method="post" action="/sign-out"><input name="csrf_token" value="t" type="hidden"></form>'


def visit(body: str, headers: dict[str, str] = HEADERS, method: str = "GET", status: int = 200) -> None:
    app = Flask("careless", static_folder=None)
    app.test_client_class = NaggingClient
    answer = Response(body, status, headers)
    app.add_url_rule("/", view_func=lambda: answer, endpoint="x", methods=["GET", "POST"])
    app.test_client().open("/", method=method)


def test_a_careful_page_is_left_alone() -> None:
    visit(GOOD)
    visit(GOOD, method="POST", status=422)
    visit(GOOD.replace("</form>", "</form>" + SIGNED_IN), HEADERS | {"Cache-Control": "no-store"})


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("</form>", "</div>", "end-tag-too-early"),
        ("<h1>投诉</h1>", "", "0 <h1>"),
        ("<title>投诉</title>", "<title> </title>", "its title is empty"),
        (' lang="zh-Hans"', "", "its language is not said"),
        ("<h1>", '<h1 id="story">', "id='story' stands 2 times"),
        ('for="story"', 'for="tale"', "points nowhere"),
        ('<label for="story">经过</label>', "", "the field 'story' has no label"),
        ('<label for="remedy">要求</label>', "", "the field 'remedy' has no label"),
        ("提交", "", "has no name"),
        ("<h1>", '<img src="/x.png"><h1>', "has no alt"),
        ("<h1>", '<a href="#there">x</a><h1>', "leads nowhere"),
        ('value="t"', 'value=""', "has no csrf_token"),
        ("<h1>", '<h1 style="color:red">', "<h1 style=…>"),
        ("<button>", '<button onclick="x()">', "<button onclick=…>"),
        ("<button>", '<button hx-get="/">', "<button hx-get=…>"),
        ("<h1>", "<script>1</script><h1>", "an inline <script>"),
        ("<h1>", '<a href="javascript:x()">x</a><h1>', "javascript:"),
        ("坏了", "None", "it shows 'None'"),
        ("坏了", "%(name)s", "it shows '%('"),
        ("</form>", "</form>" + SIGNED_IN, "a private page may be kept"),
    ],
)
def test_each_carelessness_is_found(right: str, wrong: str, complaint: str) -> None:
    assert right in GOOD
    with pytest.raises(AssertionError) as nagged:
        visit(GOOD.replace(right, wrong, 1))
    assert complaint in str(nagged.value)


@pytest.mark.parametrize(
    ("headers", "complaint"),
    [
        ({"Content-Security-Policy": "default-src 'self' 'unsafe-inline'"}, "Content-Security-Policy"),
        ({"X-Content-Type-Options": ""}, "nosniff"),
        ({"Vary": "Cookie"}, "Vary: HX-Request"),
        ({"Set-Cookie": "a=b"}, "a private page may be kept"),
    ],
)
def test_each_missing_header_is_found(headers: dict[str, str], complaint: str) -> None:
    with pytest.raises(AssertionError) as nagged:
        visit(GOOD, HEADERS | headers)
    assert complaint in str(nagged.value)


@pytest.mark.parametrize(("method", "status"), [("GET", 500), ("POST", 200), ("POST", 302)])
def test_a_wrong_answer_is_found(method: str, status: int) -> None:
    with pytest.raises(AssertionError):
        visit(GOOD, method=method, status=status)


def test_a_form_is_sent_as_it_stands() -> None:
    app = Flask("careful", static_folder=None)
    app.add_url_rule("/", view_func=lambda: Response(GOOD, headers=HEADERS), endpoint="x")
    form = find_form(app.test_client().get("/"), "/disputes")
    assert dict(filled(form)) == {"csrf_token": "t", "story": "坏了", "publish": "y", "remedy": "refund"}
