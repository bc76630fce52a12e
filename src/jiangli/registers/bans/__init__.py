"""Bans: who may not claim again after a proven fraud, by the words of the document that says so."""
