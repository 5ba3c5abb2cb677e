//! The contract and the envelopes of the world.

use evidence::contract::Contract;
use evidence::envelope::Envelope;
use serde_json::{Value as Json, json};

use super::{AGENT, START};

/// What the connector `crm` may touch.
pub fn contract() -> Contract {
    let contract: Contract = serde_json::from_value(json!({
        "connector": "crm",
        "version": 1,
        "database": "sqlite",
        "tables": { "contacts": contacts(), "invoices": invoices(), "tickets": tickets() },
    }))
    .unwrap();
    contract.check().unwrap();
    contract
}

fn contacts() -> Json {
    let all = ["email", "id", "phone", "status", "tenant_id", "tier"];
    json!({
        "tenant_column": "tenant_id",
        "key": ["id"],
        "columns": {
            "email": column("text", "sealed", true),
            "id": column("text", "open", false),
            "phone": column("text", "sealed", true),
            "status": column("text", "open", false),
            "tenant_id": column("text", "open", false),
            "tier": column("integer", "open", true),
        },
        "operations": {
            "delete": { "columns": [], "max_rows": 5, "consequence": "consequential", "rollback": restore() },
            "insert": {
                "columns": all, "max_rows": 10, "consequence": "consequential",
                "rollback": { "compensate": { "operation": "contacts.delete" } },
            },
            "update": {
                "columns": ["email", "phone", "status", "tier"], "max_rows": 10, "consequence": "low", "rollback": restore(),
            },
        },
    })
}

fn invoices() -> Json {
    json!({
        "tenant_column": "tenant_id",
        "key": ["id"],
        "columns": {
            "amount": column("decimal", "open", false),
            "id": column("text", "open", false),
            "tenant_id": column("text", "open", false),
        },
        "operations": {
            "delete": { "columns": [], "max_rows": 1, "consequence": "irreversible", "rollback": "none" },
            "update": { "columns": ["amount"], "max_rows": 1, "consequence": "consequential", "rollback": restore() },
        },
    })
}

fn tickets() -> Json {
    json!({
        "tenant_column": "tenant_id",
        "key": ["id"],
        "columns": {
            "id": column("text", "open", false),
            "note": column("text", "sealed", true),
            "state": column("text", "open", false),
            "tenant_id": column("text", "open", false),
        },
        "operations": {
            "update": { "columns": ["note", "state"], "max_rows": 100, "consequence": "low", "rollback": restore() },
        },
    })
}

fn column(kind: &str, class: &str, nullable: bool) -> Json {
    json!({ "type": kind, "class": class, "writable": true, "nullable": nullable })
}

fn restore() -> Json {
    json!({ "restore": { "window_seconds": 604_800 } })
}

/// What `tenant`'s agents may do, version `version`.
pub fn envelope(tenant: &str, version: u32) -> Envelope {
    serde_json::from_value(envelope_json(tenant, version)).unwrap()
}

/// The same as JSON, for those who want to change it.
pub fn envelope_json(tenant: &str, version: u32) -> Json {
    json!({
        "tenant": tenant,
        "version": version,
        "contract": contract().digest().unwrap().to_string(),
        "valid_from": START,
        "valid_until": "2026-09-01T00:00:00.000000Z",
        "frozen": false,
        "rules": [
            rule("contact-details", "allow", "contacts", json!({
                "agents": [AGENT], "operations": ["update"], "columns": ["email", "phone", "status"], "max_rows": 5,
            })),
            rule("new-contacts", "allow", "contacts", json!({ "operations": ["insert"] })),
            rule("contact-tier", "ask", "contacts", json!({
                "operations": ["update"], "approval": approval("support-leads", 1),
            })),
            rule("remove-contacts", "ask", "contacts", json!({
                "operations": ["delete"], "approval": approval("support-leads", 2),
            })),
            rule("not-the-best-customers", "never", "contacts", json!({
                "when": [{ "of": "before", "column": "tier", "is": { "at_least": 9 } }],
            })),
            rule("tickets", "allow", "tickets", json!({})),
            rule("invoices-go", "allow", "invoices", json!({ "operations": ["delete"] })),
        ],
        "limits": [{
            "id": "contacts-hourly", "agents": null, "table": "contacts", "operations": null,
            "max_rows": 8, "window_seconds": 3600,
        }],
        "approval": approval("managers", 1),
        "cedar": null,
    })
}

/// An envelope of `count` rules that all have to be looked at.
pub fn many_rules(tenant: &str, count: usize) -> Envelope {
    let mut envelope = envelope_json(tenant, 1);
    let rules: Vec<Json> = (0..count)
        .map(|place| match place {
            0 => rule("contact-details", "allow", "contacts", json!({ "operations": ["update"] })),
            _ => rule(
                &format!("never-{place}"),
                "never",
                "contacts",
                json!({
                    "when": [
                        { "of": "before", "column": "tier", "is": { "at_least": 100 + place } },
                        { "of": "before", "column": "status", "is": { "equal": format!("closed-{place}") } },
                    ],
                }),
            ),
        })
        .collect();
    envelope["rules"] = rules.into();
    envelope["limits"][0]["max_rows"] = 1_000_000_000.into();
    serde_json::from_value(envelope).unwrap()
}

fn rule(id: &str, effect: &str, table: &str, rest: Json) -> Json {
    let mut rule = json!({
        "id": id, "effect": effect, "table": table, "agents": null, "operations": null, "columns": null,
        "max_rows": null, "when": [], "approval": null,
    });
    if let (Some(rule), Json::Object(rest)) = (rule.as_object_mut(), rest) {
        rule.extend(rest);
    }
    rule
}

/// Who approves, for an hour.
pub fn approval(group: &str, quorum: u32) -> Json {
    json!({ "group": group, "quorum": quorum, "expires_seconds": 3600 })
}
