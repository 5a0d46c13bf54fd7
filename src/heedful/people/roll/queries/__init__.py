"""What can be asked about the roll: pages ask with a viewer, imports and the night's run without."""
