//! `cargo xtask build`: the two programs and the site.

use crate::{
    budgets,
    house::House,
    shell::{self, Outcome},
    site,
};

/// Every native cargo command takes exactly these, so that features unify once and nothing is compiled twice.
pub const NATIVE: [&str; 3] = ["--release", "--features", "evidence/cli"];

/// What the tests link is compiled quickly instead of well: it runs once, and there is more of it than of the product.
pub const FOR_TESTS: [&str; 6] = [
    "--config",
    "profile.release.package.evidence.opt-level=0",
    "--config",
    "profile.release.package.server.opt-level=0",
    "--config",
    "profile.release.package.xtask.opt-level=0",
];

/// Leaves `target/release/portal`, `target/release/evidence` and `target/site/`.
pub fn everything(house: &House) -> Outcome {
    programs(house)?;
    site(house)
}

/// Leaves `target/release/portal` and `target/release/evidence`.
pub fn programs(house: &House) -> Outcome {
    shell::run(house.cargo(&["build"]).args(NATIVE).args(["--bin", "portal", "--bin", "evidence"]))
}

/// Leaves `target/site/` and says what a visitor downloads.
pub fn site(house: &House) -> Outcome {
    site::build(house)?;
    for line in budgets::measured(house)? {
        println!("{line}");
    }
    Ok(())
}
