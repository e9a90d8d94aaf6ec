//! Columns: what comes, goes, changes and moves.

use super::super::render::column;
use super::super::types::{self, Family, family};
use super::super::words::quote;
use super::super::{defaults, text};
use super::Writer;
use crate::change::{Delta, TableOp};
use crate::model::{Column, Ident, Pair, SqlType};

impl Writer<'_> {
    pub(super) fn column(&mut self, at: usize, delta: &Delta<Column>) {
        match delta {
            Delta::Add(new) => self.add_column(at, new),
            Delta::Drop(old) => self.clause(format!("DROP COLUMN {}", quote(old.name.as_str()))),
            Delta::Alter(pair) => self.alter_column(at, pair),
        }
    }

    fn add_column(&mut self, at: usize, new: &Column) {
        let place = self.place(at, &new.name);
        // rows that are there get the server's own zero, but that is no valid date and no JSON
        let needs_value = !new.nullable
            && new.default.is_none()
            && new.generated.is_none()
            && matches!(family(&new.ty), Family::Temporal | Family::Json);
        if new
            .default
            .as_ref()
            .is_some_and(|d| defaults::varies(&d.text))
        {
            // MySQL refuses to fill rows with a function that gives each one another value (1674)
            let empty = Column {
                nullable: true,
                default: None,
                ..new.clone()
            };
            self.clause(format!("ADD COLUMN {}{place}", column(&empty)));
            if let Some(default) = &new.default {
                let condition = format!("{} IS NULL", quote(new.name.as_str()));
                self.update(&new.name, &default.text, &condition);
            }
            self.clause(format!("MODIFY COLUMN {}", column(new)));
        } else if needs_value {
            let mut first = new.clone();
            first.default = Some(crate::model::Expr::new(defaults::zero(&new.ty)));
            self.clause(format!("ADD COLUMN {}{place}", column(&first)));
            // within one statement MySQL doesn't know the column yet
            self.flush();
            self.clause(format!(
                "ALTER COLUMN {} DROP DEFAULT",
                quote(new.name.as_str())
            ));
        } else {
            self.clause(format!("ADD COLUMN {}{place}", column(new)));
        }
    }

    /// Where a column goes: behind the one before it in the table to be, unless that one is added
    /// only later in this step. At the end nothing is said.
    fn place(&self, at: usize, name: &Ident) -> String {
        let columns = &self.sides.to.columns;
        let Some(position) = columns.iter().position(|c| c.name == *name) else {
            return String::new();
        };
        let is_later = |other: &Ident| {
            self.ops
                .iter()
                .skip(at + 1)
                .any(|op| matches!(op, TableOp::Column(Delta::Add(later)) if later.name == *other))
        };
        let last = columns[position + 1..].iter().all(|c| is_later(&c.name));
        let before = columns[..position]
            .iter()
            .rev()
            .find(|c| !is_later(&c.name));
        match before {
            _ if last => String::new(),
            Some(before) => format!(" AFTER {}", quote(before.name.as_str())),
            None => String::from(" FIRST"),
        }
    }

    fn alter_column(&mut self, at: usize, pair: &Pair<Column>) {
        let (from, to) = (&pair.from, &pair.to);
        let renamed = Column {
            name: to.name.clone(),
            ..from.clone()
        };
        if renamed == *to {
            self.clause(format!(
                "RENAME COLUMN {} TO {}",
                quote(from.name.as_str()),
                quote(to.name.as_str())
            ));
            return;
        }
        if is_made_anew(pair) {
            let place = self.place(at, &to.name);
            let dropped = quote(from.name.as_str());
            let clause = format!("DROP COLUMN {dropped}, ADD COLUMN {}{place}", column(to));
            self.clause(clause);
            return;
        }
        let values: Vec<Pair<String>> = self.values_of(&to.name);
        let mut name = &from.name;
        if !values.is_empty() && to.ty.base == "enum" {
            let both = Column {
                ty: both_values(&from.ty, &to.ty),
                ..to.clone()
            };
            self.change_column(name, &both);
            name = &to.name;
        }
        for rename in &values {
            if !rename.from.eq_ignore_ascii_case(&rename.to) {
                self.rename_value(name, rename);
            }
        }
        if from.nullable && !to.nullable && to.generated.is_none() && to.identity.is_none() {
            let value = to.default.as_ref().map_or_else(
                || defaults::zero(&to.ty),
                |default| defaults::clause(&to.ty, &default.text),
            );
            let condition = format!("{} IS NULL", quote(name.as_str()));
            if values.is_empty() {
                self.update_first(name, &value, &condition);
            } else {
                self.update(name, &value, &condition);
            }
        }
        if let Some(between) = types::between(&from.ty, &to.ty) {
            let quoted = quote(name.as_str());
            self.clause(format!("MODIFY COLUMN {quoted} {between} NULL"));
            self.flush();
        }
        self.change_column(name, to);
    }

    fn change_column(&mut self, name: &Ident, to: &Column) {
        if *name == to.name {
            self.clause(format!("MODIFY COLUMN {}", column(to)));
        } else {
            self.clause(format!(
                "CHANGE COLUMN {} {}",
                quote(name.as_str()),
                column(to)
            ));
        }
    }

    pub(super) fn alteration_of(&self, name: &Ident) -> Option<&Pair<Column>> {
        let mut altered = self.ops.iter().filter_map(|op| op.column()?.altered());
        altered.find(|pair| pair.to.name == *name)
    }

    fn values_of(&self, name: &Ident) -> Vec<Pair<String>> {
        let values = self.ops.iter().filter_map(TableOp::value);
        values
            .filter(|(column, _)| *column == name)
            .map(|(_, rename)| rename.clone())
            .collect()
    }

    pub(super) fn rename_value(&mut self, column: &Ident, rename: &Pair<String>) {
        let condition = format!(
            "{} = {}",
            quote(column.as_str()),
            text::string(&rename.from)
        );
        self.update(column, &text::string(&rename.to), &condition);
    }

    /// One ALTER that moves the fewest columns.
    pub(super) fn order(&mut self, pair: &Pair<Vec<Ident>>) {
        let places: Vec<Option<usize>> = pair
            .to
            .iter()
            .map(|name| {
                let anew = self.alteration_of(name).is_some_and(is_made_anew);
                let place = pair.from.iter().position(|other| other == name);
                place.filter(|_| !anew)
            })
            .collect();
        let kept = longest_rising(&places);
        let mut moves = Vec::new();
        for (at, name) in pair.to.iter().enumerate() {
            if kept.contains(&at) {
                continue;
            }
            let Some(this) = self.sides.to.column(name.as_str()) else {
                continue;
            };
            let place = match at.checked_sub(1).and_then(|before| pair.to.get(before)) {
                Some(before) => format!("AFTER {}", quote(before.as_str())),
                None => String::from("FIRST"),
            };
            moves.push(format!("MODIFY COLUMN {} {place}", column(this)));
        }
        if !moves.is_empty() {
            self.clause(moves.join(", "));
        }
    }
}

/// Whether a column goes and comes: neither server turns what is computed when read into what is
/// stored, nor the other way round.
fn is_made_anew(pair: &Pair<Column>) -> bool {
    let is_virtual = |c: &Column| c.generated.as_ref().is_some_and(|g| !g.stored);
    is_virtual(&pair.from) != is_virtual(&pair.to)
}

/// The values of both enums, the new ones at the end: appending rewrites no row.
fn both_values(from: &SqlType, to: &SqlType) -> SqlType {
    let mut values = from.values.clone();
    for value in &to.values {
        // the server compares members without case
        if !values.iter().any(|v| v.eq_ignore_ascii_case(value)) {
            values.push(value.clone());
        }
    }
    SqlType {
        values,
        ..to.clone()
    }
}

/// The places of the longest rising subsequence: the columns that may stay where they are.
fn longest_rising(places: &[Option<usize>]) -> Vec<usize> {
    let mut best: Vec<Vec<usize>> = Vec::with_capacity(places.len());
    for (at, place) in places.iter().enumerate() {
        let mut run: Vec<usize> = Vec::new();
        if let Some(place) = place {
            for before in &best[..at] {
                let fits = before
                    .last()
                    .is_none_or(|last| places[*last].is_some_and(|p| p < *place));
                if fits && before.len() > run.len() {
                    run.clone_from(before);
                }
            }
            run.push(at);
        }
        best.push(run);
    }
    best.into_iter().max_by_key(Vec::len).unwrap_or_default()
}
