//! How an envelope comes into force: one person proposes, another one activates, once; told on a real `SQLite` file and,
//! where `TEST_POSTGRES_URL` names a cluster, on a real `PostgreSQL` database.

mod cases;
mod house;
#[path = "../ledger/place.rs"]
mod place;
mod proposals;

macro_rules! stories {
    ($($story:path as $name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                $story(crate::place::Place::sqlite()).await;
            })+
        }

        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                #[expect(clippy::disallowed_methods, reason = "where the cluster is, nobody else can tell a test")]
                match std::env::var("TEST_POSTGRES_URL") {
                    Ok(url) => $story(crate::place::Place::postgres(&url).await).await,
                    Err(_) => eprintln!("no TEST_POSTGRES_URL: told on SQLite only"),
                }
            })+
        }
    };
}

stories! {
    crate::proposals::one_proposes_and_another_activates as one_proposes_and_another_activates,
    crate::proposals::asked_twice_it_is_in_force_once as asked_twice_it_is_in_force_once,
    crate::proposals::what_was_overtaken_is_not_activated as what_was_overtaken_is_not_activated,
    crate::proposals::only_one_of_many_at_once_is_activated as only_one_of_many_at_once_is_activated,
    crate::proposals::what_ended_in_between_is_looked_up_in_the_log as what_ended_in_between_is_looked_up_in_the_log,
    crate::proposals::refused_and_taken_back as refused_and_taken_back,
    crate::proposals::what_does_not_fit_is_not_proposed as what_does_not_fit_is_not_proposed,
    crate::proposals::a_draft_is_its_writers_own as a_draft_is_its_writers_own,
    crate::proposals::an_erased_tenant_gets_no_new_envelope as an_erased_tenant_gets_no_new_envelope,
    crate::cases::a_failing_case_blocks_the_activation as a_failing_case_blocks_the_activation,
    crate::cases::a_receipt_becomes_a_case as a_receipt_becomes_a_case,
    crate::cases::templates_do_what_they_say as templates_do_what_they_say,
}
