"""Modules by role, practice captures, certificates, and who may therefore open live captures."""
