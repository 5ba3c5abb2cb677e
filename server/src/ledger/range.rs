//! What a pack of a range of receipts is made of.
//!
//! The log only grows, so everything is read as of one checkpoint without holding anything up: whatever is appended in
//! the meantime lies beyond it.

use std::collections::{BTreeMap, BTreeSet};

use evidence::action::Citation;
use evidence::contract::Contract;
use evidence::digest::Digest;
use evidence::dsse::Signed;
use evidence::envelope::Envelope;
use evidence::log::{inclusion_proof, left_edge, right_edge};
use evidence::pack::{Cited, Edges};
use evidence::receipt::{ActivationReceipt, DocumentKind, Receipt};
use sqlx::{AnyConnection, Row as _};

use super::fault::Fault;
use super::load::head;
use super::query::Range;
use super::rows::{self, number, parse, signed};
use super::tile::Nodes;
use crate::registry::Tenant;

/// Reads the range; `None` if it has no receipt.
pub(super) async fn read(
    connection: &mut AnyConnection,
    tenant: &Tenant,
    from: u64,
    to: Option<u64>,
) -> Result<Option<Range>, Fault> {
    let Some(checkpoint) = head(connection, tenant.log()).await? else { return Ok(None) };
    let size = checkpoint.checkpoint().size();
    let end = to.map_or(size, |to| to.saturating_add(1).min(size));
    if from >= end {
        return Ok(None);
    }
    let receipts = bodies(connection, tenant, from, end).await?;
    let earlier =
        if from == 0 { BTreeMap::new() } else { earlier(connection, tenant, from, end, &receipts).await? };
    let activations = activations(connection, tenant, from, end, &earlier).await?;
    let (contracts, envelopes) = documents(connection, &activations).await?;
    let mut nodes = Nodes::new(tenant.log(), size);
    let edges = Edges {
        left: nodes.answer(connection, |node| left_edge(from).filter_map(&mut *node).collect()).await?,
        right: nodes
            .answer(connection, |node| right_edge(end, size).filter_map(&mut *node).collect())
            .await?,
    };
    let mut cited = Vec::with_capacity(earlier.len());
    for (seq, (_, receipt)) in earlier {
        let proof = nodes.answer(connection, |mut node| inclusion_proof(seq, size, &mut node)).await?;
        cited.push(Cited { proof: proof.map_err(Fault::corrupt)?, receipt, seq });
    }
    Ok(Some(Range { checkpoint, cited, contracts, edges, envelopes, from, receipts }))
}

async fn bodies(
    connection: &mut AnyConnection,
    tenant: &Tenant,
    from: u64,
    end: u64,
) -> Result<Vec<Vec<u8>>, Fault> {
    let rows =
        sqlx::query("select body from receipts where log = $1 and seq >= $2 and seq < $3 order by seq")
            .bind(tenant.log().to_string())
            .bind(signed(from))
            .bind(signed(end))
            .fetch_all(connection)
            .await?;
    if rows.len() as u64 != end - from {
        return Err(Fault::corrupt(format!("receipts of {} are missing", tenant.log())));
    }
    rows.iter().map(|row| Ok(row.try_get::<String, _>("body")?.into_bytes())).collect()
}

/// Receipts by sequence number.
type Found = BTreeMap<u64, (Receipt, Signed)>;

/// The receipts before the range that it relies on: the keys, what was in force and who might act when it begins, and whatever
/// its own receipts cite.
async fn earlier(
    connection: &mut AnyConnection,
    tenant: &Tenant,
    from: u64,
    end: u64,
    receipts: &[Vec<u8>],
) -> Result<Found, Fault> {
    let mut found = turns(connection, tenant, from).await?;
    let mut wanted = BTreeSet::new();
    let mut escalations = BTreeSet::new();
    for body in receipts {
        let signed = Signed::parse(body).map_err(Fault::corrupt)?;
        cite(&Receipt::read(&signed).map_err(Fault::corrupt)?, &mut wanted, &mut escalations);
    }
    wanted.extend(escalations.iter().map(|cited: &Citation| cited.seq));
    wanted.extend(votes(connection, tenant, from.min(end), &escalations).await?);
    for seq in wanted.range(..from) {
        let receipt = rows::receipt(connection, tenant.log().as_str(), *seq).await?;
        found.insert(*seq, receipt.ok_or_else(|| Fault::corrupt(format!("receipt {seq} is missing")))?);
    }
    Ok(found)
}

/// Notes what a receipt cites.
fn cite(receipt: &Receipt, wanted: &mut BTreeSet<u64>, escalations: &mut BTreeSet<Citation>) {
    match receipt {
        Receipt::Approval(approval) => drop(escalations.insert(approval.decision.clone())),
        Receipt::Decision(decision) => {
            wanted.extend(decision.action.undoes.as_ref().map(|cited| cited.seq));
            escalations.extend(decision.standing.approval.as_ref().map(|approval| approval.decision.clone()));
        }
        Receipt::Outcome(outcome) => drop(wanted.insert(outcome.decision.seq)),
        Receipt::Activation(_) | Receipt::Key(_) | Receipt::Notice(_) | Receipt::Standing(_) => {}
    }
}

/// Every key, every change of standing, and of each document the activation that is in force when the range begins.
async fn turns(connection: &mut AnyConnection, tenant: &Tenant, from: u64) -> Result<Found, Fault> {
    let rows = sqlx::query(
        "select seq, body from receipts where log = $1 and seq < $2 and kind in ('activation', 'key', 'standing') \
         order by seq",
    )
    .bind(tenant.log().to_string())
    .bind(signed(from))
    .fetch_all(connection)
    .await?;
    let mut found = Found::new();
    let mut in_force = BTreeMap::new();
    for row in &rows {
        let (seq, receipt) = (number(row, "seq")?, parse(&row.try_get::<String, _>("body")?)?);
        if let (Receipt::Activation(activation), _) = &receipt {
            let document = (activation.connector.clone(), activation.document == DocumentKind::Envelope);
            if let Some(replaced) = in_force.insert(document, seq) {
                found.remove(&replaced);
            }
        }
        found.insert(seq, receipt);
    }
    Ok(found)
}

/// The votes on these decisions before the range.
async fn votes(
    connection: &mut AnyConnection,
    tenant: &Tenant,
    from: u64,
    escalations: &BTreeSet<Citation>,
) -> Result<Vec<u64>, Fault> {
    let Some(first) = escalations.first() else { return Ok(Vec::new()) };
    let rows = sqlx::query(
        "select seq, body from receipts where log = $1 and kind = 'approval' and seq > $2 and seq < $3",
    )
    .bind(tenant.log().to_string())
    .bind(signed(first.seq))
    .bind(signed(from))
    .fetch_all(connection)
    .await?;
    let mut votes = Vec::new();
    for row in &rows {
        if let (Receipt::Approval(approval), _) = parse(&row.try_get::<String, _>("body")?)?
            && escalations.contains(&approval.decision)
        {
            votes.push(number(row, "seq")?);
        }
    }
    Ok(votes)
}

/// The activations in the range and among the earlier receipts.
async fn activations(
    connection: &mut AnyConnection,
    tenant: &Tenant,
    from: u64,
    end: u64,
    earlier: &Found,
) -> Result<Vec<ActivationReceipt>, Fault> {
    let rows = sqlx::query(
        "select body from receipts where log = $1 and kind = 'activation' and seq >= $2 and seq < $3",
    )
    .bind(tenant.log().to_string())
    .bind(signed(from))
    .bind(signed(end))
    .fetch_all(connection)
    .await?;
    let within: Vec<(Receipt, Signed)> =
        rows.iter().map(|row| parse(&row.try_get::<String, _>("body")?)).collect::<Result<_, _>>()?;
    let all = earlier.values().map(|(receipt, _)| receipt).chain(within.iter().map(|(receipt, _)| receipt));
    Ok(all
        .filter_map(
            |receipt| if let Receipt::Activation(found) = receipt { Some(found.clone()) } else { None },
        )
        .collect())
}

/// The documents that were activated, and the contracts that the envelopes were written for.
async fn documents(
    connection: &mut AnyConnection,
    activations: &[ActivationReceipt],
) -> Result<(Vec<Contract>, Vec<Envelope>), Fault> {
    let of = |kind| activations.iter().filter(move |one| one.document == kind).map(|one| one.digest);
    let mut contracts: BTreeSet<Digest> = of(DocumentKind::Contract).collect();
    let mut envelopes = Vec::new();
    for digest in of(DocumentKind::Envelope).collect::<BTreeSet<_>>() {
        let envelope =
            Envelope::parse(document(connection, digest).await?.as_bytes()).map_err(Fault::corrupt)?;
        contracts.insert(envelope.contract);
        envelopes.push(envelope);
    }
    let mut read = Vec::new();
    for digest in contracts {
        read.push(Contract::parse(document(connection, digest).await?.as_bytes()).map_err(Fault::corrupt)?);
    }
    Ok((read, envelopes))
}

async fn document(connection: &mut AnyConnection, digest: Digest) -> Result<String, Fault> {
    rows::document(connection, digest).await?.ok_or_else(|| Fault::missing(digest))
}
