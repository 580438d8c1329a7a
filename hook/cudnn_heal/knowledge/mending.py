"""Says what mends a finding, and whether it applies here: from the table, what is installed, and who manages it."""

from __future__ import annotations

import os
import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from cudnn_heal.catalog import CONSUMERS, FAMILIES
from cudnn_heal.knowledge import modules
from cudnn_heal.knowledge.model import TRACKERS, Applies, Explanation, Finding, Mend, Message
from cudnn_heal.model import SATISFIED, Target
from cudnn_heal.report import commands

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cudnn_heal.model import Service
    from cudnn_heal.read.installed import Distribution
    from cudnn_heal.reconcile import Outcome

TORCHCODEC = {
    "2.5": "==0.1.*",
    "2.6": "==0.2.*",
    "2.7": "==0.5.*",
    "2.8": "==0.7.*",
    "2.9": "==0.9.*",
    "2.10": "==0.10.*",
}
"""By torch's release, from torchcodec's README, "Installing TorchCodec"; 0.12 and later are for torch 2.11 and later."""

TORCHCODEC_STABLE = "==0.13.*"
"""For torch 2.11 and later; the newest of PyPI's wheels that needs no CUDA (read from their NEEDED entries)."""

TORCHVISION = {"2.4": "==0.19.*", "2.5": "==0.20.*", "2.6": "==0.21.*", "2.7": "==0.22.*", "2.8": "==0.23.*"}
TORCHVISION.update({"2.9": "==0.24.*", "2.10": "==0.25.*"})
"""By torch's release: torchvision's wheels require exactly one (read from their metadata)."""

OVERLAPPING = (
    ("nvidia-cudnn-cu11", "nvidia-cudnn-cu12", "nvidia-cudnn-cu13"),
    ("nvidia-nccl-cu11", "nvidia-nccl-cu12", "nvidia-nccl-cu13"),
    ("onnxruntime", "onnxruntime-gpu"),
)
"""Distributions that lay the same files."""

TITLES = {"cudnn": "cuDNN", "cublas": "cuBLAS", "nccl": "NCCL"}

FOLDER = "FOLDER"
"""Stands for the folder of another environment."""


class Here(NamedTuple):
    """The environment that a finding may be about."""

    distributions: Mapping[str, Distribution]
    """What is installed, by normalized name (``pyannote-audio``)."""
    manager: commands.Manager
    outcome: Outcome | None = None
    """How the core sees it."""
    python_version: str = ""
    """Of the environment, such as ``3.11``, for the markers of requirements; "" for this process's own."""

    def version(self, name: str) -> str:
        """Return the version of the distribution `name`, "" where it is not installed."""
        found = self.distributions.get(canonicalize_name(name))
        return found.version if found else ""

    @property
    def heal(self) -> str:
        """The call of cudnn-heal that acts on it."""
        return self.call()

    def call(self, *flags: str) -> str:
        """Return the call of cudnn-heal with `flags` that is about it."""
        return commands.heal(self.outcome.target, *flags) if self.outcome else shlex.join(["cudnn-heal", *flags])


class Typed(NamedTuple):
    """How commands are typed for an environment."""

    manager: commands.Manager
    heal: str
    """The call of cudnn-heal."""


GENERAL = Typed(commands.Manager("pip", "python", ""), "cudnn-heal")
"""For whichever environment."""


def here(outcome: Outcome) -> Here:
    """Return the environment of `outcome`, with what is installed there."""
    from cudnn_heal.read.installed import installed  # 35 ms, which nobody pays who asks of no environment

    target = outcome.target
    return Here(
        installed(target.site_packages),
        commands.manager(target.python, target.site_packages),
        outcome,
        ".".join(map(str, target.version)),
    )


def explain(finding: Finding, place: Here | None = None, *, happened: bool = False) -> Explanation:
    """Return what is to be said about `finding`.

    :param place: the environment; where it does not apply to it, commands are for another one of the same kind: what mends
        that may harm this one.
    :param happened: it has just happened in that environment, whether it should or not.
    """
    message = finding.message
    applies, why, advised = _applies(message, place)
    elsewhere = applies == "no" and not happened
    meant = None if elsewhere else place
    typed = Typed(place.manager, place.heal) if place else GENERAL
    if place and elsewhere:
        typed = _of_another(place)
    values = fields(finding.values, meant, typed)
    return Explanation(
        id=message.id,
        kind=message.kind,
        said=finding.said,
        line=finding.line,
        cause=(_at_rest(message, meant) if meant else "") or _filled(message.cause, values) or message.cause,
        mend=tuple(dict.fromkeys((*advised, *_mends(message, values, meant, advised, typed)))),
        applies=applies,
        here=why,
        reference=tuple(address(one) for one in message.reference if one != "measured"),
        also=finding.also,
        first=tuple(_first(message, place)) if place and elsewhere else (),
    )


def address(reference: str) -> str:
    """Return the address of a reference: ``fw#1431``, ``owner/repository#1``, or an address already."""
    if reference.startswith("https://"):
        return reference
    tracker, _, number = reference.partition("#")
    return f"https://github.com/{TRACKERS.get(tracker, tracker)}/issues/{number}"


def fields(values: dict[str, str], place: Here | None, typed: Typed = GENERAL) -> dict[str, str]:
    """Return what the fields in braces stand for; those that can't be told are not in it."""
    found = dict(values)
    if "library" in values:
        found["wheel"] = modules.wheel(values["library"], _cuda(place) if place else 0)
        found["gone"] = _gone(values["library"], place) if place else ""
    if "module" in values:
        found["distribution"] = modules.distribution(values["module"])
        found["owner"] = _owner(values["module"], place) if place else ""
    found.update(python=typed.manager.python, heal=typed.heal, libs="site-packages/ctranslate2.libs")
    if place:
        found["nccl13"] = place.version("nvidia-nccl-cu13")
        found.update(_for_torch(place.version("torch")))
        if place.outcome:
            found["libs"] = os.path.join(place.outcome.target.site_packages, "ctranslate2.libs")
    return {name: value for name, value in found.items() if value}


def holds(condition: str, place: Here) -> bool:
    """Tell whether `condition` holds: ``ctranslate2<4.6`` (installed, in such a version), ``!numpy`` (not installed)."""
    if condition.startswith("!"):
        return not place.version(Requirement(condition[1:]).name)
    requirement = Requirement(condition)
    return _satisfies(place.version(requirement.name), requirement.specifier)


def _applies(message: Message, place: Here | None) -> tuple[Applies, str, tuple[str, ...]]:
    """Return whether `message` applies, why, and what the core advises."""
    if not place:
        return "unknown", "", ()
    failing = [condition for condition in message.applies if not holds(condition, place)]
    if failing:
        return "no", _against(failing[0], place), ()
    if message.part and place.outcome:
        return _as_served(message.part, place.outcome)
    if message.applies:
        return "yes", f"Installed here: {', '.join(_versions(message.applies, place))}.", ()
    return "unknown", _shown(message.shows, place) if message.shows else "", ()


def _shown(family: str, place: Here) -> str:
    """Return what there is of `family` here, who uses it, and whether the variable is set that outranks it."""
    found = [f"{wheel.name} {place.version(wheel.name)}" for wheel in FAMILIES[family].wheels if place.version(wheel.name)]
    said = [f"Installed here: {', '.join(found)}" if found else f"No wheel of {FAMILIES[family].title} is installed here"]
    if place.outcome:
        services = [one for consumer in CONSUMERS for one in _about((consumer, family), place.outcome)]
        said += [f"{one.consumer} is {one.verdict} (served: {one.served})" for one in services if one.verdict != "not-needed"]
    path = os.environ.get("LD_LIBRARY_PATH")
    return "; ".join([*said, f"LD_LIBRARY_PATH is {path}" if path else "LD_LIBRARY_PATH is not set"]) + "."


def _of_another(place: Here) -> Typed:
    """Return how commands are typed for another environment that the same kind of manager made, from where we are."""
    try:
        here = os.getcwd()  # a project's commands are typed in its folder
    except OSError:  # it was removed
        here = ""
    project = {"uv-project": here, "poetry": here, "pdm": here, "pipx": "TOOL"}.get(place.manager.kind, "")
    manager = commands.Manager(place.manager.kind, f"{FOLDER}/bin/python", project, place.manager.pip)
    return Typed(manager, commands.heal(Target("", FOLDER, False, (0, 0), False)))


def _first(message: Message, place: Here) -> Iterator[str]:
    """Yield what to do about `message` here, to which it does not apply, and how to have it explained where it does."""
    if _may_have_been_met(message, place):
        when = _healed_at(message, place)
        if when:
            yield f"If it was met here before {when}: cudnn-heal healed this environment then; start the program again"
        else:
            yield "If it was met here, that was before things stood as they do now; start the program again"
        yield f"If it comes again: {place.call('--doctor')}"
        met = "If it was met in another environment"
    else:
        met = "It was met in another environment"
    explained = commands.heal(Target("", FOLDER, False, (0, 0), False), "--explain", "THE MESSAGE")
    yield f"{met} ({FOLDER}), this explains it there: {explained}"


def _may_have_been_met(message: Message, place: Here) -> bool:
    """Tell whether everything is installed without which an environment never has the problem."""
    named = [Requirement(condition).name for condition in message.applies if not condition.startswith("!")]
    opens = CONSUMERS[message.part[0]].distributions if message.part else ()
    return all(map(place.version, named)) and (not opens or any(map(place.version, opens)))


def _healed_at(message: Message, place: Here) -> str:
    """Return when cudnn-heal last made the links that serve what `message` is about, "" where none do."""
    if not message.part or not place.outcome:
        return ""
    if not any(one.served == "links" for one in _about(message.part, place.outcome)):
        return ""
    observations = [state.observation for state in place.outcome.linked]
    history = [heal for one in observations if one.consumer.name == message.part[0] for heal in one.manifest.history]
    return history[-1].time if history else ""


def resting(service: Service) -> str:
    """Return the sentence that the pause alone is why `service` does not serve, "" where it is not."""
    if service.verdict != "paused" or not service.provider:
        return ""
    return f"Taken back with --restore: until the next heal nothing leads {service.consumer} to {service.provider}."


def _at_rest(message: Message, place: Here) -> str:
    """Return the sentence that the pause alone is why `message` was met here, "" where it is not."""
    if not message.part or not place.outcome:
        return ""
    lacking = [one for one in _about(message.part, place.outcome) if one.verdict not in SATISFIED]
    said = [resting(one) for one in lacking]
    return said[0] if said and all(said) else ""


def _against(condition: str, place: Here) -> str:
    name = re.split(r"[^\w.-]", condition.lstrip("!"))[0]
    version = place.version(name)
    return f"Here {name} {version} is installed, to which it does not apply." if version else f"{name} is not installed here."


def _versions(conditions: Iterable[str], place: Here) -> Iterator[str]:
    for condition in conditions:
        name = re.split(r"[^\w.-]", condition)[0]
        yield f"{name} {place.version(name)}"


def _as_served(part: tuple[str, str], outcome: Outcome) -> tuple[Applies, str, tuple[str, ...]]:
    """Return whether the core sees the problem, why, and what it advises."""
    consumer, family = part
    title = TITLES.get(family, "its libraries")
    needed = [one for one in _about(part, outcome) if one.verdict != "not-needed"]
    if not needed:
        return (
            "no",
            f"Here {consumer} is not installed, or opens no {title}." if family else f"{consumer} is not installed here.",
            (),
        )
    lacking = [one for one in needed if one.verdict != "healthy"]
    if not lacking:
        how = f" from {needed[0].provider}" if family and needed[0].provider else ""
        return "no", f"Here and now {consumer} finds {title}{how} (served: {needed[0].served}).", ()
    from cudnn_heal.report import sentences

    why = sentences.why(*lacking)
    advice = (line for service in lacking for line in sentences.advice(outcome, service))
    return "yes", sentence(why), tuple(dict.fromkeys(advice))


def sentence(text: str) -> str:
    """Return `text` as a sentence; what begins with the name of a file or a package keeps it as it is."""
    first = text.partition(" ")[0]
    if not re.fullmatch("[a-z]+", first):
        return text and f"{text}."
    return f"{text if first in CONSUMERS else text[:1].upper() + text[1:]}."


def _about(part: tuple[str, str], outcome: Outcome) -> list[Service]:
    """Return how the consumer's family `part` is served; every family of the consumer's where it names none."""
    consumer, family = part
    return [one for one in outcome.services(consumer) if one.part == (family or one.part)]


def _mends(
    message: Message, values: dict[str, str], place: Here | None, advised: tuple[str, ...], typed: Typed
) -> Iterator[str]:
    """Yield the ways out, less those that the core has named already."""
    removed = {name for mend in message.mends for name in mend.uninstall}
    for mend in message.mends:
        if place and not _wanted(mend, values, place):
            continue
        if advised and (mend.heal or _is_said(mend, values, advised)):
            continue
        if mend.heal and place and _is_healed(message, place):
            continue
        yield from _lines(mend, values, place, removed, typed)


def _is_healed(message: Message, place: Here) -> bool:
    """Tell whether a heal would change nothing about what `message` is about."""
    if not place.outcome:
        return False
    if not message.part:
        return place.outcome.verdict in SATISFIED
    return all(one.verdict in SATISFIED for one in _about(message.part, place.outcome))


def _is_said(mend: Mend, values: dict[str, str], advised: tuple[str, ...]) -> bool:
    wanted = [_filled(requirement, values) for requirement in mend.install]
    return bool(wanted) and all(re.split(r"[^\w.-]", one)[0] in " ".join(advised) for one in wanted)


def _wanted(mend: Mend, values: dict[str, str], place: Here) -> bool:
    if mend.lacking in values:
        return False
    conditions = [_filled(condition, values) for condition in mend.only]
    if mend.otherwise and not all(conditions):
        return True
    return all(condition and holds(condition, place) for condition in conditions) and not any(
        holds(condition, place) for condition in (_filled(one, values) for one in mend.unless) if condition
    )


def _lines(mend: Mend, values: dict[str, str], place: Here | None, removed: set[str], typed: Typed) -> Iterator[str]:
    """Yield the lines of one way out: its command, or why it is none here."""
    wanted = [_filled(requirement, values) for requirement in mend.install]
    text, command = _filled(mend.text, values), _filled(mend.command, values)
    if not all(wanted) or (mend.text and not text) or (mend.command and not command):
        if mend.otherwise:
            yield _filled(mend.otherwise, values) or mend.otherwise
        return
    requirements = tuple(one for one in wanted if one)
    if requirements and place:
        objection = _objection(requirements, place, removed)
        if objection:
            yield objection
            return
        requirements = tuple(
            one for one in requirements if mend.again or Requirement(one).name in removed or not holds(one, place)
        )
        if not requirements:
            return
    command = command or _command(mend, requirements, typed)
    yield f"{text}: {command}" if text and command else text or command or ""


def _command(mend: Mend, requirements: tuple[str, ...], typed: Typed) -> str:
    if mend.heal:
        return typed.heal
    if mend.uninstall:
        return commands.uninstall(typed.manager, *mend.uninstall)
    return commands.install(typed.manager, *requirements, again=mend.again) if requirements else ""


def _objection(requirements: tuple[str, ...], place: Here, removed: set[str]) -> str:
    """Return why the requirements must not be installed beside what is, "" where they may."""
    names = {canonicalize_name(Requirement(one).name) for one in requirements}
    for text in requirements:
        requirement = Requirement(text)
        name = canonicalize_name(requirement.name)
        over = [other for group in OVERLAPPING if name in group for other in group if other != name and place.version(other)]
        if set(over) - removed:
            return f"(Not {text}: its files would lie over those of {over[0]}, which is installed.)"
        for owner, theirs in _requirers(name, place):
            if canonicalize_name(owner) not in names and not compatible(requirement.specifier, theirs.specifier):
                return f"(Not {text}: {owner} {place.version(owner)} requires {theirs.name}{theirs.specifier}.)"
    return ""


def _requirers(name: str, place: Here) -> Iterator[tuple[str, Requirement]]:
    """Yield who requires the distribution `name` here, and what."""
    environment = {"extra": ""}
    if place.python_version:
        environment.update(python_version=place.python_version, python_full_version=place.python_version + ".0")
    for owner, distribution in place.distributions.items():
        for line in distribution.requires:
            try:
                requirement = Requirement(line)
            except InvalidRequirement:
                continue
            if canonicalize_name(requirement.name) == name and (
                not requirement.marker or requirement.marker.evaluate(environment)
            ):
                yield owner, requirement


def compatible(ours: SpecifierSet, theirs: SpecifierSet) -> bool:
    """Tell whether some version satisfies both; tried are the versions that they name, and those right beside them."""
    candidates = [Version("0"), Version("99999")]
    for specifier in (*ours, *theirs):
        try:
            release = Version(specifier.version.replace(".*", "")).release
        except InvalidVersion:
            return True  # an arbitrary equality: not ours to judge
        candidates += [Version(".".join(map(str, one))) for one in (release, (*release, 0, 0, 1), _before(release))]
    return any(ours.contains(one, prereleases=True) and theirs.contains(one, prereleases=True) for one in candidates)


def _before(release: tuple[int, ...]) -> tuple[int, ...]:
    """Return a version right before `release`: 2.0.99999 for 2.1."""
    numbers = list(release)
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return (*numbers[:-1], numbers[-1] - 1, 99999) if numbers else (0,)


def _satisfies(version: str, specifier: SpecifierSet) -> bool:
    try:
        return bool(version) and specifier.contains(Version(version), prereleases=True)
    except InvalidVersion:
        return False


def _for_torch(version: str) -> dict[str, str]:
    """Return what depends on torch's release."""
    match = re.match(r"(\d+)\.(\d+)", version)
    if not match:
        return {}
    minor = f"{match[1]}.{match[2]}"
    stable = (int(match[1]), int(match[2])) >= (2, 11)
    return {
        "torch": minor,
        "torchcodec": TORCHCODEC_STABLE if stable else TORCHCODEC.get(minor, ""),
        "torchvision": TORCHVISION.get(minor, ""),
    }


def _gone(library: str, place: Here) -> str:
    """Return the requirement of an installed wheel whose file `library` is not there any more, "" where there is none."""
    for name in modules.wheels(library):
        files = place.distributions[name].files() if name in place.distributions else ()
        if any(os.path.basename(path) == library and not os.path.exists(path) for path in files):
            return f"{name}=={place.version(name)}"
    return ""


def _owner(module: str, place: Here) -> str:
    """Return the installed distribution, with its version, that should have `module`; "" where there is none."""
    name = modules.distribution(module)
    if place.version(name or "-"):
        return f"{name} {place.version(name)}"
    top = module.partition(".")[0]
    if name or top in modules.NAMESPACES:
        return ""
    owners = (name for name, one in place.distributions.items() if top in one.modules)
    return next((f"{name} {place.version(name)}" for name in owners), "")


def _cuda(place: Here) -> int:
    """Return the major version of CUDA that the environment is for, 0 where that can't be told."""
    onnxruntime = place.version("onnxruntime-gpu")
    if onnxruntime:
        return 12 if _satisfies(onnxruntime, SpecifierSet("<1.27")) else 13
    majors = [major for major, name in ((12, "nvidia-cublas-cu12"), (13, "nvidia-cublas")) if place.version(name)]
    return majors[0] if len(majors) == 1 else 0


def _filled(template: str, values: dict[str, str]) -> str:
    """Return `template` with its fields filled, "" where one can't be."""
    missing = False

    def value(match: re.Match[str]) -> str:
        nonlocal missing
        missing = missing or match[1] not in values
        return values.get(match[1], "")

    filled = re.sub(r"\{([a-z0-9]{3,14})\}", value, template)
    return "" if missing else filled
