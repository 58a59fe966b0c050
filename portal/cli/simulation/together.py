"""The same trouble at many in the demo city: an issue, its letter, what was published, and a group."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import OfficerPost, OfficerRole, Person, PersonKind
from portal.accounts.viewer import Viewer
from portal.bureau.actions.issues import open_issue, publish, write_to_sides
from portal.cli import demo_city
from portal.disputes.actions.groups import invite, join_group, name_representatives
from portal.disputes.models import Dispute
from portal.disputes.workflow import TALKS, WITH_BUREAU
from portal.merchants.models import Store
from portal.regions.choices import Kind, label
from portal.regions.models import City

STORE = "yonghe-zhonglou"
LATELY = timedelta(days=60)
TEXT = "近两个月多位消费者反映同一类问题，店里答复的口径不一，有的拖延，有的要求自行联系厂家。"
NOTE = "先请店里书面说明，再看是否约谈总部。"
LETTER = "近期多位消费者反映同类问题。请贵店于五个工作日内书面说明处理口径和整改措施，并逐件答复消费者。"
RESULT = (
    "经约谈，经营者承诺：一、门店统一售后口径，七日内出现质量问题的先行退换，不再要求消费者自行联系厂家；"
    "二、对已投诉的消费者逐件联系，十日内给出方案；三、每月向我局报送处理情况。我局将持续跟踪，"
    "仍未得到处理的消费者可以通过本平台继续反映。"
)
INVITATION = (
    "您反映的问题，近期还有多位消费者遇到。为便于一并调解，建议您与他们共同处理。是否加入由您自己决定。"
)


def look_into(session: Session, stores: Mapping[str, Store], now: datetime) -> None:
    """Let the district's officer open an issue over a shop's disputes, publish, and invite to a group."""
    store = stores[STORE]
    officer = _officer(session)
    city = session.get_one(City, store.city_code)
    lately = sa.select(Dispute).where(Dispute.store_id == store.id, Dispute.filed_at > now - LATELY)
    disputes = session.scalars(lately.order_by(Dispute.id)).all()
    problem, _ = Counter(dispute.problem for dispute in disputes).most_common(1)[0]
    title = f"{label(city.choices, Kind.PROBLEM, problem, 'zh_CN')}，多人反映"
    refs = [dispute.ref for dispute in disputes if dispute.problem == problem]
    alike = [one for one in disputes if one.problem == problem and one.state in TALKS | WITH_BUREAU]
    issue = open_issue(
        session, officer, refs, city_code=city.code, title=title, text=TEXT, note=NOTE, now=now
    )
    write_to_sides(session, officer, issue, side="merchant", text=LETTER, now=now)
    publish(session, officer, issue, title=title, text=RESULT, names_merchant=False, ground="", now=now)
    _together(session, officer, alike, title, now)


def _together(session: Session, officer: Viewer, disputes: list[Dispute], title: str, now: datetime) -> None:
    """A group of whoever has an open dispute; most of them join, and two stand."""
    one_each = list({dispute.consumer_id: dispute for dispute in disputes}.values())
    invite(session, officer, one_each, title=title, note=INVITATION, now=now)
    joining = one_each[: len(one_each) * 2 // 3 + 1]
    for dispute in joining:
        viewer = Viewer(id=dispute.consumer_id, kind=PersonKind.CONSUMER)
        join_group(session, dispute, viewer, now=now)
    first = joining[0].ref
    name_representatives(session, joining[0], stands=True, named=[first], now=now)
    for dispute in joining[1:]:
        name_representatives(session, dispute, stands=False, named=[first], now=now)


def _officer(session: Session) -> Viewer:
    wanted = sa.select(Person).where(Person.username == demo_city.demo_people()["he"].username)
    person = session.scalars(wanted).one()
    post = session.get_one(OfficerPost, person.id)
    return Viewer(id=person.id, kind=PersonKind.OFFICER, region=post.region_code, rank=OfficerRole(post.role))
