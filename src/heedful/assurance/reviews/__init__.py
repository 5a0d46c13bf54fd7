"""Reviews each academic year and after each trigger, with a report for governors, and the way out of Heedful."""
