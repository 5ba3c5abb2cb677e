//! One page of a tenant's receipts.

use std::fmt::Write as _;

use evidence::decision::Verdict;
use evidence::name::Name;
use evidence::reason::Code;
use evidence::timestamp::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use super::fault::Fault;
use super::query::{PAGE_ROWS, Page, ReceiptQuery, Row};
use super::rows::number;
use crate::registry::Tenant;

/// How many receipts a page has if nobody says otherwise.
const USUAL_ROWS: u32 = 50;

/// Reads the page.
pub(super) async fn read(
    connection: &mut AnyConnection,
    tenant: &Tenant,
    query: &ReceiptQuery,
) -> Result<Page, Fault> {
    let wanted = query.limit.unwrap_or(USUAL_ROWS).clamp(1, PAGE_ROWS) as usize;
    let (text, values) = statement(tenant, query, wanted + 1);
    let mut statement = sqlx::query(AssertSqlSafe(text));
    for value in values {
        statement = statement.bind(value.replace('\0', "\u{fffd}"));
    }
    let found = statement.fetch_all(&mut *connection).await?;
    let rows = found.iter().take(wanted).map(row).collect::<Result<Vec<_>, _>>()?;
    let next_before_seq = rows.last().filter(|_| found.len() > wanted).map(|row| row.seq);
    Ok(Page { rows, next_before_seq, size: size(connection, tenant).await? })
}

/// Only texts are bound; numbers are written out.
fn statement(tenant: &Tenant, query: &ReceiptQuery, limit: usize) -> (String, Vec<String>) {
    let mut text = "select seq, time, kind, action, verdict, code, agent, target, operation, records, body \
                    from receipts where log = $1"
        .to_owned();
    let mut values = vec![tenant.log().to_string()];
    let texts = [
        ("verdict", query.verdict.map(|verdict| verdict.as_str().to_owned())),
        ("kind", query.kind.clone()),
        ("agent", query.agent.as_ref().map(ToString::to_string)),
        ("code", query.code.map(|code| code.as_str().to_owned())),
        ("target", query.table.as_ref().map(ToString::to_string)),
    ];
    for (column, value) in texts {
        if let Some(value) = value {
            values.push(value);
            let _ = write!(text, " and {column} = ${}", values.len());
        }
    }
    let numbers = [
        ("seq >=", query.from_seq.map(super::rows::signed)),
        ("seq <", query.before_seq.map(super::rows::signed)),
        ("time >=", query.from.map(Timestamp::micros)),
        ("time <", query.to.map(Timestamp::micros)),
    ];
    for (comparison, value) in numbers {
        if let Some(value) = value {
            let _ = write!(text, " and {comparison} {value}");
        }
    }
    let _ = write!(text, " order by seq desc limit {limit}");
    (text, values)
}

/// How many receipts the log has.
pub(super) async fn size(connection: &mut AnyConnection, tenant: &Tenant) -> Result<u64, Fault> {
    log_size(connection, tenant.log()).await
}

/// The same of a log.
pub(super) async fn log_size(connection: &mut AnyConnection, log: &Name) -> Result<u64, Fault> {
    let last = sqlx::query("select seq from receipts where log = $1 order by seq desc limit 1")
        .bind(log.to_string())
        .fetch_optional(connection)
        .await?;
    last.map_or(Ok(0), |row| Ok(number(&row, "seq")? + 1))
}

/// One receipt of a list.
pub(super) fn row(row: &AnyRow) -> Result<Row, Fault> {
    let verdict: Option<String> = row.try_get("verdict")?;
    let code: Option<String> = row.try_get("code")?;
    let action: Option<String> = row.try_get("action")?;
    let text = |column: &str| -> Result<_, Fault> {
        let text: Option<String> = row.try_get(column)?;
        text.map(|text| text.parse().map_err(Fault::corrupt)).transpose()
    };
    let records: Option<i64> = row.try_get("records")?;
    Ok(Row {
        seq: number(row, "seq")?,
        time: Timestamp::from_micros(row.try_get("time")?).ok_or_else(|| Fault::corrupt("a time"))?,
        kind: row.try_get("kind")?,
        action: action.map(|action| action.parse().map_err(Fault::corrupt)).transpose()?,
        verdict: verdict.and_then(|word| Verdict::ALL.into_iter().find(|verdict| verdict.as_str() == word)),
        code: code.and_then(|word| Code::ALL.iter().copied().find(|code| code.as_str() == word)),
        agent: text("agent")?,
        table: text("target")?,
        operation: text("operation")?,
        records: records.and_then(|records| records.try_into().ok()),
        bytes: row.try_get("body")?,
    })
}
