"""Files to documents: formats, decoding, layout, metadata, and what a keeper fixes."""
