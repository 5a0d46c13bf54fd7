"""What detection finds and what it misses: `make evaluate`. docs/evaluation.md explains every figure."""
