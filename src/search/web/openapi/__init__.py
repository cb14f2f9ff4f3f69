"""The OpenAPI document of what may be asked as JSON, and a page to read it."""
