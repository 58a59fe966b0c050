"""Who shows the licence to an officer of the region becomes an owner; nobody else does."""

from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Membership, PersonKind, StaffRole
from portal.accounts.people import viewer_of
from portal.accounts.viewer import Viewer
from portal.core import uscc
from portal.core.errors import MovedOn, NotAllowed, RuleBroken
from portal.core.sqlite import prepare_sqlite
from portal.merchants.actions.claims import NOTE_LIMIT, decide_claim
from portal.merchants.actions.staff import sign_up
from portal.merchants.models import Claim, ClaimState, Store
from tests.makers import PASSWORD, make_merchant, make_officer, make_store, make_town
from tests.merchants.licences import claimed
from tests.people import ALICE, BOB, CAROL, GRACE
from tests.world import BEGINNING


@pytest.fixture
def shop(db_session: Session) -> Store:
    """A licensed store that nobody has claimed, in Grace's district."""
    make_town(db_session)
    return make_store(db_session, make_merchant(db_session, verified_at=None))


def newcomer(session: Session, username: str = "erin") -> Viewer:
    person = sign_up(
        session, username=username, password=PASSWORD, name="艾琳", phone="13911112222", now=BEGINNING
    )
    viewer = viewer_of(session, person.id)
    assert viewer is not None
    return viewer


def refusal(session: Session, store: Store, claimant: Viewer, **said: str) -> tuple[str | None, str]:
    with pytest.raises(RuleBroken) as refused:
        claimed(session, store, claimant, **said)
    return refused.value.field, refused.value.message


def decide(
    session: Session, claim: Claim, officer: Viewer, *, approve: bool = True, reason: str = ""
) -> Claim:
    return decide_claim(session, claim.id, officer, approve=approve, reason=reason, now=BEGINNING)


def test_an_approval_makes_an_owner_and_verifies_the_merchant(db_session: Session, shop: Store) -> None:
    erin = newcomer(db_session)
    second = make_store(db_session, shop.merchant)
    claim = decide(db_session, claimed(db_session, shop, erin), GRACE)
    assert (claim.state, claim.decided_by, claim.decided_at) == (ClaimState.APPROVED, GRACE.id, BEGINNING)
    assert shop.merchant.verified_at == BEGINNING
    viewer = viewer_of(db_session, erin.id)
    assert viewer is not None
    assert viewer.owns == {shop.merchant_id} == {second.merchant_id}


def test_a_refusal_says_why_and_changes_nothing_else(db_session: Session, shop: Store) -> None:
    erin = newcomer(db_session)
    claim = claimed(db_session, shop, erin)
    with pytest.raises(RuleBroken) as unexplained:
        decide(db_session, claim, GRACE, approve=False, reason=" \n")
    assert unexplained.value.field == "reason"
    decide(db_session, claim, GRACE, approve=False, reason="执照看不清")
    assert (claim.state, claim.reason, shop.merchant.verified_at) == (ClaimState.REFUSED, "执照看不清", None)
    viewer = viewer_of(db_session, erin.id)
    assert viewer is not None
    assert viewer.owns == frozenset()
    assert claimed(db_session, shop, erin).state == ClaimState.WAITING


@pytest.mark.parametrize("region", ["330106", "330200", "330203", "110000", "", "33010", "000000"])
def test_an_officer_of_another_region_finds_nothing(db_session: Session, shop: Store, region: str) -> None:
    claim = claimed(db_session, shop, newcomer(db_session))
    officer = Viewer(id=GRACE.id, kind=PersonKind.OFFICER, region=region)
    with pytest.raises(NotAllowed):
        decide(db_session, claim, officer)
    with pytest.raises(NotAllowed):
        decide_claim(db_session, claim.id + 1, GRACE, approve=True, now=BEGINNING)


@pytest.mark.parametrize("region", ["330102", "330100", "330000"])
def test_the_officers_of_the_district_the_city_and_the_province_may_decide(
    db_session: Session, shop: Store, region: str
) -> None:
    officer = make_officer(db_session, region)
    viewer = viewer_of(db_session, officer.id)
    assert viewer is not None
    assert decide(db_session, claimed(db_session, shop, newcomer(db_session)), viewer).state == "approved"


@pytest.mark.parametrize("who", [ALICE, BOB, CAROL])
def test_only_officers_decide(db_session: Session, shop: Store, who: Viewer) -> None:
    with pytest.raises(NotAllowed):
        decide(db_session, claimed(db_session, shop, newcomer(db_session)), who)


def test_a_claim_is_decided_once(db_session: Session, shop: Store) -> None:
    claim = decide(db_session, claimed(db_session, shop, newcomer(db_session)), GRACE)
    for approve in (True, False):
        with pytest.raises(MovedOn):
            decide(db_session, claim, GRACE, approve=approve, reason="不行")
    assert (
        db_session.scalar(sa.select(sa.func.count()).where(Membership.merchant_id == shop.merchant_id)) == 1
    )


def test_of_two_officers_at_once_one_decides(db_session: Session, shop: Store, database_url: str) -> None:
    claim_id = claimed(db_session, shop, newcomer(db_session)).id
    db_session.commit()
    engine = sa.create_engine(database_url)
    if engine.dialect.name == "sqlite":
        prepare_sqlite(engine)
    together, ends = Barrier(2), []

    def run(approve: bool) -> None:
        with Session(engine) as session:
            together.wait()
            try:
                decide_claim(session, claim_id, GRACE, approve=approve, reason="不行", now=BEGINNING)
                session.commit()
                ends.append("decided")
            except MovedOn:
                ends.append("moved on")

    threads = [Thread(target=run, args=(approve,)) for approve in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()
    assert sorted(ends) == ["decided", "moved on"]


def test_what_a_claim_must_say(db_session: Session, shop: Store) -> None:
    erin, own = newcomer(db_session), str(shop.merchant.uscc)
    assert refusal(db_session, shop, erin, uscc=" ")[0] == "uscc"
    assert refusal(db_session, shop, erin, uscc=own[:-1])[0] == "uscc"
    assert refusal(db_session, shop, erin, uscc=own[:-1] + ("0" if own[-1] != "0" else "1"))[0] == "uscc"
    assert refusal(db_session, shop, erin, uscc=uscc.make("99999999")) == (
        "uscc", "This is not the code of the merchant whose store this is."
    )  # fmt: skip
    assert refusal(db_session, shop, erin, licence_file="")[0] == "licence"
    assert refusal(db_session, shop, erin, note="长" * (NOTE_LIMIT + 1))[0] == "note"
    assert claimed(db_session, shop, erin, uscc=f" {own.lower()[:9]} {own[9:]}").uscc == own


def test_nobody_claims_twice_or_what_is_theirs(db_session: Session, shop: Store) -> None:
    erin = newcomer(db_session)
    claim = claimed(db_session, shop, erin)
    assert refusal(db_session, shop, erin)[1].startswith("You have already claimed this shop.")
    decide(db_session, claim, GRACE)
    viewer = viewer_of(db_session, erin.id)
    assert viewer is not None
    assert refusal(db_session, shop, viewer) == (None, "This shop is already yours.")
    with pytest.raises(NotAllowed):
        claimed(db_session, shop, ALICE)


def test_a_second_store_of_the_merchant_adds_no_second_ownership(db_session: Session, shop: Store) -> None:
    erin = newcomer(db_session)
    claims = [claimed(db_session, store, erin) for store in (shop, make_store(db_session, shop.merchant))]
    for claim in claims:
        decide(db_session, claim, GRACE)
    owned = sa.select(Membership.role).where(Membership.person_id == erin.id)
    assert db_session.scalars(owned).all() == [StaffRole.OWNER]


def test_a_stall_needs_no_code_and_keeps_one_that_it_shows(db_session: Session, shop: Store) -> None:
    code = uscc.make("12345678")
    for typed, username, kept in (("", "erin", None), (code, "frank", code), (code, "gina", None)):
        stall = make_store(db_session, make_merchant(db_session, uscc=None, verified_at=None))
        decide(db_session, claimed(db_session, stall, newcomer(db_session, username), uscc=typed), GRACE)
        assert (stall.merchant.uscc, stall.merchant.verified_at) == (kept, BEGINNING)
