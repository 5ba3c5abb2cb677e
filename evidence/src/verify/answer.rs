//! From the steps to the answer.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    About, Case, Completeness, FindingKind, Integrity, Report, Signer, State, Step, StepReport, StepResult,
};
use crate::action::Source;
use crate::checkpoint::SignedCheckpoint;
use crate::receipt::Receipt;

pub(super) fn report(case: &Case, results: &BTreeMap<Step, StepResult>) -> Report {
    let steps: Vec<StepReport> = Step::ALL
        .into_iter()
        .map(|step| {
            let result = results.get(&step).cloned().unwrap_or(StepResult::NotReached);
            StepReport { name: step.name(), number: step.number(), result, step }
        })
        .collect();
    let integrity = integrity(&steps);
    let signer = signer(case, results);
    let completeness = completeness(case, results);
    let mut findings = case.findings.clone();
    findings.sort_by(|left, right| (left.kind, &left.receipts).cmp(&(right.kind, &right.receipts)));
    Report {
        about: about(case),
        assumed: assumed(case),
        findings,
        not_checked: not_checked(case, results),
        proved: proved(&steps),
        state: state(integrity, &signer, &completeness, results),
        completeness,
        integrity,
        signer,
        steps,
    }
}

fn integrity(steps: &[StepReport]) -> Integrity {
    let any = |wanted: fn(&StepResult) -> bool| steps.iter().any(|step| wanted(&step.result));
    if any(|result| matches!(result, StepResult::Failed(_))) {
        Integrity::Broken
    } else if any(|result| matches!(result, StepResult::CouldNotCheck(_) | StepResult::NotReached)) {
        Integrity::Unknown
    } else {
        Integrity::Holds
    }
}

/// Confirmed only if every key that signed anything in the pack is vouched for by what the reader named. Before the keys
/// held, nobody has worked out who vouches for whom.
fn signer(case: &Case, results: &BTreeMap<Step, StepResult>) -> Signer {
    let keys_held = matches!(results.get(&Step::Keys), Some(StepResult::Held { .. }));
    let Some(key) = case.manifest_signer.filter(|_| keys_held) else { return Signer::Unknown };
    if case.expectations.fingerprints.is_empty() && case.expectations.trust.is_none() {
        return Signer::NotNamed { key };
    }
    match case.signers.iter().find(|id| !case.trusted.contains(id)) {
        Some(other) => Signer::Other { key: *other },
        None => Signer::Confirmed { key },
    }
}

fn completeness(case: &Case, results: &BTreeMap<Step, StepResult>) -> Completeness {
    let Some(manifest) = &case.evidence.manifest else { return Completeness::Unknown };
    if let Some(detail) = &case.end_unproven {
        return Completeness::Unproven { detail: detail.clone() };
    }
    match (results.get(&Step::Log), case.evidence.checkpoint.as_ref().map(SignedCheckpoint::checkpoint)) {
        (Some(StepResult::Held { .. }), Some(checkpoint)) => {
            let size = checkpoint.size();
            if manifest.from == 0 && manifest.to.saturating_add(1) == size {
                Completeness::Whole { size }
            } else {
                Completeness::Range { from: manifest.from, size, to: manifest.to }
            }
        }
        _ => Completeness::Unknown,
    }
}

fn state(
    integrity: Integrity,
    signer: &Signer,
    completeness: &Completeness,
    results: &BTreeMap<Step, StepResult>,
) -> State {
    let sealed = results.values().any(|result| matches!(result, StepResult::CouldNotCheck(_)));
    match (integrity, signer, completeness) {
        (Integrity::Broken, _, _) => State::DoesNotVerify,
        (Integrity::Unknown, _, _) => State::CouldNotCheck,
        (Integrity::Holds, _, _) if sealed => State::CouldNotCheck,
        (Integrity::Holds, _, Completeness::Unproven { .. } | Completeness::Unknown) => State::Incomplete,
        (Integrity::Holds, Signer::Confirmed { .. }, _) => State::Verified,
        (Integrity::Holds, _, _) => State::SignerNotConfirmed,
    }
}

fn about(case: &Case) -> Option<About> {
    let manifest = case.evidence.manifest.as_ref()?;
    Some(About {
        from: manifest.from,
        log: manifest.log.to_string(),
        until: case.until(),
        size: manifest.size,
        tenant: manifest.tenant.to_string(),
        to: manifest.to,
        vendor: manifest.vendor_name.to_string(),
    })
}

fn proved(steps: &[StepReport]) -> Vec<String> {
    let held = steps.iter().filter(|step| matches!(step.result, StepResult::Held { .. }));
    held.map(|step| step.step.claim().to_owned()).collect()
}

/// What no check of a pack can prove.
fn assumed(case: &Case) -> Vec<String> {
    let mut assumed = vec![
        "that the software in the write path was the one that signed: a pack proves what was recorded".to_owned(),
        "that writes by other ways than the boundary are seen only where a governed write follows them".to_owned(),
        "that sealed values had the types that the connector said, and that owners of records were read correctly".to_owned(),
        "that the clock of the server was right: times are its own".to_owned(),
    ];
    match attested(case) {
        0 => {}
        1 => assumed.push(
            "that the states of 1 write are what the vendor says they were: attested, not observed by HELM"
                .to_owned(),
        ),
        writes => assumed.push(format!(
            "that the states of {writes} writes are what the vendor says they were: attested, not observed by HELM"
        )),
    }
    assumed
}

/// How many writes of the range the vendor's own code reported, whatever was decided about them.
fn attested(case: &Case) -> usize {
    let actions = case.evidence.items.iter().filter_map(|item| match &item.receipt {
        Receipt::Decision(one) if one.action.source == Source::Attested => Some(&one.action.id),
        _ => None,
    });
    actions.collect::<BTreeSet<_>>().len()
}

fn not_checked(case: &Case, results: &BTreeMap<Step, StepResult>) -> Vec<String> {
    let mut not_checked: Vec<String> = case.not_checked.iter().cloned().collect();
    if case.findings.iter().any(|finding| finding.kind == FindingKind::Pending) {
        not_checked.push("what became of allowed writes whose outcome is not in the range".to_owned());
    }
    if !matches!(results.get(&Step::Consistency), Some(StepResult::Held { .. })) {
        not_checked.push(
            "whether the vendor shows everybody the same log: compare checkpoints over time".to_owned(),
        );
    }
    not_checked.push("what happened after the checkpoint was signed".to_owned());
    not_checked
}
