//! Time: when things were, what has been, and how long something takes.

use leptos::prelude::*;

use super::{Part, samples};
use crate::parts::{Bars, Countdown, Event, Progress, Time, Timeline};
use crate::text::t;

#[component]
pub fn Times() -> impl IntoView {
    view! {
        <section aria-labelledby="time" class="guide">
            <h2 id="time">{t("style.time")}</h2>
            <Part name="Time" key="style.time_use"><p><Time at=samples::at(0)/></p></Part>
            <Part name="Countdown" key="style.countdown">
                <p><Countdown until=samples::at(11_520) now=samples::at(0)/></p>
                <p><Countdown until=samples::at(0) now=samples::at(1)/></p>
            </Part>
            <Part name="Progress" key="style.progress">
                <Progress id="guide-progress" label=t("style.replaying") done=61_300 total=100_000/>
            </Part>
            <Part name="Bars" key="style.bars"><Bars id="guide-bars" caption=t("style.bars_caption") days=samples::days()/></Part>
            <Part name="Timeline" key="style.timeline">
                <Timeline>
                    <Event at=samples::at(7_200)><p>{t("style.event_active")}</p></Event>
                    <Event at=samples::at(0)><p>{t("style.event_proposed")}</p></Event>
                </Timeline>
            </Part>
        </section>
    }
    .into_any()
}
