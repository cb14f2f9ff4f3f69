"""Duansou beside other full-text engines: the same passages, tokens and questions, in one run.

``python -m bench`` from the top of the checkout; docs/bench.md says what is measured and shows the
last full run. Nothing here fails on a timing: a slow result is a result.
"""
