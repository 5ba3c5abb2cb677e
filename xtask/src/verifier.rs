//! The sealed page: one file that may not reach a network, with its style, its script and its WASM inside.

use std::{fs, path::PathBuf};

use crate::{
    bindgen::{self, Glue},
    door::Door,
    house::House,
    shell::Outcome,
    squeeze, style,
};

/// The finished page.
pub struct Page {
    pub html: String,
    /// The same words as in the page's own `<meta>`, for the header beside it.
    pub policy: String,
}

/// Builds the page alone and says what it is.
pub fn build(house: &House) -> Outcome<PathBuf> {
    let _lock = house.locked()?;
    let page = page(house)?;
    let path = house.site().join("verifier.html");
    squeeze::write(house, &path, page.html.as_bytes())?;
    println!("{}  {}", squeeze::sha256(page.html.as_bytes()), path.display());
    Ok(path)
}

/// The page from `frontend/verifier.html`, `frontend/verifier.js`, `style/verifier.css` and the verifier's module.
pub fn page(house: &House) -> Outcome<Page> {
    let glue = bindgen::glue(house, Door::Verifier)?;
    let script = script(&fs::read_to_string(house.path("frontend/verifier.js"))?, &glue)?;
    let style = style::bundle(&house.path("style/verifier.css"))?;
    sealed(&fs::read_to_string(house.path("frontend/verifier.html"))?, &style, &script)
}

fn script(frame: &str, glue: &Glue) -> Outcome<String> {
    let filled = fill(frame, "{{glue}}", &glue.script)?;
    fill(&filled, "{{wasm}}", &spelled(&glue.wasm))
}

/// One character a byte: plain ASCII is itself, any other byte lies 256 further up, where nothing needs an escape. What
/// is equal in the module stays equal here, which brotli lives on and base64 destroys: a quarter less to download.
fn spelled(wasm: &[u8]) -> String {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && !b"\"\\<".contains(&byte);
    wasm.iter()
        .filter_map(
            |&byte| if is_plain(byte) { Some(byte.into()) } else { char::from_u32(0x100 + u32::from(byte)) },
        )
        .collect()
}

fn sealed(frame: &str, style: &str, script: &str) -> Outcome<Page> {
    if script.contains("</script") || script.contains("<!--") || style.contains("</style") {
        return Err("the script or the style would end its own element".into());
    }
    let policy = format!(
        "default-src 'none'; script-src '{}' 'wasm-unsafe-eval'; style-src '{}'; img-src data:; base-uri 'none'; form-action 'none'",
        squeeze::sha256_source(script),
        squeeze::sha256_source(style),
    );
    let html = fill(frame, "{{content-security-policy}}", &policy)?;
    let html = fill(&html, "{{style}}", style)?;
    Ok(Page { html: fill(&html, "{{script}}", script)?, policy })
}

fn fill(frame: &str, place: &str, text: &str) -> Outcome<String> {
    match frame.split_once(place) {
        Some((before, after)) if !after.contains(place) => Ok([before, text, after].concat()),
        _ => Err(format!("{place} has to be in the frame once").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::{sealed, spelled};
    use crate::squeeze::sha256_source;

    const FRAME: &str =
        r#"<meta content="{{content-security-policy}}"><style>{{style}}</style><script>{{script}}</script>"#;

    #[test]
    fn the_policy_names_exactly_what_is_inside() {
        let page = sealed(FRAME, "p{}", "run()").unwrap();
        let (script, style) = (sha256_source("run()"), sha256_source("p{}"));
        assert!(
            page.policy.contains(&format!("script-src '{script}' 'wasm-unsafe-eval'; style-src '{style}'"))
        );
        assert_eq!(
            page.html,
            format!(r#"<meta content="{}"><style>p{{}}</style><script>run()</script>"#, page.policy)
        );
    }

    #[test]
    fn every_byte_comes_back_from_its_character() {
        let bytes: Vec<u8> = (0..=255).collect();
        let spelled = spelled(&bytes);
        assert!(!spelled.contains(['"', '\\', '<', '\n', '\r', '\0']));
        let back: Vec<u8> =
            spelled.chars().map(|character| u8::try_from(u32::from(character) & 0xff).unwrap()).collect();
        assert_eq!(back, bytes);
    }

    #[test]
    fn nothing_inside_can_end_its_element() {
        assert!(sealed(FRAME, "p{}", "'</script>'").is_err());
        assert!(sealed(FRAME, "/*</style>*/", "run()").is_err());
        assert!(sealed("<script>{{script}}</script>", "", "").is_err());
    }
}
