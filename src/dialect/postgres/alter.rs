//! `ALTER TABLE`: one statement an operation.

use super::names::{bare_or_quoted, within};
use super::types::{self, Family, family};
use super::{lineage, parts, render, storage, touch};
use crate::change::{Delta, TableOp};
use crate::dialect::sql;
use crate::model::{
    Column, Constraint, ConstraintKind, Ident, Identity, Index, Pair, PartKey, SqlType, Table,
};

/// A table that is being changed, with the name it has at the moment.
struct Altering<'a> {
    sides: &'a Pair<Box<Table>>,
    on: String,
    out: Vec<String>,
}

/// The statements of a table's operations, in the order given.
pub(super) fn table(sides: &Pair<Box<Table>>, ops: &[TableOp]) -> Vec<String> {
    let renames_later = ops.iter().find_map(|op| match op {
        TableOp::Rename(pair) => Some(pair.from.clone()),
        TableOp::Column(_)
        | TableOp::Constraint(_)
        | TableOp::Index(_)
        | TableOp::Value { .. }
        | TableOp::Options(_)
        | TableOp::Order(_)
        | TableOp::Partitioning(_)
        | TableOp::Lineage(_) => None,
    });
    let name = renames_later.unwrap_or_else(|| sides.to.id.name.clone());
    let mut altering = Altering {
        on: within(&sides.to.id.ns, &name),
        sides,
        out: Vec::new(),
    };
    for op in ops {
        altering.op(op);
    }
    altering.out
}

impl Altering<'_> {
    fn alter(&mut self, what: &str) {
        self.out.push(format!("ALTER TABLE {} {what}", self.on));
    }

    fn op(&mut self, op: &TableOp) {
        match op {
            TableOp::Rename(pair) => {
                self.alter(&format!("RENAME TO {}", bare_or_quoted(pair.to.as_str())));
                self.on = within(&self.sides.to.id.ns, &pair.to);
            }
            TableOp::Column(Delta::Add(column)) => self.add_column(column),
            TableOp::Column(Delta::Drop(column)) => self.drop_column(column),
            TableOp::Column(Delta::Alter(pair)) => self.alter_column(&pair.from, &pair.to),
            TableOp::Constraint(Delta::Add(constraint)) => {
                let added = parts::add_constraint(&self.sides.to, &self.on, constraint);
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
                        .push(parts::table_comment(&self.on, pair.to.comment.as_ref()));
                }
                let (from, to) = (&pair.from.attrs, &pair.to.attrs);
                self.out.extend(storage::table_changes(&self.on, from, to));
            }
            TableOp::Lineage(pair) => self.out.extend(lineage::change(&self.on, pair)),
            // columns have no places to change here, and another partitioning is another table
            // (Caps::column_order, Caps::repartitions)
            TableOp::Order(_) | TableOp::Partitioning(_) => {}
        }
    }

    fn index(&mut self, delta: &Delta<Index>) {
        let ns = &self.sides.to.id.ns;
        match delta {
            Delta::Add(index) => self.add_index(index),
            Delta::Drop(index) => self.out.push(render::drop_index(ns, index, false)),
            Delta::Alter(pair) if storage::rebuilds_index(&pair.from.attrs, &pair.to.attrs) => {
                self.out.push(render::drop_index(ns, &pair.from, false));
                self.add_index(&pair.to);
            }
            Delta::Alter(pair) => {
                let (from, to) = (pair.from.name.get(), pair.to.name.get());
                if from != to {
                    self.out.push(format!(
                        "ALTER INDEX {} RENAME TO {}",
                        within(ns, from),
                        bare_or_quoted(to.as_str())
                    ));
                }
                let changed = storage::index_changes(ns, to, &pair.from.attrs, &pair.to.attrs);
                self.out.extend(changed);
                if pair.from.comment != pair.to.comment {
                    self.out.push(parts::index_comment(ns, &pair.to));
                }
            }
        }
    }

    fn add_index(&mut self, index: &Index) {
        let ns = &self.sides.to.id.ns;
        self.out.push(parts::index(&self.on, index, false));
        self.out.extend(storage::index_afterwards(
            ns,
            index.name.get(),
            &index.attrs,
        ));
        if index.comment.is_some() {
            self.out.push(parts::index_comment(ns, index));
        }
    }

    fn add_again(&mut self, from: &Constraint, to: &Constraint) {
        let name = bare_or_quoted(from.name.get().as_str());
        self.alter(&format!("DROP CONSTRAINT {name}"));
        let added = parts::add_constraint(&self.sides.to, &self.on, to);
        self.out.extend(added);
    }

    fn alter_constraint(&mut self, from: &Constraint, to: &Constraint) {
        let unlike = match (&from.kind, &to.kind) {
            (ConstraintKind::Check(_), _) => from.attrs != to.attrs,
            (ConstraintKind::ForeignKey(_), _) => {
                from.attrs.get("on_delete_columns") != to.attrs.get("on_delete_columns")
                    || from.attrs.get("period") != to.attrs.get("period")
            }
            (
                ConstraintKind::PrimaryKey(_)
                | ConstraintKind::Unique(_)
                | ConstraintKind::Exclusion(_),
                _,
            ) => storage::rebuilds_index(&from.attrs, &to.attrs),
        };
        if unlike || parts::validated(from) && !parts::validated(to) {
            self.add_again(from, to);
            return;
        }
        let (old, new) = (from.name.get(), to.name.get());
        if old != new {
            self.alter(&format!(
                "RENAME CONSTRAINT {} TO {}",
                bare_or_quoted(old.as_str()),
                bare_or_quoted(new.as_str())
            ));
        }
        if let (false, true) = (parts::validated(from), parts::validated(to)) {
            let name = bare_or_quoted(new.as_str());
            self.alter(&format!("VALIDATE CONSTRAINT {name}"));
        }
        if let ConstraintKind::ForeignKey(_) = &to.kind
            && from.attrs.get("enforced") != to.attrs.get("enforced")
        {
            let name = bare_or_quoted(new.as_str());
            let not = if to.attrs.get("enforced") == Some("false") {
                "NOT "
            } else {
                ""
            };
            self.alter(&format!("ALTER CONSTRAINT {name} {not}ENFORCED"));
        }
        if has_index(to) {
            let ns = &self.sides.to.id.ns;
            self.out
                .extend(storage::index_changes(ns, new, &from.attrs, &to.attrs));
        }
        if from.comment != to.comment {
            self.out.push(parts::constraint_comment(&self.on, to));
        }
    }

    fn value(&mut self, column: &Ident, rename: &Pair<String>) {
        let (old, new) = (sql::string(&rename.from), sql::string(&rename.to));
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

    fn add_column(&mut self, column: &Column) {
        if lineage::is_inherited(column) {
            self.out.extend(lineage::override_column(&self.on, column));
            return;
        }
        let needs_value = !column.nullable
            && column.default.is_none()
            && column.identity.is_none()
            && column.generated.is_none();
        let zero = needs_value.then(|| self.zero(column)).flatten();
        if let Some(zero) = zero {
            let mut filled = column.clone();
            filled.default = Some(crate::model::Expr::new(zero));
            self.alter(&format!("ADD COLUMN {}", parts::column(&filled)));
            let name = bare_or_quoted(column.name.as_str());
            self.alter(&format!("ALTER COLUMN {name} DROP DEFAULT"));
        } else {
            self.alter(&format!("ADD COLUMN {}", parts::column(column)));
        }
        if column.comment.is_some() {
            self.out.push(parts::column_comment(&self.on, column));
        }
        if column.on_update_now {
            self.touch(column);
        }
    }

    fn drop_column(&mut self, column: &Column) {
        if column.on_update_now {
            self.out.push(touch::drop(&self.on, &column.name));
        }
        if lineage::is_inherited(column) {
            self.out.extend(lineage::follow_column(&self.on, column));
            return;
        }
        let name = bare_or_quoted(column.name.as_str());
        self.alter(&format!("DROP COLUMN {name}"));
    }

    fn touch(&mut self, column: &Column) {
        let create = touch::create(&self.sides.to, &self.on, column);
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
            self.out.push(touch::drop(&self.on, &from.name));
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
        if from.comment != to.comment {
            self.out.push(parts::column_comment(&self.on, to));
        }
        if to.on_update_now && (retouched || !from.on_update_now) {
            self.touch(to);
        }
    }

    /// A computed column is made anew, with the indexes and constraints that went with it.
    fn recompute(&mut self, column: &Column) {
        let name = bare_or_quoted(column.name.as_str());
        self.alter(&format!("DROP COLUMN {name}"));
        self.compute(column);
    }

    fn compute(&mut self, column: &Column) {
        self.alter(&format!("ADD COLUMN {}", parts::column(column)));
        if column.comment.is_some() {
            self.out.push(parts::column_comment(&self.on, column));
        }
        let Pair { from, to } = self.sides;
        for constraint in to
            .constraints
            .iter()
            .filter(|c| from.constraints.contains(c) && constraint_reads(c, &column.name))
        {
            self.alter(&format!("ADD {}", parts::constraint(constraint)));
        }
        for index in to
            .indexes
            .iter()
            .filter(|i| from.indexes.contains(i) && index_reads(i, &column.name))
        {
            self.out.push(parts::index(&self.on, index, false));
        }
    }

    /// The computed columns that read a column: its type can't change while they are there.
    fn computed_from(&self, column: &Ident) -> Vec<Column> {
        let reads = |c: &&Column| {
            let was = self.sides.from.column(c.name.as_str());
            let both = was.is_some_and(|was| was.generated.is_some());
            let computed = c.generated.as_ref();
            both && computed.is_some_and(|g| g.expr.reads.contains(column))
        };
        let all = self.sides.to.columns.iter().filter(reads);
        all.cloned().collect()
    }

    fn values(&mut self, from: &Column, to: &Column, retyped: bool) {
        let name = bare_or_quoted(to.name.as_str());
        let computed = if retyped {
            self.computed_from(&to.name)
        } else {
            Vec::new()
        };
        for column in &computed {
            let name = bare_or_quoted(column.name.as_str());
            self.alter(&format!("DROP COLUMN {name}"));
        }
        self.retype(from, to, retyped, &name);
        for column in &computed {
            self.compute(column);
        }
    }

    fn retype(&mut self, from: &Column, to: &Column, retyped: bool, name: &str) {
        let column = |what: &str| format!("ALTER COLUMN {name} {what}");
        if from.generated.is_some() && to.generated.is_none() {
            self.alter(&column("DROP EXPRESSION"));
        }
        let mut default = from.default.as_ref();
        if from.identity != to.identity && from.identity.is_some() {
            self.drop_identity(from, to);
        }
        if retyped {
            let using = using(&from.ty, &to.ty, name);
            if default.is_some() && (using.is_some() || to.default.is_none()) {
                self.alter(&column("DROP DEFAULT"));
                default = None;
            }
            let collate = to
                .collation
                .as_ref()
                .map(|c| format!(" COLLATE {}", parts::collation(c)))
                .unwrap_or_default();
            let using = using.map(|u| format!(" USING {u}")).unwrap_or_default();
            let ty = types::sql(&to.ty);
            self.alter(&column(&format!("TYPE {ty}{collate}{using}")));
        }
        match (default, &to.default) {
            (Some(_), None) => self.alter(&column("DROP DEFAULT")),
            (was, Some(default)) if was != Some(default) || retyped => {
                self.alter(&column(&format!("SET DEFAULT {}", parts::default(default))));
            }
            (Some(_), Some(_)) | (None, _) => {}
        }
        if from.nullable && !to.nullable {
            self.fill_nulls(to, name);
            self.alter(&column("SET NOT NULL"));
        }
        if !from.nullable && to.nullable {
            self.alter(&column("DROP NOT NULL"));
        }
        if from.identity != to.identity && to.identity.is_some() {
            self.add_identity(from, to);
        }
    }

    fn fill_nulls(&mut self, column: &Column, name: &str) {
        let value = match &column.default {
            Some(default) => Some(parts::default(default)),
            None if column.identity.is_some() => None,
            None => self.zero(column),
        };
        if let Some(value) = value {
            self.out.push(format!(
                "UPDATE {} SET {name} = {value} WHERE {name} IS NULL",
                self.on
            ));
        }
    }

    /// The call that finds a column's own sequence by the server's rules, not by its name.
    fn sequence(&self, column: &Column) -> String {
        format!(
            "pg_get_serial_sequence({}, {})",
            sql::string(&self.on),
            sql::string(column.name.as_str())
        )
    }

    fn drop_identity(&mut self, from: &Column, to: &Column) {
        let name = bare_or_quoted(to.name.as_str());
        match from.identity {
            Some(Identity::Serial) => {
                let sequence = self.sequence(to);
                // the default hangs on the sequence and goes with it
                self.out.push(format!(
                    "DO $$ BEGIN EXECUTE 'DROP SEQUENCE ' || {sequence} || ' CASCADE'; END $$"
                ));
            }
            Some(_) if is_identity(to.identity) => {}
            Some(_) => self.alter(&format!("ALTER COLUMN {name} DROP IDENTITY")),
            None => {}
        }
    }

    fn add_identity(&mut self, from: &Column, to: &Column) {
        let name = bare_or_quoted(to.name.as_str());
        let on = self.on.clone();
        let always = to.identity == Some(Identity::Always);
        let kind = if always { "ALWAYS" } else { "BY DEFAULT" };
        if to.identity == Some(Identity::Serial) {
            let own = crate::dialect::derived_name(
                self.sides.to.id.name.as_str(),
                to.name.as_str(),
                &["seq"],
            );
            let own = within(&self.sides.to.id.ns, &own);
            let ty = types::sql(&to.ty);
            self.out.push(format!(
                "CREATE SEQUENCE {own} AS {ty} OWNED BY {on}.{name}"
            ));
            self.alter(&format!(
                "ALTER COLUMN {name} SET DEFAULT nextval({}::regclass)",
                sql::string(&own)
            ));
        } else if is_identity(from.identity) {
            self.alter(&format!("ALTER COLUMN {name} SET GENERATED {kind}"));
            return;
        } else {
            self.alter(&format!(
                "ALTER COLUMN {name} ADD GENERATED {kind} AS IDENTITY"
            ));
        }
        let sequence = self.sequence(to);
        self.out.push(format!(
            "SELECT setval({sequence}, (SELECT coalesce(max({name}), 0) + 1 FROM {on}), false)"
        ));
    }
}

fn is_identity(identity: Option<Identity>) -> bool {
    match identity {
        Some(
            Identity::ByDefault | Identity::Always | Identity::AutoIncrement | Identity::Rowid,
        ) => true,
        Some(Identity::Serial) | None => false,
    }
}

fn has_index(constraint: &Constraint) -> bool {
    match &constraint.kind {
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::Exclusion(_) => true,
        ConstraintKind::ForeignKey(_) | ConstraintKind::Check(_) => false,
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
