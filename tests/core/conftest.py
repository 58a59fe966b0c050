"""Properties are checked on examples, not against a clock; where changes land, always on the same ones."""

import os

from hypothesis import settings

settings.register_profile("hejie", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("hejie")
