"""Measurements of the budgets in the design. Each module here with a `measure() -> list[Row]` is one of them."""
