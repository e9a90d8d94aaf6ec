//! What of a step has to be one statement, and what has to be one of its own.

use crate::change::{Delta, TableOp};
use crate::dialect::mysql::capabilities::LAYOUT_ATTRIBUTES;
use crate::dialect::mysql::types::defaults;
use crate::dialect::mysql::types::family::intermediate_type;
use crate::model::{
    Given, Ident, Index, IndexPart, Pair, PartKey, Partitioning, Table, TableOptions,
};

/// When an operation runs, whichever way the step goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// Before all others, in a statement of its own.
    Early,
    /// As the operations stand.
    Normal,
    /// Behind all others, likewise.
    Late,
}

impl Phase {
    pub(crate) const ALL: [Self; 3] = [Self::Early, Self::Normal, Self::Late];

    /// Partitions go by columns that are there before the statement and after it; a key lets go of a
    /// column that has a third type for a moment; what rows are filled with takes statements of its
    /// own; columns are moved by the definitions that they have at the end.
    pub(crate) fn of(op: &TableOp, ops: &[TableOp]) -> Self {
        let partitions = |of: fn(&Pair<Option<Partitioning>>) -> &Option<Partitioning>, name| {
            let mut changed = ops.iter().filter_map(|op| of(op.partitioning()?).as_ref());
            changed.any(|partitioning| goes_by(partitioning, name))
        };
        match op {
            TableOp::Column(Delta::Add(new))
                if new.identity.is_none() && partitions(|pair| &pair.to, &new.name) =>
            {
                Self::Early
            }
            TableOp::Column(Delta::Add(new))
                if (new.default.as_ref()).is_some_and(|d| defaults::differs_per_row(&d.text)) =>
            {
                Self::Early
            }
            TableOp::Constraint(Delta::Drop(key)) if key.columns().iter().any(passes(ops)) => {
                Self::Early
            }
            TableOp::Index(Delta::Drop(index))
                if (index.parts.iter().filter_map(IndexPart::column_name))
                    .any(|c| passes(ops)(&c)) =>
            {
                Self::Early
            }
            TableOp::Column(Delta::Drop(old)) if partitions(|pair| &pair.from, &old.name) => {
                Self::Late
            }
            TableOp::Order(_) => Self::Late,
            TableOp::Rename(_)
            | TableOp::Column(_)
            | TableOp::Constraint(_)
            | TableOp::Index(_)
            | TableOp::Value { .. }
            | TableOp::Options(_)
            | TableOp::Partitioning(_)
            | TableOp::Inheritance(_) => Self::Normal,
        }
    }
}

/// Whether it hangs on a column in which partition a row is.
fn goes_by(partitioning: &Partitioning, name: &Ident) -> bool {
    let keys = [Some(partitioning), partitioning.sub.as_deref()];
    let mut parts = keys.into_iter().flatten().flat_map(|by| &by.key);
    parts.any(|part| match &part.key {
        PartKey::Column(column) => column == name,
        PartKey::Expr(expr) => expr.reads.contains(name),
    })
}

/// Whether a column has a third type on its way from one to the other.
fn passes(ops: &[TableOp]) -> impl Fn(&&Ident) -> bool + '_ {
    move |name| {
        let mut altered = ops.iter().filter_map(|op| op.column()?.altered());
        altered.any(|pair| {
            pair.from.name == **name && intermediate_type(&pair.from.ty, &pair.to.ty).is_some()
        })
    }
}

/// Whether an operation only works in one statement with the others of its step.
pub(crate) fn concerns_others(op: &TableOp) -> bool {
    match op {
        TableOp::Constraint(delta) => [delta.before(), delta.after()]
            .into_iter()
            .flatten()
            // a foreign key may lean on a unique that gives way to another
            .any(|c| c.kind.is_unique()),
        TableOp::Column(delta) => {
            delta.before().and_then(|c| c.identity) != delta.after().and_then(|c| c.identity)
        }
        // what has no charset of its own takes the new one; engines have other types and keys
        TableOp::Options(pair) => {
            let mut changed = pair.from.attrs.changes(&pair.to.attrs);
            recollates(pair)
                || moves(pair)
                || changed.any(|(key, ..)| LAYOUT_ATTRIBUTES.contains(&key))
        }
        // each key holds the columns that partitions go by
        TableOp::Partitioning(_) => true,
        // a server drops the index that it made for a foreign key when another one serves
        TableOp::Index(_) => true,
        TableOp::Rename(_)
        | TableOp::Value { .. }
        | TableOp::Order(_)
        | TableOp::Inheritance(_) => false,
    }
}

/// Whether it has to be said that the table is copied: `InnoDB` builds one full-text index at a time
/// (1795), and rebuilds a table with several in place only where a column of numbers comes.
pub(crate) fn copies(sides: &Pair<Box<Table>>, ops: &[TableOp]) -> bool {
    let is_text = |index: &&Index| index.method.as_deref() == Some("fulltext");
    let texts = |table: &Table| table.indexes.iter().filter(is_text).count();
    let several = texts(&sides.from).max(texts(&sides.to)) > 1;
    let comes = |op: &TableOp| {
        let added = op.column().and_then(Delta::added);
        added.is_some_and(|column| column.identity.is_some())
    };
    let indexes = ops.iter().filter_map(|op| op.index()?.after());
    (several && ops.iter().any(comes)) || indexes.filter(is_text).count() > 1
}

/// Whether the table gets another engine.
pub(crate) fn moves(pair: &Pair<TableOptions>) -> bool {
    differs(pair.from.engine.as_ref(), pair.to.engine.as_ref())
}

pub(crate) fn recollates(pair: &Pair<TableOptions>) -> bool {
    let (from, to) = (&pair.from, &pair.to);
    differs(from.charset.as_ref(), to.charset.as_ref())
        || differs(from.collation.as_ref(), to.collation.as_ref())
}

pub(crate) fn differs(from: Option<&Given<String>>, to: Option<&Given<String>>) -> bool {
    to.is_some_and(|to| from.is_none_or(|from| from.get() != to.get()))
}
