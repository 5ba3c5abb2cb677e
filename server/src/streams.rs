//! Streams: answers that go on until somebody ends them. So many may be open at once, and all end when the portal does.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// The most streams that one key or one session may have open at once.
pub const EACH: usize = 8;
/// The most streams that are open at once.
const ALL: usize = 512;

/// The streams that are open. A clone is another handle on the same ones.
#[derive(Clone)]
pub struct Streams(Arc<Inside>);

struct Inside {
    open: Mutex<HashMap<String, usize>>,
    end: watch::Sender<bool>,
}

/// The right to one stream, until it is dropped.
pub struct Place {
    streams: Streams,
    whose: String,
    end: watch::Receiver<bool>,
}

/// Why there is no place for another stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// The same caller has [`EACH`] open.
    Caller,
    /// The portal has as many open as it may, or is about to end.
    Portal,
}

impl Default for Streams {
    fn default() -> Self {
        Self(Arc::new(Inside { open: Mutex::default(), end: watch::Sender::new(false) }))
    }
}

impl Streams {
    /// A place for a stream of whoever goes by this id.
    pub fn take(&self, whose: String) -> Result<Place, Full> {
        let end = self.0.end.subscribe();
        let mut open = self.open();
        if *end.borrow() || open.values().sum::<usize>() >= ALL {
            return Err(Full::Portal);
        }
        let count = open.entry(whose.clone()).or_default();
        if *count >= EACH {
            return Err(Full::Caller);
        }
        *count += 1;
        drop(open);
        Ok(Place { streams: self.clone(), whose, end })
    }

    /// Ends every stream, and begins no other.
    pub fn end(&self) {
        self.0.end.send_replace(true);
    }

    fn open(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Waits until all streams end.
    pub async fn ended(&mut self) {
        // An end of the sender is an end as well.
        let _ = self.end.wait_for(|ended| *ended).await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.streams.open();
        if let Some(count) = open.get_mut(&self.whose) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.whose);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_its_stream_has_gone() {
        let streams = Streams::default();
        let mut places: Vec<Place> = (0..EACH).map(|_| streams.take("a".to_owned()).ok().unwrap()).collect();
        assert_eq!(streams.take("a".to_owned()).err(), Some(Full::Caller));
        assert!(streams.take("b".to_owned()).is_ok());
        places.pop();
        assert!(streams.take("a".to_owned()).is_ok());
        streams.end();
        places.clear();
        assert_eq!(streams.take("a".to_owned()).err(), Some(Full::Portal));
        assert!(streams.open().is_empty());
    }
}
