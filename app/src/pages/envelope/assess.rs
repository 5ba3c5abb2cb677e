//! What a form would mean: the envelope that it says, and what that would change.

use evidence::envelope::Envelope;
use evidence::timestamp::Timestamp;

use crate::portal::envelopes::{At, Bench, Check, EnvelopeForm, Ground};
use crate::portal::{Fault, Refusal};
use crate::text::Said;
use crate::visit::Visit;

/// What a form would mean.
#[derive(Clone)]
pub struct Assessed {
    /// The envelope that it says; nothing, if something is wrong with the form.
    pub envelope: Option<Envelope>,
    /// What is wrong with which field.
    pub faults: Vec<Fault>,
    /// Whether it says anything else than what is in force.
    pub changed: bool,
    /// What it would mean, where it can be put in force.
    pub check: Option<Check>,
    /// Why it was not put to the past.
    pub busy: Option<Said>,
}

/// Finds out what a form would mean. Only what changes anything is put to the past, and only if `backtest` says so.
pub async fn assess(
    visit: &Visit,
    bench: &Bench,
    form: &EnvelopeForm,
    backtest: bool,
) -> Result<Assessed, Refusal> {
    let envelope = match envelope(bench, form) {
        Ok(envelope) => envelope,
        Err(faults) => {
            return Ok(Assessed { envelope: None, faults, changed: true, check: None, busy: None });
        }
    };
    let known = bench.in_force.as_ref().map(|(_, known)| known);
    let changed = known.is_none_or(|known| !says_the_same(known, &envelope));
    let (check, busy) = weigh(visit, &bench.at, &envelope, changed && backtest).await?;
    let busy = busy.or_else(|| (!backtest).then(|| Said::new("envelopes.backtest.stopped")));
    let faults = check.problem.iter().map(|problem| form.fault_of(problem)).collect();
    Ok(Assessed { envelope: Some(envelope), faults, changed, check: Some(check), busy })
}

/// What an envelope would mean. Where the past can't be asked now, everything else is told all the same.
pub async fn weigh(
    visit: &Visit,
    at: &At,
    envelope: &Envelope,
    backtest: bool,
) -> Result<(Check, Option<Said>), Refusal> {
    let portal = visit.portal()?;
    match portal.check(at.clone(), envelope.clone(), backtest).await {
        Err(Refusal::Conflict(busy)) if backtest => {
            Ok((portal.check(at.clone(), envelope.clone(), false).await?, Some(busy)))
        }
        checked => Ok((checked?, None)),
    }
}

/// The envelope that a form says.
pub fn envelope(bench: &Bench, form: &EnvelopeForm) -> Result<Envelope, Vec<Fault>> {
    let Some((digest, contract)) = &bench.contract else {
        return Err(Vec::new());
    };
    let version = bench.in_force.as_ref().map_or(1, |(_, known)| known.version.saturating_add(1));
    let now = whole_minute(bench.now);
    form.envelope(Ground { tenant: &bench.at.tenant, contract, digest: *digest, version, now })
}

/// Whether two envelopes differ in nothing but their versions.
fn says_the_same(one: &Envelope, other: &Envelope) -> bool {
    let plain = |envelope: &Envelope| Envelope { version: 0, ..envelope.clone() };
    plain(one) == plain(other)
}

/// The minute that has begun: what is checked twice in a row is the same envelope.
fn whole_minute(now: Timestamp) -> Timestamp {
    const MINUTE: i64 = 60_000_000;
    Timestamp::from_micros(now.micros() - now.micros().rem_euclid(MINUTE)).unwrap_or(now)
}
