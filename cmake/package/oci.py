#!/usr/bin/env python3
"""oci.py MODULE VERSION OUTPUT.tar: the module as an OCI image layout, as in the CNCF's layout for WebAssembly: one
layer, the unchanged module. `oras cp --from-oci-layout OUTPUT.tar:VERSION REGISTRY/…` pushes it. Equal input gives equal
bytes; SOURCE_DATE_EPOCH is its time."""
import datetime
import hashlib
import io
import json
import os
import pathlib
import sys
import tarfile


def main(module, version, output):
    epoch = int(os.environ["SOURCE_DATE_EPOCH"])
    created = datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    files = {}

    def blob(media_type, data):
        digest = hashlib.sha256(data).hexdigest()
        files[f"blobs/sha256/{digest}"] = data
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}

    def blob_of(media_type, value):
        return blob(media_type, json.dumps(value, separators=(",", ":"), sort_keys=True).encode())

    layer = blob("application/wasm", pathlib.Path(module).read_bytes())
    config = blob_of(
        "application/vnd.wasm.config.v0+json",
        {"created": created, "architecture": "wasm", "os": "wasip1", "layerDigests": [layer["digest"]]},
    )
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": config,
        "layers": [layer],
        "annotations": {
            "org.opencontainers.image.title": "remove_contacts",
            "org.opencontainers.image.description": "Removes contacts from Skipcall sequences: an action module",
            "org.opencontainers.image.version": version,
            "org.opencontainers.image.licenses": "MIT",
            "org.opencontainers.image.created": created,
        },
    }
    entry = blob_of(manifest["mediaType"], manifest)
    entry["annotations"] = {"org.opencontainers.image.ref.name": version}
    index = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [entry]}
    files["index.json"] = json.dumps(index, separators=(",", ":"), sort_keys=True).encode()
    files["oci-layout"] = b'{"imageLayoutVersion":"1.0.0"}'
    with tarfile.open(output, "w", format=tarfile.USTAR_FORMAT) as tar:
        for name in sorted(files):
            member = tarfile.TarInfo(name)
            member.size, member.mtime, member.mode = len(files[name]), epoch, 0o644
            tar.addfile(member, io.BytesIO(files[name]))


if __name__ == "__main__":
    main(*sys.argv[1:])
