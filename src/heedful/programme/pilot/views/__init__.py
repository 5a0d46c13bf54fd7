"""The pages of the pilot: its design, its weekly reviews, its decisions."""
