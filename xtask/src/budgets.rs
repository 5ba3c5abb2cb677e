//! What a visitor may be made to download.

use std::fs;

use crate::{house::House, shell::Outcome};

struct Budget {
    what: &'static str,
    folder: &'static str,
    /// How the compressed file's name starts and ends.
    name: (&'static str, &'static str),
    kilobytes: u64,
}

const BUDGETS: [Budget; 3] = [
    Budget { what: "portal's WASM", folder: "pkg", name: ("portal.", ".wasm.br"), kilobytes: 350 },
    Budget { what: "portal's CSS", folder: "pkg", name: ("main.", ".css.br"), kilobytes: 25 },
    Budget { what: "verifier.html", folder: "", name: ("verifier.", "html.br"), kilobytes: 800 },
];

/// One line a budget, for the person who builds.
pub fn measured(house: &House) -> Outcome<Vec<String>> {
    BUDGETS.iter().map(|budget| Ok(budget.line(budget.bytes(house)?))).collect()
}

/// An error that names every budget that is overspent.
pub fn kept(house: &House) -> Outcome {
    let mut overspent = Vec::new();
    for budget in &BUDGETS {
        let bytes = budget.bytes(house)?;
        println!("{}", budget.line(bytes));
        if bytes > budget.kilobytes * 1024 {
            overspent.push(budget.line(bytes));
        }
    }
    if overspent.is_empty() { Ok(()) } else { Err(overspent.join("\n").into()) }
}

impl Budget {
    fn bytes(&self, house: &House) -> Outcome<u64> {
        for file in fs::read_dir(house.site().join(self.folder))? {
            let file = file?;
            let name = file.file_name().to_string_lossy().into_owned();
            if name.starts_with(self.name.0) && name.ends_with(self.name.1) {
                return Ok(file.metadata()?.len());
            }
        }
        Err(format!("{} is not in {}", self.what, house.site().display()).into())
    }

    fn line(&self, bytes: u64) -> String {
        let tenths = bytes * 10 / 1024;
        let over = if bytes > self.kilobytes * 1024 { ", too much" } else { "" };
        format!("{:<14} {:>4}.{} of {} KB brotli{over}", self.what, tenths / 10, tenths % 10, self.kilobytes)
    }
}

#[cfg(test)]
mod tests {
    use super::BUDGETS;

    #[test]
    fn an_overspent_budget_says_so() {
        assert_eq!(BUDGETS[1].line(25 * 1024), "portal's CSS     25.0 of 25 KB brotli");
        assert_eq!(BUDGETS[1].line(25 * 1024 + 1), "portal's CSS     25.0 of 25 KB brotli, too much");
    }
}
