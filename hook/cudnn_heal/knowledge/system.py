"""What Windows' error numbers mean for somebody who starts a program or loads a library: Microsoft's words, and what helps.

The same number stands in ``[WinError 126]``, in ``(os error 126)``, and, with four hexadecimal digits, in ``0x8007007E``.
"""

# ruff: noqa: E501  (sentences)
from __future__ import annotations

from typing import NamedTuple

from cudnn_heal.knowledge.rows.common import VC_RUNTIME


class Meaning(NamedTuple):
    """Of a number."""

    words: str
    cause: str
    fixes: tuple[str, ...]


ERRORS = {
    2: Meaning(
        "The system cannot find the file specified",
        "a program that is to be started (ffmpeg, git, a compiler), or a file, is not where it is looked for; which of them, a name behind the message tells, or the line of the traceback that starts it",
        (
            "Reading sound: ffmpeg.exe on PATH (`winget install Gyan.FFmpeg`), then a new terminal; `where ffmpeg` must find it",
            "A program's own .exe that is gone: the antivirus program may have taken it; its history shows that. Install the program again",
            "A path in the settings: whole, and without quotes in it",
        ),
    ),
    3: Meaning(
        "The system cannot find the path specified",
        "a folder of the path that is named is not there",
        ("Compare the path, letter by letter, with what is there; a drive that is not connected counts too",),
    ),
    8: Meaning(
        "Not enough memory resources are available",
        "the machine's memory, or its page file, is full",
        ("Close other programs, make the page file larger, or take a smaller model",),
    ),
    14: Meaning(
        "Not enough memory resources are available to complete this operation",
        "memory is full: the machine's with its page file, or the graphics card's where a GPU is used",
        ("Close other programs, make the page file larger, or take a smaller model or batch",),
    ),
    87: Meaning(
        "The parameter is incorrect",
        "the program asked Windows for something in a way that this Windows does not take",
        ("A newer release of the program; Windows brought up to date",),
    ),
    112: Meaning(
        "There is not enough space on the disk",
        "the disk is full",
        ("Make room on it, or lay caches and models on another one",),
    ),
    182: Meaning(
        "The operating system cannot run %1",
        "a DLL was found whose functions or data are not those that were asked for: another release, or another package's of the same name",
        (
            "Install the package whose file is named again, without a cache; look for copies of that DLL in other folders of PATH",
        ),
    ),
    216: Meaning(
        "This version of %1 is not compatible with the version of Windows you're running",
        "the program is made for another kind of processor (ARM, x86, x64)",
        ("The download for this machine: Settings, System, About tells its kind",),
    ),
    225: Meaning(
        "Operation did not complete successfully because the file contains a virus or potentially unwanted software",
        "the antivirus program blocked the file",
        (
            "Download it again from its makers' own page; then look into the antivirus program's history, and allow it only if you trust it",
        ),
    ),
    267: Meaning(
        "The directory name is invalid",
        "the folder that is named is not there, or is a file",
        ("Compare the path with what is there",),
    ),
    487: Meaning(
        "Attempt to access invalid address",
        "memory could not be reserved where it was wanted: another program's DLL (an antivirus program, an overlay) lies there, or memory is full",
        ("Close overlays and the like, and make the page file larger",),
    ),
    577: Meaning(
        "Windows cannot verify the digital signature for this file",
        "a driver or DLL is not signed as this Windows demands, or was changed",
        (
            "Install the driver again, from its makers; a setting of Windows that demands signatures (memory integrity) may be the reason",
        ),
    ),
    740: Meaning(
        "The requested operation requires elevation",
        "the program that is started asks for an administrator's rights, and what starts it has none",
        (
            "Start it once by itself, as administrator (an installer, a driver's tool); an environment of your own folder needs no such rights",
        ),
    ),
    998: Meaning(
        "Invalid access to memory location",
        "a DLL failed while it started: it is damaged, or does not bear another one in the process",
        ("Install the package that has it again, without a cache", VC_RUNTIME),
    ),
    1157: Meaning(
        "One of the library files needed to run this application cannot be found",
        "a DLL that the program needs is not found",
        (
            VC_RUNTIME,
            "A build with CUDA: CUDA's DLLs, of the major version that it is built for, on PATH or beside the program",
        ),
    ),
    1260: Meaning(
        "This program is blocked by group policy",
        "whoever manages this machine (or an antivirus program) forbids the program",
        ("Ask whoever manages it; a folder that the policy allows may do",),
    ),
    1392: Meaning(
        "The file or directory is corrupted and unreadable",
        "the disk's file system is damaged",
        ("Check the disk: `chkdsk /f` as administrator",),
    ),
    1450: Meaning(
        "Insufficient system resources exist to complete the requested service",
        "Windows has run out of memory of its own: the page file, or files that are too large to be read in one piece",
        ("Close other programs, make the page file larger; read from a local disk, not over the network",),
    ),
    1920: Meaning(
        "The file cannot be accessed by the system",
        "the file is a link or an app alias of Windows that this process may not follow",
        ("Python from python.org (or uv), not Microsoft Store's; models copied, not linked",),
    ),
    4551: Meaning(
        "An Application Control policy has blocked this file",
        "Windows' Smart App Control, or a policy (WDAC), forbids files without a known signature, such as a package's DLLs",
        (
            "Smart App Control is turned off in Windows Security, App & browser control; Windows keeps it off until it is installed anew",
            "On a machine that others manage: they have to allow the file; WSL2 is another way",
        ),
    ),
    10013: Meaning(
        "An attempt was made to access a socket in a way forbidden by its access permissions",
        "the port is kept by Windows (Hyper-V), or a firewall forbids it",
        ("Another port; `netsh interface ipv4 show excludedportrange protocol=tcp` lists the kept ones",),
    ),
    10048: Meaning(
        "Only one usage of each socket address is normally permitted",
        "another program, or an earlier run, holds the port",
        ("Another port, or end that program: `netstat -ano | findstr :PORT` names it",),
    ),
    10054: Meaning(
        "An existing connection was forcibly closed by the remote host",
        "the other side ended: a server, a proxy, or a process that the program itself had started and that crashed",
        ("Try again; look at the log of the other side",),
    ),
    10060: Meaning(
        "A connection attempt failed because the connected party did not properly respond",
        "no answer came from the network: no connection, a firewall, or a proxy that the program was not told of",
        ("Behind a proxy: HTTPS_PROXY in the program's environment",),
    ),
    10061: Meaning(
        "No connection could be made because the target machine actively refused it",
        "nothing listens at that address and port",
        ("Start the server, and compare the port",),
    ),
    10106: Meaning(
        "The requested service provider could not be loaded or initialized",
        "Windows' network part (Winsock) did not start in this process: mostly the program was started with an environment without SystemRoot, otherwise Winsock's catalog is damaged",
        (
            "Pass the whole environment on to what is started (`env={**os.environ, …}`)",
            "`netsh winsock reset` as administrator, then restart",
        ),
    ),
}
"""By number.  What rows of the table know better is told by them."""
