//! `/v1/tenants/{tenant}/pack`: a range of a tenant's log as an EvidencePack. The same range of the same log gives the
//! same bytes.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use evidence::pack::{Contents, PackError};

use super::body::exactly;
use super::key::Caller;
use super::path::Path;
use super::receipts::{Parameters, broken, pairs, parse};
use crate::ledger::Range;
use crate::portal::Portal;
use crate::problem::Problem;
use crate::registry::{Tenant, Vendor};

/// The version that stands in every manifest.
const ENGINE: &str = concat!("portal/", env!("CARGO_PKG_VERSION"));

/// The media type of an EvidencePack.
const KIND: &str = "application/vnd.helm.evidencepack";

/// `GET /v1/tenants/{tenant}/pack?from=&to=`
pub async fn read(
    State(portal): State<Portal>,
    caller: Caller,
    Path(tenant): Path<String>,
    parameters: Parameters,
) -> Result<Response, Problem> {
    let tenant = caller.tenant(&tenant).await?;
    answer(&portal, caller.0.vendor(), &tenant, parameters).await
}

/// The pack of the tenant's receipts that the parameters name: all of them, unless `from` and `to` say otherwise.
pub async fn answer(
    portal: &Portal,
    vendor: &Vendor,
    tenant: &Tenant,
    parameters: Parameters,
) -> Result<Response, Problem> {
    let (from, to) = bounds(parameters)?;
    // A permit that has expired without an outcome would not verify, so what is due is recorded first. Where nothing can be
    // recorded, what there is can still be read.
    if let Err(error) = portal.boundary.sweep().await {
        tracing::warn!(%error, "what is due could not be recorded");
    }
    let range = portal.ledger.range(tenant, from, to).await?.ok_or(Problem::ReceiptUnknown)?;
    let last = range.from + range.receipts.len().saturating_sub(1) as u64;
    let name = format!("{}-{}-{from}-{last}.evidencepack", vendor.name, tenant.name());
    let contents = contents(portal, vendor, tenant, range).await?;
    let signer = portal.signer.clone();
    let sealed = tokio::task::spawn_blocking(move || {
        let unsealed = contents.lay_out()?;
        let signature = signer.sign(&unsealed.message());
        unsealed.seal(signer.public_key(), signature)
    });
    let bytes = match sealed.await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(PackError::Container(_))) => {
            return Err(broken(
                "to",
                "spans more than one pack can hold; ask for a shorter range with from and to",
            ));
        }
        Ok(Err(error)) => return Err(failed(&error)),
        Err(error) => return Err(failed(&error)),
    };
    let mut response = exactly(KIND, bytes);
    let disposition =
        HeaderValue::try_from(format!("attachment; filename=\"{name}\"")).map_err(|error| failed(&error))?;
    response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    Ok(response)
}

async fn contents(
    portal: &Portal,
    vendor: &Vendor,
    tenant: &Tenant,
    range: Range,
) -> Result<Contents, Problem> {
    let text = |text: &str| text.parse().map_err(|error| failed(&error));
    Ok(Contents {
        checkpoint: range.checkpoint,
        cited: range.cited,
        contracts: range.contracts,
        edges: range.edges,
        engine: text(ENGINE)?,
        envelopes: range.envelopes,
        from: range.from,
        log: tenant.log().clone(),
        opened: Vec::new(),
        purpose: text("Evidence of what agents proposed, what was decided and what was done.")?,
        receipts: range.receipts,
        tenant: tenant.name().clone(),
        trust: portal.ledger.trust(vendor).await?,
        verifier: portal.site.bytes("verifier.html"),
    })
}

fn bounds(parameters: Parameters) -> Result<(u64, Option<u64>), Problem> {
    const RULE: &str = "must be a sequence number";
    let (mut from, mut to) = (0, None);
    for (name, value) in pairs(parameters)? {
        match name.as_str() {
            "from" => from = parse(&name, &value, RULE)?,
            "to" => to = Some(parse(&name, &value, RULE)?),
            _ => return Err(broken(&name, "is not a parameter here; those are from and to")),
        }
    }
    if to.is_some_and(|to| to < from) {
        return Err(broken("to", "must not be less than from"));
    }
    Ok((from, to))
}

fn failed(error: &dyn std::error::Error) -> Problem {
    tracing::error!(%error, "a pack could not be made");
    Problem::Internal
}
