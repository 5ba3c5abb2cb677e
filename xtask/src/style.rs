//! One style sheet from many, minified, for browsers that understand layers, `oklch()` and `light-dark()`.

use std::path::Path;

use lightningcss::{
    bundler::{Bundler, FileProvider},
    stylesheet::{MinifyOptions, ParserOptions, PrinterOptions},
};

use crate::shell::Outcome;

/// The sheet with its imports inside. Without targets nothing is rewritten for older browsers.
pub fn bundle(sheet: &Path) -> Outcome<String> {
    let said = |error: &dyn std::fmt::Display| format!("{}: {error}", sheet.display());
    let files = FileProvider::new();
    let mut sheets = Bundler::new(&files, None, ParserOptions::default());
    let mut bundled = sheets.bundle(sheet).map_err(|error| said(&error))?;
    bundled.minify(MinifyOptions::default()).map_err(|error| said(&error))?;
    let printed = bundled.to_css(PrinterOptions { minify: true, ..PrinterOptions::default() });
    Ok(printed.map_err(|error| said(&error))?.code)
}

#[cfg(test)]
mod tests {
    use super::bundle;

    #[test]
    fn imports_are_inlined_and_modern_css_stays() {
        let folder = std::env::temp_dir().join(format!("style-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(
            folder.join("main.css"),
            "@layer late, page, base;\n@import './page.css' layer(page);\n@layer late { a { top: 0 } }",
        )
        .unwrap();
        let page =
            "p { color: light-dark(oklch(0.2 0.02 250), oklch(0.9 0.02 250)); &:hover { inset-inline: 0 } }";
        std::fs::write(folder.join("page.css"), page).unwrap();
        let css = bundle(&folder.join("main.css")).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let layers = ["@layer late{a", "@layer page{p{color:light-dark(oklch(", "@layer base;"];
        let places = layers.map(|layer| css.find(layer).expect(&css));
        assert!(places.is_sorted(), "{css}");
        assert!(css.contains("&:hover{inset-inline:0}"), "{css}");
    }

    #[test]
    fn a_broken_sheet_is_named() {
        let said = bundle("no/such/sheet.css".as_ref()).unwrap_err().to_string();
        assert!(said.contains("no/such/sheet.css"), "{said}");
    }
}
