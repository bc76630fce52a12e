"""Rule: published versions of the law, and which of them is in force."""
