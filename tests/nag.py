"""The client that nags: every page any test fetches is checked as a careful reader would check it."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

NAMED_BY_THEMSELVES = {"hidden", "submit", "button", "reset", "image"}
LEFTOVERS = re.compile(r"\{\{|\}\}|\{%|%\(|\bNone\b|Undefined|<bound method|datetime\.|Traceback")
AFTER_A_POST = {303, 400, 403, 404, 405, 409, 413, 422, 429, 503}


class NaggingClient(FlaskClient):
    """Flask's test client, which fails the test at the first careless page.

    before: called before each request; the fixture commits there what the test has made, so that the portal
    finds it, and what the test reads afterwards is fresh.
    """

    before: Callable[[], object] = staticmethod(lambda: None)

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        self.before()
        # Read to its end and closed, also what is streamed, as a browser does.
        response = super().open(*args, **{"buffered": True, **kwargs})
        for answer in (*response.history, response):
            where = f"{answer.request.method} {answer.request.path} ({answer.status_code})"
            complaints = list(nag(answer))
            assert not complaints, f"{where}:\n  " + "\n  ".join(complaints)
        return response

    def submit(self, shown: TestResponse, action: str, **fields: Any) -> TestResponse:
        """Send the form of a page as a browser would: what stands in it, changed by `fields`.

        action: how the form's address ends, such as `/offers`. None as a value leaves a field out. A form
        that takes files is sent as multipart; a file is given as `(BytesIO, "name.jpg")` or a list of them.
        """
        form = find_form(shown, action)
        known = {field.get("name") for field in form.iter() if field.get("name")}
        unknown = set(fields) - known
        assert not unknown, f"the form {action} has no field {', '.join(sorted(unknown))}: {sorted(known)}"
        values = {name: value for name, value in (dict(filled(form)) | fields).items() if value is not None}
        address = form.get("action") or shown.request.path
        if form.get("method", "get").lower() == "get":
            return self.get(address, query_string=values)
        return self.post(address, data=values, content_type=form.get("enctype") or None)


def tree(response: TestResponse) -> Element:
    """The page as elements without namespaces: `tree(page).find(".//h1")`."""
    return html5lib.parse(response.get_data(as_text=True), namespaceHTMLElements=False)


def words(element: Element) -> str:
    """What stands in an element, white space folded."""
    return " ".join("".join(element.itertext()).split())


def find_form(response: TestResponse, action: str) -> Element:
    """The one form of the page whose address ends so."""
    forms = tree(response).findall(".//form")
    actions = [urlsplit(form.get("action") or response.request.path).path for form in forms]
    found = [form for form, path in zip(forms, actions, strict=True) if path.endswith(action)]
    assert len(found) == 1, f"{len(found)} forms end in {action}: {actions}"
    return found[0]


def filled(form: Element) -> Iterator[tuple[str, Any]]:
    """The names and values that a browser would send, were the form sent as it stands."""
    chosen: dict[str, list[str]] = {}
    for field in form.iter():
        name, kind = field.get("name"), field.get("type", "text")
        if not name or field.get("disabled") is not None:
            continue
        if field.tag == "textarea":
            chosen.setdefault(name, []).append("".join(field.itertext()).removeprefix("\n"))
        elif field.tag == "select":
            options = field.findall(".//option")
            marked = [option for option in options if option.get("selected") is not None] or options[:1]
            chosen.setdefault(name, []).extend(option.get("value", words(option)) for option in marked)
        elif field.tag == "input" and kind in ("checkbox", "radio"):
            if field.get("checked") is not None:
                chosen.setdefault(name, []).append(field.get("value", "on"))
        elif field.tag == "input" and kind not in ("submit", "button", "reset", "image", "file"):
            chosen.setdefault(name, []).append(field.get("value", ""))
    for name, values in chosen.items():
        yield name, values if len(values) > 1 else values[0]


def nag(response: TestResponse) -> Iterator[str]:
    """All that is wrong with one answer."""
    if response.status_code >= 500 and response.status_code != 503:
        yield "the portal broke"
    if response.request.method == "POST" and response.status_code not in AFTER_A_POST | {200, 201}:
        yield "a POST ends in 303, 422 or 409"
    if response.mimetype != "text/html" or not response.get_data():
        return
    if response.request.method == "POST" and response.status_code == 200:
        yield "a POST that answers a page with 200 is sent twice by the back button"
    if 300 <= response.status_code < 400:
        return
    is_part = response.request.headers.get("HX-Request") == "true" and "<html" not in response.text
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    page = parser.parseFragment(response.text) if is_part else parser.parse(response.text)
    for (line, _), error, details in parser.errors:
        yield f"line {line}: {error} {details or ''}"
    for check in CHECKS_OF_A_PART if is_part else CHECKS_OF_A_PAGE:
        yield from check(page)
    yield from nag_about_headers(response, page)


def nag_about_headers(response: TestResponse, page: Element) -> Iterator[str]:
    policy = response.headers.get("Content-Security-Policy", "")
    if "default-src 'self'" not in policy or "unsafe-" in policy:
        yield f"its Content-Security-Policy is {policy!r}"
    if response.headers.get("X-Content-Type-Options") != "nosniff":
        yield "it lacks X-Content-Type-Options: nosniff"
    signed_in = any((form.get("action") or "").endswith("/sign-out") for form in page.iter("form"))
    private = signed_in or "Set-Cookie" in response.headers
    if private and "no-store" not in response.headers.get("Cache-Control", ""):
        yield "a private page may be kept: no Cache-Control: no-store"
    if "HX-Request" not in response.headers.get("Vary", ""):
        yield "it lacks Vary: HX-Request"


def one_heading(page: Element) -> Iterator[str]:
    for tag in ("h1", "main", "title"):
        if (count := len(page.findall(f".//{tag}"))) != 1:
            yield f"it has {count} <{tag}>"
    if not words(page.find(".//title") if page.find(".//title") is not None else Element("title")):
        yield "its title is empty"
    if not page.get("lang"):
        yield "its language is not said"


def ids(page: Element) -> Iterator[str]:
    counts = Counter(element.get("id") for element in page.iter() if element.get("id") is not None)
    yield from (f"id={name!r} stands {count} times" for name, count in counts.items() if count > 1)
    yield from (f"an id is {name!r}" for name in counts if not name or " " in name)


def references(page: Element) -> Iterator[str]:
    known = {element.get("id") for element in page.iter()}
    for element in page.iter():
        for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls", "list"):
            for name in (element.get(attribute) or "").split():
                if name not in known:
                    yield f"<{element.tag} {attribute}={name!r}> points nowhere"
        target = element.get("href") or ""
        if element.tag == "a" and target.startswith("#") and target[1:] not in known:
            yield f"<a href={target!r}> leads nowhere"


def names(page: Element) -> Iterator[str]:
    """Every field, button, link and picture must say what it is to somebody who does not see it."""
    labelled = {label.get("for") for label in page.iter("label")}
    wrapped = {field for label in page.iter("label") for field in label.iter()}
    for element in page.iter():
        named = element.get("aria-label") or element.get("aria-labelledby")
        if element.tag in ("input", "select", "textarea"):
            needs_none = element.tag == "input" and element.get("type", "text") in NAMED_BY_THEMSELVES
            if not (needs_none or named or element.get("id") in labelled or element in wrapped):
                yield f"the field {element.get('name')!r} has no label"
        elif element.tag in ("button", "a", "summary"):
            pictures = [inside for inside in element.iter() if inside.get("alt") or inside.get("aria-label")]
            if not (named or words(element) or pictures):
                yield f"<{element.tag} {dict(element.attrib)}> has no name"
        elif element.tag == "img" and element.get("alt") is None:
            yield f"the picture {element.get('src')!r} has no alt"


def tokens(page: Element) -> Iterator[str]:
    for form in page.iter("form"):
        if form.get("method", "get").lower() != "post":
            continue
        token = next((field for field in form.iter("input") if field.get("name") == "csrf_token"), None)
        if token is None or not token.get("value"):
            yield f"the form {form.get('action')!r} has no csrf_token"


def nothing_inline(page: Element) -> Iterator[str]:
    """What the Content-Security-Policy would block, or what only htmx's own attribute names allow."""
    for element in page.iter():
        if element.tag == "style" or (element.tag == "script" and not element.get("src") and runs(element)):
            yield f"it has an inline <{element.tag}>"
        for name, value in element.attrib.items():
            if name == "style" or name.startswith(("on", "hx-", "data-hx-on")):
                yield f"<{element.tag} {name}=…>"
            if name in ("href", "src", "action") and value.strip().lower().startswith("javascript:"):
                yield f"<{element.tag} {name}={value!r}>"


def runs(script: Element) -> bool:
    """Whether a browser would run it; data blocks such as JSON-LD it leaves alone."""
    return script.get("type") not in ("application/ld+json", "application/json")


def finished_words(page: Element) -> Iterator[str]:
    """No leftovers of a template, and no Python shown to people."""
    data = {text for script in page.iter("script") for text in script.itertext()}
    shown = " ".join(text for text in page.itertext() if text not in data)
    for leftover in LEFTOVERS.finditer(shown):
        around = shown[max(0, leftover.start() - 30) : leftover.end() + 50]
        yield f"it shows {leftover.group()!r}: …{' '.join(around.split())}…"


Check = Callable[[Element], Iterator[str]]
CHECKS_OF_A_PART: tuple[Check, ...] = (ids, names, tokens, nothing_inline, finished_words)
CHECKS_OF_A_PAGE: tuple[Check, ...] = (one_heading, references, *CHECKS_OF_A_PART)
