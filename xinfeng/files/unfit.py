from xinfeng.base.refusal import Refusal


class Unfit(Refusal):
    """By its content a file is not what may be kept; the same bytes never will be."""

    status = 415
