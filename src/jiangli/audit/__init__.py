"""Remember: append-only events, written in the act's own transaction."""
