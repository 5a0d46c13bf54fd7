"""What changes the roll: an import's life, and the writing of what it asks for."""
