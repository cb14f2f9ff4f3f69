"""Plain values: documents, passages, ids, ranges and old wordings."""
