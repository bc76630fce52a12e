"""The work of an office: who deals with what, by when, many cases at once, and what officers keep for themselves."""
