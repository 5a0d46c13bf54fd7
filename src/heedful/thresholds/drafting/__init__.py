"""The pages on which a working group agrees a table."""
