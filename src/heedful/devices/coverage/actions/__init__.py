"""What changes in coverage: tests of the phrase and their proofs, terms, self-tests, episodes of silence."""
