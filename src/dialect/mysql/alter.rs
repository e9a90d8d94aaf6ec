//! `ALTER TABLE`: one statement an operation, except where a server asks for several at once.

use super::renamed::checks_on_renamed;
use super::render::{column, constraint, definition, index};
use super::types::{Family, family};
use super::words::quote;
use super::{defaults, text};
use crate::change::{Delta, TableOp};
use crate::model::{
    Column, Constraint, ConstraintKind, Given, Ident, Index, Options, Pair, SqlType, Table,
};

/// The statements of a table's operations, in their order.
pub(super) fn table(sides: &Pair<Box<Table>>, ops: &[TableOp]) -> Vec<String> {
    let held = checks_on_renamed(sides, ops);
    let mut writer = Writer {
        sides,
        ops,
        name: current_name(sides, ops),
        // a key and what must change with it (the key itself, AUTO_INCREMENT) are one statement
        together: !held.is_empty() || (ops.len() > 1 && ops.iter().any(concerns_key)),
        clauses: Vec::new(),
        statements: Vec::new(),
    };
    for (old, _) in &held {
        writer.clause(drop_constraint(old));
    }
    for (at, op) in ops.iter().enumerate() {
        writer.op(at, op);
    }
    for (_, new) in &held {
        writer.clause(format!("ADD {}", constraint(new)));
    }
    writer.flush();
    writer.statements
}

/// What the table is called before the first of these operations.
fn current_name(sides: &Pair<Box<Table>>, ops: &[TableOp]) -> Ident {
    ops.iter()
        .find_map(|op| match op {
            TableOp::Rename(pair) => Some(pair.from.clone()),
            TableOp::Column(_)
            | TableOp::Constraint(_)
            | TableOp::Index(_)
            | TableOp::Value { .. }
            | TableOp::Options(_)
            | TableOp::Order(_)
            | TableOp::Partitioning(_)
            | TableOp::Lineage(_) => None,
        })
        // renames come first: without one here, it is past
        .unwrap_or_else(|| sides.to.name().clone())
}

fn concerns_key(op: &TableOp) -> bool {
    match op {
        TableOp::Constraint(delta) => [delta.before(), delta.after()]
            .into_iter()
            .flatten()
            // a foreign key may lean on a unique that gives way to another
            .any(|c| {
                matches!(
                    c.kind,
                    ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_)
                )
            }),
        TableOp::Column(delta) => {
            delta.before().and_then(|c| c.identity) != delta.after().and_then(|c| c.identity)
        }
        TableOp::Rename(_)
        | TableOp::Index(_)
        | TableOp::Value { .. }
        | TableOp::Options(_)
        | TableOp::Order(_)
        | TableOp::Partitioning(_)
        | TableOp::Lineage(_) => false,
    }
}

struct Writer<'a> {
    sides: &'a Pair<Box<Table>>,
    ops: &'a [TableOp],
    name: Ident,
    together: bool,
    clauses: Vec<String>,
    statements: Vec<String>,
}

impl Writer<'_> {
    fn op(&mut self, at: usize, op: &TableOp) {
        match op {
            TableOp::Rename(pair) => {
                self.flush();
                self.clause(format!("RENAME TO {}", quote(pair.to.as_str())));
                self.flush();
                self.name = pair.to.clone();
            }
            TableOp::Column(delta) => self.column(at, delta),
            TableOp::Constraint(delta) => self.constraint(delta),
            TableOp::Index(delta) => self.index(delta),
            TableOp::Value { column, rename } => {
                // the column's own operation does it where there is one
                if self.alteration_of(column).is_none() {
                    self.rename_value(column, rename);
                }
            }
            TableOp::Options(pair) => self.options(pair),
            TableOp::Partitioning(_) => {}
            // tables have no parents here
            TableOp::Lineage(_) => {}
            TableOp::Order(pair) => self.order(pair),
        }
    }

    /// One clause: a statement of its own, or a part of the one statement of the step.
    fn clause(&mut self, clause: String) {
        self.clauses.push(clause);
        if !self.together {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if !self.clauses.is_empty() {
            self.statements.push(format!(
                "ALTER TABLE {} {}",
                quote(self.name.as_str()),
                std::mem::take(&mut self.clauses).join(", ")
            ));
        }
    }

    /// An UPDATE that leaves `ON UPDATE CURRENT_TIMESTAMP` columns alone.
    fn update(&mut self, column: &Ident, value: &str, condition: &str) {
        self.flush();
        let mut set = format!("{} = {value}", quote(column.as_str()));
        let kept = self.sides.to.columns.iter().filter(|other| {
            other.on_update_now
                && other.name != *column
                && self.sides.from.column(other.name.as_str()).is_some()
        });
        for other in kept {
            let name = quote(other.name.as_str());
            set = format!("{set}, {name} = {name}");
        }
        self.statements.push(format!(
            "UPDATE {} SET {set} WHERE {condition}",
            quote(self.name.as_str())
        ));
    }

    fn column(&mut self, at: usize, delta: &Delta<Column>) {
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
        let is_virtual = |c: &Column| c.generated.as_ref().is_some_and(|g| !g.stored);
        if is_virtual(from) != is_virtual(to) {
            // neither server turns the one into the other
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
            self.update(&name.clone(), &value, &condition);
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

    fn alteration_of(&self, name: &Ident) -> Option<&Pair<Column>> {
        self.ops.iter().find_map(|op| match op {
            TableOp::Column(Delta::Alter(pair)) if pair.to.name == *name => Some(pair),
            TableOp::Column(_)
            | TableOp::Rename(_)
            | TableOp::Constraint(_)
            | TableOp::Index(_)
            | TableOp::Value { .. }
            | TableOp::Options(_)
            | TableOp::Order(_)
            | TableOp::Partitioning(_)
            | TableOp::Lineage(_) => None,
        })
    }

    fn values_of(&self, name: &Ident) -> Vec<Pair<String>> {
        self.ops
            .iter()
            .filter_map(|op| match op {
                TableOp::Value { column, rename } if column == name => Some(rename.clone()),
                TableOp::Value { .. }
                | TableOp::Rename(_)
                | TableOp::Column(_)
                | TableOp::Constraint(_)
                | TableOp::Index(_)
                | TableOp::Options(_)
                | TableOp::Order(_)
                | TableOp::Partitioning(_)
                | TableOp::Lineage(_) => None,
            })
            .collect()
    }

    fn rename_value(&mut self, column: &Ident, rename: &Pair<String>) {
        let condition = format!(
            "{} = {}",
            quote(column.as_str()),
            text::string(&rename.from)
        );
        self.update(column, &text::string(&rename.to), &condition);
    }

    fn constraint(&mut self, delta: &Delta<Constraint>) {
        match delta {
            Delta::Add(new) => self.clause(format!("ADD {}", constraint(new))),
            Delta::Drop(old) => self.clause(drop_constraint(old)),
            Delta::Alter(pair) => {
                let is_key = matches!(pair.to.kind, ConstraintKind::Unique(_));
                if is_key && pair.from.comment == pair.to.comment {
                    self.rename_index(pair.from.name.get(), pair.to.name.get());
                } else {
                    let clause = format!(
                        "{}, ADD {}",
                        drop_constraint(&pair.from),
                        constraint(&pair.to)
                    );
                    self.clause(clause);
                }
            }
        }
    }

    fn index(&mut self, delta: &Delta<Index>) {
        let drop = |old: &Index| format!("DROP INDEX {}", quote(old.name.get().as_str()));
        match delta {
            Delta::Add(new) => self.clause(format!("ADD {}", index(new))),
            Delta::Drop(old) => self.clause(drop(old)),
            Delta::Alter(pair) if pair.from.comment == pair.to.comment => {
                self.rename_index(pair.from.name.get(), pair.to.name.get());
            }
            Delta::Alter(pair) => {
                self.clause(format!("{}, ADD {}", drop(&pair.from), index(&pair.to)));
            }
        }
    }

    fn rename_index(&mut self, from: &Ident, to: &Ident) {
        self.clause(format!(
            "RENAME INDEX {} TO {}",
            quote(from.as_str()),
            quote(to.as_str())
        ));
    }

    fn options(&mut self, pair: &Pair<Options>) {
        let differ = |from: &Option<Given<String>>, to: &Option<Given<String>>| match (from, to) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(from), Some(to)) => from.get() != to.get(),
        };
        let (from, to) = (&pair.from, &pair.to);
        if differ(&from.engine, &to.engine)
            && let Some(engine) = &to.engine
        {
            self.clause(format!("ENGINE={}", engine.get()));
        }
        if differ(&from.charset, &to.charset) || differ(&from.collation, &to.collation) {
            let clause = self.collation(to);
            self.clause(clause);
        }
        if from.comment != to.comment {
            let comment = to.comment.as_deref().unwrap_or_default();
            self.clause(format!("COMMENT={}", text::string(comment)));
        }
    }

    /// The table's charset and with it, spelled out, the columns that have none of their own.
    /// (`CONVERT TO` would turn text into mediumtext and take the other columns along.)
    fn collation(&self, to: &Options) -> String {
        let mut parts = Vec::new();
        if let Some(charset) = &to.charset {
            parts.push(format!("DEFAULT CHARACTER SET {}", charset.get()));
        }
        if let Some(collation) = &to.collation {
            parts.push(format!("COLLATE {}", collation.get()));
        }
        let mut clause = parts.join(" ");
        let follow = self.sides.to.columns.iter().filter(|c| {
            super::types::has_charset(&c.ty)
                && c.charset.is_none()
                && c.collation.is_none()
                && self.sides.from.column(c.name.as_str()).is_some()
        });
        for column in follow {
            let spelled = Column {
                charset: to.charset.as_ref().map(|c| c.get().clone()),
                collation: to.collation.as_ref().map(|c| c.get().clone()),
                ..column.clone()
            };
            clause = format!(
                "{clause}, MODIFY COLUMN {} {}",
                quote(column.name.as_str()),
                definition(&spelled)
            );
        }
        clause
    }

    /// One ALTER that moves the fewest columns.
    fn order(&mut self, pair: &Pair<Vec<Ident>>) {
        let places: Vec<Option<usize>> = pair
            .to
            .iter()
            .map(|name| pair.from.iter().position(|other| other == name))
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

fn drop_constraint(old: &Constraint) -> String {
    let name = quote(old.name.get().as_str());
    match old.kind {
        ConstraintKind::PrimaryKey(_) => String::from("DROP PRIMARY KEY"),
        ConstraintKind::Unique(_) => format!("DROP INDEX {name}"),
        ConstraintKind::ForeignKey(_) => format!("DROP FOREIGN KEY {name}"),
        // the one spelling that both vendors know
        ConstraintKind::Check(_) | ConstraintKind::Exclusion(_) => {
            format!("DROP CONSTRAINT {name}")
        }
    }
}
