"""The data protection impact assessment: filled from the live settings, approved by a person, and what has changed since."""
