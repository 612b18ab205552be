"""What pages and other rooms read of orders, plans and offers."""

from .candidates import Candidate, Candidates, best_for

__all__ = ["Candidate", "Candidates", "best_for"]
