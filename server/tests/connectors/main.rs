//! What a connector promises, told on a real `SQLite` file and, where `TEST_POSTGRES_URL` names a cluster, on a real
//! `PostgreSQL` database.

mod desk;
mod directory;
mod isolation;
mod once;
mod place;
mod schema;
mod trouble;
mod types;
mod writes;

/// Tells each of these stories on one kind of database or on both.
macro_rules! stories {
    (on both: $($story:ident),+ $(,)?) => {
        crate::stories!(on sqlite: $($story),+);
        crate::stories!(on postgres: $($story),+);
    };
    (on sqlite: $($story:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                super::$story(crate::place::Records::sqlite()).await;
            })+
        }
    };
    (on postgres: $($story:ident),+ $(,)?) => {
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                #[expect(clippy::disallowed_methods, reason = "where the cluster is, nobody else can tell a test")]
                match std::env::var("TEST_POSTGRES_URL") {
                    Ok(url) => super::$story(crate::place::Records::postgres(&url).await).await,
                    Err(_) => eprintln!("no TEST_POSTGRES_URL: not told"),
                }
            })+
        }
    };
}
use stories;
