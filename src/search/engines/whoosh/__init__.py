"""The embedded engine: a Whoosh index of arrays in files, verified as they are read.

This package is the only place that imports Whoosh.
"""
