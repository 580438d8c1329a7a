"""The manifest: what was done in a package's folder, to what, from what and when.  Evidence, never authority.

It is a JSON object in ``.cudnn-heal/manifest.json``; `encode` and `parse` are a symmetric pair.  Keys that are not known are
ignored, and anything that cannot be read is no manifest: it is made anew.
"""

from __future__ import annotations

import _json

from cudnn_heal.failures import failed
from cudnn_heal.model import NO_MANIFEST, Heal, KeptStub, MadeLink, Manifest
from cudnn_heal.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

SCHEMA = 1
HISTORY_LENGTH = 20
"""How many entries of each kind are kept, the newest."""


def encode(manifest: Manifest) -> bytes:
    """Return the file's bytes for `manifest`, with only the newest entries of what it remembers."""
    content = {
        "schema": SCHEMA,
        "found": manifest.found,
        "stubs": [stub._asdict() for stub in manifest.stubs[-HISTORY_LENGTH:]],
        "shims": manifest.shims[-HISTORY_LENGTH:],
        "links": {name: link._asdict() for name, link in sorted(manifest.links.items())},
        "history": [heal._asdict() for heal in manifest.history[-HISTORY_LENGTH:]],
        "error": manifest.error,
    }
    return _dumped(content, "\n").encode() + b"\n"


def parse(data: bytes) -> Manifest:
    """Return what `encode` wrote as `data`, or `EMPTY` where it is damaged or of another schema."""
    if not data:
        return NO_MANIFEST
    try:
        content = _loaded(data)
        if content["schema"] != SCHEMA:
            return NO_MANIFEST
        return Manifest(
            found={str(key): str(value) for key, value in content["found"].items()},
            links={
                str(name): MadeLink(str(link["target"]), int(link["size"]), str(link["sha256"]))
                for name, link in content["links"].items()
            },
            history=tuple(Heal(str(heal["time"]), str(heal["healer"]), str(heal["cause"])) for heal in content["history"])[
                -HISTORY_LENGTH:
            ],
            error=str(content["error"]),
            # 0.1.0 kept one, as "stub".
            stubs=tuple(
                KeptStub(str(stub["name"]), str(stub["sha256"]), str(stub.get("text", "")))
                for stub in content.get("stubs", [content.get("stub")])
                if stub
            )[-HISTORY_LENGTH:],
            shims=tuple(str(sha256) for sha256 in content.get("shims", ()))[-HISTORY_LENGTH:],
        )
    except failed(ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        return NO_MANIFEST


def _dumped(value: Any, line: str) -> str:
    """Return `value` as ``json.dumps(value, indent=1)`` does; json itself imports re, 31 M instructions of a start's 65 M.

    :param line: what begins a line on the level of `value`.
    """
    inner = line + " "
    if isinstance(value, dict):
        rows = [f"{_json.encode_basestring_ascii(key)}: {_dumped(one, inner)}" for key, one in value.items()]
        return "{" + inner + ("," + inner).join(rows) + line + "}" if rows else "{}"
    if isinstance(value, (list, tuple)):
        rows = [_dumped(one, inner) for one in value]
        return "[" + inner + ("," + inner).join(rows) + line + "]" if rows else "[]"
    return str(value) if isinstance(value, int) else _json.encode_basestring_ascii(value)


class _Reading:
    """What the scanner asks for: as ``json.loads`` has it."""

    strict = True
    object_hook = object_pairs_hook = array_hook = None
    parse_float = parse_int = parse_constant = int


def _loaded(data: bytes) -> Any:
    """Return what the JSON text `data` stands for.

    :raises ValueError: it is no JSON, or has more than integers, text, lists and objects.
    """
    text = data.decode()
    try:
        value, end = _json.make_scanner(_Reading)(text, 0)  # type: ignore[arg-type]
    except StopIteration:
        raise ValueError("no JSON") from None
    if text[end:].strip():
        raise ValueError("more than one value")
    return value


def joined(one: Manifest, other: Manifest) -> Manifest:
    """Return `one`, that knows as ours also what `other` does: another interpreter may have written it meanwhile."""
    return one._replace(
        stubs=(*(stub for stub in other.stubs if stub not in one.stubs), *one.stubs),
        shims=(*(sha256 for sha256 in other.shims if sha256 not in one.shims), *one.shims),
    )
