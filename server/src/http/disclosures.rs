//! `/v1/tenants/{tenant}/disclosures`: the disclosures of one record as it is now, which turn its commitments back into
//! values. They are the vendor's to hand to whoever may see the values.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use evidence::commitment::{Disclosure, Key};
use evidence::digest::Digest;
use evidence::name::{Name, Text};
use evidence::value::Value;
use serde::Serialize;

use super::key::Caller;
use super::path::Path;
use super::receipts::{Parameters, broken, pairs, parse};
use crate::portal::Portal;
use crate::problem::Problem;

/// `GET /v1/tenants/{tenant}/disclosures?connector=&table=&<key column>=`
pub async fn read(
    State(portal): State<Portal>,
    caller: Caller,
    Path(tenant): Path<String>,
    parameters: Parameters,
) -> Result<Json<Disclosed>, Problem> {
    // Erased is erased at once, also by another process than this one.
    let tenant = portal.registry.current(&caller.tenant(&tenant).await?).await?;
    let Asked { connector, table, key } = asked(parameters)?;
    let opened =
        portal.boundary.disclose(&tenant, &connector, &table, &key).await?.ok_or(Problem::RecordUnknown)?;
    let failed = |error| {
        tracing::error!(%error, "a disclosure has no digest");
        Problem::Internal
    };
    let disclosures = opened.disclosures.into_iter().map(|disclosure| {
        Ok(One { column: disclosure.1.clone(), digest: disclosure.digest().map_err(failed)?, disclosure })
    });
    let disclosures = disclosures.collect::<Result<_, Problem>>()?;
    Ok(Json(Disclosed { connector, disclosures, key, state: opened.state, table }))
}

/// The most columns a key may have in an address.
const MAX_KEY_COLUMNS: usize = 16;

/// A record's disclosures.
#[derive(Serialize)]
pub struct Disclosed {
    connector: Name,
    disclosures: Vec<One>,
    key: Key,
    state: Digest,
    table: Text,
}

#[derive(Serialize)]
struct One {
    column: Text,
    digest: String,
    disclosure: Disclosure,
}

struct Asked {
    connector: Name,
    table: Text,
    key: Key,
}

/// `connector` and `table` say where; every other parameter is a key column.
fn asked(parameters: Parameters) -> Result<Asked, Problem> {
    let (mut connector, mut table, mut key) = (None, None, BTreeMap::new());
    for (name, value) in pairs(parameters)? {
        match name.as_str() {
            "connector" => connector = Some(parse(&name, &value, "must be a connector's name")?),
            "table" => table = Some(parse(&name, &value, "must be a table's name")?),
            _ => {
                let column = parse(&name, &name, "is too long for a key column")?;
                if key.insert(column, Value::Text(value)).is_some() || key.len() > MAX_KEY_COLUMNS {
                    return Err(broken(&name, "must be a key column, named once"));
                }
            }
        }
    }
    Ok(Asked {
        connector: connector.ok_or_else(|| broken("connector", "is missing"))?,
        table: table.ok_or_else(|| broken("table", "is missing"))?,
        key,
    })
}
