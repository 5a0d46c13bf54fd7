"""Who works with Heedful at a school: added by hand, given roles, signed out, let go."""
