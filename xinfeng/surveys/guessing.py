"""Personal codes that do not exist, tried on the page and over the interface, by address."""

from xinfeng.base.pace import Pace

# Whoever mistypes is not stopped, a guesser is.
WRONG_CODES = Pace(20, 600)
