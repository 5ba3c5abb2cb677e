//! `README.txt` of a pack: what this is, and how to check it with tools that are nobody's product.

use super::Contents;

/// The text; a function of the pack's contents alone.
pub(super) fn text(contents: &Contents, to: u64, attested: u64) -> String {
    let Contents { trust, tenant, from, log, checkpoint, .. } = contents;
    format!(
        "\
EvidencePack of {vendor} for tenant {tenant}
{rule}

What this is
  Every decision that was made about writes of AI agents to this tenant's data, from #{from} to #{to} of the
  log {log}: allowed, denied and escalated ones, what each effect really did, and the documents
  by which it was decided. The log had {size} receipts when its checkpoint was signed.
{effects}
How to check it without trusting anybody
  1. Ask the vendor for the fingerprint of its key by another way than the one this file came by.
  2. Open verifier.html from disk (it makes no network request; disconnect to be certain), drop this
     file on it and enter the fingerprint. Or run:
         evidence verify THIS-FILE --key \"FINGERPRINT\"
  3. The answer is one of: Verified; Intact, signer not confirmed; Incomplete; Does not verify; Could not check.

With openssl and sha256sum only
  unzip this file, then
  - the files are the ones that the manifest lists:   sha256sum *    against \"files\" in manifest.json
  - the key's fingerprint:      take public_key of trust.json, base64 -d > key.raw; sha256sum key.raw
  - a PEM of the key:           (printf '\\x30\\x2a\\x30\\x05\\x06\\x03\\x2b\\x65\\x70\\x03\\x21\\x00'; cat key.raw) | \\
                                  openssl pkey -pubin -inform DER -out key.pem
  - the manifest's signature:   take sig of manifest.dsse, base64 -d > sig.raw;
                                (printf 'DSSEv1 28 application/vnd.in-toto+json %d ' $(wc -c < manifest.json); \\
                                  cat manifest.json) > message;
                                openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in message -sigfile sig.raw
  Each line of receipts.jsonl is signed in the same way over its own payload.

Files
  manifest.json, manifest.dsse   what is in here, and the signature over it
  receipts.jsonl                 the receipts, one DSSE envelope a line, oldest first
  cited.jsonl                    earlier receipts that these rely on, with inclusion proofs
  checkpoint, edges.json         the log's signed head, and the hashes on both sides of the range
  contracts/, envelopes/         the documents in force, with the Cedar that each envelope compiles to
  disclosures.json               values of sealed columns that were opened for you
  trust.json                     the vendor's keys; they prove nothing until you compare a fingerprint
  summary.html                   the same in words, for printing
",
        vendor = trust.vendor_name,
        rule = "=".repeat(72),
        size = checkpoint.checkpoint().size(),
        effects = match attested {
            0 => String::new(),
            _ => format!(
                "  Of the effects, {attested} are what the vendor says they were: attested, not observed by HELM.\n"
            ),
        },
    )
}
