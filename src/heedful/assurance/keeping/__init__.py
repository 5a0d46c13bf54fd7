"""The pages on what is kept: retention, the record and its seal, backups."""
