//! Digests and compressed siblings. Brotli at its best is slow, so what was compressed once is kept by its content.

use std::{fmt::Write as _, fs, io::Write as _, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, GzBuilder};
use sha2::{Digest as _, Sha256, Sha384};

use crate::{
    house::House,
    shell::{self, Outcome},
};

/// Lowercase hex.
pub fn sha256(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// As in a content security policy.
pub fn sha256_source(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

/// As in an `integrity` attribute.
pub fn sha384_integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(bytes)))
}

/// Writes the file with its `.br` and `.gz` siblings.
pub fn write(house: &House, path: &Path, bytes: &[u8]) -> Outcome {
    shell::write(path, bytes)?;
    let kept = house.target("xtask/squeezed").join(sha256(bytes));
    for (extension, squeeze) in [("br", brotli as fn(&[u8]) -> Outcome<Vec<u8>>), ("gz", gzip)] {
        let kept = kept.with_extension(extension);
        if !kept.is_file() {
            shell::write(&kept, &squeeze(bytes)?)?;
        }
        let mut sibling = path.as_os_str().to_owned();
        sibling.push(".");
        sibling.push(extension);
        shell::write(Path::new(&sibling), &fs::read(kept)?)?;
    }
    Ok(())
}

fn brotli(mut bytes: &[u8]) -> Outcome<Vec<u8>> {
    let best = BrotliEncoderParams { quality: 11, lgwin: 24, size_hint: bytes.len(), ..Default::default() };
    let mut squeezed = Vec::new();
    brotli::BrotliCompress(&mut bytes, &mut squeezed, &best)?;
    Ok(squeezed)
}

/// Without name or time, so that the same bytes give the same file.
fn gzip(bytes: &[u8]) -> Outcome<Vec<u8>> {
    let mut squeezed = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    squeezed.write_all(bytes)?;
    Ok(squeezed.finish()?)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::{brotli, gzip, sha256, sha256_source};

    #[test]
    fn digests_are_written_as_browsers_and_people_expect() {
        assert_eq!(sha256(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(sha256_source(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    #[test]
    fn what_was_squeezed_comes_back() {
        let bytes = b"the same bytes, the same bytes, the same bytes".repeat(100);
        let mut back = Vec::new();
        ::brotli::BrotliDecompress(&mut brotli(&bytes).unwrap().as_slice(), &mut back).unwrap();
        assert_eq!(back, bytes);
        back.clear();
        flate2::read::GzDecoder::new(gzip(&bytes).unwrap().as_slice()).read_to_end(&mut back).unwrap();
        assert_eq!(back, bytes);
    }
}
