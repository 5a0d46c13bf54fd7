"""The technician's pages: devices, tokens, the inventory. Never content, never a pupil's name."""
