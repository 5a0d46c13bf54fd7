"""Files in, values out: plain CSV and OneRoster CSV. No database, no clock, no network; nothing here knows what is on the roll."""
