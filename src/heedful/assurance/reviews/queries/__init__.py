"""Reviews: what asks for one, what the numbers are, how they stand, and the end of it all."""
