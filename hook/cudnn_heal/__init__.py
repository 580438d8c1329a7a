"""One process, one set: what a process opens of NVIDIA's libraries comes from the wheels of its own environment.

Everything that start-up needs is in the module ``cudnn_heal_start``; importing this package starts nothing.
"""

from cudnn_heal_start import VERSION as __version__

TYPE_CHECKING = False  # not typing's: a program may have a module of that name, and this is imported before `imports`
if TYPE_CHECKING:
    from cudnn_heal.report.schema import Status

__all__ = ["__version__", "heal", "restore", "status"]


def heal() -> "Status":
    """Heal the environment of this interpreter now, for notebooks, where no interpreter restarts.

    :return: what ``cudnn-heal --json`` prints, as a mapping that shows itself in a few lines.  ``restart_needed`` is true
        where this process has already loaded other files than those that serve now.
    """
    import cudnn_heal_start

    cudnn_heal_start.watch()  # a notebook's kernel may be older than its cudnn-heal
    return _call("heal")


def restore() -> "Status":
    """Take back what was done in the environment of this interpreter, and stay off.

    :return: what ``cudnn-heal --restore --json`` prints.
    """
    return _call("restore")


def status() -> "Status":
    """Tell how the environment of this interpreter stands; change nothing.

    :return: what ``cudnn-heal --status --json`` prints.
    """
    return _call("status")


def _call(name: str) -> "Status":
    # Imported here, so that importing this package, as a heal at a start does, loads nothing that it does not need.
    from cudnn_heal import reconcile
    from cudnn_heal.read import target
    from cudnn_heal.read.machine import process
    from cudnn_heal.report.schema import Status

    here = target.here()
    return Status(getattr(reconcile, name)(here, process()))
