"""Disputes of a year, driven through the portal's own actions with a moved clock; no row is made by hand."""
