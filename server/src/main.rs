//! The command `portal`: opens everything, answers until it is told to stop.

use std::time::Duration;

use server::clock::Clock;
use server::config::{Arguments, Command, Config};
use server::http::{self, Tls};
use server::portal::{Portal, StartError};
use server::{demo, telemetry};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> Result<(), StartError> {
    let Arguments { command: Command::Serve(config), halt_at } = Arguments::read();
    telemetry::begin(&config.log, halt_at);
    serve(&config).await
}

async fn serve(config: &Config) -> Result<(), StartError> {
    if config.demo {
        demo::prepare(&config.data).await?;
    }
    let portal = Portal::open(config, Clock::system()).await?;
    let card = if config.demo { Some(demo::seed(&portal, config).await?) } else { None };
    let listener = TcpListener::bind(config.listen).await?;
    let address = listener.local_addr()?;
    println!("listening on http://{address}");
    let visitor = match card {
        Some(card) => {
            println!("{}", card.invitation(address));
            Some(demo::visitor(&portal, &card, config.address(address)).await?)
        }
        None => None,
    };
    let finishing = tokio::spawn(finish_effects(portal.clone()));
    axum::serve(listener, http::router(portal, visitor, Tls(config.tls())))
        .with_graceful_shutdown(told_to_stop()?)
        .await?;
    finishing.abort();
    Ok(())
}

/// What was left behind is finished: effects whose caller or server is gone, and actions that nobody answered in time.
async fn finish_effects(portal: Portal) {
    let mut moment = tokio::time::interval(Duration::from_secs(1));
    loop {
        moment.tick().await;
        if let Err(error) = portal.boundary.sweep().await {
            tracing::error!(%error, "what was left behind could not be read");
        }
    }
}

fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
