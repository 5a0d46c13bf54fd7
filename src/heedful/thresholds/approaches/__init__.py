"""Ways of handling captures: who looks first, what they are told of, and for whom. The programme tries them in a pilot."""
