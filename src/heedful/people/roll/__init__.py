"""The roll: reading a school's files, what they would change, and changing it."""
