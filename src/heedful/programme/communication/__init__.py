"""Telling everybody: notices filled from the live settings, who has acknowledged them, each person's part."""
