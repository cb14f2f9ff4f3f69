"""What proves, without the index, which wording was indexed."""
