//! The second implementation of the checks, held against the first: on every vector, and on packs made by chance.

use std::path::Path;

use crate::{
    build,
    house::House,
    shell::{self, Outcome},
    tally::Tally,
    tools,
};

/// Both say the same of every vector, and of 500 packs that the first one makes and judges.
pub fn agrees(house: &House, tally: &mut Tally) -> Outcome {
    let python = tools::for_second(house)?;
    let mut packs = house.cargo(&["run"]);
    shell::run(packs.args(build::NATIVE).args(build::FOR_TESTS).args(["--example", "packs"]))?;
    let vectors = held_against(house, &python, &house.path("evidence/vectors"), tally);
    let packs = held_against(house, &python, &house.target("packs"), tally);
    vectors.and(packs)
}

fn held_against(house: &House, python: &Path, folder: &Path, tally: &mut Tally) -> Outcome {
    let mut second = house.command(&python.to_string_lossy());
    second.args(["-m", "second", "vectors"]).arg(folder);
    second.env("PYTHONPATH", house.path("end2end")).env("PYTHONDONTWRITEBYTECODE", "1");
    shell::lines(&mut second, |line| {
        println!("{line}");
        tally.read(line);
    })
}
