"""Installs a wheel as Poetry and PDM do, with PyPA's ``installer`` and overwriting: ``INTERPRETER WHEEL``.

The ``installer`` library has no uninstall: those who build on it remove the files that RECORD names before.  With
``overwrite_existing`` they also lay files over what is there.
"""

# mypy: ignore-errors

import json
import os
import subprocess
import sys

from installer import install
from installer.destinations import SchemeDictionaryDestination
from installer.sources import WheelFile

python, wheel = sys.argv[1:]
# Not with -S: without site, the paths of a venv's interpreter are those of the Python below it.
asked = subprocess.run(
    [python, "-c", "import json, sysconfig; print(json.dumps(sysconfig.get_paths()))"],
    env={**os.environ, "CUDNN_HEAL": "off"},
    capture_output=True,
    check=True,
)
paths = json.loads(asked.stdout)
paths["headers"] = paths["data"] + "/include/site"
environment = os.path.dirname(os.path.dirname(os.path.abspath(python)))
for scheme in ("purelib", "platlib", "scripts", "data"):
    if not paths[scheme].startswith(environment):
        sys.exit(f"{scheme} is {paths[scheme]}, outside {environment}: nothing is installed there")
destination = SchemeDictionaryDestination(paths, interpreter=python, script_kind="posix", overwrite_existing=True)
with WheelFile.open(wheel) as source:
    install(source, destination, additional_metadata={"INSTALLER": b"installer"})
