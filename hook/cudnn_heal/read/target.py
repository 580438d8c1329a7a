"""Which environment a call is about: found once, here, and carried from the command line into every observation."""

from __future__ import annotations

import os
import sys

import cudnn_heal_start
from cudnn_heal.catalog import CONSUMERS
from cudnn_heal.model import Target
from cudnn_heal.read import files

ASK_SECONDS = 30.0
"""How long another interpreter may take to tell where its site-packages is."""
VERSION = sys.version.split()[0].rstrip("+")
"""Of this Python; ``+`` marks a build between two releases, and is no part of a version (PEP 440)."""
OLDEST = (3, 9)
"""The first Python in whose environments cudnn-heal can be installed."""

# Runs in any Python, 2.7 too.  The answer goes into a file of its own, since the environment's start-up files may print; the
# current folder is taken off sys.path before anything is imported.
_ASK = """\
import sys
sys.path[:] = [path for path in sys.path if path]
import json, os, sysconfig
answer = [sys.version_info[:2], sys.platform, sys.version.split()[0].rstrip("+"), sys.path, sysconfig.get_path("platlib")]
answer.append("cudnn_heal_start" in sys.modules)
with open(sys.argv[1], "wb") as file:
    file.write(json.dumps(answer).encode("ascii"))
"""


class Unusable(Exception):
    """The target is no environment; the message is a sentence for the user."""


def here() -> Target:
    """Return the environment of this interpreter: where it finds a package that links serve, else where cudnn-heal is."""
    home = _home()
    found = _find([path for path in sys.path if path], home)
    return Target(found, sys.executable, found == home, VERSION, cudnn_heal_start.started)


def at(site_packages: str) -> Target:
    """Return the environment of this interpreter whose packages lie in `site_packages`."""
    return Target(site_packages, sys.executable, True, VERSION, cudnn_heal_start.started)


def other(path: str) -> Target:
    """Return the environment to which `path` leads: an interpreter, or an environment's folder.

    Its interpreter tells where its site-packages is, with its own start-up hook off.

    :raises Unusable: there is no interpreter, or it doesn't start, or it is one for another system.
    """
    python = _interpreter(path)
    release, platform, version, paths, platlib, hook = _ask(python)
    if release < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise Unusable(
            f"{python} is Python {release[0]}.{release[1]}: name one of {oldest} or later, or its environment's folder"
        )
    wanted = "win32" if cudnn_heal_start.WINDOWS else "linux"
    if platform != wanted:  # Python 2 called it linux2
        raise Unusable(f"{python} is a Python for {platform}: name one for {wanted}")
    found = _find(paths, platlib)
    return Target(found, python, found == _home(), version, hook)


def named(folder: str) -> Target:
    """Return the environment in `folder` for a command that names it; nothing of it is read, nor run."""
    return Target("", folder, False, VERSION, False)


def is_empty(target: Target) -> bool:
    """Tell whether none of the packages that the catalog knows is installed in `target`."""
    return not any(os.path.isdir(os.path.join(target.site_packages, name)) for name in CONSUMERS)


def _ask(python: str) -> tuple[tuple[int, int], str, str, list[str], str, bool]:
    """Ask the interpreter `python` for its release, platform, version, ``sys.path``, platlib, and whether it runs the hook."""
    import json
    import subprocess  # these two cost 15 ms, and a heal at a start needs `at` alone
    import tempfile

    environment = {**os.environ, "CUDNN_HEAL": "off", "PYTHONDONTWRITEBYTECODE": "1"}
    with tempfile.TemporaryDirectory(prefix="cudnn-heal-") as folder:
        answer = os.path.join(folder, "answer")
        try:
            subprocess.run(
                [python, "-E", "-s", "-c", _ASK, answer],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # no pipe: a child that it leaves behind could hold that open
                stderr=subprocess.DEVNULL,
                timeout=ASK_SECONDS,
                check=False,
            )
            release, platform, version, paths, platlib, hook = json.loads(files.read(answer))
            return (release[0], release[1]), str(platform), str(version), list(paths), str(platlib), bool(hook)
        except subprocess.TimeoutExpired:
            raise Unusable(f"{python} did not answer within {ASK_SECONDS:.0f} seconds: name a Python interpreter") from None
        except OSError as problem:
            raise Unusable(f"{python} does not start ({problem.strerror}): name a Python interpreter") from None
        except (ValueError, TypeError, IndexError):
            raise Unusable(f"{python} is no Python interpreter: name one, or an environment's folder, such as .venv") from None


def _home() -> str:
    """Return the site-packages in which cudnn-heal is installed.

    ``sys.prefix`` does not tell (under ``uv run --with`` it is a throwaway overlay), the place of the start-up module
    does; in an editable install that is the repository, and sysconfig tells.
    """
    import sysconfig

    folder = os.path.dirname(os.path.abspath(cudnn_heal_start.__file__))
    return sysconfig.get_path("platlib") if os.path.basename(folder) == "hook" else folder


def _find(paths: list[str], default: str) -> str:
    """Return the first of `paths` in which a package lies that is served by links, else `default`; any, where none is."""
    names = [consumer.name for consumer in CONSUMERS.values() if consumer.way == "links"] or list(CONSUMERS)
    for path in paths:
        if any(os.path.isdir(os.path.join(path, name)) for name in names):
            return os.path.abspath(path)
    return default


def _is_there(path: str) -> bool:
    """Tell whether `path` leads to something.

    :raises Unusable: this user may not look, so it can't be run either.
    """
    try:
        os.stat(path)
    except PermissionError:
        raise Unusable(f"{path} can't be run by this user: call cudnn-heal as a user who can") from None
    except (OSError, ValueError):
        return False
    return True


def _interpreter(path: str) -> str:
    from cudnn_heal.systems import here as system  # which a heal at a start does without

    if not path:
        raise Unusable("--python needs an environment's folder, such as .venv, or an interpreter, and got an empty name")
    if _is_there(path) and os.path.isdir(path):
        for name in system.INTERPRETERS:
            python = os.path.join(path, name)
            if _is_there(python):
                return os.path.abspath(python)
        if os.path.isfile(os.path.join(path, "Scripts", "python.exe")):
            raise Unusable(f"{path} is an environment of Windows: call cudnn-heal there")
        raise Unusable(
            f"{path} has no {system.INTERPRETERS[0]}: name an environment's folder, such as .venv, or an interpreter"
        )
    if not os.path.exists(path):
        raise Unusable(f"{path} does not exist: name an environment's folder, such as .venv, or an interpreter")
    if not os.access(path, os.X_OK):
        raise Unusable(f"{path} is not executable: name an interpreter, or an environment's folder, such as .venv")
    return os.path.abspath(path)
