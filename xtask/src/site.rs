//! What the server serves as files: named by their content, compressed beforehand, listed in one manifest.

use std::{collections::BTreeMap, fs};

use serde_json::{Value, json};

use crate::{
    bindgen::{self, Glue},
    door::Door,
    house::House,
    shell::{self, Outcome},
    squeeze, style, verifier,
};

/// Logical name → what `manifest.json` says of it.
struct Site {
    entries: BTreeMap<String, Value>,
}

/// Leaves `target/site/` complete and without leftovers.
pub fn build(house: &House) -> Outcome {
    let _lock = house.locked()?;
    let mut site = Site { entries: BTreeMap::new() };
    site.package(house, "main.css", style::bundle(&house.path("style/main.css"))?.as_bytes())?;
    let Glue { script, wasm } = bindgen::glue(house, Door::Portal)?;
    let module = site.package(house, "portal.wasm", &wasm)?;
    site.package(house, "portal.js", naming(&script, &module)?.as_bytes())?;
    site.seal(house, &verifier::page(house)?)?;
    site.sweep(house)?;
    let manifest = serde_json::to_string_pretty(&site.entries)? + "\n";
    shell::write(&house.site().join("manifest.json"), manifest.as_bytes())
}

impl Site {
    /// A file below `pkg/` that may be cached for ever. Gives its hashed name.
    fn package(&mut self, house: &House, name: &str, bytes: &[u8]) -> Outcome<String> {
        let digest = squeeze::sha256(bytes);
        let (stem, extension) = name.rsplit_once('.').ok_or("a file needs an extension")?;
        let hashed = format!("{stem}.{}.{extension}", &digest[..16]);
        squeeze::write(house, &house.site().join("pkg").join(&hashed), bytes)?;
        self.list(name, &format!("pkg/{hashed}"), bytes);
        Ok(hashed)
    }

    /// The verifier keeps its name: people save it, and compare its digest with a published one.
    fn seal(&mut self, house: &House, page: &verifier::Page) -> Outcome {
        squeeze::write(house, &house.site().join("verifier.html"), page.html.as_bytes())?;
        self.list("verifier.html", "verifier.html", page.html.as_bytes());
        if let Some(entry) = self.entries.get_mut("verifier.html") {
            entry["content_security_policy"] = json!(page.policy);
        }
        Ok(())
    }

    fn list(&mut self, name: &str, file: &str, bytes: &[u8]) {
        let entry = json!({
            "file": file,
            "integrity": squeeze::sha384_integrity(bytes),
            "sha256": squeeze::sha256(bytes),
        });
        self.entries.insert(name.to_owned(), entry);
    }

    /// Removes packages of earlier builds.
    fn sweep(&self, house: &House) -> Outcome {
        for file in fs::read_dir(house.site().join("pkg"))? {
            let file = file?;
            let name = format!("pkg/{}", file.file_name().to_string_lossy());
            let plain = name.trim_end_matches(".br").trim_end_matches(".gz");
            if !self.entries.values().any(|entry| entry["file"] == plain) {
                fs::remove_file(file.path())?;
            }
        }
        Ok(())
    }
}

/// The script falls back to wasm-bindgen's own name for the module; it has to be the hashed one.
fn naming(script: &str, module: &str) -> Outcome<String> {
    let expected = "new URL('portal_bg.wasm', import.meta.url)";
    if script.matches(expected).count() != 1 {
        return Err("the glue no longer names its module as expected".into());
    }
    Ok(script.replace(expected, &format!("new URL('{module}', import.meta.url)")))
}
