"""The command line: one file for each noun, loaded only when its command is called."""
