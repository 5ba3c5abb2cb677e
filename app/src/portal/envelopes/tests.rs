//! The form says what the envelope says, whatever is in either.

use evidence::contract::Contract;
use evidence::digest::Digest;
use evidence::envelope::{Envelope, EnvelopeError};
use evidence::timestamp::Timestamp;
use serde_json::json;

use super::{Difference, EnvelopeForm, Ground, compare};
use crate::visit::{Form, query};

fn contract() -> Contract {
    let column = |kind: &str| json!({"type": kind, "class": "open", "writable": true, "nullable": true});
    let contract = json!({
        "connector": "crm", "version": 1, "database": "sqlite",
        "tables": {"contacts": {
            "tenant_id": null, "tenant_column": "tenant_id", "key": ["id"],
            "columns": {"id": column("text"), "tenant_id": column("text"), "status": column("text"),
                "score": column("integer"), "vip": column("boolean")},
            "operations": {},
        }},
    });
    let mut contract = contract;
    contract["tables"]["contacts"].as_object_mut().unwrap().remove("tenant_id");
    serde_json::from_value(contract).unwrap()
}

fn envelope() -> Envelope {
    let when = json!([
        {"of": "before", "column": "status", "is": {"one_of": ["open", "a, b", "say \"x\"", " "]}},
        {"of": "set", "column": "score", "is": {"at_most": 9_007_199_254_740_991_i64}},
        {"of": "before", "column": "score", "is": {"at_least": "9223372036854775807"}},
        {"of": "before", "column": "vip", "is": {"equal": true}},
        {"of": "before", "column": "status", "is": {"not_equal": "line\nbreak\u{202e}"}},
    ]);
    let approval = json!({"group": "success", "quorum": 2, "expires_seconds": 5_400});
    let rule = |id: &str, effect: &str, more: serde_json::Value| {
        let mut rule = json!({"id": id, "effect": effect, "agents": null, "table": "contacts", "operations": null,
            "columns": null, "max_rows": null, "when": [], "approval": null});
        rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rule
    };
    let envelope = json!({
        "tenant": "acme", "version": 3, "contract": Digest([7; 32]).to_string(),
        "valid_from": "2026-11-25T06:00:00.000001Z", "valid_until": "2027-01-01T00:00:00.000000Z", "frozen": true,
        "rules": [
            rule("care", "allow", json!({"agents": ["a", "b"], "operations": ["update"], "columns": ["status"], "max_rows": 5})),
            rule("asks", "ask", json!({"approval": approval, "when": when})),
            rule("no", "never", json!({"columns": ["score"]})),
        ],
        "limits": [
            {"id": "hourly", "agents": ["a"], "table": "contacts", "operations": ["update"], "max_rows": 500, "window_seconds": 3_600},
            {"id": "odd", "agents": null, "table": null, "operations": null, "max_rows": 1, "window_seconds": 61},
        ],
        "approval": approval, "cedar": "// by hand\nforbid (principal, action, resource);\n",
    });
    serde_json::from_value(envelope).unwrap()
}

fn ground<'a>(contract: &'a Contract, envelope: &'a Envelope) -> Ground<'a> {
    let now = Timestamp::from_micros(5).unwrap();
    Ground { tenant: &envelope.tenant, contract, digest: envelope.contract, version: envelope.version, now }
}

#[test]
fn an_envelope_survives_the_form_and_the_wire() {
    let (contract, envelope) = (contract(), envelope());
    let form = EnvelopeForm::of(&envelope);
    let sent = query::address("", form.pairs().iter().map(|(name, text)| (name.as_str(), text.as_str())));
    let read = EnvelopeForm::read(&Form::new(query::pairs(&sent.as_bytes()[1..])));
    assert_eq!(read, form);
    assert_eq!(read.envelope(ground(&contract, &envelope)).unwrap(), envelope);
}

#[test]
fn what_is_wrong_is_said_where_it_is() {
    let (contract, envelope) = (contract(), envelope());
    let mut form = EnvelopeForm::of(&envelope);
    form.rules[0].id = "Not a name".to_owned();
    form.rules[0].max_rows = "many".to_owned();
    form.rules[1].approval.quorum = String::new();
    form.rules[1].when[0].value = " ".to_owned();
    form.rules[2].operations = vec!["truncate".to_owned()];
    form.limits[0].window.count = "99999999999".to_owned();
    form.valid_until = "soon".to_owned();
    let faults = form.envelope(ground(&contract, &envelope)).unwrap_err();
    let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "rule-0-id",
            "rule-0-max_rows",
            "rule-1-when-0-value",
            "rule-1-quorum",
            "rule-2-operations",
            "limit-0-window",
            "valid_until"
        ]
    );
    assert!(faults.iter().all(|fault| fault.message.to_string().len() > 5), "{faults:?}");
    let at =
        |at: &str| form.fault_of(&EnvelopeError { at: at.to_owned(), fault: "is wrong".to_owned() }).field;
    assert_eq!(at("rules.asks.columns"), "rule-1-columns");
    assert_eq!(at("rules.asks.when.3"), "rule-1-when-3-value");
    assert_eq!(at("rules.asks.approval.expires_seconds"), "rule-1-expiry");
    assert_eq!(at("limits.odd"), "limit-1-id");
    assert_eq!(at("approval.quorum"), "approval-quorum");
    assert_eq!(at("cedar"), "cedar");
}

#[test]
fn buttons_change_the_form_and_nothing_else() {
    let contract = contract();
    let mut form = EnvelopeForm::of(&envelope());
    let ids = |form: &EnvelopeForm| form.rules.iter().map(|rule| rule.id.clone()).collect::<Vec<_>>();
    assert_eq!(form.press("rule.2.up", &contract).as_deref(), Some("rule-1"));
    assert_eq!(ids(&form), ["care", "no", "asks"]);
    assert_eq!(form.press("rule.0.copy", &contract).as_deref(), Some("rule-1"));
    assert_eq!(ids(&form), ["care", "care-2", "no", "asks"]);
    assert_eq!(form.press("add-rule", &contract).as_deref(), Some("rule-4"));
    assert_eq!((form.rules[4].effect.as_str(), form.rules[4].approval.group.as_str()), ("ask", "success"));
    assert_eq!(form.press("rule.4.add-when", &contract).as_deref(), Some("rule-4-when-0-of"));
    assert_eq!(form.press("rule.4.when.0.remove", &contract).as_deref(), Some("rule-4"));
    assert_eq!(form.press("rule.4.remove", &contract).as_deref(), Some("rule-3"));
    assert_eq!(form.press("limit.0.remove", &contract).as_deref(), Some("limit-0"));
    assert_eq!(form.press("limit.0.remove", &contract).as_deref(), Some("limits"));
    let before = form.clone();
    for nothing in
        ["rule.0.up", "rule.99.up", "rule.x.up", "limit.7.remove", "rule.0.when.9.remove", "check", ""]
    {
        form.press(nothing, &contract);
        assert_eq!(form, before, "{nothing}");
    }
}

#[test]
fn differences_are_told_thing_by_thing() {
    let before = envelope();
    let mut after = before.clone();
    after.rules.swap(0, 1);
    after.rules[2].max_rows = Some(1);
    after.limits.remove(0);
    after.frozen = false;
    let told: Vec<String> = compare(Some(&before), &after)
        .into_iter()
        .map(|difference| match difference {
            Difference::Same(line) => format!("= {}", line.key),
            Difference::Added(line) => format!("+ {}", line.key),
            Difference::Removed(line) => format!("- {}", line.key),
            Difference::Moved(line) => format!("~ {}", line.key),
            Difference::Changed { after, .. } => format!("! {}", after.key),
        })
        .collect();
    assert_eq!(
        told,
        [
            "~ rule/asks",
            "= rule/care",
            "! rule/no",
            "- limit/hourly",
            "= limit/odd",
            "= approval",
            "= validity",
            "- frozen",
            "= cedar"
        ]
    );
}
