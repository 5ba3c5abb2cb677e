//! The receipts of a pack, read and not checked.

use std::path::Path;

use evidence::canonical;
use evidence::container::Container;
use evidence::dsse::Signed;
use evidence::pack::{Cited, file};
use evidence::receipt::Receipt;

use crate::input::{self, InputError};

/// One line of a pack.
pub enum Line {
    /// A receipt, with the envelope it came in.
    Receipt(Box<Receipt>, Signed),
    /// What is none, and why not.
    Unreadable(String),
}

/// The receipts of the range, and the earlier ones that they rely on.
pub struct Lines<'a> {
    cited: &'a [u8],
    range: &'a [u8],
}

impl<'a> Lines<'a> {
    /// Finds the receipts in a pack.
    pub fn of(container: &Container<'a>, path: &Path) -> Result<Self, InputError> {
        let range = input::part(container, file::RECEIPTS, path)?;
        Ok(Self { cited: container.get(file::CITED).unwrap_or_default(), range })
    }

    /// The earlier ones.
    pub fn cited(&self) -> impl Iterator<Item = Line> {
        split(self.cited).map(|bytes| match canonical::from_slice::<Cited>(bytes) {
            Ok(cited) => read(cited.receipt),
            Err(error) => Line::Unreadable(error.to_string()),
        })
    }

    /// Those of the range.
    pub fn range(&self) -> impl Iterator<Item = Line> {
        split(self.range).map(|bytes| match Signed::parse(bytes) {
            Ok(signed) => read(signed),
            Err(error) => Line::Unreadable(error.to_string()),
        })
    }
}

fn split(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty())
}

fn read(signed: Signed) -> Line {
    match Receipt::read(&signed) {
        Ok(receipt) => Line::Receipt(Box::new(receipt), signed),
        Err(error) => Line::Unreadable(error.to_string()),
    }
}
