"""A city's settings: its supervisor changes them, each change is kept, and its pages show them at once."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.accounts.models import OfficerRole
from portal.bureau.views.city import LISTS
from portal.core.errors import RuleBroken
from portal.disputes.actions.mediation import refuse_complaint
from portal.regions.choices import Kind, choices, label, whole_list
from portal.regions.clocks import Clock, Span, Unit
from portal.regions.models import CityChange
from tests.disputes.bureau import handed_over
from tests.makers import Town, file, make_city, make_officer, make_town, sign_in
from tests.nag import NaggingClient, filled, tree, words
from tests.people import GRACE
from tests.world import BEGINNING

PAGES = ("/bureau/city", "/bureau/city/names", "/bureau/city/clocks", "/bureau/city/lists/problem")


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


@pytest.fixture
def boss(client: NaggingClient, db_session: Session, town: Town) -> NaggingClient:
    """The browser of the supervisor of the tests' city."""
    sign_in(
        client,
        db_session,
        make_officer(db_session, town.city.code, role=OfficerRole.SUPERVISOR, display_name="高主管"),
    )
    return client


def words_of(answer: Any) -> str:
    return words(tree(answer))


def send(client: NaggingClient, page: str, **typed: Any):
    fields = next(f for form in tree(client.get(page)).iter("form") if "seen" in (f := dict(filled(form))))
    fields |= {name.replace("__", "-"): value for name, value in typed.items()}
    return client.post(page, data={name: value for name, value in fields.items() if value is not None})


@pytest.mark.parametrize(
    ("region", "role"),
    [("330100", "officer"), ("330102", "supervisor"), ("330000", "supervisor"), ("330200", "supervisor")],
)
def test_who_is_not_the_supervisor_of_exactly_this_city_changes_nothing_of_it(
    client: NaggingClient, db_session: Session, town: Town, region: str, role: str
):
    make_city(db_session, "330200")
    sign_in(client, db_session, make_officer(db_session, region, role=OfficerRole(role)))
    if region == "330200":  # has a city of her own, and sees that one
        assert "宁波" in words_of(client.get("/bureau/city"))
        assert send(client, "/bureau/city/names", hotline="0574-12315").status_code == 303
        db_session.refresh(town.city)
        assert town.city.hotline == "12315"
    else:
        assert [client.get(page).status_code for page in PAGES] == [404] * len(PAGES)


def test_names_texts_and_colour_stand_on_the_citys_pages_at_once(
    boss: NaggingClient, new_client: Callable[[], NaggingClient], db_session: Session, town: Town
):
    make_city(db_session, "330200")
    typed = {
        "accent": "plum", "welcome_zh": "湖滨人的和解窗口", "welcome_en": "The lake's own window",
        "footer_zh": "周末也有人值班", "footer_en": "Open at weekends",
    }  # fmt: skip
    assert send(boss, "/bureau/city/names", **typed).status_code == 303
    nobody = new_client()
    store = nobody.get(f"/stores/{town.store.code}")
    assert (tree(store).get("data-accent"), "周末也有人值班" in words_of(store)) == ("plum", True)
    assert tree(nobody.get("/")).get("data-accent") is None  # the front page is another city's
    chosen = nobody.get("/?city=330100")
    assert (tree(chosen).get("data-accent"), "湖滨人的和解窗口" in words_of(chosen)) == ("plum", True)
    nobody.get("/preferences?city=330100")
    assert tree(nobody.get("/track")).get("data-accent") == "plum"
    assert tree(nobody.get("/no-such-page")).get("data-accent") == "plum"
    change = db_session.scalars(sa.select(CityChange)).one()
    assert (change.before["accent"], change.after["accent"], set(change.after)) == ("", "plum", set(typed))
    assert "高主管" in words_of(boss.get("/bureau/city"))


def test_a_changed_clock_counts_for_what_starts_from_now_on(
    boss: NaggingClient, db_session: Session, town: Town
):
    before = file(db_session, town.store, town.alice)
    due = before.talks_due_at
    assert send(boss, "/bureau/city/clocks", talks="20").status_code == 303
    db_session.expire_all()
    assert town.city.span(Clock.TALKS) == Span(20, Unit.DAYS)
    after = file(db_session, town.store, town.alice, goods="电视")
    assert before.talks_due_at == due
    assert after.talks_due_at is not None and due is not None and (after.talks_due_at - due).days == 10  # noqa: PT018


@pytest.mark.parametrize(
    ("page", "field", "value"),
    [
        ("clocks", "talks", "0"), ("clocks", "talks", "99999"), ("clocks", "talks", "-3"),
        ("clocks", "talks", "九"),
        ("clocks", "reply", "9" * 5000), ("clocks", "reply", "2000"), ("clocks", "talks__unit", "years"),
        ("clocks", "orders_within_days", "4000"), ("names", "bureau_zh", " "), ("names", "hotline", "热线"),
        ("names", "accent", "pink"), ("names", "welcome_zh", "只有中文"), ("names", "icp", "x"),
        ("lists/problem", "quality__zh", ""), ("lists/problem", "quality__place", "x"),
        ("lists/problem", "new__zh", "新"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field_and_changes_nothing(
    boss: NaggingClient, db_session: Session, page: str, field: str, value: str
):
    answer = send(boss, f"/bureau/city/{page}", **{field: value})
    assert (answer.status_code, len(tree(answer).findall(".//p[@class='error']"))) == (422, 1)
    assert db_session.scalar(sa.select(sa.func.count()).select_from(CityChange)) == 0


def test_a_retired_ground_stays_worded_and_is_chosen_no_more_until_it_is_brought_back(
    boss: NaggingClient, db_session: Session, town: Town
):
    page = "/bureau/city/lists/not_accepted"
    assert send(boss, page, outside__retired="y", outside__zh="不归我们管").status_code == 303
    db_session.expire_all()
    own = town.city.choices
    assert "outside" not in [one["code"] for one in choices(own, Kind.NOT_ACCEPTED)]
    assert label(own, Kind.NOT_ACCEPTED, "outside", "zh_CN") == "不归我们管"
    waiting = handed_over(db_session, town)
    with pytest.raises(RuleBroken) as broken:
        refuse_complaint(db_session, waiting, GRACE, ground="outside", note="", now=BEGINNING)
    assert (broken.value.field, "no longer" in broken.value.message) == ("ground", True)
    db_session.commit()
    assert send(boss, page, outside__retired=None).status_code == 303
    db_session.expire_all()
    refuse_complaint(db_session, waiting, GRACE, ground="outside", note="", now=BEGINNING)


def test_a_list_is_ordered_by_its_places_and_takes_a_new_choice(
    boss: NaggingClient, db_session: Session, town: Town
):
    sent = {"other__place": "0", "new__zh": "假冒伪劣", "new__en": "Counterfeit", "new__place": "1"}
    assert send(boss, "/bureau/city/lists/problem", **sent).status_code == 303
    db_session.expire_all()
    codes = [one["code"] for one in whole_list(town.city.choices, Kind.PROBLEM)]
    assert codes[:3] == ["other", "quality", "own_1"]
    assert whole_list(town.city.choices, Kind.PROBLEM)[1]["trouble"] == "quality"


def test_the_last_choice_of_a_list_cannot_be_retired(boss: NaggingClient, town: Town):
    codes = [one["code"] for one in whole_list({}, Kind.REFUSAL)]
    answer = send(boss, "/bureau/city/lists/refusal", **{f"{code}__retired": "y" for code in codes})
    assert answer.status_code == 422


def test_who_saves_over_somebody_elses_change_is_told_and_loses_nothing(
    boss: NaggingClient, db_session: Session, town: Town
):
    assert send(boss, "/bureau/city/names", hotline="0571-12315").status_code == 303
    late = send(boss, "/bureau/city/names", hotline="0571-88888", seen="0")
    assert (late.status_code, "0571-88888" in late.get_data(as_text=True)) == (409, True)
    db_session.refresh(town.city)
    assert town.city.hotline == "0571-12315"


def test_no_change_is_ever_changed(boss: NaggingClient, db_session: Session):
    send(boss, "/bureau/city/names", hotline="0571-12315")
    with pytest.raises(DBAPIError):
        db_session.execute(sa.update(CityChange).values(what="x"))


def test_every_list_has_its_name():
    assert set(LISTS) == set(Kind)
