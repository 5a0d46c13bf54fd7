"""What a roll that was read would change in the one that is known: values in, values out, no database."""
