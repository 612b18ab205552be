"""All that the city knows of findings: made before the people are loaded, loaded after them."""

from uuid import UUID

import numpy as np

from . import duties, finding_after, finding_course, finding_rows, finding_steps, findings
from .activities import Grounds
from .errands import codes
from .finding_steps import Told
from .findings import HOTLINE, Staff
from .loading import Loader
from .scale import Chance, Scale
from .units import Register


def made(
    on: Grounds, charge: duties.Duties, known: Register | None, staff: Staff, scale: Scale,
    chance: Chance,
) -> Told | None:  # fmt: skip
    """None where there are no units or no classes of reports."""
    if known is None:
        return None
    found = findings.made(on, charge, known, staff, scale, chance)
    if found is None:
        return None
    course = finding_course.made(found, on, chance)
    who = finding_steps.people(found, course, known, staff, chance)
    lines = finding_steps.made(found, course, who, staff, on)
    return Told(on, staff, found, course, who, lines)


def load(loader: Loader, told: Told, known: Register, contacts: int, chance: Chance) -> None:
    """`contacts` are there already, of orders."""
    found, rng = told.found, chance("codes of findings")
    own = np.flatnonzero(found.is_snap)
    clients = np.frombuffer(rng.bytes(16 * len(own)), dtype="V16")
    known_as = codes(len(found), rng, 4)
    origins = [f"desk:{code}" for code in known_as]
    for k, client in zip(own.tolist(), clients, strict=True):
        origins[k] = f"snap:{UUID(bytes=client.tobytes())}"
    for k in np.flatnonzero(found.source == HOTLINE).tolist():
        origins[k] = f"hotline:12345-22{k:07}"
    finding_rows.load_classes(loader, told.on.ground.pack.snap_classes)
    finding_rows.load(loader, told, origins, known_as, chance)
    finding_steps.load(loader, told, known)
    finding_after.load(loader, told, chance)
    finding_after.load_reports(loader, told, clients, known_as, contacts, chance)
