"""Files, rights and the network, as the operating system tells of them and any program passes it on."""

# ruff: noqa: E501  (a message stands as its program prints it)
from __future__ import annotations

from cudnn_heal.advice import Advice
from cudnn_heal.knowledge.model import Row
from cudnn_heal.knowledge.rows.common import fixes

ROWS = (
    Row(
        id="curl-write",
        seen=("model",),
        pattern=r"curl: \(23\) ?(?:Fail(?:ed|ure) writing|client returned ERROR on write|Failed to open|Failure writing)",
        cause="curl could not write what it got: the folder is not there or is closed to this user, the disk is full, or the program to which the download was piped ended first.",
        fixes=fixes(
            Advice(
                "run",
                "In the folder where it was to go: whose it is, who asks, and how much room there is",
                command="ls -ld .; id; df -h .",
            ),
            "In a pipe (`curl … | tar`): what the other program said is the cause",
        ),
        reference=("https://curl.se/docs/manpage.html",),
        example="curl: (23) Failure writing output to destination",
    ),
    Row(
        id="owner-refused",
        seen=("container",),
        pattern=r"l?chown: (?:changing (?:ownership|group) of )?['\"]?(?P<path>/[^'\":\s]{0,200})['\"]?: Operation not permitted|(?:chown|lchown) (?P<go>/[\w./@+-]{1,200}): operation not permitted|EPERM: operation not permitted, l?chown '(?P<node>[^']{1,200})'",
        cause="An owner or rights were to be changed where that is not possible: on a share (SMB, NFS with root_squash), on exFAT or Windows' drives, in a container that runs as another user than root, without root's rights on the host (rootless), or without the capability for it.",
        fixes=fixes(
            Advice("run", "See what it lies on, on the host", command="findmnt -T {path}; ls -ld {path}"),
            "A share: the owner is set where it is mounted (SMB: `uid=`, `gid=`) or on the server; let the container run as that owner (linuxserver's images: PUID and PGID; Docker: `--user`)",
            "Or a volume of Docker's, or a folder on a Linux file system, in its place",
        ),
        reference=(
            "https://man7.org/linux/man-pages/man2/chown.2.html",
            "https://docs.linuxserver.io/general/understanding-puid-and-pgid/",
        ),
        kind="warning",
        example="chown: changing ownership of '/config': Operation not permitted",
    ),
    Row(
        id="disk-error",
        seen=("memory",),
        pattern=r"\[Errno 5\] Input/output error|Input/output error \(os error 5\)|EIO: i/o error|: [Ii]nput/output error(?=$|[A-Z'\"])|\[Errno 116\]|Stale (?:NFS )?file handle|Transport endpoint is not connected|\[Errno 121\] Remote I/O error|\[WinError (?:59|1117|1392|483)\]",
        cause="The disk, or the share, that a file lies on does not answer rightly: it is failing, was unplugged, or its server or network was away. No program mends that.",
        fixes=fixes(
            Advice(
                "run", "What the kernel says of it", command="sudo dmesg | grep -i -E 'error|ata|nvme|nfs|cifs|fuse' | tail -30"
            ),
            "A share: unmount it and mount it anew, then start the container again; else save what is on the disk, and look at its health (`sudo smartctl -a /dev/…`)",
            "Models and caches on a disk of the machine's own",
        ),
        reference=("https://man7.org/linux/man-pages/man3/errno.3.html",),
        example="OSError: [Errno 5] Input/output error: '/mnt/nas/talk.wav'",
    ),
    Row(
        id="links-unsupported",
        seen=("model",),
        pattern=r"\[Errno (?:1|38|95)\] (?:Operation not (?:permitted|supported)|Function not implemented)(?:: '[^']{1,200}')? -> '(?P<link>[^']{1,200})'|failed to create symbolic link '(?P<tool>[^']{1,200})': (?:Operation not (?:permitted|supported)|Function not implemented|Protocol error)|symlink \S{1,200} (?P<go>/\S{1,200}): operation not (?:permitted|supported)",
        cause="The file system has no symbolic links: exFAT, FAT, a share (SMB), a folder of Windows' in a container. A virtual environment, and the hub's cache, are made of them.",
        fixes=fixes(
            "The cache, or the environment, on a Linux file system: HF_HOME, UV_PROJECT_ENVIRONMENT to a folder there, or a volume of Docker's",
            "SMB: mounted with `mfsymlinks`; uv: UV_LINK_MODE=copy copies packages, and an environment's python is a link all the same",
        ),
        reference=(
            "https://man7.org/linux/man-pages/man2/symlink.2.html",
            "https://huggingface.co/docs/huggingface_hub/guides/manage-cache",
        ),
        example="OSError: [Errno 95] Operation not supported: '../../blobs/0a1b' -> '/mnt/share/hub/models--Systran--faster-whisper-tiny/snapshots/d9/model.bin'",
    ),
    Row(
        id="line-ends",
        seen=("install",),
        pattern=r"\$'\\r': command not found|env: '?\w{2,20}[\w.-]{0,20}(?:\\r|\?)'?: No such file|/bin/(?:ba)?sh\^M: bad interpreter|/usr/bin/env: 'python3?\\r'|syntax error near unexpected token `(?:\$')?[\w{()]{1,20}\\r'?",
        cause="The script has Windows' line ends (CR LF): the shell takes the CR for a part of the word. Git on Windows writes them when it checks files out, and an image that is built from these has them.",
        fixes=fixes(
            Advice("run", "Take them out", command='sed -i "s/\\r$//" FILE'),
            "For good: `* text=auto` and `*.sh text eol=lf` in .gitattributes, then `git add --renormalize .`; or `git config --global core.autocrlf input` and the repository cloned anew, then the image built anew",
        ),
        reference=("https://git-scm.com/docs/gitattributes#_text",),
        example="/usr/bin/env: 'bash\\r': No such file or directory",
    ),
    Row(
        id="clock-wrong",
        seen=("container",),
        pattern=r"certificate is not yet valid|certificate has expired or is not yet valid|certificate verify failed: certificate has expired|Release file for \S{5,200} is not valid yet|CERT_NOT_YET_VALID|CERT_HAS_EXPIRED|signature is from the future|Clock skew detected|RequestTimeTooSkewed",
        cause="A certificate, or a signature, is not valid at the time that this machine takes it to be: its clock is wrong (a VM that slept, WSL, a board without a battery), or its list of authorities is old.",
        fixes=fixes(
            Advice("run", "See the time, in UTC", command="date -u"),
            "The clock: `sudo timedatectl set-ntp true`; WSL: `sudo hwclock -s`, or `wsl --shutdown` in Windows; an old image: `apt-get install --reinstall ca-certificates`, or `pip install --upgrade certifi`",
            "The time is right, and one host alone does it: its certificate has run out, which its owner alone mends",
        ),
        reference=("https://docs.python.org/3/library/ssl.html",),
        example="ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate is not yet valid (_ssl.c:1006)",
    ),
    Row(
        id="locale",
        seen=("install",),
        pattern=r"locale\.Error: unsupported locale setting|setlocale: LC_ALL: cannot change locale \((?P<locale>[\w.@-]{2,40})\)|Click will abort further execution because Python was configured to use ASCII",
        cause="LANG or LC_ALL names a language that this system does not have, as slim images and machines that are reached by ssh from another do.",
        fixes=fixes(
            Advice("run", "What every system has", command="export LC_ALL=C.UTF-8 LANG=C.UTF-8"),
            Advice("run", "See what is set", command="env | grep -E '^(LANG|LC_)'; locale -a"),
        ),
        reference=("https://docs.python.org/3/library/locale.html",),
        example="locale.Error: unsupported locale setting",
    ),
    Row(
        id="file-busy",
        seen=("install",),
        pattern=r"[Tt]ext file busy(?!\w)|\[Errno 26\]|ETXTBSY|(?:rm|rmdir|mv|umount): [^:]{1,200}: (?:[Dd]evice or resource|target is) busy|\[Errno 16\] Device or resource busy: '(?P<path>[^']{1,200})'|EBUSY: resource busy or locked",
        cause="A file is to be changed, replaced or removed while something uses it: a program that runs from it, or a file or folder that is mounted by itself into the container, which can't be replaced from within.",
        fixes=fixes(
            Advice("run", "See who uses it", command="sudo fuser -v FILE"),
            "End that program first; in a container: mount the folder in which the file lies instead of the file",
        ),
        reference=("https://man7.org/linux/man-pages/man3/errno.3.html",),
        example="OSError: [Errno 26] Text file busy: '/usr/local/bin/ffmpeg'",
    ),
    Row(
        id="shared-semaphores",
        seen=("crash",),
        pattern=r"\[Errno 38\] Function not implemented(?!.{0,200}->)|This platform lacks a functioning sem_open implementation|(?:_multiprocessing|multiprocessing\.synchronize).{0,400}?\[Errno (?:2|13|28|30)\]",
        cause="Python's multiprocessing needs semaphores in shared memory (/dev/shm), which this system does not offer, or does not let this user write: a serverless platform, a sandbox, a container without it.",
        fixes=fixes(
            Advice("run", "See whether it is there", command="ls -ld /dev/shm; df -h /dev/shm"),
            "`num_workers=0`, threads instead of processes; a container: `--shm-size=1g`, and /dev/shm must not be mounted read-only",
        ),
        reference=("https://man7.org/linux/man-pages/man7/sem_overview.7.html",),
        example="OSError: [Errno 38] Function not implemented",
    ),
)
