//! Whether a statement landed whose answer never came: the live schema beside the two sides of the
//! change that the statement belongs to. Only the parts that it changes are looked at.

use crate::change::{Action, Change, Delta, TableOp};
use crate::db::{Conn, DbError};
use crate::dialect::{Dialect, InspectScope};
use crate::model::{
    Column, Constraint, ConstraintKind, Ident, Index, Name, Object, ObjectId, Pair, Schema, Table,
    UserType,
};

/// What a look at the catalogue found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EffectCheck {
    /// It is in force.
    TookEffect,
    /// Nothing of it is.
    NoEffect,
    /// The catalogue doesn't tell.
    Unknown,
}

/// A statement of a step, the way it went.
#[derive(Clone, Debug)]
pub struct UndecidedStatement {
    /// What the step does.
    pub change: Change,
    /// The statement.
    pub sql: String,
    /// Which it is of the step's statements that change the schema, from 0.
    pub at: usize,
    /// How many of those the step has.
    pub of: usize,
}

/// Looks whether a statement landed.
///
/// # Errors
/// What the server said.
pub async fn look(
    conn: &mut Conn,
    dialect: &dyn Dialect,
    scope: &InspectScope,
    doubt: &UndecidedStatement,
) -> Result<EffectCheck, DbError> {
    let live = dialect.inspect(conn, scope).await?;
    let Change::Table { sides, ops } = &doubt.change else {
        let votes = Evidence::of(&live, &doubt.change);
        return Ok(votes.of_several(doubt.at, doubt.of));
    };
    // where it is all that one of the operations takes, nothing else is looked at
    let alone = |op: &&TableOp| {
        let change = Change::Table {
            sides: sides.clone(),
            ops: vec![(*op).clone()],
        };
        dialect.statements(&Action::Change(change)) == [doubt.sql.as_str()]
    };
    let own = ops.iter().find(alone);
    let sides = settled(conn, dialect, sides, &live).await?;
    if let Some(op) = own {
        return Ok(Evidence::of_op(&live, &sides, op).of_one());
    }
    let mut votes = Evidence {
        whole: doubt.of > 1,
        ..Evidence::default()
    };
    for op in ops {
        votes.op(&live, &sides, op);
    }
    Ok(votes.of_several(doubt.at, doubt.of))
}

/// Both sides of a table with the live text wherever the server calls an expression of it the same.
pub(crate) async fn settled(
    conn: &mut Conn,
    dialect: &dyn Dialect,
    sides: &Pair<Box<Table>>,
    live: &Schema,
) -> Result<Pair<Box<Table>>, DbError> {
    let mut settled = sides.clone();
    for table in [&mut settled.from, &mut settled.to] {
        let mut alone = Schema::default();
        let id = table.id.clone();
        let object = Object::Table(table.clone());
        alone.objects.insert(id.clone(), object);
        dialect.reconcile(conn, &mut alone, live).await?;
        if let Some(found) = alone.table(&id) {
            **table = found.clone();
        }
    }
    Ok(settled)
}

/// What the parts say.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    before: usize,
    after: usize,
    neither: usize,
    /// A column that came is compared with what it is to be: it may get there in several statements.
    whole: bool,
}

impl Evidence {
    /// What the catalogue says of a change of something else than a table.
    pub(crate) fn of(live: &Schema, change: &Change) -> Self {
        let mut votes = Self::default();
        match change {
            Change::Create(id, _) => votes.presence(live.objects.contains_key(id), true),
            Change::Drop(id, _) => votes.presence(live.objects.contains_key(id), false),
            Change::Replace(id, pair) => {
                let found = live.objects.get(id);
                votes.between(found == Some(&pair.from), found == Some(&pair.to));
            }
            Change::Comment(id, pair) => {
                let found = live.comments.get(id);
                votes.between(found == pair.from.as_ref(), found == pair.to.as_ref());
            }
            Change::Value(id, pair) => {
                let has = |value: &String| {
                    let found = live.objects.get(id);
                    matches!(found, Some(Object::Type(UserType::Enum(values))) if values.contains(value))
                };
                votes.between(has(&pair.from), has(&pair.to));
            }
            Change::Table { sides, ops } => {
                for op in ops {
                    votes.op(live, sides, op);
                }
            }
        }
        votes
    }

    /// What it says of one operation of a table.
    pub(crate) fn of_op(live: &Schema, sides: &Pair<Box<Table>>, op: &TableOp) -> Self {
        let mut votes = Self::default();
        votes.op(live, sides, op);
        votes
    }

    /// Whether both sides look the same here.
    pub(crate) fn is_empty(&self) -> bool {
        (self.before, self.after, self.neither) == (0, 0, 0)
    }

    /// One statement is all or nothing.
    pub(crate) fn of_one(&self) -> EffectCheck {
        match (self.before, self.after, self.neither) {
            (_, 0, 0) if self.before > 0 => EffectCheck::NoEffect,
            (0, _, 0) if self.after > 0 => EffectCheck::TookEffect,
            _ => EffectCheck::Unknown,
        }
    }

    /// One of several statements of which isn't known which part each changes. The first leaves all as
    /// it was only where it didn't land, the last all as it is to be only where it did.
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

    fn presence(&mut self, there: bool, wanted: bool) {
        self.between(there != wanted, there == wanted);
    }

    fn between(&mut self, before: bool, after: bool) {
        match (before, after) {
            (true, false) => self.before += 1,
            (false, true) => self.after += 1,
            (false, false) => self.neither += 1,
            // both sides look the same here, which tells nothing
            (true, true) => {}
        }
    }

    fn op(&mut self, live: &Schema, sides: &Pair<Box<Table>>, op: &TableOp) {
        if let TableOp::Rename(pair) = op {
            let named = |name| {
                let mut id: ObjectId = sides.to.id.clone();
                id.name = name;
                live.table(&id).is_some()
            };
            let (old, new) = (named(pair.from.clone()), named(pair.to.clone()));
            return self.between(old && !new, new && !old);
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
                self.between(found.is_none(), found.is_some_and(is_done));
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
            TableOp::Constraint(delta) => self.part(
                delta,
                |c| has_constraint(table, c),
                |c| {
                    let found = table.constraints.iter().find(|other| other.name == c.name);
                    found.map(|c| (c.name.get().clone(), c.comment.clone(), c.attrs.clone()))
                },
                |c| (c.name.get().clone(), c.comment.clone(), c.attrs.clone()),
            ),
            TableOp::Index(delta) => self.part(
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
            // rows change with it, which the catalogue doesn't show; the values themselves it does
            TableOp::Value { column, .. } => {
                let values =
                    |side: &Table| side.column(column.as_str()).map(|c| c.ty.values.clone());
                let found = values(table);
                self.between(found == values(&sides.from), found == values(&sides.to));
            }
            TableOp::Options(pair) => {
                let (from, to, found) = (&pair.from, &pair.to, &table.options);
                if from.comment != to.comment {
                    self.between(found.comment == from.comment, found.comment == to.comment);
                }
                if from.attrs != to.attrs {
                    self.between(found.attrs == from.attrs, found.attrs == to.attrs);
                }
                for (from, to, found) in [
                    (&from.engine, &to.engine, &found.engine),
                    (&from.charset, &to.charset, &found.charset),
                    (&from.collation, &to.collation, &found.collation),
                ] {
                    let text = |value: &Option<crate::model::Given<String>>| {
                        value.as_ref().map(|value| value.get().clone())
                    };
                    let (from, to, found) = (text(from), text(to), text(found));
                    if from != to {
                        self.between(found == from, found == to);
                    }
                }
            }
            TableOp::Partitioning(pair) => {
                let found = &table.partitioning;
                self.between(*found == pair.from, *found == pair.to);
            }
            TableOp::Inheritance(pair) => {
                let found = &table.inheritance;
                self.between(*found == pair.from, *found == pair.to);
            }
            TableOp::Order(pair) => {
                // where those stand that come or go is not what it is about
                let both = [&sides.from, &sides.to];
                let stays = |name: &&Ident| both.iter().all(|t| t.column(name.as_str()).is_some());
                let found = || table.columns.iter().map(|c| &c.name).filter(stays);
                let is = |names: &[Ident]| names.iter().filter(stays).eq(found());
                self.between(is(&pair.from), is(&pair.to));
            }
        }
    }

    /// A column that stays: each property that changes.
    fn column(&mut self, table: &Table, pair: &Pair<Column>) {
        let Pair { from, to } = pair;
        if from.name != to.name {
            let there = |column: &Column| table.column(column.name.as_str()).is_some();
            let (old, new) = (there(from), there(to));
            self.between(old && !new, new && !old);
        }
        let named = table.column(to.name.as_str());
        let Some(found) = named.or_else(|| table.column(from.name.as_str())) else {
            self.neither += 1;
            return;
        };
        macro_rules! properties {
            ($($property:ident),+) => {$(
                if from.$property != to.$property {
                    self.between(
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

    /// A constraint or an index.
    fn part<T: Named, K: PartialEq>(
        &mut self,
        delta: &Delta<T>,
        there: impl Fn(&T) -> bool,
        found: impl Fn(&T) -> Option<K>,
        wanted: impl Fn(&T) -> K,
    ) {
        match delta {
            Delta::Add(part) => self.presence(there(part), true),
            Delta::Drop(part) => self.presence(there(part), false),
            Delta::Alter(Pair { from, to }) if from.name().get() != to.name().get() => {
                let (old, new) = (there(from), there(to));
                self.between(old && !new, new && !old);
            }
            Delta::Alter(Pair { from, to }) => {
                let found = found(to);
                self.between(found == Some(wanted(from)), found == Some(wanted(to)));
            }
        }
    }
}

/// What has a name that may be made up.
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

/// Whether a table has a constraint of this kind and name. There is one primary key, whatever its
/// name: that one has to be over the same columns.
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

/// Whether a table has an index of this name. One that an interrupted build left is none.
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

    fn verdict(live: &Table, from: &Table, to: &Table, ops: &[TableOp]) -> EffectCheck {
        let mut schema = Schema::default();
        schema
            .objects
            .insert(live.id.clone(), Object::Table(Box::new(live.clone())));
        let mut votes = Evidence::default();
        let sides = Pair::new(Box::new(from.clone()), Box::new(to.clone()));
        for op in ops {
            votes.op(&schema, &sides, op);
        }
        votes.of_one()
    }

    #[test]
    fn columns() {
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
            let got = verdict(live, &old, to, std::slice::from_ref(op));
            assert_eq!(got, expected, "{live:?} {op:?}");
        }
        // a statement that does two things can't have done one of them
        let both = table(&[("a", "bigint"), ("b", "int")]);
        assert_eq!(
            verdict(&more, &old, &both, &[add, alter]),
            EffectCheck::Unknown
        );
    }

    #[test]
    fn the_first_and_the_last_of_several() {
        use EffectCheck::{NoEffect, TookEffect, Unknown};
        let old = table(&[("a", "int")]);
        let mut new = table(&[("a", "int"), ("b", "int")]);
        let add = TableOp::Column(Delta::Add(new.columns[1].clone()));
        let mut between = new.clone();
        between.columns[1].nullable = true;
        new.columns[1].comment = Some(String::from("c"));
        let sides = Pair::new(Box::new(old.clone()), Box::new(new.clone()));
        let verdict = |live: &Table, at| {
            let mut schema = Schema::default();
            let object = Object::Table(Box::new(live.clone()));
            schema.objects.insert(live.id.clone(), object);
            let mut votes = Evidence {
                whole: true,
                ..Evidence::default()
            };
            votes.op(&schema, &sides, &add);
            votes.of_several(at, 3)
        };
        for (live, expected) in [
            (&old, [NoEffect, Unknown, NoEffect]),
            (&between, [TookEffect, Unknown, NoEffect]),
            (&new, [TookEffect, Unknown, TookEffect]),
        ] {
            assert_eq!([0, 1, 2].map(|at| verdict(live, at)), expected, "{live:?}");
        }
    }

    #[test]
    fn an_index_that_is_not_valid_is_none() {
        let old = table(&[("a", "int")]);
        let mut new = old.clone();
        let parts = vec![IndexPart::on_column("a")];
        new.indexes.push(Index::new(Name::Given("i".into()), parts));
        let mut left = new.clone();
        left.indexes[0].valid = false;
        let op = [TableOp::Index(Delta::Add(new.indexes[0].clone()))];
        assert_eq!(verdict(&old, &old, &new, &op), EffectCheck::NoEffect);
        assert_eq!(verdict(&left, &old, &new, &op), EffectCheck::NoEffect);
        assert_eq!(verdict(&new, &old, &new, &op), EffectCheck::TookEffect);
    }
}
