//! Rules of the code base that the compiler doesn't check: imports go one way, without circles; matches on the model's
//! enums are exhaustive; capabilities are shared facts; retired names and the old voice stay away.
//!
//! `cargo test --test house -- --nocapture` prints the level of each module.

#![allow(clippy::pedantic, clippy::unwrap_used)]

mod imports;
mod words;

use imports::Imports;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The top-level modules from the bottom to the top. A module imports from lines above its own, and `diag` and `model`
/// may import each other's types.
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
    &["pipeline"],
    &["pipeline"],
    &["report"],
    &["cli"],
];

/// The folders of the dialects.
const DIALECTS: &[&str] = &["postgres", "mysql", "sqlite"];

/// The modules of each dialect: the same in all, so that what is found in one is found in the others.
const DIALECT_MODULES: &[&str] = &[
    "attribute_keys",
    "capabilities",
    "compare",
    "ddl",
    "expr",
    "impact",
    "inspect",
    "lowering",
    "naming",
    "planning",
    "session",
    "types",
];

/// Enums whose matches have no wildcard arm, so that a new kind fails to compile until every dialect handles it.
const EXHAUSTIVE: &[&str] = &["Change", "TableOp", "Object", "Action"];

/// A file above this length has to be listed in [`LONG`].
const LINES_MAX: usize = 520;

/// Files that are long because their subject is one.
const LONG: &[&str] = &["src/diag/codes.rs"];

/// Read once for all tests.
static IMPORTS: LazyLock<Imports> = LazyLock::new(Imports::read);

/// The Rust files below a folder, sorted.
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

#[track_caller]
fn assert_none(found: Vec<String>) {
    assert!(
        found.is_empty(),
        "{} found:\n{}",
        found.len(),
        found.join("\n")
    );
}

fn level(module: &str) -> Option<usize> {
    LEVELS.iter().position(|modules| modules.contains(&module))
}

#[test]
fn imports_go_down_the_levels() {
    let imports = &*IMPORTS;
    let mut wrong = Vec::new();
    for (module, imported) in &imports.edges {
        let Some(own) = module.first() else { continue };
        let own_level = level(own).unwrap_or_else(|| panic!("{own} is not in the table of levels"));
        for other in imported {
            let top = &other[0];
            let allowed = top == own
                || level(top).unwrap() < own_level
                || (own_level == 0 && level(top) == Some(0));
            if !allowed {
                wrong.push(format!(
                    "{} imports {}",
                    imports.files[module].path,
                    other.join("::")
                ));
            }
        }
    }
    assert_none(wrong);
}

#[test]
fn imports_are_not_circular() {
    let imports = &*IMPORTS;
    let circles = imports.circles();
    let names = |circle: &Vec<&Vec<String>>| {
        let names: Vec<String> = circle.iter().map(|module| module.join("::")).collect();
        names.join(", ")
    };
    let found: Vec<String> = circles.iter().map(names).collect();
    if found.is_empty() {
        let mut by_level: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for (module, level) in imports.levels() {
            by_level.entry(level).or_default().push(module.join("::"));
        }
        for (level, modules) in by_level {
            println!("level {level}: {}", modules.join(", "));
        }
    }
    assert_none(found);
}

#[test]
fn dialects_have_the_same_modules() {
    let imports = &*IMPORTS;
    let mut wrong = Vec::new();
    for dialect in DIALECTS {
        let children = imports
            .files
            .keys()
            .filter_map(|module| match module.as_slice() {
                [top, own, child] if top == "dialect" && own == *dialect => Some(child.as_str()),
                _ => None,
            });
        let children: Vec<&str> = children.collect();
        let missing = DIALECT_MODULES
            .iter()
            .filter(|module| !children.contains(module));
        wrong.extend(missing.map(|module| format!("dialect::{dialect} has no module {module}")));
        let further = children
            .iter()
            .filter(|module| !DIALECT_MODULES.contains(module));
        wrong.extend(
            further.map(|module| format!("dialect::{dialect}::{module} is in no other dialect")),
        );
    }
    assert_none(wrong);
}

#[test]
fn long_files_are_listed() {
    let long = files("src").into_iter().chain(files("tests"));
    let long = long.filter(|path| !LONG.iter().any(|listed| path.ends_with(listed)));
    let long = long.map(|path| (fs::read_to_string(&path).unwrap().lines().count(), path));
    let long = long.filter(|(lines, _)| *lines > LINES_MAX);
    assert_none(
        long.map(|(lines, path)| format!("{}: {lines} lines", path.display()))
            .collect(),
    );
}

#[test]
fn only_dialects_and_servers_distinguish_vendors() {
    let mut wrong = Vec::new();
    for (module, file) in &IMPORTS.files {
        let top = module.first().map_or("", String::as_str);
        if ["dialect", "server", "spec", "db", ""].contains(&top) {
            continue; // these define the names: keys of overrides, vendors of servers
        }
        for line in file.code.lines() {
            if line.contains("Vendor::") && (line.contains("==") || line.contains("=>")) {
                wrong.push(format!("{}: {}", file.path, line.trim()));
            }
        }
    }
    assert_none(wrong);
}

/// The arms of the matches in a text, each with the match's first line. Relies on rustfmt's indentation.
fn matches(code: &str) -> Vec<(String, Vec<String>)> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut open: Vec<(usize, String, Vec<String>)> = Vec::new();
    let mut done = Vec::new();
    for line in code.lines().filter(|line| !line.trim().is_empty()) {
        while open.last().is_some_and(|(at, ..)| indent(line) <= *at) {
            let (_, head, arms) = open.pop().unwrap();
            done.push((head, arms));
        }
        if let Some((at, _, arms)) = open.last_mut()
            && indent(line) == *at + 4
        {
            arms.push(line.trim().to_owned());
        }
        if line.ends_with('{')
            && (line.trim_start().starts_with("match ") || line.contains(" match "))
        {
            open.push((indent(line), line.trim().to_owned(), Vec::new()));
        }
    }
    done.extend(open.into_iter().map(|(_, head, arms)| (head, arms)));
    done
}

#[test]
fn matches_on_the_model_are_exhaustive() {
    let mut wrong = Vec::new();
    for file in IMPORTS.files.values() {
        for (head, arms) in matches(&file.code) {
            let of_model = |arm: &String| {
                EXHAUSTIVE
                    .iter()
                    .any(|name| arm.starts_with(&format!("{name}::")))
            };
            if arms.iter().any(of_model) && arms.iter().any(|arm| arm.starts_with("_ =>")) {
                wrong.push(format!("{}: {head}", file.path));
            }
        }
    }
    assert_none(wrong);
}

/// Whether a text contains an identifier, and not only as a part of a longer one.
fn mentions(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let next = text[at + name.len()..].chars().next();
        !next.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

/// A capability that only its own dialect reads is no capability but code of that dialect.
#[test]
fn capabilities_are_read_by_shared_code() {
    let table = fs::read_to_string("src/dialect/api/capabilities.rs").unwrap();
    let fields = table
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(": "));
    let fields: Vec<&str> = fields.map(|(name, _)| name).collect();
    assert!(fields.len() > 10, "{fields:?}");
    let shared = IMPORTS
        .files
        .iter()
        .filter(|(module, _)| match module.as_slice() {
            [top, dialect, ..] if top == "dialect" => !DIALECTS.contains(&dialect.as_str()),
            _ => true,
        });
    let code: String = shared.map(|(_, file)| file.code.as_str()).collect();
    let unread = fields
        .iter()
        .filter(|field| !mentions(&code, &format!(".{field}")));
    assert_none(unread.map(|field| format!("capability {field}")).collect());
}

#[test]
fn every_diagnostic_code_is_raised() {
    let imports = &*IMPORTS;
    let users = imports
        .files
        .values()
        .filter(|file| !file.path.ends_with("diag/codes.rs"));
    let raised: String = users.map(|file| file.code.as_str()).collect();
    // a row of the table is `UnknownKey, "unknown-key", "unknown key";`
    let table = fs::read_to_string("src/diag/codes.rs").unwrap();
    let rows = table.lines().filter_map(|line| line.split_once(", \""));
    let names = rows.map(|(name, _)| name.trim());
    let names: Vec<&str> = names
        .filter(|name| !name.is_empty() && name.chars().all(char::is_alphanumeric))
        .collect();
    assert!(names.len() > 90, "{names:?}");
    let missing = names.iter().map(|name| format!("Code::{name}"));
    assert_none(missing.filter(|name| !mentions(&raised, name)).collect());
}

#[test]
fn retired_names_stay_retired() {
    let mut found = Vec::new();
    for path in files("src").into_iter().chain(files("tests")) {
        if path.starts_with("tests/house") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        found.extend(words::retired_names(&path, &text));
    }
    assert_none(found);
}

#[test]
fn messages_and_documents_have_one_voice() {
    let mut found = Vec::new();
    let documents = fs::read_dir("docs")
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let roots = [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "demo",
        "Makefile",
        "tests/run",
    ];
    let roots = roots.iter().map(PathBuf::from);
    let code = files("src")
        .into_iter()
        .chain(files("tests"))
        .filter(|path| !path.starts_with("tests/house"));
    for path in documents.chain(roots).chain(code) {
        let text = fs::read_to_string(&path).unwrap_or_default();
        found.extend(words::old_voice(&path, &text));
    }
    assert_none(found);
}

fn place(path: &Path, number: usize, line: &str) -> String {
    format!("{}:{}: {}", path.display(), number + 1, line.trim())
}
