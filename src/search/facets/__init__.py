"""What a text is about: place, year and topic, each with its evidence."""
