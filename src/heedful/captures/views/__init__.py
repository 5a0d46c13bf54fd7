"""The pages of captures: the queue, one capture, and what people decide on it."""
