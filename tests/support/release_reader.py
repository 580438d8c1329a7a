"""Read what a release of a package has from its files, its source and its stubs; nothing is imported."""

from __future__ import annotations

import ast
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

NOT_READ = re.compile(r"(^|\.)tests?(\.|$)|[^\w.]")
SHALLOW = re.compile(r"transformers\.models\.(?!(auto|llama|whisper)\.)\w+\.")
"""Read for what other modules take from there alone: a thousand files of models."""
EXPORTING = {"__all__", "_import_structure"}
Function = (ast.FunctionDef, ast.AsyncFunctionDef)


class Release(NamedTuple):
    """What a release has, each by its whole path."""

    modules: dict[str, set[str]]
    exported: dict[str, set[str]]
    """What a star import takes."""
    attributes: dict[str, set[str]]
    """By class."""
    bases: dict[str, set[str]]
    """By class, the last names."""
    parameters: dict[str, set[str]]
    """By function or method."""
    models: set[str]
    """The kinds that Transformers knows."""


def read(folder: Path, unread: str = "") -> Release:
    """Return what the modules below `folder` have, by their source and their stubs.

    :param unread: a pattern of modules that are left alone, beside `NOT_READ`.
    """
    left_alone = re.compile(unread or "(?!)")
    release = nothing()
    stars: Stars = []
    for path in sorted(folder.rglob("*.py*")):
        parts = path.relative_to(folder).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        module = ".".join(parts[:-1] if is_package else parts)
        if path.suffix in (".py", ".pyi") and module and not NOT_READ.search(module) and not left_alone.match(module):
            if not is_source_of_compiled(path):
                own, found = known(module, path, is_package)
                add(release, own)
                stars += found
            release.modules[module] |= set()
    for module in list(release.modules):
        parent, _, name = module.rpartition(".")
        if parent in release.modules:
            release.modules[parent].add(name)
    for _ in range(4):  # a star import of a star import …
        for module, source in stars:
            every = () if SHALLOW.match(source) else release.modules.get(source, ())
            release.modules[module] |= release.exported.get(source) or {name for name in every if not name.startswith("_")}
    return without_shallow(release)


def nothing() -> Release:
    """Return a release that has nothing."""
    return Release(defaultdict(set), defaultdict(set), defaultdict(set), defaultdict(set), defaultdict(set), set())


Stars = list[tuple[str, str]]
"""Modules, each with one of which it takes everything."""
KNOWN: dict[tuple[str, bool, bytes], tuple[Release, Stars]] = {}


def known(module: str, path: Path, is_package: bool) -> tuple[Release, Stars]:
    """Return what `module` has; most files of a release are those of the one before, and are read once."""
    key = module, is_package, hashlib.sha256(path.read_bytes()).digest()
    if key not in KNOWN:
        own = nothing()
        KNOWN[key] = own, read_module(own, module, path, is_package)
    return KNOWN[key]


def add(release: Release, own: Release) -> None:
    """Add to `release` what one of its modules has."""
    release.models.update(own.models)
    for table, part in zip(release[:-1], own[:-1]):
        for path, has in part.items():
            table[path] |= has


def is_source_of_compiled(path: Path) -> bool:
    """Tell whether `path` is the source of a module that lies compiled beside it, whose stub tells what one sees of it.

    Cython's has fields of C that no Python program sees, and some releases leave it out.
    """
    is_compiled = any(path.parent.glob(f"{path.stem}.*.so"))
    return path.suffix == ".py" and is_compiled and b"cython" in path.read_bytes()


def read_module(release: Release, module: str, path: Path, is_package: bool) -> Stars:
    """Add what `module` has; return the modules of which it takes everything."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):  # Python 2, templates
        return []
    stars = []
    package = module if is_package else module.rpartition(".")[0]
    release.modules[module] |= set()
    for node in statements(tree.body, lazy=is_package):
        release.modules[module] |= bound(node) | exported(node)
        release.exported[module] |= exported(node)
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            stars.append((module, source_of(node, package)))
        elif isinstance(node, ast.ClassDef):
            read_class(release, f"{module}.{node.name}", node)
        elif isinstance(node, Function):
            release.parameters[f"{module}.{node.name}"] |= parameters(node)
        elif isinstance(node, ast.Assign) and "CONFIG_MAPPING_NAMES" in bound(node):
            release.models.update(kinds_of_model(node.value))
        for owner, name in given(node):
            release.attributes[f"{module}.{owner}"].add(name)
            release.bases[f"{module}.{owner}"] |= set()
    return stars


def statements(body: Iterable[ast.stmt], lazy: bool) -> Iterator[ast.stmt]:
    """Yield what is run when a module is imported; where a package imports lazily, what type checkers see stands for it."""
    for node in body:
        yield node
        if isinstance(node, (*Function, ast.ClassDef)):
            continue
        if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test) and not lazy):
            yield from statements(getattr(node, "body", ()), lazy)
        for handler in getattr(node, "handlers", ()):
            yield from statements(handler.body, lazy)
        yield from statements([*getattr(node, "orelse", ()), *getattr(node, "finalbody", ())], lazy)


def bound(node: ast.stmt) -> set[str]:
    """Return the names that `node` gives something."""
    if isinstance(node, (*Function, ast.ClassDef)):
        return {node.name}
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {one.asname or one.name.partition(".")[0] for one in node.names} - {"*"}
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    walked = (one for target in targets for one in ast.walk(target))
    return {one.id for one in walked if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}


def given(node: ast.stmt) -> list[tuple[str, str]]:
    """Return the classes, each with what `node` gives it from outside: ``Recognizer.recognize_whisper = …``."""
    targets = [one for one in node.targets if isinstance(one, ast.Attribute)] if isinstance(node, ast.Assign) else []
    return [(one.value.id, one.attr) for one in targets if isinstance(one.value, ast.Name) and one.value.id[:1].isupper()]


def exported(node: ast.stmt) -> set[str]:
    """Return the names in a list of what a module exports, or imports when it is asked for it."""
    if not isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr)):
        return set()
    changed = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", node)]
    if not any(isinstance(one, ast.Name) and one.id in EXPORTING for target in changed for one in ast.walk(target)):
        return set()
    texts = (one.value for one in ast.walk(node) if isinstance(one, ast.Constant))
    return {text for text in texts if isinstance(text, str) and text.isidentifier()}


def source_of(node: ast.ImportFrom, package: str) -> str:
    """Return the whole path of the module that `node`, in `package`, imports from."""
    parts = package.split(".")
    parts = parts[: len(parts) + 1 - node.level] if node.level else []
    return ".".join([*parts, *filter(None, [node.module])])


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """Return the names that `node` takes as keywords; ``**`` where it takes any."""
    every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return {one.arg for one in every} | ({"**"} if node.args.kwarg else set())


def read_class(release: Release, path: str, node: ast.ClassDef) -> None:
    """Add a class with its attributes, also those that its methods set, and what its methods take."""
    release.bases[path] |= {last_name(one) for one in node.bases}
    release.attributes[path] |= set()
    fields = set()
    for one in statements(node.body, lazy=False):
        release.attributes[path] |= bound(one)
        if isinstance(one, ast.AnnAssign) and "ClassVar" not in ast.unparse(one.annotation):
            fields |= bound(one)
        if isinstance(one, Function):
            release.attributes[path] |= set_by(one)
            if not one.name.startswith("_") or one.name in ("__init__", "__call__", "__new__"):
                release.parameters[f"{path}.{one.name}"] |= parameters(one)
    maker = "__new__" if "NamedTuple" in release.bases[path] else "__init__"
    is_made_of_fields = maker == "__new__" or any(last_name(one) == "dataclass" for one in node.decorator_list)
    if is_made_of_fields and f"{path}.{maker}" not in release.parameters:
        release.parameters[f"{path}.{maker}"] |= fields


def set_by(method: ast.AST) -> set[str]:
    """Return the attributes that a method sets on ``self``."""
    every = (one for one in ast.walk(method) if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store))
    return {one.attr for one in every if isinstance(one.value, ast.Name) and one.value.id == "self"}


def last_name(node: ast.expr) -> str:
    """Return ``c`` of ``a.b.c``, ``c[int]`` and ``c()``."""
    return ast.unparse(node).partition("[")[0].partition("(")[0].rpartition(".")[2]


def kinds_of_model(node: ast.expr) -> set[str]:
    """Return the keys of a mapping that is written as a dict or as a list of pairs."""
    keys: list[ast.expr | None] = [key for one in ast.walk(node) if isinstance(one, ast.Dict) for key in one.keys]
    keys += [one.elts[0] for one in ast.walk(node) if isinstance(one, ast.Tuple) and len(one.elts) == 2]
    return {key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}


def without_shallow(release: Release) -> Release:
    """Return `release` without what was read for the star imports of others alone."""

    def kept(table: dict[str, set[str]]) -> dict[str, set[str]]:
        return {path: has for path, has in table.items() if not SHALLOW.match(path)}

    modules, exported, attributes, bases, parameters, models = release
    return Release(kept(modules), kept(exported), kept(attributes), kept(bases), kept(parameters), models)
