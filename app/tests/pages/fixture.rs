//! A small vendor whose log has one receipt of every sort, some of them with hostile words in them.

use std::collections::BTreeMap;
use std::future::ready;

use app::portal::{
    Answer, Connector, Detail, Fault, Filter, Head, Mention, PAGE_ROWS, Page, Portal, Proposal, Refusal, Row,
    Sample, Seen, Shown, TenantDesk, Tried, Workspace,
};
use evidence::canonical;
use evidence::contract::Contract;
use evidence::decision::Verdict;
use evidence::digest::{Digest, to_base64};
use evidence::dsse::{PAYLOAD_TYPE, Predicate, STATEMENT_TYPE, Signed};
use evidence::key::KeyId;
use evidence::log::Hash;
use evidence::name::Name;
use evidence::receipt::{ActivationReceipt, DecisionReceipt, NoticeReceipt, OutcomeReceipt, Receipt};
use evidence::value::Value;
use serde_json::{Value as Json, json};

/// What an attacker would write wherever text is taken.
pub const HOSTILE: &str =
    "</textarea></script><script>alert(1)</script>\u{202e}txt.exe & \"quotes\" 'single'";

/// A vendor with two tenants; `acme` has a log, `globex` has nothing.
pub struct Northwind {
    log: Vec<String>,
}

impl Northwind {
    /// With its log.
    pub fn new() -> Self {
        Self { log: log() }
    }

    fn read(text: &str) -> Receipt {
        Receipt::read(&Signed::parse(text.as_bytes()).unwrap()).unwrap()
    }

    fn detail(&self, seq: usize) -> Option<Detail> {
        let dsse = self.log.get(seq)?.clone();
        let digest = Digest::of(dsse.as_bytes());
        let cites = |other: &Receipt| matches!(other, Receipt::Outcome(outcome) if outcome.decision.seq == seq as u64);
        let mentions = self
            .log
            .iter()
            .map(|text| Self::read(text))
            .filter(cites)
            .map(|other| Mention::of(&other))
            .collect();
        Some(Detail {
            title: "Acme GmbH".to_owned(),
            dsse,
            digest,
            envelope: Some(3),
            contract: Some(1),
            mentions,
            head: Some(self.head()),
            signer: signer(),
        })
    }

    fn head(&self) -> Head {
        Head { size: self.log.len() as u64, root: Hash([7; 32]), time: time(self.log.len()).parse().unwrap() }
    }

    fn page(&self, tenant: &Name, filter: &Filter) -> Result<Page, Refusal> {
        let title = match tenant.as_str() {
            "acme" => "Acme GmbH",
            "globex" => "Globex Corporation",
            _ => return Err(Refusal::NotFound),
        };
        let log: &[String] = if tenant.as_str() == "acme" { &self.log } else { &[] };
        let rows = log.iter().rev().map(|text| Row::of(&Self::read(text), Some(3)));
        let mut rows: Vec<Row> = rows.filter(|row| filter.admits(row)).collect();
        let older = (rows.len() > PAGE_ROWS).then(|| rows[PAGE_ROWS - 1].seq);
        rows.truncate(PAGE_ROWS);
        let head = (!log.is_empty()).then(|| self.head());
        Ok(Page { title: title.to_owned(), rows, older, head, agents: vec![name("support-agent")] })
    }
}

impl Portal for Northwind {
    fn workspace(&self) -> Answer<'_, Workspace> {
        let tenant = |name: &str, title: &str, head| TenantDesk {
            name: name.parse().unwrap(),
            title: title.to_owned(),
            envelope: Some(3),
            head,
        };
        let contract: Contract = serde_json::from_value(contract()).unwrap();
        Box::pin(ready(Ok(Workspace {
            vendor: "Northwind".to_owned(),
            address: "http://127.0.0.1:3000".to_owned(),
            tenants: vec![
                tenant("acme", "Acme GmbH", Some(self.head())),
                tenant("globex", "Globex Corporation", None),
            ],
            agents: vec![name("billing-agent"), name("support-agent")],
            connectors: vec![Connector { name: name("crm"), contract }],
            samples: samples(),
            attempt: "attempt-1".to_owned(),
            signer: signer(),
        })))
    }

    fn try_action(&self, proposal: Proposal) -> Answer<'_, Name> {
        let answer = match proposal.agent.as_str() {
            "nobody" => Err(Refusal::Invalid(vec![Fault::new("agent", "This agent is not registered.")])),
            "offline" => Err(Refusal::Unavailable),
            _ => Ok(name("a-4")),
        };
        Box::pin(ready(answer))
    }

    fn tried(&self, tenant: Name, action: Name) -> Answer<'_, Tried> {
        let seq: Option<usize> = action.as_str().strip_prefix("a-").and_then(|seq| seq.parse().ok());
        let found = seq
            .filter(|_| tenant.as_str() == "acme")
            .and_then(|seq| self.detail(seq).map(|detail| (seq, detail)));
        let answer = found.ok_or(Refusal::NotFound).map(|(seq, decision)| {
            let outcome = decision
                .mentions
                .first()
                .and_then(|mention| self.detail(usize::try_from(mention.seq).unwrap()));
            let owner = name(if seq == 4 { "globex" } else { "acme" });
            let (before, after) =
                ("+44 20 7946 0000", if seq == 2 { "+44 20 7946 0018" } else { "+44 20 7946 0000" });
            let proposal = Some(samples().remove(0).proposal);
            Tried { action, decision, outcome, proposal, records: vec![seen(owner, before, after)] }
        });
        Box::pin(ready(answer))
    }

    fn receipts(&self, tenant: Name, filter: Filter) -> Answer<'_, Page> {
        Box::pin(ready(self.page(&tenant, &filter)))
    }

    fn receipt(&self, tenant: Name, seq: u64) -> Answer<'_, Detail> {
        let found =
            usize::try_from(seq).ok().filter(|_| tenant.as_str() == "acme").and_then(|seq| self.detail(seq));
        Box::pin(ready(found.ok_or(Refusal::NotFound)))
    }
}

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn signer() -> KeyId {
    KeyId(Digest::of(b"the vendor's key"))
}

fn time(minute: usize) -> String {
    format!("2026-11-23T05:{:02}:09.120000Z", minute % 60)
}

fn seen(owner: Name, before: &str, after: &str) -> Seen {
    let row = |phone: &str| {
        BTreeMap::from([
            (
                "email".parse().unwrap(),
                Shown::Sealed("bZ3a9sQ0pLr7mX2cV8nT4kY6wE1uI5oA3gH7jD9fK0s".to_owned()),
            ),
            ("id".parse().unwrap(), Shown::Open(Value::from("c-2217"))),
            ("phone".parse().unwrap(), Shown::Open(Value::from(phone))),
            ("status".parse().unwrap(), Shown::Open(Value::from("active"))),
        ])
    };
    let key = BTreeMap::from([("id".parse().unwrap(), Value::from("c-2217"))]);
    Seen { key, owner: Some(owner), before: Some(row(before)), after: Some(row(after)) }
}

fn samples() -> Vec<Sample> {
    let sample = |sample: &str, title: &str, expected, operation: &str, record: &str| Sample {
        name: sample.to_owned(),
        title: title.to_owned(),
        expected,
        proposal: Proposal {
            tenant: "acme".to_owned(),
            agent: "support-agent".to_owned(),
            connector: "crm".to_owned(),
            operation: operation.to_owned(),
            table: "contacts".to_owned(),
            records: vec![BTreeMap::from([("id".to_owned(), Value::from(record))])],
            set: match operation {
                "delete" => BTreeMap::new(),
                _ => BTreeMap::from([("phone".to_owned(), Value::from("+44 20 7946 0018"))]),
            },
            reason: "the caller asked for it".to_owned(),
            on_behalf_of: Some("dana@northwind.example".to_owned()),
            idempotency_key: "sample".to_owned(),
        },
    };
    vec![
        sample("wrong_tenant", "Acme’s agent changes a contact of Globex", Verdict::Deny, "update", "c-2217"),
        sample(
            "allowed_update",
            "Acme’s agent changes a phone number of Acme’s",
            Verdict::Allow,
            "update",
            "c-1042",
        ),
        sample("asks", "Acme’s agent deletes a contact", Verdict::Escalate, "delete", "c-1042"),
    ]
}

fn contract() -> Json {
    let column = |class: &str, writable: bool| json!({"type": "text", "class": class, "writable": writable, "nullable": false});
    let operation = |columns: Json, consequence: &str| json!({"columns": columns, "max_rows": 50, "consequence": consequence, "rollback": {"restore": {"window_seconds": 2_592_000}}});
    json!({
        "connector": "crm", "version": 1, "database": "sqlite",
        "tables": {"contacts": {
            "tenant_column": "tenant_id", "key": ["id"],
            "columns": {"email": column("sealed", true), "id": column("open", false), "phone": column("open", true),
                "status": column("open", true), "tenant_id": column("open", false)},
            "operations": {"update": operation(json!(["email", "phone", "status"]), "low"), "delete": operation(json!([]), "consequential")},
        }},
    })
}

fn signed<P: Predicate>(predicate: &P) -> String {
    let statement = json!({
        "_type": STATEMENT_TYPE, "predicate": serde_json::to_value(predicate).unwrap(), "predicateType": P::TYPE,
        "subject": predicate.subject(&canonical::to_vec(predicate).unwrap()).unwrap(),
    });
    let envelope = json!({
        "payload": to_base64(&canonical::to_vec(&statement).unwrap()), "payloadType": PAYLOAD_TYPE,
        "signatures": [{"keyid": signer(), "sig": to_base64(&[9; 64])}],
    });
    String::from_utf8(canonical::to_vec(&envelope).unwrap()).unwrap()
}

fn entry(seq: usize) -> Json {
    json!({"engine": "0.1.0", "log": "5f2d8c0e9a7b41d3a6c4e8f01b2d3c4e", "seq": seq, "tenant": "acme", "time": time(seq)})
}

fn digest(of: &str) -> String {
    Digest::of(of.as_bytes()).to_string()
}

/// A decision: what was asked, of which record, and the answer.
struct Told<'a> {
    seq: usize,
    verdict: &'a str,
    operation: &'a str,
    table: &'a str,
    reason: &'a str,
    records: Json,
    reasons: Json,
    rules: Json,
}

fn decision(told: Told<'_>) -> String {
    let Told { seq, verdict, operation, table, reason, records, reasons, rules } = told;
    let set = if operation == "update" {
        json!({"phone": {"open": "+44 20 7946 0018"}, "email": {"sealed": {"conforms": true}}})
    } else {
        json!({})
    };
    let restore = json!({"restore": {"window_seconds": 2_592_000}});
    let approval = json!({"group": "success-managers", "quorum": 1, "expires_seconds": 3_600});
    let permit = json!({"action": digest("action"), "expires_at": time(seq + 1), "id": format!("p-{seq}")});
    let receipt: DecisionReceipt = serde_json::from_value(json!({
        "action": {
            "agent": "support-agent", "connector": "crm", "id": format!("a-{seq}"), "on_behalf_of": "dana@northwind.example",
            "operation": operation, "reason": reason, "records": records, "schema": "matches", "set": set,
            "source": "observed", "table": table, "tenant": "acme", "undoes": null,
        },
        "decision": {
            "approval": (verdict == "ESCALATE").then_some(approval), "reasons": reasons, "rollback": restore,
            "rules": rules, "verdict": verdict,
        },
        "entry": entry(seq), "idempotency": digest("idempotency"), "law": 1,
        "permit": (verdict == "ALLOW").then_some(permit),
        "standing": {
            "agent": "active", "approval": null, "contract": digest("contract"), "envelope": digest("envelope"),
            "portal_frozen": false, "spent": {"hourly": 12}, "tenant_frozen": false,
        },
    }))
    .unwrap();
    signed(&receipt)
}

fn own_record(phone: Option<&str>) -> Json {
    let open = |value: &str| json!({"open": {"salt": "c2FsdA", "value": value}});
    let before = json!({
        "email": {"sealed": "bZ3a9sQ0pLr7mX2cV8nT4kY6wE1uI5oA3gH7jD9fK0s"}, "id": open("c-1042"),
        "phone": open("+44 20 7946 0000"), "status": open("active"), "tenant_id": open("acme"),
    });
    let after = phone.map(|phone| {
        let cells =
            json!({"phone": open(phone), "email": {"sealed": "qW5eR7tY9uI1oP3aS5dF7gH9jK1lZ3xC5vB7nM9qW5e"}});
        json!({"cells": cells, "hash": digest("after")})
    });
    json!([{"after": after, "before": {"cells": before, "hash": digest("before")}, "key": {"open": {"id": "c-1042"}}, "owner": "tenant"}])
}

fn foreign_record() -> Json {
    json!([{"after": null, "before": null, "key": {"foreign": digest("key")}, "owner": {"foreign": digest("tenant")}}])
}

fn reason(code: &str, facts: &Json) -> Json {
    let mut reason = json!({"allowed": null, "at": null, "code": code, "found": null, "rule": null});
    for (name, fact) in facts.as_object().unwrap() {
        reason[name] = fact.clone();
    }
    json!([reason])
}

fn log() -> Vec<String> {
    let activation = |seq: usize, document: &str| -> ActivationReceipt {
        serde_json::from_value(json!({
            "by": "olive@northwind.example", "changes": ["contacts: update of email, phone and status, at most 50 records"],
            "connector": "crm", "digest": digest(document), "document": document, "entry": entry(seq), "previous": null,
            "proposed_by": "pat@northwind.example", "reason": "first version",
        }))
        .unwrap()
    };
    let notice: NoticeReceipt = serde_json::from_value(json!({
        "actor": digest("other"), "connector": "crm", "entry": entry(5), "operation": "update",
        "records": [{"id": "c-1007"}], "table": "contacts",
    }))
    .unwrap();
    vec![
        signed(&activation(0, "contract")),
        signed(&activation(1, "envelope")),
        decision(Told {
            seq: 2,
            verdict: "ALLOW",
            operation: "update",
            table: "contacts",
            reason: "caller asked",
            records: own_record(Some("+44 20 7946 0018")),
            reasons: json!([]),
            rules: json!(["contact-details"]),
        }),
        outcome(3, 2, "COMMITTED", &Json::Null),
        decision(Told {
            seq: 4,
            verdict: "DENY",
            operation: "update",
            table: "contacts",
            reason: "caller asked",
            records: foreign_record(),
            reasons: reason("TENANT_ISOLATION", &json!({"at": "records.0"})),
            rules: json!([]),
        }),
        signed(&notice),
        decision(Told {
            seq: 6,
            verdict: "ESCALATE",
            operation: "delete",
            table: "contacts",
            reason: "duplicate of c-1041",
            records: own_record(None),
            reasons: reason(
                "APPROVAL_REQUIRED",
                &json!({"rule": "deletes-ask", "allowed": "an approval by success-managers"}),
            ),
            rules: json!(["deletes-ask"]),
        }),
        decision(Told {
            seq: 7,
            verdict: "ALLOW",
            operation: "update",
            table: "contacts",
            reason: "caller asked",
            records: own_record(Some("+44 20 7946 0044")),
            reasons: json!([]),
            rules: json!(["contact-details"]),
        }),
        outcome(8, 7, "NOT_APPLIED", &json!("PRECONDITION_FAILED")),
        decision(Told {
            seq: 9,
            verdict: "DENY",
            operation: "update",
            table: HOSTILE,
            reason: HOSTILE,
            records: json!([{"after": null, "before": null, "key": {"open": {"id": HOSTILE}}, "owner": "unobserved"}]),
            reasons: reason("SCHEMA_VIOLATION", &json!({"at": "table", "found": HOSTILE})),
            rules: json!([]),
        }),
    ]
}

fn outcome(seq: usize, of: usize, status: &str, code: &Json) -> String {
    let receipt: OutcomeReceipt = serde_json::from_value(json!({
        "code": code, "decision": {"receipt": digest("decision"), "seq": of}, "entry": entry(seq), "permit": format!("p-{of}"),
        "records": [{"after": digest("after"), "before": digest("before"), "key": {"id": "c-1042"}}],
        "source": "observed", "status": status,
    }))
    .unwrap();
    signed(&receipt)
}
