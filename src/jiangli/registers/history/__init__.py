"""History: what was paid before or is in progress elsewhere, brought in by officers and declared complete by two."""
