"""A policy's terms as schema.org's MerchantReturnPolicy (domain.md section 4); plain data, no page.

schema.org speaks of a return as one right; so what it is told is the return without a reason, whose days
are the only ones that a machine may promise to everybody. Where there is none, the category is
"unspecified" and not "not permitted", since faulty goods may be returned all the same. What it has no word
for stands in `additionalProperty`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.return_policies.clauses import TERMS, Kind, Term
from portal.return_policies.wording import Said, term_said

CONTEXT = "https://schema.org"
BASE = "https://schema.org/"
UNITS = {Kind.DAYS: "DAY", Kind.WITHIN: "DAY", Kind.PERCENT: "P1"}  # of UN/CEFACT, as schema.org asks


@dataclass(frozen=True)
class Wording:
    """How sentences and goods are said in the language of the document."""

    sentence: Callable[[Said], str]
    label: Callable[[str], str]
    goods: Callable[[str], str]


def return_policy(terms: Mapping[str, Any], wording: Wording, **about: Any) -> dict[str, Any]:
    """The MerchantReturnPolicy that says what the terms say.

    about: what goes before it (`@id`, name, url); `additionalProperty` of it is put before the terms' own.
    """
    more = [*about.pop("additionalProperty", []), *_in_no_word(terms, wording)]
    return {
        "@type": "MerchantReturnPolicy",
        **about,
        "applicableCountry": "CN",
        **_window(terms),
        **_fees(terms),
        "additionalProperty": more,
    }


def property_value(id: str, name: str, value: Any, **more: Any) -> dict[str, Any]:
    """One thing that schema.org has no word for."""
    return {"@type": "PropertyValue", "propertyID": id, "name": name, "value": value, **more}


def _window(terms: Mapping[str, Any]) -> dict[str, Any]:
    refunds = ["FullRefund"] if terms["no_reason_days"] or terms["quality_return_days"] else []
    if terms["fit_exchange_days"] or terms["quality_exchange_days"]:
        refunds.append("ExchangeRefund")
    said: dict[str, Any] = {"returnPolicyCategory": f"{BASE}MerchantReturnUnspecified"}
    if terms["no_reason_days"]:
        conditions = ["NewCondition"] + ["UsedCondition"] * (terms["no_reason_condition"] == "used")
        said = {
            "returnPolicyCategory": f"{BASE}MerchantReturnFiniteReturnWindow",
            "merchantReturnDays": terms["no_reason_days"],
            "itemCondition": _one_or_more(conditions),
        }
    if refunds:
        said |= {
            "inStoreReturnsOffered": True,
            "returnMethod": f"{BASE}ReturnInStore",
            "refundType": _one_or_more(refunds),
        }
    return said


def _fees(terms: Mapping[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if terms["no_reason_days"]:
        fee = terms["restocking_percent"]
        fees = ["RestockingFees"] if fee else []
        if terms["no_reason_transport"] == "consumer":
            fees.append("ReturnFeesCustomerResponsibility")
        said["customerRemorseReturnFees"] = _one_or_more(fees or ["FreeReturn"])
        if fee:
            said["restockingFee"] = fee
    if terms["quality_return_days"]:
        free = terms["quality_transport"] == "merchant"
        said["itemDefectReturnFees"] = BASE + ("FreeReturn" if free else "ReturnFeesCustomerResponsibility")
    of_defects = said.get("itemDefectReturnFees")
    if of_defects is not None and of_defects == said.get("customerRemorseReturnFees"):
        said["returnFees"] = of_defects  # the same whatever the reason
    return said


def _said_above(terms: Mapping[str, Any]) -> set[str]:
    """The terms that schema.org has a word for."""
    said = (
        {"no_reason_days", "no_reason_transport", "restocking_percent"} if terms["no_reason_days"] else set()
    )
    return said | ({"quality_transport"} if terms["quality_return_days"] else set())


def _in_no_word(terms: Mapping[str, Any], wording: Wording) -> list[dict[str, Any]]:
    told, said = [], _said_above(terms)
    for name, term in TERMS.items():
        line = None if name in said else term_said(name, terms)
        if line is not None:
            told.append(
                property_value(
                    name,
                    wording.label(term.label),
                    _value(term, terms[name], wording),
                    **({"unitCode": UNITS[term.kind]} if term.kind in UNITS else {}),
                    **({"unitText": "CNY"} if term.kind is Kind.FEN else {}),
                    **({"description": wording.sentence(line)} if term.kind is Kind.CHOICE else {}),
                )
            )
    return told


def _value(term: Term, value: Any, wording: Wording) -> Any:
    if term.kind is Kind.FEN:
        return value // 100 if value % 100 == 0 else value / 100
    if term.kind is Kind.CATEGORIES:
        return [wording.goods(code) for code in value]
    return value


def _one_or_more(names: list[str]) -> str | list[str]:
    full = [BASE + name for name in names]
    return full[0] if len(full) == 1 else full
