"""Saved replies: supervisors write them, officers use them, and no other city has them."""

import pytest
from sqlalchemy.orm import Session

from portal.accounts.models import OfficerRole
from portal.disputes.models import Dispute
from portal.disputes.replies import MOST_REPLIES, SavedReply, replies_of
from portal.disputes.views.officers_side import FILLS
from tests.bureau.waiting import NewClient, handed_over, main, mediated, signed_in
from tests.makers import Town, make_city, make_officer
from tests.nag import NaggingClient, filled, find_form, tree, words
from tests.people import CITY, DISTRICT


@pytest.fixture
def chief(new_client: NewClient, db_session: Session, town: Town) -> NaggingClient:
    return signed_in(new_client, db_session, make_officer(db_session, DISTRICT, role=OfficerRole.SUPERVISOR))


def saved(session: Session, *titles: str, city: str = CITY) -> list[SavedReply]:
    rows = [
        SavedReply(city_code=city, title=title, text=f"{title}的全文", position=n)
        for n, title in enumerate(titles)
    ]
    session.add_all(rows)
    session.flush()
    return rows


def kept(session: Session) -> list[tuple[str, str]]:
    session.expire_all()
    return [(reply.title, reply.text) for reply in replies_of(session, CITY)]


def test_a_supervisor_writes_changes_orders_and_removes(chief: NaggingClient, db_session: Session) -> None:
    for title in ("请补交凭证", "请到场"):
        answer = chief.submit(chief.get("/bureau/replies"), "/replies", title=title, text=f"{title}。")
        assert answer.status_code == 303
    page = chief.get("/bureau/replies")
    assert [words(part) for part in tree(page).findall(".//section/h2")] == [
        "请补交凭证",
        "请到场",
        "新增常用语",
    ]
    first, second = replies_of(db_session, CITY)
    assert chief.submit(page, f"/replies/{second.id}/rise").status_code == 303
    assert [title for title, _ in kept(db_session)] == ["请到场", "请补交凭证"]
    one = chief.get(f"/bureau/replies/{second.id}")
    assert dict(filled(find_form(one, f"/replies/{second.id}")))["text"] == "请到场。"
    assert chief.submit(one, f"/replies/{second.id}", text="请按时到场。").status_code == 303
    assert chief.submit(chief.get("/bureau/replies"), f"/replies/{first.id}/removal").status_code == 303
    assert kept(db_session) == [("请到场", "请按时到场。")]


@pytest.mark.parametrize(
    "typed",
    [
        {"title": "", "text": "x"},
        {"title": "x", "text": " "},
        {"title": "长" * 41, "text": "x"},
        {"title": "x", "text": "长" * 2_001},
    ],
)
def test_what_cannot_be_kept_comes_back_as_typed(
    typed: dict[str, str], chief: NaggingClient, db_session: Session
) -> None:
    answer = chief.submit(chief.get("/bureau/replies"), "/replies", **typed)
    assert answer.status_code == 422
    assert {name: dict(filled(find_form(answer, "/replies")))[name].strip() for name in typed} == {
        name: said.strip() for name, said in typed.items()
    }
    (row,) = saved(db_session, "旧的")
    again = chief.submit(chief.get(f"/bureau/replies/{row.id}"), f"/replies/{row.id}", **typed)
    assert again.status_code == 422
    assert kept(db_session) == [("旧的", "旧的的全文")]


def test_a_city_keeps_only_so_many(chief: NaggingClient, db_session: Session) -> None:
    saved(db_session, *(f"第{number}条" for number in range(MOST_REPLIES)))
    answer = chief.submit(chief.get("/bureau/replies"), "/replies", title="再一条", text="x")
    assert answer.status_code == 422
    assert f"最多保存 {MOST_REPLIES} 条" in main(answer)


def test_an_officer_reads_and_cannot_write(grace: NaggingClient, db_session: Session) -> None:
    (row,) = saved(db_session, "请到场")
    page = grace.get("/bureau/replies")
    assert "请到场的全文" in main(page)
    assert [form.get("action") for form in tree(page).findall(".//main//form")] == []
    assert grace.get(f"/bureau/replies/{row.id}").status_code == 404
    token = tree(page).find(".//input[@name='csrf_token']")
    assert token is not None
    fields = {"csrf_token": token.get("value"), "title": "x", "text": "y"}
    for place in ("", f"/{row.id}", f"/{row.id}/removal", f"/{row.id}/rise"):
        assert grace.post(f"/bureau/replies{place}", data=fields).status_code == 404
    assert kept(db_session) == [("请到场", "请到场的全文")]


def test_another_citys_replies_are_as_if_there_were_none(chief: NaggingClient, db_session: Session) -> None:
    make_city(db_session, "330200")
    (theirs,) = saved(db_session, "宁波的", city="330200")
    assert "宁波的" not in chief.get("/bureau/replies").text
    assert chief.get("/bureau/replies?city=330200").status_code == 404
    assert chief.get(f"/bureau/replies/{theirs.id}").status_code == 404
    assert (
        chief.submit(chief.get("/bureau/replies"), "/replies", city="330200", title="x", text="y").status_code
        == 404
    )


def test_a_province_chooses_the_city(new_client: NewClient, db_session: Session, town: Town) -> None:
    make_city(db_session, "330200")
    saved(db_session, "杭州的")
    saved(db_session, "宁波的", city="330200")
    officer = signed_in(new_client, db_session, make_officer(db_session, "330000"))
    assert "杭州的的全文" in main(officer.get("/bureau/replies"))
    assert "宁波的的全文" in main(officer.get("/bureau/replies?city=330200"))


def texts(page: object, name: str) -> str:
    area = tree(page).find(f".//textarea[@id='{name}-{FILLS[name]}']")  # type: ignore[arg-type]
    assert area is not None
    return "".join(area.itertext()).strip()


@pytest.mark.parametrize("name", FILLS)
def test_a_reply_fills_the_form_it_was_chosen_for(
    name: str, grace: NaggingClient, db_session: Session, town: Town
) -> None:
    waiting = name in ("mediation", "non_acceptance")
    dispute: Dispute = (handed_over if waiting else mediated)(db_session, town)
    (row,) = saved(db_session, "请到场")
    page = grace.get(f"/disputes/{dispute.ref}?act={name}")
    link = next(
        link for link in tree(page).iter("a") if f"act={name}&reply={row.id}" in (link.get("href") or "")
    )
    assert words(link) == "请到场"
    assert texts(page, name) == ""
    assert texts(grace.get((link.get("href") or "").partition("#")[0]), name) == "请到场的全文"


def test_no_reply_of_another_city_and_no_reply_for_the_parties(
    grace: NaggingClient, new_client: NewClient, db_session: Session, town: Town
) -> None:
    make_city(db_session, "330200")
    dispute = mediated(db_session, town)
    (theirs,) = saved(db_session, "宁波的", city="330200")
    (own,) = saved(db_session, "请到场")
    for number in (theirs.id, 0, "x"):
        assert texts(grace.get(f"/disputes/{dispute.ref}?act=session&reply={number}"), "session") == ""
    for person in (town.alice, town.bob):
        page = signed_in(new_client, db_session, person).get(
            f"/disputes/{dispute.ref}?act=message&reply={own.id}"
        )
        assert "请到场" not in page.text
