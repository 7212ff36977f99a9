"""A linear model and gradient-boosted trees, averaged, as they are kept in a file.

Trees see what a line cannot (Friedman, 2001), a line is steadier where questions are few.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Tree:
    """Nodes by number, the root is 0: where to go on at or below a threshold and above it.

    `features` are places in the row of values, -1 in a leaf; `values` are what leaves add.
    """

    features: Sequence[int]
    thresholds: Sequence[float]
    lower: Sequence[int]
    higher: Sequence[int]
    values: Sequence[float]

    def value(self, row: Sequence[float]) -> float:
        at = 0
        while (feature := self.features[at]) >= 0:
            at = self.lower[at] if row[feature] <= self.thresholds[at] else self.higher[at]
        return self.values[at]


@dataclass(frozen=True, slots=True)
class Blend:
    """`intercept`, a weight for each feature, what each tree adds: a probability's logit."""

    features: tuple[str, ...]
    intercept: float
    weights: tuple[float, ...]
    trees: tuple[Tree, ...]

    def logit(self, values: Mapping[str, float]) -> float:
        row = [values[name] for name in self.features]
        line = sum(weight * value for weight, value in zip(self.weights, row, strict=True))
        return self.intercept + line + sum(tree.value(row) for tree in self.trees)


def read_blend(told: Mapping[str, Any]) -> Blend:
    """From JSON: `trees` are lists of a tree's five columns."""
    trees = tuple(Tree(*columns) for columns in told["trees"])
    weights = tuple(told["weights"][name] for name in told["features"])
    return Blend(tuple(told["features"]), told["intercept"], weights, trees)
