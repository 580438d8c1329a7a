"""What should be linked of each family that a package opens, whatever is there now.  Pure."""

from __future__ import annotations

from cudnn_heal.model import Observation, Provider, Reason, ReasonCode, Verdict
from cudnn_heal.names import belongs, file_name, library_parts
from cudnn_heal.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cudnn_heal.catalog import Family


def select(providers: Iterable[Provider], family: Family, major: int) -> Provider | None:
    """Return the first of `providers` that has what is opened of `family` in the version `major`."""
    wanted = {file_name(family, library, major) for library in family.opened}
    return next((provider for provider in providers if wanted <= provider.files.keys()), None)


class Part(NamedTuple):
    """What should be true of one family on the disk."""

    family: Family
    major: int
    """The version that is needed."""
    provider: Provider | None
    """In the same site-packages: the match, else the first found."""
    links: dict[str, str]
    """Name to text, the stub's aside."""
    shim: str
    """What is copied into the stub's place, as a link's text; "" where the stub stays."""
    verdict: Verdict
    reason: Reason | None

    @property
    def library(self) -> str:
        """The file that stands for the family, in the version that is needed."""
        return file_name(self.family, self.family.opened[0], self.major)

    @property
    def shim_sha256(self) -> str:
        """The hash of what is copied into the stub's place; "" where the stub stays."""
        return self.provider.shim_sha256[self.shim.rpartition("/")[2]] if self.provider and self.shim else ""

    def wanted(self, observation: Observation) -> dict[str, str]:
        """Return all names that should be there, the stub's too: name to the link's text, or to what is copied."""
        return {**self.links, **({observation.stub.name: self.shim} if observation.stub and self.shim else {})}

    def has(self, name: str) -> bool:
        """Tell whether the file `name` is a library of the part, in the version that is needed."""
        parts = library_parts(name)
        return parts is not None and parts[1] == self.major and belongs(self.family, parts[0])


def part_of(observation: Observation, family: Family, major: int) -> Part:
    """Decide what should be linked of `family`, whatever is there now."""
    here = [one for one in observation.providers.get(family.name, ()) if one.site_packages == observation.target.site_packages]
    provider = select(here, family, major)
    library = file_name(family, family.opened[0], major)
    linked = observation.consumer.way == "links" and observation.folder.official
    carried = linked and family.name == observation.consumer.stub

    def part(verdict: Verdict, reason: Reason | None, links: dict[str, str] | None = None, shim: str = "") -> Part:
        shown = provider or (here[0] if here else None)
        return Part(family, major, shown, links if links and linked else {}, shim if carried else "", verdict, reason)

    unread = observation.unread(family.name)
    if unread:
        return part("damaged", Reason("unreadable", {"files": unread}))
    if not provider:
        if family.name in observation.consumer.optional:
            return part("not-needed", None)
        needed = {file_name(family, name, major) for name in family.opened}
        broken = [one for one in here if needed & set(one.missing)]
        if broken:
            return part("damaged", wheel_reason("missing-files", broken[0], broken[0].missing))
        if here:
            majors = tuple(str(major) for major in here[0].majors(family.opened[0]))
            values = {**_wheel_values(here[0]), "library": (library,), "majors": majors}
            return part("incompatible", Reason("incompatible", values))
        return part("no-provider", Reason("no-provider", {"library": (library,)}))
    links = _links(family, major, provider)
    shim = f"../{provider.folder}/{family.shim}.so.{major}"
    if provider.damaged:
        code: ReasonCode = "overwritten" if provider.overwritten else "damaged-files"
        usable = provider.only_shim_damaged and carried
        return part("damaged", wheel_reason(code, provider, provider.damaged), links if usable else None)
    if provider.missing:
        # What is there is linked all the same: it serves those who left out what they don't use.
        return part("damaged", wheel_reason("missing-files", provider, provider.missing), links, shim)
    return part("healthy", None, links, shim)


def _wheel_values(provider: Provider) -> dict[str, tuple[str, ...]]:
    return {"wheel": (provider.wheel,), "version": (provider.version,), "folder": (provider.folder,)}


def wheel_reason(code: ReasonCode, provider: Provider, names: tuple[str, ...]) -> Reason:
    return Reason(code, {**_wheel_values(provider), "files": names, "others": provider.overwritten})


def _links(family: Family, major: int, provider: Provider) -> dict[str, str]:
    """Return the links that serve `family`, the stub's aside: name to text.

    A shim asks for its sub-libraries under its full version first, and finds none by that name on purpose: then it follows a
    set that is in the process already, or to which ``LD_LIBRARY_PATH`` leads, as a whole; with such links it mixed the two
    (measured: ``cudnnAdvVersionCheck`` returned 1002).
    """
    names = [name for name in provider.files if name.endswith(f".so.{major}") and name != f"{family.shim}.so.{major}"]
    return {name: f"../{provider.folder}/{name}" for name in names}
