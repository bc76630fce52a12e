"""Exceptions: one condition that two officers waive in one case, with their reason and what it rests on."""
