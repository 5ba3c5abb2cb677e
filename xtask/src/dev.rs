//! `cargo xtask dev`: build, serve, and again after a change. It looks at the files' times, which needs nothing installed.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Child,
    thread,
    time::{Duration, SystemTime},
};

use crate::{build, house::House, run::Demo, shell::Outcome};

const WATCHED: [&str; 8] =
    ["Cargo.toml", "Cargo.lock", "app", "evidence", "frontend", "migrations", "server", "style"];
const PAUSE: Duration = Duration::from_millis(300);

/// Every watched file and when it changed.
type Times = BTreeMap<PathBuf, SystemTime>;

/// Until interrupted. A build that fails leaves the last good server running.
pub fn watch(house: &House, demo: &Demo) -> Outcome {
    let mut serving: Option<Child> = None;
    loop {
        let seen = times(house);
        match build::everything(house) {
            Ok(()) => serving = Some(restarted(serving, house, demo)?),
            Err(error) => eprintln!("error: {error}"),
        }
        println!("waiting for a change");
        while times(house) == seen {
            thread::sleep(PAUSE);
        }
    }
}

fn restarted(serving: Option<Child>, house: &House, demo: &Demo) -> Outcome<Child> {
    if let Some(mut old) = serving {
        // It may have ended by itself.
        let _ = old.kill();
        old.wait()?;
    }
    Ok(demo.command(house).spawn()?)
}

fn times(house: &House) -> Times {
    let mut times = Times::new();
    for place in WATCHED {
        collect(&house.path(place), &mut times);
    }
    times
}

fn collect(path: &Path, times: &mut Times) {
    if let Ok(entries) = fs::read_dir(path) {
        entries.flatten().for_each(|entry| collect(&entry.path(), times));
    } else if let Ok(changed) = path.metadata().and_then(|metadata| metadata.modified()) {
        times.insert(path.to_owned(), changed);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::times;
    use crate::house::House;

    #[test]
    fn a_new_file_is_a_change() {
        let root = std::env::temp_dir().join(format!("dev-{}", std::process::id()));
        fs::create_dir_all(root.join("style")).unwrap();
        let house = House::at(&root);
        let before = times(&house);
        fs::write(root.join("style/main.css"), "").unwrap();
        let after = times(&house);
        fs::remove_dir_all(&root).unwrap();
        assert_ne!(before, after);
    }
}
