"""Compare the releases of a package: what some have and others have not, as the ranges of `since.tsv`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from support.release_reader import Release

INTERNAL = {"tests", "testing", "benchmarks", "examples", "commands", "cli", "scripts", "conftest", "vendor"}
INTERNAL_BUT_MET = ("numpy._", "huggingface_hub.utils._", "gradio_client._", "torch.utils._pytree")
PRIVATE_BUT_MET = ("torch", "transformers.models")
"""In these, and in torchaudio and others of torch, people also imported names with an underscore."""
LAZY = {
    "deepgram",
    "elevenlabs",
    "transformers",
    "huggingface_hub",
    "diffusers",
    "lightning",
    "pytorch_lightning",
    "datasets",
    "nemo",
    "speechbrain",
}
"""The reader knows the lists from which their ``__getattr__`` takes names."""


PLAIN = {"ABC", "Enum", "Generic", "IntEnum", "Module", "NamedTuple", "Protocol", "StrEnum", "TypedDict", "object"}
"""Bases of other packages whose few attributes nobody takes for the class' own."""


class Fact(NamedTuple):
    """A line of the table with one name."""

    package: str
    kind: str
    of: str
    releases: str
    name: str


def facts(package: str, versions: list[Version], releases: list[Release]) -> Iterator[Fact]:
    """Yield what some of `releases` have and others have not, all that can be said in one range."""
    for kind, found in (
        ("module", modules(versions, releases)),
        ("name", names(versions, releases)),
        ("attribute", attributes(versions, releases)),
        ("argument", arguments(versions, releases)),
        ("model", changes(versions, [("", one.models) for one in releases])),
    ):
        yield from (Fact(package, kind, of, span, name) for of, span, name in found if span)


Change = tuple[str, str, str]
"""Of what, the releases that have it, and the name."""


def changes(versions: list[Version], found: list[tuple[str, Iterable[str]]]) -> Iterator[Change]:
    """Yield what not all of `found` have, one entry a version."""
    having: dict[str, list[int]] = defaultdict(list)
    for index, (_, present) in enumerate(found):
        for name in present:
            having[name].append(index)
    for name, indexes in having.items():
        yield found[0][0], span_of(versions, indexes), name


def span_of(versions: list[Version], indexes: list[int]) -> str:
    """Return the range from the first of `indexes` to the last, "" where it is everything or has holes."""
    first, last = indexes[0], indexes[-1]
    if indexes != list(range(first, last + 1)):
        return ""
    least = f">={begin(versions, first)}" if first else ""
    if last + 1 == len(versions):
        return least
    newest, lacking = versions[last], versions[last + 1]
    between = newest.release[:2] == lacking.release[:2] and lacking.micro - newest.micro > 1
    return ",".join(filter(None, [least, f"<={newest}" if between else f"<{begin(versions, last + 1)}"]))


def begin(versions: list[Version], index: int) -> str:
    """Return a version as one says it: ``4.42`` where it is the first of its minor that was read."""
    version, before = versions[index], versions[index - 1]
    if version.release[:2] == before.release[:2]:
        return str(version)
    is_new_major = version.major != before.major and version.minor == 0
    return str(version.major) if is_new_major else f"{version.major}.{version.minor}"


def modules(versions: list[Version], releases: list[Release]) -> Iterator[Change]:
    """Yield the modules, the name apart from the package."""
    for _, span, module in changes(versions, [("", one.modules) for one in releases]):
        if is_public(module):
            of, _, name = module.rpartition(".")
            yield of, span, name


def is_public(module: str) -> bool:
    """Tell whether users meet `module`."""
    internal = any(part.startswith("_") or part in INTERNAL for part in module.split("."))
    return not internal or module.startswith(INTERNAL_BUT_MET)


def names(versions: list[Version], releases: list[Release]) -> Iterator[Change]:
    """Yield the names of each module in the releases that have the module, with ``@`` and where they are now."""
    now = where(releases[-1])
    defined = {path.rpartition(".")[2] for one in releases for path in (*one.parameters, *one.attributes)}
    every = {module for one in releases for module in one.modules}
    for module in filter(is_public, every):
        indexes = [index for index, one in enumerate(releases) if module in one.modules]
        having = [releases[index] for index in indexes]
        for _, span, name in changes([versions[index] for index in indexes], [("", one.modules[module]) for one in having]):
            is_kept = name in defined or name.isupper() or "." not in module
            is_kept &= not name.startswith("_") or (module.startswith(PRIVATE_BUT_MET) and not name.startswith("__"))
            if is_kept and f"{module}.{name}" not in every and not asked_for(module, name, having):
                places = now[name] if span.rpartition(",")[2].startswith("<") else ()
                yield module, span, f"{name}@{next(iter(places))}" if len(places) == 1 else name


def where(newest: Release) -> dict[str, set[str]]:
    """Return the modules in which each class and function is."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in (*newest.parameters, *newest.attributes):
        module, _, name = path.rpartition(".")
        if module in newest.modules and "dummy_" not in module:
            found[name].add(module)
    return found


def asked_for(module: str, name: str, having: list[Release]) -> bool:
    """Tell whether the first release without a name that older ones have makes it when it is asked for: ``__getattr__``."""
    last = max(index for index, one in enumerate(having) if name in one.modules[module])
    without = having[last + 1 : last + 2]
    return module.partition(".")[0] not in LAZY and any("__getattr__" in one.modules[module] for one in without)


def attributes(versions: list[Version], releases: list[Release]) -> Iterator[Change]:
    """Yield the attributes of each class, by its last name, with those of its bases."""
    every = [by_name(one) for one in releases]
    found = by_owner(versions, [{name: inherited(one, name) for name in one if name[:1].isupper()} for one in every])
    doubtful: dict[str, set[Version]] = defaultdict(set)
    for version, kinds in zip(versions, every):
        for name in kinds:
            if bases(kinds, name) - set(kinds):
                doubtful[name].add(version)
    return (one for one in found if "<" not in one[1] or not is_doubtful(one[1], doubtful[one[0]]))


def is_doubtful(span: str, versions: set[Version]) -> bool:
    """Tell whether one of `versions`, in which a class has a base of another package's, of which nothing is known, lacks it."""
    return any(not SpecifierSet(span).contains(version) for version in versions)


def bases(kinds: Kinds, name: str, depth: int = 0) -> set[str]:
    """Return all the bases of the classes of this name, but for those that add nothing."""
    own = {base for _, direct in kinds.get(name, ()) for base in direct} - PLAIN - {name}
    return own.union(*(bases(kinds, base, depth + 1) for base in own if depth < 6 and base in kinds))


Kinds = dict[str, list[tuple[set[str], set[str]]]]
"""The attributes and the bases of each class, by its last name, which several have."""


def by_name(release: Release) -> Kinds:
    """Return the classes by their last names, without those that stand in for a missing library."""
    found: Kinds = defaultdict(list)
    for path, have in release.attributes.items():
        if "dummy_" not in path:
            found[path.rpartition(".")[2]].append((have, release.bases[path]))
    return found


def inherited(kinds: Kinds, name: str, depth: int = 0) -> set[str]:
    """Return the attributes of the classes of this name, and of their bases."""
    found: set[str] = set()
    for have, bases in kinds.get(name, ()):
        found |= {one for one in have if not one.startswith("_")}
        for base in bases - {name} if depth < 6 else ():
            found |= inherited(kinds, base, depth + 1)
    return found


def by_owner(versions: list[Version], found: list[dict[str, set[str]]]) -> Iterator[Change]:
    """Yield what the classes or functions have, in the releases that have them, where those have no hole."""
    for owner in {name for one in found for name in one}:
        indexes = [index for index, one in enumerate(found) if owner in one]
        if len(indexes) == indexes[-1] - indexes[0] + 1:
            yield from changes([versions[index] for index in indexes], [(owner, found[index][owner]) for index in indexes])


def arguments(versions: list[Version], releases: list[Release]) -> Iterator[Change]:
    """Yield what functions and methods take, where one that lacks it does not take everything."""
    every = [taken(one) for one in releases]
    for owner, span, name in by_owner(versions, every):
        if not name.startswith(("_", "*")) and any(owner in one and not {name, "**"} & one[owner] for one in every):
            yield owner, span, name


def taken(release: Release) -> dict[str, set[str]]:
    """Return what functions take, a method by ``Class.method``."""
    found: dict[str, set[str]] = defaultdict(set)
    for path, takes in release.parameters.items():
        *_, owner, name = path.split(".")
        path_met = f"{owner}.{name}" if owner[:1].isupper() else name
        if "dummy_" not in path and not path_met.startswith("_"):
            found[path_met] |= takes - {"self", "cls"}
    return found
