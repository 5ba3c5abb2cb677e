//! How a contract comes to be in force: drafted from the live schema of a real database, edited, reviewed, and put into one log
//! after the other. Told with `SQLite` on both sides and, where `TEST_POSTGRES_URL` names a cluster, with `PostgreSQL`.

mod drafts;
mod house;
#[path = "../ledger/place.rs"]
#[expect(dead_code, reason = "these stories need less of it")]
mod place;
#[path = "../connectors/place.rs"]
#[expect(dead_code, reason = "these stories need less of it")]
mod records;
mod versions;

/// Tells each of these stories with both kinds of databases.
macro_rules! stories {
    ($($story:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                super::$story(crate::house::House::on_sqlite().await).await;
            })+
        }

        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                if let Some(house) = crate::house::House::on_postgres().await {
                    super::$story(house).await;
                }
            })+
        }
    };
}
use stories;
