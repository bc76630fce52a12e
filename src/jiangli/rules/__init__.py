"""How we read the law: programme files in, explained assessments out. Pure Python, no clock, no database."""
