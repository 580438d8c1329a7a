"""What the groups of a shape's pattern mean, and how their values are written in the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cudnn_heal.knowledge import speakers, system, texts

if TYPE_CHECKING:
    from cudnn_heal.knowledge.texts import Hit, Text

PATHS = ("file", "folder", "path", "where")
"""The values that are paths, with a slash in them or not: only these may have blanks."""
_REQUIREMENT = r"[A-Za-z][\w.-]{0,60}(?:\[[\w,-]{1,60}\])?(?:[<>=!~]{1,2}[\w.,<>=!~*]{1,40})?"
_INSTALLS = re.compile(
    r"""(?:['"`][^'"`]{0,30}?pip3?\ install\ (?P<quoted>[^'"`]{1,200})['"`]
    |pip3?\ install(?:\ --?[\w-]+)*\ ['"`]?(?P<plain>[^\s'"`]{1,200})
    |[Ii]nstall(?:ed|ing)?(?:\ with)?(?:\ the)?\ ['"`]?(?P<extra>[A-Za-z][\w.-]{1,60}\[[\w,-]{1,60}\]))""",
    re.VERBOSE,
)
"""How messages say what is to be installed: a command, in quotes or without, or a package with an extra."""
PATTERNED = (
    "library",
    "symbol",
    "module",
    "name",
    "call",
    "number",
    "xid",
    "requirement",
    "header",
    "arguments",
    "model",
    "size",
    "platform",
    "option",
    "python",
)
"""The shapes that are known by a pattern, root causes first."""
_NAMES = {
    "named": "library",
    "lacking": "library",
    "dialog": "library",
    "any": "library",
    "dll": "library",
    "plain": "library",
    "loaded": "library",
    "bare": "library",
    "loads": "library",
    "dlopen": "library",
    "entry": "symbol",
    "point": "symbol",
    "dynamic": "library",
    "native": "library",
    "unloaded": "symbol",
    "nvidias": "header",
    "paddle": "library",
    **dict.fromkeys(
        (
            "normal",
            "asked",
            "piped",
            "between",
            "most",
            "oldest",
            "parsed",
            "seen",
            "absent",
            "unfound",
            "spoken",
            "quoted",
            "lone",
            "stated",
            "demanded",
            "optional",
            "engine",
            "upgraded",
            "lacked",
            "wanting",
            "versioned",
            "colon",
            "needed_be",
            *(f"gone_{number}" for number in range(1, 7)),
        ),
        "needs",
    ),
    "lacks": "name",
    "misses": "name",
    "unquoted": "module",
    "type_object": "object",
    "keyed": "type",
    "of_lazy": "of",
    "lazy": "attribute",
    "lacks_wheel": "package",
    "lacks_release": "release",
    "tag": "mine",
    "required": "mine",
    "found": "package",
    "found_release": "release",
    "found_for": "offered",
    **dict.fromkeys(("tells", "tell_windows", "tell_plain"), "option"),
    **dict.fromkeys(("commanded_1", "commanded_2", "commanded_3", "commanded_4"), "commanded"),
    **{f"span_{number}": "span" for number in range(1, 13)},
}
"""Groups of a shape's alternatives, by the value that they all are."""
_TELLING = {
    "most": {"who": "numba"},
    "between": {"who": "scipy"},
    "oldest": {"who": "pandas"},
    "lone": {"alone": "yes"},
    "wanting": {"alone": "yes"},
    "lacked": {"unknown": "yes"},
    "upgraded": {"upgraded": "yes"},
    "misses": {"itself": "yes"},
    **{group: {"alone": "yes"} for group in ("needed_be", *(f"gone_{number}" for number in range(1, 7)))},
    "unloaded": {"unloaded": "yes"},
    "entry": {"entry": "yes"},
    "point": {"entry": "yes"},
}
"""What a group tells beside its value; ``who``: whose message it is known to be."""


def by_name(hit: Hit, text: Text) -> dict[str, str]:
    """Return the values of `hit` under the names that the alternatives of its shape share, and who says it."""
    values = {_NAMES.get(group, group): value.rstrip(".") for group, value in hit.values.items()}
    plain = hit.values.get("plain") or hit.values.get("called", "").lower()
    if plain:
        values["library"] = f"lib{plain}.so"
    line = text.lines[hit.first].text
    if "unquoted" in hit.values:  # what follows it may be of the next line, which has no blank before it here
        written = re.search(r"No module named ([A-Za-z_][\w.]*\w|[A-Za-z_])", line)
        values["module"] = written[1] if written else values["module"]
    if "oldest" in hit.values:
        values["needs"] = f"numpy>={hit.values['oldest'].rstrip('.')}"
    if "most" in hit.values:
        values["needs"] = f"numpy<={hit.values['most']}.99"
    if hit.row.shape == "option":
        values.update(_option(values["option"], line))
    if "lacks_wheel" in hit.values:
        written = re.search(r"([\w.-]+?)(?:[=<>!~]=?[^ ]*)? ha(?:s|ve) no wheels", line)
        values["package"] = written[1] if written else re.sub(r"^(?:.*[Bb]ecause)?(?:allversionsof)?", "", values["package"])
    least = next((group[-1] for group in hit.values if group.startswith("least_")), "")
    if least:
        written = re.search(
            r"([A-Za-z][\w.-]*)[`'\"]? (?:version )?(?:>= ?)?(\d[\d.]*) or (?:newer|higher|later|above|greater)", line
        )
        name, version = hit.values[f"of_{least}"], hit.values[f"least_{least}"]
        if written and "".join(written.groups()) == name + version:  # a name that ends in a digit: ctranslate2 4.4
            name, version = written.groups()
        values["needs"] = f"{name}>={version.rstrip('.')}"
        if least not in "18":  # there the name is quoted, or torchao's
            values["alone"] = "yes"
    if "commanded" in values:
        values["needs"], values["commanded"] = _commanded(" ".join(one.text for one in text.lines[hit.first : hit.last + 1]))
    if "error" in values:
        values["error"] = _error(values["error"], text.lines[hit.first].text)
    asking = [one for one in speakers.packages(text, hit.first) if one != "nvidia"] if hit.row.shape in PATTERNED else []
    if "call" in values:
        values["call"] = _last_word(values["call"], text.lines[hit.first].text)
    if hit.row.shape in ("module", "name", "call", "arguments"):
        runner = speakers.runner(text, hit)
        if runner:
            values["runner"] = runner
        asker = speakers.asker(text, hit)
        values.update(asker)
        if asker.get("asks") or ("own" in asker and not {"object", "type_object"} & set(hit.values)):
            asking = [asker["asks"]] if "asks" in asker else []
    if not asking and hit.row.shape == "library" and speakers.PADDLE.search(text.lines[hit.first].text):
        asking = ["paddle"]
    if asking:
        values["who"] = asking[-1]
    elif hit.row.shape == "library" and speakers.COMPILED.search(text.lines[hit.first].text):
        values["program"] = "yes"
    for group in hit.values:
        values.update(_TELLING.get(group, {}))
    if "alone" in values and "needs" in values and values["needs"] not in line:
        values["words"] = _with_blanks(values["needs"], line)  # several words, which have no blank between them here
    return values


def _commanded(said: str) -> tuple[str, str]:
    """Return the package, and everything, that a message says is to be installed; "" where it is no package of an index."""
    written = _INSTALLS.search(said)
    quoted = written["quoted"].split() if written and written["quoted"] else []
    plain = (written["plain"] or written["extra"] or "") if written else ""
    named = [one for one in quoted if not one.startswith("-")] or plain.split()
    fitting = [one.rstrip(".,;:)") for one in named]
    whole = all(re.fullmatch(_REQUIREMENT, one) for one in fitting)
    return (fitting[0], " ".join(fitting)) if whole and fitting else ("", "")


def _option(option: str, line: str) -> dict[str, str]:
    """Return the option that `line` names, without what follows it there, and the ``tool`` that does not know it."""
    written = re.search(r"(?:arguments?|option)\W{1,4}?(--?[A-Za-z][\w-]*)", line, re.IGNORECASE)
    tool = re.search(r"([\w-][\w.-]*?)(?:\.exe|\.py)?: error: ", line)
    return {"option": written[1] if written else option, **({"tool": tool[1]} if tool else {})}


def _error(number: str, line: str) -> str:
    """Return which of `system.ERRORS` is meant, in digits; "" for another one."""
    value = int(number, 16) if re.search(rf"0x8007{number}", line, re.IGNORECASE) else int(number) if number.isdigit() else -1
    posix = re.search(rf"os error {number}\)", line) and value < 126  # Linux' numbers stand there too
    return str(value) if value in system.ERRORS and not posix else ""


def _last_word(call: str, line: str) -> str:
    """Return the name of a function without the words of `line` that stand before it, which have no blank between them here."""
    return _with_blanks(call, line).rpartition(" ")[2]


def _with_blanks(squeezed: str, line: str) -> str:
    """Return `squeezed` with the blanks that it has in `line`; as it is where it does not stand there."""
    written = re.search(r" {0,3}".join(map(re.escape, squeezed)), line)
    return written[0] if written else squeezed


def as_written(name: str, value: str, said: list[str]) -> str:
    """Return the path `value` with the blanks that it has in one of the lines `said`; whatever is no path as it is."""
    if name not in PATHS and not re.search(r"[/\\]", value):
        return value
    squeezed = "".join(value.split())
    for line in said:
        start = "".join(line.split()).find(squeezed)
        if squeezed and start >= 0:
            places = texts.places(line)
            return line[places[start] : places[start + len(squeezed) - 1] + 1]
    return value
