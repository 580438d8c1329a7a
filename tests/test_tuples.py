"""Our named tuples: as those of ``typing``, for less."""

from __future__ import annotations

import copy
import pickle
import typing

import pytest

from cudnn_heal.tuples import NamedTuple


class Ours(NamedTuple):
    """One."""

    first: int
    """A field."""
    second: str = "default"

    @property
    def both(self) -> str:
        return f"{self.first} {self.second}"

    def __str__(self) -> str:
        return "in words"


class Typings(typing.NamedTuple):
    """One."""

    first: int
    second: str = "default"

    @property
    def both(self) -> str:
        return f"{self.first} {self.second}"

    def __str__(self) -> str:
        return "in words"


@pytest.mark.parametrize(
    "ask",
    [
        lambda kind: kind(1) == (1, "default"),
        lambda kind: kind(1, second="x").both,
        lambda kind: kind._fields,
        lambda kind: kind._field_defaults,
        lambda kind: kind(1)._replace(first=2).first,
        lambda kind: kind(1)._asdict(),
        lambda kind: str(kind(1)),
        lambda kind: repr(kind(1)).partition("(")[2],
        lambda kind: kind.__doc__,
        lambda kind: kind.__module__,
        lambda kind: hash(kind(1)),
        lambda kind: kind(1) < kind(2),
        lambda kind: isinstance(kind(1), tuple),
        lambda kind: hasattr(kind(1), "__dict__"),
        lambda kind: copy.copy(kind(1)) == kind(1),
        lambda kind: [*kind(1)],
    ],
)
def test_they_answer_as_those_of_typing(ask: typing.Callable[[typing.Any], object]) -> None:
    assert ask(Ours) == ask(Typings)


def test_they_can_be_pickled() -> None:
    import importlib

    pickled = importlib.import_module("cudnn_heal.model").Heal("time", "0.3.0", "cause")
    assert pickle.loads(pickle.dumps(pickled)) == pickled


@pytest.mark.parametrize("arguments", [(), (1, "2", 3)])
def test_a_wrong_number_of_fields_is_refused(arguments: tuple[typing.Any, ...]) -> None:
    with pytest.raises(TypeError):
        Ours(*arguments)
