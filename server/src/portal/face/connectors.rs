//! Connectors: where they are, how they are, and what their contracts say.

use app::portal::{
    Answer, Connecting, ConnectorDesk, ConnectorLine, DraftDesk, DraftLine, Drift, Fault, Order, Refusal,
    Review, TableDraft, VersionDesk, What,
};
use app::text::Said;
use evidence::contract::Contract;
use evidence::name::{Name, Text};
use tokio::task::JoinSet;

use super::{Face, broken, unavailable};
use crate::connectors::{AddressFault, ColumnChange, ConnectorError, Difference, Obstacle, Place, Trouble};
use crate::contracts::{Contracts, Version, contract};
use crate::registry::Tenant;

impl Connecting for Face {
    fn connectors(&self) -> Answer<'_, Vec<ConnectorLine>> {
        Box::pin(self.connector_lines())
    }

    fn connect(&self, name: Name, address: String) -> Answer<'_, ()> {
        Box::pin(self.register_connector(name, address))
    }

    fn move_connector(&self, name: Name, address: String) -> Answer<'_, ()> {
        Box::pin(async move {
            self.knows(&name).await?;
            self.open_at(&name, &address).await?;
            self.note(self.did(What::ConnectorMoved).about(&name)).await;
            Ok(())
        })
    }

    fn disconnect(&self, name: Name) -> Answer<'_, ()> {
        Box::pin(async move {
            self.knows(&name).await?;
            let tenants = self.living().await?;
            let forgotten = self.contracts().forget_connector(self.vendor(), &name, &tenants).await;
            forgotten.map_err(super::contracts::refused)?;
            self.note(self.did(What::ConnectorForgotten).about(&name)).await;
            Ok(())
        })
    }

    fn connector(&self, name: Name) -> Answer<'_, ConnectorDesk> {
        Box::pin(self.describe_connector(name))
    }

    fn introspect(&self, name: Name, tenant_column: Option<String>) -> Answer<'_, ()> {
        Box::pin(self.draft_contract(name, tenant_column))
    }

    fn contract_draft(&self, name: Name) -> Answer<'_, DraftDesk> {
        Box::pin(self.open_draft(name))
    }

    fn save_table(&self, name: Name, revision: i64, table: String, draft: TableDraft) -> Answer<'_, ()> {
        Box::pin(self.keep_table(name, revision, table, draft))
    }

    fn discard_draft(&self, name: Name) -> Answer<'_, ()> {
        Box::pin(async move {
            self.contracts().discard(self.vendor(), &name).await.map_err(unavailable)?;
            self.note(self.did(What::DraftDiscarded).about(&name)).await;
            Ok(())
        })
    }

    fn review_draft(&self, name: Name) -> Answer<'_, Review> {
        Box::pin(self.review_contract(name))
    }

    fn put_in_force(&self, name: Name, order: Order) -> Answer<'_, u32> {
        Box::pin(self.activate_contract(name, order))
    }

    fn contract_version(&self, name: Name, version: u32) -> Answer<'_, VersionDesk> {
        Box::pin(self.describe_version(name, version))
    }

    fn roll_out(&self, name: Name, version: u32, order: Order) -> Answer<'_, ()> {
        Box::pin(self.roll_out_contract(name, version, order))
    }
}

impl Face {
    pub(super) fn contracts(&self) -> &Contracts {
        &self.portal().contracts
    }

    pub(super) fn vendor(&self) -> &Name {
        &self.desk().vendor().name
    }

    /// Who signs what is done here.
    pub(super) fn by(&self) -> Text {
        match self.desk().person() {
            Some(person) => person.name.clone(),
            None => Text::shortened(&self.visitor.me.name, 100),
        }
    }

    /// The tenants for which anything can be put in force.
    pub(super) async fn living(&self) -> Result<Vec<Tenant>, Refusal> {
        let mut tenants = self.desk().tenants().await.map_err(unavailable)?;
        tenants.retain(|tenant| !tenant.is_erased());
        Ok(tenants)
    }

    pub(super) async fn knows(&self, name: &Name) -> Result<(), Refusal> {
        let known = self.portal().connectors.knows(self.vendor(), name).await.map_err(broken)?;
        if known { Ok(()) } else { Err(Refusal::NotFound) }
    }

    async fn connector_lines(&self) -> Result<Vec<ConnectorLine>, Refusal> {
        let names = self.portal().connectors.names(self.vendor()).await.map_err(broken)?;
        let tenants = self.living().await?;
        let mut asked = JoinSet::new();
        for (place, name) in names.into_iter().enumerate() {
            let latest =
                self.contracts().latest(self.vendor(), &name, &tenants).await.map_err(unavailable)?;
            let face = Self { shared: self.shared.clone(), visitor: self.visitor.clone() };
            // One that does not answer keeps nobody waiting for the others.
            asked.spawn(async move { (place, face.line(&name, latest.as_ref()).await) });
        }
        let mut lines = Vec::new();
        while let Some(line) = asked.join_next().await {
            let (place, line) = line.map_err(broken)?;
            lines.push((place, line?));
        }
        lines.sort_by_key(|(place, _)| *place);
        Ok(lines.into_iter().map(|(_, line)| line).collect())
    }

    async fn line(&self, name: &Name, latest: Option<&Version>) -> Result<ConnectorLine, Refusal> {
        let id = (self.vendor().clone(), name.clone());
        let place = match self.portal().connectors.place(&id).await {
            Ok(place) => Some(place.ok_or(Refusal::NotFound)?),
            Err(ConnectorError::Sealed | ConnectorError::Address) => None,
            Err(error) => return Err(broken(error)),
        };
        let mut line = ConnectorLine {
            name: name.clone(),
            address: place.as_ref().map(Place::shown).unwrap_or_default(),
            database: place.as_ref().map(Place::database),
            version: latest.map(|version| version.contract.version),
            trouble: None,
            drift: 0,
        };
        match self.differences(&id, latest.map(|latest| latest.contract.as_ref())).await {
            Ok(differences) => line.drift = differences.len(),
            Err(error) => line.trouble = Some(told(&id, &error)),
        }
        Ok(line)
    }

    async fn differences(
        &self,
        id: &(Name, Name),
        contract: Option<&Contract>,
    ) -> Result<Vec<Difference>, ConnectorError> {
        let Some(connector) = Box::pin(self.portal().connectors.open(id)).await? else {
            return Ok(Vec::new());
        };
        match contract {
            Some(contract) => connector.drift(contract).await,
            // It may have been open already, and nobody have asked it since.
            None => connector.introspect().await.map(|_| Vec::new()),
        }
    }

    async fn register_connector(&self, name: Name, address: String) -> Result<(), Refusal> {
        if self.portal().connectors.knows(self.vendor(), &name).await.map_err(broken)? {
            return Err(fault("name", Said::new("connectors.taken").with("name", &name)));
        }
        self.open_at(&name, &address).await?;
        self.note(self.did(What::ConnectorRegistered).about(&name)).await;
        Ok(())
    }

    async fn open_at(&self, name: &Name, address: &str) -> Result<(), Refusal> {
        let connectors = &self.portal().connectors;
        let place = Place::of_visitor(address.trim(), connectors.data())
            .map_err(|error| fault("address", wrong(&error)))?;
        if let Place::Sqlite(path) = &place {
            let others = connectors.files_of_others(self.vendor()).await.map_err(broken)?;
            let file = connectors.data().join(path).canonicalize().ok();
            // Somebody else's file is as good as none.
            if others.iter().any(|other| other.canonicalize().ok() == file) {
                return Err(fault("address", wrong(&AddressFault::NoFile)));
            }
        }
        let id = (self.vendor().clone(), name.clone());
        let added = Box::pin(connectors.add(self.vendor(), name, &place)).await;
        added.map(drop).map_err(|error| fault("address", told(&id, &error)))
    }

    async fn describe_connector(&self, name: Name) -> Result<ConnectorDesk, Refusal> {
        self.knows(&name).await?;
        let tenants = self.living().await?;
        let versions =
            self.contracts().versions(self.vendor(), &name, &tenants).await.map_err(unavailable)?;
        let line = self.line(&name, versions.last()).await?;
        let logs = self.contracts().in_logs(&name, &tenants).await.map_err(unavailable)?;
        let holders = |version: &Version| {
            logs.iter().filter(|log| log.contract.is_some_and(|(_, digest)| digest == version.digest)).count()
        };
        let mut drift = Vec::new();
        if line.trouble.is_none() {
            for version in versions.iter().rev().filter(|version| holders(version) > 0) {
                drift.extend(self.drift(&name, &version.contract).await?);
            }
        }
        let begun = self.contracts().draft(self.vendor(), &name).await.map_err(unavailable)?;
        let begun = begun.map(|kept| DraftLine {
            faults: contract(&name, 1, &kept.draft).err().map_or(0, |faults| faults.len()),
            changed_by: kept.changed_by,
            changed_at: kept.changed_at,
        });
        Ok(ConnectorDesk {
            line,
            contract: versions.last().map(|version| version.contract.clone()),
            drift,
            draft: begun,
            versions: versions
                .iter()
                .rev()
                .map(|version| super::contracts::line(version, holders(version)))
                .collect(),
            tenants: tenants.len(),
        })
    }

    /// What differs, by table.
    async fn drift(&self, name: &Name, contract: &Contract) -> Result<Vec<Drift>, Refusal> {
        let id = (self.vendor().clone(), name.clone());
        let differences = self.differences(&id, Some(contract)).await.map_err(broken)?;
        let mut drift: Vec<Drift> = Vec::new();
        for difference in &differences {
            let table = difference.table().map(ToString::to_string);
            let said = said(difference);
            match drift.last_mut().filter(|last| last.table == table) {
                Some(last) => last.differences.push(said),
                None => drift.push(Drift { version: contract.version, table, differences: vec![said] }),
            }
        }
        Ok(drift)
    }
}

/// What is the matter, for whoever may set it right; the log has the cause.
pub(super) fn told(id: &(Name, Name), error: &ConnectorError) -> Said {
    tracing::warn!(%error, vendor = %id.0, connector = %id.1, "a connector does not answer");
    let key = match error.trouble() {
        Trouble::Address => "connectors.trouble.address",
        Trouble::Database => "connectors.trouble.database",
        Trouble::File => "connectors.trouble.file",
        Trouble::Login => "connectors.trouble.login",
        Trouble::Outbox => "connectors.trouble.outbox",
        Trouble::Sealed => "connectors.trouble.sealed",
        Trouble::Tls => "connectors.trouble.tls",
        Trouble::Unreachable => "connectors.trouble.unreachable",
        Trouble::Other => "connectors.trouble.other",
    };
    match error {
        ConnectorError::Outbox(statement) => Said::new(key).with("statement", statement),
        _ => Said::new(key),
    }
}

fn wrong(fault: &AddressFault) -> Said {
    match fault {
        AddressFault::Kind => Said::new("connectors.address.kind"),
        AddressFault::Incomplete => Said::new("connectors.address.incomplete"),
        AddressFault::Parameter(name) => Said::new("connectors.address.parameter").with("name", name),
        AddressFault::NoFile => Said::new("connectors.address.no_file"),
        AddressFault::Own => Said::new("connectors.address.own"),
    }
}

fn said(difference: &Difference) -> Said {
    match difference {
        Difference::Database => Said::new("connectors.drift.database"),
        Difference::Missing { .. } => Said::new("connectors.drift.missing"),
        Difference::Ungoverned { obstacle, .. } => Said::new(match obstacle {
            Obstacle::Foreign => "connectors.obstacle.foreign",
            Obstacle::Part => "connectors.obstacle.part",
            Obstacle::RowSecurity => "connectors.obstacle.row_security",
            Obstacle::View => "connectors.obstacle.view",
        }),
        Difference::Key { key, .. } => Said::new("connectors.drift.key").with("key", key),
        Difference::Column(column) => {
            let key = match &column.change {
                ColumnChange::Added => "connectors.drift.added",
                ColumnChange::Dropped => "connectors.drift.dropped",
                ColumnChange::NotNull => "connectors.drift.not_null",
                ColumnChange::Null => "connectors.drift.null",
                ColumnChange::Type(_) => "connectors.drift.type",
            };
            let said = Said::new(key).with("column", &column.column);
            match &column.change {
                ColumnChange::Type(declared) => said.with("type", declared),
                _ => said,
            }
        }
    }
}

pub(super) fn fault(field: &str, said: Said) -> Refusal {
    Refusal::Invalid(vec![Fault::new(field, said)])
}
