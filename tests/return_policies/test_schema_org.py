"""What machines read of a policy: every word of it is schema.org's, and says no more than the pledge."""

import json
from pathlib import Path
from typing import Any

import pytest

from portal.return_policies.categories import default_tree
from portal.return_policies.clauses import CONDITIONS, PAYERS, TERMS, UNSET, Clause, promised
from portal.return_policies.floors import law
from portal.return_policies.schema_org import BASE, Wording, return_policy
from portal.return_policies.wording import clause_texts

VOCABULARY = json.loads((Path(__file__).parent / "data" / "schema_org.json").read_text(encoding="utf-8"))
WORDING = Wording(
    sentence=lambda said: said.sentence,
    label=lambda label: label,
    goods=lambda code: default_tree().name(code, "zh_CN"),
)
GENEROUS = UNSET | {
    "quality_return_days": 15, "no_reason_days": 7, "no_reason_condition": "tried", "no_reason_proof": "none",
    "no_reason_excluded": ["underwear"], "quality_exchange_days": 30, "fit_exchange_days": 10,
    "repair_days": 365, "repair_within_days": 15, "quality_transport": "merchant",
    "no_reason_transport": "merchant", "testing": "merchant", "refund_within_days": 3, "cross_store": True,
    "prepaid_cancel_days": 7, "prepaid_balance": True, "prepaid_fee_percent": 5,
    "automatic_fen": 200_00, "automatic_month_fen": 2_000_00,
}  # fmt: skip


def made(**terms: Any) -> dict[str, Any]:
    return return_policy(UNSET | terms, WORDING)


def short(value: Any) -> Any:
    """The name of an enumeration's member, or of several."""
    return [short(one) for one in value] if isinstance(value, list) else str(value).removeprefix(BASE)


def strangers(thing: dict[str, Any]) -> list[str]:
    """What of a JSON-LD object is not in schema.org's vocabulary, all the way down."""
    kinds = {thing["@type"], *VOCABULARY["types"].get(thing["@type"], ["?"])}
    wrong = [] if thing["@type"] in VOCABULARY["types"] else [thing["@type"]]
    for name, values in thing.items():
        if name.startswith("@"):
            continue
        known = VOCABULARY["properties"].get(name)
        if known is None or not kinds & set(known["of"]):
            wrong.append(f"{thing['@type']}.{name}")
            continue
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, dict):
                wrong += strangers(value)
            members = [name for kind in known["values"] for name in VOCABULARY["enumerations"].get(kind, [])]
            if members and short(value) not in members:
                wrong.append(f"{name}={value}")
    return wrong


@pytest.mark.parametrize("transport", PAYERS)
@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("fee", [0, 10])
@pytest.mark.parametrize("days", [0, 7])
def test_every_word_is_in_schema_orgs_vocabulary(transport: str, condition: str, fee: int, days: int):
    terms = GENEROUS | {
        "no_reason_days": days,
        "no_reason_condition": condition,
        "restocking_percent": fee,
        "no_reason_transport": transport,
        "quality_transport": transport,
    }
    assert strangers(return_policy(terms, WORDING)) == []
    assert strangers(return_policy(law().terms, WORDING)) == []


def test_a_made_up_word_would_be_seen():
    policy = return_policy(GENEROUS, WORDING)
    assert strangers({**policy, "returnPolicyCategory": f"{BASE}MerchantReturnFinite"}) != []
    assert strangers({**policy, "returnDays": 7}) == ["MerchantReturnPolicy.returnDays"]
    assert strangers({**policy, "telephone": "1"}) == ["MerchantReturnPolicy.telephone"]
    assert strangers({**policy, "@type": "ReturnPolicy"})[0] == "ReturnPolicy"


def test_days_without_a_reason_are_a_finite_window():
    policy = made(no_reason_days=7, no_reason_transport="merchant")
    assert short(policy["returnPolicyCategory"]) == "MerchantReturnFiniteReturnWindow"
    assert policy["merchantReturnDays"] == 7
    assert policy["applicableCountry"] == "CN"
    assert policy["inStoreReturnsOffered"] is True
    assert short(policy["returnMethod"]) == "ReturnInStore"


def test_the_days_for_faulty_goods_are_not_sold_as_days_for_everybody():
    policy = made(quality_return_days=7, quality_exchange_days=7, quality_transport="merchant")
    assert short(policy["returnPolicyCategory"]) == "MerchantReturnUnspecified"
    assert "merchantReturnDays" not in policy
    assert "customerRemorseReturnFees" not in policy
    assert short(policy["itemDefectReturnFees"]) == "FreeReturn"
    assert [
        one["value"] for one in policy["additionalProperty"] if one["propertyID"] == "quality_return_days"
    ] == [7]


@pytest.mark.parametrize(
    ("transport", "fee", "fees"),
    [
        ("merchant", 0, "FreeReturn"),
        ("consumer", 0, "ReturnFeesCustomerResponsibility"),
        ("merchant", 5, "RestockingFees"),
        ("consumer", 5, ["RestockingFees", "ReturnFeesCustomerResponsibility"]),
    ],
)
def test_the_fees_of_a_return_without_a_reason(transport: str, fee: int, fees: Any):
    policy = made(no_reason_days=7, no_reason_transport=transport, restocking_percent=fee)
    assert short(policy["customerRemorseReturnFees"]) == fees
    assert policy.get("restockingFee") == (fee or None)


def test_one_fee_for_every_reason_is_said_once_more_as_such():
    both = made(
        no_reason_days=7,
        no_reason_transport="merchant",
        quality_return_days=7,
        quality_transport="merchant",
    )
    assert short(both["returnFees"]) == "FreeReturn"
    assert "returnFees" not in made(no_reason_days=7, quality_return_days=7, quality_transport="merchant")
    assert "returnFees" not in made(repair_days=30)


def test_money_or_exchange_and_the_condition():
    assert short(made(no_reason_days=7)["refundType"]) == "FullRefund"
    assert short(made(no_reason_days=7, fit_exchange_days=7)["refundType"]) == [
        "FullRefund",
        "ExchangeRefund",
    ]
    assert short(made(no_reason_days=7, no_reason_condition="tried")["itemCondition"]) == "NewCondition"
    used = made(no_reason_days=7, no_reason_condition="used")
    assert short(used["itemCondition"]) == ["NewCondition", "UsedCondition"]


def test_what_schema_org_has_no_word_for_is_told_in_properties():
    told = {one["propertyID"]: one for one in return_policy(GENEROUS, WORDING)["additionalProperty"]}
    assert (told["quality_return_days"]["value"], told["quality_return_days"]["unitCode"]) == (15, "DAY")
    assert told["no_reason_excluded"]["value"] == ["内衣、袜子、泳衣"]
    assert (told["automatic_fen"]["value"], told["automatic_fen"]["unitText"]) == (200, "CNY")
    assert told["cross_store"]["value"] is True
    assert told["testing"]["description"] == "The shop pays the testing, whatever comes out."


def test_every_promise_is_told_somewhere():
    policy = return_policy(GENEROUS | {"restocking_percent": 5}, WORDING)
    told = {one["propertyID"] for one in policy["additionalProperty"]}
    above = {"no_reason_days", "no_reason_transport", "restocking_percent", "quality_transport"}
    assert told | above == set(TERMS)
    assert told & above == set()


def test_what_limits_a_promise_is_told_even_at_its_strictest():
    strictest = UNSET | {"fit_exchange_days": 7}
    said = {text.clause: [line.sentence for line in text.lines] for text in clause_texts(strictest)}
    assert said[Clause.NO_REASON] == [
        "No return without a reason; for an exchange of what does not fit:",
        "The packaging must be unopened.",
        "Please bring the receipt.",
    ]
    assert "Without a reason: the customer pays the transport." in said[Clause.TRANSPORT]
    assert Clause.NO_REASON not in promised(UNSET | {"quality_return_days": 7})


def test_transport_is_told_even_where_there_is_no_return():
    told = {one["propertyID"] for one in made(fit_exchange_days=7)["additionalProperty"]}
    assert {"no_reason_transport", "quality_transport"} <= told
