"""The pages of reviews: the list, one review, the governors' report, the way out."""
