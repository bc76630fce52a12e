"""Decide: stages, opinions, look-ups, decisions, entitlements."""
