"""Is no statutory date missed? Each is kept, or marked exactly when it passed (domain.md section 3)."""

from collections.abc import Iterator
from datetime import datetime

from portal.disputes.standing import Standing
from portal.disputes.workflow import Fact, Party

# What time itself records when a statutory date passes: red on the desk, or the end of the mediation.
MARKS = (Fact.ACCEPTANCE_OVERDUE, Fact.MEDIATION_TERMINATED)


def missed_dates(
    standing: Standing, fact: Fact, party: Party, at: datetime, last_at: datetime | None
) -> Iterator[str]:
    """What an event tells of a missed date, given how the dispute stood before it; nothing where all is well.

    last_at: of the event before. A mark is dated at the date itself, or, where a new calendar has moved that
    into the past, with the event that says so; and nothing else happens between the date and its mark.
    """
    for mark in MARKS:
        due = standing.running()[mark]
        if due is None:
            continue
        passed = due if last_at is None else max(due, last_at)
        if fact is mark and party is Party.CLOCK:
            if at != passed:
                yield f"{fact} is dated {at.isoformat()}; the statutory date was {passed.isoformat()}."
        elif at > passed and fact is not Fact.DEADLINE_RECOMPUTED:
            yield f"{fact} came after the statutory date {due.isoformat()}, which nothing had marked."
