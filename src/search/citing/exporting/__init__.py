"""All that a search finds, streamed with its record, or as a feed."""
