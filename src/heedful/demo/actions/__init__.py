"""Filling the demo school through the real actions of each room, at the moments when its people would have done it."""
