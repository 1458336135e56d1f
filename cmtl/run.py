"""`make run` on a machine with nothing but Python: packages into .venv, then over to `cmtl.serve`.

Standard library only: this file runs before anything is installed.
"""

import ctypes.util
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
PANGO = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]
ON_DEBIAN = Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def apt_install(packages: list[str]) -> bool:
    """As root on Debian: fetch what is missing. False where that cannot be done."""
    if not (ON_DEBIAN and IS_ROOT):
        return False
    print(f"Installing {' '.join(packages)}…", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        if subprocess.run(["apt-get", *command], stdout=subprocess.DEVNULL, env=environment).returncode:
            return False
    return True


def has_pango() -> bool:
    """WeasyPrint draws the annual report's PDF with it."""
    return all(ctypes.util.find_library(name) for name in ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset"))


def make_venv() -> None:
    try:
        import ensurepip  # noqa: F401  (Debian keeps it in a package of its own)
    except ImportError:
        if not apt_install([f"python3.{sys.version_info.minor}-venv"]):
            sys.exit("This Python cannot make virtual environments. Run:  sudo apt-get install python3-venv")
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)


def install(lock: Path) -> None:
    """The locked packages, each checked against its hash; again only when the lock changes."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = VENV / f".{lock.stem}.sha256"
    if stamp.exists() and stamp.read_text() == digest:
        return
    if not PYTHON.exists():
        make_venv()
    print("Installing the locked packages into .venv (first time only: about a minute)…", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--require-hashes"]
    if subprocess.run([*pip, "-r", str(lock)]).returncode:
        sys.exit("The packages could not be installed: see above. Nothing else was changed.")
    stamp.write_text(digest)


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - whatever Python is there runs this file
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    if sys.argv[1:] == ["--tests"]:
        install(ROOT / "requirements" / "dev.txt")
        subprocess.check_call([str(PYTHON), "-m", "cmtl.messages"], cwd=ROOT)  # attacks read French pages
        return
    install(ROOT / "requirements" / "base.txt")
    if not has_pango() and not apt_install(PANGO):
        print("Pango is missing: everything works but the PDF of annual reports. To have it too:")
        print(f"    sudo apt-get install {' '.join(PANGO)}", flush=True)
    arguments = [str(PYTHON), "-m", "cmtl.serve"]
    os.chdir(ROOT)
    if os.name == "nt":
        sys.exit(subprocess.call(arguments))
    os.execv(arguments[0], arguments)


if __name__ == "__main__":
    main()
