"""Steps 1 to 3: container, manifest, keys (SPEC.md section 14)."""

from typing import Any, Final

from . import canonical, container, shape, signed, texts, trust
from .pack import Pack, Result
from .refused import Unknown, refuse, require

MANIFEST: Final = shape.record(
    {
        "engine": shape.text,
        "files": shape.mapping(shape.string(None), shape.digest),
        "format": shape.count,
        "from": shape.count,
        "log": shape.name,
        "origin": shape.string(255),
        "purpose": shape.text,
        "size": shape.count,
        "tenant": shape.name,
        "to": shape.count,
        "vendor": shape.name,
        "vendor_name": shape.text,
    }
)
OWN: Final = ("manifest.dsse", "manifest.json")


def container_holds(pack: Pack) -> Result:
    """Step 1."""
    pack.files = container.read(pack.data)
    container.complete(pack.files)
    return Result("held", f"{len(pack.files)} files")


def manifest_holds(pack: Pack) -> Result:
    """Step 2."""
    document = signed.read(bytes(pack.files["manifest.dsse"]), "manifest.dsse")
    pack.manifest = _manifest(document)
    require(document.payload == pack.files["manifest.json"], "manifest.json", "the payload of manifest.dsse")
    listed = pack.manifest["files"]
    _files_match(pack, listed)
    subjects = [(name, listed[name].removeprefix("sha256:")) for name in sorted(listed, key=canonical.order)]
    signed.about(document, subjects, "manifest.dsse")
    pack.trust = trust.read(bytes(pack.files["trust.json"]))
    _signed_by_one(pack, document)
    return Result("held", f"{len(listed)} files listed, none missing, none besides")


def _manifest(document: signed.Signed) -> Any:
    if document.kind != f"{signed.URN}pack:v1":
        raise Unknown("manifest.dsse", f"{signed.URN}pack:v1", ascii(document.kind[:200]))
    found = document.predicate
    if isinstance(found, dict) and isinstance(found.get("format"), int) and found["format"] != 1:
        raise Unknown("manifest.dsse: format", "1", str(found["format"]))
    MANIFEST(found, "manifest.dsse")
    return found


def _files_match(pack: Pack, listed: Any) -> None:
    for name in listed:
        require(name in pack.files and name not in OWN, "manifest.json: files", "only files that are there", name)
    for name, contents in pack.files.items():
        if name not in OWN:
            require(name in listed, name, "to be listed in the manifest")
            require(texts.digest(contents) == listed[name], name, listed[name], texts.digest(contents))


def _signed_by_one(pack: Pack, document: signed.Signed) -> None:
    require(len(document.signatures) == 1, "manifest.dsse", "one signature", len(document.signatures))
    keyid = document.signatures[0][0]
    key = pack.of_trust().keys.get(keyid)
    if key is None or not key.may("pack"):
        refuse("manifest.dsse", "a key of trust.json that may sign packs", keyid)
    require(document.signed_by(keyid, key.public), "manifest.dsse", "a signature that holds")
    pack.manifest_signer = keyid
    pack.signers.add(keyid)


def keys_hold(pack: Pack) -> Result:
    """Step 3."""
    of = pack.of_trust()
    for member, found in (("vendor", of.vendor), ("vendor_name", of.vendor_name)):
        require(pack.manifest[member] == found, f"manifest.json: {member}", found, pack.manifest[member])
    named = pack.known.named or []
    pack.trusted = of.trusted(keyid for keyid in of.keys if any(trust.names(text, keyid) for text in named))
    return Result("held", f"{len(of.keys)} keys, {len(of.rotations)} rotations")
