//! Turns: work in pieces that are short enough for the page to stay awake between them.
//!
//! A message to oneself is the one macrotask that browsers neither delay nor slow down in a background tab.

use evidence::verify::{Progress, Verification};
use js_sys::{Promise, Uint8Array};
use sha2::{Digest as _, Sha256};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, MessageChannel, Performance};

/// How long one turn works, in milliseconds.
const TURN: f64 = 30.0;
/// How many units are done between two looks at the clock; the slowest ones take a millisecond or two.
const UNITS: u64 = 8;
/// How much of a file is read and hashed in one turn.
const CHUNK: usize = 1024 * 1024;

/// Lets the browser do its own work in between.
pub struct Turns {
    channel: MessageChannel,
    clock: Performance,
}

impl Turns {
    /// `None` in a browser without the means.
    pub fn new() -> Option<Self> {
        let clock = leptos::prelude::window().performance()?;
        Some(Self { channel: MessageChannel::new().ok()?, clock })
    }

    /// Waits for the next turn.
    pub async fn next(&self) {
        let turn = Promise::new(&mut |resolve, _| {
            self.channel.port1().set_onmessage(Some(&resolve));
            let _ = self.channel.port2().post_message(&JsValue::UNDEFINED);
        });
        let _ = JsFuture::from(turn).await;
    }

    /// One turn's worth of verification.
    pub fn work(&self, verification: &mut Verification) -> Progress {
        let begin = self.clock.now();
        loop {
            let progress = verification.advance(UNITS);
            if progress.finished || self.clock.now() - begin >= TURN {
                return progress;
            }
        }
    }
}

impl Drop for Turns {
    fn drop(&mut self) {
        self.channel.port1().set_onmessage(None);
        self.channel.port1().close();
    }
}

/// A file, read and hashed a chunk at a time.
pub struct Reading {
    file: File,
    bytes: Vec<u8>,
    hash: Sha256,
    size: usize,
}

impl Reading {
    /// Begins with `file`; an error is a sentence for people.
    pub fn new(file: File) -> Result<Self, String> {
        let size = size(&file);
        let limit = usize::try_from(evidence::container::MAX_BYTES).unwrap_or(usize::MAX);
        if size > limit {
            return Err(format!("The file is larger than any pack may be: {size} bytes, at most {limit}."));
        }
        let mut bytes = Vec::new();
        bytes
            .try_reserve_exact(size)
            .map_err(|_| "The file is larger than this browser's memory.".to_owned())?;
        Ok(Self { file, bytes, hash: Sha256::new(), size })
    }

    /// How long a file is.
    pub fn length(file: &File) -> usize {
        size(file)
    }

    /// Whether there is more to read.
    pub fn is_unfinished(&self) -> bool {
        self.bytes.len() < self.size
    }

    /// How much has been read, and of how much.
    pub fn done(&self) -> (usize, usize) {
        (self.bytes.len(), self.size)
    }

    /// Reads the next chunk.
    pub async fn read_on(&mut self) -> Result<(), String> {
        let end = self.size.min(self.bytes.len() + CHUNK);
        let chunk = slice(&self.file, self.bytes.len(), end).await.ok_or("The file could not be read.")?;
        if chunk.len() != end - self.bytes.len() {
            return Err("The file changed while it was read.".into());
        }
        self.hash.update(&chunk);
        self.bytes.extend_from_slice(&chunk);
        Ok(())
    }

    /// The bytes and their SHA-256 in hex.
    pub fn finish(self) -> (Vec<u8>, String) {
        let digest: [u8; 32] = self.hash.finalize().into();
        (self.bytes, evidence::digest::to_hex(&digest))
    }
}

/// A small file as a whole; `None` if it is longer than `limit` or can't be read.
pub async fn read_whole(file: &File, limit: usize) -> Option<Vec<u8>> {
    let size = size(file);
    if size > limit { None } else { slice(file, 0, size).await }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "the browser counts bytes in floating point, exactly far beyond any file"
)]
async fn slice(file: &File, start: usize, end: usize) -> Option<Vec<u8>> {
    let part = file.slice_with_f64_and_f64(start as f64, end as f64).ok()?;
    let buffer = JsFuture::from(part.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the browser counts bytes in floating point; the cast saturates"
)]
fn size(file: &File) -> usize {
    file.size() as usize
}
