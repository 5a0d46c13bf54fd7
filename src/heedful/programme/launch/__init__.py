"""The launch date and its history, readiness, go or no-go, the plan as calendar and picture, the days after."""
