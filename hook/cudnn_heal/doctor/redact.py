"""What nobody wants to publish, taken out of a report: home folders, names of users and hosts, tokens."""

from __future__ import annotations

import getpass
import os
import re
import socket

HIDDEN = "[hidden]"
SHORTEST = 3
"""Shorter names would be found in half of all words."""
COMMON = frozenset({"root", "user", "localhost", "ubuntu", "debian", "python", "torch", "cuda", "whisper", "docker", "nvidia"})
"""Names that tell nothing of anybody, and stand in reports for other reasons."""

_SECRET_NAME = re.compile(r"TOKEN|SECRET|PASSW|CREDENTIAL|API_?KEY|AUTH|COOKIE|PRIVATE", re.IGNORECASE)
_PATTERNS = (
    (re.compile(r"\b(hf|ghp|gho|ghs|ghu|github_pat|glpat|pypi|sk|xox[abpr])[-_][A-Za-z0-9_-]{10,}"), HIDDEN),
    (re.compile(r"\bAKIA[0-9A-Z]{12,}"), HIDDEN),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"), HIDDEN),  # a JSON Web Token
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^\s/@'\"]+@", re.IGNORECASE), rf"\1{HIDDEN}@"),
    (
        re.compile(r"([?&;](?:[\w.-]*(?:token|key|secret|sig|signature|password|auth)[\w.-]*)=)[^&;\s'\"]+", re.IGNORECASE),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"\b((?:Bearer|Basic)\s+)[\w.~+/=-]{8,}", re.IGNORECASE), rf"\1{HIDDEN}"),
    (
        re.compile(
            r"(\b[\w-]*(?:token|secret|passw(?:or)?d|api_?key)[\w-]*[\"']?\s*[=:]\s*[\"']?)(?!\[hidden\])[^\s\"',;]{4,}", re.I
        ),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"\b[\w.+-]+@[\w-]+(\.[\w-]+)+\b"), HIDDEN),  # an address of somebody's
    (re.compile(r"(?<![\w.-])/(home|Users|mnt/c/Users|var/home)/[^/\s:'\"]+"), "~"),
    (re.compile(r"(?<![\w.-])/root(?=[/\s:'\",;)]|$)", re.MULTILINE), "~"),
)


def redacted(text: str) -> str:
    """Return `text` without what tells who somebody is, or lets others act as them."""
    for value in _secrets():
        text = text.replace(value, HIDDEN)
    homes = {os.path.expanduser("~"), os.environ.get("HOME", "")}
    for home in sorted(homes, key=len, reverse=True):
        if home.count("/") > 1 or home == "/root":
            text = re.sub(rf"{re.escape(home.rstrip('/'))}(?![\w-])", "~", text)
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    for name, instead in ((_user(), "USER"), *((host, "HOST") for host in _hosts())):
        if len(name) >= SHORTEST and name.lower() not in COMMON:
            text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", instead, text)
    return text


def is_secret(name: str) -> bool:
    """Tell whether the value of the variable `name` is nobody else's business."""
    return bool(_SECRET_NAME.search(name))


def _secrets() -> list[str]:
    """Return the values of variables that are secret, which may stand in any program's output too; the longest first."""
    found = {value for name, value in os.environ.items() if is_secret(name) and len(value) >= 8 and "/" not in value[:1]}
    return sorted(found, key=len, reverse=True)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def _hosts() -> list[str]:
    name = socket.gethostname()
    return [name, name.partition(".")[0]]
