//! README's commands have to exist: a front door that does not open is worse than none.

use std::{fs, process::Command};

use clap::CommandFactory as _;

use crate::{
    Cli,
    house::House,
    shell::{self, Outcome},
};

/// Every command in a fenced block names a program, a subcommand and flags that are there; every link leads to a file.
pub fn commands_exist(house: &House) -> Outcome {
    let text = fs::read_to_string(house.path("README.md")).map_err(|error| format!("README.md: {error}"))?;
    let mut wrong = Vec::new();
    for command in commands(&text) {
        if let Err(why) = exists(house, &command) {
            wrong.push(format!("README.md: `{command}`: {why}"));
        }
    }
    let missing = links(&text).filter(|link| !house.path(link).exists());
    wrong.extend(missing.map(|link| format!("README.md: {link} does not exist")));
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// Lines of fenced shell blocks, without prompts, comments and continuations.
fn commands(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            inside = !inside && matches!(language.trim(), "sh" | "bash" | "console" | "shell");
        } else if inside {
            let line = line.split(" #").next().unwrap_or("").trim().trim_start_matches("$ ");
            if !line.is_empty() && !line.starts_with('#') {
                found.push(line.to_owned());
            }
        }
    }
    found
}

fn exists(house: &House, command: &str) -> Outcome {
    let words: Vec<&str> = command.split_whitespace().collect();
    match words.as_slice() {
        ["cargo", "xtask", rest @ ..] => takes(&xtask_help(rest)?, rest),
        [program, rest @ ..] if ["portal", "evidence"].contains(&base(program)) => {
            let subcommand = rest.first().filter(|word| !word.starts_with('-'));
            let program = house.target("release").join(base(program));
            takes(&shell::read(Command::new(program).args(subcommand).arg("--help"))?, rest)
        }
        _ => Ok(()),
    }
}

fn base(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

fn xtask_help(words: &[&str]) -> Outcome<String> {
    let mut cli = Cli::command();
    let name = words.first().ok_or("no command")?;
    let subcommand = cli.find_subcommand_mut(name).ok_or("no such command")?;
    Ok(subcommand.render_long_help().to_string())
}

/// Every flag that is used is in the command's own help.
fn takes(help: &str, words: &[&str]) -> Outcome {
    let flags = words.iter().filter(|word| word.starts_with("--"));
    for flag in flags.map(|word| word.split('=').next().unwrap_or(word)) {
        if !help.contains(flag) {
            return Err(format!("no flag {flag}").into());
        }
    }
    Ok(())
}

/// Targets of Markdown links to files of this repository.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets
        .map(|target| target.split('#').next().unwrap_or(target))
        .filter(|target| !target.is_empty() && !target.contains("://"))
}

#[cfg(test)]
mod tests {
    use super::{commands, exists, links};
    use crate::house::House;

    #[test]
    fn commands_are_the_lines_of_shell_blocks() {
        let text = "```sh\n$ cargo xtask run   # serves\n\n# a remark\n```\n```rust\ncargo xtask no\n```\n";
        assert_eq!(commands(text), ["cargo xtask run"]);
    }

    #[test]
    fn a_command_or_flag_that_is_not_there_is_named() {
        let house = House::here();
        exists(&house, "cargo xtask run --listen 127.0.0.1:0").unwrap();
        assert!(exists(&house, "cargo xtask fly").is_err());
        assert!(exists(&house, "cargo xtask run --fast").is_err());
    }

    #[test]
    fn links_to_files_are_found() {
        let text = "[spec](evidence/SPEC.md#log), [site](https://example.org), [below](#below)";
        assert_eq!(links(text).collect::<Vec<_>>(), ["evidence/SPEC.md"]);
    }
}
