"""The claim that follows a decided one: an instalment, the next months of an allowance."""
