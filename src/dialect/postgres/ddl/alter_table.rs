//! `ALTER TABLE`: one statement an operation.

use crate::change::{Delta, TableOp, name_before};
use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::ddl::{
    alter_column, clauses, column_sequence, identity, on_update_trigger, partitions, storage,
};
use crate::dialect::postgres::naming::{bare_or_quoted, within};
use crate::dialect::postgres::types;
use crate::dialect::postgres::types::{Family, family};
use crate::model::{
    Column, Constraint, ConstraintKind, Ident, Index, Pair, PartKey, SqlType, Table,
};
use crate::sql::literal;

/// A table that is being changed, with the name it has at the moment.
pub(crate) struct Altering<'a> {
    pub(crate) sides: &'a Pair<Box<Table>>,
    pub(crate) on: String,
    pub(crate) out: Vec<String>,
}

/// The statements of a table's operations, in the order given.
pub(crate) fn table(sides: &Pair<Box<Table>>, ops: &[TableOp]) -> Vec<String> {
    let name = name_before(sides, ops);
    let mut altering = Altering {
        on: within(&sides.to.id.ns, name),
        sides,
        out: Vec::new(),
    };
    for op in ops {
        altering.op(op);
    }
    altering.out
}

impl Altering<'_> {
    pub(crate) fn alter(&mut self, what: &str) {
        self.out.push(format!("ALTER TABLE {} {what}", self.on));
    }

    fn op(&mut self, op: &TableOp) {
        match op {
            TableOp::Rename(pair) => {
                self.alter(&format!("RENAME TO {}", bare_or_quoted(pair.to.as_str())));
                self.on = within(&self.sides.to.id.ns, &pair.to);
                self.rename_sequences();
            }
            TableOp::Column(Delta::Add(column)) => self.add_column(column),
            TableOp::Column(Delta::Drop(column)) => self.drop_column(column),
            TableOp::Column(Delta::Alter(pair)) => self.alter_column(&pair.from, &pair.to),
            TableOp::Constraint(Delta::Add(constraint)) => {
                let added = clauses::add_constraint(&self.sides.to, &self.on, constraint);
                self.out.extend(added);
            }
            TableOp::Constraint(Delta::Drop(constraint)) => {
                let name = bare_or_quoted(constraint.name.get().as_str());
                // one that is part of its parent's goes with that
                let there = if constraint.parent.is_some() {
                    "IF EXISTS "
                } else {
                    ""
                };
                self.alter(&format!("DROP CONSTRAINT {there}{name}"));
            }
            TableOp::Constraint(Delta::Alter(pair)) => self.alter_constraint(&pair.from, &pair.to),
            TableOp::Index(delta) => self.index(delta),
            TableOp::Value { column, rename } => self.value(column, rename),
            TableOp::Options(pair) => {
                if pair.from.comment != pair.to.comment {
                    self.out
                        .push(clauses::table_comment(&self.on, pair.to.comment.as_ref()));
                }
                let (from, to) = (&pair.from.attrs, &pair.to.attrs);
                self.out.extend(storage::table_changes(&self.on, from, to));
                if from.get(keys::UNLOGGED) != to.get(keys::UNLOGGED) {
                    let columns = self.sides.to.columns.iter();
                    let apart = columns
                        .filter_map(|c| identity::restore_sequence_logging(&self.sides.to, c));
                    self.out.extend(apart);
                }
            }
            TableOp::Inheritance(pair) => self.out.extend(partitions::change(&self.on, pair)),
            // columns have no places to change here, and another partitioning is another table
            // (capabilities)
            TableOp::Order(_) | TableOp::Partitioning(_) => {}
        }
    }

    fn value(&mut self, column: &Ident, rename: &Pair<String>) {
        let (old, new) = (literal::string(&rename.from), literal::string(&rename.to));
        let ty = self.sides.to.column(column.as_str()).map(|c| &c.ty);
        if let Some(ty) = ty.filter(|ty| ty.user_defined && ty.dims == 0) {
            let ty = types::sql(ty);
            self.out
                .push(format!("ALTER TYPE {ty} RENAME VALUE {old} TO {new}"));
        } else {
            let column = bare_or_quoted(column.as_str());
            self.out.push(format!(
                "UPDATE {} SET {column} = {new} WHERE {column} = {old}",
                self.on
            ));
        }
    }

    /// Sequences of columns go with the name of their table.
    fn rename_sequences(&mut self) {
        let Pair { from, to } = self.sides;
        for column in &to.columns {
            if let Some(old) = from.column(column.name.as_str()) {
                let ids = [&from.id, &to.id];
                (self.out).extend(identity::alter_column_sequence(ids, old, column));
            }
        }
    }

    fn add_column(&mut self, column: &Column) {
        if partitions::is_inherited(column) {
            self.out
                .extend(partitions::override_column(&self.on, column));
            return;
        }
        if column_sequence::is_created_separately(column) {
            self.out
                .push(identity::create_column_sequence(&self.sides.to, column));
        }
        let needs_value = !column.nullable
            && column.attrs.get(keys::NOT_NULL_VALIDATED)
            && column.default.is_none()
            && column.identity.is_none()
            && column.generated.is_none();
        let zero = needs_value.then(|| self.zero(column)).flatten();
        // a column with a NOT NULL that isn't for heirs would leave them without a name for theirs
        let alone = column.attrs.get(keys::NOT_NULL_NO_INHERIT) && !column.nullable;
        if alone || needs_value && zero.is_none() && column.ty.user_defined {
            let mut open = column.clone();
            open.nullable = true;
            self.alter(&format!(
                "ADD COLUMN {}",
                clauses::column(&self.sides.to, &open)
            ));
            let name = bare_or_quoted(column.name.as_str());
            if needs_value {
                self.fill_nulls(column, &name);
            }
            let set = alter_column::set_not_null(&self.sides.to, &self.on, column);
            self.out.push(set);
        } else if let Some(zero) = zero {
            let mut filled = column.clone();
            filled.default = Some(crate::model::Expr::new(zero));
            self.alter(&format!(
                "ADD COLUMN {}",
                clauses::column(&self.sides.to, &filled)
            ));
            let name = bare_or_quoted(column.name.as_str());
            self.alter(&format!("ALTER COLUMN {name} DROP DEFAULT"));
        } else {
            self.alter(&format!(
                "ADD COLUMN {}",
                clauses::column(&self.sides.to, column)
            ));
        }
        let after = clauses::column_after(&self.sides.to, &self.on, column);
        self.out.extend(after);
        if column.comment.is_some() {
            self.out.push(clauses::column_comment(&self.on, column));
        }
        if column.on_update_now {
            self.touch(column);
        }
    }

    fn drop_column(&mut self, column: &Column) {
        if column.on_update_now {
            self.out
                .push(on_update_trigger::drop(&self.on, &column.name));
        }
        if partitions::is_inherited(column) {
            self.out.extend(partitions::follow_column(&self.on, column));
            return;
        }
        let name = bare_or_quoted(column.name.as_str());
        self.alter(&format!("DROP COLUMN {name}"));
    }

    fn touch(&mut self, column: &Column) {
        let create = on_update_trigger::create(&self.sides.to, &self.on, column);
        self.out.push(create);
    }

    /// What rows get that have no value yet: the first value that the column's own check names,
    /// else the type's zero.
    fn zero(&self, column: &Column) -> Option<String> {
        let tables = [&self.sides.to, &self.sides.from];
        let named = tables.iter().find_map(|table| {
            table.constraints.iter().find_map(|c| match &c.kind {
                ConstraintKind::Check(check)
                    if family(&column.ty) == Family::Text
                        && check.expr.reads.len() == 1
                        && check.expr.reads.contains(&column.name) =>
                {
                    first_literal(&check.expr.text)
                }
                ConstraintKind::Check(_)
                | ConstraintKind::Exclusion(_)
                | ConstraintKind::PrimaryKey(_)
                | ConstraintKind::Unique(_)
                | ConstraintKind::ForeignKey(_) => None,
            })
        });
        named.or_else(|| types::zero(&column.ty))
    }

    fn alter_column(&mut self, from: &Column, to: &Column) {
        let retyped = from.ty != to.ty || from.collation != to.collation;
        let renamed = from.name != to.name;
        // a trigger names its column and function, and holds the column's type
        let retouched = from.on_update_now && (!to.on_update_now || renamed || retyped);
        if retouched {
            self.out.push(on_update_trigger::drop(&self.on, &from.name));
        }
        if renamed {
            self.alter(&format!(
                "RENAME COLUMN {} TO {}",
                bare_or_quoted(from.name.as_str()),
                bare_or_quoted(to.name.as_str())
            ));
        }
        if from.generated != to.generated && to.generated.is_some() {
            self.recompute(to);
        } else {
            self.values(from, to, retyped);
        }
        let attributes = alter_column::attributes(&self.sides.to, &self.on, from, to);
        self.out.extend(attributes);
        let ids = [&self.sides.to.id, &self.sides.to.id];
        (self.out).extend(identity::alter_column_sequence(ids, from, to));
        if from.identity.is_some() && to.identity.is_some() {
            (self.out).extend(identity::alter_sequence_logging(&self.sides.to, from, to));
        }
        if from.comment != to.comment {
            self.out.push(clauses::column_comment(&self.on, to));
        }
        if to.on_update_now && (retouched || !from.on_update_now) {
            self.touch(to);
        }
    }

    /// A column that is computed again, on the way back of one that no longer is: it is made anew, with
    /// the indexes and constraints that went with it.
    fn recompute(&mut self, column: &Column) {
        let name = bare_or_quoted(column.name.as_str());
        self.alter(&format!("DROP COLUMN {name}"));
        self.alter(&format!(
            "ADD COLUMN {}",
            clauses::column(&self.sides.to, column)
        ));
        if column.comment.is_some() {
            self.out.push(clauses::column_comment(&self.on, column));
        }
        let Pair { from, to } = self.sides;
        for constraint in to
            .constraints
            .iter()
            .filter(|c| from.constraints.contains(c) && constraint_reads(c, &column.name))
        {
            self.alter(&format!("ADD {}", clauses::constraint(constraint)));
        }
        for index in to
            .indexes
            .iter()
            .filter(|i| from.indexes.contains(i) && index_reads(i, &column.name))
        {
            self.out.push(clauses::index(&self.on, index, false));
        }
    }

    fn values(&mut self, from: &Column, to: &Column, retyped: bool) {
        let name = bare_or_quoted(to.name.as_str());
        let name = name.as_str();
        let column = |what: &str| format!("ALTER COLUMN {name} {what}");
        if from.generated.is_some() && to.generated.is_none() {
            self.alter(&column("DROP EXPRESSION"));
        }
        let mut default = from.default.as_ref();
        if from.identity != to.identity && from.identity.is_some() {
            (self.out).extend(identity::drop_identity(&self.on, from, to));
        }
        if retyped {
            let using = using(&from.ty, &to.ty, name);
            if default.is_some() && (using.is_some() || to.default.is_none()) {
                self.alter(&column("DROP DEFAULT"));
                default = None;
            }
            self.alter(&column(&alter_column::type_clause(to, using)));
        }
        match (default, &to.default) {
            (Some(_), None) => self.alter(&column("DROP DEFAULT")),
            (was, Some(default)) if was != Some(default) || retyped => {
                self.alter(&column(&format!(
                    "SET DEFAULT {}",
                    clauses::default(default)
                )));
            }
            (Some(_), Some(_)) | (None, _) => {}
        }
        if from.nullable && !to.nullable {
            if to.attrs.get(keys::NOT_NULL_VALIDATED) {
                self.fill_nulls(to, name);
            }
            let table = &self.sides.to;
            let set = alter_column::set_not_null(table, &self.on, to);
            self.out.push(set);
        }
        if !from.nullable && to.nullable {
            self.alter(&column("DROP NOT NULL"));
        }
        if from.identity != to.identity && to.identity.is_some() {
            let added = identity::add_identity(&self.sides.to, &self.on, from, to);
            self.out.extend(added);
        }
    }

    fn fill_nulls(&mut self, column: &Column, name: &str) {
        let value = match &column.default {
            Some(default) => Some(clauses::default(default)),
            None if column.identity.is_some() || column.generated.is_some() => None,
            None => {
                let own = column
                    .ty
                    .user_defined
                    .then(|| types::first_value(&column.ty));
                self.zero(column).or(own)
            }
        };
        if let Some(value) = value {
            self.out.push(format!(
                "UPDATE {} SET {name} = {value} WHERE {name} IS NULL",
                self.on
            ));
        }
    }
}

fn constraint_reads(constraint: &Constraint, column: &Ident) -> bool {
    match &constraint.kind {
        ConstraintKind::Check(check) => check.expr.reads.contains(column),
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::Exclusion(_)
        | ConstraintKind::ForeignKey(_) => constraint.columns().contains(&column),
    }
}

fn index_reads(index: &Index, column: &Ident) -> bool {
    index.include.contains(column)
        || index
            .predicate
            .as_ref()
            .is_some_and(|p| p.reads.contains(column))
        || index.parts.iter().any(|part| match &part.key {
            PartKey::Column(name) => name == column,
            PartKey::Expr(expr) => expr.reads.contains(column),
        })
}

/// The first string literal of a text, with its quotes.
fn first_literal(text: &str) -> Option<String> {
    let start = text.find('\'')?;
    let rest = text.get(start + 1..)?;
    let mut end = 0;
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\'' {
            if chars.peek().is_some_and(|(_, next)| *next == '\'') {
                chars.next();
                continue;
            }
            end = at;
            break;
        }
    }
    rest.get(..end).map(|inner| format!("'{inner}'"))
}

/// How values get from one type to the other where no assignment cast does it.
/// (`pg_cast`: numbers to numbers, anything to text, and the temporal types among themselves.)
fn using(from: &SqlType, to: &SqlType, name: &str) -> Option<String> {
    let (a, b) = (family(from), family(to));
    let target = types::sql(to);
    match (a, b) {
        (Family::Array, Family::Text) => Some(format!("{name}::text")),
        (_, Family::Text) => None,
        (Family::Integer | Family::Fraction, Family::Integer | Family::Fraction) => None,
        (Family::Timestamp | Family::Date, Family::Timestamp | Family::Date) => None,
        (Family::Json, Family::Json) => None,
        (Family::Integer | Family::Fraction, Family::Bool) => Some(format!("{name} <> 0")),
        (Family::Bool, Family::Integer | Family::Fraction) => {
            Some(format!("{name}::integer::{target}"))
        }
        (Family::Timestamp, Family::Time) => Some(format!("{name}::{target}")),
        _ if from.base == to.base && from.dims == to.dims && from.schema == to.schema => None,
        // through text there is always a way, and it fails loudly where a value doesn't fit
        (Family::Text, _) => Some(format!("{name}::{target}")),
        _ => Some(format!("{name}::text::{target}")),
    }
}
