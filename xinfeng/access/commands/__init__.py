"""Every write in this room. One function, one transaction, one journal entry."""

from .programs import (
    NewProgram,
    Registered,
    close_program,
    forget_ended,
    let_in,
    register_program,
    take_back,
)

__all__ = [
    "NewProgram",
    "Registered",
    "close_program",
    "forget_ended",
    "let_in",
    "register_program",
    "take_back",
]
