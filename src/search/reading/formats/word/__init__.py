"""Reads Word documents (OOXML): the text that is seen, in order, and what its styles say."""
