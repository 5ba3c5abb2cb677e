//! What the tests need from the machine: installed when that is possible, else named with the exact command.

use std::{fs, path::PathBuf, process::Command};

use crate::{
    house::House,
    postgres,
    shell::{self, Outcome},
    squeeze,
};

const CHROMIUMS: [&str; 4] =
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium"];

/// What looking at the sources needs, beside what building them does.
pub fn for_looking() -> Outcome {
    wasm_target()?;
    for (component, program) in [("clippy", "clippy-driver"), ("rustfmt", "rustfmt")] {
        if !shell::answers(Command::new(program).arg("--version")) {
            obtained(Command::new("rustup").args(["component", "add", component]))?;
        }
    }
    Ok(())
}

/// The standard library for browsers.
pub fn wasm_target() -> Outcome {
    let target = "wasm32-unknown-unknown";
    let folder = shell::read(Command::new("rustc").args(["--print", "target-libdir", "--target", target]))?;
    if PathBuf::from(folder.trim()).is_dir() {
        return Ok(());
    }
    obtained(Command::new("rustup").args(["target", "add", target]))
}

/// PostgreSQL's programs.
pub fn for_databases() -> Outcome {
    if postgres::programs().is_some() { Ok(()) } else { package("postgresql") }
}

/// Node, its packages and a Chromium. Gives the Chromium's path.
pub fn for_browsers(house: &House) -> Outcome<PathBuf> {
    node()?;
    packages_of_node(house)?;
    if chromium().is_none() {
        package("chromium")?;
    }
    chromium().ok_or_else(|| "chromium is installed but not found".into())
}

fn chromium() -> Option<PathBuf> {
    CHROMIUMS.iter().map(PathBuf::from).find(|path| path.is_file())
}

fn node() -> Outcome {
    let version = shell::read(Command::new("node").arg("--version"))
        .map_err(|error| format!("Node.js 20 or newer is needed: {error}"))?;
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    if major.is_some_and(|major: u32| major >= 20) {
        return Ok(());
    }
    Err(format!("Node.js 20 or newer is needed, this is {}", version.trim()).into())
}

/// Again only when the lock file is another one.
fn packages_of_node(house: &House) -> Outcome {
    let lock = squeeze::sha256(&fs::read(house.path("end2end/package-lock.json"))?);
    let stamp = house.path("end2end/node_modules/.installed");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let mut install = Command::new("npm");
    install.args(["ci", "--no-fund", "--no-audit"]).current_dir(house.path("end2end"));
    obtained(&mut install)?;
    shell::write(&stamp, lock.as_bytes())
}

/// Python with the one package of the second implementation, in a folder of its own. Gives the interpreter's path.
pub fn for_second(house: &House) -> Outcome<PathBuf> {
    let recent = "import sys; sys.exit(sys.version_info < (3, 11))";
    if !shell::answers(Command::new("python3").args(["-c", recent])) {
        return Err("Python 3.11 or newer is needed, as `python3`".into());
    }
    let (folder, wanted) = (house.target("second"), house.path("end2end/second/requirements.txt"));
    let (python, stamp) = (folder.join("bin/python"), folder.join(".installed"));
    let lock = squeeze::sha256(&fs::read(&wanted)?);
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(python);
    }
    if !shell::answers(Command::new("python3").args(["-c", "import ensurepip, venv"])) {
        package("python3-venv")?;
    }
    obtained(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut install = Command::new(&python);
    install.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
    ]);
    obtained(install.arg(&wanted))?;
    shell::write(&stamp, lock.as_bytes())?;
    Ok(python)
}

fn package(name: &str) -> Outcome {
    if !postgres::is_root() || !shell::answers(Command::new("apt-get").arg("--version")) {
        return Err(format!("{name} is missing; install it with `sudo apt-get install -y {name}`").into());
    }
    let mut update = Command::new("apt-get");
    obtained(update.args(["update", "--quiet"]))?;
    let mut install = Command::new("apt-get");
    install.args(["install", "--yes", "--quiet", "--no-install-recommends", name]);
    obtained(install.env("DEBIAN_FRONTEND", "noninteractive"))
}

fn obtained(command: &mut Command) -> Outcome {
    println!("{}", shell::line(command));
    shell::run(command).map_err(|error| format!("something needed could not be installed: {error}").into())
}
