//! `portal serve`: opens everything, answers until it is told to stop, and then ends in order.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::sweep;
use crate::clock::Clock;
use crate::config::Config;
use crate::http::{self, Pages, Tls};
use crate::portal::{Portal, StartError};
use crate::{demo, metrics};

/// How long those wait who are still being answered when the portal is told to stop, and as long again the ledger.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs the command.
pub async fn run(config: &Config) -> Result<ExitCode, StartError> {
    let stop = told_to_stop()?;
    if config.demo {
        demo::prepare(&config.home.data).await?;
    }
    let portal = Portal::open(config, Clock::system()).await?;
    let card = if config.demo { Some(Box::pin(demo::seed(&portal, config)).await?) } else { None };
    let listener = TcpListener::bind(config.listen).await?;
    let address = listener.local_addr()?;
    println!("listening on http://{address}");
    if let Some(metrics) = config.metrics {
        let listener = TcpListener::bind(metrics).await?;
        println!("metrics on http://{}/metrics", listener.local_addr()?);
        tokio::spawn(metrics::serve(listener, portal.clone(), stop.clone()));
    }
    let pages = if let Some(card) = card {
        println!("{}", card.invitation(address));
        demo::pages(&portal, &card, config.address(address), address.ip().is_loopback())?
    } else {
        invite_owner(&portal, &config.address(address)).await?;
        Pages::new(portal.clone(), config.address(address), Vec::new(), None)
    };
    let (streams, end) = (portal.streams.clone(), told(stop.clone()));
    tokio::spawn(async move {
        end.await;
        streams.end();
    });
    let sweeping = tokio::spawn(sweep::run(portal.clone(), stop.clone()));
    answer(listener, &portal, pages, Tls(config.tls()), stop).await?;
    // A round that has begun is finished before the ledger is closed.
    if tokio::time::timeout(PATIENCE, sweeping).await.is_err() {
        tracing::warn!("effects are left to the next start");
    }
    close(portal).await;
    Ok(ExitCode::SUCCESS)
}

/// Whoever has started a portal without anybody in it sets it up, by a link that is told nowhere else and is good once.
async fn invite_owner(portal: &Portal, address: &str) -> Result<(), StartError> {
    if let Some(link) = portal.accounts.set_up_link().await? {
        println!("set up {address}/set-up/{link}");
    }
    Ok(())
}

/// Answers until told to stop, and then those who were being answered, for as long as patience lasts.
async fn answer(
    listener: TcpListener,
    portal: &Portal,
    pages: Pages,
    tls: Tls,
    stop: watch::Receiver<bool>,
) -> Result<(), StartError> {
    let router = http::router(portal.clone(), &pages, tls);
    let serving = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(told(stop.clone()));
    tokio::select! {
        served = async { serving.await } => served?,
        () = async {
            told(stop).await;
            let _ = tokio::time::timeout(PATIENCE, std::future::pending::<()>()).await;
        } => tracing::warn!("some were still being answered"),
    }
    Ok(())
}

/// Waits until everything that was asked of the ledger is on disk. What still runs holds a handle on it, so this also waits
/// for writes whose callers have gone.
async fn close(portal: Portal) {
    let ended = portal.ledger.ended();
    drop(portal);
    if tokio::time::timeout(PATIENCE, ended).await.is_err() {
        tracing::warn!("the ledger was still busy; what was not answered is finished at the next start");
    }
}

async fn told(mut stop: watch::Receiver<bool>) {
    // An end of the sender is an end as well.
    let _ = stop.wait_for(|told| *told).await;
}

/// Turns true when the process is told to stop, by whoever first does.
fn told_to_stop() -> std::io::Result<watch::Receiver<bool>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let (tell, told) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        let _ = tell.send(true);
        tracing::info!("told to stop");
    });
    Ok(told)
}
