"""Design puzzles: any network that keeps the rules is right, and what misses a rule is told by how much."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograder.notebook import comparison, layer_lists

KINDS = ("conv", "pool", "batch_norm", "global_pool", "flatten", "dense")


@dataclass(frozen=True)
class Puzzle:
    """Rules for a layer list. Each method returns True, or a sentence that says what is missed.

    shape:   of the input, (height, width, channels)
    classes: numbers that the network gives
    convs:   at least so many convolutional layers of 3×3 or more, each with at least `filters` filters
    kernel:  the largest kernel, of convolutions and pools
    field:   at least so many rows and columns of the input seen by one number of the last map
    weights: at most so many trainable weights
    macs:    at most so many multiply-accumulates for one image
    """

    shape: tuple[int, int, int]
    classes: int
    convs: int
    filters: int
    kernel: int
    field: int
    weights: int
    macs: int

    def form(self, layers: Any) -> bool | str:
        """Whether it is a network that keeps all rules but those on the field, the weights and the operations."""
        problem, _ = self._judge(layers)
        return problem or True

    def view(self, layers: Any) -> bool | str:
        """Whether the last map sees enough of the input."""
        problem, found = self._judge(layers)
        if found is None:
            return f"not judged yet: {problem}"
        if found.field >= self.field:
            return True
        return (
            f"one number of the last map sees {found.field}×{found.field} pixels, at least {self.field}×{self.field} "
            f"are asked for: {self.field - found.field} rows and columns too few"
        )

    def budget(self, layers: Any) -> bool | str:
        """Whether the weights and the multiply-accumulates are within their limits."""
        problem, found = self._judge(layers)
        if found is None:
            return f"not judged yet: {problem}"
        over = [
            f"{number:,} {what}, at most {most:,} are allowed: {number - most:,} too many"
            for what, number, most in (
                ("weights", found.weights, self.weights),
                ("multiply-accumulates", found.macs, self.macs),
            )
            if number > most
        ]
        return "; ".join(over) or True

    def everything(self, layers: Any) -> bool | str:
        """Whether all rules are kept and every row and column of the image reaches the last map."""
        for verdict in (self.form(layers), self.view(layers), self.budget(layers)):
            if verdict is not True:
                return verdict
        stack = [layer for layer in layer_lists.before_the_end(layer_lists.checked(layers)) if "kernel" in layer]
        missed = [_unseen(stack, length) for length in self.shape[:2]]
        if not any(missed):
            return True
        return f"{missed[0]} rows and {missed[1]} columns of the image are never looked at"

    def _judge(self, layers: Any) -> tuple[str | None, layer_lists.Measures | None]:
        """What is wrong with the form, if anything; and the measures, if nothing is."""
        try:
            layers = layer_lists.checked(layers)
            if problem := self._kinds_problem(layers):
                return problem, None
            found = layer_lists.measure(layers, self.shape)
        except layer_lists.LayerListError as error:
            return str(error), None
        if found.shape != (self.classes,):
            return f"the network gives {comparison.shape_text(found.shape)}, expected ({self.classes},)", None
        return None, found

    def _kinds_problem(self, layers: Sequence[layer_lists.Layer]) -> str | None:
        for number, layer in enumerate(layers, start=1):
            place = f"layer {number}, {layer_lists.name(layer)}"
            if layer["kind"] not in KINDS:
                return f"{place}: only {', '.join(KINDS)} may be used here"
            if layer.get("kernel", 1) > self.kernel:
                return f"{place}: kernels of at most {self.kernel}×{self.kernel} are allowed"
            if layer["kind"] == "conv" and layer["filters"] < self.filters:
                return f"{place}: at least {self.filters} filters are asked for in each convolutional layer"
        convs = sum(layer["kind"] == "conv" and layer["kernel"] >= 3 for layer in layers)
        if convs < self.convs:
            return f"{convs} convolutional layers of 3×3 or more, at least {self.convs} are asked for"
        return None


def _unseen(stack: Sequence[layer_lists.Layer], length: int) -> int:
    """Rows of an image of that length that no number of the last map depends on, walked back layer by layer."""
    lengths = [length]
    for layer in stack:
        lengths.append((lengths[-1] + 2 * layer["padding"] - layer["kernel"]) // layer["stride"] + 1)
    seen = set(range(lengths[-1]))
    for layer, before in zip(reversed(stack), reversed(lengths[:-1]), strict=True):
        first = [place * layer["stride"] - layer["padding"] for place in seen]
        seen = {place + step for place in first for step in range(layer["kernel"])} & set(range(before))
    return length - len(seen)
