"""Who visits which points and in what order: least travel, even loads, nobody at home."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

Floats = NDArray[np.float64]

# How many better and better plans are looked at; a count, so that no clock has a say.
EFFORT = 120
# The solver's own last resort, far beyond what the largest round needs.
_GIVE_UP_S = 120
# A load may be this much above the even one; without it some rounds have no plan.
_SLACK = 1


class NobodyMay(ValueError):
    """A point lies with units to which every inspector belongs."""


@dataclass(frozen=True)
class Points:
    """Points drawn: `position` (n, 2) in metres on a plane; the unit that answers for each."""

    position: Floats
    unit: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.unit)


@dataclass(frozen=True)
class Inspectors:
    """Who goes: where from, `position` (m, 2); `units` they belong to and never judge."""

    position: Floats
    units: tuple[frozenset[str], ...]

    def __len__(self) -> int:
        return len(self.units)


@dataclass(frozen=True)
class Routes:
    """Per inspector the points (row numbers) in the order of the way, and all ways together."""

    visits: tuple[tuple[int, ...], ...]
    metres: int


def assign(points: Points, inspectors: Inspectors, *, effort: int = EFFORT) -> Routes:
    """Share the points among the inspectors; every way begins and ends at home.

    Deterministic. Raises NobodyMay for a point that no inspector may judge, and ValueError
    where there is nobody at all.
    """
    if not len(inspectors):
        raise ValueError("nobody to visit the points")
    if not len(points):
        return Routes(tuple(() for _ in inspectors.units), 0)
    _refuse_nobody(points, inspectors)
    # A crowd of one unit may leave its points to few: then loads may be more uneven.
    for slack in (_SLACK, len(points)):
        found = _routed(points, inspectors, slack, effort)
        if found is not None:
            return found
    raise NobodyMay("no plan in which nobody judges their own unit")


def _refuse_nobody(points: Points, inspectors: Inspectors) -> None:
    everybody = frozenset.intersection(*inspectors.units)
    for unit in points.unit:
        if unit in everybody:
            raise NobodyMay(f"every inspector belongs to {unit}, so nobody may judge it")


def _routed(points: Points, inspectors: Inspectors, slack: int, effort: int) -> Routes | None:
    homes, count = len(inspectors), len(points)
    manager = pywrapcp.RoutingIndexManager(
        homes + count, homes, list(range(homes)), list(range(homes))
    )
    model = pywrapcp.RoutingModel(manager)
    metres = _metres(np.vstack([inspectors.position, points.position]))
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(metres.tolist()))
    load = model.RegisterUnaryTransitVector([0] * homes + [1] * count)
    most = -(-count // homes) + slack
    model.AddDimension(load, 0, most, True, "load")
    for row, unit in enumerate(points.unit):
        visitor = model.VehicleVar(manager.NodeToIndex(homes + row))
        for inspector, own in enumerate(inspectors.units):
            if unit in own:
                visitor.RemoveValue(inspector)
    plan = model.SolveWithParameters(_parameters(effort))
    return None if plan is None else _told(plan, model, manager, homes)


def _metres(place: Floats) -> NDArray[np.int64]:
    way = place[:, None] - place[None]
    return np.rint(np.hypot(way[..., 0], way[..., 1])).astype(np.int64)


def _parameters(effort: int) -> object:
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = (
        routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    )
    parameters.local_search_metaheuristic = (
        routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    )
    parameters.solution_limit = effort
    parameters.time_limit.seconds = _GIVE_UP_S
    return parameters


def _told(
    plan: pywrapcp.Assignment,
    model: pywrapcp.RoutingModel,
    manager: pywrapcp.RoutingIndexManager,
    homes: int,
) -> Routes:
    visits = []
    for inspector in range(homes):
        way, at = [], plan.Value(model.NextVar(model.Start(inspector)))
        while not model.IsEnd(at):
            way.append(manager.IndexToNode(at) - homes)
            at = plan.Value(model.NextVar(at))
        visits.append(tuple(way))
    return Routes(tuple(visits), plan.ObjectiveValue())
