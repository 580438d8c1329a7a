"""The named tuples of what a start imports: as ``typing.NamedTuple``, without what that does to annotations.

Under ``from __future__ import annotations`` an annotation is text, and ``typing.NamedTuple`` compiles each: that was a sixth of
a first start's instructions.
"""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:

    class _Meta(type):
        def __new__(cls, name, bases, namespace):
            fields = tuple(namespace.get("__annotations__", ()))
            defaults = [namespace.pop(field) for field in fields if field in namespace]
            base = namedtuple(name, fields, defaults=defaults, module=namespace["__module__"])
            return type(name, (base,), {"__slots__": (), **namespace})

    NamedTuple = type.__new__(_Meta, "NamedTuple", (), {})
