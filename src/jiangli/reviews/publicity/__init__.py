"""公示: what may be shown of a case, and the guard before anything is put up."""
