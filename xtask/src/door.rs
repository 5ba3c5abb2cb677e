//! The two WASM modules. Both leave cargo as `frontend.wasm`, so each is put aside under its own name as soon as it is
//! built, with the digest of everything it was built from: switching between them would otherwise link both every time.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    house::House,
    shell::{self, Outcome},
    squeeze, tools,
};

const TARGET: &str = "wasm32-unknown-unknown";

/// One entry of `frontend`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Door {
    Portal,
    Verifier,
}

impl Door {
    pub const BOTH: [Self; 2] = [Self::Portal, Self::Verifier];

    /// The feature of `frontend`, and the name of everything made from it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Portal => "portal",
            Self::Verifier => "verifier",
        }
    }

    /// A cargo command over this door alone.
    pub fn cargo(self, house: &House, verb: &str) -> Command {
        let mut command = house.cargo(&[verb, "-p", "frontend", "--lib", "--features", self.name()]);
        command.args(["--target", TARGET, "--profile", "wasm-release"]);
        command
    }

    /// The compiled module, before wasm-bindgen.
    pub fn module(self, house: &House) -> Outcome<Vec<u8>> {
        let kept = house.target(&format!("xtask/wasm/{}.wasm", self.name()));
        let flags = unnamed_folders(house)?;
        let inputs = kept.with_extension("d");
        let stamp = kept.with_extension("inputs");
        let unchanged = fingerprint(house, &inputs, &flags)
            .is_some_and(|now| fs::read_to_string(&stamp).is_ok_and(|then| then == now));
        if !unchanged || !kept.is_file() {
            tools::wasm_target()?;
            shell::run(self.cargo(house, "build").env("CARGO_ENCODED_RUSTFLAGS", &flags))?;
            let built = house.target(&format!("{TARGET}/wasm-release/frontend.wasm"));
            shell::write(&kept, &fs::read(&built)?)?;
            shell::write(&inputs, &fs::read(built.with_extension("d"))?)?;
            let now =
                fingerprint(house, &inputs, &flags).ok_or("a source file went away during the build")?;
            shell::write(&stamp, now.as_bytes())?;
        }
        Ok(fs::read(kept)?)
    }
}

/// Compiler flags that take the machine's folders out of the module: the same sources give the same bytes anywhere.
fn unnamed_folders(house: &House) -> Outcome<String> {
    let version = shell::read(house.command("rustc").arg("-vV"))?;
    let commit = version.lines().find_map(|line| line.strip_prefix("commit-hash: ")).unwrap_or("unknown");
    let sysroot = shell::read(house.command("rustc").args(["--print", "sysroot"]))?;
    let remaps = [
        (cargo_home()?, "/cargo".to_owned()),
        (Path::new(sysroot.trim()).join("lib/rustlib/src/rust"), format!("/rustc/{commit}")),
        (house.root().to_owned(), "/house".to_owned()),
    ];
    let flags = remaps.map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()));
    Ok(flags.join("\u{1f}"))
}

fn cargo_home() -> Outcome<PathBuf> {
    let home = || env::home_dir().map(|home| home.join(".cargo"));
    env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(home)
        .ok_or("neither CARGO_HOME nor HOME is set".into())
}

/// Digest of the compiler, the flags, the manifests and every source file that the last build read.
fn fingerprint(house: &House, inputs: &Path, flags: &str) -> Option<String> {
    let manifests = ["Cargo.toml", "Cargo.lock", ".cargo/config.toml"].map(|file| house.path(file));
    let members = ["app", "evidence", "frontend"].map(|member| house.path(member).join("Cargo.toml"));
    let sources = fs::read_to_string(inputs).ok()?;
    let (_, sources) = sources.lines().next()?.split_once(": ")?;
    // As in make, a space inside a name is escaped.
    let sources = sources.replace("\\ ", "\0");
    let sources = sources.split(' ').map(|source| PathBuf::from(source.replace('\0', " ")));
    let mut all = flags.as_bytes().to_vec();
    for file in manifests.into_iter().chain(members).chain(sources) {
        all.extend(squeeze::sha256(&fs::read(file).ok()?).into_bytes());
    }
    Some(squeeze::sha256(&all))
}
