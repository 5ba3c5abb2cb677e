//! `evidence verify --helm-receipt`: a receipt in HELM's public format, and above all what its signature leaves open.

use std::path::Path;

use evidence::helm_receipt::HelmReceipt;
use evidence::key::PublicKey;
use evidence::verify::State;
use serde_json::{Map, Value as Json, json};

use crate::screen::{Screen, Style};
use crate::visible::visible;
use crate::{Problem, input};

/// What the key makes of the signature.
enum Answer {
    Signed,
    Consistent,
    Broken,
}

impl Answer {
    fn of(receipt: &HelmReceipt, named: Option<&PublicKey>) -> Option<Self> {
        let key = named.or_else(|| receipt.own_key())?;
        Some(match (receipt.is_signed_by(key), named) {
            (false, _) => Self::Broken,
            (true, Some(_)) => Self::Signed,
            (true, None) => Self::Consistent,
        })
    }

    const fn state(&self) -> State {
        match self {
            Self::Signed => State::Verified,
            Self::Consistent => State::SignerNotConfirmed,
            Self::Broken => State::DoesNotVerify,
        }
    }

    const fn sentence(&self) -> (Style, &'static str) {
        match self {
            Self::Signed => (Style::Good, "✓ The key that you named signed the members below."),
            Self::Consistent => (
                Style::Warn,
                "? Consistent with the key inside it, which anybody could have put there. Name HELM's key with --helm-key.",
            ),
            Self::Broken => {
                (Style::Bad, "✗ Does not verify: the signature does not hold. Do not rely on this receipt.")
            }
        }
    }
}

pub fn run(
    file: &Path,
    named: Option<&PublicKey>,
    as_json: bool,
    screen: &mut Screen,
) -> Result<u8, Problem> {
    let receipt = input::helm_receipt(file)?;
    let answer = Answer::of(&receipt, named).ok_or(Problem::NoHelmKey)?;
    if as_json {
        let report = json!({
            "state": answer.state(),
            "sentence": answer.sentence().1,
            "covered": receipt.covered(),
            "not_covered": receipt.not_covered(),
        });
        screen.json(&serde_json::to_string_pretty(&report).map_err(std::io::Error::from)?)?;
    } else {
        print(&receipt, &answer, screen)?;
    }
    Ok(answer.state().exit_code())
}

fn print(receipt: &HelmReceipt, answer: &Answer, screen: &mut Screen) -> std::io::Result<()> {
    let (style, sentence) = answer.sentence();
    screen.put(style, sentence)?;
    screen.end()?;
    screen.heading("Covered by the signature")?;
    members(receipt.covered(), screen)?;
    screen.heading("Not covered: anybody can have changed these")?;
    members(receipt.not_covered(), screen)?;
    screen.heading("Not checked")?;
    screen.line("  whether other receipts of the session came before or after this one")?;
    screen.line("  whether the verdict follows from the policy: the receipt has only digests of both")
}

fn members(members: &Map<String, Json>, screen: &mut Screen) -> std::io::Result<()> {
    for (name, value) in members {
        screen.line(&visible(&format!("  {name:24} {value}")))?;
    }
    Ok(())
}
