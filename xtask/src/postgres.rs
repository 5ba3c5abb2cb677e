//! A throwaway PostgreSQL, so that the tests meet the real one and leave nothing behind.

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    os::unix::{fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
    thread,
};

use crate::shell::{self, Outcome};

/// A running cluster; dropping it stops the server and removes its files.
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    owner: Option<Owner>,
    port: u16,
    server: Option<Child>,
}

/// PostgreSQL refuses to run as root; then it runs as the user that its package made.
#[derive(Clone, Copy)]
struct Owner {
    user: u32,
    group: u32,
}

impl Cluster {
    /// Makes and starts one on a free port.
    pub fn start() -> Outcome<Self> {
        let programs = programs().ok_or("PostgreSQL is not installed")?;
        let folder = env::temp_dir().join(format!("postgres-{}", process::id()));
        let mut cluster = Self { programs, folder, owner: owner()?, port: free_port()?, server: None };
        cluster.initialise()?;
        cluster.serve()?;
        Ok(cluster)
    }

    /// For `TEST_POSTGRES_URL`.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// The program that runs SQL, for tests that change a database behind the portal's back.
    pub fn psql(&self) -> PathBuf {
        self.programs.join("psql")
    }

    fn initialise(&self) -> Outcome {
        fs::create_dir_all(&self.folder)?;
        if let Some(Owner { user, group }) = self.owner {
            chown(&self.folder, Some(user), Some(group))?;
        }
        let mut command = self.program("initdb");
        command.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"]);
        shell::read(command.arg("--pgdata").arg(self.folder.join("data"))).map(drop)
    }

    /// Returns once it says that it is ready.
    fn serve(&mut self) -> Outcome {
        let mut command = self.program("postgres");
        command.arg("-D").arg(self.folder.join("data")).arg("-k").arg(&self.folder);
        command.args(["-p", &self.port.to_string(), "-c", "listen_addresses=127.0.0.1"]);
        command.args(["-c", "max_connections=200", "-c", "lc_messages=C", "-c", "log_destination=stderr"]);
        let mut server = command.stderr(Stdio::piped()).spawn()?;
        let mut log = BufReader::new(server.stderr.take().ok_or("no log")?);
        self.server = Some(server);
        let mut said = String::new();
        while !said.contains("ready to accept connections") {
            let before = said.len();
            if log.read_line(&mut said)? == 0 {
                return Err(format!("PostgreSQL did not start:\n{}", &said[..before]).into());
            }
        }
        // What it says later is of no interest, but somebody has to read it.
        thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Ok(())
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.current_dir(&self.folder);
        if let Some(Owner { user, group }) = self.owner {
            command.uid(user).gid(group);
        }
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = self.program("pg_ctl");
        stop.args(["stop", "--silent", "--wait", "--mode=immediate", "--pgdata"])
            .arg(self.folder.join("data"));
        if let Some(mut server) = self.server.take() {
            if !shell::answers(&mut stop) {
                let _ = server.kill();
            }
            let _ = server.wait();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Folder of `initdb` and its siblings: the newest packaged version, else whatever the search path finds.
pub fn programs() -> Option<PathBuf> {
    let packaged = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let packaged = packaged.map(|version| version.path().join("bin"));
    let found = env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = packaged.collect();
    folders.sort_by_key(|folder| version(folder));
    folders.reverse();
    folders.extend(env::split_paths(&found));
    folders.into_iter().find(|folder| folder.join("initdb").is_file())
}

fn version(folder: &Path) -> Option<u32> {
    folder.parent()?.file_name()?.to_str()?.parse().ok()
}

/// Whether this process may install packages and has to step down for PostgreSQL.
pub fn is_root() -> bool {
    id(&["-u"]).is_ok_and(|user| user == 0)
}

fn owner() -> Outcome<Option<Owner>> {
    if !is_root() {
        return Ok(None);
    }
    Ok(Some(Owner { user: id(&["-u", "postgres"])?, group: id(&["-g", "postgres"])? }))
}

fn id(arguments: &[&str]) -> Outcome<u32> {
    Ok(shell::read(Command::new("id").args(arguments))?.trim().parse()?)
}

fn free_port() -> Outcome<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{Cluster, programs};
    use crate::shell;

    #[test]
    fn a_cluster_answers_and_leaves_nothing_behind() {
        let Some(programs) = programs() else {
            println!("PostgreSQL is not installed; `cargo xtask test` installs it");
            return;
        };
        let cluster = Cluster::start().unwrap();
        let mut psql = Command::new(programs.join("psql"));
        psql.args(["--no-psqlrc", "--tuples-only", "--no-align", "--command", "select 6 * 7"]);
        assert_eq!(shell::read(psql.arg(cluster.url())).unwrap().trim(), "42");
        let folder = cluster.folder.clone();
        drop(cluster);
        assert!(!folder.exists());
    }
}
