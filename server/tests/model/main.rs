//! Whatever happens, in whatever order: a simple model of the portal, the real database, and what the packs alone say
//! agree.

mod action;
mod agreement;
mod cast;
mod effects;
mod model;
mod people;
#[expect(dead_code, reason = "the ledger's stories do more in their places")]
#[path = "../ledger/place.rs"]
mod place;
mod reading;
mod records;
mod steps;
mod tally;
mod terms;
mod world;

use std::cell::RefCell;
use std::io::Write as _;

use proptest::prop_assert_eq;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use tokio::runtime::Runtime;

use model::Model;
use place::Place;
use records::Records;
use steps::{Step, steps};
use tally::Tally;
use world::{Scene, World};

/// In so many cases everything should happen at least once.
const ENOUGH: u64 = 32;

#[test]
fn the_model_the_database_and_the_packs_agree_on_sqlite() {
    hold(number("MODEL_CASES", 40), async || (Place::sqlite(), Place::sqlite()));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "where the cluster is, nobody else can tell a test")]
fn the_model_the_database_and_the_packs_agree_on_postgres() {
    let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
        eprintln!("no TEST_POSTGRES_URL: tried on SQLite only");
        return;
    };
    hold(number("MODEL_CASES", 40) / 8, async || (Place::postgres(&url).await, Place::postgres(&url).await));
}

/// Tries so many cases, and says how to try the same ones again.
fn hold(cases: u64, places: impl AsyncFn() -> (Place, Place)) {
    let seed = number("MODEL_SEED", 1);
    println!("{cases} cases from seed {seed}; MODEL_CASES and MODEL_SEED change them");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let config = Config {
        cases: cases.try_into().unwrap(),
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Config::default()
    };
    let (runtime, tally) = (Runtime::new().unwrap(), RefCell::new(Tally::default()));
    let result = TestRunner::new_with_rng(config, rng).run(&steps(), |steps| {
        runtime.block_on(async {
            let (ledger, records) = places().await;
            let model =
                Box::pin(agree(Scene { ledger, records: Records::new(records).await }, &steps)).await?;
            tally.borrow_mut().count(&model);
            Ok(())
        })
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    let _ = writeln!(std::io::stderr(), "{cases} cases from seed {seed}: {:?}", tally.borrow());
    if cases >= ENOUGH {
        assert!(tally.borrow().missing().is_empty(), "{:?}", tally.borrow().missing());
    }
}

async fn agree(scene: Scene, steps: &[Step]) -> Result<Model, TestCaseError> {
    let mut world = World::new(scene).await;
    let mut model = Model::new(world.log_order());
    for (place, step) in steps.iter().chain([&Step::Sweep, &Step::Reopen]).enumerate() {
        let found = world.take(step, &model).await;
        let expected = model.take(step);
        prop_assert_eq!(&expected, &found, "the answer to step {}, {:?}", place, step);
        let mut rows = model.rows.clone();
        rows.retain(|record, _| record.table != cast::Table::Parts);
        prop_assert_eq!(rows, world.rows().await, "the records after step {}, {:?}", place, step);
    }
    agreement::agree(&model, &world).await?;
    Ok(model)
}

/// A number that whoever runs the tests may choose.
#[expect(clippy::disallowed_methods, reason = "how much to try, nobody else can tell a test")]
fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}
