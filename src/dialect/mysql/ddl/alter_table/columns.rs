//! Columns: what comes, goes, changes and moves.

use crate::change::{Delta, TableOp};
use crate::dialect::mysql::ddl::alter_table::Writer;
use crate::dialect::mysql::ddl::alter_table::statement_groups::Phase;
use crate::dialect::mysql::ddl::{column, index};
use crate::dialect::mysql::naming::quote;
use crate::dialect::mysql::types::defaults;
use crate::dialect::mysql::types::family::Family;
use crate::dialect::mysql::types::family::family;
use crate::dialect::mysql::types::family::intermediate_type;
use crate::dialect::mysql::types::literals;
use crate::model::{Column, Ident, Index, Pair, PartKey, SqlType, Table};

impl Writer<'_> {
    pub(crate) fn column(&mut self, at: usize, delta: &Delta<Column>) {
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
        if let Some(default) = (new.default.as_ref()).filter(|d| defaults::differs_per_row(&d.text))
        {
            // MySQL refuses to fill rows with a function that gives each one another value (1674)
            let empty = Column {
                nullable: true,
                default: None,
                ..new.clone()
            };
            self.clause(format!("ADD COLUMN {}{place}", column(&empty)));
            let condition = format!("{} IS NULL", quote(new.name.as_str()));
            let filled = self.update(&new.name, &default.text, &condition);
            let whole = self.alter(&format!("MODIFY COLUMN {}", column(new)));
            self.last.extend([filled, whole]);
        } else if needs_value {
            let mut first = new.clone();
            first.default = Some(crate::model::Expr::new(defaults::zero_literal(&new.ty)));
            self.clause(format!("ADD COLUMN {}{place}", column(&first)));
            // within one statement MySQL doesn't know the column yet
            let name = quote(new.name.as_str());
            let without = self.alter(&format!("ALTER COLUMN {name} DROP DEFAULT"));
            self.last.push(without);
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
        let turn = |at: usize| {
            let op = self.ops.get(at);
            (op.map(|op| Phase::of(op, self.ops)), at)
        };
        let now = turn(at);
        let is_later = |other: &Ident| {
            let mut adds = self.ops.iter().enumerate();
            adds.any(|(at, op)| {
                let added = op.column().and_then(Delta::added);
                added.is_some_and(|later| later.name == *other) && turn(at) > now
            })
        };
        // what is computed from columns that change comes behind those, in steps of its own
        let changes = |name: &Ident| {
            let sides = [&self.sides.from, &self.sides.to].map(|t| t.column(name.as_str()));
            sides[0].is_some() && sides[0] != sides[1]
        };
        let is_behind = |column: &Column| {
            let computed = column.generated.as_ref();
            !self.is_there(&column.name)
                && computed.is_some_and(|g| g.expr.reads.iter().any(changes))
        };
        let in_step = |column: &Column| {
            let mut added = self.ops.iter().filter_map(|op| op.column()?.added());
            added.any(|other| other.name == column.name)
        };
        let behind = columns.get(position).is_some_and(is_behind);
        let is_missing = |column: &&Column| {
            is_later(&column.name) || (!behind && is_behind(column) && !in_step(column))
        };
        let last = columns[position + 1..].iter().all(|c| is_missing(&c));
        let before = columns[..position].iter().rev().find(|c| !is_missing(c));
        match before {
            _ if last => String::new(),
            Some(before) => format!(" AFTER {}", quote(before.name.as_str())),
            None => String::from(" FIRST"),
        }
    }

    /// Ahead of all else: a column whose values go from one type to the other by way of a third has
    /// that for the moment.
    pub(crate) fn loosen(&mut self, op: &TableOp) {
        let Some(Delta::Alter(pair)) = op.column() else {
            return;
        };
        if is_made_anew(pair) {
            return;
        }
        if let Some(between) = intermediate_type(&pair.from.ty, &pair.to.ty) {
            let name = quote(pair.from.name.as_str());
            self.clause(format!("MODIFY COLUMN {name} {between} NULL"));
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
            // an index goes with its last column, one over an expression stands in its way (3837)
            let of_column = |index: &&Index| {
                let mut parts = index.parts.iter();
                parts.any(|part| match &part.key {
                    PartKey::Column(name) => *name == to.name,
                    PartKey::Expr(expr) => expr.reads.contains(&to.name),
                })
            };
            let sides = self.sides;
            let kept = sides.to.indexes.iter().filter(of_column);
            let kept: Vec<&Index> = kept.filter(|i| sides.from.indexes.contains(i)).collect();
            for index in &kept {
                self.clause(format!("DROP INDEX {}", quote(index.name.get().as_str())));
            }
            self.clause(format!(
                "DROP COLUMN {dropped}, ADD COLUMN {}{place}",
                column(to)
            ));
            for kept in kept {
                self.clause(format!("ADD {}", index(kept)));
            }
            for reader in sides.to.columns.iter().filter(|c| reads(c, &to.name)) {
                let stays = sides.from.column(reader.name.as_str()) == Some(reader);
                if stays {
                    self.clause(change(&reader.name, reader));
                }
            }
            return;
        }
        let values: Vec<Pair<String>> = self.values_of(&to.name);
        let mut name = &from.name;
        if !values.is_empty() && to.ty.base == "enum" {
            let both = Column {
                ty: both_values(&from.ty, &to.ty),
                nullable: from.nullable || to.nullable,
                ..to.clone()
            };
            let sql = self.alter(&change(name, &both));
            self.first.push(sql);
            name = &to.name;
        }
        for rename in &values {
            if !rename.from.eq_ignore_ascii_case(&rename.to) {
                let sql = self.rename_value(name, rename);
                self.first.push(sql);
            }
        }
        let clause = self.settle(name, to);
        if !(from.nullable && !to.nullable && to.generated.is_none() && to.identity.is_none()) {
            self.place_clause(&to.name, clause);
            return;
        }
        let value = to.default.as_ref().map_or_else(
            || defaults::zero_literal(&to.ty),
            |default| defaults::default_clause(&to.ty, &default.text),
        );
        let condition = format!("{} IS NULL", quote(name.as_str()));
        let filled = self.update(name, &value, &condition);
        // a value of the new type needs a column that takes it, and one that is computed takes none (3105)
        let computed = from.generated.is_some();
        let same = from.ty == to.ty || intermediate_type(&from.ty, &to.ty).is_some();
        let takes = same && !computed;
        if takes || !values.is_empty() || self.is_primary(&to.name) {
            self.first.extend((!computed).then_some(filled));
            self.place_clause(&to.name, clause);
        } else {
            let loose = Column {
                nullable: true,
                ..to.clone()
            };
            self.place_clause(&to.name, change(name, &loose));
            let whole = self.alter(&format!("MODIFY COLUMN {}", column(to)));
            self.last.extend([filled, whole]);
        }
    }

    /// The clause that gives a column its definition. Beside a new column MySQL refuses a default
    /// that gives each row another value (1674): then that comes behind.
    pub(crate) fn settle(&mut self, name: &Ident, to: &Column) -> String {
        let varies = (to.default.as_ref()).is_some_and(|d| defaults::differs_per_row(&d.text));
        let adds = |op: &TableOp| match op.column() {
            Some(Delta::Add(_)) => Phase::of(op, self.ops) == Phase::Normal,
            Some(Delta::Alter(pair)) => is_made_anew(pair),
            Some(Delta::Drop(_)) | None => false,
        };
        if !(varies && self.together && self.ops.iter().any(adds)) {
            return change(name, to);
        }
        let whole = self.alter(&format!("MODIFY COLUMN {}", column(to)));
        self.last.push(whole);
        let without = Column {
            default: None,
            ..to.clone()
        };
        change(name, &without)
    }

    /// Whether a column is in the primary key to be.
    fn is_primary(&self, name: &Ident) -> bool {
        let key = self.sides.to.primary_key();
        key.is_some_and(|key| key.columns().contains(&name))
    }

    pub(crate) fn alteration_of(&self, name: &Ident) -> Option<&Pair<Column>> {
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

    pub(crate) fn rename_value(&self, column: &Ident, rename: &Pair<String>) -> String {
        let condition = format!(
            "{} = {}",
            quote(column.as_str()),
            literals::string_literal(&rename.from)
        );
        self.update(column, &literals::string_literal(&rename.to), &condition)
    }
}

/// The clause that gives a column its definition, and its name.
fn change(name: &Ident, to: &Column) -> String {
    if *name == to.name {
        format!("MODIFY COLUMN {}", column(to))
    } else {
        format!("CHANGE COLUMN {} {}", quote(name.as_str()), column(to))
    }
}

/// Whether a column goes and comes: neither server turns what is computed when read into what is
/// stored, nor the other way round.
pub(crate) fn is_made_anew(pair: &Pair<Column>) -> bool {
    let is_virtual = |c: &Column| c.generated.as_ref().is_some_and(|g| !g.stored);
    is_virtual(&pair.from) != is_virtual(&pair.to)
}

/// Whether a column is computed from another.
fn reads(reader: &Column, name: &Ident) -> bool {
    let computed = reader.generated.as_ref();
    computed.is_some_and(|generated| generated.expr.reads.contains(name))
}

/// Whether a column goes and comes that others are computed from: they change in the same statement
/// (3108).
pub(crate) fn takes_readers(sides: &Pair<Box<Table>>, op: &TableOp) -> bool {
    let anew = op.column().and_then(Delta::altered);
    anew.filter(|pair| is_made_anew(pair)).is_some_and(|pair| {
        let mut columns = sides.from.columns.iter().chain(&sides.to.columns);
        columns.any(|column| reads(column, &pair.to.name))
    })
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
