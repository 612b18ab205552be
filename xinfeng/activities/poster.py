"""The QR code of a poster, as SVG inside the page: nothing to fetch, sharp at any size."""

import segno
from markupsafe import Markup


def code(address: str) -> Markup:
    # Level M: readable with a fold or a drawing pin through it.
    drawn = segno.make(address, error="m", micro=False)
    svg = drawn.svg_inline(scale=8, border=2, omitsize=True, svgclass="qr", lineclass=None)
    # Drawn by us from modules alone; the address itself is not in the markup.
    return Markup(svg)  # noqa: S704
