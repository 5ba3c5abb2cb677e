//! `evidence fingerprint`: the keys of a file in the forms that people compare.

use std::path::Path;

use evidence::trust::{KeyRecord, Purpose};

use crate::screen::{Screen, Style};
use crate::{Problem, answer, input};

pub fn run(file: &Path, screen: &mut Screen) -> Result<u8, Problem> {
    let trust = input::trust_or_pack(file)?;
    screen.line(
        "This is what the file says. It proves nothing until you compare a fingerprint with one that the",
    )?;
    screen.line("vendor gives you by another way.")?;
    screen.heading(&format!("{} ({})", trust.vendor_name, trust.vendor))?;
    for (place, record) in trust.keys.iter().enumerate() {
        if place > 0 {
            screen.end()?;
        }
        print(record, screen)?;
    }
    Ok(0)
}

fn print(record: &KeyRecord, screen: &mut Screen) -> std::io::Result<()> {
    let purposes: Vec<&str> = record.purposes.iter().map(|purpose| word(*purpose)).collect();
    screen.put(Style::Plain, &format!("  signs         {}", purposes.join(", ")))?;
    screen.end()?;
    screen.put(Style::Plain, &format!("  valid         from {}", record.valid_from))?;
    if let Some(end) = record.valid_until {
        screen.put(Style::Plain, &format!(" to {end}"))?;
    }
    screen.end()?;
    screen.line("  fingerprint")?;
    answer::print_key(&record.keyid, screen)
}

const fn word(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Checkpoint => "checkpoints",
        Purpose::Pack => "packs",
        Purpose::Receipt => "receipts",
    }
}
