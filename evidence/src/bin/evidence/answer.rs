//! The report as a page of text: the state and what to do first, then the twelve rows, then the rest.

use std::io;

use evidence::digest::Digest;
use evidence::key::KeyId;
use evidence::verify::{
    About, Completeness, Failure, Finding, Integrity, Report, Signer, State, StepReport, StepResult,
};

use crate::screen::{Screen, Style};

/// Where the text of a row begins.
const INDENT: &str = "                          ";

/// Prints the whole answer.
pub fn print(report: &Report, pack: Digest, screen: &mut Screen) -> io::Result<()> {
    screen.put(of_state(report.state), report.state.title())?;
    screen.end()?;
    screen.line(report.state.advice())?;
    screen.end()?;
    if let Some(about) = &report.about {
        print_about(about, screen)?;
    }
    screen.line(&format!("Pack          {pack}"))?;

    screen.heading("Twelve steps")?;
    report.steps.iter().try_for_each(|step| row(step, screen))?;
    screen.heading("Four answers")?;
    answers(report, screen)?;
    if !report.findings.is_empty() {
        screen.heading("Findings")?;
        report.findings.iter().try_for_each(|finding| print_finding(finding, screen))?;
    }
    list("Proved", &report.proved, screen)?;
    list("Assumed", &report.assumed, screen)?;
    list("Not checked", &report.not_checked, screen)
}

const fn of_state(state: State) -> Style {
    match state {
        State::Verified => Style::Good,
        State::SignerNotConfirmed | State::Incomplete => Style::Warn,
        State::DoesNotVerify | State::CouldNotCheck => Style::Bad,
    }
}

fn print_about(about: &About, screen: &mut Screen) -> io::Result<()> {
    screen.line(&format!("Vendor        {}", about.vendor))?;
    screen.line(&format!("Tenant        {}", about.tenant))?;
    screen.line(&format!("Log           {}", about.log))?;
    screen.put(Style::Plain, &format!("Receipts      #{} to #{} of {}", about.from, about.to, about.size))?;
    if let Some(until) = about.until {
        screen.put(Style::Plain, &format!(", the last from {until}"))?;
    }
    screen.end()
}

fn row(step: &StepReport, screen: &mut Screen) -> io::Result<()> {
    let (style, sign, word) = result(&step.result);
    screen.put(Style::Plain, &format!("  {:>2}  ", step.number))?;
    screen.put(style, &format!("{sign} {word:<15}"))?;
    screen.put(Style::Plain, &format!(" {}", step.name))?;
    match &step.result {
        StepResult::Held { detail } | StepResult::NotPresent { detail } => {
            screen.put(Style::Dim, &format!(": {detail}"))?;
            screen.end()
        }
        StepResult::Failed(failure) | StepResult::CouldNotCheck(failure) => {
            screen.end()?;
            print_failure(failure, screen)
        }
        StepResult::NotReached => screen.end(),
    }
}

const fn result(result: &StepResult) -> (Style, &'static str, &'static str) {
    match result {
        StepResult::Held { .. } => (Style::Good, "✓", "held"),
        StepResult::Failed(_) => (Style::Bad, "✗", "failed"),
        StepResult::CouldNotCheck(_) => (Style::Bad, "?", "could not check"),
        StepResult::NotPresent { .. } => (Style::Warn, "–", "not present"),
        StepResult::NotReached => (Style::Dim, "·", "not reached"),
    }
}

fn print_failure(failure: &Failure, screen: &mut Screen) -> io::Result<()> {
    screen.line(&format!("{INDENT}where     {}", failure.at))?;
    screen.line(&format!("{INDENT}expected  {}", failure.expected))?;
    screen.line(&format!("{INDENT}found     {}", failure.found))
}

fn answers(report: &Report, screen: &mut Screen) -> io::Result<()> {
    let (style, text) = match report.integrity {
        Integrity::Holds => (Style::Good, "✓ holds: everything that was there fits together"),
        Integrity::Broken => (Style::Bad, "✗ broken: something does not fit"),
        Integrity::Unknown => (Style::Bad, "? unknown: not everything was reached"),
    };
    answer("Integrity", style, text, screen)?;
    print_signer(&report.signer, screen)?;
    let (style, text) = completeness(&report.completeness);
    answer("Completeness", style, &text, screen)?;
    match report.findings.len() {
        0 => answer("Findings", Style::Plain, "– none", screen),
        count => answer("Findings", Style::Warn, &format!("! {count}, below"), screen),
    }
}

fn answer(name: &str, style: Style, text: &str, screen: &mut Screen) -> io::Result<()> {
    screen.put(Style::Plain, &format!("  {name:<12}  "))?;
    screen.put(style, text)?;
    screen.end()
}

fn print_signer(signer: &Signer, screen: &mut Screen) -> io::Result<()> {
    let (style, text, key) = match signer {
        Signer::Confirmed { key } => (Style::Good, "✓ confirmed by what you named", Some(key)),
        Signer::NotNamed { key } => {
            (Style::Warn, "! not confirmed: you named no key, only the pack vouches for this one", Some(key))
        }
        Signer::Other { key } => (
            Style::Warn,
            "! not confirmed: you did not name this key, yet it signed something here",
            Some(key),
        ),
        Signer::Unknown => (Style::Bad, "? unknown: the keys did not come to be checked", None),
    };
    answer("Signer", style, text, screen)?;
    key.map_or(Ok(()), |key| print_key(key, screen))
}

/// A fingerprint in both forms that people compare.
pub fn print_key(key: &KeyId, screen: &mut Screen) -> io::Result<()> {
    let (groups, words) = (key.groups(), key.words());
    let (first, second) = groups.split_at_checked(40).unwrap_or((&groups, ""));
    screen.line(&format!("                hex    {}", first.trim_end()))?;
    screen.line(&format!("                       {second}"))?;
    let words: Vec<&str> = words.split(' ').collect();
    for (place, words) in words.chunks(8).enumerate() {
        let name = if place == 0 { "words" } else { "" };
        screen.line(&format!("                {name:<5}  {}", words.join(" ")))?;
    }
    Ok(())
}

fn completeness(completeness: &Completeness) -> (Style, String) {
    match completeness {
        Completeness::Whole { size } => {
            (Style::Good, format!("✓ whole: all {size} receipts up to the checkpoint"))
        }
        Completeness::Range { from, size, to } => (
            Style::Good,
            format!("✓ range: #{from} to #{to} without a gap, tied to a log of {size} receipts"),
        ),
        Completeness::Unproven { detail } => (Style::Warn, format!("! unproven: {detail}")),
        Completeness::Unknown => (Style::Bad, "? unknown: not reached".to_owned()),
    }
}

fn print_finding(finding: &Finding, screen: &mut Screen) -> io::Result<()> {
    screen.put(Style::Warn, "  ! ")?;
    screen.line(&finding.sentence)
}

fn list(heading: &str, items: &[String], screen: &mut Screen) -> io::Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    screen.heading(heading)?;
    items.iter().try_for_each(|item| screen.line(&format!("  - {item}")))
}
