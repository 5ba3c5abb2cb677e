//! How much time is left, kept true while the page is open. What the browser's clock says is not asked for, only how fast it
//! goes.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use web_sys::HtmlElement;

use super::parts;

/// How long there is in a unit, in seconds.
const UNITS: [u64; 4] = [86_400, 3_600, 60, 1];

/// What counts down, and when it is over by the browser's clock.
struct Counting {
    place: HtmlElement,
    end: f64,
    /// How what is left is said, what is said when nothing is, and the units' words.
    words: [String; 3],
}

/// Once a second, for everything that says how much time is left.
pub fn wake() {
    let counting: Vec<Counting> =
        parts(".countdown[data-left]").into_iter().filter_map(Counting::of).collect();
    if counting.is_empty() {
        return;
    }
    let tick = Closure::<dyn FnMut()>::new(move || counting.iter().for_each(Counting::say)).into_js_value();
    let _ = window().set_interval_with_callback_and_timeout_and_arguments_0(tick.unchecked_ref(), 1_000);
}

impl Counting {
    fn of(place: HtmlElement) -> Option<Self> {
        let left: f64 = place.get_attribute("data-left")?.parse().ok()?;
        let words = place.get_attribute("data-words")?;
        let words: Vec<String> = words.split('|').map(str::to_owned).collect();
        Some(Self { place, end: js_sys::Date::now() + left * 1_000.0, words: words.try_into().ok()? })
    }

    fn say(&self) {
        let [left, over, units] = &self.words;
        let time = remaining((self.end - js_sys::Date::now()) / 1_000.0, units);
        let text = time.map_or_else(|| over.clone(), |time| left.replace("{time}", &time));
        if self.place.text_content().as_deref() != Some(&text) {
            self.place.set_text_content(Some(&text));
        }
    }
}

/// The two largest units that are not nothing; nothing when time is over.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few years of seconds at most")]
fn remaining(seconds: f64, words: &str) -> Option<String> {
    let mut rest = seconds.max(0.0) as u64;
    let counts = UNITS.map(|unit| {
        let count = rest / unit;
        rest %= unit;
        count
    });
    let parts = counts.into_iter().zip(words.split(' ')).skip_while(|(count, _)| *count == 0).take(2);
    let parts: Vec<String> =
        parts.filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}
