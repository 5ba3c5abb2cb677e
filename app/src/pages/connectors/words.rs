//! A contract in plain words.

use std::sync::Arc;

use evidence::contract::{Class, Contract, Table};
use evidence::name::Identifier;
use leptos::prelude::*;

use crate::parts::{Fact, Facts, Sentence};
use crate::text::{self, Phrase, t};

/// Up to so many tables stand open.
const FEW: usize = 3;

/// Every table of a contract, each to be opened.
#[component]
pub fn ContractWords(contract: Arc<Contract>) -> impl IntoView {
    let open = contract.tables.len() <= FEW;
    let tables = contract.tables.iter().map(|(name, table)| {
        let (name, table) = (name.clone(), table.clone());
        view! { <OneTable name table open/> }
    });
    let tables: Vec<_> = tables.collect();
    view! { {tables} }.into_any()
}

#[component]
fn OneTable(name: Identifier, table: Table, open: bool) -> impl IntoView {
    let kinds =
        Phrase::series(table.operations.keys().map(|kind| Phrase::words(text::verb(*kind))), t("count.and"));
    let kinds = if kinds.is_empty() { Phrase::words(t("connectors.no_operation")) } else { kinds };
    let operations = table.operations.iter().map(|(kind, operation)| {
        view! {
            <li>
                <Sentence phrase=text::operation(*kind, operation)/>" "
                <Sentence phrase=text::undoing(&operation.rollback)/>" "
                {text::consequence(operation.consequence)}
            </li>
        }
    });
    let operations: Vec<_> = operations.collect();
    let of_class = |class: Class| {
        let columns = table.columns.iter().filter(|(_, column)| column.class == class);
        let named = Phrase::series(columns.map(|(name, _)| Phrase::code(name)), t("count.and"));
        if named.is_empty() { Phrase::words(t("connectors.no_column")) } else { named }
    };
    let (open_columns, sealed) = (of_class(Class::Open), of_class(Class::Sealed));
    let key = Phrase::series(table.key.iter().map(Phrase::code), t("count.and"));
    view! {
        <details open=open>
            <summary><code>{name.to_string()}</code>": "<Sentence phrase=kinds/></summary>
            {(!operations.is_empty()).then(|| view! { <ul>{operations}</ul> })}
            <Facts>
                <Fact name=t("connectors.whose")><code>{table.tenant_column.to_string()}</code></Fact>
                <Fact name=t("connectors.which")><Sentence phrase=key/></Fact>
                <Fact name=t("connectors.shown")><Sentence phrase=open_columns/></Fact>
                <Fact name=t("connectors.sealed")><Sentence phrase=sealed/></Fact>
            </Facts>
        </details>
    }
    .into_any()
}
