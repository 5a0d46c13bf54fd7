"""What a pilot and every later review measure, with intervals, and what may be concluded from it."""
