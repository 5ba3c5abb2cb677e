//! A log's table that grows while one looks at it. The server renders each line; here it is only put where it belongs, once.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use web_sys::{EventSource, HtmlElement, MessageEvent};

use super::{after, part, said};

/// How many lines stay in the table; the oldest go, and the link to older ones goes on with them.
const LINES: u32 = 500;
/// How long new lines are counted before they are announced, so that nobody is talked to all the time.
const ANNOUNCE: i32 = 1_500;
/// How long it takes to ask again after the server has refused, one time after the other; then no more.
const AGAIN: [i32; 5] = [2_000, 4_000, 8_000, 15_000, 30_000];

/// Follows the log, on pages that have one to follow.
pub fn wake() {
    let Some(place) = part("[data-tail]") else { return };
    let tail = Tail(Rc::new(Inside { place, state: RefCell::default() }));
    if let Some(link) = part("[data-tail-link]") {
        link.set_hidden(true);
    }
    if let Some(button) = part("[data-tail-pause]") {
        button.set_hidden(false);
        let pausing = tail.clone();
        let press = Closure::<dyn FnMut()>::new(move || pausing.turn()).into_js_value();
        let _ = button.add_event_listener_with_callback("click", press.unchecked_ref());
    }
    tail.open();
}

#[derive(Clone)]
struct Tail(Rc<Inside>);

struct Inside {
    place: HtmlElement,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    source: Option<EventSource>,
    /// The last receipt that arrived, whether it is shown or not.
    last: Option<u64>,
    /// How many lines were put in.
    arrived: u64,
    is_announcing: bool,
    refusals: usize,
}

impl Tail {
    fn say(&self, state: &str) {
        if let Some(part) = part("[data-tail-state]") {
            part.set_text_content(Some(&said(&self.0.place, state, &[])));
        }
    }

    /// Goes on behind the last receipt that arrived.
    fn open(&self) {
        let Some(address) = self.0.place.get_attribute("data-tail") else { return };
        let address = match self.0.state.borrow().last {
            Some(last) => behind(&address, last),
            None => address,
        };
        let Ok(source) = EventSource::new(&address) else { return self.end() };
        self.hear(&source);
        self.0.state.borrow_mut().source = Some(source);
    }

    fn hear(&self, source: &EventSource) {
        let tail = self.clone();
        let opened = Closure::<dyn FnMut()>::new(move || {
            tail.0.state.borrow_mut().refusals = 0;
            tail.say("data-live");
        });
        source.set_onopen(Some(opened.into_js_value().unchecked_ref()));
        let tail = self.clone();
        let told = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| tail.take(&event));
        source.set_onmessage(Some(told.into_js_value().unchecked_ref()));
        let (tail, broken) = (self.clone(), source.clone());
        let failed = Closure::<dyn FnMut()>::new(move || {
            tail.say("data-waiting");
            // Otherwise the browser asks again by itself.
            if broken.ready_state() == EventSource::CLOSED {
                tail.again();
            }
        });
        source.set_onerror(Some(failed.into_js_value().unchecked_ref()));
    }

    fn take(&self, event: &MessageEvent) {
        if let Ok(seq) = event.last_event_id().parse() {
            self.0.state.borrow_mut().last = Some(seq);
        }
        let Some(line) = event.data().as_string() else { return };
        let Some(rows) = part("[data-tail-rows]") else {
            // The table had no line so far, so the page had no table.
            let _ = window().location().reload();
            return;
        };
        let id = format!("#receipt-{}", event.last_event_id());
        if part(&id).is_some() || rows.insert_adjacent_html("afterbegin", &line).is_err() {
            return;
        }
        self.0.state.borrow_mut().arrived += 1;
        trim(&rows);
        self.announce();
    }

    fn announce(&self) {
        if std::mem::replace(&mut self.0.state.borrow_mut().is_announcing, true) {
            return;
        }
        let tail = self.clone();
        after(ANNOUNCE, move || {
            let arrived = {
                let mut state = tail.0.state.borrow_mut();
                state.is_announcing = false;
                state.arrived
            };
            let form = if arrived == 1 { "data-one" } else { "data-other" };
            let text = said(&tail.0.place, form, &[("count", &arrived.to_string())]);
            if let Some(part) = part("[data-tail-news]") {
                part.set_text_content(Some(&text));
            }
        });
    }

    fn again(&self) {
        let refusals = {
            let mut state = self.0.state.borrow_mut();
            state.source = None;
            state.refusals += 1;
            state.refusals - 1
        };
        let Some(wait) = AGAIN.get(refusals) else { return self.end() };
        let tail = self.clone();
        after(*wait, move || {
            if tail.0.state.borrow().source.is_none() {
                tail.open();
            }
        });
    }

    fn end(&self) {
        self.say("data-ended");
        if let Some(link) = part("[data-tail-link]") {
            link.set_hidden(false);
        }
        if let Some(button) = part("[data-tail-pause]") {
            button.set_hidden(true);
        }
    }

    /// Pauses, which closes the line, or goes on behind what arrived last.
    fn turn(&self) {
        let open = self.0.state.borrow_mut().source.take();
        let name = if open.is_some() { "data-resume" } else { "data-pause" };
        if let Some(button) = part("[data-tail-pause]") {
            button.set_text_content(Some(&said(&self.0.place, name, &[])));
        }
        match open {
            Some(source) => {
                source.close();
                self.say("data-paused");
            }
            None => self.open(),
        }
    }
}

/// The same address from behind the receipt `last` on.
fn behind(address: &str, last: u64) -> String {
    let kept = address.split('&').filter(|word| !word.contains("next=")).collect::<Vec<_>>().join("&");
    let kept =
        if kept.contains('?') { kept } else { address.split('?').next().unwrap_or(address).to_owned() };
    let mark = if kept.contains('?') { '&' } else { '?' };
    format!("{kept}{mark}next={}", last + 1)
}

/// Takes the oldest lines out, if there are too many.
fn trim(rows: &HtmlElement) {
    while rows.child_element_count() > LINES {
        let Some(last) = rows.last_element_child() else { return };
        last.remove();
    }
    let last = rows.last_element_child().and_then(|line| line.get_attribute("data-seq"));
    let older = part(".pager [rel=next]").and_then(|link| Some((link.get_attribute("href")?, link)));
    if let (Some(last), Some((address, link))) = (last, older)
        && rows.child_element_count() == LINES
    {
        let words = address.split('&').map(|word| match word.rsplit_once("before=") {
            Some((head, _)) => format!("{head}before={last}"),
            None => word.to_owned(),
        });
        let _ = link.set_attribute("href", &words.collect::<Vec<_>>().join("&"));
    }
}
