"""Ask: drafts, lines, evidence, submission, assessment, and the guard."""
