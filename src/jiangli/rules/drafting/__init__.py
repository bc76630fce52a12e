"""From an official text to the first version of its programme files; from last year's files to this year's."""
