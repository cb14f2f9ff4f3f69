"""The port that every engine keeps, runs over folders, and what an engine answers with."""
