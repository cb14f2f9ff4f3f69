"""What may be asked as JSON, and what is answered? An OpenAPI document, and a page to read it."""
