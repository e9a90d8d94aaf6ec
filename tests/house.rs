//! The rules of the house that a compiler doesn't keep: imports go only to the left, files stay
//! short, a new kind of change fails to compile until everyone has answered.

#![allow(clippy::pedantic, clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

/// Rooms from left to right; rooms on one level don't import each other.
const LEVELS: &[&[&str]] = &[
    &["diag", "model"],
    &["change"],
    &["db", "sql"],
    &["server"],
    &["spec", "diff"],
    &["dialect"],
    &["compile"],
    &["plan"],
    &["migrate"],
    &["verify"],
    &["report"],
    &["cli"],
];

const LINES_MAX: usize = 520;

/// Tables of one subject, which are not split for their length.
const TABLES: &[&str] = &["src/diag/codes.rs"];

fn files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn room(path: &Path) -> String {
    let first = path
        .strip_prefix("src")
        .unwrap()
        .components()
        .next()
        .unwrap();
    first
        .as_os_str()
        .to_string_lossy()
        .trim_end_matches(".rs")
        .to_owned()
}

fn level(room: &str) -> Option<usize> {
    LEVELS.iter().position(|rooms| rooms.contains(&room))
}

#[test]
fn imports_go_only_to_the_left() {
    let mut wrong = Vec::new();
    for path in files("src") {
        let own = room(&path);
        let Some(own_level) = level(&own) else {
            continue;
        };
        let text = fs::read_to_string(&path).unwrap();
        for (number, line) in text.lines().enumerate() {
            for (at, _) in line.match_indices("crate::") {
                let name: String = line[at + 7..]
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                let allowed = match level(&name) {
                    // the two rooms of the first level know nothing of each other's users
                    Some(other) => {
                        name == own || other < own_level || (other == 0 && own_level == 0)
                    }
                    None => true,
                };
                if !allowed {
                    wrong.push(format!(
                        "{}:{}: {own} imports {name}",
                        path.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_room_has_its_place() {
    for path in files("src") {
        let room = room(&path);
        assert!(
            level(&room).is_some() || ["lib", "main"].contains(&room.as_str()),
            "{room} has no place in the table"
        );
    }
}

#[test]
fn no_file_is_long() {
    let long: Vec<String> = files("src")
        .into_iter()
        .chain(files("tests"))
        .filter(|path| !TABLES.iter().any(|table| path.ends_with(table)))
        .map(|path| (fs::read_to_string(&path).unwrap().lines().count(), path))
        .filter(|(lines, _)| *lines > LINES_MAX)
        .map(|(lines, path)| format!("{}: {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn only_the_dialects_know_which_dialect_it_is() {
    let mut wrong = Vec::new();
    for path in files("src") {
        if ["dialect", "server", "spec", "db", "lib"].contains(&room(&path).as_str()) {
            continue; // these hold the names themselves: keys of overrides, vendors of servers
        }
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for (number, line) in code.lines().enumerate() {
            if line.contains("Vendor::") && (line.contains("==") || line.contains("=>")) {
                wrong.push(format!(
                    "{}:{}: {}",
                    path.display(),
                    number + 1,
                    line.trim()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a text contains an identifier, and not only as a part of a longer one.
fn mentions(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let next = text[at + name.len()..].chars().next();
        !next.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

#[test]
fn every_diagnostic_code_is_raised() {
    let raised: String = files("src")
        .into_iter()
        .filter(|path| !path.ends_with("diag/codes.rs") && !path.ends_with("tests.rs"))
        .map(|path| {
            let text = fs::read_to_string(path).unwrap();
            text.split("#[cfg(test)]\nmod ").next().unwrap().to_owned()
        })
        .collect();
    // a row of the table is `UnknownKey, "unknown-key", "unknown key";`
    let table = fs::read_to_string("src/diag/codes.rs").unwrap();
    let rows = table.lines().filter_map(|line| line.split_once(", \""));
    let names = rows.map(|(name, _)| name.trim());
    let names: Vec<&str> = names
        .filter(|name| !name.is_empty() && name.chars().all(char::is_alphanumeric))
        .collect();
    assert!(names.len() > 90, "{names:?}");
    for name in names {
        let name = format!("Code::{name}");
        assert!(mentions(&raised, &name), "{name} is never raised");
    }
}
