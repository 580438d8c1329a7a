"""Finds the known problems in a text, however it was pasted.

Rows are looked for in the text without any white space.  Every pattern has bounded repeats only, so that the time is linear in
the text, and the text itself is cut at `texts.LIMIT_CHARACTERS`.  What a row says of a line is said instead of what its shape
tells.
"""

# ruff: noqa: E501  (patterns)
from __future__ import annotations

import bisect
import functools
import itertools
import re
from typing import TYPE_CHECKING

from cudnn_heal.knowledge import absent, codes, endings, groups, literals, modules, since, speakers, texts
from cudnn_heal.knowledge.model import Finding, Row
from cudnn_heal.knowledge.rows import ROWS
from cudnn_heal.knowledge.texts import Hit, Squeezed, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_MATCHES = 200
"""Of one row."""
FOLLOWING = 8
"""How many lines that follow are told of."""
LOGGED_LINES = 40
"""How far above a message the line of a log is looked for that noted it."""
_PROSE = re.compile(
    r"\b(?:if|when|whenever|in case|should) (?:you|users?|your|this|it)\b.{0,80}$"
    r"|\b(?:to (?:avoid|fix|prevent|resolve|handle|solve)|avoids?|prevents?|how to|troubleshoot\w*)\b[^.:]{0,60}$"
    r"|^[-*+•] [^:`]{0,120}\b(?:failing|failed|fails|crash\w*|fix\w*|breaking|broke)\b[^:`]{0,60}\b(?:with|on|in|when)\b[^:`]{0,40}`",
    re.IGNORECASE,
)
"""Before what is quoted in a text about errors, as in a list of changes."""
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
_LEVEL = re.compile(r"\b(?:TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|CRITICAL|FATAL)\b", re.IGNORECASE)
_NOTED = re.compile(r"\b(?:[Ff]ailed|[Cc]ould not|[Cc]ouldn't|[Cc]an ?not|[Uu]nable|not available|[Ss]kipping)\b")
_QUIET = re.compile(r"\b(?:TRACE|DEBUG|INFO|WARN(?:ING)?)\b|\b(?:debug|info|warn(?:ing)?)\b")
_NO_PACKAGE = re.compile(
    r"driver|gpu>|docker|compose|ffmpeg|cmake|kernel|system|browser|chrome|compiler|ubuntu|debian|toolkit|firmware|java|gradle|xcode|"
    r"android|^i?os>|macos|windows|wsl|podman|git>|app>|program|^node|^npm|^pip>|jetpack|rocm|conda>|version>|software|it>|sdk",
    re.IGNORECASE,
)
"""What is upgraded as well, and is no package of Python's."""
_BY_SHAPE = {row.shape: row for row in ROWS if row.shape}
_BY_CODE = {code: row for row in ROWS for code in row.codes}
_BY_PROGRAM = {program: row for row in ROWS for program in row.programs}
_PROGRAMS = frozenset((*_BY_PROGRAM, *absent.KNOWN))


def search(text: str, lines_left_out: int = 0) -> tuple[list[Finding], int]:
    """Return the known problems in `text`, root causes first, and how many characters were not looked at.

    :param lines_left_out: see `prepare`.
    """
    ready = texts.prepare(text, lines_left_out)
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


def _rows(text: Text) -> list[Hit]:
    """Return where rows stand in `text`; where a row is in none of its lines, it is looked for as logs may have torn it."""
    ways = texts.other_ways(text) if len(text.squeezed.text) <= texts.OTHER_WAYS_CHARACTERS else []
    found: list[Hit] = []
    for row in ROWS:
        if row.pattern and not row.shape:
            torn = (_torn(row, way, text.raw) for way in ways if "(?!" not in row.pattern)
            found += list(_matches(row, text.squeezed, text.raw)) or next(filter(None, torn), [])
    return found


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
    found = absent.search(text.lines, _PROGRAMS)
    rows = [(index, program, _BY_PROGRAM.get(program, _BY_SHAPE["program"])) for index, program in found]
    return [Hit(row, index, index, {"program": program} if row.shape else {}) for index, program, row in rows]


def _shapes(text: Text) -> list[Hit]:
    """Return what the shapes of messages tell, each of a row that is said of nothing else."""
    found: dict[tuple[str, ...], Hit] = {}
    for hit in _shaped(text):
        values = groups.by_name(hit, text)
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
    for shape in groups.PATTERNED:
        yield from _matches(_BY_SHAPE[shape], text.squeezed, text.raw)
    for position, name in codes.once(codes.search(text.squeezed.text)):
        row, index = _BY_CODE.get(name, _BY_SHAPE["status"]), text.squeezed.line(position)
        first = "yes" if "cuInit" in text.squeezed.text[max(0, position - 30) : position + 30] else ""
        yield Hit(row, index, index, {"code": name, "first": first} if row.shape else {})
    for index, values in endings.search(text.lines):
        yield Hit(_BY_SHAPE["ended"], index, index, values)


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
        and speakers.is_speaker(hit.row, speakers.packages(text, hit.first))
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
    position = texts.places(line)[before - 1] + 1 if before else 0
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


def _finding(hit: Hit, text: Text, also: list[int]) -> Finding:
    said = [line.text for line in text.lines[hit.first : hit.last + 1]]
    return Finding(
        row=hit.row,
        said=said[0],
        line=text.numbers[hit.first],
        values={name: groups.as_written(name, value, said) for name, value in hit.values.items()},
        also=tuple(f"line {text.numbers[i]}: {text.lines[i].text}" for i in also if i != hit.first)[:FOLLOWING],
        speaker=speakers.speaker(text, hit),
        traced=speakers.is_traced(text, hit),
        packed=bool(speakers.PACKED.search(text.raw)),
    )
