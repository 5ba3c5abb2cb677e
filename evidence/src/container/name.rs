//! Names of entries: harmless wherever they are unpacked.

use super::record::Header;
use super::{ContainerError, MAX_NAME};

/// Names ascend, so none occurs twice.
pub(super) fn check_order(before: Option<&Header<'_>>, header: &Header<'_>) -> Result<(), ContainerError> {
    match before {
        Some(before) if before.name >= header.name => {
            Err(ContainerError::Order { name: header.name.to_owned(), before: before.name.to_owned() })
        }
        _ => Ok(()),
    }
}

/// A file cannot also be a folder; programs that unpack differ in which of the two they lose.
pub(super) fn check_nesting(ascending: &[Header<'_>]) -> Result<(), ContainerError> {
    for Header { name, .. } in ascending {
        let folders = name.match_indices('/').filter_map(|(slash, _)| name.get(..slash));
        for folder in folders {
            if ascending.binary_search_by_key(&folder, |header| header.name).is_ok() {
                return Err(ContainerError::Nested { name: (*name).to_owned(), folder: folder.to_owned() });
            }
        }
    }
    Ok(())
}

/// The bytes as a name.
pub(super) fn checked(name: &[u8]) -> Result<&str, ContainerError> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-/".contains(byte);
    std::str::from_utf8(name)
        .ok()
        .filter(|text| (1..=MAX_NAME).contains(&text.len()) && text.bytes().all(|byte| plain(&byte)))
        .filter(|text| text.split('/').all(|segment| !matches!(segment, "" | "." | "..")))
        .ok_or_else(|| refused(name))
}

/// That the bytes are no name.
pub(super) fn refused(name: &[u8]) -> ContainerError {
    ContainerError::Name { name: String::from_utf8_lossy(name).chars().take(MAX_NAME).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_within_their_folder() {
        for bad in
            ["", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", "a b", "a\\b", "a\0", "é", &"a".repeat(129)]
        {
            assert!(matches!(checked(bad.as_bytes()), Err(ContainerError::Name { .. })), "{bad:?}");
        }
        for good in ["a", "...", ".a", "a.b/c-d_e/0", &"a".repeat(128)] {
            assert_eq!(checked(good.as_bytes()), Ok(good));
        }
    }

    #[test]
    fn a_name_is_text() {
        assert!(checked(b"a\xff").is_err());
    }
}
