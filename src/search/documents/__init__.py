"""Plain values: documents, passages, ids, ranges, old wordings."""
