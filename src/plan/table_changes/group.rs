//! The operations of a table that share a step.

use crate::change::{Delta, TableOp};
use crate::dialect::Capabilities;
use crate::model::{
    Column, Constraint, ConstraintKind, Given, Ident, Index, IndexPart, Pair, PartKey,
};
use std::collections::BTreeSet;

/// What the grouping depends on beside the operations.
pub(crate) struct Grouping<'a> {
    /// The capabilities of the dialect.
    pub capabilities: &'a Capabilities,
    /// The identity columns of the table, before and after.
    pub identity_columns: BTreeSet<Ident>,
    /// The name that the server generates for the partitions' part of an index.
    pub partition_index_name: &'a dyn Fn(&Index) -> Option<Ident>,
    /// Whether a row could be too long with the new columns beside the old ones.
    pub exceeds_row_size: bool,
}

/// Divides operations into groups; each group becomes one step. Operations share a group if one of them alone would be
/// refused: an identity column and the key that it needs, an enum's renamed values and its new definition, a part and
/// the one that gets its name. Where indexes are altered with their table, operations that are bound by several of
/// these share one group; elsewhere the first bond counts.
pub(crate) fn group(ops: Vec<TableOp>, grouping: &Grouping<'_>) -> Vec<Vec<TableOp>> {
    let bonds = Bonds::of(&ops, grouping);
    let mut groups: Vec<Group> = Vec::new();
    for (at, op) in ops.into_iter().enumerate() {
        let bonds = bonds.of_op(&op);
        let (bound, rest): (Vec<Group>, Vec<Group>) =
            groups.into_iter().partition(|group| group.shares(&bonds));
        groups = rest;
        let mut group = Group {
            bonds,
            ops: vec![(at, op)],
        };
        for other in bound {
            group.bonds.extend(other.bonds);
            group.ops.extend(other.ops);
        }
        groups.push(group);
    }
    for group in &mut groups {
        let is_name = |bond: &Bond| matches!(bond, Bond::Name(_) | Bond::PartitionIndexName(_));
        let named = group.bonds.iter().any(is_name);
        // a name is freed before it is taken
        group
            .ops
            .sort_by_key(|(at, op)| (named && !drops_part(op), *at));
    }
    groups.sort_by_key(Group::position);
    let ops = |group: Group| group.ops.into_iter().map(|(_, op)| op).collect();
    groups.into_iter().map(ops).collect()
}

/// The bonds between the operations of a table, as far as they depend on all of them.
struct Bonds<'a> {
    grouping: &'a Grouping<'a>,
    /// Whether indexes are altered with their table.
    with_table: bool,
    /// Whether an identity column is added, dropped, or changes its kind.
    concerns_identity: bool,
    /// Whether all operations that concern columns and keys share one group.
    whole_table: bool,
    /// Whether columns are moved.
    is_ordered: bool,
    /// Whether moved columns share a group with the primary key.
    order_needs_key: bool,
    /// Whether a key of an identity column is dropped.
    drops_identity_key: bool,
    leading: LeadingColumns,
    /// Columns whose type, NOT NULL or expression changes, where keys and indexes are altered with their table.
    reshaped: BTreeSet<Ident>,
}

impl<'a> Bonds<'a> {
    fn of(ops: &[TableOp], grouping: &'a Grouping<'a>) -> Self {
        let capabilities = grouping.capabilities;
        let needs_index = capabilities.tables.identity_needs_index;
        let concerns_identity = needs_index && ops.iter().any(changes_whether_identity);
        let with_table = capabilities.indexes.altered_with_table;
        let leading = LeadingColumns::of(ops, with_table);
        // a new column is placed after the identity column, so nothing may delay that one
        let added_or_dropped = other_added_or_dropped(ops);
        let is_delayed = |op: &TableOp| {
            delays(op) || leading.bond(op).is_some() && is_over(op, &added_or_dropped)
        };
        let identity_delayed =
            ops.iter().any(is_delayed) || shares_key(ops) || exchanges_identity(ops);
        let identity_first =
            concerns_identity && capabilities.tables.column_order && identity_delayed;
        let whole_table = identity_first
            || grouping.exceeds_row_size
            || ops.iter().any(|op| concerns_all(op, capabilities));
        let drops_identity_key =
            |op: &TableOp| is_over(op, &grouping.identity_columns) && drops_part(op);
        let reshaped = ops.iter().filter_map(reshapes).filter(|_| with_table);
        Self {
            grouping,
            with_table,
            concerns_identity,
            whole_table,
            is_ordered: ops.iter().any(|op| matches!(op, TableOp::Order(_))),
            order_needs_key: concerns_identity || whole_table || ops.iter().any(concerns_primary),
            drops_identity_key: needs_index && ops.iter().any(drops_identity_key),
            reshaped: reshaped.cloned().collect(),
            leading,
        }
    }

    fn of_op(&self, op: &TableOp) -> Vec<Bond> {
        let moves = self.is_ordered && is_moved_with_order(op);
        let concerns_columns_or_keys =
            concerns_columns_or_keys(op) || (self.with_table && op.index().is_some());
        let mut bonds = Vec::new();
        if (self.whole_table && concerns_columns_or_keys) || (moves && self.order_needs_key) {
            bonds.push(Bond::Key);
        } else if moves {
            bonds.push(Bond::Order);
        }
        if self.drops_identity_key && is_over(op, &self.grouping.identity_columns) {
            bonds.push(Bond::Key);
        }
        bonds.extend(self.leading.bond(op));
        bonds.extend(Bond::of_one(op, self.concerns_identity));
        if self.with_table {
            bonds.extend(new_name(op).cloned().map(Bond::Name));
            bonds.extend(bonds_of_reshaped(op, &self.reshaped));
        } else {
            bonds.truncate(1);
        }
        let index = op.index().and_then(Delta::added_or_dropped);
        let name = index.and_then(self.grouping.partition_index_name);
        bonds.extend(name.map(Bond::PartitionIndexName));
        bonds
    }
}

/// Whether an identity column is added, dropped, or becomes or ceases to be one.
fn changes_whether_identity(op: &TableOp) -> bool {
    op.column().is_some_and(|delta| {
        let has = |column: Option<&Column>| column.is_some_and(|c| c.identity.is_some());
        has(delta.before()) != has(delta.after())
    })
}

/// The operations of one step, each with its position in the given order.
struct Group {
    bonds: Vec<Bond>,
    ops: Vec<(usize, TableOp)>,
}

impl Group {
    fn shares(&self, bonds: &[Bond]) -> bool {
        bonds.iter().any(|bond| self.bonds.contains(bond))
    }

    /// The position of the group: that of the first column whose shape changes, so that it follows all new columns; else
    /// that of the first column that is added or dropped; else that of its first operation.
    fn position(&self) -> usize {
        let first = |of: fn(&TableOp) -> bool| {
            let positions = self.ops.iter().filter(|(_, op)| of(op));
            positions.map(|(at, _)| *at).min()
        };
        let shaped = self.bonds.iter().any(|b| matches!(b, Bond::Shape(_)));
        let shape = first(|op| reshapes(op).is_some()).filter(|_| shaped);
        let column = first(|op| matches!(op, TableOp::Column(Delta::Add(_) | Delta::Drop(_))));
        let position = shape.or(column).or_else(|| first(|_| true));
        position.unwrap_or_default()
    }
}

/// The column whose type, NOT NULL or expression changes, so that it can be in other keys than before.
fn reshapes(op: &TableOp) -> Option<&Ident> {
    let Pair { from, to } = op.column()?.altered()?;
    let same = from.ty == to.ty && from.nullable == to.nullable && from.generated == to.generated;
    (!same).then_some(&to.name)
}

/// The bonds between columns whose shape changes and the keys, indexes and computed columns that are added and dropped
/// with them.
fn bonds_of_reshaped(op: &TableOp, reshaped: &BTreeSet<Ident>) -> Vec<Bond> {
    let altered = op.column().and_then(Delta::altered);
    let column = altered.into_iter().flat_map(|pair| {
        let computed = [&pair.from, &pair.to].map(|side| side.generated.iter());
        let reads = computed.into_iter().flatten().flat_map(|g| &g.expr.reads);
        reads.chain([&pair.to.name])
    });
    let key = op.constraint().and_then(Delta::added_or_dropped);
    let key = key.filter(|key| key.kind.is_unique());
    let key = key.into_iter().flat_map(Constraint::columns);
    let read = |part: &IndexPart| match &part.key {
        PartKey::Column(name) => vec![name.clone()],
        PartKey::Expr(expr) => expr.reads.iter().cloned().collect(),
    };
    let index = op.index().and_then(Delta::added_or_dropped);
    let index = index
        .into_iter()
        .flat_map(|index| index.parts.iter().flat_map(read));
    let named = column.chain(key).cloned().chain(index);
    let bound = named.filter(|name| reshaped.contains(name));
    bound.map(Bond::Shape).collect()
}

/// Whether several columns of a primary key are added, or dropped, with that key.
fn shares_key(ops: &[TableOp]) -> bool {
    let several = |side: fn(&Delta<Column>) -> Option<&Column>, key: &Constraint| {
        let columns = ops.iter().filter_map(|op| side(op.column()?));
        let of_key = columns.filter(|column| key.columns().contains(&&column.name));
        of_key.count() > 1
    };
    let mut keys = ops.iter().filter(|op| concerns_primary(op));
    keys.any(|op| {
        let delta = op.constraint();
        let added = delta.and_then(Delta::added);
        let dropped = delta.and_then(Delta::dropped);
        added.is_some_and(|key| several(Delta::added, key))
            || dropped.is_some_and(|key| several(Delta::dropped, key))
    })
}

/// The columns that are added or dropped, except identity columns.
fn other_added_or_dropped(ops: &[TableOp]) -> BTreeSet<Ident> {
    let columns = (ops.iter()).filter_map(|op| op.column()?.added_or_dropped());
    let plain = columns.filter(|column| column.identity.is_none());
    plain.map(|column| column.name.clone()).collect()
}

/// Whether an identity column is replaced by another one: in one of both directions, the neighbours of the new one
/// would be added before it.
fn exchanges_identity(ops: &[TableOp]) -> bool {
    let has = |side: fn(&Delta<Column>) -> Option<&Column>| {
        let mut columns = ops.iter().filter_map(|op| side(op.column()?));
        columns.any(|column| column.identity.is_some())
    };
    has(Delta::added) && has(Delta::dropped)
}

/// Whether an operation moves the step of the identity column behind other columns that are added or dropped.
fn delays(op: &TableOp) -> bool {
    let alters = op.column().and_then(Delta::altered).is_some();
    alters || op.value().is_some() || op.order().is_some()
}

/// Whether an operation concerns all columns or keys: another character set, which columns without their own get;
/// another storage, which supports other types, keys and indexes; another partitioning, whose columns every key must
/// have.
fn concerns_all(op: &TableOp, caps: &Capabilities) -> bool {
    op.changes_charset()
        || op.changes_storage(caps.changes.layout_attributes)
        || matches!(op, TableOp::Partitioning(_))
}

fn is_primary(constraint: &Constraint) -> bool {
    matches!(constraint.kind, ConstraintKind::PrimaryKey(_))
}

fn concerns_primary(op: &TableOp) -> bool {
    let moved = op.constraint().and_then(Delta::added_or_dropped);
    moved.is_some_and(is_primary)
}

/// Whether an operation shares a step with the moves of columns: a column is moved by a statement with its whole
/// definition, which must be the one that it has then, in both directions.
fn is_moved_with_order(op: &TableOp) -> bool {
    let sides = op.constraint().map(|delta| [delta.before(), delta.after()]);
    delays(op) || sides.into_iter().flatten().flatten().any(is_primary)
}

/// The columns with which both an added and a dropped index start. A foreign key may need either of them, and a server
/// may drop the old one by itself, so both change in one step.
struct LeadingColumns {
    columns: BTreeSet<Ident>,
    /// Whether keys count as indexes.
    with_keys: bool,
}

impl LeadingColumns {
    /// `with_table` says whether indexes and keys are altered with their table, in one statement.
    fn of(ops: &[TableOp], with_table: bool) -> Self {
        let lead = |index: &Index| index.parts.first()?.column_name().cloned();
        let mut sides: Pair<BTreeSet<Ident>> = Pair::new(BTreeSet::new(), BTreeSet::new());
        let mut names: BTreeSet<Ident> = BTreeSet::new();
        for op in ops.iter().filter(|_| with_table) {
            match op.constraint() {
                Some(Delta::Add(key)) => sides.to.extend(first_column_of_key(key)),
                Some(Delta::Drop(key)) => sides.from.extend(first_column_of_key(key)),
                Some(Delta::Alter(_)) | None => {}
            }
        }
        for delta in ops.iter().filter_map(TableOp::index) {
            match delta {
                Delta::Add(index) => sides.to.extend(lead(index)),
                // indexes of the same name are dropped and added together anyway
                Delta::Drop(index) => {
                    sides.from.extend(lead(index));
                    names.insert(index.name.get().clone());
                }
                Delta::Alter(_) => {}
            }
        }
        let recreates = ops
            .iter()
            .any(|op| matches!(op, TableOp::Index(Delta::Add(i)) if names.contains(i.name.get())));
        if recreates && !with_table {
            sides.to.clear();
        }
        Self {
            columns: &sides.from & &sides.to,
            with_keys: with_table,
        }
    }

    fn bond(&self, op: &TableOp) -> Option<Bond> {
        let index = op.index().and_then(Delta::added_or_dropped);
        let lead = index.and_then(|index| index.parts.first()?.column_name().cloned());
        let key = op.constraint().and_then(Delta::added_or_dropped);
        let key = key.filter(|_| self.with_keys);
        let column = lead.or_else(|| first_column_of_key(key?))?;
        let is_leading = self.columns.contains(&column);
        is_leading.then_some(Bond::LeadingColumn(column))
    }
}

/// The first column of a key.
fn first_column_of_key(key: &Constraint) -> Option<Ident> {
    let columns = key.columns();
    let first = columns.first().filter(|_| key.kind.is_unique());
    first.map(|name| (*name).clone())
}

/// Whether an operation concerns columns or keys, so that it shares a step with one that concerns all of them.
fn concerns_columns_or_keys(op: &TableOp) -> bool {
    match op {
        TableOp::Constraint(Delta::Add(c) | Delta::Drop(c) | Delta::Alter(Pair { to: c, .. })) => {
            c.kind.is_unique()
        }
        TableOp::Column(_)
        | TableOp::Value { .. }
        | TableOp::Options(_)
        | TableOp::Partitioning(_) => true,
        TableOp::Rename(_) | TableOp::Index(_) | TableOp::Inheritance(_) | TableOp::Order(_) => {
            false
        }
    }
}

/// The new name of a renamed key or index, which another one may free.
fn new_name(op: &TableOp) -> Option<&Ident> {
    let key = op.constraint().and_then(Delta::altered);
    let key = key.map(|pair| (pair.from.name.get(), pair.to.name.get()));
    let index = op.index().and_then(Delta::altered);
    let index = index.map(|pair| (pair.from.name.get(), pair.to.name.get()));
    let (from, to) = key.or(index)?;
    (from != to).then_some(to)
}

/// Whether a key or index over one of these columns is added or dropped.
fn is_over(op: &TableOp, columns: &BTreeSet<Ident>) -> bool {
    let key = op.constraint().and_then(Delta::added_or_dropped);
    let key = key.filter(|key| key.kind.is_unique());
    let key = key.into_iter().flat_map(Constraint::columns);
    let index = op.index().and_then(Delta::added_or_dropped);
    let index = index.into_iter().flat_map(|index| &index.parts);
    let mut names = key.chain(index.filter_map(IndexPart::column_name));
    names.any(|name| columns.contains(name))
}

/// Whether an operation drops an index or a constraint.
fn drops_part(op: &TableOp) -> bool {
    matches!(
        op,
        TableOp::Index(Delta::Drop(_)) | TableOp::Constraint(Delta::Drop(_))
    )
}

/// The reasons for which operations share a step. Operations with an equal bond share one.
#[derive(PartialEq, Eq)]
enum Bond {
    /// The primary key, and the identity column that needs it.
    Key,
    /// An enum column and its renamed values.
    EnumValues(Ident),
    /// Indexes or constraints of this name.
    Name(Ident),
    /// Indexes whose parts in the partitions get this generated name.
    PartitionIndexName(Ident),
    /// Columns that change and are moved.
    Order,
    /// Indexes that start with this column.
    LeadingColumn(Ident),
    /// A column whose type, NOT NULL or expression changes.
    Shape(Ident),
    /// Columns that are renamed: expressions over several of them must see all new names or none.
    ColumnRenames,
}

impl Bond {
    /// The bond that an operation has by itself. `identity` says whether an identity column is added, dropped or changed.
    fn of_one(op: &TableOp, identity: bool) -> Option<Self> {
        let named = |name: &Given<Ident>| Some(Self::Name(name.get().clone()));
        match op {
            TableOp::Constraint(Delta::Add(c) | Delta::Drop(c)) => match &c.kind {
                ConstraintKind::PrimaryKey(_) => Some(Self::Key),
                ConstraintKind::Unique(_) => named(&c.name),
                // dropped before and added after all that changes in between
                ConstraintKind::ForeignKey(_)
                | ConstraintKind::Check(_)
                | ConstraintKind::Exclusion(_) => None,
            },
            TableOp::Index(Delta::Add(i) | Delta::Drop(i)) => named(&i.name),
            TableOp::Column(Delta::Add(c) | Delta::Drop(c)) if identity && c.identity.is_some() => {
                Some(Self::Key)
            }
            TableOp::Column(Delta::Alter(pair))
                if identity && (pair.from.identity.is_some() || pair.to.identity.is_some()) =>
            {
                Some(Self::Key)
            }
            TableOp::Column(Delta::Alter(pair)) if pair.from.name != pair.to.name => {
                Some(Self::ColumnRenames)
            }
            TableOp::Column(Delta::Alter(pair)) if !pair.to.ty.values.is_empty() => {
                Some(Self::EnumValues(pair.to.name.clone()))
            }
            TableOp::Value { column, .. } => Some(Self::EnumValues(column.clone())),
            TableOp::Rename(_)
            | TableOp::Column(_)
            | TableOp::Constraint(Delta::Alter(_))
            | TableOp::Index(Delta::Alter(_))
            | TableOp::Options(_)
            | TableOp::Order(_)
            | TableOp::Partitioning(_)
            | TableOp::Inheritance(_) => None,
        }
    }
}
