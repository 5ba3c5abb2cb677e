//! Which packages must never come to depend on which others, asked of cargo itself.

use crate::{
    house::House,
    shell::{self, Outcome},
};

/// A package of ours, with the features that go into production, and what it must not bring along.
struct Tree {
    arguments: &'static [&'static str],
    banned: &'static [&'static str],
    reason: &'static str,
}

const TREES: [Tree; 3] = [
    Tree {
        arguments: &["-p", "evidence", "--no-default-features"],
        banned: &["axum", "getrandom", "leptos", "rand", "reqwest", "sqlx", "tokio"],
        reason: "the law does no I/O, draws nothing at random and waits for nobody",
    },
    Tree {
        arguments: &["-p", "app", "--features", "ssr"],
        banned: &["reqwest", "server", "sqlx"],
        reason: "the face stores nothing and asks through one trait",
    },
    Tree {
        arguments: &["-p", "frontend", "--features", "verifier", "--target", "wasm32-unknown-unknown"],
        banned: &["app", "axum", "reqwest", "sqlx", "tokio"],
        reason: "a reviewer has to trust the law and one module, not the portal's pages",
    },
];

/// One line for each package that is where it must not be.
pub fn broken(house: &House) -> Outcome<Vec<String>> {
    let mut broken = Vec::new();
    for tree in TREES {
        let mut command = house.cargo(&["tree", "--edges", "normal", "--prefix", "none", "--format", "{p}"]);
        let packages = shell::read(command.args(tree.arguments))?;
        broken.extend(tree.broken(&packages));
    }
    Ok(broken)
}

impl Tree {
    fn broken(&self, packages: &str) -> Vec<String> {
        let names = packages.lines().filter_map(|line| line.split(' ').next());
        let mut found: Vec<&str> = names.filter(|name| self.banned.contains(name)).collect();
        found.sort_unstable();
        found.dedup();
        let said = |name| format!("cargo tree {}: {name}: {}", self.arguments.join(" "), self.reason);
        found.into_iter().map(said).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::TREES;

    #[test]
    fn a_banned_package_is_named_once_and_a_similar_name_is_not() {
        let packages = "evidence v0.1.0\nrand v0.9.0\nrand_core v0.9.0\nrand v0.9.0 (*)";
        let broken = TREES[0].broken(packages);
        assert_eq!(broken.len(), 1);
        assert!(broken[0].contains(": rand: "), "{broken:?}");
    }
}
