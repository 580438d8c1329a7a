"""What can happen to an environment, in any order, and what must be true after each of it."""

from __future__ import annotations

import errno
import itertools
import json
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

import cudnn_heal_start
from cudnn_heal import guard, reconcile
from cudnn_heal.decide.plan import Plan, plan
from fuzz import loader
from fuzz.system import Clock, Killed, Process, running, together
from fuzz.world import BACKUP, OWN, Entry, Environment, Links, Times, drain, is_generated
from support.wheels import (
    QUIET,
    STUB,
    STUB_8,
    WAYS,
    RecordForm,
    Way,
    Wheel,
    content,
    ctranslate2_wheel,
    cublas_wheel,
    cudnn_wheel,
    label,
    sha256,
    stub_file,
)

FOLDER = "ctranslate2.libs"
COUNTS: Counter[str] = Counter()
"""What was done in all sequences together."""

STUBS = {"4.4.0": STUB_8, "4.5.0": STUB, "4.6.1": STUB, "4.6.2": STUB, "4.8.5": ""}
WHEELS = {
    f"{wheel.distribution} {wheel.version}": wheel
    for wheel in (
        *(ctranslate2_wheel(version, stub) for version, stub in STUBS.items()),
        *(cudnn_wheel(version) for version in ("9.10.2.21", "9.13.0.50", "9.1.0.70", "8.9.7.29")),
        cudnn_wheel("9.19.0.56", "nvidia-cudnn-cu13"),
        *(cublas_wheel(version) for version in ("12.9.3.13", "12.1.3.1")),
        cublas_wheel("13.1.0.3", "nvidia-cublas"),
    )
}
PACKAGES = [name for name in WHEELS if name.startswith("ctranslate2 ")]
PROVIDERS = [name for name in WHEELS if name not in PACKAGES]
DISTRIBUTIONS = sorted({wheel.distribution for wheel in WHEELS.values()})
OWN_NAMES = (
    "libcublas.so.12",
    "libcublasLt.so.12",
    "libcudnn_ops.so.9",
    "libcudnn_graph.so.9.10.2",
    "libcudnn-0123abcd.so.9.5.1.ORIGINAL",
    "stub.bak",
    "notes.txt",
    STUB,
    STUB + BACKUP,
)
OWN_FILES = {
    "bytes": content("mine"),
    "stub of 4.6.1": stub_file("4.6.1"),
    "stub of 4.5.0": stub_file("4.5.0"),
    "libcublas.so.12": cublas_wheel().files["nvidia/cublas/lib/libcublas.so.12"],
    "libcudnn_ops.so.9": cudnn_wheel().files["nvidia/cudnn/lib/libcudnn_ops.so.9"],
    "libcudnn.so.9": cudnn_wheel().files["nvidia/cudnn/lib/libcudnn.so.9"],
}
OWN_LINKS = ("ROOT/elsewhere/libcudnn.so.9", "ROOT/site-packages/nvidia/cudnn/lib/libcudnn.so.9")

FORMS: tuple[RecordForm, ...] = ("whole", "whole", "whole", "missing", "cut", "no stub", "hashless", "empty hashes")
UNREADABLE = (
    "nvidia",
    "nvidia/cudnn/lib",
    "nvidia/cudnn/lib/libcudnn.so.9",
    "nvidia/cublas/lib",
    "ctranslate2",
    "ctranslate2.libs",
    "BINARY",
    "RECORD",
    f"{FOLDER}/{STUB}",
    f"{FOLDER}/{STUB}{BACKUP}",
    f"{FOLDER}/{OWN}",
    f"{FOLDER}/{OWN}/manifest.json",
    f"{FOLDER}/{OWN}/paused",
)
"""What can't be read for a while, relative to site-packages."""
ERRORS = (errno.EIO, errno.ESTALE, errno.EACCES, errno.ENOMEM, errno.EMFILE)
KILLS = st.one_of(st.just(0), st.integers(1, 12), st.integers(1, 40))
TURNS = st.lists(st.integers(0, 3), max_size=60)
CALLS = st.sampled_from(["start", "start", "heal", "restore"])
SECONDS = (0.0, 0.001, 0.03, 1.5, 10.0, 400.0, 86_400.0)


def leads_nowhere(path: Path) -> bool:
    """Tell whether a symlink stands at `path`, and nothing where it leads."""
    return path.is_symlink() and not path.exists()


class Machine(RuleBasedStateMachine):
    """One environment in which cudnn-heal is at work, and the same without it."""

    hurried = False
    """Whether times have whole seconds, as on an old file system, and nobody waits for long."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(
            tempfile.mkdtemp(prefix="cudnn-heal-fuzz-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
        )
        self.umask = os.umask(0o022)
        self.jumps = 0
        self.own: dict[str, Entry] = {}
        """What the user put into the folder, and nobody else has replaced since."""
        self.unproven: dict[str, bytes] = {}
        """What a copying tool made of our links where no proof was left that they were ours."""
        self.unsure: set[str] = set()
        """Backups of which nobody can tell later whose they are."""
        self.unnoticed = False
        """Whether no start looks until something changes.

        Links became files, with all times kept: that serves as well.  Or the package went with its links.  Or something changed
        in the second of the stamp, and an archive cut all times to seconds before the next start.
        """
        self.wheel: Wheel | None = None
        """The installed ctranslate2."""
        COUNTS["sequences"] += 1

    def teardown(self) -> None:
        """Come to rest, and remove all."""
        try:
            if hasattr(self, "real"):
                self.rest()
        finally:
            os.umask(self.umask)
            shutil.rmtree(self.folder)

    @initialize(whole_seconds=st.booleans(), exchanges=st.booleans(), healed=st.booleans())
    def begin(self, whole_seconds: bool, exchanges: bool, healed: bool) -> None:
        """Make the environments."""
        self.clock = Clock(whole_seconds=whole_seconds or self.hurried)
        self.exchanges = exchanges
        self.real, self.bare = (Environment(self.folder / name, self.clock) for name in ("real", "bare"))
        if healed:
            for name in ("ctranslate2 4.6.1", "nvidia-cudnn-cu12 9.10.2.21", "nvidia-cublas-cu12 12.9.3.13"):
                self.install(name, "hardlink", "whole")
            self.start()

    # What happens to both.

    @rule(wheel=st.sampled_from(PACKAGES), way=st.sampled_from(WAYS), form=st.sampled_from(FORMS))
    def install_package(self, wheel: str, way: Way, form: RecordForm) -> None:
        self.install(wheel, way, form)

    @rule(wheel=st.sampled_from(PROVIDERS), way=st.sampled_from(WAYS[:4]), form=st.sampled_from(FORMS[:4] + FORMS[-2:]))
    def install_provider(self, wheel: str, way: Way, form: RecordForm) -> None:
        self.install(wheel, way, form)

    def install(self, wheel: str, way: Way, form: RecordForm) -> None:
        """Install `wheel` in both."""
        through = way == "installer" and self.is_fixed_by_hand()
        for steps in self.installing_in_both(WHEELS[wheel], way, form):
            drain(steps)
        self.installed(WHEELS[wheel])
        if through and wheel in PACKAGES:
            # The new stub is in NVIDIA's file now, and beside the link lies the former one: a restore leaves both, or has
            # the former stub back where RECORD has no hash.
            self.unsure.add(STUBS[WHEELS[wheel].version])

    def installing_in_both(self, wheel: Wheel, way: Way, form: RecordForm) -> tuple[Iterator[None], Iterator[None]]:
        """Return the steps of installing `wheel` in the real one and in the bare one, in one way that both allow now."""
        if way == "installer" and (self.dangles() or self.leads_away(wheel)):
            way = "copy"  # it would write through a link that leads nowhere, and fail; or into what is the user's
        return self.installing(self.real, wheel, way, form), self.installing(self.bare, wheel, way, form)

    def installing(self, environment: Environment, wheel: Wheel, way: Way, form: RecordForm) -> Iterator[None]:
        """Install `wheel` in one of them, step by step."""
        for info in self.missing_records(environment, wheel.distribution):
            shutil.rmtree(info)  # neither pip nor uv can uninstall it: the user does
            environment.changed(info)
            yield
        yield from environment.installing(wheel, way, form)
        if way == "installer" and wheel.distribution == "ctranslate2":
            self.clock.touch(environment.libs)  # real wheels of two versions differ in a file's name there

    def leads_away(self, wheel: Wheel) -> bool:
        """Tell whether a link of the user's stands where `wheel` has a file, or one into an installer's cache."""
        links = {name for name, entry in self.bare.entries().items() if entry.text}
        return any(f"{FOLDER}/{name}" in wheel.files for name in links)

    def dangles(self) -> bool:
        """Tell whether a link in one of the folders leads nowhere."""
        return any(map(leads_nowhere, (*self.real.libs.glob("*"), *self.bare.libs.glob("*"))))

    @staticmethod
    def missing_records(environment: Environment, distribution: str) -> list[Path]:
        return [info for info in environment.infos(distribution) if not (info / "RECORD").exists()]

    def installed(self, wheel: Wheel) -> None:
        """Note what an installer has replaced."""
        if wheel.distribution == "ctranslate2":
            self.wheel = wheel
            # A fix made by hand that was not taken over before: where the installer left it, nobody knows it any more.
            self.unsure |= {name[: -len(BACKUP)] for name in self.unsure if name.endswith(BACKUP)}
            self.unsure -= {STUBS[wheel.version]}
            for name in [name for name in self.own if f"{FOLDER}/{name}" in wheel.files]:
                del self.own[name]
            self.unproven = {name: data for name, data in self.unproven.items() if f"{FOLDER}/{name}" not in wheel.files}

    @rule(distribution=st.sampled_from(DISTRIBUTIONS))
    def remove(self, distribution: str) -> None:
        for environment in (self.real, self.bare):
            environment.remove(distribution)
        self.removed(distribution)

    def removed(self, distribution: str) -> None:
        """Note that an uninstall took what stood under the names that it claimed."""
        if distribution == "ctranslate2":
            for environment in (self.real, self.bare):
                if environment.libs.is_dir():
                    self.clock.touch(environment.libs)  # only where a RECORD was cut an uninstall takes nothing from there
            if not self.bare.infos(distribution):
                self.wheel = None
            self.own = {name: entry for name, entry in self.own.items() if self.bare.entries().get(name) == entry}

    @rule(form=st.sampled_from(FORMS))
    @precondition(lambda self: self.wheel and self.bare.infos("ctranslate2"))
    def damage_record(self, form: RecordForm) -> None:
        for environment in (self.real, self.bare):
            if self.wheel and (environment.path / self.wheel.info).is_dir():
                environment.write_record(self.wheel, form)
                self.clock.touch(environment.libs)  # nobody mends a RECORD but who lays the files down again

    @rule(links=st.sampled_from(["kept", "followed", "dropped"]), times=st.sampled_from(["kept", "cut", "new"]))
    def copy(self, links: Links, times: Times) -> None:
        if links == "followed":
            self.note_copies()
            self.unnoticed = times != "new"
        if times == "cut" and self.has_changed_in_the_second_of_its_stamp():
            self.unnoticed = True
        for environment in (self.real, self.bare):
            environment.copy(links, times)
        if times != "new" and not loader.extension(self.bare.path):
            self.unnoticed = True
        entries = self.bare.entries()
        if self.own.keys() - entries.keys():
            for environment in (self.real, self.bare):
                self.clock.touch(environment.libs)  # a stamp does not know what is the user's
        self.own = {name: entries[name] for name in self.own if name in entries}
        for name, entry in list(self.own.items()):
            if not entry.text and (self.is_proven(name, entry.data) or self.is_shim(name, entry.data)):
                self.forget(name)

    def has_changed_in_the_second_of_its_stamp(self) -> bool:
        """Tell whether the folder's time is another than the one recorded, and of the same second."""
        paths = [path for path in (self.real.libs / OWN / name for name in ("stamp", "paused")) if path.exists()]
        recorded = [re.search(rf"^(\d+) - {FOLDER}$", path.read_text(), re.MULTILINE) for path in paths]
        now = self.real.libs.stat().st_mtime_ns if paths else 0
        return any(then and int(then[1]) != now and int(then[1]) // 10**9 == now // 10**9 for then in recorded)

    @staticmethod
    def is_shim(name: str, data: bytes) -> bool:
        """Tell whether a file has the shim's bytes in the stub's place: with the stub beside, that is a fix by hand."""
        return name == STUB and label(data).startswith("libcudnn ")

    def forget(self, name: str) -> None:
        """Note that what the user has put under `name` counts as ours from now on."""
        self.unsure |= {name, name + BACKUP}
        self.own.pop(name, None)

    def note_copies(self) -> None:
        """Note which of our links become files that nothing proves to be ours."""
        for name, entry in self.real.entries().items():
            path = self.real.libs / name
            if is_generated(name, entry.text) and path.exists() and not self.is_proven(name, path.read_bytes()):
                self.unproven[name] = path.read_bytes()

    def is_proven(self, name: str, data: bytes) -> bool:
        """Tell whether the manifest says that our link `name` led to `data`, or that we copied that there."""
        try:
            known = json.loads((self.real.libs / OWN / "manifest.json").read_bytes())
        except (OSError, ValueError):
            return False
        copied = name in (STUB, STUB_8) and sha256(data) in known["shims"]
        return bool(copied or known["links"].get(name, {}).get("sha256") == sha256(data))

    @rule(name=st.sampled_from(OWN_NAMES), data=st.sampled_from(sorted(OWN_FILES)))
    def put_file(self, name: str, data: str) -> None:
        self.put(name, OWN_FILES[data], "")

    @rule(name=st.sampled_from(OWN_NAMES[:3] + OWN_NAMES[-2:]), link=st.sampled_from(OWN_LINKS))
    def put_link(self, name: str, link: str) -> None:
        self.put(name, b"", link)

    def put(self, name: str, data: bytes, link: str) -> None:
        if not (self.real.libs.is_dir() and self.bare.libs.is_dir()):
            return
        if name.endswith(BACKUP) and name in self.real.entries() and name not in self.own:
            return  # whoever overwrites our backup loses it
        if self.is_proven(name, data) or (name.startswith(STUB) and label(data).startswith("stub")):
            return  # nobody can tell it from what a copying tool makes of our link, or from a stub and its backup
        for environment in (self.real, self.bare):
            environment.put(name, data, link)
        if self.is_shim(name, data):
            self.forget(name)
            return
        self.own[name] = self.bare.entries()[name]
        self.unproven.pop(name, None)

    @rule()
    def fix_by_hand(self) -> None:
        # Such a fix counts as ours, is taken over and taken back like ours: so the other environment does without.
        stub = STUBS.get(self.wheel.version, "") if self.wheel else ""
        entries = self.real.entries()
        if (self.real.libs / OWN / "paused").exists():
            return  # then it is theirs, with all that comes of it
        stands = stub in entries and label(entries[stub].data).startswith("stub")
        if stands and stub + BACKUP not in entries and stub not in self.own:
            self.real.by_hand(stub)
            self.unsure.add(stub + BACKUP)

    def is_fixed_by_hand(self) -> bool:
        """Tell whether a link stands where a stub was."""
        return any((self.real.libs / name).is_symlink() for name in (STUB, STUB_8))

    @rule(seconds=st.sampled_from(SECONDS))
    def wait(self, seconds: float) -> None:
        self.clock.now += min(seconds, 0.03) if self.hurried else seconds

    @rule()
    def set_the_clock_back(self) -> None:
        self.jumps += 1
        self.clock.now -= 1_000_000 * self.jumps + 0.5  # to where no file has a time yet

    @rule(umask=st.sampled_from([0o022, 0o077, 0o002]))
    def set_umask(self, umask: int) -> None:
        os.umask(umask)

    # What cudnn-heal does.

    @rule(kill=KILLS)
    def start(self, kill: int = 0) -> None:
        self.run(self.starting, kill)

    @rule(kill=KILLS)
    def heal(self, kill: int = 0) -> None:
        self.run(self.healing, kill)

    @rule(kill=KILLS)
    def restore(self, kill: int = 0) -> None:
        self.run(self.restoring, kill)

    def starting(self) -> None:
        """Do what an interpreter's start does."""
        cudnn_heal_start.home = str(self.real.path)
        cudnn_heal_start.error = ""
        try:
            word = cudnn_heal_start.recorded(str(self.real.libs))
        except OSError:
            return  # gone at that moment: a start keeps it for --status, and goes on
        if not word:
            COUNTS["slow starts"] += 1
            self.slow, self.unnoticed = True, False
            if (self.real.libs / OWN / "paused").exists():
                self.forget_backups()  # it may be the rest of a restore that was killed
            reconcile.at_start(str(self.real.path), FOLDER)

    def healing(self) -> None:
        outcome = reconcile.heal(self.real.target, QUIET)
        assert not outcome.error, outcome.error

    def restoring(self) -> None:
        before = self.real.entries()
        try:
            outcome = reconcile.restore(self.real.target, QUIET)
        except Killed:
            self.forget_backups()  # it may have come as far as that
            raise
        if outcome.error == f"{FOLDER} changed meanwhile":  # a removal seems to be under way
            assert self.real.entries() == before
            return
        assert not outcome.error, outcome.error
        if outcome.refused:
            COUNTS["refused restores"] += 1
            assert self.real.entries() == before
            dangling = any(leads_nowhere(self.real.libs / name) for name in (STUB, STUB_8))
            unknown = outcome.refused.code == "unreadable" and dangling  # what it leads to may be away
            unsure = self.wheel and STUBS[self.wheel.version] in self.unsure
            assert self.is_stub_gone() or unknown or unsure or not self.has_stub(before), outcome.refused
        else:
            self.forget_backups()
            self.check_restored()

    def forget_backups(self) -> None:
        """Note that a restore leaves a backup for whose stub there is something of the user's, and forgets whose it was."""
        self.unsure |= {name + BACKUP for name in self.own}

    def plan(self) -> Plan:
        """Return how ctranslate2 stands now, as ``--status`` tells it."""
        with running(self.process()):
            return plan(self.real.observe(), QUIET)

    def process(self) -> Process:
        return Process(self.clock, exchanges=self.exchanges)

    def run(self, function: Callable[[], object], kill: int = 0) -> None:
        """Run `function` in a process of its own, and check what it did."""
        COUNTS[function.__name__] += 1
        cudnn_heal_start.home = str(self.real.path)
        if function == self.starting and cudnn_heal_start.recorded(str(self.real.libs)):
            self.slow = False
            return  # such a start has only read
        process = self.process()
        process.kill_at = kill
        before, outside, imported = self.real.entries(), self.real.outside(), loader.imports(self.real.path)
        self.slow = False
        with running(process):
            function()
        COUNTS["killed"] += process.dead
        assert cudnn_heal_start.error == ""
        assert self.real.outside() == outside, "something outside the folder was changed"
        self.check_nothing_lost(before)
        if loader.imports(self.bare.path) and (imported or not process.dead):
            assert loader.imports(self.real.path), "without cudnn-heal it would load"
        if not process.dead and (self.slow or function != self.starting):
            self.check_healthy()

    # Trouble that passes.

    @rule(what=st.sampled_from(UNREADABLE), error=st.sampled_from(ERRORS), again=st.booleans())
    @precondition(lambda self: not self.hurried)
    def be_unreadable(self, what: str, error: int, again: bool) -> None:
        """Let starts look while something can't be read: nothing changes, and what comes afterwards is as ever."""
        if not self.at_rest():
            return
        COUNTS["starts that could not read something"] += 1
        named = {"BINARY": lambda: loader.extension(self.real.path), "RECORD": self.record}
        process = self.process()
        process.unreadable = str(named[what]()) if what in named else str(self.real.path / what)
        process.error = error
        self.left_alone([process] * (1 + again))
        cudnn_heal_start.error = ""
        self.clock.now += 400
        self.unnoticed = False
        self.rest()

    @rule(folder=st.sampled_from(["nvidia", "nvidia/cudnn", "nvidia/cudnn/lib"]))
    @precondition(lambda self: not self.hurried)
    def lie_on_a_volume_that_is_away(self, folder: str) -> None:
        """Have NVIDIA's files lie elsewhere, where they are reached by a link; take that away, and bring it back."""
        places = [
            one for one in (self.real, self.bare) if (one.path / folder).is_dir() and not (one.path / folder).is_symlink()
        ]
        if len(places) < 2 or self.is_fixed_by_hand():
            return
        COUNTS["volumes that were away"] += 1
        for one in places:
            (one.path / folder).rename(one.root / "volume")
            (one.path / folder).symlink_to(one.root / "volume")
            self.clock.touch(one.libs)
        if self.at_rest():
            for one in places:
                (one.root / "volume").rename(one.root / "away")
            self.left_alone([self.process()] * 2)
            for one in places:
                (one.root / "away").rename(one.root / "volume")
            self.run(self.starting)
            assert self.unnoticed or not self.plan().actions, "the next start does not see that it is back"
        for one in places:
            (one.path / folder).unlink()
            (one.root / "volume").rename(one.path / folder)
            self.clock.touch((one.path / folder).parent)
        self.rest()

    def at_rest(self) -> bool:
        """Come to rest, and be about to look anew; tell whether there is anything to look at."""
        if not self.real.libs.is_dir():
            return False
        self.clock.touch(self.real.libs)
        self.rest()
        if not self.real.libs.is_dir():
            return False
        self.clock.now += 3
        self.clock.touch(self.real.libs)
        return True

    def left_alone(self, processes: list[Process]) -> None:
        """Start in each of `processes`, and check that nothing in the folder changes."""
        before, outside, imported = self.real.entries(), self.real.outside(), loader.imports(self.real.path)
        for process in processes:
            with running(process):
                self.starting()
            self.clock.now += 3
        assert self.real.entries() == before, "something changed that could not be read"
        assert self.real.outside() == outside
        assert loader.imports(self.real.path) or not (imported and loader.imports(self.bare.path)), "it would load"

    def record(self) -> Path:
        """Return the path of the package's RECORD."""
        return next((info / "RECORD" for info in self.real.infos("ctranslate2")), self.real.path / "RECORD")

    @rule(what=CALLS, wheel=st.sampled_from(PACKAGES + PROVIDERS), way=st.sampled_from(WAYS), turns=TURNS)
    def call_while_installing(self, what: str, wheel: str, way: Way, turns: list[int]) -> None:
        if way == "installer" and (wheel not in PACKAGES or self.is_fixed_by_hand()):
            way = "pip"  # what it writes through a link never is in the folder, and a link does not tell of it
        real, bare = self.installing_in_both(WHEELS[wheel], way, "whole")
        self.disturb(what, real, turns)
        drain(bare)
        self.installed(WHEELS[wheel])
        if (what, way) == ("restore", "installer"):
            self.note_doubt()
        if wheel in PACKAGES:
            self.check_stub_exists()
        self.rest()

    def note_doubt(self) -> None:
        """Note the backup whose owner a restore could not tell, since the stub's place was written into at that moment.

        It stays, and the next starts say so: nobody but the user can tell then that it was not theirs.
        """
        left = {name + BACKUP for name in (STUB, STUB_8)} & {*self.real.entries()} - {*self.bare.entries()}
        doubted = [service.reason for service in self.plan().services if service.reason]
        self.unsure |= left & {file for reason in doubted if reason.code == "backup-unknown" for file in reason.values["file"]}

    @rule(what=CALLS, distribution=st.sampled_from(DISTRIBUTIONS), turns=TURNS)
    def call_while_removing(self, what: str, distribution: str, turns: list[int]) -> None:
        self.disturb(what, self.real.removing(distribution), turns)
        self.bare.remove(distribution)
        self.removed(distribution)
        self.rest()

    def disturb(self, what: str, steps: Iterator[None], turns: list[int]) -> int:
        """Let a call happen while an installer takes its `steps`, as many before each system call as `turns` says.

        :return: how many system calls there were.
        """
        COUNTS[f"{what} with an installer at work"] += 1
        process = self.process()
        left = iter(turns)

        def step() -> None:
            for _ in range(next(left, 0)):
                next(steps, None)

        process.before_each = step
        process.while_asleep = lambda: drain(steps)  # an installer does not wait so long between two files
        with running(process):
            if what == "start":
                self.starting()
            else:
                if what == "restore":
                    self.forget_backups()
                call = reconcile.heal if what == "heal" else reconcile.restore
                call(self.real.target, QUIET)
        drain(steps)
        return process.calls

    @rule(turns=TURNS, kill=KILLS)
    def start_twice_at_once(self, turns: list[int], kill: int) -> None:
        COUNTS["two starts at once"] += 1
        before, outside = self.real.entries(), self.real.outside()
        processes = [self.process(), self.process()]
        processes[0].kill_at = kill
        together(processes, [self.starting, self.starting], itertools.chain(turns, itertools.cycle([0, 1])))
        assert self.real.outside() == outside
        self.check_nothing_lost(before)
        self.rest()

    @rule()
    @precondition(lambda self: bool(loader.PROGRAM))
    def ask_the_real_loader(self) -> None:
        """Hold the model of the loader against the real one."""
        path = loader.extension(self.real.path)
        if path:
            COUNTS["asked the real loader"] += 1
            assert loader.ask(path) == loader.imports(self.real.path)

    @rule()
    def rest(self) -> None:
        """Start until nothing happens any more: it has to come to that, and to the right state."""
        self.come_to_rest()
        if self.passing():
            self.clock.now += guard.RETRY_SECONDS
            self.come_to_rest()
        entries = self.real.entries()
        assert self.unnoticed or not self.plan().actions or self.is_only_a_leftover_there(), "something is left to do"
        if self.wheel is None and not self.bare.infos("ctranslate2"):
            # A stamp spares starts a look at what the user has left there.
            assert not (self.real.libs / OWN).exists() or (entries and self.own_files() == {"stamp"})
            self.check_restored()
            assert self.real.libs.exists() == bool(entries), "an empty folder is left"
        for path in [self.real.libs / OWN, *(self.real.libs / OWN).glob("*")]:
            if path.exists() and not path.name.startswith("tmp-"):
                assert path.stat().st_mode & 0o055 >= (0o055 if path.is_dir() else 0o044), f"{path} is closed to others"

    def come_to_rest(self) -> None:
        fast = 0
        for _ in range(10):
            self.clock.now += 3
            self.run(self.starting)
            fast = 0 if self.slow else fast + 1
            if fast == 2 and self.wheel:
                break
        assert fast >= 2, "a slow start every time"

    def passing(self) -> bool:
        """Tell whether what was recorded is believed for a while only."""
        try:
            return (self.real.libs / OWN / "stamp").read_bytes().endswith(b" failed")
        except OSError:
            return False

    def is_only_a_leftover_there(self) -> bool:
        """Tell whether the package is gone, and a killed process's private file lies beside a stamp that another wrote then.

        It goes at the next change; without the stamp, every start would look at what the user has left in the folder.
        """
        return not loader.extension(self.real.path) and bool(self.real.entries()) and self.own_files() == {"stamp"}

    def own_files(self) -> set[str]:
        """Return the names of our own files, what killed processes left aside."""
        names = os.listdir(self.real.libs / OWN) if (self.real.libs / OWN).is_dir() else []
        return {name for name in names if not name.startswith("tmp-")}

    # What must be true.

    def check_nothing_lost(self, before: dict[str, Entry]) -> None:
        """Assert that what is the user's is there, and that the stub's bytes exist."""
        after = self.real.entries()
        for name, entry in self.own.items():
            if name in before and before[name] == entry and not is_generated(name, entry.text):
                assert after.get(name) == entry, f"{name} was the user's"
        assert self.has_stub(after) or not self.has_stub(before), "the stub's bytes are lost"

    def check_stub_exists(self) -> None:
        """Assert that the stub which an installer has just laid down is there, whatever was at work meanwhile."""
        assert self.has_stub(self.real.entries()), "the new stub's bytes are lost"

    def is_stub_gone(self) -> bool:
        """Tell whether there is none without cudnn-heal either, such as where a copying tool dropped links."""
        return not self.wheel or STUBS[self.wheel.version] not in self.bare.entries()

    def has_stub(self, entries: dict[str, Entry]) -> bool:
        """Tell whether the bytes of the installed version's stub are in the folder, or where a link of it leads."""
        if not self.wheel or self.is_stub_gone():
            return True
        name = STUBS[self.wheel.version]
        data = self.wheel.files[f"{FOLDER}/{name}"]
        place = self.real.libs / name
        return any(entry.data == data for entry in entries.values()) or (place.exists() and place.read_bytes() == data)

    def check_healthy(self) -> None:
        """Assert that what is called healthy is one set."""
        loads = loader.imports(self.real.path)
        for service in self.plan().services:
            if service.part != "cudnn" and not loads:
                continue  # the other part tells that nothing of it can be opened
            if service.verdict == "healthy" and service.served == "links":
                COUNTS["healthy"] += 1
                assert len(self.releases(service.part)) == 1, self.releases(service.part)

    def releases(self, part: str) -> set[str]:
        """Return the releases of all that ctranslate2 opens of `part`, as the loader finds it."""
        libraries = loader.load(loader.extension(self.real.path))
        opened = []
        if part == "cudnn":
            shim = next(one for one in libraries if os.path.basename(one.path).startswith("libcudnn-"))
            full = self.release(shim.path).split(" ")[0].rpartition(".")[0]
            major = full.partition(".")[0]
            for name in os.listdir(self.real.path / "nvidia/cudnn/lib"):
                if name.startswith("libcudnn_") and name.endswith(f".so.{major}"):
                    stem = name.partition(".so.")[0]
                    opened += [loader.find(f"{stem}.so.{major}", shim), self.first(stem, full, shim)]
            opened.append(shim.path)
        else:
            binary = next(one for one in libraries if "libctranslate2-" in one.path)
            opened = [one.path for one in loader.load(loader.find("libcublas.so.12", binary))]
        return {self.release(path) for path in opened}

    @staticmethod
    def first(stem: str, version: str, shim: loader.Loaded) -> str:
        """Return what a shim opens: it asks for its own full version first."""
        try:
            return loader.find(f"{stem}.so.{version}", shim)
        except loader.Missing:
            return loader.find(f"{stem}.so.{version.partition('.')[0]}", shim)

    @staticmethod
    def release(path: str) -> str:
        return label(Path(path).read_bytes()).partition(" ")[2]

    def check_restored(self) -> None:
        """Assert that the folder is as it would be without cudnn-heal."""
        left, found = self.left(self.real.entries()), self.left(self.bare.entries())
        differing = [name for name in {**left, **found} if left.get(name) != found.get(name)]
        differing = [name for name in differing if not self.is_stub_all_the_same(name)]
        assert not differing, f"not as found: {differing}"

    def is_stub_all_the_same(self, name: str) -> bool:
        """Tell whether there is a stub under `name` that differs for a good reason.

        What was a link is one again as long as that leads to the stub's bytes, whatever a copying tool made of others; where
        the user's own link in the stub's place is gone, the stub is back; and where others may write in a folder of root's,
        what was a link comes back as a file with the stub's bytes, since the link's text could be theirs.
        """
        real, bare = self.real.libs / name, self.bare.libs / name
        if name not in (STUB, STUB_8) or not real.exists() or not label(real.read_bytes()).startswith("stub"):
            return False
        linked = str(self.real.cache) in os.path.realpath(real)
        folder = self.real.libs.stat()
        filed = not real.is_symlink() and bare.is_symlink() and os.geteuid() == folder.st_uid == 0 and folder.st_mode & 0o022
        return not bare.exists() or (bool(linked or filed) and real.read_bytes() == bare.read_bytes())

    def left(self, entries: dict[str, Entry]) -> dict[str, Entry]:
        """Return `entries` but for what nobody can tell any more, and what rests on it."""
        unsure = {*self.unsure, *self.unproven}
        unsure |= {name + BACKUP for name in (*self.unproven, *self.own)}
        # Where a RECORD did not name the stub, an uninstall has left it there.
        current = STUBS[self.wheel.version] if self.wheel else ""
        records = "".join(path.read_text() for path in self.bare.path.glob("ctranslate2-*.dist-info/RECORD"))
        unsure |= {name for name in (STUB, STUB_8) if name != current and name not in records}
        return {name: entry for name, entry in entries.items() if name not in unsure or name in self.own}
