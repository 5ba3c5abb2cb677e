//! The only `<textarea>`. Leptos writes its children into the page as they are, so `</textarea><script>` would be a
//! script; as `inner_html` that was escaped beforehand, both halves agree and nothing gets out.

use leptos::prelude::*;

/// A text area that starts with `text`.
#[component]
pub fn TextArea(
    #[prop(into)] id: String,
    #[prop(into)] name: String,
    #[prop(into)] text: String,
    #[prop(default = 2)] rows: u32,
    described_by: Option<String>,
    invalid: bool,
) -> impl IntoView {
    // The parser drops a line break right after the tag.
    let inner = escaped(text.trim_start_matches('\n'));
    view! {
        <textarea
            id=id
            name=name
            rows=rows
            aria-describedby=described_by
            aria-invalid=invalid.then_some("true")
            inner_html=inner
        ></textarea>
    }
    .into_any()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('\0', "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out() {
        let html = view! { <TextArea id="reason" name="reason" text="\n</textarea><script>alert(1)</script>&lt;" described_by=None invalid=false/> }.to_html();
        assert!(html.contains("&lt;/textarea>&lt;script>alert(1)&lt;/script>&amp;lt;</textarea>"), "{html}");
        assert_eq!(html.matches("</textarea>").count(), 1, "{html}");
        assert!(!html.contains("<script"), "{html}");
    }

    /// Only here, because only here it is escaped.
    #[test]
    fn no_other_file_writes_a_text_area() {
        fn visit(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    visit(&path, found);
                } else if std::fs::read_to_string(&path).is_ok_and(|source| source.contains("<textarea")) {
                    found.push(path);
                }
            }
        }
        let mut found = Vec::new();
        visit(concat!(env!("CARGO_MANIFEST_DIR"), "/src").as_ref(), &mut found);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].ends_with("parts/text_area.rs"), "{found:?}");
    }
}
