//! Operations that the server accepts only together in one statement.

use crate::change::{Delta, TableOp};
use crate::dialect::mysql::capabilities::LAYOUT_ATTRIBUTES;
use crate::model::{Given, Index, Pair, Table, TableOptions};

/// Whether an operation must share one statement with the others of its step.
pub(crate) fn needs_one_statement(op: &TableOp) -> bool {
    match op {
        TableOp::Constraint(delta) => [delta.before(), delta.after()]
            .into_iter()
            .flatten()
            // a foreign key may depend on the unique key that is replaced
            .any(|c| c.kind.is_unique()),
        TableOp::Column(delta) => {
            delta.before().and_then(|c| c.identity) != delta.after().and_then(|c| c.identity)
        }
        // columns inherit the new charset; another engine accepts other types and keys
        TableOp::Options(pair) => {
            let mut changed = pair.from.attrs.changes(&pair.to.attrs);
            changes_collation(pair)
                || changes_engine(pair)
                || changed.any(|(key, ..)| LAYOUT_ATTRIBUTES.contains(&key))
        }
        // every unique key must include the columns of the partitioning
        TableOp::Partitioning(_) => true,
        // the server drops the index that it created for a foreign key as soon as another one can replace it
        TableOp::Index(_) => true,
        TableOp::Rename(_)
        | TableOp::Value { .. }
        | TableOp::Order(_)
        | TableOp::Inheritance(_) => false,
    }
}

/// Whether the statement needs ALGORITHM=COPY: InnoDB builds one full-text index at a time in place (error 1795), and
/// can't add an AUTO_INCREMENT column in place to a table with several.
pub(crate) fn needs_copy_algorithm(sides: &Pair<Box<Table>>, ops: &[TableOp]) -> bool {
    let is_full_text = |index: &&Index| index.method.as_deref() == Some("fulltext");
    let count = |table: &Table| table.indexes.iter().filter(is_full_text).count();
    let several = count(&sides.from).max(count(&sides.to)) > 1;
    let adds_identity = |op: &TableOp| {
        let added = op.column().and_then(Delta::added);
        added.is_some_and(|column| column.identity.is_some())
    };
    let new_indexes = ops.iter().filter_map(|op| op.index()?.after());
    (several && ops.iter().any(adds_identity)) || new_indexes.filter(is_full_text).count() > 1
}

pub(crate) fn changes_engine(pair: &Pair<TableOptions>) -> bool {
    differs_if_set(pair.from.engine.as_ref(), pair.to.engine.as_ref())
}

pub(crate) fn changes_collation(pair: &Pair<TableOptions>) -> bool {
    let (from, to) = (&pair.from, &pair.to);
    differs_if_set(from.charset.as_ref(), to.charset.as_ref())
        || differs_if_set(from.collation.as_ref(), to.collation.as_ref())
}

fn differs_if_set(from: Option<&Given<String>>, to: Option<&Given<String>>) -> bool {
    to.is_some_and(|to| from.is_none_or(|from| from.get() != to.get()))
}
