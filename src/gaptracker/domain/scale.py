"""The scale that words and deeds share: five rungs, 25 points each."""

RUNGS = 5
POINTS_PER_RUNG = 25.0
EQUAL_POINTS = tuple(POINTS_PER_RUNG * rung for rung in range(RUNGS))
