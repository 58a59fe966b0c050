"""The public board: how often disputes are resolved, counted so that anybody can check it."""
