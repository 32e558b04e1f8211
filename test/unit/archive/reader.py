"""Checks a release package with Python's standard library alone, written from docs/package-format.md.

usage: reader.py PACKAGE < credential      prints one JSON object
"""
import base64
import hashlib
import hmac
import json
import sys
import unicodedata
import zipfile


def identity(line):
    value = json.loads(line)
    return [(value[name] or "").encode("utf-8") for name in ("type", "project", "code")]


def check_lines(path, content, faults):
    if content and not content.endswith(b"\n"):
        faults.append(f"{path}: open last line")
    keys = [identity(line) for line in content.split(b"\n")[:-1]]
    if any(left >= right for left, right in zip(keys, keys[1:])):
        faults.append(f"{path}: lines out of order")
    return len(keys)


def check_seal(manifest, seal, credential):
    kdf = seal["kdf"]
    key = hashlib.scrypt(
        unicodedata.normalize("NFC", credential).encode("utf-8"),
        salt=base64.b64decode(kdf["salt"]), n=kdf["N"], r=kdf["r"], p=kdf["p"], dklen=32,
    )
    mac = hmac.new(key, manifest, hashlib.sha256).digest()
    return hmac.compare_digest(mac, base64.b64decode(seal["mac"])), key.hex()


def main():
    credential = sys.stdin.buffer.read().decode("utf-8")
    package = zipfile.ZipFile(sys.argv[1])
    names = package.namelist()
    faults = []
    if names[:2] != ["manifest.json", "seal.json"]:
        faults.append("head")
    manifest_bytes = package.read("manifest.json")
    manifest = json.loads(manifest_bytes)
    paths = [entry["path"] for entry in manifest["entries"]]
    if names[2:] != paths or paths != sorted(paths, key=lambda path: path.encode("utf-8")):
        faults.append("entries out of order")
    objects = 0
    for entry in manifest["entries"]:
        path, content = entry["path"], package.read(entry["path"])
        if len(content) != entry["bytes"] or hashlib.sha256(content).hexdigest() != entry["sha256"]:
            faults.append(f"{path}: digest")
        if path.endswith(".ndjson"):
            count = check_lines(path, content, faults)
            objects += count if path.startswith("objects/") else 0
    if objects != manifest["counts"]["objects"]:
        faults.append("counts")
    sealed, key = check_seal(manifest_bytes, json.loads(package.read("seal.json")), credential)
    if not sealed:
        faults.append("seal")
    digest = hashlib.sha256(manifest_bytes).hexdigest()
    print(json.dumps({"faults": faults, "objects": objects, "key": key, "manifest": digest}))


main()
