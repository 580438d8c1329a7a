"""What stands under each name of a package's folder, by proof: content and exact text, never a name or a size.  Pure."""

from __future__ import annotations

from cudnn_heal.catalog import FAMILIES, Consumer
from cudnn_heal.model import BACKUP_SUFFIX, Entry, Observation
from cudnn_heal.names import belongs, is_version, library_parts, stub_major
from cudnn_heal.tuples import Literal

Class = Literal["absent", "ours", "copied", "same", "stub", "foreign"]
Standing = Literal["absent", "right", "stale", "same", "stub", "foreign"]


def classify(observation: Observation, name: str) -> Class:
    """Tell what stands under `name` in the package's folder, by proof.

    ``ours``: a link that the catalog generates.  ``copied``: a file with the bytes to which our link of that name led (a
    copying tool followed it), or that we copied.  ``same``: somebody's own link to, or copy of, the provider's file.
    ``stub``: the stub.
    """
    entry = observation.entries.get(name)
    if entry is None:
        return "absent"
    if entry.kind == "link" and is_ours(observation.consumer, name, entry.text):
        return "ours"
    if is_stub(observation, name, entry):
        return "stub"
    known = observation.manifest.links.get(name)
    if entry.kind == "file" and known and known.sha256 and entry.sha256 == known.sha256:
        return "copied"
    if is_copy(observation, name, entry):
        return "copied"
    return "same" if _is_providers(observation, name, entry) else "foreign"


def standing(observation: Observation, name: str, text: str, shim_sha256: str = "") -> Standing:
    """Tell whether what belongs under `name` stands there, and is ours.

    ``right``: so it is.  ``stale``: ours, and not what belongs there.  What is not ours is told as by `classify`.

    :param text: of the link that belongs there.
    :param shim_sha256: where a copy of the shim belongs there instead: its hash.
    """
    found = classify(observation, name)
    if found != "ours" and found != "copied":
        return found
    entry = observation.entries[name]
    if shim_sha256:
        return "right" if entry.kind == "file" and entry.sha256 == shim_sha256 else "stale"
    return "right" if found == "ours" and entry.text == text else "stale"


def is_copy(observation: Observation, name: str, entry: Entry) -> bool:
    """Tell whether `entry` is a shim that we copied into a stub's place.

    The manifest has its bytes.  Without one the stub is kept beside, as only we and hand-made fixes do it, and these are the
    provider's bytes; or those of any of NVIDIA's shims, where RECORD tells that the backup is the stub: a copy without our own
    folder may have met another release since.
    """
    consumer = observation.consumer
    if entry.kind != "file" or not consumer.stub or stub_major(FAMILIES[consumer.stub], name) is None:
        return False
    backup = observation.entries.get(name + BACKUP_SUFFIX)
    if entry.sha256 != "" and entry.sha256 in observation.manifest.shims:
        return True
    if backup is None or not is_stub(observation, name + BACKUP_SUFFIX, backup):
        return False
    verified = observation.stub and observation.stub.sha256
    return _is_providers(observation, name, entry) or bool(verified and entry.is_shim)


def is_stub(observation: Observation, name: str, entry: Entry) -> bool:
    """Tell whether `entry` has the stub's bytes: an ELF file with its SONAME; RECORD's hash, if there is one, confirms it."""
    stub = observation.stub
    return stub is not None and entry.soname == stub.name and stub.sha256 in ("", entry.sha256)


def _is_providers(observation: Observation, name: str, entry: Entry) -> bool:
    """Tell whether `entry` leads to a file of the provider's, or has its bytes."""
    stub = observation.stub
    for provider in (one for several in observation.providers.values() for one in several):
        if provider.site_packages != observation.target.site_packages:
            continue
        family = FAMILIES[provider.family]
        if stub and name == stub.name and family.name == observation.consumer.stub:
            wanted = f"{family.shim}.so.{observation.needs[family.name]}"
        else:
            parts = library_parts(name)
            wanted = f"{parts[0]}.so.{parts[1]}" if parts else ""
        file = provider.files.get(wanted)
        if file and entry.leads_to == file.identity:
            return True
        if file and entry.kind == "file" and entry.sha256 and entry.sha256 in (file.sha256, provider.shim_sha256.get(wanted)):
            return True
    return False


def is_ours(consumer: Consumer, name: str, text: str) -> bool:
    """Tell whether the catalog generates a link called `name` with exactly this text."""
    for family in (FAMILIES[part] for part in consumer.families):
        for folder in family.folders:
            before = f"../{folder}/"
            file = text[len(before) :] if text.startswith(before) else ""
            parts = library_parts(file)
            if not parts or file != f"{parts[0]}.so.{parts[1]}" or not belongs(family, parts[0]):
                continue
            if parts[0] == family.shim:
                return family.name == consumer.stub and stub_major(family, name) is not None
            if name == file or (family.prefix and name.startswith(file + ".") and is_version(name[len(file) + 1 :])):
                return True
    return False


def is_our_backup(observation: Observation, name: str, entry: Entry) -> bool:
    """Tell whether the backup `entry` was made by us: the manifest has its name and its bytes, which are a stub's.

    A restore that was killed leaves one file under both names, and an installer may have written into that since.
    """
    plain = name.removesuffix(BACKUP_SUFFIX)
    if plain == name or entry.kind == "folder" or entry.sha256 == "" or entry.soname != plain:
        return False
    if observation.manifest.backed_up(plain, entry.sha256):
        return True
    beside = observation.entries.get(plain)
    same = beside is not None and (beside.kind, entry.kind) == ("file", "file") and beside.leads_to == entry.leads_to
    return same and any(stub.name == plain for stub in observation.manifest.stubs)
