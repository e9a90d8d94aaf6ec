//! Changes of a schema, and the plan that performs them: types only.

pub(crate) mod description;
pub(crate) mod effects;
pub(crate) mod plan;

pub use crate::change::description::describe;
pub use crate::change::effects::{Effects, NameSpace, QualifiedName, Resource};
pub use crate::change::plan::{
    Action, Facet, Hazard, HazardKind, Lost, Part, Phase, Plan, Step, Tx,
};

use crate::model::{
    Column, Constraint, Given, Ident, Index, Inheritance, Object, ObjectId, Pair, Partitioning,
    Table, TableOptions,
};
use serde::{Deserialize, Serialize};

/// A part that is added, dropped or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Delta<T> {
    /// The part is added.
    Add(T),
    /// The part is dropped.
    Drop(T),
    /// The part changes; its name may change, too.
    Alter(Pair<T>),
}

impl<T> Delta<T> {
    /// The inverse.
    #[must_use]
    pub fn invert(self) -> Self {
        match self {
            Self::Add(part) => Self::Drop(part),
            Self::Drop(part) => Self::Add(part),
            Self::Alter(pair) => Self::Alter(pair.invert()),
        }
    }

    /// The part, if it is added.
    pub fn added(&self) -> Option<&T> {
        match self {
            Self::Add(part) => Some(part),
            Self::Drop(_) | Self::Alter(_) => None,
        }
    }

    /// The part, if it is dropped.
    pub fn dropped(&self) -> Option<&T> {
        match self {
            Self::Drop(part) => Some(part),
            Self::Add(_) | Self::Alter(_) => None,
        }
    }

    /// Both sides, if the part changes.
    pub fn altered(&self) -> Option<&Pair<T>> {
        match self {
            Self::Alter(pair) => Some(pair),
            Self::Add(_) | Self::Drop(_) => None,
        }
    }

    /// The part, if it is added or dropped.
    pub fn added_or_dropped(&self) -> Option<&T> {
        self.added().or(self.dropped())
    }

    /// The part before the change, if it existed.
    pub fn before(&self) -> Option<&T> {
        match self {
            Self::Add(_) => None,
            Self::Drop(part) => Some(part),
            Self::Alter(pair) => Some(&pair.from),
        }
    }

    /// The part after the change, if it exists.
    pub fn after(&self) -> Option<&T> {
        match self {
            Self::Add(part) => Some(part),
            Self::Drop(_) => None,
            Self::Alter(pair) => Some(&pair.to),
        }
    }
}

/// One change of a schema, with both sides, so that its inverse can be derived from it alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::large_enum_variant)] // few at a time, and never moved in bulk
pub enum Change {
    /// An object is created.
    Create(ObjectId, Object),
    /// An object is dropped.
    Drop(ObjectId, Object),
    /// An object other than a table changes.
    Replace(ObjectId, Pair<Object>),
    /// The comment of an object other than a table is added, removed or changed.
    Comment(ObjectId, Pair<Option<String>>),
    /// A value of an enum type is renamed, in existing rows, too.
    Value(ObjectId, Pair<String>),
    /// A table changes.
    Table {
        /// The whole table before and after all of `ops`.
        sides: Pair<Box<Table>>,
        /// The differences, in an order that works forwards.
        ops: Vec<TableOp>,
    },
}

impl Change {
    /// The inverse. `change.invert().invert()` is the change.
    #[must_use]
    pub fn invert(self) -> Self {
        match self {
            Self::Create(id, object) => Self::Drop(id, object),
            Self::Drop(id, object) => Self::Create(id, object),
            Self::Replace(id, pair) => Self::Replace(id, pair.invert()),
            Self::Comment(id, pair) => Self::Comment(id, pair.invert()),
            Self::Value(id, pair) => Self::Value(id, pair.invert()),
            Self::Table { sides, ops } => Self::Table {
                sides: sides.invert(),
                ops: ops.into_iter().rev().map(TableOp::invert).collect(),
            },
        }
    }

    /// The object, by its id before the change (after the change, if it is created).
    pub fn id(&self) -> &ObjectId {
        match self {
            Self::Create(id, _)
            | Self::Drop(id, _)
            | Self::Replace(id, _)
            | Self::Value(id, _)
            | Self::Comment(id, _) => id,
            Self::Table { sides, .. } => &sides.from.id,
        }
    }
}

/// One change of a table. `Drop` and `from` have names as before the change, `Add` and `to` as after it. Renames are
/// the first operations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::large_enum_variant)] // few at a time, and never moved in bulk
pub enum TableOp {
    /// The table is renamed.
    Rename(Pair<Ident>),
    /// A column is added, dropped or changed; another name in `to` is a rename.
    Column(Delta<Column>),
    /// A constraint is added, dropped or changed. Only its name, comment, attributes and validation change; for any
    /// other difference it is dropped and added.
    Constraint(Delta<Constraint>),
    /// An index is added, dropped or changed. Only its name, comment and attributes change; for any other difference
    /// it is dropped and added.
    Index(Delta<Index>),
    /// A value of an enum column is renamed, in existing rows, too.
    Value {
        /// The column, by its name after the change.
        column: Ident,
        /// The value before and after.
        rename: Pair<String>,
    },
    /// Comment, storage options or attributes change.
    Options(Pair<TableOptions>),
    /// The partitioning changes.
    Partitioning(Pair<Option<Partitioning>>),
    /// The table becomes a partition, a child table, or neither (PostgreSQL).
    #[serde(rename = "Lineage")] // the key in journal rows
    Inheritance(Pair<Inheritance>),
    /// The columns are moved; names as after all other operations.
    Order(Pair<Vec<Ident>>),
}

impl TableOp {
    /// The inverse.
    #[must_use]
    pub fn invert(self) -> Self {
        match self {
            Self::Rename(pair) => Self::Rename(pair.invert()),
            Self::Column(delta) => Self::Column(delta.invert()),
            Self::Constraint(delta) => Self::Constraint(delta.invert()),
            Self::Index(delta) => Self::Index(delta.invert()),
            Self::Value { column, rename } => Self::Value {
                column,
                rename: rename.invert(),
            },
            Self::Options(pair) => Self::Options(pair.invert()),
            Self::Partitioning(pair) => Self::Partitioning(pair.invert()),
            Self::Inheritance(pair) => Self::Inheritance(pair.invert()),
            Self::Order(pair) => Self::Order(pair.invert()),
        }
    }
}

/// Accessors for one kind of operation each; `None` for the other kinds.
impl TableOp {
    /// The names of the table, if it is renamed.
    pub fn rename(&self) -> Option<&Pair<Ident>> {
        if let Self::Rename(pair) = self {
            Some(pair)
        } else {
            None
        }
    }

    /// The change of a column.
    pub fn column(&self) -> Option<&Delta<Column>> {
        if let Self::Column(delta) = self {
            Some(delta)
        } else {
            None
        }
    }

    /// The change of a constraint.
    pub fn constraint(&self) -> Option<&Delta<Constraint>> {
        if let Self::Constraint(delta) = self {
            Some(delta)
        } else {
            None
        }
    }

    /// The change of an index.
    pub fn index(&self) -> Option<&Delta<Index>> {
        if let Self::Index(delta) = self {
            Some(delta)
        } else {
            None
        }
    }

    /// The storage options before and after.
    pub fn options(&self) -> Option<&Pair<TableOptions>> {
        if let Self::Options(pair) = self {
            Some(pair)
        } else {
            None
        }
    }

    /// How the table is partitioned before and after.
    pub fn partitioning(&self) -> Option<&Pair<Option<Partitioning>>> {
        if let Self::Partitioning(pair) = self {
            Some(pair)
        } else {
            None
        }
    }

    /// The order of the columns before and after.
    pub fn order(&self) -> Option<&Pair<Vec<Ident>>> {
        if let Self::Order(pair) = self {
            Some(pair)
        } else {
            None
        }
    }

    /// The column that becomes nullable.
    pub fn made_nullable(&self) -> Option<&Ident> {
        let pair = self.column()?.altered()?;
        (!pair.from.nullable && pair.to.nullable).then_some(&pair.to.name)
    }

    /// The column and the texts of an enum value that is renamed.
    pub fn value(&self) -> Option<(&Ident, &Pair<String>)> {
        if let Self::Value { column, rename } = self {
            Some((column, rename))
        } else {
            None
        }
    }
}

/// Properties of an operation that the planner and the dialects share.
impl TableOp {
    /// Whether the operation only drops a part, or the default of a column.
    pub(crate) fn only_removes(&self) -> bool {
        match self {
            Self::Column(Delta::Drop(_))
            | Self::Constraint(Delta::Drop(_))
            | Self::Index(Delta::Drop(_)) => true,
            Self::Column(Delta::Alter(pair)) => drops_default(pair),
            Self::Rename(_)
            | Self::Column(Delta::Add(_))
            | Self::Constraint(Delta::Add(_) | Delta::Alter(_))
            | Self::Index(Delta::Add(_) | Delta::Alter(_))
            | Self::Value { .. }
            | Self::Options(_)
            | Self::Order(_)
            | Self::Partitioning(_)
            | Self::Inheritance(_) => false,
        }
    }

    /// Whether the operation drops this constraint.
    pub(crate) fn drops_constraint(&self, old: &Constraint) -> bool {
        self.constraint().and_then(Delta::dropped) == Some(old)
    }

    /// Whether the operation changes this constraint.
    pub(crate) fn alters_constraint(&self, old: &Constraint) -> bool {
        let altered = self.constraint().and_then(Delta::altered);
        altered.is_some_and(|pair| pair.from == *old)
    }

    /// The column of an operation that changes its type, character set or collation.
    pub(crate) fn type_change(&self) -> Option<&Pair<Column>> {
        let pair = self.column()?.altered()?;
        let (from, to) = (&pair.from, &pair.to);
        let same = from.ty == to.ty && from.charset == to.charset && from.collation == to.collation;
        (!same).then_some(pair)
    }

    /// Whether the default character set or collation of the table changes, which columns without their own have.
    pub(crate) fn changes_charset(&self) -> bool {
        self.options().is_some_and(|Pair { from, to }| {
            !same_text(from.charset.as_ref(), to.charset.as_ref())
                || !same_text(from.collation.as_ref(), to.collation.as_ref())
        })
    }

    /// Whether all rows are copied to another storage engine or row layout. `layout_attributes` are the attributes
    /// of a table that determine its layout.
    pub(crate) fn changes_storage(&self, layout_attributes: &[&str]) -> bool {
        self.options().is_some_and(|Pair { from, to }| {
            let mut changed = from.attrs.changes(&to.attrs);
            !same_text(from.engine.as_ref(), to.engine.as_ref())
                || changed.any(|(key, ..)| layout_attributes.contains(&key))
        })
    }
}

fn same_text(from: Option<&Given<String>>, to: Option<&Given<String>>) -> bool {
    from.map(Given::get) == to.map(Given::get)
}

/// Whether an index of an existing table can be built without blocking writes: not that of a partitioned table, nor an
/// index that belongs to one.
pub(crate) fn can_build_concurrently(sides: &Pair<Box<Table>>, index: &Index) -> bool {
    let is_partitioned = sides.from.partitioning.is_some() || sides.to.partitioning.is_some();
    !is_partitioned && index.parent.is_none()
}

/// Whether a column keeps its type and loses its default.
pub(crate) fn drops_default(pair: &Pair<Column>) -> bool {
    pair.from.ty == pair.to.ty && pair.from.default.is_some() && pair.to.default.is_none()
}

/// The name of a table before some of its operations. Renames are the first operations of a table, so without one
/// among them the table has its new name.
pub fn name_before<'a>(sides: &'a Pair<Box<Table>>, ops: &'a [TableOp]) -> &'a Ident {
    let renamed = ops.iter().find_map(TableOp::rename);
    renamed.map_or(&sides.to.id.name, |pair| &pair.from)
}

/// The inverse of a list of changes: each inverted, in reverse order.
pub fn invert(changes: Vec<Change>) -> Vec<Change> {
    changes.into_iter().rev().map(Change::invert).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{Change, TableOp};
    use crate::model::{Inheritance, ObjectId, Pair, Table};

    /// A change as journal rows of earlier versions contain it: the keys stay the same when fields are renamed.
    const RECORDED: &str = r#"{"Table":{"sides":{
        "from":{"id":{"ns":"Default","kind":"Table","parent":null,"name":"t","args":null},
            "external":false,"columns":[],"constraints":[],"indexes":[],
            "options":{"comment":null,"engine":null,"charset":null,"collation":null,"attrs":{}},
            "partitioning":null,"lineage":"None"},
        "to":{"id":{"ns":"Default","kind":"Table","parent":null,"name":"t","args":null},
            "external":false,"columns":[],"constraints":[],"indexes":[],
            "options":{"comment":null,"engine":null,"charset":null,"collation":null,"attrs":{}},
            "partitioning":null,"lineage":{"Inherits":[
                {"ns":"Default","kind":"Table","parent":null,"name":"p","args":null}]}}},
        "ops":[{"Lineage":{"from":"None","to":{"Inherits":[
            {"ns":"Default","kind":"Table","parent":null,"name":"p","args":null}]}}}]}}"#;

    #[test]
    fn changes_are_serialized_with_the_keys_of_earlier_versions() {
        let to = Inheritance::Inherits(vec![ObjectId::table("p")]);
        let before = Table::new(ObjectId::table("t"));
        let mut after = before.clone();
        after.inheritance = to.clone();
        let change = Change::Table {
            sides: Pair::new(Box::new(before), Box::new(after)),
            ops: vec![TableOp::Inheritance(Pair::new(Inheritance::None, to))],
        };
        let recorded: serde_json::Value = serde_json::from_str(RECORDED).unwrap();
        assert_eq!(serde_json::to_value(&change).unwrap(), recorded);
        assert_eq!(serde_json::from_value::<Change>(recorded).unwrap(), change);
    }
}
