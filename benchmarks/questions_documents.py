"""Three technical documents that packages of Debian ship, for question sets; none is kept here.

lte-design (GPL-2, by its package's copyright file): the design of the LTE model of ns-3; about
29 500 words of prose.
tcp (GPL-2, by the same): the TCP models of ns-3; about 11 000 words.
qos_framework (BSD-3-Clause, by its own first line): the quality-of-service framework of DPDK;
12 700 words, about 6 000 of them prose, the rest tables, figures and code.

    python -m benchmarks.questions_documents FOLDER
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

NS3 = "usr/share/doc/ns3/models/html/_sources"
DPDK = "usr/share/doc/dpdk/guides/_sources/prog_guide"


class Source(NamedTuple):
    """A file of a package, with the size that it must have."""

    package: str
    version: str
    path: str
    size: int


SOURCES = (
    Source("ns3-doc", "3.37-2", f"{NS3}/lte-design.rst.txt", 223_648),
    Source("ns3-doc", "3.37-2", f"{NS3}/tcp.rst.txt", 92_576),
    Source("dpdk-doc", "22.11.11-0+deb12u1", f"{DPDK}/qos_framework.rst.txt", 120_115),
)


def fetch(folder: Path) -> list[Path]:
    """Download the packages, and put their documents into the folder; what is there is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    found = [folder / Path(source.path).name for source in SOURCES]
    for package, version in sorted({(source.package, source.version) for source in SOURCES}):
        wanted = [
            (source, target)
            for source, target in zip(SOURCES, found, strict=True)
            if source.package == package and not target.exists()
        ]
        if wanted:
            with tempfile.TemporaryDirectory() as scratch:
                _unpack(package, version, Path(scratch))
                for source, target in wanted:
                    shutil.copyfile(Path(scratch) / source.path, target)
    for source, target in zip(SOURCES, found, strict=True):
        if target.stat().st_size != source.size:
            sys.exit(
                f"{target} has {target.stat().st_size} bytes; {source.package} {source.version} "
                f"has {source.size}: remove it and fetch again"
            )
    return found


def _unpack(package: str, version: str, scratch: Path) -> None:
    """The content of a Debian package; only `apt-get` and `dpkg-deb` know where and how."""
    try:
        subprocess.run(
            ["apt-get", "download", "-qq", f"{package}={version}"], cwd=scratch, check=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"{package} {version} cannot be downloaded ({error}); it needs Debian's apt-get")
    (archive,) = scratch.glob("*.deb")
    subprocess.run(["dpkg-deb", "-x", archive, scratch], check=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("give the folder to put the documents into")
    for path in fetch(Path(sys.argv[1])):
        print(path)
