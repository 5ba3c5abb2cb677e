//! Where things are, for this checkout or for a copy of it.

use std::{
    env, fs,
    fs::File,
    path::{Path, PathBuf},
    process::Command,
};

use crate::shell::{self, Outcome};

/// One checkout and its target folder.
pub struct House {
    root: PathBuf,
}

impl House {
    /// The checkout that this tool was compiled in.
    pub fn here() -> Self {
        let xtask = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        Self::at(Path::new(&xtask).parent().unwrap_or(Path::new(".")))
    }

    /// Any other checkout.
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A source file or folder.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Something that was built.
    pub fn target(&self, relative: &str) -> PathBuf {
        self.root.join("target").join(relative)
    }

    /// What `portal serve --site` serves.
    pub fn site(&self) -> PathBuf {
        self.target("site")
    }

    /// A program that works in this checkout.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }

    /// Cargo, always with this checkout's one target folder.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".into());
        let mut command = self.command(&cargo);
        command.args(arguments).env("CARGO_TARGET_DIR", self.target(""));
        command
    }

    /// The files that git knows, relative to the root.
    pub fn tracked(&self) -> Outcome<Vec<String>> {
        let list = shell::read(self.command("git").args(["ls-files", "-z"]))?;
        let exists = |file: &&str| !file.is_empty() && self.path(file).is_file();
        Ok(list.split('\0').filter(exists).map(str::to_owned).collect())
    }

    /// One build of the site at a time: both doors' modules leave cargo under one name.
    pub fn locked(&self) -> Outcome<File> {
        fs::create_dir_all(self.target("xtask"))?;
        let lock = File::create(self.target("xtask/lock"))?;
        lock.lock()?;
        Ok(lock)
    }
}
