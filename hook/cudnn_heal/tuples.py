"""What a start needs of ``typing`` and ``collections``, for less: importing those two cost it 50 M instructions of 136 M.

A named tuple is as one of ``typing.NamedTuple``: annotations are its fields, and what has a value has a default.
"""

from __future__ import annotations

from _collections import _tuplegetter  # type: ignore[import-not-found]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal as Literal
    from typing import NamedTuple as NamedTuple
    from typing import Union as Union
else:

    class _Subscribed:
        """Stands for a type that only a type checker reads."""

        def __class_getitem__(cls, item):
            return cls

    Literal = Union = _Subscribed

    class _Meta(type):
        def __new__(cls, name, bases, namespace):
            fields = tuple(namespace.get("__annotations__", ()))
            defaults = {field: namespace.pop(field) for field in fields if field in namespace}
            getters = {field: _tuplegetter(number, None) for number, field in enumerate(fields)}
            known = {"__slots__": (), "__match_args__": fields, "_fields": fields, "_field_defaults": defaults}
            return type(name, (_Tuple,), {**known, **getters, **namespace})

    class _Tuple(tuple):
        __slots__ = ()
        _fields = ()
        _field_defaults = {}  # noqa: RUF012

        def __new__(cls, *values, **named):
            for field in cls._fields[len(values) :]:
                if field in named:
                    values = (*values, named.pop(field))
                elif field in cls._field_defaults:
                    values = (*values, cls._field_defaults[field])
            if named or len(values) != len(cls._fields):
                raise TypeError(f"{cls.__name__} has the fields {', '.join(cls._fields)}")
            return tuple.__new__(cls, values)

        def _replace(self, **changes):
            return type(self)(**{**self._asdict(), **changes})

        def _asdict(self):
            return dict(zip(self._fields, self))

        def __repr__(self):
            return f"{type(self).__name__}({', '.join(f'{field}={value!r}' for field, value in zip(self._fields, self))})"

        def __getnewargs__(self):
            return tuple(self)

    NamedTuple = type.__new__(_Meta, "NamedTuple", (), {})
