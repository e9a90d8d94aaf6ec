//! The effect check: whether a statement whose reply was lost took effect.
//!
//! The live schema is compared with both sides of the change that the statement belongs to. Only properties that
//! the change modifies count as evidence: each is equal to the side before, the side after, or neither. A
//! statement is atomic, so mixed evidence decides nothing.
//!
//! Example: the change adds column `b` and widens column `a` in one statement. If the live table has `b` and the
//! wide `a`, the statement took effect; with neither, it did not; with `b` and the narrow `a`, the state was
//! reached in another way, and the outcome is unknown.

use crate::change::{Action, Change, Delta, TableOp};
use crate::db::{Conn, DbError};
use crate::dialect::{Dialect, InspectScope};
use crate::model::{
    Column, Constraint, ConstraintKind, Given, Ident, Index, Name, Object, ObjectId, Pair, Schema,
    Table, TableOptions, UserType,
};

/// The result of an effect check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EffectCheck {
    /// The statement took effect.
    TookEffect,
    /// The statement did not take effect.
    NoEffect,
    /// The catalog doesn't decide it.
    Unknown,
}

/// A statement of a step, in the direction of the run.
#[derive(Clone, Debug)]
pub struct UndecidedStatement {
    /// The change of the step.
    pub change: Change,
    /// The statement.
    pub sql: String,
    /// The index of the statement among those of the step that change the schema.
    pub at: usize,
    /// The number of statements of the step that change the schema.
    pub of: usize,
}

/// Checks in the catalog whether a statement took effect.
///
/// # Errors
/// Errors of the server.
pub async fn check_effect(
    conn: &mut Conn,
    dialect: &dyn Dialect,
    scope: &InspectScope,
    statement: &UndecidedStatement,
) -> Result<EffectCheck, DbError> {
    let live = dialect.inspect(conn, scope).await?;
    let Change::Table { sides, ops } = &statement.change else {
        let evidence = Evidence::of_change(&live, &statement.change);
        return Ok(evidence.of_several(statement.at, statement.of));
    };
    // if the statement is the only one of an operation, only that operation is compared
    let is_only_statement = |op: &&TableOp| {
        let change = Change::Table {
            sides: sides.clone(),
            ops: vec![(*op).clone()],
        };
        dialect.statements(&Action::Change(change)) == [statement.sql.as_str()]
    };
    let own = ops.iter().find(is_only_statement);
    let sides = with_live_expressions(conn, dialect, sides, &live).await?;
    if let Some(op) = own {
        return Ok(Evidence::of_op(&live, &sides, op).of_one());
    }
    let mut evidence = Evidence {
        whole: statement.of > 1,
        ..Evidence::default()
    };
    for op in ops {
        evidence.op(&live, &sides, op);
    }
    Ok(evidence.of_several(statement.at, statement.of))
}

/// Both sides of a table, with the live text of each expression that the server treats as equal.
pub(crate) async fn with_live_expressions(
    conn: &mut Conn,
    dialect: &dyn Dialect,
    sides: &Pair<Box<Table>>,
    live: &Schema,
) -> Result<Pair<Box<Table>>, DbError> {
    let mut reconciled = sides.clone();
    for table in [&mut reconciled.from, &mut reconciled.to] {
        let mut only_table = Schema::default();
        let id = table.id.clone();
        let object = Object::Table(table.clone());
        only_table.objects.insert(id.clone(), object);
        dialect.reconcile(conn, &mut only_table, live).await?;
        if let Some(found) = only_table.table(&id) {
            **table = found.clone();
        }
    }
    Ok(reconciled)
}

/// The evidence of the compared properties: how many are as before the change, as after it, and neither.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    before: usize,
    after: usize,
    neither: usize,
    /// Added columns are compared as a whole, because the step may add one in several statements.
    whole: bool,
}

impl Evidence {
    /// The evidence for a change.
    pub(crate) fn of_change(live: &Schema, change: &Change) -> Self {
        let mut evidence = Self::default();
        match change {
            Change::Create(id, _) => evidence.presence(live.objects.contains_key(id), true),
            Change::Drop(id, _) => evidence.presence(live.objects.contains_key(id), false),
            Change::Replace(id, pair) => {
                let found = live.objects.get(id);
                evidence.count(found == Some(&pair.from), found == Some(&pair.to));
            }
            Change::Comment(id, pair) => {
                let found = live.comments.get(id);
                evidence.count(found == pair.from.as_ref(), found == pair.to.as_ref());
            }
            Change::Value(id, pair) => {
                let has = |value: &String| {
                    let found = live.objects.get(id);
                    matches!(found, Some(Object::Type(UserType::Enum(values))) if values.contains(value))
                };
                evidence.count(has(&pair.from), has(&pair.to));
            }
            Change::Table { sides, ops } => {
                for op in ops {
                    evidence.op(live, sides, op);
                }
            }
        }
        evidence
    }

    /// The evidence for one operation of a table.
    pub(crate) fn of_op(live: &Schema, sides: &Pair<Box<Table>>, op: &TableOp) -> Self {
        let mut evidence = Self::default();
        evidence.op(live, sides, op);
        evidence
    }

    /// Whether there is no evidence, because both sides are equal in the catalog.
    pub(crate) fn is_empty(&self) -> bool {
        (self.before, self.after, self.neither) == (0, 0, 0)
    }

    /// The result for one statement that makes the whole change.
    pub(crate) fn of_one(&self) -> EffectCheck {
        match (self.before, self.after, self.neither) {
            (_, 0, 0) if self.before > 0 => EffectCheck::NoEffect,
            (0, _, 0) if self.after > 0 => EffectCheck::TookEffect,
            _ => EffectCheck::Unknown,
        }
    }

    /// The result for one of several statements, where it is not known which part each changes. Before the first
    /// one took effect, everything is as before the change; only after the last one is everything as after it.
    fn of_several(&self, at: usize, of: usize) -> EffectCheck {
        let all = self.of_one();
        if of <= 1 || self.is_empty() {
            return all;
        }
        match (at == 0, at + 1 == of) {
            (true, _) if all == EffectCheck::NoEffect => EffectCheck::NoEffect,
            (true, _) => EffectCheck::TookEffect,
            (_, true) if all == EffectCheck::TookEffect => EffectCheck::TookEffect,
            (_, true) => EffectCheck::NoEffect,
            (false, false) => EffectCheck::Unknown,
        }
    }

    fn presence(&mut self, exists: bool, expected: bool) {
        self.count(exists != expected, exists == expected);
    }

    /// Counts one property that is equal to the side before, the side after, or neither.
    fn count(&mut self, before: bool, after: bool) {
        match (before, after) {
            (true, false) => self.before += 1,
            (false, true) => self.after += 1,
            (false, false) => self.neither += 1,
            // both sides are equal in this property, so it is no evidence
            (true, true) => {}
        }
    }

    /// Counts the evidence of one operation.
    fn op(&mut self, live: &Schema, sides: &Pair<Box<Table>>, op: &TableOp) {
        if let TableOp::Rename(pair) = op {
            let exists = |name| {
                let mut id: ObjectId = sides.to.id.clone();
                id.name = name;
                live.table(&id).is_some()
            };
            let (old, new) = (exists(pair.from.clone()), exists(pair.to.clone()));
            return self.count(old && !new, new && !old);
        }
        let Some(table) = live
            .table(&sides.to.id)
            .or_else(|| live.table(&sides.from.id))
        else {
            self.neither += 1;
            return;
        };
        match op {
            TableOp::Rename(_) => {}
            TableOp::Column(Delta::Add(column)) => {
                let found = table.column(column.name.as_str());
                let wanted = sides.to.column(column.name.as_str()).unwrap_or(column);
                let is_done = |found: &Column| !self.whole || found == wanted;
                self.count(found.is_none(), found.is_some_and(is_done));
            }
            TableOp::Column(Delta::Drop(column)) => {
                self.presence(table.column(column.name.as_str()).is_some(), false);
            }
            TableOp::Column(Delta::Alter(pair)) => {
                let of = |side: &Table, column: &Column| {
                    let found = side.column(column.name.as_str());
                    found.unwrap_or(column).clone()
                };
                let pair = Pair::new(of(&sides.from, &pair.from), of(&sides.to, &pair.to));
                self.column(table, &pair);
            }
            TableOp::Constraint(delta) => self.named_part(
                delta,
                |c| has_constraint(table, c),
                |c| {
                    let found = table.constraints.iter().find(|other| other.name == c.name);
                    found.map(|c| (c.name.get().clone(), c.comment.clone(), c.attrs.clone()))
                },
                |c| (c.name.get().clone(), c.comment.clone(), c.attrs.clone()),
            ),
            TableOp::Index(delta) => self.named_part(
                delta,
                |i| has_index(table, i),
                |i| {
                    let found = table
                        .indexes
                        .iter()
                        .find(|other| other.name.get() == i.name.get());
                    found.map(|i| (i.name.get().clone(), i.comment.clone(), i.attrs.clone()))
                },
                |i| (i.name.get().clone(), i.comment.clone(), i.attrs.clone()),
            ),
            // the catalog shows the values, but not the rows that change with them
            TableOp::Value { column, .. } => {
                let values =
                    |side: &Table| side.column(column.as_str()).map(|c| c.ty.values.clone());
                let found = values(table);
                self.count(found == values(&sides.from), found == values(&sides.to));
            }
            TableOp::Options(pair) => self.options(&table.options, pair),
            TableOp::Partitioning(pair) => {
                let found = &table.partitioning;
                self.count(*found == pair.from, *found == pair.to);
            }
            TableOp::Inheritance(pair) => {
                let found = &table.inheritance;
                self.count(*found == pair.from, *found == pair.to);
            }
            TableOp::Order(pair) => {
                // the positions of added and dropped columns are no evidence
                let both = [&sides.from, &sides.to];
                let remains =
                    |name: &&Ident| both.iter().all(|t| t.column(name.as_str()).is_some());
                let found = || table.columns.iter().map(|c| &c.name).filter(remains);
                let is_order = |names: &[Ident]| names.iter().filter(remains).eq(found());
                self.count(is_order(&pair.from), is_order(&pair.to));
            }
        }
    }

    /// Counts each changed option of a table on both sides.
    fn options(&mut self, found: &TableOptions, pair: &Pair<TableOptions>) {
        let Pair { from, to } = pair;
        if from.comment != to.comment {
            self.count(found.comment == from.comment, found.comment == to.comment);
        }
        if from.attrs != to.attrs {
            self.count(found.attrs == from.attrs, found.attrs == to.attrs);
        }
        for (from, to, found) in [
            (&from.engine, &to.engine, &found.engine),
            (&from.charset, &to.charset, &found.charset),
            (&from.collation, &to.collation, &found.collation),
        ] {
            let text =
                |value: &Option<Given<String>>| value.as_ref().map(|value| value.get().clone());
            let (from, to, found) = (text(from), text(to), text(found));
            if from != to {
                self.count(found == from, found == to);
            }
        }
    }

    /// Counts each changed property of a column on both sides.
    fn column(&mut self, table: &Table, pair: &Pair<Column>) {
        let Pair { from, to } = pair;
        if from.name != to.name {
            let exists = |column: &Column| table.column(column.name.as_str()).is_some();
            let (old, new) = (exists(from), exists(to));
            self.count(old && !new, new && !old);
        }
        let named = table.column(to.name.as_str());
        let Some(found) = named.or_else(|| table.column(from.name.as_str())) else {
            self.neither += 1;
            return;
        };
        macro_rules! properties {
            ($($property:ident),+) => {$(
                if from.$property != to.$property {
                    self.count(
                        found.$property == from.$property,
                        found.$property == to.$property,
                    );
                }
            )+};
        }
        properties!(
            ty,
            nullable,
            default,
            identity,
            generated,
            on_update_now,
            comment,
            charset,
            collation,
            attrs
        );
    }

    /// Counts the evidence of a constraint or an index.
    fn named_part<T: Named, K: PartialEq>(
        &mut self,
        delta: &Delta<T>,
        exists: impl Fn(&T) -> bool,
        found: impl Fn(&T) -> Option<K>,
        wanted: impl Fn(&T) -> K,
    ) {
        match delta {
            Delta::Add(part) => self.presence(exists(part), true),
            Delta::Drop(part) => self.presence(exists(part), false),
            Delta::Alter(Pair { from, to }) if from.name().get() != to.name().get() => {
                let (old, new) = (exists(from), exists(to));
                self.count(old && !new, new && !old);
            }
            Delta::Alter(Pair { from, to }) => {
                let found = found(to);
                self.count(found == Some(wanted(from)), found == Some(wanted(to)));
            }
        }
    }
}

/// A part with a name, which may be a derived name.
trait Named {
    fn name(&self) -> &Name;
}

impl Named for Constraint {
    fn name(&self) -> &Name {
        &self.name
    }
}

impl Named for Index {
    fn name(&self) -> &Name {
        &self.name
    }
}

/// Whether a table has a constraint of this kind and name. A table has one primary key, so that its columns are
/// compared in place of its name.
fn has_constraint(table: &Table, wanted: &Constraint) -> bool {
    let same_kind = |other: &&Constraint| {
        std::mem::discriminant(&other.kind) == std::mem::discriminant(&wanted.kind)
    };
    let mut alike = table.constraints.iter().filter(same_kind);
    match &wanted.kind {
        ConstraintKind::PrimaryKey(_) => alike.any(|other| other.columns() == wanted.columns()),
        ConstraintKind::Unique(_)
        | ConstraintKind::ForeignKey(_)
        | ConstraintKind::Check(_)
        | ConstraintKind::Exclusion(_) => alike.any(|other| other.name.get() == wanted.name.get()),
    }
}

/// Whether a table has a valid index of this name. An interrupted build leaves an invalid one.
fn has_index(table: &Table, wanted: &Index) -> bool {
    let mut named = table.indexes.iter();
    named.any(|other| other.valid && other.name.get() == wanted.name.get())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::model::{IndexPart, SqlType};

    fn table(columns: &[(&str, &str)]) -> Table {
        let mut table = Table::new(ObjectId::table("t"));
        table.columns = columns
            .iter()
            .map(|(name, ty)| Column::new(*name, SqlType::new(ty)))
            .collect();
        table
    }

    fn check(live: &Table, from: &Table, to: &Table, ops: &[TableOp]) -> EffectCheck {
        let mut schema = Schema::default();
        schema
            .objects
            .insert(live.id.clone(), Object::Table(Box::new(live.clone())));
        let mut evidence = Evidence::default();
        let sides = Pair::new(Box::new(from.clone()), Box::new(to.clone()));
        for op in ops {
            evidence.op(&schema, &sides, op);
        }
        evidence.of_one()
    }

    #[test]
    fn column_operations_are_checked() {
        let old = table(&[("a", "int")]);
        let wide = table(&[("a", "bigint")]);
        let more = table(&[("a", "int"), ("b", "int")]);
        let add = TableOp::Column(Delta::Add(more.columns[1].clone()));
        let alter = TableOp::Column(Delta::Alter(Pair::new(
            old.columns[0].clone(),
            wide.columns[0].clone(),
        )));
        let rename = TableOp::Column(Delta::Alter(Pair::new(
            old.columns[0].clone(),
            more.columns[1].clone(),
        )));
        let renamed = table(&[("b", "int")]);
        for (live, to, op, expected) in [
            (&old, &more, &add, EffectCheck::NoEffect),
            (&more, &more, &add, EffectCheck::TookEffect),
            (&old, &wide, &alter, EffectCheck::NoEffect),
            (&wide, &wide, &alter, EffectCheck::TookEffect),
            (
                &table(&[("a", "text")]),
                &wide,
                &alter,
                EffectCheck::Unknown,
            ),
            (&old, &renamed, &rename, EffectCheck::NoEffect),
            (&renamed, &renamed, &rename, EffectCheck::TookEffect),
            (&more, &renamed, &rename, EffectCheck::Unknown),
        ] {
            let got = check(live, &old, to, std::slice::from_ref(op));
            assert_eq!(got, expected, "{live:?} {op:?}");
        }
        // one statement makes both changes or none
        let both = table(&[("a", "bigint"), ("b", "int")]);
        assert_eq!(
            check(&more, &old, &both, &[add, alter]),
            EffectCheck::Unknown
        );
    }

    #[test]
    fn first_and_last_of_several_statements_are_decided() {
        use EffectCheck::{NoEffect, TookEffect, Unknown};
        let old = table(&[("a", "int")]);
        let mut new = table(&[("a", "int"), ("b", "int")]);
        let add = TableOp::Column(Delta::Add(new.columns[1].clone()));
        let mut between = new.clone();
        between.columns[1].nullable = true;
        new.columns[1].comment = Some(String::from("c"));
        let sides = Pair::new(Box::new(old.clone()), Box::new(new.clone()));
        let check = |live: &Table, at| {
            let mut schema = Schema::default();
            let object = Object::Table(Box::new(live.clone()));
            schema.objects.insert(live.id.clone(), object);
            let mut evidence = Evidence {
                whole: true,
                ..Evidence::default()
            };
            evidence.op(&schema, &sides, &add);
            evidence.of_several(at, 3)
        };
        for (live, expected) in [
            (&old, [NoEffect, Unknown, NoEffect]),
            (&between, [TookEffect, Unknown, NoEffect]),
            (&new, [TookEffect, Unknown, TookEffect]),
        ] {
            assert_eq!([0, 1, 2].map(|at| check(live, at)), expected, "{live:?}");
        }
    }

    #[test]
    fn invalid_indexes_count_as_missing() {
        let old = table(&[("a", "int")]);
        let mut new = old.clone();
        let parts = vec![IndexPart::on_column("a")];
        new.indexes.push(Index::new(Name::Given("i".into()), parts));
        let mut invalid = new.clone();
        invalid.indexes[0].valid = false;
        let op = [TableOp::Index(Delta::Add(new.indexes[0].clone()))];
        assert_eq!(check(&old, &old, &new, &op), EffectCheck::NoEffect);
        assert_eq!(check(&invalid, &old, &new, &op), EffectCheck::NoEffect);
        assert_eq!(check(&new, &old, &new, &op), EffectCheck::TookEffect);
    }
}
