//! What an envelope means once it is compiled, and what can't be compiled.

mod diagnostics;
mod fixture;
mod meaning;
mod oracle;
mod refusals;
mod text;
