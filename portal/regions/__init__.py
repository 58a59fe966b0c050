"""Regions and the settings of a city: its names, its clocks, its lists of reasons."""
