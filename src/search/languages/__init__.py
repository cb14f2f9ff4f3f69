"""What people are told: sentences by code, one catalogue (``*.po``) for each language."""
