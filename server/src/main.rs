//! The command `portal`: one file for each thing it can be told to do, in `operate`.

use std::process::ExitCode;

use server::config::{Arguments, Command, Keys, Logs, People, Systems, Tenants};
use server::{operate, telemetry};

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { command, halt_at } = Arguments::read();
    telemetry::begin(&command.home().log, halt_at);
    let done = match &command {
        Command::Serve(config) => operate::serve::run(config).await,
        Command::Migrate(home) => operate::migrate::run(home).await,
        Command::Keys(Keys::Rotate(home)) => operate::rotate::run(home).await,
        Command::Tenants(Tenants::Erase(erasure)) => operate::erase::run(erasure).await,
        Command::Ledger(Logs::Check(home)) => operate::check::run(home).await,
        Command::Members(People::SetUp(linking)) => operate::members::set_up(linking).await,
        Command::Members(People::Reset(resetting)) => operate::members::reset(resetting).await,
        Command::Connectors(Systems::Add(added)) => operate::connectors::add(added).await,
        Command::Connectors(Systems::Draft(drafting)) => Box::pin(operate::connectors::draft(drafting)).await,
        Command::Connectors(Systems::Check(connection)) => {
            Box::pin(operate::connectors::check(connection)).await
        }
        Command::Backup(copy) => operate::backup::run(copy).await,
        Command::Restore(copy) => operate::restore::run(copy).await,
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("portal: {error}");
            ExitCode::FAILURE
        }
    }
}
