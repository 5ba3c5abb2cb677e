//! wasm-bindgen as a library of the very version in Cargo.lock: no second tool to install, no skew between the two.

use std::fs;

use wasm_bindgen_cli_support::Bindgen;

use crate::{
    door::Door,
    house::House,
    shell::{self, Outcome},
    squeeze,
};

/// A module and the script that loads it.
pub struct Glue {
    pub script: String,
    pub wasm: Vec<u8>,
}

/// The door's module, ready for a browser.
pub fn glue(house: &House, door: Door) -> Outcome<Glue> {
    let module = door.module(house)?;
    let key = squeeze::sha256(&module);
    let kept = |extension| house.target(&format!("xtask/glue/{}.{extension}", door.name()));
    if !fs::read_to_string(kept("key")).is_ok_and(|last| last == key) {
        let glue = generate(door, module)?;
        shell::write(&kept("js"), glue.script.as_bytes())?;
        shell::write(&kept("wasm"), &glue.wasm)?;
        shell::write(&kept("key"), key.as_bytes())?;
    }
    Ok(Glue { script: fs::read_to_string(kept("js"))?, wasm: fs::read(kept("wasm"))? })
}

fn generate(door: Door, module: Vec<u8>) -> Outcome<Glue> {
    let mut bindgen = Bindgen::new();
    bindgen.input_bytes(door.name(), module).web(true).map_err(text)?;
    bindgen.typescript(false).remove_name_section(true).remove_producers_section(true);
    // The sealed page may not even name something to fetch.
    bindgen.omit_default_module_path(door == Door::Verifier);
    let mut output = bindgen.generate_output().map_err(text)?;
    let brings_scripts = output.snippets().values().any(|scripts| !scripts.is_empty());
    if brings_scripts || !output.local_modules().is_empty() {
        return Err(format!("{}: a dependency brings JavaScript of its own", door.name()).into());
    }
    Ok(Glue { script: output.js().to_owned(), wasm: output.wasm_mut().emit_wasm() })
}

fn text(error: impl std::fmt::Display) -> String {
    format!("wasm-bindgen: {error:#}")
}
