//! `cargo xtask bench`: every measurement, each printing ratios of two things measured in the same run.

use crate::{
    build,
    house::House,
    postgres::Cluster,
    shell::{self, Outcome},
    tools,
};

/// A program that measures, and the source file without which there is nothing to run.
struct Bench {
    source: &'static str,
    command: &'static [&'static str],
}

const BENCHES: [Bench; 6] = [
    Bench {
        source: "evidence/examples/law_bench.rs",
        command: &["cargo", "run", "--release", "--features", "evidence/cli", "--example", "law_bench"],
    },
    Bench {
        source: "server/examples/ledger_bench.rs",
        command: &["cargo", "run", "--release", "--features", "evidence/cli", "--example", "ledger_bench"],
    },
    Bench {
        source: "server/examples/http_bench/main.rs",
        command: &["cargo", "run", "--release", "--features", "evidence/cli", "--example", "http_bench"],
    },
    Bench {
        source: "server/examples/long_log_bench.rs",
        command: &["cargo", "run", "--release", "--features", "evidence/cli", "--example", "long_log_bench"],
    },
    Bench {
        source: "server/examples/backtest_bench.rs",
        command: &["cargo", "run", "--release", "--features", "evidence/cli", "--example", "backtest_bench"],
    },
    Bench { source: "end2end/bench.mjs", command: &["node", "end2end/bench.mjs"] },
];

/// Runs them one after another, because they share the machine.
pub fn all(house: &House) -> Outcome {
    build::everything(house)?;
    let cluster = cluster();
    for Bench { source, command } in BENCHES {
        if house.path(source).is_file() {
            println!("\n{}", command.join(" "));
            let mut program = house.command(command[0]);
            if let Some(cluster) = &cluster {
                program.env("TEST_POSTGRES_URL", cluster.url());
            }
            shell::run(program.args(&command[1..]))?;
        } else {
            println!("\nno {source}");
        }
    }
    Ok(())
}

/// A `PostgreSQL` to measure, if this machine has one or can get it: what is measured on `SQLite` is worth having alone.
fn cluster() -> Option<Cluster> {
    let started = tools::for_databases().and_then(|()| Cluster::start());
    started.inspect_err(|error| println!("no PostgreSQL to measure: {error}")).ok()
}
