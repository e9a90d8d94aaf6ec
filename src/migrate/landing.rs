//! Whether a statement landed whose answer never came: the live schema beside the two sides of the
//! change that the statement belongs to. Only the parts that it changes are looked at.

use super::snapshot::statement_hash;
use crate::change::{Action, Change, Delta, Facet, Part, TableOp};
use crate::db::{Conn, DbError};
use crate::dialect::{Dialect, InspectScope};
use crate::model::{
    Column, Constraint, ConstraintKind, Ident, Index, Name, Object, ObjectId, Pair, Schema, Table,
    UserType,
};
use std::collections::BTreeMap;
use std::fmt::Debug;

/// What a look at the catalogue found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landing {
    /// It is in force.
    Landed,
    /// Nothing of it is.
    NotLanded,
    /// The catalogue doesn't tell.
    Unknown,
}

/// A statement of a step, the way it went.
#[derive(Clone, Debug)]
pub struct Doubt {
    /// What the step does.
    pub action: Action,
    /// Which of the step's statements, from 0.
    pub at: usize,
    /// How many the step has.
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
    doubt: &Doubt,
) -> Result<Landing, DbError> {
    let change = match &doubt.action {
        Action::Change(change) | Action::Concurrently(change) => change,
        Action::Raw(_) | Action::Backfill { .. } | Action::Check { .. } => {
            return Ok(Landing::Unknown);
        }
    };
    let live = dialect.inspect(conn, scope).await?;
    let mut votes = Votes::default();
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
            let from = settled(conn, dialect, &sides.from, &live).await?;
            let to = settled(conn, dialect, &sides.to, &live).await?;
            let own = if doubt.of == ops.len() {
                ops.get(doubt.at..=doubt.at).unwrap_or_default()
            } else {
                ops
            };
            for op in own {
                votes.op(&live, &Pair::new(&from, &to), op);
            }
            if own.len() == ops.len() && doubt.of > 1 {
                return Ok(votes.of_several(doubt));
            }
        }
    }
    Ok(votes.of_one())
}

/// The parts of a schema by the names that facets have, each with the hash of what it is. The same
/// part gives the same hash in one version of this tool.
pub fn parts(schema: &Schema) -> BTreeMap<String, String> {
    let mut parts = BTreeMap::new();
    for (id, object) in &schema.objects {
        let mut add = |part: Part, what: &dyn Debug| {
            let facet = Facet {
                object: id.clone(),
                part,
            };
            parts.insert(facet.to_string(), statement_hash(&format!("{what:?}")));
        };
        add(Part::Whole, object);
        let Some(table) = object.as_table() else {
            continue;
        };
        add(Part::Name, &id.name);
        for column in &table.columns {
            add(Part::Column(column.name.clone()), column);
        }
        for constraint in &table.constraints {
            let name = constraint.name.get().clone();
            add(Part::Constraint(name), constraint);
        }
        for index in &table.indexes {
            add(Part::Index(index.name.get().clone()), index);
        }
        // all that `plan::facets` calls options
        let options = (&table.options, &table.partitioning, &table.lineage);
        add(Part::Options, &options);
        let order: Vec<_> = table.columns.iter().map(|c| &c.name).collect();
        add(Part::Order, &order);
    }
    parts
}

/// Looks whether a statement landed by how the parts that its step changes looked before it: a
/// statement is all or nothing, so one that landed has changed them.
///
/// # Errors
/// What the server said.
pub async fn look_back(
    conn: &mut Conn,
    dialect: &dyn Dialect,
    scope: &InspectScope,
    before: &BTreeMap<String, Option<String>>,
    at: usize,
    of: usize,
) -> Result<Landing, DbError> {
    let live = parts(&dialect.inspect(conn, scope).await?);
    let changed = before
        .iter()
        .filter(|(facet, hash)| live.get(*facet) != hash.as_ref())
        .count();
    Ok(match (changed, at) {
        _ if before.is_empty() => Landing::Unknown,
        // those before it have changed something too
        (_, 1..) => Landing::Unknown,
        (0, 0) => Landing::NotLanded,
        (all, 0) if all == before.len() || of > 1 => Landing::Landed,
        (_, 0) => Landing::Unknown,
    })
}

/// A table with the live text wherever the server calls an expression of it the same.
async fn settled(
    conn: &mut Conn,
    dialect: &dyn Dialect,
    table: &Table,
    live: &Schema,
) -> Result<Table, DbError> {
    let mut alone = Schema::default();
    let object = Object::Table(Box::new(table.clone()));
    alone.objects.insert(table.id.clone(), object);
    dialect.reconcile(conn, &mut alone, live).await?;
    let settled = alone.table(&table.id).cloned();
    Ok(settled.unwrap_or_else(|| table.clone()))
}

/// What the parts say.
#[derive(Debug, Default)]
struct Votes {
    before: usize,
    after: usize,
    neither: usize,
}

impl Votes {
    /// One statement is all or nothing.
    fn of_one(&self) -> Landing {
        match (self.before, self.after, self.neither) {
            (_, 0, 0) if self.before > 0 => Landing::NotLanded,
            (0, _, 0) if self.after > 0 => Landing::Landed,
            _ => Landing::Unknown,
        }
    }

    /// One of several statements of which isn't known which part each changes.
    fn of_several(&self, doubt: &Doubt) -> Landing {
        let first = doubt.at == 0;
        let last = doubt.at + 1 == doubt.of;
        match self.of_one() {
            Landing::NotLanded if first => Landing::NotLanded,
            Landing::Landed if last => Landing::Landed,
            Landing::Landed | Landing::NotLanded | Landing::Unknown => Landing::Unknown,
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

    fn op(&mut self, live: &Schema, sides: &Pair<&Table>, op: &TableOp) {
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
                self.presence(table.column(column.name.as_str()).is_some(), true);
            }
            TableOp::Column(Delta::Drop(column)) => {
                self.presence(table.column(column.name.as_str()).is_some(), false);
            }
            TableOp::Column(Delta::Alter(pair)) => {
                let of = |side: &Table, column: &Column| {
                    let found = side.column(column.name.as_str());
                    found.unwrap_or(column).clone()
                };
                let pair = Pair::new(of(sides.from, &pair.from), of(sides.to, &pair.to));
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
                self.between(found == values(sides.from), found == values(sides.to));
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
            TableOp::Lineage(pair) => {
                let found = &table.lineage;
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
            collation
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
    use crate::model::{IndexPart, Partitioning, SqlType};

    fn table(columns: &[(&str, &str)]) -> Table {
        let mut table = Table::new(ObjectId::table("t"));
        table.columns = columns
            .iter()
            .map(|(name, ty)| Column::new(*name, SqlType::new(ty)))
            .collect();
        table
    }

    fn verdict(live: &Table, from: &Table, to: &Table, ops: &[TableOp]) -> Landing {
        let mut schema = Schema::default();
        schema
            .objects
            .insert(live.id.clone(), Object::Table(Box::new(live.clone())));
        let mut votes = Votes::default();
        for op in ops {
            votes.op(&schema, &Pair::new(from, to), op);
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
            (&old, &more, &add, Landing::NotLanded),
            (&more, &more, &add, Landing::Landed),
            (&old, &wide, &alter, Landing::NotLanded),
            (&wide, &wide, &alter, Landing::Landed),
            (&table(&[("a", "text")]), &wide, &alter, Landing::Unknown),
            (&old, &renamed, &rename, Landing::NotLanded),
            (&renamed, &renamed, &rename, Landing::Landed),
            (&more, &renamed, &rename, Landing::Unknown),
        ] {
            let got = verdict(live, &old, to, std::slice::from_ref(op));
            assert_eq!(got, expected, "{live:?} {op:?}");
        }
        // a statement that does two things can't have done one of them
        let both = table(&[("a", "bigint"), ("b", "int")]);
        assert_eq!(verdict(&more, &old, &both, &[add, alter]), Landing::Unknown);
    }

    #[test]
    fn other_partitions_are_other_options() {
        let hash = |table: Table| {
            let mut schema = Schema::default();
            let object = Object::Table(Box::new(table.clone()));
            schema.objects.insert(table.id, object);
            parts(&schema).remove("table t options").unwrap()
        };
        let plain = table(&[("a", "int")]);
        let mut divided = plain.clone();
        divided.partitioning = Some(Partitioning {
            method: String::from("hash"),
            key: vec![IndexPart::column("a")],
            sub: None,
            count: Some(4),
            parts: Vec::new(),
        });
        assert_ne!(hash(plain), hash(divided));
    }

    #[test]
    fn an_index_that_is_not_valid_is_none() {
        let old = table(&[("a", "int")]);
        let mut new = old.clone();
        let parts = vec![IndexPart::column("a")];
        new.indexes.push(Index::new(Name::Given("i".into()), parts));
        let mut left = new.clone();
        left.indexes[0].valid = false;
        let op = [TableOp::Index(Delta::Add(new.indexes[0].clone()))];
        assert_eq!(verdict(&old, &old, &new, &op), Landing::NotLanded);
        assert_eq!(verdict(&left, &old, &new, &op), Landing::NotLanded);
        assert_eq!(verdict(&new, &old, &new, &op), Landing::Landed);
    }
}
