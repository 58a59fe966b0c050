"""Properties are checked here as those of the core are."""

import tests.core.conftest  # noqa: F401
