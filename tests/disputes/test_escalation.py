"""Before a dispute goes to the bureau: what to check, what comes next and when; and what is missing after."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.disputes.actions.endings import escalate
from portal.disputes.actions.mediation import accept_for_mediation
from portal.disputes.deadlines import catch_up, start_reply_clock
from portal.disputes.models import Dispute
from portal.disputes.official import give_identity
from portal.disputes.workflow import State
from tests.disputes.visits import Visitors, complaint, send
from tests.makers import Town, file
from tests.nag import NaggingClient, tree, words
from tests.people import ALICE, GRACE
from tests.world import BEGINNING

MISSING = "还差一步：正式投诉需要您的姓名、证件和地址。"
CORRECT = "更正正式投诉的身份信息"


def main(answer: TestResponse) -> str:
    found = tree(answer).find(".//main")
    assert found is not None
    return words(found)


def silent(session: Session, town: Town, **changes: object) -> Dispute:
    dispute = file(session, town.store, town.alice, **changes)
    start_reply_clock(session, dispute, BEGINNING - timedelta(hours=96))
    catch_up(session, dispute.id, BEGINNING)
    return dispute


def test_the_consumer_reads_what_to_check_and_what_comes_next_and_when(
    visitors: Visitors, db_session: Session, town: Town
) -> None:
    dispute = silent(db_session, town)
    said = main(visitors["alice"].get(f"/disputes/{dispute.ref}"))
    for sentence in (
        "12315、法院、仲裁机构或消费者协会处理过了吗？",
        "请先就医",
        "12378",
        "7 个工作日内（12月3日 周四 24:00前），市场监管局决定受理",
        "这个日子是怎么算的",
        "最长 60 天",
        "转交之后再请您填写，只有市场监管局能看到",
    ):
        assert sentence in said, sentence
    assert (
        send(visitors["alice"], visitors["alice"].get(f"/disputes/{dispute.ref}"), "escalations").status_code
        == 303
    )
    db_session.refresh(dispute)
    assert dispute.state == State.ESCALATED


def test_who_lets_it_go_by_itself_reads_the_same_before_filing(visitors: Visitors, town: Town) -> None:
    nobody = visitors["nobody"]
    kept = nobody.post("/disputes/drafts", data=complaint(nobody, town))
    said = main(nobody.get(kept.location))
    for sentence in (
        "转给市场监管局后会怎样",
        "转交后 7 个工作日内",
        "法院、仲裁机构或消费者协会处理过了吗？",
        "12378",
    ):
        assert sentence in said, sentence


@pytest.mark.parametrize("by_itself", [True, False])
def test_after_it_the_page_says_what_is_missing_until_it_is_given(
    visitors: Visitors, db_session: Session, town: Town, by_itself: bool
) -> None:
    dispute = silent(db_session, town, auto_escalate=by_itself)
    if not by_itself:
        escalate(db_session, dispute, ALICE, now=BEGINNING)
    assert dispute.state == State.ESCALATED
    path = f"/disputes/{dispute.ref}"
    assert [MISSING in main(visitors[who].get(path)) for who in ("alice", "bob", "grace")] == [
        True,
        False,
        False,
    ]
    given = {
        "name": "王爱丽",
        "id_type": "id_card",
        "id_number": "11010519491231002X",
        "address": "湖滨路9号",
    }
    give_identity(db_session, dispute, ALICE, **given, elsewhere=False, entrusted=True, now=BEGINNING)
    said = main(visitors["alice"].get(path))
    assert (MISSING in said, CORRECT in said) == (False, True)
    assert "您已经填过了。需要更正时再填一次。" in main(visitors["alice"].get(f"{path}?act=identity"))
    accept_for_mediation(db_session, dispute, GRACE, now=BEGINNING)
    assert CORRECT not in main(visitors["alice"].get(path))


# Where it belongs elsewhere


def test_everybody_may_read_where_a_matter_belongs(client: NaggingClient, town: Town) -> None:
    said = main(client.get("/elsewhere"))
    for part in (
        "120",
        "12315",
        "12378",
        "人民网“领导留言板”",
        "liuyan.people.com.cn",
        "平台自己的投诉入口",
        "别的城市",
    ):
        assert part in said, part
    client.set_cookie("lang", "en")
    assert "Where it belongs elsewhere" in main(client.get("/elsewhere"))


def test_step_two_says_it_and_makes_a_summary_of_what_is_typed(visitors: Visitors, town: Town) -> None:
    nobody = visitors["nobody"]
    shown = nobody.get(f"/disputes/new?store={town.store.code}")
    assert "也许该找别的部门" in main(shown)
    typed = complaint(nobody, town, bought_on="2026-02-31", step="elsewhere")
    kept = nobody.post("/disputes/drafts", data=typed)
    assert (kept.status_code, kept.location.startswith("/elsewhere?draft=")) == (303, True)
    text = tree(nobody.get(kept.location)).find(".//textarea")
    assert text is not None
    for part in (
        "冰川电器湖滨店",
        "杭州冰川电器有限公司",
        "2026-02-31",
        "8000",
        "冰箱用了三天就不制冷",
        "诉求：退还货款",
    ):
        assert part in "".join(text.itertext()), part
    file_ = nobody.get(kept.location.replace("/elsewhere", "/elsewhere/summary.txt"))
    assert (file_.mimetype, "冰箱用了三天就不制冷" in file_.get_data().decode("utf-8-sig")) == (
        "text/plain",
        True,
    )


def test_a_summary_is_for_whoever_wrote_the_draft_alone(
    visitors: Visitors, new_client: Callable[[], NaggingClient], town: Town
) -> None:
    nobody = visitors["nobody"]
    kept = nobody.post("/disputes/drafts", data=complaint(nobody, town, step="elsewhere"))
    for other in (new_client(), visitors["mallory"], visitors["bob"], visitors["grace"]):
        page = other.get(kept.location)
        assert (page.status_code, "冰箱用了三天" in page.text) == (200, False)
        taken = other.get(kept.location.replace("/elsewhere", "/elsewhere/summary.txt"))
        assert taken.location == "/elsewhere"
    assert nobody.get("/elsewhere/summary.txt?draft=x").location == "/elsewhere"
