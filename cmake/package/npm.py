#!/usr/bin/env python3
"""npm.py TARBALL FOLDER [LICENCES]: completes what `npm pack` made of FOLDER. Its README is read on other sites, so its links
become absolute. The one CHANGELOG.md of the repository is added, and LICENCES, the texts for the module inside. The
same input gives the same bytes."""
import gzip
import io
import pathlib
import sys
import tarfile

sys.dont_write_bytecode = True
from readme import absolute  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main(tarball, folder, licences=None):
    path = pathlib.Path(tarball)
    with tarfile.open(path) as archive:
        files = {
            member.name: (member.mode, archive.extractfile(member).read()) for member in archive if member.isfile()
        }
    mode, readme = files["package/README.md"]
    files["package/README.md"] = (mode, absolute(readme.decode(), folder).encode())
    files["package/CHANGELOG.md"] = (0o644, (ROOT / "CHANGELOG.md").read_bytes())
    if licences:
        files["package/MODULE_LICENSES.txt"] = (0o644, pathlib.Path(licences).read_bytes())
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, (mode, data) in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mode, member.mtime = len(data), mode, 499162500  # npm's own time
            archive.addfile(member, io.BytesIO(data))
    path.write_bytes(gzip.compress(out.getvalue(), mtime=0))


if __name__ == "__main__":
    main(*sys.argv[1:])
