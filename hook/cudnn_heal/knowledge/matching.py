"""Finds the known problems in a text, however it was pasted.

Rows are looked for in the text without any white space, and without what logs put before their lines: so it does not matter
where a terminal broke a line, nor which program prefixed it.  Every pattern has bounded repeats only, so that the time is linear
in the text, and the text itself is cut at `LIMIT_CHARACTERS`.  What a row says of a line is said instead of what its shape tells.
"""

# ruff: noqa: E501  (patterns)
from __future__ import annotations

import bisect
import functools
import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

from cudnn_heal.catalog import CONSUMERS
from cudnn_heal.knowledge import absent, codes, endings, lines, literals, modules, since, system, translations
from cudnn_heal.knowledge.model import Finding, Row
from cudnn_heal.knowledge.rows import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LIMIT_CHARACTERS = 1_000_000
"""How much of a text is looked at: a quarter of it from the beginning, the rest from the end, where programs die."""
OTHER_WAYS_CHARACTERS = 200_000
"""Up to here a text is also read backwards, and without what neighbouring lines begin with alike."""
LONG_CHARACTERS = 20_000
MOST_MATCHES = 200
"""Of one row."""
FOLLOWING = 8
"""How many lines that follow are told of."""
PATHS = ("file", "folder", "path", "where")
"""The values that are paths, with a slash in them or not: only these may have blanks."""
TRACEBACK_LINES = 120
LOGGED_LINES = 40
"""How far above a message the line of a log is looked for that noted it."""
PASTED_LINES = 10
"""How far above a message its traceback is looked for, and its frames where they were pasted without the beginning."""

_FRAME = re.compile(r"(?:site|dist)-packages[/\\]([\w.-]+?)(?:[/\\]|\.py\b)")
_PROSE = re.compile(
    r"\b(?:if|when|whenever|in case|should) (?:you|users?|your|this|it)\b.{0,80}$"
    r"|\b(?:to (?:avoid|fix|prevent|resolve|handle|solve)|avoids?|prevents?|how to|troubleshoot\w*)\b[^.:]{0,60}$",
    re.IGNORECASE,
)
"""Before what is quoted in a text about errors."""
_CAUGHT = re.compile(
    r"\b(?:optional\w*|without|skipp\w+|unavailable|disabl\w+|fall(?:ing|s)? ?back|proceeding|ignor\w+|(?:not|n't|failed to|cannot) import"
    r"|not available|some features|install .{1,80} to|NCCL INFO|XFAIL|XPASS|SKIPPED)\b",
    re.IGNORECASE,
)
_OPTIONAL = re.compile(
    r"\b(?:optional\w*|skipp\w+|disabl\w+|fall(?:ing|s)? ?back|ignor\w+|faster|speed|perform\w+|efficien\w+|better|recommend\w*|consider|suggest\w*|notice)\b",
    re.IGNORECASE,
)
_LOUD = re.compile(r"^\W{0,3}(?:\u274c|\u2717)|not available\b.{0,20}? Error: ")
"""What marks a line as an error whatever else it says."""
_LOGGED = re.compile(
    r"(?:WARNING|ERROR|CRITICAL)\b(?!.{0,200}AttributeError).{0,200}?(?:[Ee]xception|[Ee]rror|[Ff]ailed).{0,120}?: '"
)
"""A line of a service's log that hands on what an exception said, without a traceback."""
_RAISED = re.compile(r"(?:\w+\.)*(?:ModuleNotFound|Import|OS|Runtime)Error: ")
_TRACED = re.compile(r"\bFile \".{1,300}\", line \d|\.py:\d{1,6} in \w")
"""A frame of a traceback, as Python, and rich, write it."""
_PLACE = re.compile(
    r'File "(?P<path>[^"<>]{1,300})", line \d'
    r"|(?:^|[\s│])(?P<short>(?:/|~|\.|[A-Za-z]:[/\\])?[^\s:\"'<>|│]{1,300}\.py):\d{1,6}(?:,| in\b)|(?P<old>[^\s:\"'<>|│]{1,300}\.py) in [\w<]|(?P<cell>Cell In\s?\[\d|<ipython-input-)"
)
"""The file of a frame, as Python, IPython and rich write it; a notebook's cell has none."""
_PYTHONS = re.compile(r"[/\\]lib[/\\]python3[\w.]*[/\\](?!(?:site|dist)-packages)|[/\\]Lib[/\\](?!site-packages)|_pytest")
"""A file of Python's own library."""
_PASSES_ON = re.compile(
    r"torch[/\\](?:utils[/\\]_contextlib|nn[/\\]modules[/\\]module|autograd[/\\]grad_mode)\.py|[/\\](?:functools|contextlib|_dynamo[/\\]\w{1,30})\.py"
)
"""A frame that only calls what it was given."""
_NODE = re.compile(r"custom_nodes[/\\](?P<node>[\w. @+-]{2,80}?)[/\\]")
_TOOL = re.compile(r"[/\\](?:(?P<uv>uv[/\\](?:data[/\\])?tools)|pipx[/\\]venvs)[/\\](?P<tool>[\w.-]{1,60})[/\\]")
"""The environment of a program that `uv tool`, or pipx, installed."""
_LEVEL = re.compile(r"\b(?:TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|CRITICAL|FATAL)\b", re.IGNORECASE)
_NOTED = re.compile(r"\b(?:[Ff]ailed|[Cc]ould not|[Cc]ouldn't|[Cc]an ?not|[Uu]nable|not available|[Ss]kipping)\b")
_QUIET = re.compile(r"\b(?:TRACE|DEBUG|INFO|WARN(?:ING)?)\b|\b(?:debug|info|warn(?:ing)?)\b")


_QUALIFIED = re.compile(r"(?:^|[\s(])([A-Za-z_]\w{1,40})\.(?:\w{1,40}\.){0,6}[A-Z]\w{2,60}: ")
"""An exception with its module before it, which tells whose it is: ``av.error.InvalidDataError: …``."""
_COMPILED = re.compile(
    r"error while loading shared libraries|load_backend: |link_cuda_dso|ggml_cuda_link|llamafile|panicked at|DllNotFoundException|cannot proceed because|(?:lib)?ggml-\w|\bllama-\w|\bwhisper-(?:cli|server)|\bollama\b|\.exe\b|\.node\b|System\.\w{3,40}Exception"
)
"""What a compiled program, or its loader, says beside the name of a library: an environment's wheels are none of its business."""
_PACKED = re.compile(r"\[PYI-\d{1,8}:ERROR\]|pyimod\d\d_importers|PyInstaller[\\/]loader[\\/]|[\\/]_MEI\d|[\\/]_xxl_data[\\/]")
"""What a program says that PyInstaller packed."""
_NO_PACKAGE = re.compile(
    r"driver|gpu>|docker|compose|ffmpeg|cmake|kernel|system|browser|chrome|compiler|ubuntu|debian|toolkit|firmware|java|gradle|xcode|"
    r"android|^i?os>|macos|windows|wsl|podman|git>|app>|program|^node|^npm|^pip>|jetpack|rocm|conda>|version>|software|it>|sdk",
    re.IGNORECASE,
)
"""What is upgraded as well, and is no package of Python's."""
_REQUIREMENT = r"[A-Za-z][\w.-]{0,60}(?:\[[\w,-]{1,60}\])?(?:[<>=!~]{1,2}[\w.,<>=!~*]{1,40})?"
_INSTALLS = re.compile(
    r"""(?:['"`][^'"`]{0,30}?pip3?\ install\ (?P<quoted>[^'"`]{1,200})['"`]
    |pip3?\ install(?:\ --?[\w-]+)*\ ['"`]?(?P<plain>[^\s'"`]{1,200})
    |[Ii]nstall(?:ed|ing)?(?:\ with)?(?:\ the)?\ ['"`]?(?P<extra>[A-Za-z][\w.-]{1,60}\[[\w,-]{1,60}\]))""",
    re.VERBOSE,
)
"""How messages say what is to be installed: a command, in quotes or without, or a package with an extra."""
_PADDLE = re.compile(r"paddle|\(PreconditionNotMet\)|phi[/\\]backends")
_WORDED = (
    ("onnxruntime", re.compile(r"onnxruntime|CU(?:DA|DNN|BLAS) failure \d", re.IGNORECASE)),
    ("ctranslate2", re.compile(r"ctranslate2|(?:CUDA|cuDNN|cuBLAS) failed with (?:error|status)|parallel_for failed:")),
    ("torch", re.compile(r"\btorch\.\w*Error\b|cuDNN error: |CUDA error: CUBLAS_\w+ when calling|\bPyTorch\b")),
    ("llama_cpp", re.compile(r"\bggml|\bllama_|\bwhisper_(?:init|model|backend)")),
    ("tensorrt", re.compile(r"\[TRT(?:-LLM)?\]|createInferBuilder|\[TM\]")),
)
"""How the consumers, and some others, word what NVIDIA's libraries tell them."""
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


class Squeezed(NamedTuple):
    """Lines without white space, one after the other."""

    text: str
    starts: list[int]
    """Where each line begins in it."""
    indices: Sequence[int]
    """The index of each line in `Text.lines`."""
    pieces: frozenset[str]
    """Of a long text, for `literals`; none of one that is searched sooner than a pattern is taken apart."""

    def line(self, position: int) -> int:
        """Return the index of the line that holds `position`."""
        return self.indices[bisect.bisect_right(self.starts, position) - 1]


class Text(NamedTuple):
    """A text, ready to be searched."""

    squeezed: Squeezed
    """Without escapes and prefixes."""
    raw: str
    """Without white space alone."""
    lines: list[lines.Line]
    """As they are to be shown."""
    numbers: list[int]
    """The number of each line, from 1, before anything was cut."""
    cut: int
    """Characters that were left out."""


class Hit(NamedTuple):
    """A row in a text, on the lines from `first` to `last`."""

    row: Row
    first: int
    last: int
    values: dict[str, str]


def prepare(text: str, lines_left_out: int = 0) -> Text:
    """Return `text` without escapes, prefixes and white space, cut to what is looked at.

    :param lines_left_out: of the middle of a longer text, by whoever read it.
    """
    text = translations.english(text)
    head, tail, cut = _cut(text)
    before, after = head.removesuffix("\n").split("\n"), tail.split("\n") if cut else []
    cleaned = [lines.clean(line) for line in (*before, *after)]
    skipped = lines_left_out + text[len(head) : len(text) - len(tail)].count("\n")
    numbers = [*range(1, len(before) + 1), *range(len(before) + 1 + skipped, len(cleaned) + 1 + skipped)]
    raw = "".join("".join((line.prefix + line.text).split()) for line in cleaned)
    return Text(_squeezed([line.text for line in cleaned]), raw, cleaned, numbers, cut)


def _squeezed(texts: list[str], *, backwards: bool = False) -> Squeezed:
    order = range(len(texts))[:: -1 if backwards else 1]
    squeezed = ["".join(texts[index].split()) for index in order]
    text = "".join(squeezed)
    return Squeezed(
        text,
        [0, *itertools.accumulate(map(len, squeezed[:-1]))],
        order,
        literals.pieces(text) if len(text) >= LONG_CHARACTERS else frozenset(),
    )


def search(text: str, lines_left_out: int = 0) -> tuple[list[Finding], int]:
    """Return the known problems in `text`, root causes first, and how many characters were not looked at.

    :param lines_left_out: see `prepare`.
    """
    ready = prepare(text, lines_left_out)
    programs = _absent(ready)
    said = _heard([*_rows(ready), *(hit for hit in programs if not hit.row.shape)], ready)
    hits = _telling(said)
    named = {hit.first for hit in programs}  # told by its name, and not by Windows' number too
    shapes = [hit for hit in _shapes(ready) if hit.row.shape != "number" or hit.first not in named]
    shapes += [hit for hit in programs if hit.row.shape]
    hits += [hit for hit in _heard(shapes, ready) if not any(_is_same(hit, one) for one in said)]
    hits = [hit for hit in hits if not _is_followed(ready, hit) or not _is_told_after(hit, hits)]
    return sorted(_findings(hits, ready), key=lambda finding: finding.row.kind == "harmless"), ready.cut


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_plain(pattern))


@functools.cache
def _plain(pattern: str) -> str:
    return pattern.replace(" ", "")


def _cut(text: str) -> tuple[str, str, int]:
    """Return the beginning and the end of a long `text`, whole lines where there are any, and how much lies between."""
    if len(text) <= LIMIT_CHARACTERS:
        return text, "", 0
    head = text[: LIMIT_CHARACTERS // 4]
    tail = text[-(LIMIT_CHARACTERS - LIMIT_CHARACTERS // 4) :]
    head = head[: head.rfind("\n") + 1] or head
    tail = tail[tail.find("\n") + 1 :] or tail
    return head, tail, len(text) - len(head) - len(tail)


def _rows(text: Text) -> list[Hit]:
    """Return where rows stand in `text`; where a row is in none of its lines, it is looked for as logs may have torn it."""
    ways = _other_ways(text) if len(text.squeezed.text) <= OTHER_WAYS_CHARACTERS else []
    found: list[Hit] = []
    for row in ROWS:
        if row.pattern and not row.shape:
            torn = (_torn(row, way, text.raw) for way in ways if "(?!" not in row.pattern)
            found += list(_matches(row, text.squeezed, text.raw)) or next(filter(None, torn), [])
    return found


def _other_ways(text: Text) -> list[Squeezed]:
    """Return `text` without names, without what neighbouring lines begin with alike, and backwards, as far as that differs."""
    bare = [line.bare for line in text.lines]
    alike = [max(lines.shared(line, other) for other in both) for line, *both in zip(bare, ["", *bare], [*bare[1:], ""])]
    cut = [line[end:] for line, end in zip(bare, alike)]
    ways = {way.text: way for way in (_squeezed(bare, backwards=True), _squeezed(cut), _squeezed(bare))}
    return [way for said, way in reversed(ways.items()) if said != text.squeezed.text]


def _torn(row: Row, text: Squeezed, raw: str) -> list[Hit]:
    """Return the matches of `row` that no line has to itself: single lines were looked at already."""
    return [hit for hit in _matches(row, text, raw) if hit.first != hit.last]


def _matches(row: Row, text: Squeezed, raw: str) -> Iterator[Hit]:
    """Yield the matches of `row`, of as many sets of values as are told of."""
    if text.pieces and not literals.may_match(_plain(row.pattern), text.pieces):
        return
    if row.beside and not any(word in raw or word in text.text for word in row.beside):
        return
    seen: set[tuple[str, ...]] = set()
    for match in itertools.islice(_compiled(row.pattern).finditer(text.text), MOST_MATCHES):
        values = tuple(match.groupdict().values())
        if values in seen or len(seen) < FOLLOWING:
            seen.add(values)
            known = {name: _on_its_line(match.start(name), value, text) for name, value in match.groupdict().items() if value}
            first, last = sorted(map(text.line, (match.start(), max(match.start(), match.end() - 1))))
            yield Hit(row, first, last, known)


def _on_its_line(start: int, value: str, text: Squeezed) -> str:
    """Return `value`, which begins at `start`, without the beginning of the next line, unless a terminal tore it."""
    following = text.starts[bisect.bisect_right(text.starts, start) :][:1]
    end = following[0] - start if following else len(value)
    torn = end >= len(value) or value[end].islower() or value[end].isdigit()
    return value if torn else value[:end]


def _absent(text: Text) -> list[Hit]:
    """Return where a program was not found: of the row that tells of it, or of the shape's."""
    by_program = {program: row for row in ROWS for program in row.programs}
    shape = next(row for row in ROWS if row.shape == "program")
    found = absent.search(text.lines, frozenset((*by_program, *absent.KNOWN)))
    rows = [(index, program, by_program.get(program, shape)) for index, program in found]
    return [Hit(row, index, index, {"program": program} if row.shape else {}) for index, program, row in rows]


def _shapes(text: Text) -> list[Hit]:
    """Return what the shapes of messages tell, each of a row that is said of nothing else."""
    found: dict[tuple[str, ...], Hit] = {}
    for hit in _shaped(text):
        values = _by_name(hit, text)
        if "object" in values and "who" not in values and not _is_told_of(hit, values, text):
            continue  # the program's own
        if "commanded" in values and (not values["needs"] or _is_optional(hit, text)):
            continue  # a command that names no package, or what does without it
        if "keyed" in hit.values and not _is_model(values["type"], text):
            continue
        if not values.get("error", "-"):
            continue  # a number that is not known
        if "alone" in values and ">=" in values["needs"] and _NO_PACKAGE.search(values["needs"]):
            continue
        key = (hit.row.id, *([values["needs"]] if "needs" in values else sorted(hit.values.values())))
        if len(found) < 2 * FOLLOWING or key in found:
            before = found.get(key)
            found[key] = before._replace(values={**values, **before.values}) if before else hit._replace(values=values)
    spanned = any("span" in hit.values for hit in found.values())
    return [hit for hit in found.values() if hit.values or hit.row.shape != "python" or not spanned]


def _shaped(text: Text) -> Iterator[Hit]:
    by_shape = {row.shape: row for row in ROWS if row.shape}
    by_code = {code: row for row in ROWS for code in row.codes}
    for shape in PATTERNED:
        yield from _matches(by_shape[shape], text.squeezed, text.raw)
    for position, name in codes.once(codes.search(text.squeezed.text)):
        row, index = by_code.get(name, by_shape["status"]), text.squeezed.line(position)
        first = "yes" if "cuInit" in text.squeezed.text[max(0, position - 30) : position + 30] else ""
        yield Hit(row, index, index, {"code": name, "first": first} if row.shape else {})
    for index, values in endings.search(text.lines):
        yield Hit(by_shape["ended"], index, index, values)


def _by_name(hit: Hit, text: Text) -> dict[str, str]:
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
    speakers = [one for one in _speakers(text, hit.first) if one != "nvidia"] if hit.row.shape in PATTERNED else []
    if "call" in values:
        values["call"] = _last_word(values["call"], text.lines[hit.first].text)
    if hit.row.shape in ("module", "name", "call", "arguments"):
        asker = _asker(text, hit)
        values.update(asker)
        if asker.get("asks") or ("own" in asker and not {"object", "type_object"} & set(hit.values)):
            speakers = [asker["asks"]] if "asks" in asker else []
    if not speakers and hit.row.shape == "library" and _PADDLE.search(text.lines[hit.first].text):
        speakers = ["paddle"]
    if speakers:
        values["who"] = speakers[-1]
    elif hit.row.shape == "library" and _COMPILED.search(text.lines[hit.first].text):
        values["program"] = "yes"
    for group in hit.values:
        values.update(_TELLING.get(group, {}))
    if "alone" in values and "needs" in values and values["needs"] not in line:
        written = re.search(r" {0,3}".join(map(re.escape, values["needs"])), line)
        values["words"] = written[0] if written else values["needs"]  # several words, which have no blank between them here
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


def _asker(text: Text, hit: Hit) -> dict[str, str]:
    """Return whose file is the last one of the traceback above `hit`: ``asks``, a package, or ``own``, the program's.

    ``code`` is the line of that file, where it is shown; ``node`` ComfyUI's custom node that the file is of; ``portable``
    whether the Python of ComfyUI's portable package runs it.
    """
    found: dict[str, str] = {}
    for index in _traceback(text, hit.first):
        line = text.lines[index].text
        match = _PLACE.search(line)
        if not match or _PYTHONS.search(line) or (hit.row.shape in ("call", "arguments") and _PASSES_ON.search(line)):
            continue
        package, path = _FRAME.search(line), match["path"] or match["short"] or match["old"] or "the notebook"
        code = text.lines[index + 1].text if index + 1 < len(text.lines) else ""
        found = {"asks": package[1].partition(".")[0]} if package else {"own": re.split(r"[/\\]", path)[-1], "path": path}
        found["code"] = "" if _PLACE.search(code) else code
        node = _NODE.search(line)
        if node and not package:
            found["node"] = node["node"]
        tool = _TOOL.search(line)
        if tool:
            found["tool"], found["manager"] = tool["tool"], "uv" if tool["uv"] else "pipx"
    if "python_embeded" in text.raw:
        found["portable"] = "yes"
    return found


def _error(number: str, line: str) -> str:
    """Return which of `system.ERRORS` is meant, in digits; "" for another one."""
    value = int(number, 16) if re.search(rf"0x8007{number}", line, re.IGNORECASE) else int(number) if number.isdigit() else -1
    posix = re.search(rf"os error {number}\)", line) and value < 126  # Linux' numbers stand there too
    return str(value) if value in system.ERRORS and not posix else ""


def _is_optional(hit: Hit, text: Text) -> bool:
    """Tell whether a package that is said to be missing but makes something better; an exception is never about that.

    The command stands in the same line, an exception's in one of the next.
    """
    raised = {"commanded_1", "commanded_3"} & set(hit.values)
    far = hit.last - hit.first > (3 if raised else 0)
    return far or (not raised and bool(_OPTIONAL.search(text.lines[hit.first].text)))


def _is_told_of(hit: Hit, values: dict[str, str], text: Text) -> bool:
    """Tell whether what a class lacks is worth a word: a package's class, or what a service has noted as an error."""
    name, line = values["object"], text.lines[hit.first]
    known = modules.asked(name, values["name"], of_class=True) or len(since.packages(name)) == 1
    return bool(known or _LOGGED.search(line.prefix + line.text))


def _is_model(name: str, text: Text) -> bool:
    """Tell whether a key that is missing is a kind of model that transformers knows by now."""
    unlikely = bool(re.search(r"[a-z][\d_-]", name)) or "configuration_auto" in text.raw or "transformers" in text.raw
    return unlikely and bool(since.having("model", name))


def _heard(hits: list[Hit], text: Text) -> list[Hit]:
    """Return `hits` less what is written about errors, what was caught, and what another program said."""
    quiet = [hit for hit in hits if hit.row.kind == "harmless"]
    return [
        hit
        for hit in hits
        if not _is_prose(text, hit)
        and not _is_caught(text, hit)
        and (hit in quiet or not any(one.first <= hit.first and hit.last <= one.last for one in quiet))
        and _is_speaker(hit.row, _speakers(text, hit.first))
    ]


def _is_same(shape: Hit, row: Hit) -> bool:
    """Tell whether what a shape tells was said by a row: of the same lines, or by the same row."""
    return shape.row is row.row or (row.first <= shape.last and shape.first <= row.last)


def _telling(hits: list[Hit]) -> list[Hit]:
    """Return the first of `hits` for each row and its values, less those without values where others have some."""
    more = {hit.row.id for hit in hits if hit.values}
    first = {(hit.row.id, *hit.values.items()): hit for hit in reversed(hits) if hit.values or hit.row.id not in more}
    return list(reversed(first.values()))


def _is_prose(text: Text, hit: Hit) -> bool:
    """Tell whether the line is written about the message: ``If you see `Bus error`, …``."""
    line = text.lines[hit.first].text
    squeezed = "".join(line.split())
    match = _compiled(hit.row.pattern).search(squeezed) if hit.row.pattern else None
    told = (squeezed.find("".join(value.split())) for value in hit.values.values())
    before = match.start() if match else max(next(told, 0), 0)
    position = _places(line)[before - 1] + 1 if before else 0
    return bool(_PROSE.search(line[:position].rstrip(" `\"'")))


def _is_caught(text: Text, hit: Hit) -> bool:
    """Tell whether a missing module or library was but noted, as by a warning."""
    if hit.row.shape not in ("module", "library"):
        return False
    line = text.lines[hit.first]
    above = text.lines[max(0, hit.first - LOGGED_LINES) : hit.first + 1]
    logged = next((one for one in reversed(above) if _LEVEL.search(one.prefix)), None)
    if logged and _QUIET.search(logged.prefix) and (logged is line or _NOTED.search(logged.text)):
        return hit.row.shape == "module" or logged is not line or bool(_NOTED.search(line.text))
    loud = _LOUD.search(line.text)
    return not _RAISED.match(line.bare) and not loud and bool(_CAUGHT.search(line.text)) and "for custom nodes" not in line.text


def _is_followed(text: Text, hit: Hit) -> bool:
    """Tell whether a missing module or library is an exception that another one followed."""
    if hit.row.shape not in ("module", "library") or not _RAISED.match(text.lines[hit.first].bare):
        return False
    after = (one.text for one in text.lines[hit.last + 1 : hit.last + 4])
    return any(one.startswith("During handling of the above exception") for one in after)


def _is_told_after(hit: Hit, hits: list[Hit]) -> bool:
    """Tell whether something below `hit` is known: otherwise what came of it was cut off, or is not known, and `hit` is told."""
    return any(one.first > hit.last and one.row.kind != "harmless" and one.row.shape != "ended" for one in hits)


def _is_traced(text: Text, hit: Hit) -> bool:
    """Tell whether a traceback stands above `hit`, whose last file tells who asked."""
    above = text.lines[max(0, hit.first - TRACEBACK_LINES) : hit.first + 1]
    return any(_TRACED.search(line.text) for line in above)


def _traceback(text: Text, index: int) -> range:
    """Return the indices of the lines of the traceback that ends in the line `index`."""
    first = max(0, index - TRACEBACK_LINES)
    starts = [i for i in range(first, index + 1) if text.lines[i].text.startswith("Traceback (most recent call last)")]
    return range(starts[-1] if starts else max(first, index + 1 - PASTED_LINES), index + 1)


def _speakers(text: Text, index: int) -> list[str]:
    """Return the packages whose files stand in the traceback that ends in the line `index`, the outermost first."""
    found: list[str] = []
    for above in _traceback(text, index):
        found += _FRAME.findall(text.lines[above].text)
    said = _QUALIFIED.findall(text.lines[index].text)
    found += [one for one in said if one in modules.DISTRIBUTIONS or one in modules.SPEAKERS]
    return [one.partition(".")[0] for one in found]


def _speaker(text: Text, hit: Hit) -> str:
    """Return the package whose message `hit` is: by its wording, or the last file of its traceback; "" where neither tells."""
    said = "\n".join(line.text for line in text.lines[hit.first : hit.last + 1])
    worded = next((name for name, words in _WORDED if words.search(said)), "")
    last = _speakers(text, hit.first)[-1:]
    return worded or next((modules.SPEAKERS.get(name, name if name in CONSUMERS else "") for name in last), "")


def _is_speaker(row: Row, speakers: list[str]) -> bool:
    return not row.speaker or not speakers or bool(set(row.speaker) & set(speakers))


def _findings(hits: list[Hit], text: Text) -> list[Finding]:
    """Return the root causes among `hits`; what follows from one, and how a process ended, is told with it."""
    present = {hit.row.id for hit in hits}
    roots = [hit for hit in hits if not present & set(hit.row.follows)]
    ended = [hit for hit in roots if hit.row.shape == "ended"]
    explained = any(hit not in ended and hit.row.kind != "harmless" for hit in roots)
    roots = [hit for hit in roots if hit not in ended[0 if explained else 1 :]]
    also: dict[int, set[int]] = {index: set() for index in range(len(roots))}
    for hit in hits if roots else ():
        if hit not in roots:
            also[_root(hit, roots)].add(hit.first)
    return [_finding(hit, text, sorted(also[index])) for index, hit in enumerate(roots)]


def _root(hit: Hit, roots: list[Hit]) -> int:
    """Return the index of the one of `roots` with which `hit` is told."""
    causes = [index for index, root in enumerate(roots) if root.row.id in hit.row.follows]
    if hit.row.shape == "ended":
        causes += [index for index, root in enumerate(roots) if root.row.kind != "harmless"]
    return causes[0] if causes else 0


def _last_word(call: str, line: str) -> str:
    """Return the name of a function without the words of `line` that stand before it, which have no blank between them here."""
    written = re.search(r" {0,3}".join(map(re.escape, call)), line)
    return written[0].rpartition(" ")[2] if written else call


def _as_written(name: str, value: str, said: list[str]) -> str:
    """Return the path `value` with the blanks that it has in one of the lines `said`; whatever is no path as it is."""
    if name not in PATHS and not re.search(r"[/\\]", value):
        return value
    squeezed = "".join(value.split())
    for line in said:
        start = "".join(line.split()).find(squeezed)
        if squeezed and start >= 0:
            places = _places(line)
            return line[places[start] : places[start + len(squeezed) - 1] + 1]
    return value


def _places(line: str) -> list[int]:
    """Return where in `line` its characters stand that are no white space."""
    return [place for place, char in enumerate(line) if not char.isspace()]


def _finding(hit: Hit, text: Text, also: list[int]) -> Finding:
    said = [line.text for line in text.lines[hit.first : hit.last + 1]]
    return Finding(
        row=hit.row,
        said=said[0],
        line=text.numbers[hit.first],
        values={name: _as_written(name, value, said) for name, value in hit.values.items()},
        also=tuple(f"line {text.numbers[i]}: {text.lines[i].text}" for i in also if i != hit.first)[:FOLLOWING],
        speaker=_speaker(text, hit),
        traced=_is_traced(text, hit),
        packed=bool(_PACKED.search(text.raw)),
    )
