"""The limits that the kernel keeps for each process (setrlimit(2))."""

import resource

from kb.sandbox.confinement.limits import Limits


def limit_resources(limits: Limits, *, apart: bool) -> None:
    """Bound memory, files and descriptors of this process and of what it starts.

    The kernel counts processes and threads for each user and user namespace, so that
    bound is set only where the child is `apart`; it never binds the machine's root.
    """
    _limit(resource.RLIMIT_AS, limits.memory_mb << 20)
    limit_files(written_mb=limits.file_mb, open_files=limits.open_files)
    if apart:
        _limit(resource.RLIMIT_NPROC, limits.processes)


def limit_files(*, written_mb: int, open_files: int) -> None:
    """Bound one written file and the descriptors of a process; no core files at all."""
    _limit(resource.RLIMIT_FSIZE, written_mb << 20)
    _limit(resource.RLIMIT_NOFILE, open_files)
    _limit(resource.RLIMIT_CORE, 0)  # it would hold a document's text


def limit_cpu(seconds: float) -> None:
    """So many seconds from now on, in this process; past them it is killed by SIGXCPU."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime + seconds) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if hard == resource.RLIM_INFINITY or until < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


def _limit(what: int, value: int) -> None:
    _, hard = resource.getrlimit(what)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(what, (value, value))
