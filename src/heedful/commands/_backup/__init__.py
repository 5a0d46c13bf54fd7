"""What `heedful backup` and `heedful restore` are made of."""
