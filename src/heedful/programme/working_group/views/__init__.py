"""The pages of the working group: the group itself, and its meetings."""
