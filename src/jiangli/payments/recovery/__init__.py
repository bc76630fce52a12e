"""Money that has to come back: one recovery case for each case and payer, and what was brought back of it."""
