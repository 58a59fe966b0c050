"""The pages that belong to no one feature: the landing page, preferences, health, the demo's."""
