"""One rule in the idiom of others, to be measured beside ours: the technician programme of 2025."""
