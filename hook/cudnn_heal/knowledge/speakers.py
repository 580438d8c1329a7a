"""Who says a message, and who asks for what it misses: by its wording, and by the files of its traceback."""

# ruff: noqa: E501  (patterns)
from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cudnn_heal.catalog import CONSUMERS
from cudnn_heal.knowledge import modules

if TYPE_CHECKING:
    from cudnn_heal.knowledge.model import Row
    from cudnn_heal.knowledge.texts import Hit, Text

TRACEBACK_LINES = 120
"""How far above a message its traceback may begin."""
PASTED_LINES = 10
"""How far above a message its traceback is looked for, and its frames where they were pasted without the beginning."""
_FRAME = re.compile(r"(?:site|dist)-packages[/\\]([\w.-]+?)(?:[/\\]|\.py\b)")
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
_RUNNER = re.compile(
    r"(?:^|[>$#] ?)\"?(?P<path>(?:[A-Za-z]:[\\/]|/)[^\"<>|*?]{1,200}?[\\/]python(?:3(?:\.\d{1,2})?)?(?:\.exe)?)\"? +(?:-\w+ +)*[\w./\\-]{1,200}\.pyw?\b"
)
"""A command that starts a program with a Python of its own."""
RUNNER_LINES = 60
"""How far above a message that command is looked for."""
NODE = re.compile(r"custom_nodes[/\\](?P<node>[\w. @+-]{2,80}?)[/\\]")
_TOOL = re.compile(r"[/\\](?:(?P<uv>uv[/\\](?:data[/\\])?tools)|pipx[/\\]venvs)[/\\](?P<tool>[\w.-]{1,60})[/\\]")
"""The environment of a program that `uv tool`, or pipx, installed."""
_QUALIFIED = re.compile(r"(?:^|[\s(])([A-Za-z_]\w{1,40})\.(?:\w{1,40}\.){0,6}[A-Z]\w{2,60}: ")
"""An exception with its module before it, which tells whose it is: ``av.error.InvalidDataError: …``."""
COMPILED = re.compile(
    r"error while loading shared libraries|load_backend: |link_cuda_dso|ggml_cuda_link|llamafile|panicked at|DllNotFoundException|cannot proceed because|(?:lib)?ggml-\w|\bllama-\w|\bwhisper-(?:cli|server)|\bollama\b|\.exe\b|\.node\b|System\.\w{3,40}Exception"
)
"""What a compiled program, or its loader, says beside the name of a library: an environment's wheels are none of its business."""
PACKED = re.compile(r"\[PYI-\d{1,8}:ERROR\]|pyimod\d\d_importers|PyInstaller[\\/]loader[\\/]|[\\/]_MEI\d|[\\/]_xxl_data[\\/]")
"""What a program says that PyInstaller packed."""
PADDLE = re.compile(r"paddle|\(PreconditionNotMet\)|phi[/\\]backends")
_WORDED = (
    ("onnxruntime", re.compile(r"onnxruntime|CU(?:DA|DNN|BLAS) failure \d", re.IGNORECASE)),
    ("ctranslate2", re.compile(r"ctranslate2|(?:CUDA|cuDNN|cuBLAS) failed with (?:error|status)|parallel_for failed:")),
    ("torch", re.compile(r"\btorch\.\w*Error\b|cuDNN error: |CUDA error: CUBLAS_\w+ when calling|\bPyTorch\b")),
    ("llama_cpp", re.compile(r"\bggml|\bllama_|\bwhisper_(?:init|model|backend)")),
    ("tensorrt", re.compile(r"\[TRT(?:-LLM)?\]|createInferBuilder|\[TM\]")),
)
"""How the consumers, and some others, word what NVIDIA's libraries tell them."""


def asker(text: Text, hit: Hit) -> dict[str, str]:
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
        node = NODE.search(line)
        if node and not package:
            found["node"] = node["node"]
        tool = _TOOL.search(line)
        if tool:
            found["tool"], found["manager"] = tool["tool"], "uv" if tool["uv"] else "pipx"
    if "python_embeded" in text.raw:
        found["portable"] = "yes"
    return found


def runner(text: Text, hit: Hit) -> str:
    """Return the path of the Python with which a command above `hit` started the program, "" where there is none."""
    above = text.lines[max(0, hit.first - RUNNER_LINES) : hit.first]
    found = [match["path"] for line in above for match in [_RUNNER.search(line.text)] if match]
    return found[-1] if found else ""


def is_traced(text: Text, hit: Hit) -> bool:
    """Tell whether a traceback stands above `hit`, whose last file tells who asked."""
    above = text.lines[max(0, hit.first - TRACEBACK_LINES) : hit.first + 1]
    return any(_TRACED.search(line.text) for line in above)


def _traceback(text: Text, index: int) -> range:
    """Return the indices of the lines of the traceback that ends in the line `index`."""
    first = max(0, index - TRACEBACK_LINES)
    starts = [i for i in range(first, index + 1) if text.lines[i].text.startswith("Traceback (most recent call last)")]
    return range(starts[-1] if starts else max(first, index + 1 - PASTED_LINES), index + 1)


def packages(text: Text, index: int) -> list[str]:
    """Return the packages whose files stand in the traceback that ends in the line `index`, the outermost first."""
    found: list[str] = []
    for above in _traceback(text, index):
        found += _FRAME.findall(text.lines[above].text)
    said = _QUALIFIED.findall(text.lines[index].text)
    found += [one for one in said if one in modules.DISTRIBUTIONS or one in modules.SPEAKERS]
    return [one.partition(".")[0] for one in found]


def speaker(text: Text, hit: Hit) -> str:
    """Return the package whose message `hit` is: by its wording, or the last file of its traceback; "" where neither tells."""
    said = "\n".join(line.text for line in text.lines[hit.first : hit.last + 1])
    worded = next((name for name, words in _WORDED if words.search(said)), "")
    last = packages(text, hit.first)[-1:]
    return worded or next((modules.SPEAKERS.get(name, name if name in CONSUMERS else "") for name in last), "")


def is_speaker(row: Row, speakers: list[str]) -> bool:
    return not row.speaker or not speakers or bool(set(row.speaker) & set(speakers))
