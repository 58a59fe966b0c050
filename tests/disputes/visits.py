"""How people come in and what they send: sign-ins, tokens, and a complaint with all its fields."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse, encode_multipart

from portal.accounts.models import Person
from tests.makers import PASSWORD, Town
from tests.nag import NaggingClient, filled, tree


@dataclass
class Visitors:
    """Signed-in browsers by name, and one that is nobody's."""

    town: Town
    new_client: Callable[[], NaggingClient]
    code: Callable[[str], str]
    known: dict[str, NaggingClient] = field(default_factory=dict)

    def __getitem__(self, name: str) -> NaggingClient:
        if name not in self.known:
            self.known[name] = client = self.new_client()
            if name != "nobody":
                self.come_in(client, getattr(self.town, name))
        return self.known[name]

    def come_in(self, client: NaggingClient, person: Person) -> None:
        if person.username:
            answer = client.submit(
                client.get("/sign-in"), "/sign-in", username=person.username, password=PASSWORD
            )
        else:
            assert person.identity is not None
            assert person.identity.phone is not None
            answer = prove_phone(client, person.identity.phone, self.code)
        assert answer.status_code == 303


def prove_phone(client: NaggingClient, phone: str, code: Callable[[str], str]) -> TestResponse:
    """Ask for a code and enter it."""
    answer = client.submit(client.get("/sign-in/phone"), "/sign-in/phone", phone=phone)
    return enter_code(client, answer, code(phone))


def enter_code(client: NaggingClient, answer: TestResponse, code: str) -> TestResponse:
    """Follow to the page that asks for the code, and send it."""
    assert (answer.status_code, "step=code" in answer.location) == (303, True)
    forms = [dict(filled(form)) for form in tree(client.get(answer.location)).iter("form")]
    fields = next(fields for fields in forms if "code" in fields)
    return client.post("/sign-in/phone", data=fields | {"code": code})


def token(client: NaggingClient, page: str = "/sign-in") -> str:
    """A form token of this browser's session."""
    shown = tree(client.get(page))
    return next(one.get("value", "") for one in shown.iter("input") if one.get("name") == "csrf_token")


def complaint(client: NaggingClient, town: Town, **changes: Any) -> dict[str, Any]:
    """All the fields of contract.md that one form may file at once."""
    fields = {
        "store": town.store.code,
        "problem": "after_sales_refused",
        "bought_on": "2026-11-21",
        "paid": "8000",
        "story": "冰箱用了三天就不制冷，商家说离柜概不负责。",
        "remedy": "refund",
        "claim": "8,000.00",
        "phone": "13812345678",
        "auto_escalate": "1",
        "publish": "1",
        "csrf_token": token(client),
        "key": "a key of the test 0001",
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


def fields_of(shown: TestResponse, noun: str, names: Iterable[str] = ()) -> dict[str, Any]:
    """What a browser would send with the form of a page that leads to `noun` and has these fields."""
    for form in tree(shown).iter("form"):
        there = {one.get("name") for one in form.iter()}
        if (form.get("action") or "").endswith(f"/{noun}") and there >= {*names}:
            return dict(filled(form))
    raise AssertionError(f"no form leads to {noun} and has {', '.join(names)}")


def send(client: NaggingClient, shown: TestResponse, noun: str, **typed: Any) -> TestResponse:
    """Fill in that form and send it."""
    ref = shown.request.path.split("/")[2]
    return client.post(f"/disputes/{ref}/{noun}", data=fields_of(shown, noun, typed) | typed)


def post_act(client: NaggingClient, ref: str, noun: str, **fields: Any) -> TestResponse:
    """Send one act as a program would: with a token, and what it needs."""
    fields = {"csrf_token": token(client, "/account"), **fields}
    boundary, body = encode_multipart(MultiDict(fields))  # in memory: the client's own way leaves files open
    kind = f'multipart/form-data; boundary="{boundary}"'
    return client.post(f"/disputes/{ref}/{noun}", data=body, content_type=kind)
