"""`python -m xinfeng` is the command `xinfeng`."""

from xinfeng.config.cli import main

main()
