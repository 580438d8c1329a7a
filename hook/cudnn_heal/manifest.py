"""The manifest: what was done in a package's folder, to what, from what and when.  Evidence, never authority.

It is a JSON object in ``.cudnn-heal/manifest.json``; `encode` and `parse` are a symmetric pair.  Keys that are not known are
ignored, and anything that cannot be read is no manifest: it is made anew.
"""

from __future__ import annotations

import json

from cudnn_heal.tuples import NamedTuple

SCHEMA = 1
HISTORY_LENGTH = 20
"""How many entries of each kind are kept, the newest."""


class Link(NamedTuple):
    """A link that was made: enough to know it again where a copying tool has turned it into a file."""

    target: str
    size: int
    """Bytes of the target when the link was made."""
    sha256: str
    """Of the target, as its wheel's RECORD had it then; "" where that had none."""


class Stub(NamedTuple):
    """A stub that we backed up."""

    name: str
    sha256: str
    """Of its bytes, read when it was backed up."""
    text: str
    """Where the installer laid it down as a symlink (uv's symlink mode), that link's text, else ""."""


class Heal(NamedTuple):
    """One entry of the history."""

    time: str
    """UTC, ISO 8601."""
    healer: str
    """The version of cudnn-heal."""
    cause: str
    """The change that made it necessary, such as ``ctranslate2 4.6.1 -> 4.6.2``."""


class Manifest(NamedTuple):
    """What stands in the file."""

    found: dict[str, str]
    """Distributions and their versions, as found at the last heal."""
    links: dict[str, Link]
    """By the link's name in the folder."""
    history: tuple[Heal, ...]
    """The newest last."""
    error: str
    """Why the last attempt failed; "" when it did not."""
    stubs: tuple[Stub, ...] = ()
    """All that we backed up, the newest last: a backup with the bytes of one is ours."""
    shims: tuple[str, ...] = ()
    """The hashes of all that we copied into a stub's place, the newest last: whatever of it stands there is ours."""


EMPTY = Manifest({}, {}, (), "")


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
    return json.dumps(content, indent=1).encode() + b"\n"


def parse(data: bytes) -> Manifest:
    """Return what `encode` wrote as `data`, or `EMPTY` where it is damaged or of another schema."""
    if not data:
        return EMPTY
    try:
        content = json.loads(data)
        if content["schema"] != SCHEMA:
            return EMPTY
        return Manifest(
            found={str(key): str(value) for key, value in content["found"].items()},
            links={
                str(name): Link(str(link["target"]), int(link["size"]), str(link["sha256"]))
                for name, link in content["links"].items()
            },
            history=tuple(Heal(str(heal["time"]), str(heal["healer"]), str(heal["cause"])) for heal in content["history"])[
                -HISTORY_LENGTH:
            ],
            error=str(content["error"]),
            # 0.1.0 kept one, as "stub".
            stubs=tuple(
                Stub(str(stub["name"]), str(stub["sha256"]), str(stub.get("text", "")))
                for stub in content.get("stubs", [content.get("stub")])
                if stub
            )[-HISTORY_LENGTH:],
            shims=tuple(str(sha256) for sha256 in content.get("shims", ()))[-HISTORY_LENGTH:],
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        return EMPTY


def backed_up(manifest: Manifest, name: str, sha256: str) -> Stub | None:
    """Return what is known of the stub `name` with the hash `sha256`, None where it was never backed up."""
    return next((stub for stub in reversed(manifest.stubs) if (stub.name, stub.sha256) == (name, sha256)), None)


def joined(one: Manifest, other: Manifest) -> Manifest:
    """Return `one`, that knows as ours also what `other` does: another interpreter may have written it meanwhile."""
    return one._replace(
        stubs=(*(stub for stub in other.stubs if stub not in one.stubs), *one.stubs),
        shims=(*(sha256 for sha256 in other.shims if sha256 not in one.shims), *one.shims),
    )
