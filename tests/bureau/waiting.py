"""What the tests of the desk share: disputes at the bureau, and how to read its pages."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.accounts.models import Person
from portal.disputes.actions.endings import escalate, split_off_report
from portal.disputes.actions.mediation import accept_for_mediation, assign, begin_testing
from portal.disputes.models import Dispute, Report
from portal.merchants.models import Store
from tests.makers import Town, file, sign_in
from tests.nag import NaggingClient, tree, words
from tests.people import ALICE, GRACE
from tests.world import BEGINNING

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NewClient = Callable[[], NaggingClient]


def signed_in(new_client: NewClient, session: Session, person: Person) -> NaggingClient:
    made = new_client()
    sign_in(made, session, person)
    return made


def handed_over(
    session: Session, town: Town, days: int = 0, *, store: Store | None = None, **changes: object
) -> Dispute:
    """A dispute that came to the bureau so many days after the beginning (before it: negative)."""
    at = BEGINNING + days * DAY
    dispute = file(session, store or town.store, town.alice, now=min(at, BEGINNING), **changes)
    escalate(session, dispute, ALICE, now=at)
    return dispute


def mediated(session: Session, town: Town, days: int = 0, **changes: object) -> Dispute:
    dispute = handed_over(session, town, days, **changes)
    accept_for_mediation(session, dispute, GRACE, now=BEGINNING + days * DAY)
    return dispute


def in_testing(session: Session, town: Town, days: int = 0, **changes: object) -> Dispute:
    dispute = mediated(session, town, days, **changes)
    begin_testing(session, dispute, GRACE, payer="merchant", note="送检", now=BEGINNING + days * DAY)
    return dispute


def given_to(session: Session, dispute: Dispute, officer: Person) -> Dispute:
    assign(session, dispute, GRACE, officer_id=officer.id, now=BEGINNING)
    return dispute


def reported(
    session: Session, town: Town, text: str = "没有明码标价，请查一下。", *, anonymous: bool = False
) -> Report:
    dispute = file(session, town.store, town.alice)
    return split_off_report(session, dispute, ALICE, text=text, now=BEGINNING, anonymous=anonymous)


def titles(page: TestResponse) -> list[str]:
    return [words(part) for part in tree(page).findall(".//ul[@class='dispute-rows']//a//strong")]


def main(page: TestResponse) -> str:
    found = tree(page).find(".//main")
    assert found is not None
    return words(found)


def values(page: TestResponse) -> dict[str, str]:
    """The cells of a page: title and value."""
    found = {}
    for part in tree(page).findall(".//ul[@class='cells']/li/a"):
        value = part.find("./span[@class='cell-value']")
        found[words(part.find(".//span[@class='cell-title']"))] = "" if value is None else words(value)
    return found
