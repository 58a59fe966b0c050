"""The officers' desk: front page, queue, search, absences, saved replies, reports, issues, groups."""

from portal.bureau.views import (
    absences,
    background,
    city,
    clusters,
    desk,
    finding,
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
    "desk",
    "finding",
    "groups",
    "issue_acts",
    "issues",
    "mergers",
    "queue",
    "replies",
    "reports",
    "stores",
]
