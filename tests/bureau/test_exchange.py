"""What goes out for 12315 and what comes back: nothing typed twice, nothing done twice, every look kept."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.bureau.decision_lines import read_decisions
from portal.bureau.decisions import Became, take_in
from portal.bureau.exchange_rows import read_batch
from portal.core.csv_text import harmless
from portal.core.errors import RuleBroken
from portal.disputes.actions.endings import escalate
from portal.disputes.actions.mediation import accept_for_mediation
from portal.disputes.models import Dispute
from portal.disputes.official import IdentityView, give_identity
from portal.disputes.workflow import State
from tests.makers import Town, file, make_city, make_merchant, make_officer, make_store, make_town, sign_in
from tests.nag import NaggingClient, tree, words
from tests.people import ALICE, GRACE
from tests.world import BEGINNING, Clock

NUMBER = "11010519491231002X"
IN_WORDS = "法院、仲裁机构、其他行政机关或消费者组织已经受理或处理过"
NOTES = {date(2026, 11, 24): "12315"}


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


@pytest.fixture
def grace(client: NaggingClient, db_session: Session, town: Town) -> NaggingClient:
    sign_in(client, db_session, town.grace)
    return client


def handed_over(session: Session, town: Town, *, identity: bool = False, **changes: object) -> Dispute:
    dispute = file(session, town.store, town.alice, **changes)
    escalate(session, dispute, ALICE, now=BEGINNING)
    if identity:
        given = {"name": "王爱丽", "id_type": "id_card", "id_number": NUMBER, "address": "湖滨路9号"}
        give_identity(session, dispute, ALICE, **given, elsewhere=False, entrusted=True, now=BEGINNING)
    return dispute


def looks(session: Session) -> list[tuple[int, int]]:
    session.commit()
    wanted = sa.select(IdentityView.dispute_id, IdentityView.officer_id).order_by(IdentityView.id)
    return [tuple(row) for row in session.execute(wanted)]  # type: ignore[misc]


def rows_of(answer: TestResponse) -> list[dict[str, str]]:
    assert answer.get_data().startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def main(answer: TestResponse) -> str:
    found = tree(answer).find(".//main")
    assert found is not None
    return words(found)


def test_the_table_has_what_12315_asks_for_and_every_look_is_kept(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    dispute = handed_over(db_session, town, identity=True)
    rows = rows_of(grace.submit(grace.get("/bureau/export"), "/bureau/export.csv"))
    assert len(rows) == 1
    shown = {name.strip(): value.strip() for name, value in rows[0].items()}
    wanted = {
        "编号": dispute.ref, "姓名": "王爱丽", "联系电话": "13812345678", "被投诉人": "杭州冰川电器有限公司",
        "商品或服务": "双门冰箱", "办理期限": "2026-12-03", "支付金额（元）": "8000.00",
    }  # fmt: skip
    assert {name: shown[name] for name in wanted} == wanted
    assert {NUMBER, "湖滨路9号"} <= {*shown.values()}
    assert looks(db_session) == [(dispute.id, town.grace.id)]


def test_without_identity_nothing_of_it_leaves_and_no_look_is_kept(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    handed_over(db_session, town, identity=True)
    answer = grace.submit(grace.get("/bureau/export"), "/bureau/export.csv", without="y")
    text = answer.get_data(as_text=True)
    assert [part in text for part in ("王爱丽", "13812345678", NUMBER, "湖滨路9号", "王*")] == [False] * 4 + [
        True
    ]
    assert looks(db_session) == []


def test_no_cell_is_a_formula(grace: NaggingClient, db_session: Session, town: Town) -> None:
    handed_over(db_session, town, goods="=HYPERLINK(1)", order_no="+86", story="@SUM(A1) 我买了一台冰箱")
    text = grace.submit(grace.get("/bureau/export"), "/bureau/export.csv").get_data(as_text=True)
    cells = [cell for row in csv.reader(io.StringIO(text.lstrip("\ufeff"))) for cell in row]
    assert {"'=HYPERLINK(1)", "'+86"} <= {*cells}
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))] == []


@pytest.mark.parametrize(
    ("cell", "written"),
    [("-1", "'-1"), ("\t=1", "'\t=1"), ("＝1", "'＝1"), ("8000.00", "8000.00"), ("1" * 14, "1" * 14 + "\t")],
)
def test_a_cell_is_harmless_and_a_long_number_stays_whole(cell: str, written: str) -> None:
    assert harmless(cell) == written


def test_only_the_open_disputes_of_the_own_region_go_out(
    new_client: Callable[[], NaggingClient], db_session: Session, town: Town
) -> None:
    elsewhere = make_store(db_session, make_merchant(db_session, make_city(db_session, "330200")))
    other = file(db_session, elsewhere, town.alice, goods="邻市的")
    escalate(db_session, other, ALICE, now=BEGINNING)
    file(db_session, town.store, town.alice, goods="还在谈的")
    handed_over(db_session, town, goods="本区的")
    for region, goods in (("330102", ["本区的"]), ("330106", []), ("330203", ["邻市的"])):
        officer = new_client()
        sign_in(officer, db_session, make_officer(db_session, region))
        shown = officer.get("/bureau/export")
        if not goods:
            assert "没有待办的投诉" in main(shown)
            continue
        rows = rows_of(officer.submit(shown, "/bureau/export.csv"))
        assert [row["商品或服务"] for row in rows] == goods


def test_the_archive_has_a_folder_for_each_dispute(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    one, two = handed_over(db_session, town, identity=True), handed_over(db_session, town)
    shown = grace.get("/bureau/export")
    token = tree(shown).find(".//main//input[@name='csrf_token']")
    assert token is not None
    answer = grace.post("/bureau/export.zip", data={"csrf_token": token.get("value")})
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as packed:
        assert packed.testzip() is None
        assert packed.namelist() == [
            "投诉清单.csv",
            *(f"{it.ref}/{name}" for it in (one, two) for name in ("投诉书.pdf", "协商记录.txt")),
        ]
        told = packed.read(f"{one.ref}/协商记录.txt").decode("utf-8-sig")
        assert packed.read(f"{one.ref}/投诉书.pdf").startswith(b"%PDF")
    assert "冰箱用了三天就不制冷" in told
    assert looks(db_session) == [(one.id, town.grace.id), (two.id, town.grace.id)]


def test_a_batch_takes_as_many_queries_with_one_dispute_as_with_three(
    db_session: Session, town: Town
) -> None:
    ids = [handed_over(db_session, town, identity=True).id for _ in range(3)]

    def statements(some: list[int]) -> int:
        db_session.flush()
        db_session.expire_all()
        seen: list[str] = []
        note = lambda conn, cursor, statement, *rest: seen.append(statement)  # noqa: E731
        sa.event.listen(db_session.get_bind(), "before_cursor_execute", note)
        read_batch(db_session, some)
        sa.event.remove(db_session.get_bind(), "before_cursor_execute", note)
        return len(seen)

    assert statements(ids[:1]) == statements(ids)


# What comes back


def done(session: Session, text: str, *, days: int = 0) -> list[tuple[Became, str]]:
    outcomes = take_in(
        session, GRACE, read_decisions(text), notes=NOTES, now=BEGINNING + timedelta(days=days)
    )
    return [(one.became, str(one.broken) if one.broken else "") for one in outcomes]


@pytest.mark.parametrize(
    "ground", ["2", "elsewhere", "法院、仲裁机构、其他行政机关或消费者组织已经受理或处理过"]
)
def test_decisions_are_done_once_however_often_they_come(
    db_session: Session, town: Town, ground: str
) -> None:
    one, two = handed_over(db_session, town), handed_over(db_session, town)
    text = f"编号,决定,理由,日期\n{one.ref}\t,受理,,2026-11-24\n{two.ref},不予受理,{ground},2026/11/24 10:00"
    assert done(db_session, text) == [(Became.DONE, ""), (Became.DONE, "")]
    assert (one.state, two.state) == (State.MEDIATING, State.REFUSED)
    seen = one.last_seq, two.last_seq
    assert done(db_session, text, days=3) == [(Became.SAME, ""), (Became.SAME, "")]
    end = f"{one.ref},终止,3,2026年11月25日"
    assert done(db_session, end, days=3) == [(Became.DONE, "")]
    assert done(db_session, f"{text}\n{end}", days=4) == [(Became.SAME, "")] * 3
    assert (one.state, one.last_seq, two.last_seq) == (State.TERMINATED, seen[0] + 1, seen[1])


def test_a_decision_counts_from_its_own_day(db_session: Session, town: Town) -> None:
    dispute = handed_over(db_session, town)
    assert done(db_session, f"{dispute.ref},受理,,2026-11-25", days=20) == [(Became.DONE, "")]
    assert dispute.mediation_due_at is not None
    assert (dispute.acceptance_late, dispute.mediation_due_at.date()) == (False, date(2027, 1, 24))


def test_each_bad_line_says_why_and_leaves_the_others_alone(db_session: Session, town: Town) -> None:
    good, settled, talked = handed_over(db_session, town), handed_over(db_session, town), None
    talked = file(db_session, town.store, town.alice)
    elsewhere = make_store(db_session, make_merchant(db_session, make_city(db_session, "330200")))
    foreign = file(db_session, elsewhere, town.alice)
    escalate(db_session, foreign, ALICE, now=BEGINNING)
    accept_for_mediation(db_session, settled, GRACE, now=BEGINNING)
    missing = "There is no dispute with this reference in your region."
    lines = [
        ("123,受理,,2026-11-24", "This is no reference of ours."),
        (f"{good.ref},也许,,2026-11-24", "The decision must be one of: 受理 / 不予受理 / 终止 / 调解成功."),
        (f"{good.ref},受理,,昨天", "Write the day like 2026-11-24."),
        (f"{good.ref},受理,,2026-11-30", "This day has not come yet."),
        (f"{good.ref},受理,,2026-11-20", "On this day the dispute had not been handed to the bureau."),
        (f"{good.ref},终止,3,2026-11-24", "It is not being mediated: only what was accepted can be ended."),
        (
            f"{good.ref},不予受理,8,2026-11-24",
            "The ground must be a number from 1 to 7 or a code of the city's list.",
        ),
        (f"{foreign.ref},受理,,2026-11-24", missing),
        ("00000000000000,受理,,2026-11-24", "This is no reference of ours."),
        (f"{talked.ref},受理,,2026-11-24", "On this day the dispute had not been handed to the bureau."),
        (
            f"{settled.ref},调解成功,,2026-11-24",
            "Only both sides can settle: put what was agreed to them as a proposal, in the dispute.",
        ),
        (f"{settled.ref},不予受理,1,2026-11-24", "It is not waiting for a decision any more."),
        (f"{good.ref},受理,,2026-11-24", ""),
    ]
    assert done(db_session, "\n".join(line for line, _ in lines)) == [
        (Became.BAD if why else Became.DONE, why) for _, why in lines
    ]
    assert (good.state, foreign.state) == (State.MEDIATING, State.ESCALATED)


@pytest.mark.parametrize("text", ["", "编号,决定\n", "1,2,3,4\n" * 301])
def test_a_table_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        read_decisions(text)
    assert refused.value.field == "table"


def test_decisions_are_shown_first_then_taken_in(
    grace: NaggingClient, db_session: Session, town: Town, clock: Clock
) -> None:
    dispute = handed_over(db_session, town)
    table = f"编号,决定,理由,日期\r\n{dispute.ref},受理,,2026-11-24\r\n9,受理,,2026-11-24"
    sent = {"file": (io.BytesIO(table.encode("gb18030")), "d.csv")}
    answer = grace.submit(grace.get("/bureau/decisions"), "/bureau/decisions", **sent)
    assert (answer.status_code, answer.location) == (303, "/bureau/decisions/preview")
    shown = grace.get(answer.location)
    assert "第 3 行 9 这不是本平台的编号。" in main(shown)
    db_session.refresh(dispute)
    assert dispute.state == State.ESCALATED
    for _ in range(2):  # the same form twice is one import
        after = grace.submit(shown, "/bureau/decisions/imports")
        assert (after.status_code, after.location) == (303, "/bureau/decisions/result")
        assert "导入 1 项，已有记录 0 项，未导入 1 项。" in main(grace.get(after.location))
    db_session.refresh(dispute)
    assert dispute.state == State.MEDIATING
    assert "全国12315平台于 2026-11-24 作出该决定。" in grace.get(f"/disputes/{dispute.ref}").text


def test_a_refused_table_comes_back_as_it_was_sent(grace: NaggingClient) -> None:
    answer = grace.submit(grace.get("/bureau/decisions"), "/bureau/decisions", table="编号,决定")
    assert (answer.status_code, "表格里没有处理决定。" in main(answer)) == (422, True)
    for page in ("preview", "result"):
        assert grace.get(f"/bureau/decisions/{page}").location == "/bureau/decisions"


@pytest.mark.parametrize("page", ["export", "decisions", "decisions/preview", "decisions/result"])
def test_nobody_but_officers_knows_of_the_exchange(
    page: str, new_client: Callable[[], NaggingClient], db_session: Session, town: Town
) -> None:
    for person in (town.alice, town.bob, town.carol):
        somebody = new_client()
        sign_in(somebody, db_session, person)
        assert somebody.get(f"/bureau/{page}").status_code == 404
