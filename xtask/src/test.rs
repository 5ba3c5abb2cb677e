//! `cargo xtask test`: everything that can fail, cheapest first, in one go.

use std::process::Command;

use crate::{
    budgets, build,
    door::Door,
    house::House,
    postgres::Cluster,
    readme, rules, second,
    shell::{self, Outcome},
    steps::Steps,
    tally::Tally,
    tools,
};

const FORMAT: [&str; 5] = ["fmt", "--all", "--", "--check", "-l"];

/// Advisories come from a repository that a closed network does not reach; `cargo deny check` alone asks for them too.
const DENY: [&str; 5] = ["deny", "check", "bans", "licenses", "sources"];

/// Runs every step, whatever the earlier ones gave, and ends with the sum.
pub fn all(house: &House, only: &[String]) -> Outcome {
    let mut steps = Steps::only(only);
    steps.one("tools", tools::for_looking);
    looks(house, &mut steps);
    if steps.one("build", || build::everything(house)) {
        steps.one("budgets", || budgets::kept(house));
        steps.one("commands in README", || readme::commands_exist(house));
    }
    steps.one("the law in WASM", || shell::run(&mut law_in_wasm(house)));
    steps.many("native tests", |tally| native(house, tally));
    steps.many("second implementation", |tally| second::agrees(house, tally));
    steps.many("browser tests", |tally| browser(house, tally));
    steps.sum()
}

/// What needs no program to run.
fn looks(house: &House, steps: &mut Steps) {
    steps.one("format", || shell::run(&mut house.cargo(&FORMAT)));
    steps.one("source rules", || rules::hold(house));
    if shell::answers(&mut house.cargo(&["deny", "--version"])) {
        steps.one("cargo deny", || shell::run(&mut house.cargo(&DENY)));
    } else {
        steps.skipped("cargo deny", "it is not installed; `cargo install --locked cargo-deny` installs it");
    }
    steps.one("clippy, native", || {
        shell::run(strict(house.cargo(&["clippy"]).args(build::NATIVE).arg("--all-targets")))
    });
    for door in Door::BOTH {
        let name = if door == Door::Portal { "clippy, portal's WASM" } else { "clippy, verifier's WASM" };
        steps.one(name, || shell::run(strict(&mut door.cargo(house, "clippy"))));
    }
}

fn strict(command: &mut Command) -> &mut Command {
    command.args(["--", "-D", "warnings"])
}

/// Without its command, and for a machine without files, clock or threads. The verifier's module links it; this is the law alone.
fn law_in_wasm(house: &House) -> Command {
    let target = ["--target", "wasm32-unknown-unknown", "--profile", "wasm-release"];
    let mut command = house.cargo(&["check", "-p", "evidence", "--lib"]);
    command.args(target);
    command
}

fn native(house: &House, tally: &mut Tally) -> Outcome {
    let cluster = database()?;
    let mut tests = house.cargo(&["test", "--no-fail-fast"]);
    tests.args(build::NATIVE).args(build::FOR_TESTS).env("TEST_POSTGRES_URL", cluster.url());
    counted(&mut tests, tally)
}

fn database() -> Outcome<Cluster> {
    tools::for_databases()?;
    Cluster::start()
}

fn browser(house: &House, tally: &mut Tally) -> Outcome {
    let chromium = tools::for_browsers(house)?;
    let cluster = database()?;
    // The native tests have left a portal that was compiled for them.
    build::programs(house)?;
    let mut tests = house.command("npm");
    tests.args(["test", "--prefix", "end2end"]).env("CHROMIUM", chromium);
    tests.env("TEST_POSTGRES_URL", cluster.url()).env("PSQL", cluster.psql());
    counted(&mut tests, tally)
}

fn counted(command: &mut Command, tally: &mut Tally) -> Outcome {
    shell::lines(command, |line| {
        println!("{line}");
        tally.read(line);
    })
}
