//! Step 3: the rotation chain holds; whether the signer is one that the reader named is a separate answer.

use super::{Case, Halt, Work, expect, fail};
use crate::key::Fingerprint;
use crate::pack::file;

pub(super) struct Chain;

impl Work for Chain {
    fn total(&self, _case: &Case) -> u64 {
        1
    }

    fn unit(&mut self, case: &mut Case, _place: u64) -> Result<(), Halt> {
        let (manifest, trust) = (case.manifest()?, case.trust()?);
        expect(file::TRUST, "vendor", &manifest.vendor, &trust.vendor)?;
        expect(file::TRUST, "vendor's name", &manifest.vendor_name, &trust.vendor_name)?;
        let mut named = case.expectations.fingerprints.clone();
        if let Some(known) = &case.expectations.trust {
            named.extend(known.keys.iter().map(|record| Fingerprint::from(record.keyid)));
        }
        case.trusted = trust
            .vouched_for(&named)
            .map_err(|error| fail(file::TRUST, "rotations that hold", error.to_string()))?;
        Ok(())
    }

    fn finish(&mut self, case: &mut Case) -> Result<String, Halt> {
        let trust = case.trust()?;
        Ok(format!("{} keys, {} rotations", trust.keys.len(), trust.rotations.len()))
    }
}
