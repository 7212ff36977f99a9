"""What every confined process may read: the interpreter, its libraries, the system's programs.

None of it belongs to a matter. Of this checkout it is the code alone, since its folder holds
the store by default; of /etc what libraries and fonts are found by; of /proc the process itself.
"""

import os
import shutil
import sys
from pathlib import Path

from kb.paths import ROOT

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store")
_SETTINGS = (
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/ld.so.preload"),
    *(
        "/etc/fonts",
        "/etc/libreoffice",
        "/etc/papersize",
        "/etc/mime.types",
        "/etc/ssl/openssl.cnf",
    ),
    *("/etc/localtime", "/etc/timezone", "/etc/nsswitch.conf", "/var/cache/fontconfig"),
    *("/etc/locale.alias", "/var/lib/libreoffice", "/var/spool/libreoffice"),
    *("/dev/zero", "/dev/random", "/dev/urandom", "/sys/devices/system/cpu"),
    *(
        "/proc/cpuinfo",
        "/proc/meminfo",
        "/proc/filesystems",
        "/proc/sys/vm/overcommit_memory",
        "/proc/self",
    ),
)
_CONVERTERS = ("soffice", "libreoffice", "tesseract")
"""Programs that readers start; one that was installed apart brings its own folder."""


def programs() -> list[str]:
    """Folders that may be read and from which programs may be run."""
    found = [*_SYSTEM, *_interpreter()]
    found += [one for one in os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep) if one]
    for name in _CONVERTERS:
        if path := shutil.which(name):
            found.append(str(Path(path).resolve().parents[1]))
    return [one for one in dict.fromkeys(found) if one not in ("/", str(Path.home()))]


def settings() -> list[str]:
    """Files and folders that may be read."""
    return list(_SETTINGS)


def packages() -> list[str]:
    """The folders of this checkout's own code, without what else lies in it."""
    return sorted(str(one.parent) for one in ROOT.glob("*/__init__.py"))


def _interpreter() -> list[str]:
    libraries = [one for one in sys.path if Path(one).name in ("site-packages", "dist-packages")]
    return [sys.prefix, sys.base_prefix, *libraries, *packages()]
