"""Answers: search, filters, marks, suggestions, corrections, tables, concordances."""
