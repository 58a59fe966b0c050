"""Standards: what an officer may draft, publish and withdraw, and what the database refuses to change."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.core.errors import MovedOn, NotAllowed, RuleBroken
from portal.return_policies.actions.standards import (
    Content,
    change_draft,
    draft_standard,
    draft_version,
    publish,
    withdraw_version,
)
from portal.return_policies.categories import default_tree
from portal.return_policies.clauses import TERMS, UNSET, Clause, worse_terms
from portal.return_policies.floors import law
from portal.return_policies.models import StandardVersion
from portal.return_policies.queries.public import Standing
from portal.return_policies.queries.standards import own_standard, own_standards
from portal.return_policies.ready import ReadyStandard, first_terms, ready_standards
from portal.return_policies.terms import terms_from
from tests.makers import Town, make_city, make_town
from tests.people import CITY, DISTRICT, GRACE
from tests.return_policies.makers import CITYWIDE, make_standard, make_version, newest
from tests.world import BEGINNING

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
PROVINCE = replace(GRACE, region="330000")
FARAWAY = replace(GRACE, region="330200")
GOODS = [one.code for one in default_tree().all]


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


def drafted(session: Session, **terms: object) -> StandardVersion:
    return make_standard(session, published=False, terms=terms).versions[0]


# Ready standards


def test_there_are_five_ready_standards_for_five_trades():
    assert [one.key for one in ready_standards()] == [
        "clothing",
        "appliances",
        "food",
        "prepaid",
        "furniture",
    ]
    assert len({one.category for one in ready_standards()}) == 5


@pytest.mark.parametrize("ready", ready_standards(), ids=lambda ready: ready.key)
def test_a_ready_standard_is_consistent_and_not_below_the_law(ready: ReadyStandard):
    assert set(ready.terms) <= set(TERMS)
    terms = terms_from(ready.terms, categories=GOODS)
    assert worse_terms(terms, law().terms) == []
    assert first_terms(ready, law().terms, default_tree()) == terms
    assert default_tree().get(ready.category) is not None
    assert set(ready.terms.get("no_reason_excluded", ())) <= {
        one.code for one in default_tree().below(ready.category)
    }


@pytest.mark.parametrize("ready", ready_standards(), ids=lambda ready: ready.key)
def test_a_ready_standard_can_be_drafted_as_it_is(db_session: Session, town: Town, ready: ReadyStandard):
    content = Content(ready.terms, ready.basis_zh, ready.basis_en)
    draft = draft_standard(
        db_session,
        GRACE,
        town.city,
        content,
        category=ready.category,
        title_zh=ready.title_zh,
        title_en=ready.title_en,
        now=BEGINNING,
    )
    assert (draft.basis_zh, draft.basis_en) == (ready.basis_zh, ready.basis_en)


@pytest.mark.parametrize("ready", ready_standards(), ids=lambda ready: ready.key)
def test_a_ready_standard_cites_only_the_articles_that_were_checked(ready: ReadyStandard):
    articles = {part.split("条")[0] for part in ready.basis_zh.split("第")[1:]}
    assert articles <= {"二十四", "二十五", "五十五"}
    assert "二十四" in articles


def test_a_ready_standard_begins_with_the_floor_where_that_is_higher():
    terms = first_terms(ready_standards()[0], UNSET | {"no_reason_days": 30}, default_tree())
    assert (terms["no_reason_days"], terms["quality_exchange_days"]) == (30, 15)


# Publishing


def test_a_standard_is_published_from_today(db_session: Session, town: Town):
    draft = drafted(db_session)
    publish(db_session, draft, GRACE, valid_from=TODAY, now=BEGINNING)
    assert (draft.valid_from, draft.published_at, draft.published_by) == (TODAY, BEGINNING, GRACE.id)


@pytest.mark.parametrize(
    ("first", "sentence"),
    [
        (None, "Please choose a date."),
        (TODAY - DAY, "This date has passed. Please choose today or a later day."),
        (TODAY + 367 * DAY, "Please choose a day within one year."),
    ],
)
def test_a_date_that_cannot_be_is_refused(db_session: Session, town: Town, first: date | None, sentence: str):
    with pytest.raises(RuleBroken) as broken:
        publish(db_session, drafted(db_session), GRACE, valid_from=first, now=BEGINNING)
    assert (broken.value.field, broken.value.message) == ("valid_from", sentence)


def test_today_is_the_city_s_day(db_session: Session, town: Town):
    just_after_midnight = BEGINNING.replace(hour=16, minute=30)  # 00:30 of the 25th in Shanghai
    with pytest.raises(RuleBroken):
        publish(db_session, drafted(db_session), GRACE, valid_from=TODAY, now=just_after_midnight)


def test_a_version_holds_later_than_the_one_before(db_session: Session, town: Town):
    standard = make_standard(db_session, valid_from=TODAY + 5 * DAY)
    with pytest.raises(RuleBroken) as broken:
        make_version(db_session, standard, {}, valid_from=TODAY + 5 * DAY)
    assert broken.value.values == {"day": "2026-11-29"}


def test_a_version_that_replaces_a_withdrawn_one_need_not_wait_for_it(db_session: Session, town: Town):
    standard = make_standard(db_session)
    wrong = make_version(db_session, standard, {}, valid_from=TODAY + 90 * DAY)
    withdraw_version(db_session, wrong, GRACE, reason="第 3 条有误。", now=BEGINNING)
    assert make_version(db_session, standard, {}, valid_from=TODAY + DAY).valid_from == TODAY + DAY


def test_two_officers_publishing_one_draft_publish_it_once(db_session: Session, town: Town):
    draft = drafted(db_session)
    publish(db_session, draft, GRACE, valid_from=TODAY, now=BEGINNING)
    db_session.flush()
    with pytest.raises(MovedOn):
        publish(db_session, draft, CITYWIDE, valid_from=TODAY + DAY, now=BEGINNING)
    assert draft.valid_from == TODAY


def test_nobody_publishes_what_a_colleague_has_changed_meanwhile(db_session: Session, town: Town):
    draft = drafted(db_session)
    seen = draft.stamp
    change_draft(db_session, draft, CITYWIDE, Content({**draft.terms, "repair_days": 30}), now=BEGINNING)
    with pytest.raises(MovedOn):
        publish(db_session, draft, GRACE, valid_from=TODAY, seen=seen, now=BEGINNING)
    with pytest.raises(MovedOn):
        change_draft(db_session, draft, GRACE, Content(draft.terms), seen=seen, now=BEGINNING)
    publish(db_session, draft, GRACE, valid_from=TODAY, seen=draft.stamp, now=BEGINNING)


def test_what_is_published_is_not_edited(db_session: Session, town: Town):
    version = newest(db_session, make_standard(db_session))
    with pytest.raises(MovedOn):
        change_draft(db_session, version, GRACE, Content(version.terms), now=BEGINNING)


def test_a_version_is_withdrawn_once_and_with_a_reason(db_session: Session, town: Town):
    version = newest(db_session, make_standard(db_session))
    with pytest.raises(RuleBroken) as broken:
        withdraw_version(db_session, version, GRACE, reason="  ", now=BEGINNING)
    assert broken.value.field == "reason"
    withdraw_version(db_session, version, GRACE, reason="条款有误。", now=BEGINNING)
    db_session.flush()
    assert (version.withdrawal_reason, version.withdrawn_at) == ("条款有误。", BEGINNING)
    with pytest.raises(MovedOn):
        withdraw_version(db_session, version, GRACE, reason="再来一次。", now=BEGINNING)


def test_a_draft_is_not_withdrawn(db_session: Session, town: Town):
    with pytest.raises(MovedOn):
        withdraw_version(db_session, drafted(db_session), GRACE, reason="不要了。", now=BEGINNING)


def test_a_second_call_for_the_next_version_finds_the_first_one_s_draft(db_session: Session, town: Town):
    standard = make_standard(db_session)
    first = draft_version(db_session, standard, GRACE, now=BEGINNING)
    assert first.n == 2
    assert draft_version(db_session, standard, CITYWIDE, now=BEGINNING) is first
    assert (first.terms, first.basis_zh) == (standard.versions[0].terms, standard.versions[0].basis_zh)


# The database


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE standard_versions SET terms = '{}'",
        "UPDATE standard_versions SET basis_zh = 'x'",
        "UPDATE standard_versions SET valid_from = '2020-01-01'",
        "UPDATE standard_versions SET published_at = NULL",
        "UPDATE standard_versions SET n = 9",
        "DELETE FROM standard_versions",
    ],
)
def test_the_database_refuses_to_change_a_published_version(db_session: Session, town: Town, statement: str):
    make_standard(db_session)
    db_session.commit()
    with pytest.raises(DBAPIError, match="never changed"):
        db_session.execute(sa.text(statement))
    db_session.rollback()


def test_the_database_lets_a_draft_be_changed_and_a_published_version_be_withdrawn(
    db_session: Session, town: Town
):
    draft = drafted(db_session)
    db_session.commit()
    db_session.execute(sa.text("UPDATE standard_versions SET basis_zh = 'x'"))
    publish(db_session, draft, GRACE, valid_from=TODAY, now=BEGINNING)
    db_session.commit()
    withdraw_version(db_session, draft, GRACE, reason="条款有误。", now=BEGINNING)
    db_session.commit()
    assert draft.basis_zh == "x"


# Floors


def test_a_standard_below_the_law_is_refused_with_the_clause_named(db_session: Session, town: Town):
    with pytest.raises(RuleBroken) as broken:
        drafted(db_session, quality_return_days=6, quality_exchange_days=7)
    assert (broken.value.field, broken.value.values) == (
        "quality_return_days",
        {"number": 1, "clause": "Return of faulty goods"},
    )


@pytest.mark.parametrize(
    ("term", "value", "clause"),
    [
        ("no_reason_days", 14, Clause.NO_REASON),
        ("no_reason_condition", "unopened", Clause.NO_REASON),
        ("no_reason_excluded", ["shoes", "underwear"], Clause.NO_REASON),
        ("quality_exchange_days", 14, Clause.EXCHANGE),
        ("testing", "at_fault", Clause.TESTING),
        ("refund_within_days", None, Clause.REFUND),
        ("restocking_percent", 6, Clause.RESTOCKING),
    ],
)
def test_a_district_may_not_undercut_its_city(
    db_session: Session, town: Town, term: str, value: object, clause: Clause
):
    make_standard(db_session, CITYWIDE, terms={"no_reason_days": 15})
    with pytest.raises(RuleBroken) as broken:
        drafted(db_session, **{"no_reason_days": 15, term: value})
    assert (broken.value.field, broken.value.values["number"]) == (term, list(Clause).index(clause) + 1)


def test_a_district_may_be_better_than_its_city(db_session: Session, town: Town):
    make_standard(db_session, CITYWIDE, terms={"no_reason_days": 15})
    draft = drafted(db_session, no_reason_days=30, restocking_percent=0)
    assert draft.terms["no_reason_days"] == 30


def test_what_holds_for_all_goods_binds_the_goods_below(db_session: Session, town: Town):
    make_standard(db_session, CITYWIDE, terms={"no_reason_days": 15})
    with pytest.raises(RuleBroken):
        make_standard(db_session, category="shoes", terms={"no_reason_days": 7})
    make_standard(db_session, category="food", terms={"no_reason_days": 7, "no_reason_excluded": []})


def test_a_province_binds_a_city_and_a_city_does_not_bind_its_province(db_session: Session, town: Town):
    make_standard(db_session, PROVINCE, terms={"no_reason_days": 10})
    with pytest.raises(RuleBroken):
        make_standard(db_session, CITYWIDE, terms={"no_reason_days": 9})
    make_standard(db_session, CITYWIDE, terms={"no_reason_days": 20})
    make_standard(db_session, PROVINCE, terms={"no_reason_days": 11})


def test_a_draft_a_withdrawn_and_a_coming_standard_bind_nobody(db_session: Session, town: Town):
    make_standard(db_session, CITYWIDE, terms={"no_reason_days": 15}, published=False)
    make_standard(db_session, CITYWIDE, terms={"no_reason_days": 15}, valid_from=TODAY + 9 * DAY)
    withdrawn = newest(db_session, make_standard(db_session, CITYWIDE, terms={"no_reason_days": 15}))
    withdraw_version(db_session, withdrawn, CITYWIDE, reason="条款有误。", now=BEGINNING)
    assert drafted(db_session, no_reason_days=7).terms["no_reason_days"] == 7


def test_the_floor_counts_on_the_day_from_which_a_standard_holds(db_session: Session, town: Town):
    make_standard(db_session, CITYWIDE, terms={"no_reason_days": 15}, valid_from=TODAY + 9 * DAY)
    draft = drafted(db_session, no_reason_days=7)
    with pytest.raises(RuleBroken) as broken:
        publish(db_session, draft, GRACE, valid_from=TODAY + 9 * DAY, now=BEGINNING)
    assert broken.value.field == "no_reason_days"


def test_the_next_version_begins_with_a_floor_that_has_risen(db_session: Session, town: Town):
    standard = make_standard(db_session, terms={"no_reason_days": 7})
    make_standard(db_session, CITYWIDE, terms={"no_reason_days": 15})
    assert draft_version(db_session, standard, GRACE, now=BEGINNING).terms["no_reason_days"] == 15


# Whose standards


def slugs(session: Session, region: str) -> set[str]:
    rows, _ = own_standards(session, replace(GRACE, region=region), TODAY)
    return {row.standard.slug for row in rows}


def test_an_officer_finds_the_standards_of_the_own_region_and_below(db_session: Session, town: Town):
    of = {officer.region: make_standard(db_session, officer).slug for officer in (GRACE, CITYWIDE, PROVINCE)}
    assert slugs(db_session, DISTRICT) == {of[DISTRICT]}
    assert slugs(db_session, CITY) == {of[DISTRICT], of[CITY]}
    assert slugs(db_session, "330000") == set(of.values())
    for elsewhere in ("330106", "330200", "330203", "110000", "000000", "33", ""):
        assert slugs(db_session, elsewhere) == set()


@pytest.mark.parametrize("region", ["330200", "330203", "330106", "330000"])
def test_nobody_drafts_for_another_region(db_session: Session, town: Town, region: str):
    make_city(db_session, "330200")
    content = Content({"quality_return_days": 7, "quality_exchange_days": 7, "quality_transport": "merchant"})
    titles = {"title_zh": "标准", "title_en": "Standard"}
    with pytest.raises(NotAllowed):
        draft_standard(
            db_session, GRACE, town.city, content, category="clothing", region=region, now=BEGINNING, **titles
        )


def test_a_standard_is_found_by_its_slug_only_in_the_own_region(db_session: Session, town: Town):
    slug = make_standard(db_session).slug
    assert own_standard(db_session, GRACE, slug, TODAY) is not None
    assert own_standard(db_session, FARAWAY, slug, TODAY) is None


def test_each_version_stands_where_it_stands(db_session: Session, town: Town):
    standard = make_standard(db_session, valid_from=TODAY)
    make_version(db_session, standard, {"repair_days": 120}, valid_from=TODAY + DAY)
    make_version(db_session, standard, {"repair_days": 150}, valid_from=TODAY + 9 * DAY)
    make_version(db_session, standard, {"repair_days": 180}, published=False)
    db_session.expire_all()
    own = own_standard(db_session, GRACE, standard.slug, TODAY + DAY)
    assert own is not None
    assert [(version.n, standing) for version, standing in own.versions] == [
        (4, None), (3, Standing.COMING), (2, Standing.IN_FORCE), (1, Standing.REPLACED)
    ]  # fmt: skip
    assert (own.draft and own.draft.n, own.before(2)) == (4, own.version(1))


def queries_of_the_list(session: Session) -> int:
    """How many queries it takes to list the standards with their regions."""
    session.commit()
    session.expire_all()
    seen: list[str] = []

    def note(*about: object) -> None:
        seen.append(str(about[2]))

    sa.event.listen(session.get_bind(), "before_cursor_execute", note)
    rows, _ = own_standards(session, GRACE, TODAY)
    assert {row.standard.region.code for row in rows} == {DISTRICT}
    sa.event.remove(session.get_bind(), "before_cursor_execute", note)
    return len(seen)


def test_three_standards_are_listed_with_as_many_queries_as_one(db_session: Session, town: Town):
    make_standard(db_session)
    one = queries_of_the_list(db_session)
    make_standard(db_session)
    make_version(db_session, make_standard(db_session), {})
    assert queries_of_the_list(db_session) == one


def test_the_list_goes_on_where_a_page_ends(db_session: Session, town: Town):
    made = [make_standard(db_session, published=False).id for _ in range(27)]
    first, last = own_standards(db_session, GRACE, TODAY)
    second, end = own_standards(db_session, GRACE, TODAY, before=last)
    assert [row.standard.id for row in (*first, *second)] == made[::-1]
    assert end is None
