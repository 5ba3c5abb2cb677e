//! A page once its question is answered, or what stands in its place.

use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Refused;
use crate::portal::Refusal;

/// Shows `page` for the answer. On the server the whole page waits for it, so that nobody needs a script to read on.
pub fn loaded<T>(
    question: Resource<Result<T, Refusal>>,
    page: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    let answered = move || {
        let page = page.clone();
        Suspend::new(async move {
            match question.await {
                Ok(answer) => page(answer),
                Err(refusal) => view! { <Refused refusal/> }.into_any(),
            }
        })
    };
    view! {
        <Transition fallback=|| view! { <p class="soft" role="status">"Loading…"</p> }>{answered}</Transition>
    }
    .into_any()
}
