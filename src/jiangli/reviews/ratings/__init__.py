"""Ratings (好差评): five grades for a closed case, given once; bad ones are looked into; shown to everybody in sum."""
