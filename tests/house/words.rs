//! Names that were replaced by the terms of the field, and phrases that are not used in messages, comments or documents.
//! The terms are in `docs/glossary.md`.

use crate::place;
use std::path::Path;

/// Identifiers and module names that were replaced. Compared as whole words, in code and comments.
const RETIRED: &[&str] = &[
    "fate", "halfway", "outlast", "Landing", "landing", "Votes", "Doubt", "leftover", "handover",
    "Loose", "Caps",
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
    "of its own accord",
    "holds on to",
    "leans on",
    "lean on",
    "whoever",
    "whatever became",
];

/// The retired names in a text, with their places.
pub(crate) fn retired_names(path: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        for word in words.filter(|word| RETIRED.contains(word)) {
            found.push(format!("{word}: {}", place(path, number, line)));
        }
    }
    found
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
            .filter(|phrase| read && contains(&lower, phrase))
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
