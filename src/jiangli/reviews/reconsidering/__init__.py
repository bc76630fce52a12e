"""复核: whoever claimed asks for a refusal, or what was left out, to be looked at again."""
