//! The demo's tenants, backtested: what really happened there, under the envelope that is in force and under others.

use evidence::compile::compile;
use evidence::envelope::Effect;
use evidence::replay::{Candidate, Change};
use server::backtest::State;
use server::demo;

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn the_demos_envelopes_answer_as_they_did() {
    let world = World::new().await;
    demo::seed(&world.portal, &world.config()).await.unwrap();
    let (desk, person) = (world.desk().await, "dana".parse().unwrap());
    for tenant in desk.tenants().await.unwrap() {
        let in_force = world.portal.ledger.in_force(&tenant, &"crm".parse().unwrap()).await.unwrap();
        let (contract, envelope) = (in_force.contract.unwrap().1, in_force.envelope.unwrap());
        let unchanged = Candidate::new((*contract).clone(), (*envelope).clone());
        let run = world.portal.backtests.start(&tenant, &person, unchanged, 30).await.unwrap();
        let told = run.ended().await;
        assert_eq!((told.state, told.tally.differences()), (State::Finished, 0), "{tenant:?}: {told:?}");
        assert!(told.tally.total() > 10, "{tenant:?}: {told:?}");

        let mut other = envelope.envelope().clone();
        for rule in &mut other.rules {
            rule.effect = Effect::Never;
            rule.approval = None;
        }
        let never = Candidate::new((*contract).clone(), compile(&contract, other).unwrap());
        let run = world.portal.backtests.start(&tenant, &person, never, 30).await.unwrap();
        let told = run.ended().await.tally;
        assert!(
            told.of(Change::NewlyDenied) > 0 && told.of(Change::NewlyAllowed) == 0,
            "{tenant:?}: {told:?}"
        );
    }
}
