"""Heedful: active monitoring for schools."""
