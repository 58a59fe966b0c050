"""Properties are checked on examples, not against a clock: a busy machine fails no test."""

from hypothesis import settings

settings.register_profile("hejie", deadline=None)
settings.load_profile("hejie")
