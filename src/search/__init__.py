"""Duansou 段搜: full-text search over every paragraph of documents that must be cited."""
