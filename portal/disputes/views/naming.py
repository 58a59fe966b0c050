"""How the templates of a dispute name things, in the reader's language."""

from typing import Any

from flask_babel import gettext

from portal.core.words import N_
from portal.disputes.bureau_wording import CONTENT, KEPT, PAYERS, RESULTS, SESSION_WAYS
from portal.disputes.wording import PARTIES, REMEDIES, STATES
from portal.disputes.workflow import WITH_MONEY, Fact, Party, Remedy, State
from portal.regions.choices import Kind, label
from portal.regions.models import City
from portal.return_policies.clauses import NUMBERS, Clause
from portal.return_policies.measure import Measure
from portal.web.language import reader_locale

# How an offer stands beside the pledge.
MEASURES: dict[Measure, str] = {
    Measure.MEETS: N_("As pledged"),
    Measure.EXCEEDS: N_("More than pledged"),
    Measure.BELOW: N_("Less than pledged"),
}
MEASURE_TONES: dict[Measure, str] = {
    Measure.MEETS: "good",
    Measure.EXCEEDS: "good",
    Measure.BELOW: "warn",
}


def wordings(city: City) -> dict[str, Any]:
    """What the templates need to name things: enums, and words in the reader's language."""
    language = reader_locale()
    return {
        "Fact": Fact,
        "Party": Party,
        "State": State,
        "with_money": {remedy.value for remedy in WITH_MONEY},
        "remedy_name": lambda code: gettext(REMEDIES[Remedy(code)]),
        "party_name": lambda party: gettext(PARTIES[Party(party)]),
        "state_name": lambda state: gettext(STATES[State(state)][0]),
        "state_tone": lambda state: STATES[State(state)][1],
        "problem_name": lambda code: label(city.choices, Kind.PROBLEM, code, language),
        "refusal_name": lambda code: label(city.choices, Kind.REFUSAL, code, language),
        "measure_name": lambda code: gettext(MEASURES[Measure(code)]),
        "measure_tone": lambda code: MEASURE_TONES[Measure(code)],
        "clause_number": lambda code: NUMBERS[Clause(code)],
        "ground_name": lambda kind, code: label(city.choices, Kind(kind), code, language),
        "way_name": lambda code: gettext(SESSION_WAYS[code]),
        "result_name": lambda code: gettext(RESULTS[code]),
        "kept_name": lambda code: gettext(KEPT[code]),
        "content_name": lambda n: gettext(CONTENT[str(n)]),
        "payer_name": lambda code: gettext(PAYERS[code]),
        "city_named": lambda details: details["city_en" if language == "en" else "city_zh"],
        "withdrawal_name": lambda code: label(city.choices, Kind.WITHDRAWAL, code, language),
    }
