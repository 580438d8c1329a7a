"""Which site-packages a call is about."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from typing import NamedTuple

import cudnn_heal_start

ASK_SECONDS = 30.0
"""How long another interpreter may take to tell where its site-packages is."""

_ASK = """\
import json, sys, sysconfig
print(json.dumps([sys.platform, sys.executable, sys.path[1:], sysconfig.get_path("platlib")]))
"""


class Target(NamedTuple):
    """The environment that a call is about."""

    site_packages: str
    """Where the package lies, or would lie."""
    python: str
    own: bool
    """Whether it is the environment in which cudnn-heal is installed."""


class Unusable(Exception):
    """The target is no environment; the message is a sentence for the user."""


def own(package: str) -> Target:
    """Return the environment of this interpreter: where it finds `package`, else where cudnn-heal is installed."""
    home = _home()
    found = _find(package, [path for path in sys.path if path], home)
    return Target(found, sys.executable, found == home)


def other(path: str, package: str) -> Target:
    """Return the environment to which `path` leads: an interpreter, or an environment's folder.

    Its interpreter tells where its site-packages is, with its own start-up hook off.

    :raises Unusable: there is no interpreter, or it doesn't start, or it isn't one for Linux.
    """
    python = _interpreter(path)
    environment = {**os.environ, "CUDNN_HEAL": "off", "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("PYTHONPATH", None)
    environment.pop("PYTHONHOME", None)
    try:
        answer = subprocess.run(
            [python, "-c", _ASK],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=ASK_SECONDS,
            check=True,
        )
        platform, executable, paths, platlib = json.loads(answer.stdout)
    except subprocess.TimeoutExpired as problem:
        raise Unusable(f"{python} did not answer within {ASK_SECONDS:.0f} seconds: name a Python interpreter") from problem
    except subprocess.CalledProcessError as problem:
        last = (problem.stderr or problem.stdout).decode(errors="replace").strip().rpartition("\n")[2]
        raise Unusable(f"{python} does not work as a Python interpreter: {last or f'exit {problem.returncode}'}") from problem
    except (OSError, ValueError, TypeError) as problem:
        raise Unusable(f"{python} does not start as a Python interpreter: name one, or an environment's folder") from problem
    if platform != "linux":
        raise Unusable(f"{python} is a Python for {platform}: only Linux needs a heal")
    found = _find(package, paths, platlib)
    return Target(found, executable or python, found == _home())


def _home() -> str:
    """Return the site-packages in which cudnn-heal is installed.

    ``sys.prefix`` does not tell (under ``uv run --with`` it is a throwaway overlay), the place of the start-up module
    does; in an editable install that is the repository, and sysconfig tells.
    """
    here = os.path.dirname(os.path.abspath(cudnn_heal_start.__file__))
    return sysconfig.get_path("platlib") if here.endswith("/hook") else here


def _find(package: str, paths: list[str], default: str) -> str:
    for path in paths:
        if os.path.isdir(os.path.join(path, package)) and os.path.isdir(os.path.join(path, package + ".libs")):
            return path
    return default


def _interpreter(path: str) -> str:
    if not path:
        raise Unusable("--python needs an environment's folder, such as .venv, or an interpreter, and got an empty name")
    if os.path.isdir(path):
        python = os.path.join(path, "bin", "python")
        if os.path.exists(python):
            return os.path.abspath(python)
        if os.path.isdir(os.path.join(path, "Scripts")):
            raise Unusable(f"{path} is an environment of Windows: only Linux needs a heal")
        raise Unusable(f"{path} has no bin/python: name an environment's folder, such as .venv, or an interpreter")
    if not os.path.exists(path):
        raise Unusable(f"{path} does not exist: name an environment's folder, such as .venv, or an interpreter")
    if not os.access(path, os.X_OK):
        raise Unusable(f"{path} is not executable: name an interpreter, or an environment's folder, such as .venv")
    return os.path.abspath(path)
