//! `evidence show`: the receipts of a pack as they stand there. It checks nothing and says so first.

use std::path::PathBuf;

use clap::Args;
use evidence::dsse::Signed;
use evidence::receipt::Receipt;

use crate::pack::{Line, Lines};
use crate::screen::{Screen, Style};
use crate::sentence::{Row, sentences};
use crate::visible::{shortened, visible};
use crate::{Problem, input};

#[derive(Args)]
pub struct Arguments {
    /// The pack
    pack: PathBuf,
    /// The sequence number of one receipt, to show it in full
    seq: Option<u64>,
}

pub fn run(arguments: &Arguments, screen: &mut Screen) -> Result<u8, Problem> {
    let bytes = input::bytes(&arguments.pack)?;
    let lines = Lines::of(&input::container(&bytes, &arguments.pack)?, &arguments.pack)?;
    screen.put(Style::Warn, "Nothing was checked.")?;
    screen.line(" This is what the file says; whether it holds is for `evidence verify` to tell.")?;
    screen.end()?;
    match arguments.seq {
        None => list(&lines, screen),
        Some(seq) => one(&lines, seq, screen),
    }
}

fn list(lines: &Lines<'_>, screen: &mut Screen) -> Result<u8, Problem> {
    print_row(["#", "time", "kind", "agent", "action", "target", "verdict", "code"], screen)?;
    let mut unreadable = 0;
    for line in lines.cited().chain(lines.range()) {
        match line {
            Line::Receipt(receipt, _) => print_receipt(&receipt, screen)?,
            Line::Unreadable(why) => {
                unreadable += 1;
                screen.line(&format!("?      not a receipt: {}", shortened(&why, 200)))?;
            }
        }
    }
    if unreadable == 0 { Ok(0) } else { Err(Problem::Unreadable(unreadable)) }
}

fn print_receipt(receipt: &Receipt, screen: &mut Screen) -> std::io::Result<()> {
    let entry = receipt.entry();
    let row = Row::of(receipt);
    let (seq, time) = (entry.seq.to_string(), entry.time.to_string());
    let target = shortened(&row.target, 60);
    let (agent, action) = (shortened(&row.agent, 24), shortened(&row.action, 24));
    print_row([&seq, &time, receipt.kind(), &agent, &action, &target, row.verdict, row.code], screen)
}

/// The widths of all columns but the last two.
const WIDTHS: [usize; 6] = [6, 27, 10, 24, 10, 37];

fn print_row(cells: [&str; 8], screen: &mut Screen) -> std::io::Result<()> {
    // Made visible before it is measured, so that the columns stay where they are.
    let cells = cells.into_iter().zip(WIDTHS.into_iter().chain([11, 0])).map(|(cell, width)| {
        let cell = if cell.is_empty() { "-".to_owned() } else { visible(cell) };
        format!("{cell:<width$}")
    });
    let line = cells.collect::<Vec<_>>().join(" ");
    screen.line(line.trim_end())
}

fn one(lines: &Lines<'_>, seq: u64, screen: &mut Screen) -> Result<u8, Problem> {
    let mut unreadable = 0;
    for line in lines.cited().chain(lines.range()) {
        match line {
            Line::Receipt(receipt, signed) if receipt.entry().seq == seq => {
                print_whole(&receipt, &signed, screen)?;
                return Ok(0);
            }
            Line::Receipt(..) => {}
            Line::Unreadable(_) => unreadable += 1,
        }
    }
    if unreadable > 0 { Err(Problem::Unreadable(unreadable)) } else { Err(Problem::NoReceipt(seq)) }
}

fn print_whole(receipt: &Receipt, signed: &Signed, screen: &mut Screen) -> Result<(), Problem> {
    let (entry, kind) = (receipt.entry(), receipt.kind());
    screen.put(Style::Bold, &format!("Receipt #{}, {kind}, {}", entry.seq, entry.time))?;
    screen.end()?;
    sentences(receipt).iter().try_for_each(|sentence| screen.line(sentence))?;
    screen.end()?;
    screen.line(&format!("Digest     {}", signed.digest()))?;
    screen.line(&format!("Leaf hash  {}", evidence::log::leaf_hash(signed.bytes())))?;
    for id in signed.signers() {
        screen.line(&format!("Names key  {id}"))?;
    }
    screen.heading("The signed statement")?;
    let statement: serde_json::Value =
        serde_json::from_slice(signed.payload()).map_err(std::io::Error::from)?;
    screen.json(&serde_json::to_string_pretty(&statement).map_err(std::io::Error::from)?)?;
    Ok(())
}
