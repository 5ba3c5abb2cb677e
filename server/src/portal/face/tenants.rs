//! Tenants: admitted, stopped and let go, and what is in force for them.

use app::portal::{
    AgentLine, Answer, Newcomer, Reach, Refusal, Stop, Tenancy, TenantConnector, TenantLine, TenantPage,
    TenantsPage, What,
};
use app::text::Said;
use evidence::name::{Name, Text};
use evidence::receipt::{StandingReceipt, StandingState, StandingSubject};

use super::connectors::fault;
use super::{Face, broken, unavailable};
use crate::audit::Note;
use crate::boundary;
use crate::registry::{Agent, Tenant};

/// What stands as the reason for what comes with a new tenant.
const WELCOME: &str = "The tenant was added.";

impl Tenancy for Face {
    fn tenants(&self) -> Answer<'_, TenantsPage> {
        Box::pin(self.list_tenants())
    }

    fn admit(&self, newcomer: Newcomer) -> Answer<'_, ()> {
        Box::pin(self.admit_tenant(newcomer))
    }

    fn tenant_page(&self, name: Name) -> Answer<'_, TenantPage> {
        Box::pin(self.describe_tenant(name))
    }

    fn register_agent(&self, tenant: Name, agent: Name, title: Text) -> Answer<'_, ()> {
        Box::pin(self.admit_agent(tenant, agent, title))
    }

    fn complete_contracts(&self, tenant: Name, reason: Text) -> Answer<'_, ()> {
        Box::pin(async move {
            let tenant = self.tenant(&tenant).await?;
            self.welcome(&tenant, &reason).await?;
            self.note(self.did(What::ContractsCompleted).about(tenant.name()).with("reason", &reason)).await;
            Ok(())
        })
    }

    fn stop(&self, reach: Reach, reason: Text) -> Answer<'_, ()> {
        Box::pin(self.stand(reach, StandingState::Stopped, reason))
    }

    fn let_go(&self, reach: Reach, reason: Text) -> Answer<'_, ()> {
        Box::pin(self.stand(reach, StandingState::Active, reason))
    }
}

impl Face {
    async fn list_tenants(&self) -> Result<TenantsPage, Refusal> {
        let (mut tenants, mut stopped) = (Vec::new(), None);
        for tenant in self.desk().tenants().await.map_err(unavailable)? {
            let standings = self.portal().ledger.standings(&tenant).await.map_err(unavailable)?;
            stopped = stopped.or_else(|| stop(&standings, &StandingSubject::Portal));
            tenants.push(self.tenant_line(&tenant, &standings).await?);
        }
        Ok(TenantsPage { tenants, stopped })
    }

    async fn tenant_line(
        &self,
        tenant: &Tenant,
        standings: &[StandingReceipt],
    ) -> Result<TenantLine, Refusal> {
        let agents = self.portal().registry.agents(tenant).await.map_err(unavailable)?;
        let is_suspended =
            |agent: &&Agent| stop(standings, &StandingSubject::Agent(agent.name.clone())).is_some();
        let suspended = agents.iter().filter(is_suspended).count();
        Ok(TenantLine {
            name: tenant.name().clone(),
            title: tenant.title().clone(),
            stopped: stop(standings, &StandingSubject::Tenant),
            erased: tenant.is_erased(),
            agents: (agents.len() - suspended, suspended),
            head: self.head(tenant).await?,
        })
    }

    async fn describe_tenant(&self, name: Name) -> Result<TenantPage, Refusal> {
        let tenant = self.tenant(&name).await?;
        let standings = self.portal().ledger.standings(&tenant).await.map_err(unavailable)?;
        let agents = self.portal().registry.agents(&tenant).await.map_err(unavailable)?;
        let agents = agents.into_iter().map(|agent| AgentLine {
            stopped: stop(&standings, &StandingSubject::Agent(agent.name.clone())),
            name: agent.name,
            title: agent.title,
        });
        Ok(TenantPage {
            line: self.tenant_line(&tenant, &standings).await?,
            everything: stop(&standings, &StandingSubject::Portal),
            agents: agents.collect(),
            connectors: self.connectors_of(&tenant).await?,
        })
    }

    async fn connectors_of(&self, tenant: &Tenant) -> Result<Vec<TenantConnector>, Refusal> {
        let living = self.living().await?;
        let mut connectors = Vec::new();
        for name in self.portal().connectors.names(self.vendor()).await.map_err(broken)? {
            let logs = self.contracts().in_logs(&name, std::slice::from_ref(tenant)).await;
            let log = logs.map_err(unavailable)?.pop().ok_or(Refusal::Broken)?;
            let latest = self.contracts().latest(self.vendor(), &name, &living).await.map_err(unavailable)?;
            let digest = log.contract.map(|(_, digest)| digest);
            let newer = latest.filter(|latest| digest != Some(latest.digest));
            connectors.push(TenantConnector {
                name,
                newer: newer.map(|latest| latest.contract.version),
                envelope: log.envelope.map(|envelope| {
                    let fits = digest == Some(envelope.contract);
                    (envelope, fits)
                }),
                contract: log.document,
            });
        }
        Ok(connectors)
    }

    async fn admit_tenant(&self, newcomer: Newcomer) -> Result<(), Refusal> {
        let Newcomer { name, title, agents } = newcomer;
        let (registry, vendor) = (&self.portal().registry, self.desk().vendor());
        if registry.tenant(&vendor.name, &name).await.map_err(unavailable)?.is_some() {
            return Err(fault("name", Said::new("tenants.taken").with("name", &name)));
        }
        let agents =
            agents.into_iter().map(|name| Agent { title: Text::shortened(name.as_str(), 100), name });
        let agents: Vec<Agent> = agents.collect();
        let admitted = registry.create_tenant(vendor, &name, &title, &agents, &self.by()).await;
        let tenant = admitted.map_err(unavailable)?;
        let names: Vec<&str> = agents.iter().map(|agent| agent.name.as_str()).collect();
        let note = self.did(What::TenantAdded).about(tenant.name()).with("title", tenant.title());
        self.note(note.with("agents", names.join(", "))).await;
        self.welcome(&tenant, &Text::shortened(WELCOME, 100)).await
    }

    async fn welcome(&self, tenant: &Tenant, reason: &Text) -> Result<(), Refusal> {
        let living = self.living().await?;
        let welcome = self.contracts().welcome(tenant, &living, &self.by(), reason).await;
        let complete =
            welcome.map_err(super::contracts::refused)?.into_values().all(|one| one.receipt.is_ok());
        if complete { Ok(()) } else { Err(Refusal::Unavailable) }
    }

    async fn admit_agent(&self, tenant: Name, agent: Name, title: Text) -> Result<(), Refusal> {
        let tenant = self.tenant(&tenant).await?;
        if self.desk().knows_agent(&tenant, &agent).await.map_err(unavailable)? {
            return Err(fault("agent", Said::new("tenants.agent_taken").with("name", &agent)));
        }
        let agent = Agent { name: agent, title };
        self.portal().registry.register(&tenant, &agent, &self.by()).await.map_err(unavailable)?;
        let note = self.did(What::AgentRegistered).about(tenant.name()).with("agent", &agent.name);
        self.note(note.with("title", &agent.title)).await;
        Ok(())
    }

    async fn stand(&self, reach: Reach, state: StandingState, reason: Text) -> Result<(), Refusal> {
        let reach = match reach {
            Reach::Agent(tenant, agent) => boundary::Reach::Agent(tenant, agent),
            Reach::Everything => boundary::Reach::Portal,
            Reach::Tenant(tenant) => boundary::Reach::Tenant(tenant),
        };
        let stood = Box::pin(self.portal().boundary.stand(self.desk(), &reach, state, &reason)).await;
        let recorded = stood.map_err(unmoved)?;
        let note = Note::of_stop(self.visitor.actor(), &reach, state, &reason, &recorded);
        self.note(note).await;
        Ok(())
    }
}

fn unmoved(refusal: boundary::Refusal) -> Refusal {
    match refusal {
        boundary::Refusal::TenantUnknown | boundary::Refusal::AgentUnknown => Refusal::NotFound,
        boundary::Refusal::NotThisPerson | boundary::Refusal::AgentOutOfScope => Refusal::Forbidden,
        boundary::Refusal::Ledger(error) => unavailable(error),
        other => broken(other),
    }
}

/// Who stopped this one, if it is stopped; `standings` are the last words on everybody.
pub(super) fn stop(standings: &[StandingReceipt], subject: &StandingSubject) -> Option<Stop> {
    let last = standings.iter().find(|standing| standing.subject == *subject)?;
    (last.state == StandingState::Stopped).then(|| Stop {
        by: last.by.clone(),
        reason: last.reason.clone(),
        at: last.entry.time,
        receipt: last.entry.seq,
    })
}
