"""The colours among which a city chooses its own; static/css/tokens.css has them for light and dark."""

from portal.core.words import N_

# name in data-accent ('' is the portal's own): its wording, and the colour of a phone's bar.
ACCENTS: dict[str, tuple[str, str]] = {
    "": (N_("Lake"), "#0d5f70"),
    "blue": (N_("Ocean blue"), "#1f5799"),
    "indigo": (N_("Indigo"), "#4a4aa5"),
    "plum": (N_("Plum"), "#84366f"),
    "pine": (N_("Pine green"), "#1f6244"),
    "bronze": (N_("Bronze"), "#7a4f14"),
    "slate": (N_("Slate"), "#45576a"),
}
