"""What the pages and the other rooms read of the night school."""

from .planning import Problem, problem, solve

__all__ = ["Problem", "problem", "solve"]
