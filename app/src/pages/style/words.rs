//! Words: verdicts, sentences, what others wrote, and what must be compared exactly.

use evidence::decision::Verdict;
use leptos::prelude::*;

use super::{Part, samples};
use crate::parts::{Badge, Command, Count, Hash, Kbd, Keyboard, Sentence, Untrusted, Word, WordDiff};
use crate::text::{self, t};

#[component]
pub fn Words() -> impl IntoView {
    let badges = Verdict::ALL.map(|verdict| view! { <Badge verdict/>" " });
    let rules =
        samples::rules().into_iter().map(|rule| view! { <li><Sentence phrase=text::rule(&rule)/></li> });
    view! {
        <section aria-labelledby="words" class="guide">
            <h2 id="words">{t("style.words")}</h2>
            <Part name="Badge" key="style.badge"><p>{badges.collect_view()}</p></Part>
            <Part name="Word" key="style.word"><p><Word text="committed"/>" "<Word text="not applied"/></p></Part>
            <Part name="Sentence" key="style.sentence">
                <ul class="rules" role="list">
                    {rules.collect_view()}
                    <li><Sentence phrase=text::limit(&samples::limit())/></li>
                    <li>
                        <Sentence phrase=text::operation(evidence::contract::OperationKind::Update, &samples::offered())/>
                        " "
                        <Sentence phrase=text::undoing(&samples::offered().rollback)/>
                        " "
                        {text::consequence(samples::offered().consequence)}
                    </li>
                </ul>
            </Part>
            <Part name="WordDiff" key="style.word_diff">
                <p>
                    <WordDiff before="support-agent may update email of contacts, at most 50 records a call."
                        after="support-agent may update email and phone of contacts, at most 500 records a call."/>
                </p>
            </Part>
            <Part name="Untrusted" key="style.untrusted">
                <blockquote>
                    <Untrusted text="</textarea><script>alert(1)</script> \u{202e}gpj.exe \u{5ea}\u{5d5}\u{5db}\u{5df}"/>
                </blockquote>
            </Part>
            <Part name="Hash" key="style.hash"><p><Hash text=samples::DIGEST/></p></Part>
            <Part name="Command" key="style.command">
                <Command text=format!("evidence verify acme.evidencepack --key {}", samples::DIGEST)/>
            </Part>
            <Part name="Count" key="style.count"><p>{t("frame.receipts")}<Count number=1_204/></p></Part>
            <Part name="Kbd" key="style.kbd"><p><Kbd key="j"/>" "<Kbd key="k"/>" "<Kbd key="?"/></p></Part>
            <Part name="Keyboard" key="style.keyboard"><Keyboard/></Part>
        </section>
    }
    .into_any()
}
