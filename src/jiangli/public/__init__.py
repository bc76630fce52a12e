"""The public face: check, apply, status. No models."""
