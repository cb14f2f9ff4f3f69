"""Engines: each implements the port of ``search.engine``."""
