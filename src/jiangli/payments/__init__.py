"""Pay: batches, bank sheets, returned sheets."""
