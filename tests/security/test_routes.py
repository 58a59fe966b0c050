"""Every address and who may use it: a route without an entry fails here (trust.md S8, S9, S15, S16)."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from portal.web.headers import CSP, FIXED
from tests.makers import file, make_town, sign_in
from tests.nag import NaggingClient, tree

PUBLIC, SIGNED_IN, CONSUMERS = "public", "signed in", "consumer"
STAFF, OFFICERS = "staff", "officer"

OF_A_DISPUTE = """
    show settlement settlement_pdf evidence create_message create_offer create_acceptance create_offer_refusal
    create_offer_withdrawal create_refusal create_question create_denial create_contact create_performance
    create_missing create_confirmation create_reopening create_rating create_withdrawal create_withdrawal_undo
    create_pledged create_escalation create_report create_identity create_mediation create_non_acceptance
    create_session create_testing create_testing_result create_proposal create_proposal_acceptance
    create_proposal_refusal create_termination create_group create_group_departure
    create_consumer_letter create_merchant_letter create_exclusion create_inclusion
    create_recusal_request create_follow_up_answer
"""
OF_THE_STANDARDS_DESK = """
    bureau_standards new_standard create_standard bureau_version edit_draft save_draft create_publication
    create_version_withdrawal create_version goods create_category move_goods category change_category
    create_retirement create_restoration
"""
OF_THE_DESK = """
    city city_names save_city_names city_clocks save_city_clocks city_list save_city_list
    background create_background_view
    counter counter_shops counter_draft create_counter_complaint counter_dispute create_word create_reach_look
    create_slip slip slip_paper
    home disputes next_dispute search absence create_absence replies create_reply reply save_reply
    create_reply_removal create_reply_rise reports report create_handling create_closure
    clusters issues new_issue create_issue issue create_issue_dispute create_issue_removal create_issue_letter
    create_issue_publication create_group create_issue_closure group create_group_session
    create_group_proposal follow_ups_list
"""
OF_THE_SHOPS = """
    stores store change_photo create_move create_verification create_suspension create_lifting
    create_closure_of_store create_reopening_of_store merger create_merger
"""
OF_THE_CALENDAR = "show create_preview preview create_import"
AUDIENCE = {
    "landing.show": PUBLIC,
    "preferences.choose": PUBLIC,
    "health.alive": PUBLIC,
    "health.ready": PUBLIC,
    "demo.people": PUBLIC,
    "demo.messages": PUBLIC,
    "board.home": PUBLIC,
    "published.index": PUBLIC,
    "published.show": PUBLIC,
    "disputes.create_representatives": CONSUMERS,
    "board.show": PUBLIC,
    "board.measures": PUBLIC,
    "board.as_of": PUBLIC,
    "accounts.password": PUBLIC,
    "accounts.prove_password": PUBLIC,
    "accounts.phone": PUBLIC,
    "accounts.prove_phone": PUBLIC,
    "accounts.sign_out": PUBLIC,
    "accounts.track": PUBLIC,
    "accounts.find": PUBLIC,
    "accounts.account": SIGNED_IN,
    "accounts.change_account": SIGNED_IN,
    "accounts.change_own_password": SIGNED_IN,
    "accounts.end_session": SIGNED_IN,
    "merchants.search": PUBLIC,
    "merchants.show": PUBLIC,
    "merchants.poster_pdf": PUBLIC,
    "return_policies.standards": PUBLIC,
    "return_policies.standard": PUBLIC,
    "return_policies.standard_version": PUBLIC,
    "return_policies.feed": PUBLIC,
    "return_policies.return_policy_json": PUBLIC,
    "return_policies.till_card_pdf": PUBLIC,
    "return_policies.pledges": STAFF,
    "return_policies.pledge": STAFF,
    "return_policies.new_pledge": STAFF,
    "return_policies.create_pledge": STAFF,
    "return_policies.ending": STAFF,
    "return_policies.end": STAFF,
    "merchants.claim_or_join": PUBLIC,
    "merchants.new_account": PUBLIC,
    "merchants.create_account": PUBLIC,
    "merchants.create_claim": STAFF,
    "merchants.new_claim": STAFF,
    "merchants.home": STAFF,
    "merchants.stores": STAFF,
    "merchants.contact": STAFF,
    "merchants.change_contact": STAFF,
    "merchants.staff": STAFF,
    "merchants.create_clerk": STAFF,
    "merchants.new_clerk": STAFF,
    "merchants.clerk": STAFF,
    "merchants.new_password": STAFF,
    "merchants.removal": STAFF,
    "merchants.scope": STAFF,
    "merchants.claims": OFFICERS,
    "merchants.claim": OFFICERS,
    "merchants.approve": OFFICERS,
    "merchants.refuse": OFFICERS,
    "merchants.licence": OFFICERS,
    **dict.fromkeys((f"bureau.{name}" for name in (OF_THE_DESK + OF_THE_SHOPS).split()), OFFICERS),
    **dict.fromkeys((f"return_policies.{name}" for name in OF_THE_STANDARDS_DESK.split()), OFFICERS),
    **dict.fromkeys((f"calendar.{name}" for name in OF_THE_CALENDAR.split()), OFFICERS),
    **dict.fromkeys((f"exchange.{name}" for name in ("show", "create_table", "create_archive")), OFFICERS),
    **dict.fromkeys((f"decisions.{name}" for name in f"{OF_THE_CALENDAR} result".split()), OFFICERS),
    "elsewhere.show": PUBLIC,
    "elsewhere.summary": PUBLIC,
    "disputes.paper": SIGNED_IN,
    "disputes.create_full_complaint": OFFICERS,
    "notices.index": SIGNED_IN,
    "notices.read": SIGNED_IN,
    "notices.read_all": SIGNED_IN,
    "disputes.new": PUBLIC,
    "disputes.create": PUBLIC,
    "disputes.keep": PUBLIC,
    "disputes.check_draft": PUBLIC,
    "disputes.draft_photo": PUBLIC,
    "disputes.index": SIGNED_IN,
    "disputes.create_assignment": OFFICERS,
    "disputes.create_transfer": OFFICERS,
    "disputes.create_receipt": OFFICERS,
    "disputes.create_recusal": OFFICERS,
    "disputes.create_recusal_denial": OFFICERS,
    "disputes.create_stepping_aside": OFFICERS,
    "disputes.create_entrustment": OFFICERS,
    "disputes.create_entrustment_result": OFFICERS,
    "disputes.create_identity_view": OFFICERS,
    "disputes.identity": OFFICERS,
    **dict.fromkeys(
        (f"disputes.{name}" for name in OF_A_DISPUTE.split()),
        SIGNED_IN,
    ),
}
# What stands in an address where a rule asks for something: nothing of it exists but the dispute.
PARTS = {
    "code": "NOSUCH22",
    "name": "nothing",
    "kind": "problem",
    "slug": "no-such-standard",
    "key": "no-such-key",
    "photo_id": "0" * 24,
    "n": 1,
    "reply_id": 1,
    "claim_id": 1,
    "change_id": 1,
    "notice_id": 1,
    "pledge_id": 1,
}


def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=str)


def address(app: Flask, rule: Rule, ref: str) -> str:
    values = {name: {**PARTS, "ref": ref, "clerk_id": 1}[name] for name in rule.arguments}
    with app.test_request_context():
        return str(app.url_for(rule.endpoint, **values))


def declared(app: Flask, endpoint: str) -> str:
    view = app.view_functions[endpoint]
    if getattr(view, "is_public", False):
        return PUBLIC
    return ",".join(sorted(getattr(view, "kinds", [SIGNED_IN])))


@pytest.fixture
def ref(db_session: Session) -> str:
    town = make_town(db_session)
    made = file(db_session, town.store, town.alice).ref
    db_session.commit()
    return made


def test_every_route_has_an_entry_and_is_declared_so(app: Flask):
    assert {rule.endpoint: declared(app, rule.endpoint) for rule in rules(app)} == AUDIENCE


def test_nobody_is_led_to_sign_in_wherever_a_page_is_not_public(app: Flask, client: NaggingClient, ref: str):
    led = {}
    for rule in rules(app):
        if "GET" in (rule.methods or ()):
            answer = client.get(address(app, rule, ref))
            led[rule.endpoint] = answer.status_code == 303 and "/sign-in/phone" in answer.location
    assert {endpoint for endpoint, was_led in led.items() if was_led} == {
        endpoint for endpoint in led if AUDIENCE[endpoint] != PUBLIC
    }


@pytest.mark.parametrize(
    ("who", "kinds"),
    [("alice", {CONSUMERS}), ("bob", {STAFF}), ("grace", {OFFICERS}), ("mallory", {CONSUMERS})],
)
def test_what_is_not_for_ones_kind_does_not_exist(
    app: Flask, client: NaggingClient, db_session: Session, who: str, kinds: set[str]
):
    town = make_town(db_session)
    missing = "/bureau/no-such-page"
    sign_in(client, db_session, getattr(town, who))
    unknown = client.get(missing).get_data(as_text=True).replace(missing, "")
    for rule in rules(app):
        audience = AUDIENCE[rule.endpoint]
        if audience in (STAFF, OFFICERS) and audience not in kinds and "GET" in (rule.methods or ()):
            place = address(app, rule, "00000000000000")
            answer = client.get(place)
            assert (place, answer.status_code) == (place, 404)
            assert tree(answer).findtext(".//h1") in unknown


@pytest.mark.parametrize("who", ["bob", "carol", "grace", "mallory"])
def test_no_act_of_the_consumer_is_open_to_anybody_else(
    app: Flask, client: NaggingClient, db_session: Session, who: str
):
    town = make_town(db_session)
    dispute = file(db_session, town.store, town.alice)
    seen = dispute.last_seq
    sign_in(client, db_session, getattr(town, who))
    token = tree(client.get("/account")).find(".//input[@name='csrf_token']").get("value")
    for act in ("withdrawals", "escalations", "contact-shares", "confirmations", "ratings", "reports"):
        fields = {"csrf_token": token, "reason": "other", "note": "x", "stars": "5", "text": "不是我写的。"}
        answer = client.post(f"/disputes/{dispute.ref}/{act}", data=fields)
        possible_later = act == "escalations" and who in ("bob", "carol")  # once the talks' time is over
        assert (act, answer.status_code) == (act, 409 if possible_later else 404)
    db_session.refresh(dispute)
    assert dispute.last_seq == seen


def test_every_post_without_its_token_is_refused(
    app: Flask, new_client: Callable[[], NaggingClient], ref: str, db_session: Session
):
    client = new_client()
    statuses = {
        rule.endpoint: client.post(address(app, rule, ref)).status_code
        for rule in rules(app)
        if "POST" in (rule.methods or ())
    }
    assert set(statuses.values()) == {400}
    assert len(statuses) > 30


@pytest.mark.parametrize(
    "place", ["/", "/no-such-page", "/disputes/12", "/readyz", "/stores?q=%00", "/static/x"]
)
def test_every_answer_carries_the_headers(client: NaggingClient, place: str, ref: str):
    answer = client.get(place)
    wanted = {**FIXED, "Content-Security-Policy": CSP}
    assert {name: answer.headers.get(name) for name in wanted} == wanted


def test_no_method_is_answered_that_no_page_uses(client: NaggingClient, ref: str):
    assert [client.open("/", method=method).status_code for method in ("TRACE", "PUT", "DELETE")] == [405] * 3
