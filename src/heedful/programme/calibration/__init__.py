"""Behaviour or safeguarding? Members sort fictional cards, see where they differ, and a threshold table is proposed."""
