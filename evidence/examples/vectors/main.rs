//! Writes `evidence/vectors`: one directory a case, the same bytes every time.

#[expect(dead_code, reason = "the cases use their own part of the world")]
#[path = "../../tests/support/world.rs"]
mod world;

#[path = "case.rs"]
mod case;

use std::fs;
use std::path::Path;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let files = case::files();
    for (name, bytes) in &files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(&folder))?;
        fs::write(path, bytes)?;
    }
    println!("{} files in {}", files.len(), folder.display());
    Ok(())
}
