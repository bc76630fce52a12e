"""Recognitions: titles, studios, stars and bases, as a selection round or a document recognised them."""
