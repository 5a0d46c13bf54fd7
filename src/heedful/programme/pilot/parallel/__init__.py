"""The parallel run: what the present system saw in the same weeks, beside what Heedful saw. No text comes in."""
