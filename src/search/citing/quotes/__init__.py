"""Quotations in a draft: found, compared, judged, with their sources."""
