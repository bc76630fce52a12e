"""How the files of a folder become a programme: one module per part of a programme file."""
