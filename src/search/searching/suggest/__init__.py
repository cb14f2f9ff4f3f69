"""Suggestions: completion of what is being typed, corrections of what was asked.

Both read the vocabulary of the collection, not of the language: what is offered can be found.
"""
