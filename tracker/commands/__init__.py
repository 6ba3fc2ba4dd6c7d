"""Groups of commands, a file each; `tracker/cli.py` registers them."""
