"""A second look at captures: a tenth of the graded is graded again by another person who doesn't know the first grade, and a
sample of what nobody had to read is looked over. It holds nothing up and changes nothing by itself."""
