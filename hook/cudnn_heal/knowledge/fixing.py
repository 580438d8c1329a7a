"""Says what fixes a known problem, and whether it applies here: from the table, what is installed, and who manages it."""

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
from cudnn_heal.knowledge import facts, fitting, modules
from cudnn_heal.knowledge.conditions import all_hold, evidence, holds, named, satisfies
from cudnn_heal.knowledge.model import TRACKERS, Applies, Explanation, Facts, Finding, Fix, Found, Row
from cudnn_heal.model import SATISFIED, Target
from cudnn_heal.report import commands

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cudnn_heal.model import Service
    from cudnn_heal.read.installed import Distribution
    from cudnn_heal.reconcile import Outcome

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

    facts: Facts
    manager: commands.Manager
    outcome: Outcome | None = None
    """How the core sees it."""

    def version(self, name: str) -> str:
        """Return the version of the distribution `name`, "" where it is not installed."""
        return self.facts.version(canonicalize_name(name))

    @property
    def distributions(self) -> Mapping[str, Distribution]:
        """What is installed, by normalized name (``pyannote-audio``)."""
        return self.facts.distributions

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


def here(outcome: Outcome, driver: str = "", capabilities: Sequence[str] = ()) -> Here:
    """Return the environment of `outcome`, with what is installed there.

    :param driver: see `facts.gather`, as `capabilities`.
    """
    target = outcome.target
    return Here(facts.gather(target, driver, capabilities), commands.manager(target.python, target.site_packages), outcome)


def explain(finding: Finding, place: Here | None = None, *, happened: bool = False) -> Explanation:
    """Return what is to be said about `finding`.

    :param place: the environment; where it does not apply to it, commands are for another one of the same kind: what fixes
        that may harm this one.
    :param happened: it has just happened in that environment, whether it should or not.
    """
    row = finding.row
    applies, why, advised = _applies(row, place)
    elsewhere = applies == "no" and not happened
    meant = None if elsewhere else place
    typed = Typed(place.manager, place.heal) if place else GENERAL
    if place and elsewhere:
        typed = _of_another(place)
    values = fields(finding.values, meant, typed)
    return Explanation(
        id=row.id,
        kind=row.kind,
        said=finding.said,
        line=finding.line,
        cause=(_at_rest(row, meant) if meant else "") or _filled(row.cause, values) or row.cause,
        fix=tuple(dict.fromkeys((*advised, *_fixes(row, values, meant, advised, typed)))),
        applies=applies,
        here=why,
        reference=tuple(address(one) for one in row.reference if one != "measured"),
        also=finding.also,
        first=tuple(_first(row, place)) if place and elsewhere else (),
    )


def told(found: Found, place: Here) -> Explanation:
    """Return what is to be said about a problem that `place` has, whether or not it has shown yet."""
    said = ", ".join(found.evidence)
    return explain(Finding(row=found.row, said=said, line=0, values={}, also=()), place, happened=True)


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
        found["onnxruntime"] = _onnxruntime(place)
        found.update(_for_torch(place.facts))
        if place.outcome:
            found["libs"] = os.path.join(place.outcome.target.site_packages, "ctranslate2.libs")
    return {name: value for name, value in found.items() if value}


def _applies(row: Row, place: Here | None) -> tuple[Applies, str, tuple[str, ...]]:
    """Return whether `row` applies, why, and what the core advises."""
    if not place:
        return "unknown", "", ()
    failing = [condition for condition in row.applies if not holds(condition, place.facts)]
    holding = next((one.split(" & ") for one in row.when if all_hold(one, place.facts)), row.applies)
    if failing:
        return "no", _against(failing[0], place), ()
    if row.part and place.outcome:
        return _as_served(row.part, place.outcome)
    if holding:
        return "yes", f"Found here: {', '.join(evidence(one, place.facts) for one in holding)}.", ()
    return "unknown", _shown(row.shows, place) if row.shows else "", ()


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


def _first(row: Row, place: Here) -> Iterator[str]:
    """Yield what to do about `row` here, to which it does not apply, and how to have it explained where it does."""
    if _may_have_been_met(row, place):
        when = _healed_at(row, place)
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


def _may_have_been_met(row: Row, place: Here) -> bool:
    """Tell whether everything is installed without which an environment never has the problem."""
    names = [named(condition) for condition in row.applies if not condition.startswith("!") and named(condition)]
    opens = CONSUMERS[row.part[0]].distributions if row.part else ()
    return all(map(place.version, names)) and (not opens or any(map(place.version, opens)))


def _healed_at(row: Row, place: Here) -> str:
    """Return when cudnn-heal last made the links that serve what `row` is about, "" where none do."""
    if not row.part or not place.outcome:
        return ""
    if not any(one.served == "links" for one in _about(row.part, place.outcome)):
        return ""
    observations = [state.observation for state in place.outcome.linked]
    history = [heal for one in observations if one.consumer.name == row.part[0] for heal in one.manifest.history]
    return history[-1].time if history else ""


def resting(service: Service) -> str:
    """Return the sentence that the pause alone is why `service` does not serve, "" where it is not."""
    if service.verdict != "paused" or not service.provider:
        return ""
    return f"Taken back with --restore: until the next heal nothing leads {service.consumer} to {service.provider}."


def _at_rest(row: Row, place: Here) -> str:
    """Return the sentence that the pause alone is why `row` was met here, "" where it is not."""
    if not row.part or not place.outcome:
        return ""
    lacking = [one for one in _about(row.part, place.outcome) if one.verdict not in SATISFIED]
    said = [resting(one) for one in lacking]
    return said[0] if said and all(said) else ""


def _against(condition: str, place: Here) -> str:
    """Return the sentence that tells what is here of `condition`, which does not hold."""
    name = named(condition)
    if not name:
        said = evidence(condition.lstrip("!"), place.facts).rstrip(" ")
        return f"Here it does not apply: {said}." if condition.startswith("@") else "Nothing of the kind was found here."
    version = place.version(name)
    return f"Here {name} {version} is installed, to which it does not apply." if version else f"{name} is not installed here."


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
    from cudnn_heal.report import fixes, sentences

    why = sentences.why(*lacking)
    advice = (line for service in lacking for line in fixes.advice(outcome, service))
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


def _fixes(row: Row, values: dict[str, str], place: Here | None, advised: tuple[str, ...], typed: Typed) -> Iterator[str]:
    """Yield the ways out, less those that the core has named already."""
    removed = {name for fix in row.fixes for name in fix.uninstall}
    for fix in row.fixes:
        if place and not _wanted(fix, values, place):
            continue
        if advised and (fix.heal or _is_said(fix, values, advised)):
            continue
        if fix.heal and place and _is_healed(row, place):
            continue
        yield from _lines(fix, values, place, removed, typed)


def _is_healed(row: Row, place: Here) -> bool:
    """Tell whether a heal would change nothing about what `row` is about."""
    if not place.outcome:
        return False
    if not row.part:
        return place.outcome.verdict in SATISFIED
    return all(one.verdict in SATISFIED for one in _about(row.part, place.outcome))


def _is_said(fix: Fix, values: dict[str, str], advised: tuple[str, ...]) -> bool:
    wanted = [_filled(requirement, values) for requirement in fix.install]
    return bool(wanted) and all(re.split(r"[^\w.-]", one)[0] in " ".join(advised) for one in wanted)


def _wanted(fix: Fix, values: dict[str, str], place: Here) -> bool:
    if fix.lacking in values:
        return False
    conditions = [_filled(condition, values) for condition in fix.only]
    if fix.otherwise and not all(conditions):
        return True
    return all(condition and all_hold(condition, place.facts) for condition in conditions) and not any(
        holds(condition, place.facts) for condition in (_filled(one, values) for one in fix.unless) if condition
    )


def _lines(fix: Fix, values: dict[str, str], place: Here | None, removed: set[str], typed: Typed) -> Iterator[str]:
    """Yield the lines of one way out: its command, or why it is none here."""
    wanted = [_filled(requirement, values) for requirement in fix.install]
    text, command = _filled(fix.text, values), _filled(fix.command, values)
    if not all(wanted) or (fix.text and not text) or (fix.command and not command):
        if fix.otherwise:
            yield _filled(fix.otherwise, values) or fix.otherwise
        return
    requirements = tuple(one for one in wanted if one)
    if requirements and place:
        objection = _objection(requirements, place, removed)
        if objection:
            yield objection
            return
        requirements = tuple(
            one for one in requirements if fix.again or Requirement(one).name in removed or not holds(one, place.facts)
        )
        if not requirements:
            return
    command = command or _command(fix, requirements, typed)
    yield f"{text}: {command}" if text and command else text or command or ""


def _command(fix: Fix, requirements: tuple[str, ...], typed: Typed) -> str:
    if fix.heal:
        return typed.heal
    if fix.uninstall:
        return commands.uninstall(typed.manager, *fix.uninstall)
    return commands.install(typed.manager, *requirements, again=fix.again) if requirements else ""


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
    python = place.facts.python
    environment = {"extra": "", **({"python_version": python, "python_full_version": f"{python}.0"} if python else {})}
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


def _for_torch(there: Facts) -> dict[str, str]:
    """Return what depends on torch's release."""
    match = re.match(r"\d+\.\d+", there.version("torch"))
    if not match:
        return {}
    made = {name: fitting.specifier(name, there.version("torch"), there.torch_cuda) for name in ("torchcodec", "torchvision")}
    return {"torch": match[0], **made}


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
        return 12 if satisfies(onnxruntime, SpecifierSet("<1.27")) else 13
    majors = [major for major, name in ((12, "nvidia-cublas-cu12"), (13, "nvidia-cublas")) if place.version(name)]
    return majors[0] if len(majors) == 1 else 0


def _onnxruntime(place: Here) -> str:
    """Return which releases of onnxruntime-gpu fit the CUDA that is here, "" where that can't be told.

    1.27.0 is left out: its own ``[cuda]`` extra can't be resolved (measured).
    """
    majors = CONSUMERS["onnxruntime"].by_major["cublas"]
    twelve = place.version("nvidia-cublas-cu12") and not place.version("nvidia-cublas")
    old = place.facts.driver and satisfies(place.facts.driver, SpecifierSet("<580"))
    if twelve or old or satisfies(place.version("onnxruntime-gpu"), SpecifierSet("<1.27")):
        return majors[12]
    return majors[13] if place.version("nvidia-cublas") or place.facts.driver else ""


def _filled(template: str, values: dict[str, str]) -> str:
    """Return `template` with its fields filled, "" where one can't be."""
    missing = False

    def value(match: re.Match[str]) -> str:
        nonlocal missing
        missing = missing or match[1] not in values
        return values.get(match[1], "")

    filled = re.sub(r"\{([a-z0-9]{3,14})\}", value, template)
    return "" if missing else filled
