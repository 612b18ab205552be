"""QR codes as SVG inside the page: nothing to fetch, sharp at any size."""

import segno
from markupsafe import Markup

# What is drawn are modules alone: the address itself is not in the markup.


def poster(address: str) -> Markup:
    """For paper. Level M: readable with a fold or a drawing pin through it."""
    drawn = segno.make(address, error="m", micro=False)
    return _svg(drawn, svgclass="qr", lineclass=None)


def qr(address: str) -> Markup:
    """For a screen, as coarse as it can be: capitals and digits alone make it coarser."""
    return _svg(segno.make_qr(address, error="l", boost_error=True))


def _svg(drawn: segno.QRCode, **classes: str | None) -> Markup:
    return Markup(drawn.svg_inline(scale=8, border=2, omitsize=True, **classes))  # noqa: S704
