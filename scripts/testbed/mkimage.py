#!/usr/bin/env python3
"""Packs a folder into an image archive (docker-archive) that `cluster.sh import` loads. Same folder, same bytes."""

import argparse
import hashlib
import io
import json
import os
import platform
import tarfile
import tempfile

PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reference", help="NAME:TAG; without a registry it means docker.io")
    parser.add_argument("folder", help="root file system")
    parser.add_argument("archive", help="the .tar to write")
    words = {"type": lambda text: text.split(","), "metavar": "A,B"}
    parser.add_argument("--entrypoint", **words)
    parser.add_argument("--cmd", **words)
    parser.add_argument("--env", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--user", default="")
    parser.add_argument("--workdir", default="/")
    parser.add_argument("--volume", action="append", default=[], metavar="PATH")
    parser.add_argument("--expose", action="append", default=[], metavar="PORT")
    parser.add_argument("--own", action="append", default=[], metavar="PATH=UID:GID", type=owner,
                        help="owner of a path and of all below it; everything else belongs to root")
    return parser.parse_args()


def owner(text):
    path, _, ids = text.partition("=")
    uid, _, gid = ids.partition(":")
    return path.strip("/"), int(uid), int(gid)


def write_layer(file, folder, owners):
    def normalize(member):
        member.uid = member.gid = member.mtime = 0
        member.uname = member.gname = ""
        for path, uid, gid in owners:
            if member.name == path or member.name.startswith(path + "/"):
                member.uid, member.gid = uid, gid
        return member

    with tarfile.open(fileobj=file, mode="w") as tar:
        for name in sorted(os.listdir(folder)):
            tar.add(os.path.join(folder, name), arcname=name, filter=normalize)


def sha256(file):
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


def configuration(options, layer):
    config = {"Env": [PATH, *options.env], "WorkingDir": options.workdir, "User": options.user}
    if options.entrypoint:
        config["Entrypoint"] = options.entrypoint
    if options.cmd:
        config["Cmd"] = options.cmd
    if options.volume:
        config["Volumes"] = {path: {} for path in options.volume}
    if options.expose:
        config["ExposedPorts"] = {f"{port}/tcp": {} for port in options.expose}
    return {
        "architecture": ARCHITECTURES.get(platform.machine(), platform.machine()),
        "os": "linux",
        "config": config,
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer}"]},
        "history": [{"created_by": "mkimage.py"}],
    }


def main():
    options = arguments()
    with tempfile.TemporaryFile(dir=os.path.dirname(os.path.abspath(options.archive))) as file:
        write_layer(file, options.folder, options.own)
        layer = sha256(file)
        config = json.dumps(configuration(options, layer)).encode()
        config_name = hashlib.sha256(config).hexdigest() + ".json"
        layer_name = f"{layer}/layer.tar"
        manifest = [{"Config": config_name, "RepoTags": [options.reference], "Layers": [layer_name]}]

        with tarfile.open(options.archive, "w") as tar:
            def add(name, size, content):
                member = tarfile.TarInfo(name)
                member.size = size
                tar.addfile(member, content)

            add(config_name, len(config), io.BytesIO(config))
            size = file.seek(0, os.SEEK_END)
            file.seek(0)
            add(layer_name, size, file)
            text = json.dumps(manifest).encode()
            add("manifest.json", len(text), io.BytesIO(text))


if __name__ == "__main__":
    main()
