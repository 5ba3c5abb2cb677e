//! What an operator does around the server, told with the real program on a real `SQLite` file and, where
//! `TEST_POSTGRES_URL` names a cluster, on a real `PostgreSQL` database.

mod backups;
mod checks;
mod ends;
mod erasures;
mod journals;
#[path = "../ledger/place.rs"]
mod place;
mod portal;
mod rotations;
mod systems;

use place::Place;

/// Tells each story in both kinds of database.
macro_rules! stories {
    ($($story:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                super::$story(super::Place::sqlite()).await;
            })+
        }

        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                if let Some(place) = crate::on_postgres().await {
                    super::$story(place).await;
                }
            })+
        }
    };
}

pub(crate) use stories;

/// A database of its own, if there is a cluster.
async fn on_postgres() -> Option<Place> {
    #[expect(clippy::disallowed_methods, reason = "where the cluster is, nobody else can tell a test")]
    let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
        eprintln!("no TEST_POSTGRES_URL: told on SQLite only");
        return None;
    };
    Some(Place::postgres(&url).await)
}
