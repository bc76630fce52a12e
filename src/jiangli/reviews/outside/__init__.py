"""Stages that another body works at in its own system: our cases go out as a sheet, its answers come back as one."""
