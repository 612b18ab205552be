"""Findings: what an inspector, a resident or the hotline found wrong, until it is put right.

A finding is confirmed by an office, ordered to a unit with a day, repaired with pictures of
before and after, checked again by somebody else, and closed. Snap reports of residents come in
here and go the same way; praise is passed on.

Promises: no finding is lost, doubled or left without a day by which somebody must act; nobody
re-checks their own repair or that of their own unit, and nobody judges an appeal who had a part
in what it is about; every move stands in the journal and on the finding's own timeline, which
the unit's whole tree may read; who reported is known to those who may open the contact only.
"""
