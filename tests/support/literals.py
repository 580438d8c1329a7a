"""The words of the model's literal types, which exist for type checkers alone (`cudnn_heal.tuples`)."""

from __future__ import annotations

import ast
from pathlib import Path

from cudnn_heal import model


def words(name: str) -> tuple[str, ...]:
    """Return the words of the type ``name = Literal[...]`` in the model."""
    for node in ast.parse(Path(model.__file__).read_text()).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target if isinstance(node, ast.AnnAssign) else None
        value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
        if isinstance(target, ast.Name) and target.id == name and isinstance(value, ast.Subscript):
            return tuple(str(part.value) for part in ast.walk(value) if isinstance(part, ast.Constant))
    raise LookupError(name)
