"""The pilot: its scope, its handling approaches side by side, its measures, reviews and written decisions."""
