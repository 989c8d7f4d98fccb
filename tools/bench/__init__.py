"""Measurements of the running site; each suite prepares its own services and data."""
