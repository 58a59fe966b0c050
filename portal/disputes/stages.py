"""The progress line: the stages that a dispute passes through on its straight way."""

from portal.core.words import N_
from portal.disputes.workflow import State

# The stages a dispute passes through, as the progress line shows them.
STAGES: tuple[tuple[str, frozenset[State]], ...] = (
    (N_("Sent"), frozenset({State.FILED, State.SILENT})),
    (N_("Talks"), frozenset({State.TALKING, State.OFFERED})),
    (N_("Agreed"), frozenset({State.AGREED, State.BREACHED})),
    (N_("Done"), frozenset({State.PERFORMED, State.UNCONFIRMED})),
    (N_("Confirmed"), frozenset({State.CONFIRMED})),
)


def stages(state: State) -> list[tuple[str, str]]:
    """The progress line: each stage with "done", "now" or "next"; empty off the straight way."""
    place = next((n for n, (_, states) in enumerate(STAGES) if state in states), None)
    if place is None:
        return []
    last = len(STAGES) - 1
    return [
        (name, "done" if n < place or place == last else "now" if n == place else "next")
        for n, (name, _) in enumerate(STAGES)
    ]
