"""Coverage of children: where this run is measured, so are the interpreters of the environments that it makes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

HOOK = Path(__file__).parent.parent.parent / "hook"
GATE = 90
"""How many percent of the branches the tests must reach."""

# Runs before cudnn_heal.pth, since files are taken by name.  What it loads is what `import coverage` loads, so tests that
# count modules or system calls make their environments without it.
_START = """\
import sys
sys.path.append({folder!r})
import atexit, coverage
sys.path.remove({folder!r})
measured = coverage.Coverage(data_file={data!r}, data_suffix=True, branch=True, include={include!r}, config_file=False)
measured._warn_no_data = False
measured.start()
def done():
    measured.stop()
    try:
        measured.save()
    except Exception:  # another user's process, which may not write there
        pass
atexit.register(done)
"""


def measure(site_packages: Path) -> None:
    """Have the interpreters of the environment around `site_packages` measured, if this one is and they are of its version."""
    coverage = sys.modules.get("coverage")
    running = coverage and coverage.Coverage.current()
    if not coverage or not running or site_packages.parent.name != f"python3.{sys.version_info[1]}":
        return
    values = {
        "folder": str(Path(str(coverage.__file__)).parent.parent),
        "data": str(Path(running.config.data_file).absolute()),
        # The doctor's children run pieces of the checkout that tests, or of what was installed beside them.
        "include": ["*/site-packages/cudnn_heal_start.py", *(f"{top}/cudnn_heal/**" for top in ("*/site-packages", HOOK))],
    }
    (site_packages / "a_measured.py").write_text(_START.format(**values))
    (site_packages / "a_measured.pth").write_text("import a_measured\n")


def unmeasure(site_packages: Path) -> None:
    """Have them measured no more, since what they cost is counted."""
    (site_packages / "a_measured.pth").unlink(missing_ok=True)


def main(report: str) -> int:
    """Print how much of the branches was covered, and return 1 where it is less than the gate."""
    totals = json.loads(Path(report).read_text())["totals"]
    reached = 100 * totals["covered_branches"] / totals["num_branches"]
    print(f"branches covered: {reached:.1f} % (the gate: {GATE} %)")
    return int(reached < GATE)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
