"""The officers' desk: front page, queue, search, absences, replies, follow-ups, reports, issues, groups."""

from portal.bureau.views import (
    absences,
    background,
    city,
    clusters,
    counter,
    counter_acts,
    desk,
    finding,
    follow_ups,
    groups,
    issue_acts,
    issues,
    mergers,
    queue,
    replies,
    reports,
    stores,
)
from portal.bureau.views.blueprint import bp

__all__ = [
    "absences",
    "background",
    "bp",
    "city",
    "clusters",
    "counter",
    "counter_acts",
    "desk",
    "finding",
    "follow_ups",
    "groups",
    "issue_acts",
    "issues",
    "mergers",
    "queue",
    "replies",
    "reports",
    "stores",
]
