//! Ready-made writes, each to show one thing. The one into the wrong tenant comes first.

use evidence::decision::Verdict;
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Value as Json, json};

use super::cast::CONNECTOR;

/// One ready-made write.
pub struct Sample {
    /// Its name.
    pub name: &'static str,
    /// What it shows.
    pub title: &'static str,
    /// The verdict that it gets.
    pub expected: Verdict,
    /// The body of `POST /v1/actions`.
    pub body: Json,
}

/// Samples by name, in their order.
pub struct Samples(pub Vec<Sample>);

impl Samples {
    /// All of them.
    pub fn all() -> Self {
        let support =
            |tenant: &str, operation: &str, table: &str| write(tenant, "support-agent", operation, table);
        let billing = |operation: &str| write("acme", "billing-agent", operation, "invoices");
        Self(vec![
            Sample {
                name: "wrong_tenant",
                title: "Acme's agent reaches for a contact of another tenant",
                expected: Verdict::Deny,
                body: support("acme", "update", "contacts")
                    .records(&["c-2001"])
                    .set(json!({"phone": "+44 20 7946 0018"}))
                    .because("caller asked"),
            },
            Sample {
                name: "allowed_update",
                title: "Acme's agent corrects a phone number",
                expected: Verdict::Allow,
                body: support("acme", "update", "contacts")
                    .records(&["c-1042"])
                    .set(json!({"phone": "+44 20 7946 0018"}))
                    .because("caller asked"),
            },
            Sample {
                name: "needs_approval",
                title: "Removing a contact can't be undone, so a person is asked",
                expected: Verdict::Escalate,
                body: support("acme", "delete", "contacts")
                    .records(&["c-1077"])
                    .because("asked to be forgotten"),
            },
            Sample {
                name: "large_invoice",
                title: "A large invoice is marked paid: money asks",
                expected: Verdict::Escalate,
                body: billing("update")
                    .records(&["i-1002"])
                    .set(json!({"paid": true, "status": "paid"}))
                    .because("payment seen"),
            },
            Sample {
                name: "legal_hold",
                title: "A contact under legal hold is never changed",
                expected: Verdict::Deny,
                body: support("acme", "update", "contacts")
                    .records(&["c-1040"])
                    .set(json!({"status": "dormant"}))
                    .because("no answer for a year"),
            },
            Sample {
                name: "unknown_column",
                title: "A column that the contract does not have",
                expected: Verdict::Deny,
                body: support("acme", "update", "contacts")
                    .records(&["c-1043"])
                    .set(json!({"is_admin": true}))
                    .because("the user said so"),
            },
            Sample {
                name: "four_eyes",
                title: "Globex lets no contact change without two people",
                expected: Verdict::Escalate,
                body: support("globex", "update", "contacts")
                    .records(&["c-2007"])
                    .set(json!({"email": "new.address@example.com"}))
                    .because("address bounced"),
            },
        ])
    }
}

impl Sample {
    /// This sample as the pages show it.
    pub fn for_pages(&self) -> Result<app::portal::Sample, serde_json::Error> {
        let mut proposal = self.body.clone();
        proposal["idempotency_key"] = "".into();
        Ok(app::portal::Sample {
            name: self.name.to_owned(),
            title: self.title.to_owned(),
            expected: self.expected,
            proposal: serde_json::from_value(proposal)?,
        })
    }
}

impl Serialize for Samples {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for sample in &self.0 {
            map.serialize_entry(sample.name, &sample.body)?;
        }
        map.end()
    }
}

/// A write in the making.
pub struct Write(Json);

/// `agent` of `tenant` proposes `operation` on `table`.
pub fn write(tenant: &str, agent: &str, operation: &str, table: &str) -> Write {
    Write(json!({
        "tenant": tenant, "agent": agent, "connector": CONNECTOR, "operation": operation, "table": table, "records": [],
    }))
}

impl Write {
    /// Naming these records.
    #[must_use]
    pub fn records<T: AsRef<str>>(mut self, ids: &[T]) -> Self {
        self.0["records"] = ids.iter().map(|id| json!({"id": id.as_ref()})).collect();
        self
    }

    /// Setting these columns.
    #[must_use]
    pub fn set(mut self, columns: Json) -> Self {
        self.0["set"] = columns;
        self
    }

    /// On behalf of this person.
    #[must_use]
    pub fn acting_for(mut self, person: &str) -> Self {
        self.0["on_behalf_of"] = person.into();
        self
    }

    /// For this reason.
    pub fn because(mut self, reason: &str) -> Json {
        self.0["reason"] = reason.into();
        self.0
    }
}
