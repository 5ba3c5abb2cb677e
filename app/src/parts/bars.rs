//! Verdicts over time: stacked bars, told apart by pattern as well as by colour, with the same numbers in a table.

use evidence::decision::Verdict;
use leptos::prelude::*;

use super::Table;
use crate::portal::{Day, Tally};
use crate::text::{grouped, t, tf};

/// From the bottom up.
const STACK: [Verdict; 3] = [Verdict::Allow, Verdict::Escalate, Verdict::Deny];

/// A bar for each day. The numbers are in a table below, folded away.
#[component]
pub fn Bars(
    /// Unique in the page.
    #[prop(into)]
    id: String,
    /// What is counted: `Verdicts of Acme, the last 30 days`.
    #[prop(into)]
    caption: String,
    /// The days in their order, none left out.
    days: Vec<Day>,
    /// The height of the highest bar, in pixels.
    #[prop(default = 96)]
    height: u32,
) -> impl IntoView {
    let total = days.iter().fold(Tally::default(), |sum, day| sum.and(day.tally));
    let said = tf("parts.bars_said", &[("caption", &caption), ("tally", &in_words(total))]);
    let ends = days.first().zip(days.last()).map(|(first, last)| (first.date.clone(), last.date.clone()));
    let most = days.iter().map(|day| day.tally.total()).max().unwrap_or_default();
    view! {
        <figure class="bars">
            <Legend id=id.clone() total/>
            <div class="plot">
                <span class="most" aria-hidden="true">{grouped(most)}</span>
                <svg role="img" aria-label=said width="100%" height=height focusable="false">
                    <Patterns id=id.clone()/>
                    <Stacks id=id.clone() days=days.clone() most height/>
                </svg>
            </div>
            {ends.map(|(first, last)| view! {
                <p class="ends" aria-hidden="true"><span>{first}</span><span>{last}</span></p>
            })}
            <details>
                <summary>{t("parts.bars_table")}</summary>
                <Numbers id=format!("{id}-table") caption days/>
            </details>
        </figure>
    }
    .into_any()
}

/// How many decisions had which verdict, in a line, each with its pattern.
#[component]
fn Legend(id: String, total: Tally) -> impl IntoView {
    let entries = STACK.map(|verdict| {
        let fill = fill(&id, verdict);
        view! {
            <li class=class(verdict)>
                <svg class="swatch" width="14" height="14" aria-hidden="true" focusable="false">
                    <rect width="14" height="14" fill=fill></rect>
                </svg>
                {format!("{verdict} ")}
                <span class="number">{grouped(total.of(verdict))}</span>
            </li>
        }
    });
    view! { <ul role="list" class="legend">{entries.collect_view()}</ul> }.into_any()
}

/// Full for what was allowed, dots for what waited, stripes for what was refused.
#[component]
fn Patterns(id: String) -> impl IntoView {
    view! {
        <defs>
            <pattern id=format!("{id}-allow") class="allow" width="6" height="6" patternUnits="userSpaceOnUse">
                <rect width="6" height="6" fill="currentColor"></rect>
            </pattern>
            <pattern id=format!("{id}-escalate") class="escalate" width="5" height="5" patternUnits="userSpaceOnUse">
                <rect width="5" height="5" class="ground"></rect>
                <circle cx="2.5" cy="2.5" r="1.6" fill="currentColor"></circle>
            </pattern>
            <pattern id=format!("{id}-deny") class="deny" width="5" height="5" patternUnits="userSpaceOnUse"
                patternTransform="rotate(45)">
                <rect width="5" height="5" class="ground"></rect>
                <rect width="2.6" height="5" fill="currentColor"></rect>
            </pattern>
        </defs>
    }
    .into_any()
}

#[component]
fn Stacks(id: String, days: Vec<Day>, most: u64, height: u32) -> impl IntoView {
    let step = 100.0 / count(days.len());
    let bars = days.into_iter().enumerate().map(|(place, day)| {
        let mut top = f64::from(height);
        let rects = STACK.map(|verdict| {
            let tall = tall(day.tally.of(verdict), most, height);
            top -= tall;
            let fill = fill(&id, verdict);
            (tall > 0.0).then(|| {
                view! {
                    <rect class=class(verdict) x=percent(step.mul_add(count_from(place), step * 0.1)) y=pixels(top)
                        width=percent(step * 0.8) height=pixels(tall) fill=fill></rect>
                }
            })
        });
        let said = format!("{}: {}", day.date, in_words(day.tally));
        view! { <g><title>{said}</title>{rects.collect_view()}</g> }
    });
    bars.collect_view().into_any()
}

#[component]
fn Numbers(id: String, caption: String, days: Vec<Day>) -> impl IntoView {
    let heads = Verdict::ALL.map(|verdict| view! { <th scope="col" class="right">{verdict.as_str()}</th> });
    let lines = days.into_iter().filter(|day| day.tally.total() > 0).map(|day| {
        let cells =
            Verdict::ALL.map(|verdict| view! { <td class="right">{grouped(day.tally.of(verdict))}</td> });
        view! { <tr><th scope="row">{day.date}</th>{cells.collect_view()}</tr> }
    });
    view! {
        <Table id caption>
            <thead><tr><th scope="col">{t("parts.day")}</th>{heads.collect_view()}</tr></thead>
            <tbody>{lines.collect_view()}</tbody>
        </Table>
    }
    .into_any()
}

/// `12 ALLOW, 3 DENY, 1 ESCALATE`
fn in_words(tally: Tally) -> String {
    Verdict::ALL.map(|verdict| format!("{} {verdict}", grouped(tally.of(verdict)))).join(", ")
}

const fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allow => "allow",
        Verdict::Deny => "deny",
        Verdict::Escalate => "escalate",
    }
}

fn fill(id: &str, verdict: Verdict) -> String {
    format!("url(#{id}-{})", class(verdict))
}

/// The height of a piece. What happened is seen, however rare it was.
fn tall(number: u64, most: u64, height: u32) -> f64 {
    if number == 0 {
        return 0.0;
    }
    (f64::from(height) * share(number, most)).max(2.0)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a picture of numbers needs no more digits than a screen has points"
)]
fn share(number: u64, most: u64) -> f64 {
    number as f64 / most.max(1) as f64
}

fn count(length: usize) -> f64 {
    count_from(length.max(1))
}

fn count_from(place: usize) -> f64 {
    u32::try_from(place).map_or(f64::MAX, f64::from)
}

fn percent(number: f64) -> String {
    format!("{number:.2}%")
}

fn pixels(number: f64) -> String {
    format!("{number:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_fit_and_have_their_numbers_beside_them() {
        let day = |date: &str, allow, deny| Day {
            date: date.to_owned(),
            tally: Tally { allow, deny, escalate: 0 },
        };
        let days = vec![day("2026-11-22", 1_500, 500), day("2026-11-23", 0, 1), day("2026-11-24", 0, 0)];
        let html = view! { <Bars id="b" caption="Verdicts" days height=100/> }.to_html();
        assert!(html.contains("Verdicts: 1,500 ALLOW, 501 DENY, 0 ESCALATE"), "{html}");
        assert!(html.contains("height=\"75.0\""), "{html}");
        assert!(html.contains("height=\"2.0\""), "one among thousands is seen: {html}");
        assert!(html.contains("<th scope=\"row\">2026-11-23</th>"), "{html}");
        assert!(!html.contains("style="), "the pages' policy forbids it: {html}");
    }
}
