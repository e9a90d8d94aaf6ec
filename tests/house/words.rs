//! Names that were replaced by the terms of the field, and phrases that are not used in messages, comments or documents.
//! The terms are in `docs/glossary.md`.

use crate::place;
use std::path::Path;

/// Identifiers that were replaced. Compared as whole words, in code and comments.
const RETIRED: &[&str] = &[
    "fate",
    "halfway",
    "outlast",
    "Landing",
    "landing",
    "Votes",
    "Doubt",
    "leftover",
    "handover",
    "Loose",
    "Caps",
    "CAPS",
    "Heavy",
    "Keeper",
    "deparsed",
    "fold_node",
    "Vacant",
];

/// Modules that were replaced, and whose names are ordinary words elsewhere. Compared with the name after `mod`.
const RETIRED_MODULES: &[&str] = &[
    "around", "beyond", "big", "chosen", "control", "deliver", "fold", "gate", "guard", "inherit",
    "item", "keeper", "lineage", "needs", "peer", "play", "raise", "release", "running", "stale",
    "standing", "touch", "watch", "words", "work",
];

/// Texts in which a retired name or a phrase has its ordinary meaning: the name or phrase, and the text around it.
const ALLOWED: &[(&str, &str)] = &[
    // a variant of `std::collections::hash_map::Entry`
    ("Vacant", "Entry::Vacant("),
    // a user of the operating system, and a user whom no server has
    ("nobody", "\"nobody"),
    ("nobody", "=nobody\""),
];

/// Phrases of the former voice. Compared in lower case.
const PHRASES: &[&str] = &[
    "nobody",
    "somebody",
    "made anew",
    "anew",
    "there and back",
    "way back",
    "goodbye",
    "lets go of",
    "let go of",
    "takes hold",
    "take hold",
    "in vain",
    "ends with exit",
    "wants consent",
    "in force",
    "taken back",
    "takes back",
    "went forth",
    "the rooms",
    "this room",
    "a room",
    "holds on to",
    "leans on",
    "lean on",
    "whoever",
    "whatever became",
    "wants quotes",
    "to read on",
    "a bad day",
    "hands over",
    "give way",
    "stands in for",
    "belongs into",
    "rows that are there",
    "half-applied",
    "come again",
    "comes again",
    "made-up",
    "has its say",
    "have a say",
    "way forth",
    "forth and back",
    "to and fro",
    "of no use",
    "passed down",
    "passes down",
    "goes away",
    "went away",
    "as it were",
    "so to speak",
    "by and by",
    "make room",
    "makes room",
    "all that goes",
    "is there to",
    "not to be had",
    "own accord",
    "left to itself",
    "speaks for",
    "bears names",
    "take along",
    "takes along",
    "stays put",
    "finds its way",
    "ends with 4",
    "ends with 5",
];

/// The retired names in a text, with their places.
pub(crate) fn retired_names(path: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        let names = words.filter(|word| RETIRED.contains(word));
        let module = line
            .split_once("mod ")
            .map(|(_, rest)| rest.trim_end_matches([';', '{', ' ']));
        let modules = module.filter(|name| RETIRED_MODULES.contains(name));
        for word in names.chain(modules).filter(|word| !is_allowed(line, word)) {
            found.push(format!("{word}: {}", place(path, number, line)));
        }
    }
    found
}

/// Whether each occurrence of a name or phrase in a line is in a text that is allowed.
fn is_allowed(line: &str, phrase: &str) -> bool {
    let mut rest = line.to_owned();
    for (_, text) in ALLOWED.iter().filter(|(allowed, _)| *allowed == phrase) {
        rest = rest.replace(text, "");
    }
    rest.len() < line.len() && !contains(&rest, phrase)
}

/// The phrases of the former voice in a text, with their places.
pub(crate) fn old_voice(path: &Path, text: &str) -> Vec<String> {
    let is_code = path.extension().is_some_and(|e| e == "rs");
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        // in code only comments and texts are read
        let read = !is_code || line.contains("//") || line.contains('"');
        let lower = line.to_lowercase();
        for phrase in PHRASES
            .iter()
            .filter(|phrase| read && contains(&lower, phrase) && !is_allowed(&lower, phrase))
        {
            found.push(format!("{phrase}: {}", place(path, number, line)));
        }
    }
    found
}

/// Whether a text contains a phrase at the bounds of words.
fn contains(text: &str, phrase: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(phrase).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + phrase.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}
