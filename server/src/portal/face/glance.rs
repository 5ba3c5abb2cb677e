//! The overview: one page of tenants, each by a few short questions, so that a vendor with many is shown as quickly as one with
//! a few.

use std::collections::HashMap;

use app::portal::{DAYS, Day, Glance, Guide, InForceLine, Refusal, Stop, TENANTS_A_PAGE, TenantGlance};
use evidence::name::Name;
use evidence::receipt::StandingSubject;
use evidence::timestamp::Timestamp;

use super::tenants::stop;
use super::{Face, broken, unavailable};
use crate::registry::Tenant;

const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

/// What is asked once for all tenants.
struct Around {
    connectors: Vec<Name>,
    moments: Vec<Timestamp>,
    waiting: HashMap<Name, u64>,
    proposals: HashMap<Name, u64>,
}

impl Face {
    pub(super) async fn look_around(&self, after: Option<Name>) -> Result<Glance, Refusal> {
        let (registry, vendor) = (&self.portal().registry, self.vendor());
        let after = after.as_ref().map_or("", Name::as_str);
        let some = registry.some_tenants(vendor, after, TENANTS_A_PAGE + 1).await.map_err(unavailable)?;
        let around = self.whole().await?;
        let next = some.get(TENANTS_A_PAGE - 1).filter(|_| some.len() > TENANTS_A_PAGE);
        let next = next.map(|last| last.name().clone());
        let (mut tenants, mut stopped) = (Vec::new(), None);
        for tenant in some.iter().take(TENANTS_A_PAGE) {
            let (glance, everything) = self.tenant_glance(tenant, &around).await?;
            stopped = stopped.or(everything);
            tenants.push(glance);
        }
        Ok(Glance {
            vendor: self.desk().vendor().title.to_string(),
            signer: self.portal().signer.public_key().id(),
            guide: self.guide(&around, &tenants).await?,
            stopped,
            tenants,
            next,
            total: registry.tenants_count(vendor).await.map_err(unavailable)?,
        })
    }

    async fn whole(&self) -> Result<Around, Refusal> {
        let (portal, vendor) = (self.portal(), self.vendor());
        Ok(Around {
            connectors: portal.connectors.names(vendor).await.map_err(broken)?,
            moments: days(portal.clock.now()),
            waiting: portal.ledger.waiting_by_log(vendor).await.map_err(unavailable)?,
            proposals: portal.envelopes.open_by_log(vendor).await.map_err(unavailable)?,
        })
    }

    /// The tenant, and who stopped everything.
    async fn tenant_glance(
        &self,
        tenant: &Tenant,
        around: &Around,
    ) -> Result<(TenantGlance, Option<Stop>), Refusal> {
        let ledger = &self.portal().ledger;
        let glance = ledger.glance(tenant, &around.moments).await.map_err(unavailable)?;
        let standings = ledger.stopped(tenant).await.map_err(unavailable)?;
        let days = around.moments.iter().zip(&glance.tallies);
        let of = |counts: &HashMap<Name, u64>| counts.get(tenant.log()).copied().unwrap_or_default();
        let shown = TenantGlance {
            name: tenant.name().clone(),
            title: tenant.title().clone(),
            envelopes: self.in_force_lines(tenant, &around.connectors).await?,
            head: self.head(tenant).await?,
            days: days.map(|(at, tally)| Day { date: date(*at), tally: *tally }).collect(),
            waiting: of(&around.waiting),
            proposals: of(&around.proposals),
            crossings: glance.crossings,
            notices: glance.notices,
            open: glance.open,
            stopped: stop(&standings, &StandingSubject::Tenant),
            erased: tenant.is_erased(),
        };
        Ok((shown, stop(&standings, &StandingSubject::Portal)))
    }

    async fn in_force_lines(
        &self,
        tenant: &Tenant,
        connectors: &[Name],
    ) -> Result<Vec<InForceLine>, Refusal> {
        let mut lines = Vec::new();
        for connector in connectors {
            let in_force = self.portal().ledger.in_force(tenant, connector).await.map_err(unavailable)?;
            let Some((digest, _)) = in_force.contract else { continue };
            let envelope = in_force.envelope.as_ref().map(|compiled| compiled.envelope());
            lines.push(InForceLine {
                connector: connector.clone(),
                envelope: envelope.map(|envelope| envelope.version),
                fits: envelope.is_none_or(|envelope| envelope.contract == digest),
            });
        }
        Ok(lines)
    }

    async fn guide(&self, around: &Around, tenants: &[TenantGlance]) -> Result<Guide, Refusal> {
        let (portal, vendor) = (self.portal(), self.vendor());
        let write = portal.ledger.has_decided(vendor).await.map_err(unavailable)?;
        let in_force = || tenants.iter().flat_map(|tenant| &tenant.envelopes);
        Ok(Guide {
            connector: !around.connectors.is_empty(),
            contract: in_force().next().is_some()
                || portal.contracts.has_any(vendor).await.map_err(unavailable)?,
            tenant: !tenants.is_empty(),
            envelope: in_force().any(|line| line.envelope.is_some()),
            key: portal.registry.has_api_key(vendor).await.map_err(unavailable)?,
            write,
        })
    }
}

/// When each of the days began, the earliest first.
fn days(now: Timestamp) -> Vec<Timestamp> {
    let today = now.micros() - now.micros().rem_euclid(DAY_MICROS);
    let before = |day: u64| i64::try_from(day).ok().map(|day| today - day * DAY_MICROS);
    (0..DAYS).rev().filter_map(before).filter_map(Timestamp::from_micros).collect()
}

/// `2026-11-23`
fn date(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_end_today() {
        let days = days("2026-03-01T00:00:00.000000Z".parse().unwrap());
        assert_eq!(days.len(), 14);
        let ends = [days.first(), days.last()].map(|day| date(*day.unwrap()));
        assert_eq!(ends, ["2026-02-16", "2026-03-01"]);
    }
}
