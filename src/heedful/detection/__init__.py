"""Detection: how a line is judged. Values in, values out; see docs/detection.md."""
