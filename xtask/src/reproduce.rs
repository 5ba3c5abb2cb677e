//! `cargo xtask verifier --reproduce`: anyone can rebuild the sealed page and get the very same bytes.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process,
};

use crate::{house::House, shell::Outcome, squeeze, verifier};

/// Builds the page from two copies of the tracked sources in folders of different names and depths.
pub fn twice(house: &House) -> Outcome {
    let base = env::temp_dir().join(format!("reproduce-{}", process::id()));
    let outcome = compare(house, &[base.join("one"), base.join("another/one/below")]);
    fs::remove_dir_all(&base)?;
    outcome
}

fn compare(house: &House, folders: &[PathBuf]) -> Outcome {
    let mut pages = Vec::new();
    for folder in folders {
        let page = verifier::page(&copied(house, folder)?)?.html;
        println!("{}  {}", squeeze::sha256(page.as_bytes()), folder.display());
        pages.push(page);
    }
    if pages.windows(2).all(|pair| pair[0] == pair[1]) {
        println!("byte-identical");
        return Ok(());
    }
    Err("two builds of the same sources differ".into())
}

fn copied(house: &House, folder: &Path) -> Outcome<House> {
    for file in house.tracked()? {
        let copy = folder.join(&file);
        fs::create_dir_all(copy.parent().unwrap_or(folder))?;
        fs::copy(house.path(&file), copy)?;
    }
    Ok(House::at(folder))
}
