"""What is to be done in a package's folder, collected part by part."""

from __future__ import annotations

from cudnn_heal.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from cudnn_heal.model import Action, KeptStub, MakeCopy, MakeLink, PutBack, Reason, Remove


class Changes:
    """The actions that lead from the observed entries to the parts, and what stands in their way."""

    def __init__(self) -> None:
        self.known = False
        """Whether the folder is ours to change at all."""
        self.backups: list[Action] = []
        self.restores: list[PutBack] = []
        self.links: list[MakeLink] = []
        self.shims: list[MakeCopy] = []
        self.removes: list[Remove] = []
        self.problems: dict[str, Reason] = {}
        """By family."""
        self.kept: set[str] = set()
        """The names in the folder for which all is settled."""
        self.touched: set[str] = set()
        """The families for which something is to be done."""
        self.notes: list[Reason] = []
        self.stub: KeptStub | None = None
        """The one that has a backup, or will have."""
        self.unrestorable: Reason | None = None

    def ordered(self) -> list[Action]:
        """Return the actions in the order in which a crash between any two harms nothing."""
        return [*self.backups, *self.restores, *self.links, *self.shims, *self.removes]
