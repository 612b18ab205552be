"""Sends what is to be handed over and asks what became of it: network between two commands."""

from datetime import datetime

from . import commands
from .open311 import asking
from .open311.asking import NoAnswer, NotReached, NotTaken


def send_due(at: datetime) -> int:
    """Each parcel on its own: one server that hangs keeps no other waiting for long."""
    parcels = commands.claim_parcels(at=at)
    for one in parcels:
        try:
            taken = asking.report(one.endpoint, one.said, one.mark)
        except NotTaken as no:
            commands.refused_there(handover_id=one.handover_id, trouble=str(no), at=at)
        except NotReached as why:
            commands.not_reached(handover_id=one.handover_id, trouble=str(why), at=at)
        except NoAnswer as why:
            commands.lost_on_the_way(handover_id=one.handover_id, trouble=str(why), at=at)
        else:
            commands.taken_there(handover_id=one.handover_id, taken=taken, at=at)
    return len(parcels)


def ask_due(at: datetime) -> int:
    """What they have not answered now is asked again later; nothing is lost by that."""
    questions = commands.claim_questions(at=at)
    for one in questions:
        try:
            number = one.number or asking.number_for(one.endpoint, one.token)
            said = asking.state(one.endpoint, number) if number else None
        except (NotTaken, NotReached, NoAnswer):
            continue
        commands.heard(handover_id=one.handover_id, number=number, said=said, at=at)
    return len(questions)
