"""Who: sign-in, agencies, roles, deputies, proof of a phone."""
