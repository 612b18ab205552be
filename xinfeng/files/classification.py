"""How much each stored field of this room tells of a person: see base/classes.py."""

from xinfeng.base.classes import declare

# Where and when a picture was taken is evidence about a thing in the street; who may see the
# original may see it, and the public copy holds neither.
declare(
    "files.File",
    internal="digest size name width height lat_e6 lon_e6",
)
