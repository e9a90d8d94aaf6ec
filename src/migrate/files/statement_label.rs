//! Labels of statements: a short description from the step mark above a statement, or from its first words.

use crate::sql::splitter::Statement;

/// The longest description that is made of a statement's own words, in characters.
const MAX_LENGTH: usize = 60;

/// A step mark: `-- step 3: users: add column email`, or `-- reverts step 3: users: drop column email`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepMark {
    /// The step's number in the plan.
    pub step: u32,
    /// The description of the step. Only the mark of its first statement has one.
    pub what: Option<String>,
}

/// The short description of a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatementLabel {
    /// The object, where the mark names one; else empty.
    pub object: String,
    /// The action.
    pub what: String,
}

impl StatementLabel {
    /// Splits a description written by
    /// [`describe`](crate::change::description::describe): `users: add column email` and
    /// `create table users` are both about `users`.
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
            above.lines().rev().find_map(step_mark)
        })
        .collect()
}

/// Parses a comment line as a step mark. Files of earlier releases have `undoes` in place of `reverts`.
fn step_mark(line: &str) -> Option<StepMark> {
    let comment = line.trim().strip_prefix("-- ")?;
    let comment = (comment.strip_prefix("reverts "))
        .or_else(|| comment.strip_prefix("undoes "))
        .unwrap_or(comment);
    let comment = comment.strip_prefix("step ")?;
    let (number, what) = match comment.split_once(": ") {
        Some((number, what)) => (number, Some(what.to_owned())),
        None => (comment, None),
    };
    Some(StepMark {
        step: number.parse().ok()?,
        what,
    })
}

/// The label of each statement, from its mark or from its text. Later statements of a step take the object
/// from the step's first mark.
pub(crate) fn labels(statements: &[Statement], marks: &[Option<StepMark>]) -> Vec<StatementLabel> {
    let mut object = (0, String::new());
    statements
        .iter()
        .zip(marks)
        .map(|(statement, mark)| match mark {
            Some(StepMark {
                step,
                what: Some(what),
            }) => {
                let mut label = StatementLabel::of(what);
                label.what = shorten(&label.what);
                object = (*step, label.object.clone());
                label
            }
            Some(StepMark { step, what: None }) if *step == object.0 => StatementLabel {
                object: object.1.clone(),
                what: shorten(&statement.sql),
            },
            Some(_) | None => StatementLabel {
                object: String::new(),
                what: shorten(&statement.sql),
            },
        })
        .collect()
}

/// The first words of a statement or a description, on one line.
fn shorten(sql: &str) -> String {
    let mut words = String::new();
    let lines = sql
        .lines()
        .filter(|line| !line.trim_start().starts_with("--"));
    for word in lines.flat_map(str::split_whitespace) {
        if words.chars().count() + word.chars().count() >= MAX_LENGTH {
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
