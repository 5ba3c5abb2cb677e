//! The one clock. It is handed down from `main`, so that a test can say what time it is.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::UNIX_EPOCH;

use evidence::timestamp::Timestamp;

/// Tells the time: the system's, or the one that a test has set.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// The system's clock.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still at `time` until it is [set](Self::set) again.
    pub fn fixed(time: Timestamp) -> Self {
        Self(Source::Set(Arc::new(AtomicI64::new(time.micros()))))
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        let micros = match &self.0 {
            Source::System => system_micros(),
            Source::Set(micros) => micros.load(Ordering::SeqCst),
        };
        Timestamp::from_micros(micros).unwrap_or(if micros < 0 { Timestamp::MIN } else { Timestamp::MAX })
    }

    /// Sets a fixed clock, forwards or back. The system's clock is not ours to set.
    pub fn set(&self, time: Timestamp) {
        if let Source::Set(micros) = &self.0 {
            micros.store(time.micros(), Ordering::SeqCst);
        }
    }

    /// Moves a fixed clock on.
    pub fn advance(&self, seconds: u64) {
        self.set(self.now().saturating_plus_seconds(seconds));
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Clock({})", self.now())
    }
}

/// A machine whose clock stands before 1970 is told that it is 1970.
fn system_micros() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "this is the one clock")]
    let now = std::time::SystemTime::now();
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
