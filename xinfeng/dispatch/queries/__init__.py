"""What pages and other rooms read of orders, plans and offers."""

from .candidates import Candidate, Candidates, candidates

__all__ = ["Candidate", "Candidates", "candidates"]
