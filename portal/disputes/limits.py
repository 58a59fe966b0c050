"""What may be entered: the limits of texts, sums and dates, each checked in one place."""

from datetime import date, timedelta

from portal.core.errors import RuleBroken
from portal.core.money import yuan
from portal.core.words import N_, clean_text
from portal.disputes.workflow import WITH_MONEY, Remedy

STORY_LIMIT = 5_000
NOTE_LIMIT = 2_000
GOODS_LIMIT = 120
PHOTOS_LIMIT = 9
PAID_LIMIT_FEN = 10_000_000_00
LONGEST_PERFORMANCE = timedelta(days=366)
# Compensation may exceed what was paid: food law Art. 148 goes up to tenfold, at least 1,000 yuan.
COMPENSATION_TIMES = 10
COMPENSATION_LEAST_FEN = 1_000_00


def text_within(field: str, text: str | None, limit: int, *, least: int = 0) -> str:
    """The text without control characters; raises RuleBroken(field) where it is too long or too short."""
    try:
        cleaned = clean_text(text or "", limit=limit)
    except RuleBroken as broken:
        raise RuleBroken(field, broken.message, **broken.values) from None
    if len(cleaned) < least:
        if field != "story":
            raise RuleBroken(field, N_("Please write a little more."))
        raise RuleBroken(field, N_("Please write a little more: what was bought, and what is wrong with it."))
    return cleaned


def needed_text(field: str, text: str | None, missing: str) -> str:
    """A note that must say something; raises RuleBroken(field, missing) where it does not."""
    written = text_within(field, text, NOTE_LIMIT)
    if not written:
        raise RuleBroken(field, missing)
    return written


def few_enough(photos: int) -> None:
    """Raises RuleBroken(photos) above PHOTOS_LIMIT."""
    if photos > PHOTOS_LIMIT:
        raise RuleBroken("photos", N_("At most %(most)s photos, please."), most=PHOTOS_LIMIT)


def sum_for(field: str, remedy: Remedy, amount_fen: int | None, paid_fen: int) -> int:
    """The sum in fen that belongs to a remedy: 0 for one without money, else more than 0.

    Raises RuleBroken(field) above what was paid; compensation has the law's own bound.
    """
    if remedy not in WITH_MONEY:
        return 0
    if amount_fen is None or amount_fen <= 0:
        raise RuleBroken(field, N_("Please enter the sum in yuan."))
    bound = paid_fen
    if remedy is Remedy.COMPENSATION:
        bound = max(paid_fen * COMPENSATION_TIMES, COMPENSATION_LEAST_FEN)
        if amount_fen > bound:
            raise RuleBroken(field, N_("The law allows at most %(sum)s yuan here."), sum=yuan(bound))
    if amount_fen > bound:
        raise RuleBroken(
            field,
            N_("That is more than was paid (%(sum)s yuan). Please enter at most that."),
            sum=yuan(bound),
        )
    return amount_fen


def day_ahead(field: str, day: date | None, today: date) -> date:
    """A day from today on, at most a year away; raises RuleBroken(field) otherwise."""
    if day is None:
        raise RuleBroken(field, N_("Please choose a date."))
    if day < today:
        raise RuleBroken(field, N_("This date has passed. Please choose today or a later day."))
    if day > today + LONGEST_PERFORMANCE:
        raise RuleBroken(field, N_("Please choose a day within one year."))
    return day
