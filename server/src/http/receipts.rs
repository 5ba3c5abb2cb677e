//! `/v1/tenants/{tenant}/receipts`: a tenant's log, a page at a time or one by one.

use std::str::FromStr;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use evidence::decision::Verdict;
use evidence::name::{Name, Text};
use evidence::reason::Code;
use evidence::receipt::Receipt;
use evidence::timestamp::Timestamp;
use serde::Serialize;

use super::body::exactly;
use super::key::Caller;
use super::path::Path;
use crate::ledger::{Page, ReceiptQuery, Row};
use crate::portal::Portal;
use crate::problem::Problem;

/// The media type of a DSSE envelope in JSON.
const DSSE: &str = "application/vnd.dsse.envelope.v1+json";

/// What a query string says.
pub type Parameters = Result<Query<Vec<(String, String)>>, QueryRejection>;

/// `GET /v1/tenants/{tenant}/receipts`
pub async fn list(
    State(portal): State<Portal>,
    caller: Caller,
    Path(tenant): Path<String>,
    parameters: Parameters,
) -> Result<Json<Listing>, Problem> {
    let tenant = caller.tenant(&tenant).await?;
    let page = portal.ledger.receipts(&tenant, &query(parameters)?).await?;
    Listing::try_from(page).map(Json)
}

/// `GET /v1/tenants/{tenant}/receipts/{seq}`: the exact bytes that were signed and logged.
pub async fn read(
    State(portal): State<Portal>,
    caller: Caller,
    Path((tenant, seq)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let tenant = caller.tenant(&tenant).await?;
    let seq = seq.parse().map_err(|_| Problem::ReceiptUnknown)?;
    let receipt = portal.ledger.receipt(&tenant, seq).await?.ok_or(Problem::ReceiptUnknown)?;
    Ok(exactly(DSSE, receipt.signed().bytes().to_vec()))
}

/// A page of receipts, newest first.
#[derive(Serialize)]
pub struct Listing {
    receipts: Vec<Listed>,
    next_before: Option<u64>,
    size: u64,
}

#[derive(Serialize)]
struct Listed {
    seq: u64,
    time: Timestamp,
    kind: String,
    action: Option<Name>,
    verdict: Option<Verdict>,
    code: Option<Code>,
    agent: Option<Text>,
    table: Option<Text>,
    operation: Option<Text>,
    records: Option<u64>,
    receipt: serde_json::Value,
}

impl TryFrom<Page> for Listing {
    type Error = Problem;

    fn try_from(page: Page) -> Result<Self, Problem> {
        let receipts = page.rows.into_iter().map(Listed::try_from).collect::<Result<_, _>>()?;
        Ok(Self { receipts, next_before: page.next_before_seq, size: page.size })
    }
}

impl TryFrom<Row> for Listed {
    type Error = Problem;

    fn try_from(row: Row) -> Result<Self, Problem> {
        let receipt = serde_json::from_str(&row.bytes).map_err(|error| {
            tracing::error!(%error, seq = row.seq, "a receipt is not JSON");
            Problem::Internal
        })?;
        let Row { seq, time, kind, action, verdict, code, agent, table, operation, records, .. } = row;
        Ok(Self { seq, time, kind, action, verdict, code, agent, table, operation, records, receipt })
    }
}

fn query(parameters: Parameters) -> Result<ReceiptQuery, Problem> {
    let mut query = ReceiptQuery::default();
    for (name, value) in pairs(parameters)? {
        match name.as_str() {
            "verdict" => query.verdict = Some(verdict(&value)?),
            "kind" => query.kind = Some(kind(&value)?),
            "agent" => query.agent = Some(parse(&name, &value, "must be an agent's name")?),
            "table" => query.table = Some(parse(&name, &value, "must be a table's name")?),
            "before" => query.before_seq = Some(parse(&name, &value, "must be a sequence number")?),
            "limit" => query.limit = Some(limit(&value)?),
            _ => {
                let rule = "is not a parameter here; those are verdict, kind, agent, table, before and limit";
                return Err(broken(&name, rule));
            }
        }
    }
    Ok(query)
}

/// The pairs of a query string.
pub fn pairs(parameters: Parameters) -> Result<Vec<(String, String)>, Problem> {
    let unreadable =
        |_| Problem::malformed("query", "The query string must be pairs of `name=value` in UTF-8.");
    parameters.map(|Query(pairs)| pairs).map_err(unreadable)
}

/// The value of the parameter `name`.
pub fn parse<T: FromStr>(name: &str, value: &str, rule: &str) -> Result<T, Problem> {
    value.parse().map_err(|_| broken(name, rule))
}

/// A parameter that breaks a rule. Its name is quoted from the request, so it is cut.
pub fn broken(name: &str, rule: &str) -> Problem {
    let name = Text::shortened(name, 60);
    Problem::malformed(name.as_str(), format!("`{name}` {rule}."))
}

fn verdict(value: &str) -> Result<Verdict, Problem> {
    let found = Verdict::ALL.into_iter().find(|verdict| verdict.as_str() == value);
    found.ok_or_else(|| broken("verdict", "must be ALLOW, DENY or ESCALATE"))
}

fn kind(value: &str) -> Result<String, Problem> {
    if Receipt::KINDS.contains(&value) {
        return Ok(value.to_owned());
    }
    Err(broken("kind", &format!("must be one of {}", Receipt::KINDS.join(", "))))
}

fn limit(value: &str) -> Result<u32, Problem> {
    const RULE: &str = "must be a number from 1 to 200";
    match parse("limit", value, RULE)? {
        limit @ 1..=200 => Ok(limit),
        _ => Err(broken("limit", RULE)),
    }
}
