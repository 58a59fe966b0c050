"""Setting up a city: its places, its bureau, its clocks and its lists; once more to change them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from portal.core.errors import RuleBroken
from portal.core.words import N_, filled_text
from portal.regions.choices import Kind
from portal.regions.clocks import Clock, Span, Unit, span_of
from portal.regions.loading import Place, add_places, family
from portal.regions.models import City
from portal.regions.queries import districts_of

LONGEST = {Unit.HOURS: 24 * 90, Unit.DAYS: 366, Unit.WORKING_DAYS: 250}
THREE_YEARS = 1095  # the limitation of consumers' claims; a city may take less
UNITS = {"h": Unit.HOURS, "d": Unit.DAYS, "w": Unit.WORKING_DAYS}
ICP_SENTENCE = N_("Write the ICP number as the register has it, the province's short name in front.")
_CODE = re.compile(r"[1-9][0-9]{5}")
_HOTLINE = re.compile(r"[0-9][0-9 -]{2,19}")
_ICP = re.compile(r"[\u4e00-\u9fff]ICP备[0-9]{4,14}号(-[0-9]{1,4}[A-Z]?)?")


def set_up_city(
    session: Session,
    code: str,
    *,
    bureau_zh: str,
    bureau_en: str,
    hotline: str,
    icp: str = "",
    orders_within_days: int = THREE_YEARS,
    clocks: Mapping[Clock, Span] | None = None,
    choices: Mapping[str, Any] | None = None,
    names: tuple[str, str] | None = None,
    districts: Sequence[Place] = (),
) -> City:
    """Set a city up, or change what it has set; the same values twice change nothing. The caller commits.

    code: GB/T 2260, of a city (it ends in 00). names (Chinese, English) and districts: for a city that the
    portal's list does not know. clocks: only those that differ from what the city has; choices: whole lists
    by kind. Raises RuleBroken(region | names | districts | bureau_zh | bureau_en | hotline | icp |
    orders_within_days | clocks | choices).
    """
    city_code(code)
    checked_days(orders_within_days)
    _add_places(session, code, names, districts)
    city = session.get(City, code) or City(code=code, clocks={}, choices={})
    city.bureau_zh = filled_text("bureau_zh", bureau_zh, 80)
    city.bureau_en = filled_text("bureau_en", bureau_en, 120)
    city.hotline = checked_hotline(hotline)
    city.icp = checked_icp(icp)
    city.orders_within_days = orders_within_days
    city.clocks = checked_clocks(city.clocks, clocks or {})
    city.choices = {**city.choices, **_lists(choices or {})}
    session.add(city)
    session.flush()
    return city


def city_code(text: str) -> str:
    """The GB/T 2260 code of a city, as it was typed; raises RuleBroken("region") for anything else."""
    code = text.strip()
    if not _CODE.fullmatch(code) or not code.endswith("00") or code.endswith("0000"):
        raise RuleBroken("region", N_("A city has six digits of GB/T 2260, the last two 00, such as 330100."))
    return code


def parse_span(text: str) -> Span:
    """`72h`, `10d`, or `7w` for working days; raises RuleBroken("clocks") for anything else."""
    match = re.fullmatch(r"\s*([0-9]{1,5})\s*([hdw])\s*", text.lower())
    if match is None:
        raise RuleBroken("clocks", N_("“%(text)s” is no span of time: write 72h, 10d or 7w."), text=text[:40])
    return Span(int(match[1]), UNITS[match[2]])


def _add_places(
    session: Session, code: str, names: tuple[str, str] | None, districts: Sequence[Place]
) -> None:
    listed = family(code)
    if not listed:
        if names is None:
            raise RuleBroken(
                "names", N_("The portal's list does not know %(code)s: name the city."), code=code
            )
        zh, en = filled_text("names", names[0], 60), filled_text("names", names[1], 80)
        listed = [Place(code, "city", "", zh, en)]
    for place in districts:
        if not _CODE.fullmatch(place.code) or place.code[:4] != code[:4] or place.code.endswith("00"):
            raise RuleBroken("districts", N_("%(code)s is no district of this city."), code=place.code[:12])
    add_places(session, [*listed, *districts])
    if not districts_of(session, code):
        raise RuleBroken("districts", N_("Name at least one district: each store lies in one."))


def checked_days(days: int) -> int:
    """How many days old an order may be; raises RuleBroken("orders_within_days")."""
    if not 1 <= days <= THREE_YEARS:
        sentence = N_("Orders may be 1 to %(most)s days old: no law covers more.")
        raise RuleBroken("orders_within_days", sentence, most=THREE_YEARS)
    return days


def checked_hotline(text: str) -> str:
    """The number to call; raises RuleBroken("hotline")."""
    return _matching("hotline", text, _HOTLINE, N_("A hotline has digits, spaces and hyphens only."))


def checked_icp(text: str) -> str:
    """The ICP number or nothing; raises RuleBroken("icp")."""
    return _matching("icp", text, _ICP, ICP_SENTENCE) if text.strip() else ""


def checked_clocks(before: Mapping[str, Any], wanted: Mapping[Clock, Span]) -> dict[str, Any]:
    """A city's clocks with those that are set anew, as the city keeps them; raises RuleBroken("clocks")."""
    for clock, span in wanted.items():
        if not 1 <= span.amount <= LONGEST[span.unit]:
            raise RuleBroken("clocks", N_("The clock %(clock)s cannot be set to that."), clock=clock.value)
    own = dict(before) | {
        clock.value: {"amount": span.amount, "unit": span.unit.value} for clock, span in wanted.items()
    }
    if _hours(span_of(own, Clock.REPLY)) > _hours(span_of(own, Clock.TALKS)):
        raise RuleBroken("clocks", N_("The reply must be due before the negotiation ends."))
    return own


def _hours(span: Span) -> int:
    return span.amount * (1 if span.unit is Unit.HOURS else 24)


def _lists(choices: Mapping[str, Any]) -> dict[str, Any]:
    for kind, listed in choices.items():
        complete = all(choice.get("code") and choice.get("zh") and choice.get("en") for choice in listed)
        codes = [choice.get("code") for choice in listed]
        if kind not in set(Kind) or not listed or not complete or len(set(codes)) < len(codes):
            raise RuleBroken("choices", N_("The list %(kind)s is not complete."), kind=kind)
    return dict(choices)


def _matching(field: str, text: str, pattern: re.Pattern[str], otherwise: str) -> str:
    cleaned = text.strip()
    if not pattern.fullmatch(cleaned):
        raise RuleBroken(field, otherwise)
    return cleaned
