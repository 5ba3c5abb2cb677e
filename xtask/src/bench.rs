//! `cargo xtask bench`: every measurement, each printing ratios of two things measured in the same run.

use crate::{
    build,
    house::House,
    shell::{self, Outcome},
};

/// A program that measures, and the source file without which there is nothing to run.
struct Bench {
    source: &'static str,
    command: &'static [&'static str],
}

const BENCHES: [Bench; 3] = [
    Bench {
        source: "evidence/examples/law_bench.rs",
        command: &["cargo", "run", "--release", "--features", "evidence/cli", "--example", "law_bench"],
    },
    Bench {
        source: "server/examples/ledger_bench.rs",
        command: &["cargo", "run", "--release", "--features", "evidence/cli", "--example", "ledger_bench"],
    },
    Bench { source: "end2end/bench.mjs", command: &["node", "end2end/bench.mjs"] },
];

/// Runs them one after another, because they share the machine.
pub fn all(house: &House) -> Outcome {
    build::everything(house)?;
    for Bench { source, command } in BENCHES {
        if house.path(source).is_file() {
            println!("\n{}", command.join(" "));
            shell::run(house.command(command[0]).args(&command[1..]))?;
        } else {
            println!("\nno {source}");
        }
    }
    Ok(())
}
