"""Pages about people: where each role starts, everybody's part, and who may read captures for a while."""
