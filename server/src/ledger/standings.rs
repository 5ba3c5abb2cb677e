//! Who may act at the moment, as a log says it.

use evidence::receipt::{Receipt, StandingReceipt};
use sqlx::{AnyConnection, Row as _};

use super::fault::Fault;
use super::rows::parse;

/// The last word of a log on everybody whose standing it ever changed, newest first.
pub(super) async fn read(connection: &mut AnyConnection, log: &str) -> Result<Vec<StandingReceipt>, Fault> {
    let rows =
        sqlx::query("select body from receipts where log = $1 and kind = 'standing' order by seq desc")
            .bind(log.to_owned())
            .fetch_all(connection)
            .await?;
    let mut last: Vec<StandingReceipt> = Vec::new();
    for row in &rows {
        let Receipt::Standing(standing) = parse(&row.try_get::<String, _>("body")?)?.0 else {
            return Err(Fault::corrupt("a receipt about standing is another one"));
        };
        if last.iter().all(|known| known.subject != standing.subject) {
            last.push(standing);
        }
    }
    Ok(last)
}
