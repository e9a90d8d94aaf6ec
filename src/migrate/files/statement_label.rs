//! What a statement is for, in a few words: from the step mark above it, or from its own start.

use crate::migrate::files::directory::ParsedSql;
use crate::sql::splitter::Statement;

/// How much of a statement stands for it, in characters.
const SHOWN: usize = 60;

/// A step mark: `-- step 3: users: add column email`, or `-- undoes step 3`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepMark {
    /// The number.
    pub step: u32,
    /// What the step does; only its first statement says so.
    pub what: Option<String>,
}

/// What a statement is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatementLabel {
    /// The object, where the mark names one.
    pub object: String,
    /// What is done.
    pub what: String,
}

impl StatementLabel {
    /// `users: add column email`, `create table users`: what `describe` writes.
    pub fn of(what: &str) -> Self {
        if let Some((object, rest)) = what.split_once(": ")
            && !object.contains(' ')
        {
            return Self {
                object: object.to_owned(),
                what: rest.to_owned(),
            };
        }
        let mut words = what.split(' ');
        match (words.next(), words.next(), words.next(), words.next()) {
            (Some(verb @ ("create" | "drop" | "replace")), Some(kind), Some(object), None) => {
                Self {
                    object: object.to_owned(),
                    what: format!("{verb} {kind}"),
                }
            }
            _ => Self {
                object: String::new(),
                what: what.to_owned(),
            },
        }
    }
}

/// The step mark in the comments above each statement.
pub(crate) fn marks(text: &str, statements: &[Statement]) -> Vec<Option<StepMark>> {
    statements
        .iter()
        .map(|statement| {
            let above = text.get(statement.piece.start..statement.offset)?;
            above.lines().rev().find_map(mark)
        })
        .collect()
}

fn mark(line: &str) -> Option<StepMark> {
    let said = line.trim().strip_prefix("-- ")?;
    let said = said.strip_prefix("undoes ").unwrap_or(said);
    let said = said.strip_prefix("step ")?;
    let (number, what) = match said.split_once(": ") {
        Some((number, what)) => (number, Some(what.to_owned())),
        None => (said, None),
    };
    Some(StepMark {
        step: number.parse().ok()?,
        what,
    })
}

impl ParsedSql {
    /// What each statement is for.
    pub fn labels(&self) -> Vec<StatementLabel> {
        let mut object = (0, String::new());
        self.statements
            .iter()
            .zip(&self.marks)
            .map(|(statement, mark)| match mark {
                Some(StepMark {
                    step,
                    what: Some(what),
                }) => {
                    let mut label = StatementLabel::of(what);
                    label.what = short(&label.what);
                    object = (*step, label.object.clone());
                    label
                }
                Some(StepMark { step, what: None }) if *step == object.0 => StatementLabel {
                    object: object.1.clone(),
                    what: short(&statement.sql),
                },
                Some(_) | None => StatementLabel {
                    object: String::new(),
                    what: short(&statement.sql),
                },
            })
            .collect()
    }
}

/// The first words of a statement or a description, on one line.
fn short(sql: &str) -> String {
    let mut words = String::new();
    let lines = sql
        .lines()
        .filter(|line| !line.trim_start().starts_with("--"));
    for word in lines.flat_map(str::split_whitespace) {
        if words.chars().count() + word.chars().count() >= SHOWN {
            words.push('…');
            break;
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    words
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::migrate::files::directory::SqlText;
    use crate::sql::lexical_rules::SQLITE;

    #[test]
    fn labels_come_from_the_marks() {
        let text = SqlText {
            file: "x".into(),
            sql: "-- V1__a for sqlite\n\n-- step 1: create table users\ncreate table users (a int);\n\
                  \n-- step 1\ncreate index i on users (a);\n\n-- undoes step 2: users: add column b, drop index i\n\
                  alter table users add b int;\n\nvacuum;\n"
                .to_owned(),
        };
        let shown: Vec<String> = text
            .parse(&SQLITE)
            .unwrap()
            .labels()
            .iter()
            .map(|label| format!("{}|{}", label.object, label.what))
            .collect();
        assert_eq!(
            shown,
            [
                "users|create table",
                "users|create index i on users (a)",
                "users|add column b, drop index i",
                "|vacuum",
            ]
        );
    }
}
