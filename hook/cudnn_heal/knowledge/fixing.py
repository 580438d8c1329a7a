"""Says what is known of a problem, whether it applies here, and what fixes it: from the table and what is installed."""

from __future__ import annotations

import os
import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet

from cudnn_heal import systems
from cudnn_heal.advice import Advice, Line
from cudnn_heal.catalog import CONSUMERS, FAMILIES
from cudnn_heal.knowledge import facts, modules, shapes
from cudnn_heal.knowledge.conditions import all_hold, evidence, named
from cudnn_heal.knowledge.model import TRACKERS, Applies, Explanation, Facts, Finding, Found, Row
from cudnn_heal.knowledge.releases import specifier, with_driver
from cudnn_heal.model import SATISFIED
from cudnn_heal.read import target as targets
from cudnn_heal.read.manager import Manager
from cudnn_heal.report import commands, fitting, sentences
from cudnn_heal.report.fitting import satisfies
from cudnn_heal_start import WINDOWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cudnn_heal.model import Service
    from cudnn_heal.reconcile import Outcome

FOLDER = "FOLDER"
"""Stands for the folder of another environment."""
GENERAL = commands.Place(Manager("pip", "python", ""))
"""Whichever environment."""
VERSIONS = {
    "cudnn12": "nvidia-cudnn-cu12",
    "cudnn13": "nvidia-cudnn-cu13",
    "nccl13": "nvidia-nccl-cu13",
    "numpy": "numpy",
    "nvrtc12": "nvidia-cuda-nvrtc-cu12",
    "nvrtc13": "nvidia-cuda-nvrtc",
    "ort": "onnxruntime",
    "ortgpu": "onnxruntime-gpu",
}
"""Fields that stand for the installed version of a distribution."""


class Here(NamedTuple):
    """The environment that a finding may be about."""

    facts: Facts
    manager: Manager
    outcome: Outcome | None = None
    """How the core sees it."""

    def version(self, name: str) -> str:
        """Return the version of the distribution `name`, "" where it is not installed."""
        return self.facts.version(name)

    @property
    def place(self) -> commands.Place:
        """Where advice is followed."""
        return commands.Place(self.manager, self.outcome.target if self.outcome else None, self.facts.installed)


def here(outcome: Outcome, driver: str = "", capabilities: Sequence[str] = ()) -> Here:
    """Return the environment of `outcome`, with what is installed there.

    :param driver: see `facts.gather`, as `capabilities`.
    """
    return Here(facts.gather(outcome.target, driver, capabilities), commands.manager_of(outcome), outcome)


def explain(finding: Finding, place: Here | None = None, *, happened: bool = False) -> Explanation:
    """Return what is to be said about `finding`.

    :param place: the environment; where it does not apply to it, commands are for another one of the same kind: what fixes
        that may harm this one.
    :param happened: it has just happened in that environment, whether it should or not.
    """
    row = finding.row
    applies, why, advised = _applies(finding, place)
    elsewhere = applies == "no" and not happened
    meant = None if elsewhere else place
    typed = _of_another(place) if place and elsewhere else place.place if place else GENERAL
    runner = finding.values.get("runner", "")
    if runner and not (place and place.manager.python == runner):  # the text names the Python that it is about
        meant, typed = None, commands.Place(Manager("pip", runner, ""))
    told = shapes.told(row, finding.values, meant.facts if meant else None)
    ways = told.fixes
    if finding.packed:
        advised, ways = (), _for_packed(ways)
    above = "the last file named above" if finding.traced else "the last file of the whole traceback"
    values = {**fields(finding.values, meant, typed), "above": above}
    return Explanation(
        id=row.id,
        kind=row.kind,
        said=finding.said,
        line=finding.line,
        cause=(_at_rest(row, meant) if meant else "") or _filled(told.cause, values) or told.cause,
        fix=tuple(dict.fromkeys((*advised, *_lines(finding, ways, values, meant, advised, typed)))),
        applies=applies,
        here=why,
        reference=tuple(address(one) for one in row.reference if one != "measured"),
        also=finding.also,
        first=tuple(_first(finding, place)) if place and elsewhere else (),
    )


def told(found: Found, place: Here) -> Explanation:
    """Return what is to be said about a problem that `place` has, whether or not it has shown yet."""
    said = ", ".join(found.evidence)
    return explain(Finding(row=found.row, said=said, line=0, values={}, also=()), place, happened=True)


def _for_packed(ways: tuple[Advice, ...]) -> tuple[Advice, ...]:
    """Return those of `ways` that are for a packed program too, which no installer of packages reaches."""
    kinds = ("add", "remove", "replace", "reinstall")
    installed = [one for one in ways if one.do in kinds or re.search(r"\bpip\b", one.command)]
    own = (
        "A packed program brings its own Python and packages, which pip does not reach: its newest release, unpacked into a new"
        " folder; otherwise its makers"
    )
    return (Advice("say", own), *(one for one in ways if one not in installed)) if installed else ways


def address(reference: str) -> str:
    """Return the address of a reference: ``fw#1431``, ``owner/repository#1``, or an address already."""
    if reference.startswith("https://"):
        return reference
    tracker, _, number = reference.partition("#")
    return f"https://github.com/{TRACKERS.get(tracker, tracker)}/issues/{number}"


def fields(values: Mapping[str, str], place: Here | None, typed: commands.Place = GENERAL) -> dict[str, str]:
    """Return what the fields in braces stand for; those that can't be told are not in it."""
    found: dict[str, str] = {name: Said(value) for name, value in values.items()}
    if "library" in values:
        found["wheel"] = modules.wheel(values["library"], cuda(place.facts) if place else 0)
        found["wheels"] = "" if found["wheel"] else modules.by_cuda(values["library"])
        found["gone"] = _gone(values["library"], place) if place else ""
    found.update(
        python=commands.quoted([typed.manager.python]),
        heal=commands.own_call(typed.target),
        libs="site-packages/ctranslate2.libs",
    )
    if place:
        found.update({name: place.version(distribution) for name, distribution in VERSIONS.items()})
        found["onnxruntime"] = onnxruntime_gpu(place.facts)
        found.update(_for_torch(place.facts))
        if place.outcome:
            found["libs"] = shlex.quote(os.path.join(place.outcome.target.site_packages, "ctranslate2.libs"))
    return {name: value for name, value in found.items() if value}


def cuda(there: Facts) -> int:
    """Return the major version of CUDA that the environment is for, 0 where that can't be told."""
    onnxruntime = there.version("onnxruntime-gpu")
    if onnxruntime:
        return 12 if satisfies(onnxruntime, SpecifierSet("<1.27")) else 13
    majors = [major for major, name in ((12, "nvidia-cublas-cu12"), (13, "nvidia-cublas")) if there.version(name)]
    return majors[0] if len(majors) == 1 else 0


def resting(service: Service) -> str:
    """Return the sentence that the pause alone is why `service` does not serve, "" where it is not."""
    if service.verdict != "paused" or not service.provider:
        return ""
    return f"Taken back with --restore: until the next heal nothing leads {service.consumer} to {service.provider}."


def sentence(text: str) -> str:
    """Return `text` as a sentence; what begins with the name of a file or a package keeps it as it is."""
    first = text.partition(" ")[0]
    if not re.fullmatch("[a-z]+", first):
        return text and f"{text}."
    return f"{text if first in CONSUMERS else text[:1].upper() + text[1:]}."


def _not_said_here(finding: Finding, place: Here) -> str:
    """Return the sentence that the consumer which said `finding` is not here, "" where it is, or no fix is about packages."""
    names = CONSUMERS[finding.speaker].distributions if finding.speaker in CONSUMERS else ()
    of_packages = any(fix.requirements for fix in finding.row.fixes)
    return _absent(names[0], place) if names and of_packages and not any(map(place.version, names)) else ""


def _applies(finding: Finding, place: Here | None) -> tuple[Applies, str, tuple[Line, ...]]:
    """Return whether `finding` applies, why, and what the core advises."""
    if not place:
        return "unknown", "", ()
    row = finding.row
    failing = [condition for condition in row.applies if not all_hold(condition, place.facts)]
    holding = next((one.split(" & ") for one in row.when if all_hold(one, place.facts)), row.applies)
    if failing:
        return "no", _against(failing[0], place), ()
    if row.part and place.outcome and (WINDOWS or "windows" not in row.seen):
        return _as_served(*row.part, row, place)
    if holding:
        return "yes", f"Found here: {', '.join(evidence(one, place.facts) for one in holding)}.", ()
    unsaid = _not_said_here(finding, place)
    if unsaid:
        return "no", unsaid, ()
    return "unknown", _shown(row.shows, place) if row.shows else "", ()


def _shown(family: str, place: Here) -> str:
    """Return what there is of `family` here, who uses it, and whether the variable is set that outranks it."""
    found = [f"{wheel.name} {place.version(wheel.name)}" for wheel in FAMILIES[family].wheels if place.version(wheel.name)]
    said = [f"Installed here: {', '.join(found)}" if found else f"No wheel of {FAMILIES[family].title} is installed here"]
    services = [one for one in place.outcome.services() if one.part == family] if place.outcome else []
    said += [f"{one.consumer} is {one.verdict} (served: {one.served})" for one in services if one.verdict != "not-needed"]
    variable = systems.here.SEARCHED
    path = os.environ.get(variable)
    said += [f"{variable} is {path}" if path else f"{variable} is not set"] if variable else []
    return "; ".join(said) + "."


def _of_another(place: Here) -> commands.Place:
    """Return another environment that the same kind of manager made, as commands for it are typed from where we are."""
    try:
        here = os.getcwd()  # a project's commands are typed in its folder
    except OSError:  # it was removed
        here = ""
    project = {"uv-project": here, "poetry": here, "pdm": here, "pipx": "TOOL"}.get(place.manager.kind, "")
    manager = Manager(place.manager.kind, os.path.join(FOLDER, systems.here.INTERPRETERS[0]), project, place.manager.pip)
    return commands.Place(manager, targets.named(FOLDER))


def _first(finding: Finding, place: Here) -> Iterator[Line]:
    """Yield what to do about `finding` here, to which it does not apply, and how to have it explained where it does."""
    if _may_have_been_met(finding, place):
        when = _healed_at(finding.row, place)
        if when:
            yield Line(f"If it was met here before {when}: cudnn-heal healed this environment then; start the program again")
        else:
            yield Line("If it was met here, that was before things stood as they do now; start the program again")
        yield Line("If it comes again", commands.own_call(place.place.target, "--doctor"))
        met = f"If it was met in another environment ({FOLDER}), explain it there"
    else:
        met = f"It was met in another environment ({FOLDER}); explain it there"
    explained = commands.own_call(targets.named(FOLDER), "--explain", "THE MESSAGE")
    yield Line(met, explained)


def _may_have_been_met(finding: Finding, place: Here) -> bool:
    """Tell whether everything is installed without which an environment never has the problem."""
    row = finding.row
    names = [named(condition) for condition in row.applies if not condition.startswith("!") and named(condition)]
    opens = CONSUMERS[row.part[0]].distributions if row.part else ()
    there = all(map(place.version, names)) and (not opens or any(map(place.version, opens)))
    return there and not _not_said_here(finding, place)


def _healed_at(row: Row, place: Here) -> str:
    """Return when cudnn-heal last made the links that serve what `row` is about, "" where none do."""
    linked = {one.consumer for one in _about(row, place) if one.served == "links"}
    if not place.outcome or not all(all_hold(one, place.facts) for one in row.applies):
        return ""
    observations = [state.observation for state in place.outcome.linked]
    history = [heal for one in observations if one.consumer.name in linked for heal in one.manifest.history]
    return sentences.local_time(history[-1].time) if history else ""


def _at_rest(row: Row, place: Here) -> str:
    """Return the sentence that the pause alone is why `row` was met here, "" where it is not."""
    said = [resting(one) for one in _about(row, place) if one.verdict not in SATISFIED]
    return said[0] if said and all(said) else ""


def _against(condition: str, place: Here) -> str:
    """Return the sentence that tells what is here of `condition`, which does not hold."""
    name = named(condition)
    version = place.version(name) if name else ""
    if not name:
        return f"It does not apply here: {evidence(condition, place.facts)}."
    return f"Here {name} {version} is installed, to which it does not apply." if version else _absent(name, place)


def _absent(name: str, place: Here) -> str:
    """Return the sentence that the distribution `name` is not installed; a relative without GPU support is named."""
    plain = name[: -len("-gpu")] if name.endswith("-gpu") else ""
    version = place.version(plain) if plain else ""
    return f"{name} is not installed here" + (f" ({plain} {version}, for the CPU, is)." if version else ".")


def _as_served(consumer: str, family: str, row: Row, place: Here) -> tuple[Applies, str, tuple[Line, ...]]:
    """Return whether the core sees the problem `row` of `consumer`, why, and what it advises."""
    title = FAMILIES[family].title if family else "its libraries"
    needed = [one for one in _about(row, place) if one.verdict != "not-needed"]
    if not needed:
        absent = _absent(CONSUMERS[consumer].distributions[0], place)
        unsure = family and "for the CPU" not in absent
        return "no", f"Here {consumer} is not installed, or opens no {title}." if unsure else absent, ()
    lacking = [one for one in needed if one.verdict != "healthy"]
    if not lacking:
        how = f" from {needed[0].provider}" if family and needed[0].provider else ""
        return "no", f"Here and now {consumer} finds {title}{how} (served: {needed[0].served}).", ()
    from cudnn_heal.report.fixes import Advisor

    assert place.outcome is not None
    return "yes", sentence(sentences.why(*lacking)), Advisor(place.outcome, place.place).fix(*lacking)


def _about(row: Row, place: Here) -> list[Service]:
    """Return how the core serves what `row` is about, every family of the consumer's where it names none."""
    if not row.part or not place.outcome:
        return []
    consumer, family = row.part
    return [one for one in place.outcome.services(consumer) if one.part == (family or one.part)]


def _lines(
    finding: Finding,
    fixes: tuple[Advice, ...],
    values: dict[str, str],
    place: Here | None,
    advised: tuple[Line, ...],
    typed: commands.Place,
) -> Iterator[Line]:
    """Yield the ways out, less those that the core has named already."""
    for fix in fixes:
        filled = _with_values(fix, values)
        if not filled or _is_anothers(filled, finding.speaker) or (place and not _wanted(filled, place.facts)):
            continue
        if advised and (filled.do == "heal" or _is_said(filled, advised)):
            continue
        if filled.do == "heal" and place and _is_healed(finding.row, place):
            continue
        if filled.do == "add" and place:
            bearable = [with_driver(one, place.facts.driver, place.facts.capabilities) for one in filled.requirements]
            lacking = fitting.lacking(tuple(bearable), place.facts.installed) if all(bearable) else []
            if not lacking:
                continue
            filled = filled._replace(requirements=tuple(lacking))
        yield from commands.lines([filled], typed)


def _with_values(fix: Advice, values: dict[str, str]) -> Advice | None:
    """Return `fix` with its fields filled, None where one can't be."""
    text, command = _filled(fix.text, values), _filled(fix.command, values, typed=True)
    requirements = tuple(_filled(one, values) for one in fix.requirements)
    only, unless = (tuple(_filled(one, values) for one in group) for group in (fix.only, fix.unless))
    if (fix.text and not text) or (fix.command and not command) or not all((*requirements, *only)):
        return None
    if not all(map(_is_requirement, requirements)):
        return None
    return fix._replace(text=text, command=command, requirements=requirements, only=only, unless=tuple(filter(None, unless)))


def _is_requirement(text: str) -> bool:
    """Tell whether a package manager takes `text`, which may be a log's."""
    try:
        return bool(Requirement(text))
    except InvalidRequirement:
        return os.path.isabs(text)


def _wanted(fix: Advice, there: Facts) -> bool:
    return all(all_hold(one, there) for one in fix.only) and not any(all_hold(one, there) for one in fix.unless)


def _is_anothers(fix: Advice, speaker: str) -> bool:
    """Tell whether `fix` is about other consumers than the one whose message it is."""
    names = {named(one) for one in (*fix.only, *fix.requirements)}
    about = {one.name for one in CONSUMERS.values() if names.intersection(one.distributions)}
    return bool(speaker and about) and speaker not in about


def _is_healed(row: Row, place: Here) -> bool:
    """Tell whether a heal would change nothing about what `row` is about."""
    if not row.part or not place.outcome:
        return place.outcome is not None and place.outcome.verdict in SATISFIED
    return all(one.verdict in SATISFIED for one in _about(row, place))


def _is_said(fix: Advice, advised: tuple[Line, ...]) -> bool:
    """Tell whether the core's advice names everything that `fix` installs."""
    names = list(map(fitting.name_of, fix.requirements))
    return bool(names) and all(name in " ".join(map(str, advised)) for name in names)


def _for_torch(there: Facts) -> dict[str, str]:
    """Return what depends on torch's release."""
    match = re.match(r"\d+\.\d+", there.version("torch"))
    if not match:
        return {}
    made = {
        name: specifier(name, there.version("torch"), there.torch_cuda) for name in ("torchaudio", "torchcodec", "torchvision")
    }
    return {"torch": match[0], "torchrelease": there.version("torch").partition("+")[0], **made}


def _gone(library: str, place: Here) -> str:
    """Return the requirement of an installed wheel whose file `library` is not there any more, "" where there is none."""
    for name in modules.wheels(library):
        found = place.facts.installed.distributions.get(name)
        files = found.files() if found else ()
        if any(os.path.basename(path) == library and not os.path.exists(path) for path in files):
            return f"{name}=={place.version(name)}"
    return ""


def onnxruntime_gpu(there: Facts) -> str:
    """Return which releases of onnxruntime-gpu fit the driver and the CUDA that is here, "" where that can't be told."""
    majors = CONSUMERS["onnxruntime"].by_major["cublas"]
    twelve, thirteen = (
        any(there.version(wheel.name) for part in ("cublas", "cudnn") for wheel in FAMILIES[part].wheels if wheel.cuda == cuda)
        for cuda in (12, 13)
    )
    if satisfies(there.driver, SpecifierSet("<580")):
        return majors[12]
    if not thirteen and (twelve or satisfies(there.version("onnxruntime-gpu"), SpecifierSet("<1.27"))):
        return majors[12]
    return majors[13] if thirteen or there.driver else ""


FIELD = re.compile(r"\{([a-z0-9]{3,14})\}")
"""Of a text in the table; a shell's own braces have another form."""


class Said(str):
    """What a text said: in a command it is one word, whatever it holds."""


def _filled(template: str, values: Mapping[str, str], *, typed: bool = False) -> str:
    """Return `template` with its fields filled, "" where one can't be.

    :param typed: whether it is a command, as is what stands in backticks.
    """

    def fill(piece: str, word: bool) -> str:
        return FIELD.sub(lambda match: _word(values[match[1]]) if word else values[match[1]], piece)

    try:
        return "`".join(fill(piece, typed or i % 2 == 1) for i, piece in enumerate(template.split("`")))
    except KeyError:
        return ""


def _word(value: str) -> str:
    """Return `value` as it stands in a command; a path that begins with a dash is no option."""
    if not isinstance(value, Said):
        return value
    return commands.quoted([f"./{value}" if value.startswith("-") else value])
