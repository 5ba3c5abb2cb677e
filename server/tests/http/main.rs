//! What a caller meets at the front door: the real router, a real ledger and a real system of record, in a folder of their
//! own for each story.

mod allowed;
mod api_keys;
mod attested;
mod audit;
mod backtests;
mod batch;
mod codes;
mod contracts;
mod crash;
mod description;
mod doors;
mod editing;
mod envelopes;
mod following;
mod inbox;
mod log;
mod malformed;
mod overview;
mod pack;
mod refused;
mod rollback;
mod schema;
mod scope;
mod stopping;
mod switches;
mod waiting;
mod world;
