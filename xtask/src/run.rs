//! `cargo xtask run`: the whole product on this machine, with a demo vendor.

use std::{path::PathBuf, process::Command};

use clap::Args;

use crate::{
    build,
    house::House,
    shell::{self, Outcome},
};

/// Where the demo listens and keeps what it has.
#[derive(Args)]
pub struct Demo {
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1:3000")]
    listen: String,
    /// Folder of the data [default: target/demo]
    #[arg(long)]
    data: Option<PathBuf>,
}

impl Demo {
    pub fn command(&self, house: &House) -> Command {
        let data = self.data.clone().unwrap_or_else(|| house.target("demo"));
        let mut portal = Command::new(house.target("release/portal"));
        portal.args(["serve", "--demo", "--listen", &self.listen]);
        portal.arg("--data").arg(data).arg("--site").arg(house.site());
        portal
    }
}

/// Builds, then serves until interrupted.
pub fn serve(house: &House, demo: &Demo) -> Outcome {
    build::everything(house)?;
    shell::run(&mut demo.command(house))
}
