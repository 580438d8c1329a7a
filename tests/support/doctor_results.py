"""Results as checks may give them."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

from cudnn_heal import doctor
from cudnn_heal.advice import Line
from cudnn_heal.doctor.checks import CHECKS, WITH_MODEL, Check, Judge
from cudnn_heal.doctor.child import Ended, Probe, Work
from cudnn_heal.doctor.explain import explain
from cudnn_heal.doctor.result import Problem, Result, failed, ok
from cudnn_heal.doctor.stack import Stack
from cudnn_heal.model import Target
from cudnn_heal.read.target import VERSION

PROBLEM = Problem(("saw this", "and this"), "Because.", (Line("", "pip install sense"),), "nonsense")
GPU = {"name": "Paper GPU", "memory": 2**34, "capability": "8.9", "bus": "0000:0A:00.0", "free": 2**33}
DRIVER = {"gpus": [GPU], "cuda": "12.4", "driver": "550.54", "library": "libcuda.so.1"}


class Told(Stack):
    """A stack whose children have told `facts`, on a machine with a GPU, with the distributions `versions`."""

    def __init__(self, folder: Path, facts: dict[str, Any], driver: dict[str, Any] = DRIVER, **versions: str) -> None:
        super().__init__(at(folder), folder=str(folder))
        self.driver = ended(driver)
        self.told = facts
        self.versions = {name.replace("_", "-"): version for name, version in versions.items()}

    def child(self, work: Work) -> Ended:
        """Return what was told."""
        return ended(self.told)

    def version(self, name: str) -> str:
        """Return the version of the distribution `name`."""
        return self.versions.get(name, "")


def at(folder: Path) -> Target:
    """Return the environment whose packages lie in `folder`, run by this interpreter."""
    folder.mkdir(parents=True, exist_ok=True)
    return Target(str(folder), sys.executable, False, VERSION, False)


def ended(facts: dict[str, Any], **changes: Any) -> Ended:
    """Return that a child told `facts` and came to its end."""
    return Ended(dict(facts), True, "", 0, "", "", ())._replace(**changes)


def examined(name: str, stack: Stack) -> Result:
    """Return what the check `name` makes of what its child tells."""
    check = next(check for check in (*CHECKS, *WITH_MODEL) if check.name == name)
    planned = check.plan(stack)
    if isinstance(planned, Result):
        return planned
    return check.judged(stack, stack.child(planned))


def probing(name: str, probe: Probe, *arguments: Any, judge: Judge | None = None, **options: Any) -> Check:
    """Return a check that runs `probe`, and fails where that does."""
    work = Work(probe, arguments, options.pop("uses", ()))
    return Check(name, lambda stack: work, judge or fails_like_its_child, **options)


def fails_like_its_child(stack: Stack, ended: Ended) -> Result:
    """Return that all is well, or what is known of how the child ended."""
    return ok("fine") if ended.ok else failed(str(ended), explain(stack, ended))


def planted(name: str, result: Result, *rests_on: str) -> Check:
    """Return a check that finds `result`."""
    return Check(name, lambda stack: result, rests_on=rests_on)


def shown(folder: Path, *checks: Check, out: io.StringIO | None = None, **options: Any) -> str:
    """Return what the doctor writes about `checks`."""
    out = io.StringIO() if out is None else out
    doctor.run(at(folder), out=out, checks=checks, **options)
    return out.getvalue()
