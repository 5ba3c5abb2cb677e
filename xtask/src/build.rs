//! `cargo xtask build`: the two programs and the site.

use crate::{
    budgets,
    house::House,
    shell::{self, Outcome},
    site,
};

/// Every native cargo command takes exactly these, so that features unify once and nothing is compiled twice.
pub const NATIVE: [&str; 3] = ["--release", "--features", "evidence/cli"];

/// Leaves `target/release/portal`, `target/release/evidence` and `target/site/`.
pub fn everything(house: &House) -> Outcome {
    shell::run(house.cargo(&["build"]).args(NATIVE).args(["--bin", "portal", "--bin", "evidence"]))?;
    site(house)
}

/// Leaves `target/site/` and says what a visitor downloads.
pub fn site(house: &House) -> Outcome {
    site::build(house)?;
    for line in budgets::measured(house)? {
        println!("{line}");
    }
    Ok(())
}
