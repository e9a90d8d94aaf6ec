//! Columns that are added, dropped and altered.

use crate::change::{Delta, TableOp};
use crate::dialect::mysql::ddl::alter_table::phases::ClausePhase;
use crate::dialect::mysql::ddl::alter_table::writer::AlterTableWriter;
use crate::dialect::mysql::ddl::columns::column_clause;
use crate::dialect::mysql::ddl::keys::index_clause;
use crate::dialect::mysql::naming::quote;
use crate::dialect::mysql::types::defaults;
use crate::dialect::mysql::types::family::Family;
use crate::dialect::mysql::types::family::family;
use crate::dialect::mysql::types::family::intermediate_type;
use crate::dialect::mysql::types::literals;
use crate::model::{Column, Ident, Index, Pair, PartKey, SqlType, Table};

impl AlterTableWriter<'_> {
    pub(crate) fn write_column(&mut self, at: usize, delta: &Delta<Column>) {
        match delta {
            Delta::Add(new) => self.add_column(at, new),
            Delta::Drop(old) => {
                self.push_clause(format!("DROP COLUMN {}", quote(old.name.as_str())));
            }
            Delta::Alter(pair) => self.alter_column(at, pair),
        }
    }

    fn add_column(&mut self, at: usize, new: &Column) {
        let position = self.position_clause(at, &new.name);
        // existing rows get the zero of the type, which is neither a valid date nor valid JSON
        let needs_value = !new.nullable
            && new.default.is_none()
            && new.generated.is_none()
            && matches!(family(&new.ty), Family::Temporal | Family::Json);
        if let Some(default) = (new.default.as_ref()).filter(|d| defaults::differs_per_row(&d.text))
        {
            // MySQL refuses to add a column whose default differs per row (error 1674)
            let nullable = Column {
                nullable: true,
                default: None,
                ..new.clone()
            };
            self.push_clause(format!("ADD COLUMN {}{position}", column_clause(&nullable)));
            let condition = format!("{} IS NULL", quote(new.name.as_str()));
            let filled = self.update_statement(&new.name, &default.text, &condition);
            let with_default =
                self.alter_statement(&format!("MODIFY COLUMN {}", column_clause(new)));
            self.after.extend([filled, with_default]);
        } else if needs_value {
            let mut with_zero = new.clone();
            with_zero.default = Some(crate::model::Expr::new(defaults::zero_literal(&new.ty)));
            self.push_clause(format!(
                "ADD COLUMN {}{position}",
                column_clause(&with_zero)
            ));
            // a second statement, because MySQL can't refer to a column that the same statement adds
            let name = quote(new.name.as_str());
            let drop_default = self.alter_statement(&format!("ALTER COLUMN {name} DROP DEFAULT"));
            self.after.push(drop_default);
        } else {
            self.push_clause(format!("ADD COLUMN {}{position}", column_clause(new)));
        }
    }

    /// `AFTER …` or `FIRST` for a new column: after the column that precedes it in the new table, except columns that
    /// don't exist yet at that moment. Empty at the end of the table.
    fn position_clause(&self, at: usize, name: &Ident) -> String {
        let columns = &self.sides.to.columns;
        let Some(position) = columns.iter().position(|c| c.name == *name) else {
            return String::new();
        };
        let turn_of = |at: usize| {
            let op = self.ops.get(at);
            (op.map(|op| ClausePhase::of_operation(op, self.ops)), at)
        };
        let now = turn_of(at);
        let is_later = |other: &Ident| {
            let mut adds = self.ops.iter().enumerate();
            adds.any(|(at, op)| {
                let added = op.column().and_then(Delta::added);
                added.is_some_and(|later| later.name == *other) && turn_of(at) > now
            })
        };
        // a new generated column that reads changed columns is added after these, in a step of its own
        let changes = |name: &Ident| {
            let sides = [&self.sides.from, &self.sides.to].map(|t| t.column(name.as_str()));
            sides[0].is_some() && sides[0] != sides[1]
        };
        let waits_for_changes = |column: &Column| {
            let computed = column.generated.as_ref();
            !self.existed_before(&column.name)
                && computed.is_some_and(|g| g.expr.reads.iter().any(changes))
        };
        let is_added_in_step = |column: &Column| {
            let mut added = self.ops.iter().filter_map(|op| op.column()?.added());
            added.any(|other| other.name == column.name)
        };
        let waits = columns.get(position).is_some_and(waits_for_changes);
        let is_missing = |column: &&Column| {
            is_later(&column.name)
                || (!waits && waits_for_changes(column) && !is_added_in_step(column))
        };
        let last = columns[position + 1..].iter().all(|c| is_missing(&c));
        let before = columns[..position].iter().rev().find(|c| !is_missing(c));
        match before {
            _ if last => String::new(),
            Some(before) => format!(" AFTER {}", quote(before.name.as_str())),
            None => String::from(" FIRST"),
        }
    }

    /// Changes a column to the intermediate type through which its values are converted, if there is one.
    pub(crate) fn set_intermediate_type(&mut self, op: &TableOp) {
        let Some(Delta::Alter(pair)) = op.column() else {
            return;
        };
        if is_recreated(pair) {
            return;
        }
        if let Some(intermediate) = intermediate_type(&pair.from.ty, &pair.to.ty) {
            let name = quote(pair.from.name.as_str());
            self.push_clause(format!("MODIFY COLUMN {name} {intermediate} NULL"));
        }
    }

    fn alter_column(&mut self, at: usize, pair: &Pair<Column>) {
        let (from, to) = (&pair.from, &pair.to);
        let renamed = Column {
            name: to.name.clone(),
            ..from.clone()
        };
        if renamed == *to {
            self.push_clause(format!(
                "RENAME COLUMN {} TO {}",
                quote(from.name.as_str()),
                quote(to.name.as_str())
            ));
            return;
        }
        if is_recreated(pair) {
            self.recreate_column(at, from, to);
            return;
        }
        let values: Vec<Pair<String>> = self.renamed_values(&to.name);
        let mut name = &from.name;
        if !values.is_empty() && to.ty.base == "enum" {
            let both = Column {
                ty: both_values(&from.ty, &to.ty),
                nullable: from.nullable || to.nullable,
                ..to.clone()
            };
            let sql = self.alter_statement(&change_clause(name, &both));
            self.before.push(sql);
            name = &to.name;
        }
        for rename in &values {
            if !rename.from.eq_ignore_ascii_case(&rename.to) {
                let sql = self.rename_value(name, rename);
                self.before.push(sql);
            }
        }
        let clause = self.definition_clause(name, to);
        let becomes_not_null = from.nullable && !to.nullable;
        if becomes_not_null && to.generated.is_none() && to.identity.is_none() {
            self.set_not_null(pair, name, clause, !values.is_empty());
        } else {
            self.push_column_clause(&to.name, clause);
        }
    }

    /// Drops and adds a column that can't be altered, with its indexes and the generated columns that read it.
    fn recreate_column(&mut self, at: usize, from: &Column, to: &Column) {
        let position = self.position_clause(at, &to.name);
        let dropped = quote(from.name.as_str());
        // dropping a column drops the indexes that have no other column, and fails for an index with an expression that
        // reads it (error 3837)
        let has_column = |index: &&Index| {
            let mut parts = index.parts.iter();
            parts.any(|part| match &part.key {
                PartKey::Column(name) => *name == to.name,
                PartKey::Expr(expr) => expr.reads.contains(&to.name),
            })
        };
        let sides = self.sides;
        let kept = sides.to.indexes.iter().filter(has_column);
        let kept: Vec<&Index> = kept.filter(|i| sides.from.indexes.contains(i)).collect();
        for index in &kept {
            self.push_clause(format!("DROP INDEX {}", quote(index.name.get().as_str())));
        }
        self.push_clause(format!(
            "DROP COLUMN {dropped}, ADD COLUMN {}{position}",
            column_clause(to)
        ));
        for index in kept {
            self.push_clause(format!("ADD {}", index_clause(index)));
        }
        for reader in sides.to.columns.iter().filter(|c| reads(c, &to.name)) {
            let is_unchanged = sides.from.column(reader.name.as_str()) == Some(reader);
            if is_unchanged {
                self.push_clause(change_clause(&reader.name, reader));
            }
        }
    }

    /// Changes a column to NOT NULL, with a value for the rows that hold NULL.
    fn set_not_null(
        &mut self,
        pair: &Pair<Column>,
        name: &Ident,
        clause: String,
        renames_values: bool,
    ) {
        let (from, to) = (&pair.from, &pair.to);
        let value = to.default.as_ref().map_or_else(
            || defaults::zero_literal(&to.ty),
            |default| defaults::default_clause(&to.ty, &default.text),
        );
        let condition = format!("{} IS NULL", quote(name.as_str()));
        let filled = self.update_statement(name, &value, &condition);
        // the old column accepts the value only if the type is the same, and no value if it is generated (error 3105)
        let is_generated = from.generated.is_some();
        let same_type = from.ty == to.ty || intermediate_type(&from.ty, &to.ty).is_some();
        if (same_type && !is_generated) || renames_values || self.is_in_primary_key(&to.name) {
            self.before.extend((!is_generated).then_some(filled));
            self.push_column_clause(&to.name, clause);
        } else {
            let nullable = Column {
                nullable: true,
                ..to.clone()
            };
            self.push_column_clause(&to.name, change_clause(name, &nullable));
            let not_null = self.alter_statement(&format!("MODIFY COLUMN {}", column_clause(to)));
            self.after.extend([filled, not_null]);
        }
    }

    /// The clause that gives a column its new definition. In one statement with a new column MySQL refuses a default that
    /// differs per row (error 1674), so that a later statement sets it.
    pub(crate) fn definition_clause(&mut self, name: &Ident, to: &Column) -> String {
        let differs_per_row =
            (to.default.as_ref()).is_some_and(|d| defaults::differs_per_row(&d.text));
        let adds_column = |op: &TableOp| match op.column() {
            Some(Delta::Add(_)) => ClausePhase::of_operation(op, self.ops) == ClausePhase::Main,
            Some(Delta::Alter(pair)) => is_recreated(pair),
            Some(Delta::Drop(_)) | None => false,
        };
        if !(differs_per_row && self.one_statement && self.ops.iter().any(adds_column)) {
            return change_clause(name, to);
        }
        let with_default = self.alter_statement(&format!("MODIFY COLUMN {}", column_clause(to)));
        self.after.push(with_default);
        let without_default = Column {
            default: None,
            ..to.clone()
        };
        change_clause(name, &without_default)
    }

    /// Whether a column is part of the new primary key.
    fn is_in_primary_key(&self, name: &Ident) -> bool {
        let key = self.sides.to.primary_key();
        key.is_some_and(|key| key.columns().contains(&name))
    }

    /// The renames of values of an enum column.
    fn renamed_values(&self, name: &Ident) -> Vec<Pair<String>> {
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
        self.update_statement(column, &literals::string_literal(&rename.to), &condition)
    }
}

/// The clause that gives a column its new definition and name.
fn change_clause(name: &Ident, to: &Column) -> String {
    if *name == to.name {
        format!("MODIFY COLUMN {}", column_clause(to))
    } else {
        format!(
            "CHANGE COLUMN {} {}",
            quote(name.as_str()),
            column_clause(to)
        )
    }
}

/// Whether a column must be dropped and added: neither server changes a virtual column into a stored one, or a stored
/// one into a virtual one.
pub(crate) fn is_recreated(pair: &Pair<Column>) -> bool {
    let is_virtual = |c: &Column| c.generated.as_ref().is_some_and(|g| !g.stored);
    is_virtual(&pair.from) != is_virtual(&pair.to)
}

/// Whether a column is generated from another one.
fn reads(reader: &Column, name: &Ident) -> bool {
    let computed = reader.generated.as_ref();
    computed.is_some_and(|generated| generated.expr.reads.contains(name))
}

/// Whether an operation recreates a column that generated columns read; these must change in the same statement (error
/// 3108).
pub(crate) fn recreates_read_column(sides: &Pair<Box<Table>>, op: &TableOp) -> bool {
    let altered = op.column().and_then(Delta::altered);
    altered
        .filter(|pair| is_recreated(pair))
        .is_some_and(|pair| {
            let mut columns = sides.from.columns.iter().chain(&sides.to.columns);
            columns.any(|column| reads(column, &pair.to.name))
        })
}

/// The values of both enums, with new ones at the end, because appended values rewrite no row.
fn both_values(from: &SqlType, to: &SqlType) -> SqlType {
    let mut values = from.values.clone();
    for value in &to.values {
        // enum values are case-insensitive
        if !values.iter().any(|v| v.eq_ignore_ascii_case(value)) {
            values.push(value.clone());
        }
    }
    SqlType {
        values,
        ..to.clone()
    }
}
