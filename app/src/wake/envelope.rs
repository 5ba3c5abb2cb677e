//! The editor of envelopes follows what is typed: after a pause it asks what the form would mean and puts the answer beside
//! it. The server renders every word of it; the page works the same without, by its buttons.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use web_sys::{
    Element, Event, FormData, HtmlElement, HtmlFormElement, HtmlInputElement, UrlSearchParams, XmlHttpRequest,
};

use super::{after, part, parts, said};

/// How long nothing is typed before the form is sent.
const PAUSE: i32 = 600;
/// How long it takes to ask again how far a backtest is.
const AGAIN: i32 = 700;

/// Follows the form and the backtest, on pages that have them.
pub fn wake() {
    for link in parts("[data-unscripted]") {
        link.set_hidden(true);
    }
    follow();
    let Some(form) = part("form[data-assess]").and_then(|form| form.dyn_into::<HtmlFormElement>().ok())
    else {
        return;
    };
    let editor = Rc::new(Editor { form: form.clone(), typed: Cell::new(0) });
    let heard = Closure::<dyn FnMut(Event)>::new(move |event: Event| editor.hear(&event)).into_js_value();
    let _ = form.add_event_listener_with_callback("input", heard.unchecked_ref());
}

struct Editor {
    form: HtmlFormElement,
    /// How often something was typed: an answer to an older question is not shown.
    typed: Cell<u32>,
}

impl Editor {
    fn hear(self: &Rc<Self>, event: &Event) {
        let Some(target) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else {
            return;
        };
        if let Ok(Some(pick)) = target.closest(".pick") {
            tell(&pick);
        }
        self.typed.set(self.typed.get() + 1);
        let (editor, mine) = (Rc::clone(self), self.typed.get());
        after(PAUSE, move || {
            if editor.typed.get() == mine {
                editor.ask(mine);
            }
        });
    }

    fn ask(self: &Rc<Self>, mine: u32) {
        self.say("data-checking", "");
        let Some(body) = body(&self.form) else { return };
        let address = self.form.get_attribute("data-assess").unwrap_or_default();
        let editor = Rc::clone(self);
        request("POST", &address, Some(&body), move |answer| {
            if editor.typed.get() != mine {
                return;
            }
            match answer {
                Some(html) => {
                    put(&html);
                    let news = part("[data-consequences] [data-said]");
                    let news = news.and_then(|news| news.get_attribute("data-said")).unwrap_or_default();
                    editor.say("data-checked", &news);
                    follow();
                }
                None => editor.say("data-failed", ""),
            }
        });
    }

    fn say(&self, what: &str, news: &str) {
        if let Some(part) = part("[data-live]") {
            let text = said(&self.form, what, &[]);
            // What went well is read below; only what did not is shown beside being heard.
            part.set_class_name(if what == "data-failed" { "live" } else { "live visually-hidden" });
            part.set_text_content(Some(&format!("{text} {news}")));
        }
    }
}

/// What the form would send.
fn body(form: &HtmlFormElement) -> Option<String> {
    let pairs = FormData::new_with_form(form).ok()?;
    let words = UrlSearchParams::new_with_str_sequence_sequence(&pairs).ok()?;
    Some(words.to_string().into())
}

/// Puts an answer where it belongs: the columns of tables that were chosen anew, and what the form would mean.
fn put(html: &str) {
    let Some(place) = part("[data-consequences]") else { return };
    let open: Vec<String> = folds(&place, "details[open][data-fold]");
    let Ok(answer) = document().create_element("div") else { return };
    answer.set_inner_html(html);
    while let Ok(Some(piece)) = answer.query_selector("template[data-for]") {
        let id = piece.get_attribute("data-for").unwrap_or_default();
        if let Some(there) = document().get_element_by_id(&id) {
            let was_open = matches!(there.query_selector("details[open]"), Ok(Some(_)));
            there.set_inner_html(&piece.inner_html());
            if let (true, Ok(Some(fold))) = (was_open, there.query_selector("details")) {
                let _ = fold.set_attribute("open", "");
            }
        }
        piece.remove();
    }
    place.set_inner_html(&answer.inner_html());
    for fold in parts("[data-consequences] details[data-fold]") {
        if open.contains(&fold.get_attribute("data-fold").unwrap_or_default()) {
            let _ = fold.set_attribute("open", "");
        }
    }
    for link in parts("[data-consequences] [data-unscripted]") {
        link.set_hidden(true);
    }
}

fn folds(place: &Element, selector: &str) -> Vec<String> {
    let Ok(found) = place.query_selector_all(selector) else { return Vec::new() };
    let found = (0..found.length()).filter_map(|index| found.get(index));
    found.filter_map(|fold| fold.dyn_into::<Element>().ok()?.get_attribute("data-fold")).collect()
}

/// Asks how far the backtest is until it is at its end.
fn follow() {
    let Some(shown) = part("[data-backtest]") else { return };
    after(AGAIN, move || {
        let Some(address) = shown.get_attribute("data-backtest").filter(|_| shown.is_connected()) else {
            return;
        };
        request("GET", &address, None, move |answer| {
            if let Some(html) = answer.filter(|_| shown.is_connected()) {
                shown.set_outer_html(&html);
                for link in parts("[data-unscripted]") {
                    link.set_hidden(true);
                }
                match part("[data-backtest]") {
                    Some(_) => follow(),
                    None => announce(),
                }
            }
        });
    });
}

/// Says the answer once, when it is whole.
fn announce() {
    let news = part("[data-said]").and_then(|news| news.get_attribute("data-said"));
    if let (Some(part), Some(news)) = (part("[data-live]"), news) {
        part.set_text_content(Some(&news));
    }
}

/// Says, closed, what is chosen in it.
fn tell(pick: &Element) {
    let Ok(boxes) = pick.query_selector_all("input") else { return };
    let boxes = (0..boxes.length()).filter_map(|index| boxes.get(index)?.dyn_into::<HtmlInputElement>().ok());
    let labels =
        boxes.filter(HtmlInputElement::checked).filter_map(|one| one.parent_element()?.text_content());
    let labels: Vec<String> = labels.collect();
    let none = pick.get_attribute("data-none").unwrap_or_default();
    let text = if labels.is_empty() { none } else { labels.join(", ") };
    let Ok(Some(summary)) = pick.query_selector("summary") else { return };
    let label = pick.get_attribute("data-label").unwrap_or_default();
    let _ = summary.set_attribute("aria-label", &format!("{label}: {text}"));
    if let Ok(Some(words)) = summary.query_selector("span") {
        words.set_text_content(Some(&text));
    }
}

/// Asks the portal, and does something with its answer; nothing is answered if it could not.
fn request(method: &str, address: &str, body: Option<&str>, does: impl FnOnce(Option<String>) + 'static) {
    let Ok(asking) = XmlHttpRequest::new() else { return };
    if asking.open(method, address).is_err() {
        return;
    }
    let kind = "application/x-www-form-urlencoded;charset=UTF-8";
    if body.is_some() && asking.set_request_header("content-type", kind).is_err() {
        return;
    }
    let asked = asking.clone();
    let ended = Closure::once_into_js(move || {
        let is_answer = asked.status() == Ok(200);
        does(asked.response_text().ok().flatten().filter(|_| is_answer));
    });
    asking.set_onloadend(Some(ended.unchecked_ref()));
    let _ = asking.send_with_opt_str(body);
}
