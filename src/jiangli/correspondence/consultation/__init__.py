"""Consultation (在线咨询): people ask, the agency answers, and what helps others becomes an entry of the FAQ."""
