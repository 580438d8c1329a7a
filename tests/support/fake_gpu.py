"""A machine that seems to have a GPU: the driver's device file, in a mount namespace of the child's own.

Nothing outside the child sees it, and no driver answers: libraries are looked for as with a GPU, and none can be used.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_SCRIPT = """
set -e
folder=$(mktemp -d)
mount -t tmpfs tmpfs "$folder"
for node in null zero full random urandom; do : > "$folder/$node"; mount --bind "/dev/$node" "$folder/$node"; done
ln -s /proc/self/fd "$folder/fd"
mkdir -m 1777 "$folder/shm"
: > "$folder/nvidiactl"
mount --move "$folder" /dev
rmdir "$folder"
exec "$@"
"""

# Put before a command, it runs the command on such a machine.
WITH_A_GPU = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c", _SCRIPT, "sh"]


def has_gpu() -> bool:
    """Tell whether this machine has NVIDIA's driver, and so must not play."""
    return Path("/dev/nvidiactl").exists()


def can_play() -> bool:
    """Tell whether a mount namespace can be had here."""
    return subprocess.run([*WITH_A_GPU, "test", "-e", "/dev/nvidiactl"], capture_output=True).returncode == 0
