//! The named steps of the path of a write, and how a process can be told to stop at one of them.
//!
//! What a crash leaves behind is proven by crashing: a test tells the process to halt at a step, waits for the line that
//! says so, and kills it exactly there. A step is a trace event like any other, so it costs nothing unless somebody
//! listens for it, and nothing has to be handed down to the places that pass it.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};

use tracing::field::{Field, Visit};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

const TARGET: &str = "portal::step";
const NAME: &str = "step";

macro_rules! steps {
    ($($(#[$doc:meta])* $step:ident = $name:literal),+ $(,)?) => {
        /// One step, in the order of the path.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Step {
            $($(#[$doc])* $step,)+
        }

        impl Step {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$step),+];

            /// Its name, as a test gives it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$step => $name,)+
                }
            }
        }
    };
}

steps! {
    /// The connector has looked; nothing is decided.
    Observed = "observed",
    /// The ledger has decided and signed a batch; nothing is written.
    Drafted = "drafted",
    /// The rows of the batch are written, but not committed.
    Appended = "appended",
    /// The batch is committed; nobody has an answer.
    Durable = "durable",
    /// The boundary has its answer; the effect is not begun.
    Permitted = "permitted",
    /// The effect's transaction has begun and may write; nothing is read.
    Locked = "locked",
    /// The records are written, but not checked and not committed.
    Written = "written",
    /// The outbox names the decision, but nothing is committed.
    Settled = "settled",
    /// The effect is committed; its outcome is not recorded.
    Applied = "applied",
    /// The outcome is durable; the caller has no answer.
    Recorded = "recorded",
}

impl Step {
    /// Says that the path has come this far.
    pub fn reached(self) {
        tracing::trace!(target: TARGET, step = self.name());
    }

    /// Whether these events are steps.
    pub fn are(metadata: &Metadata<'_>) -> bool {
        metadata.target() == TARGET
    }
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Where to halt: at the `time`-th time that `step` is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Halt {
    step: Step,
    time: u32,
}

impl Halt {
    /// The layer that halts there.
    pub const fn layer(self) -> Halting {
        Halting { halt: self, reached: AtomicU32::new(0) }
    }
}

impl FromStr for Halt {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, time) = text.split_once(':').unwrap_or((text, "1"));
        let step = Step::ALL.iter().find(|step| step.name() == name).ok_or("no step has that name")?;
        let time =
            time.parse().ok().filter(|time| *time > 0).ok_or("after the colon comes a number from 1")?;
        Ok(Self { step: *step, time })
    }
}

impl fmt::Display for Halt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.step, self.time)
    }
}

/// Counts how often a step was reached. The thread that reaches it the last time says so and does nothing any more.
pub struct Halting {
    halt: Halt,
    reached: AtomicU32,
}

impl<S: Subscriber> Layer<S> for Halting {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut is_meant = Named { name: self.halt.step.name(), found: false };
        event.record(&mut is_meant);
        if !is_meant.found || self.reached.fetch_add(1, Ordering::SeqCst) + 1 != self.halt.time {
            return;
        }
        println!("halted at {}", self.halt.step);
        loop {
            std::thread::park();
        }
    }
}

/// Whether an event is the step called `name`.
struct Named {
    name: &'static str,
    found: bool,
}

impl Visit for Named {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.found |= field.name() == NAME && value == self.name;
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_to_halt_is_a_step_and_a_time() {
        assert_eq!("durable".parse(), Ok(Halt { step: Step::Durable, time: 1 }));
        assert_eq!("applied:7".parse(), Ok(Halt { step: Step::Applied, time: 7 }));
        for wrong in ["", "nowhere", "durable:", "durable:0", "durable:x"] {
            assert!(wrong.parse::<Halt>().is_err(), "{wrong}");
        }
        for step in Step::ALL {
            let halt = Halt { step: *step, time: 3 };
            assert_eq!(halt.to_string().parse(), Ok(halt));
        }
    }
}
