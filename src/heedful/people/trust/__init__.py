"""What a trust sets for its schools."""
