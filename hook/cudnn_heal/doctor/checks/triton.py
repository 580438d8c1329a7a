"""triton, which torch and WhisperX use to compile for the GPU."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cudnn_heal.doctor.explain import explain
from cudnn_heal.doctor.prelude import fact, load
from cudnn_heal.doctor.result import Result, failed, ok, skipped

if TYPE_CHECKING:
    from cudnn_heal.doctor.stack import Stack


def check(stack: Stack) -> Result:
    """Check that it imports."""
    if not stack.version("triton"):
        return skipped("not installed")
    ended = stack.child(_probe)
    if ended.ok:
        return ok(f"{ended.facts['version']}, imports", ended.facts)
    return failed("does not import", explain(stack, ended, again="triton"))


def _probe() -> None:
    triton = load("triton")
    load("triton.language")
    fact(version=triton.__version__)
