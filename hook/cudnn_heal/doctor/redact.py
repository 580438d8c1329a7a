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

_SECRET_NAME = re.compile(
    r"TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|AUTH|COOKIE|PRIVATE|APIKEY|(?:^|_)(?:KEYS?|PAT|PWD|DSN|PASS|CREDS?)(?:_|$)|(?<=[a-z])Key\b",
    re.IGNORECASE,
)
_FOLDERS = frozenset({"PWD", "OLDPWD"})
_NAMED = r"(?:token|secret|passw(?:or)?d|passphrase|(?:api|access|license|private)[_-]?key|credentials?|(?<![a-z])pat(?![a-z]))"
_QUOTED = r"(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s\"',;]+)"
# How services begin their tokens: from gitleaks' rules (https://github.com/gitleaks/gitleaks); Docker's, NVIDIA's, Groq's and
# Replicate's added.
_TOKENS = (
    *("gh[oprsu]_", "github_pat_", "gl(?:agent|cbt|dt|ffct|ft|imt|oas|pat|ptt|rt|soat)-", "GR1348941", "ATATT3", "ATCTT3"),
    *("hf_", "api_org_", "npm_", "pypi-", "rubygems_", "dckr_(?:pat|oat)_", "nvapi-", "r8_", "gsk_", "pplx-", "jina_"),
    *("sk-", "sk_(?:live|test|prod)_", "[pr]k_(?:live|test|prod)_", "whsec_", r"SG\.", "SK(?=[0-9a-f]{32})"),
    *("key-(?=[0-9a-f]{32})", "AIza", "GOCSPX-", r"ya29\.", "do[opr]_v1_", "EAA(?=[A-Za-z0-9]{90})", "LTAI", "AKCp", "cmVmd"),
    *(r"xox[a-z](?:\.xox[a-z])?-", "xapp-", "xwfp-", r"hv[bs]\.", "glc_", "glsa_", "eyJrIjoi", "lin_api_", "figd_", "PMAK-"),
    *("NRAK-", "shp(?:at|ca|pa|ss)_", "sntry[su]_", "dapi(?=[0-9a-f]{32})", "pul-", r"dp\.(?:ct|pt|scim|st)\.", "sbp_"),
    *("A3T[A-Z0-9]", "A(?:KIA|SIA|BIA|CCA|GPA|IDA|ROA|IPA|NPA|NVA)", "AGE-SECRET-KEY-1", "ops_eyJ", "ntn_", "rdme_", "p8e-"),
)
_USER = r"[^/\\\s:'\"]+(?: [^/\\\s:'\"]+){0,2}(?=[/\\])|[^/\\\s:'\"]+"
"""One word, or up to three where a path goes on after them."""
_PATTERNS = (
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY.*?(?:-----END [A-Z ]*PRIVATE KEY[A-Z ]*-----|\Z)", re.DOTALL), HIDDEN),
    (re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(_TOKENS)})[A-Za-z0-9_.=+/-]{{10,}}"), HIDDEN),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"), HIDDEN),  # a JSON Web Token
    # A password may hold what would end it, but a port is none.
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^\s/@:'\"]*:(?!\d{1,5}(?:/|$))[^\s'\"]*@", re.IGNORECASE), rf"\1{HIDDEN}@"),
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^\s/@'\"]+@", re.IGNORECASE), rf"\1{HIDDEN}@"),
    (
        re.compile(
            r"([?&;](?:[\w.-]*(?:token|key|secret|sig|signature|password|auth)[\w.-]*|code|sas|pw|pwd|pass)=)[^&;\s'\"]+",
            re.IGNORECASE,
        ),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"\b((?:Bearer|Basic|Token)\s+)[\w.~+/=-]{8,}", re.IGNORECASE), rf"\1{HIDDEN}"),
    (re.compile(rf"((?<!\w)--?(?:[\w-]*[-_])?{_NAMED}[ =]\s*){_QUOTED}", re.IGNORECASE), rf"\1{HIDDEN}"),
    (re.compile(rf"(\bcurl\b[^\n]*?\s(?:-u|--user|--proxy-user)[ =]?\s*){_QUOTED}"), rf"\1{HIDDEN}"),
    (
        re.compile(rf"(\b[\w-]*(?:{_NAMED})[\w-]*[\"']?\s*[=:]\s*[\"']?)(?!\[hidden\])[^\s\"',;]{{4,}}", re.IGNORECASE),
        rf"\1{HIDDEN}",
    ),
    (
        re.compile(r"(\b[A-Z][A-Z0-9_]*_(?:KEY|PAT|PWD|DSN|PASS|CREDS?)[\"']?\s*[=:]\s*[\"']?)(?!\[hidden\])[^\s\"',;]{4,}"),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"(?<![\w-])((?:pw|pwd|pass)[\"']?\s?[=:]\s*[\"']?)(?!\[hidden\])[^\s\"',;/\\]{4,}"), rf"\1{HIDDEN}"),
    (re.compile(r"\b[\w.+-]+@(?:[\w-]+(\.[\w-]+)+|localhost)\b"), HIDDEN),  # an address of somebody's
    (re.compile(rf"(?<![\w.-])(?:/mnt/[a-z]|/export|/net|/nfs)?/(?:home|Users|var/home)/(?:{_USER})"), "~"),
    (re.compile(rf"(?<![\w.-])/data/(?:users|home|homes)/(?:{_USER})"), "~"),
    (re.compile(rf"\b[A-Za-z]:[\\/]+Users[\\/]+(?:{_USER})"), "~"),
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
    return name not in _FOLDERS and bool(_SECRET_NAME.search(name))


def _secrets() -> list[str]:
    """Return the values of variables that are secret, which may stand in any program's output too; the longest first."""
    found = {value for name, value in os.environ.items() if is_secret(name) and len(value) >= 8 and not os.path.exists(value)}
    return sorted(found, key=len, reverse=True)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def _hosts() -> list[str]:
    name = socket.gethostname()
    return [name, name.partition(".")[0]]
