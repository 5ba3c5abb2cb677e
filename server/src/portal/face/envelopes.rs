//! Envelopes on their way into force, for one visitor.

use app::portal::envelopes::{
    At, Backtest, Bench, Blocked, Check, Copy, Draft, Envelopes, Example, Proposal, Shelf, ShelfLine,
    Version, Write,
};
use app::portal::{Answer, Refusal as Refused};
use evidence::compile::{compile, diagnose};
use evidence::decision::Verdict;
use evidence::digest::Digest;
use evidence::envelope::{Envelope, EnvelopeError};
use evidence::lint::{Lint, Severity, Surroundings, lint};
use evidence::name::{Name, Text};
use evidence::replay::Change;

use super::{Face, broken, unavailable};
use crate::envelopes::template::Template;
use crate::envelopes::{Checked, Place, Refusal, Who, next_version};
use crate::ledger::InForce;

/// What a use case came to: done, or blocked for a reason that the page tells.
type Come<T> = Result<Result<T, Blocked>, Refused>;

impl Envelopes for Face {
    fn envelopes(&self, tenant: Name) -> Answer<'_, Shelf> {
        Box::pin(self.shelf(tenant))
    }

    fn bench(&self, at: At) -> Answer<'_, Bench> {
        Box::pin(self.lay_out(at))
    }

    fn keep_draft(&self, at: At, form: Vec<(String, String)>, base: Option<Digest>) -> Answer<'_, ()> {
        Box::pin(async move {
            let place = self.place(&at).await?;
            let kept = self.portal().envelopes.keep_draft(&place, &self.who()?, form, base).await;
            kept.map_err(unavailable)
        })
    }

    fn clear_draft(&self, at: At) -> Answer<'_, ()> {
        Box::pin(async move {
            let place = self.place(&at).await?;
            self.portal().envelopes.discard_draft(&place, &self.who()?).await.map_err(unavailable)
        })
    }

    fn check(&self, at: At, envelope: Envelope, backtest: bool) -> Answer<'_, Check> {
        Box::pin(self.weigh(at, envelope, backtest))
    }

    fn backtest(&self, at: At, id: Name) -> Answer<'_, Backtest> {
        Box::pin(self.follow_backtest(at, id))
    }

    fn cancel_backtest(&self, at: At, id: Name) -> Answer<'_, ()> {
        Box::pin(self.end_backtest(at, id))
    }

    fn examples(&self, at: At, id: Name, change: Change, before: Option<u64>) -> Answer<'_, Vec<Example>> {
        Box::pin(self.more_examples(at, id, change, before))
    }

    fn propose(
        &self,
        at: At,
        envelope: Envelope,
        base: Option<Digest>,
        reason: String,
    ) -> Answer<'_, Result<Name, Blocked>> {
        Box::pin(self.put_forward(at, envelope, base, reason))
    }

    fn proposal(&self, at: At, id: Name) -> Answer<'_, Proposal> {
        Box::pin(async move {
            let place = self.place(&at).await?;
            let found = self.portal().envelopes.proposal(&place, id.as_str()).await.map_err(unavailable)?;
            found.ok_or(Refused::NotFound)
        })
    }

    fn activate(&self, at: At, id: Name) -> Answer<'_, Result<(), Blocked>> {
        Box::pin(async move {
            let place = self.place(&at).await?;
            come(self.portal().envelopes.activate(&place, &self.who()?, id.as_str()).await.map(drop))
        })
    }

    fn refuse(&self, at: At, id: Name, reason: String) -> Answer<'_, Result<(), Blocked>> {
        Box::pin(async move {
            let place = self.place(&at).await?;
            come(self.portal().envelopes.refuse(&place, &self.who()?, id.as_str(), &reason).await)
        })
    }

    fn withdraw(&self, at: At, id: Name) -> Answer<'_, Result<(), Blocked>> {
        Box::pin(async move {
            let place = self.place(&at).await?;
            come(self.portal().envelopes.withdraw(&place, &self.who()?, id.as_str(), "").await)
        })
    }

    fn versions(&self, at: At) -> Answer<'_, Vec<Version>> {
        Box::pin(async move {
            let place = self.place(&at).await?;
            self.portal().envelopes.history(&place).await.map_err(unavailable)
        })
    }

    fn case_of(&self, at: At, seq: u64) -> Answer<'_, Option<(Write, Verdict)>> {
        Box::pin(async move {
            let place = self.place(&at).await?;
            match self.portal().envelopes.case_of(&place, seq).await {
                Ok(case) => Ok(Some(case)),
                Err(Refusal::NoCase) => Ok(None),
                Err(refusal) => come(Err(refusal)).map(|_: Result<(), _>| None),
            }
        })
    }

    fn save_case(
        &self,
        at: At,
        name: Text,
        write: Write,
        expected: Verdict,
    ) -> Answer<'_, Result<(), Blocked>> {
        Box::pin(async move {
            let place = self.place(&at).await?;
            come(self.portal().envelopes.save_case(&place, &self.who()?, name, write, expected).await)
        })
    }

    fn remove_case(&self, at: At, id: Name) -> Answer<'_, ()> {
        Box::pin(async move {
            let place = self.place(&at).await?;
            match self.portal().envelopes.remove_case(&place, id.as_str()).await {
                // Somebody else has removed it.
                Ok(()) | Err(Refusal::Unknown) => Ok(()),
                Err(refusal) => come(Err(refusal)).map(|_: Result<(), _>| ()),
            }
        })
    }

    fn copies(&self, at: At) -> Answer<'_, Vec<Copy>> {
        Box::pin(self.copied(at))
    }
}

impl Face {
    pub(super) async fn place(&self, at: &At) -> Result<Place, Refused> {
        let tenant = self.tenant(&at.tenant).await?;
        let names = self.portal().connectors.names(tenant.vendor()).await.map_err(broken)?;
        if !names.contains(&at.connector) {
            return Err(Refused::NotFound);
        }
        Ok(Place { tenant, connector: at.connector.clone() })
    }

    fn who(&self) -> Result<Who, Refused> {
        let me = &self.visitor.me;
        Ok(Who { id: me.id.clone(), name: me.name.parse().map_err(broken)? })
    }

    async fn shelf(&self, tenant: Name) -> Result<Shelf, Refused> {
        let tenant = self.tenant(&tenant).await?;
        let mut lines = Vec::new();
        for (connector, in_force) in self.in_force(&tenant).await? {
            let place = Place { tenant: tenant.clone(), connector: connector.clone() };
            let proposals = self.portal().envelopes.proposals(&place).await.map_err(unavailable)?;
            let envelope = in_force.envelope.as_ref().map(|compiled| compiled.envelope());
            lines.push(ShelfLine {
                connector,
                contract: in_force.contract.is_some(),
                version: envelope.map(|envelope| envelope.version),
                rules: envelope.map_or(0, |envelope| envelope.rules.len()),
                open: proposals.iter().filter(|proposal| proposal.is_open()).count(),
            });
        }
        Ok(Shelf { title: tenant.title().to_string(), lines })
    }

    async fn lay_out(&self, at: At) -> Result<Bench, Refused> {
        let place = self.place(&at).await?;
        let (envelopes, who) = (&self.portal().envelopes, self.who()?);
        let InForce { contract, envelope } = envelopes.in_force(&place).await.map_err(unavailable)?;
        let agents = self.portal().registry.agents(&place.tenant).await.map_err(unavailable)?;
        let in_force = envelope.map(|compiled| (compiled.digest(), compiled.envelope().clone()));
        let groups = self.groups(in_force.as_ref().map(|(_, envelope)| envelope));
        let now = self.portal().clock.now();
        let group = groups.first();
        let templates = contract.iter().flat_map(|(digest, contract)| {
            Template::ALL.into_iter().filter_map(|template| {
                let envelope = template.envelope((contract, *digest), place.tenant.name(), group, now)?;
                Some((template.as_str(), envelope))
            })
        });
        let draft = envelopes.draft(&place, &who).await.map_err(unavailable)?;
        Ok(Bench {
            title: place.tenant.title().to_string(),
            templates: templates.collect(),
            contract: contract.map(|(digest, contract)| (digest, contract.as_ref().clone())),
            in_force,
            agents: agents.into_iter().map(|agent| agent.name).collect(),
            groups,
            draft: draft.map(|draft| Draft { form: draft.form, base: draft.base, at: draft.at }),
            proposals: envelopes.proposals(&place).await.map_err(unavailable)?,
            cases: envelopes.cases(&place).await.map_err(unavailable)?,
            frozen: self.is_frozen(&place).await?,
            erased: place.tenant.is_erased(),
            now,
            at,
        })
    }

    async fn weigh(&self, at: At, envelope: Envelope, backtest: bool) -> Result<Check, Refused> {
        let place = self.place(&at).await?;
        let cedar = envelope.cedar.clone();
        let checked = match self.portal().envelopes.check(&place, envelope).await {
            Ok(checked) => checked,
            Err(Refusal::Unfit(problem)) => return self.unfit(&place, problem, cedar).await,
            Err(refusal) => return come::<()>(Err(refusal)).and(Err(Refused::NotFound)),
        };
        let lints = self.lints(&place, &checked).await?;
        let backtest = if backtest { self.begin_backtest(&place, &checked).await? } else { None };
        Ok(Check {
            problem: None,
            diagnostics: Vec::new(),
            lints,
            policies: checked.compiled.policies().to_owned(),
            schema: checked.compiled.schema().to_owned(),
            cases: checked.cases,
            backtest,
        })
    }

    /// The compilation stops at the first problem; whoever writes Cedar wants to know of all that is wrong there.
    async fn unfit(
        &self,
        place: &Place,
        problem: EnvelopeError,
        cedar: Option<String>,
    ) -> Result<Check, Refused> {
        let InForce { contract, .. } = self.portal().envelopes.in_force(place).await.map_err(unavailable)?;
        let diagnostics = contract.zip(cedar).map(|((_, contract), cedar)| diagnose(&contract, &cedar));
        Ok(Check {
            problem: Some(problem),
            diagnostics: diagnostics.unwrap_or_default(),
            lints: Vec::new(),
            cases: Vec::new(),
            policies: String::new(),
            schema: String::new(),
            backtest: None,
        })
    }

    async fn put_forward(
        &self,
        at: At,
        envelope: Envelope,
        base: Option<Digest>,
        reason: String,
    ) -> Come<Name> {
        let (place, who) = (self.place(&at).await?, self.who()?);
        let envelopes = &self.portal().envelopes;
        let checked = match envelopes.check(&place, envelope.clone()).await {
            Ok(checked) => checked,
            Err(refusal) => return come(Err(refusal)),
        };
        let mut errors = self.lints(&place, &checked).await?;
        errors.retain(|lint| lint.severity() == Severity::Error);
        if !errors.is_empty() {
            return Ok(Err(Blocked::Lints(errors)));
        }
        let proposed = envelopes.propose(&place, &who, envelope, base, &reason).await;
        if proposed.is_ok() {
            envelopes.discard_draft(&place, &who).await.map_err(unavailable)?;
        }
        come(proposed.map(|proposal| proposal.id))
    }

    async fn lints(&self, place: &Place, checked: &Checked) -> Result<Vec<Lint>, Refused> {
        let agents = self.portal().registry.agents(&place.tenant).await.map_err(unavailable)?;
        let agents = agents.into_iter().map(|agent| agent.name).collect();
        let around = Surroundings { agents: Some(&agents), groups: None };
        Ok(lint(&checked.contract, checked.compiled.envelope(), &around))
    }

    async fn copied(&self, at: At) -> Result<Vec<Copy>, Refused> {
        let place = self.place(&at).await?;
        let envelopes = &self.portal().envelopes;
        let source = envelopes.in_force(&place).await.map_err(unavailable)?.envelope;
        let source = source.ok_or(Refused::NotFound)?;
        let mut copies = Vec::new();
        for tenant in self.desk().tenants().await.map_err(unavailable)? {
            if tenant.name() == place.tenant.name() || tenant.is_erased() {
                continue;
            }
            let there = Place { tenant, connector: place.connector.clone() };
            let InForce { contract, envelope } = envelopes.in_force(&there).await.map_err(unavailable)?;
            let Some((digest, contract)) = contract else { continue };
            let known = envelope.map(|compiled| (compiled.digest(), compiled.envelope().clone()));
            let copy = Envelope {
                tenant: there.tenant.name().clone(),
                version: next_version(known.as_ref().map(|(_, envelope)| envelope)),
                contract: digest,
                ..source.envelope().clone()
            };
            let agents = self.portal().registry.agents(&there.tenant).await.map_err(unavailable)?;
            let proposals = envelopes.proposals(&there).await.map_err(unavailable)?;
            copies.push(Copy {
                tenant: there.tenant.name().clone(),
                title: there.tenant.title().to_string(),
                strangers: strangers(&copy, &agents.iter().map(|agent| &agent.name).collect::<Vec<_>>()),
                envelope: compile(&contract, copy)
                    .and_then(|compiled| compiled.validate().map(|()| compiled.envelope().clone())),
                in_force: known,
                open: proposals.iter().filter(|proposal| proposal.is_open()).count(),
            });
        }
        Ok(copies)
    }

    /// The approval groups that the envelope in force names, and those that the visitor votes for.
    fn groups(&self, envelope: Option<&Envelope>) -> Vec<Name> {
        let named = envelope.into_iter().flat_map(|envelope| {
            let rules = envelope.rules.iter().filter_map(|rule| rule.approval.as_ref());
            [&envelope.approval].into_iter().chain(rules).map(|approval| approval.group.clone())
        });
        let mut groups: Vec<Name> = Vec::new();
        for group in named.chain(self.visitor.me.approves.iter().cloned()) {
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
        groups
    }
}

fn strangers(envelope: &Envelope, known: &[&Name]) -> Vec<Name> {
    let rules = envelope.rules.iter().filter_map(|rule| rule.agents.as_ref());
    let limits = envelope.limits.iter().filter_map(|limit| limit.agents.as_ref());
    let named = rules.chain(limits).flatten();
    let mut strangers: Vec<Name> = named.filter(|agent| !known.contains(agent)).cloned().collect();
    strangers.sort();
    strangers.dedup();
    strangers
}

/// What a use case refuses is for the page to tell; what there isn't, or what could not be asked, is no page.
fn come<T>(done: Result<T, Refusal>) -> Come<T> {
    Ok(Err(match done {
        Ok(done) => return Ok(Ok(done)),
        Err(refusal) => match refusal {
            Refusal::NoContract => Blocked::NoContract,
            Refusal::OtherContract => Blocked::OtherContract,
            Refusal::Unfit(error) => Blocked::Unfit(error),
            Refusal::Unchanged => Blocked::Unchanged,
            Refusal::NoReason => Blocked::NoReason,
            Refusal::Closed => Blocked::Closed,
            Refusal::SamePerson => Blocked::SamePerson,
            Refusal::OtherPerson => Blocked::OtherPerson,
            Refusal::Overtaken(_) => Blocked::Overtaken,
            Refusal::CasesFail(names) => Blocked::CasesFail(names),
            Refusal::NameTaken => Blocked::NameTaken,
            Refusal::Unknown | Refusal::NoCase => return Err(Refused::NotFound),
            Refusal::Ledger(error) => return Err(unavailable(error)),
        },
    }))
}
