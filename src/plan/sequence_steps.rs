//! Steps of sequences that a column owns. The table may use the sequence in a default, and the sequence is dropped with
//! the column; so it is created before the table and assigned to the column afterwards, and released from the column
//! before the table is dropped.

use crate::change::Change;
use crate::model::{Object, ObjectId, Pair, Sequence};
use crate::plan::node::{Node, Rank};

/// The steps that create a sequence.
pub(crate) fn create(id: ObjectId, sequence: Sequence) -> Vec<Node> {
    let unowned = sequence.without_owner();
    let create = Change::Create(id.clone(), Object::Sequence(unowned.clone()));
    let mut nodes = vec![Node::new(create, Rank::Prepare)];
    if sequence.owned_by.is_some() {
        let sides = Pair::new(Object::Sequence(unowned), Object::Sequence(sequence));
        let assign = Change::Replace(id, sides);
        nodes.push(Node::new(assign, Rank::AddForeignKey));
    }
    nodes
}

/// The steps that drop a sequence.
pub(crate) fn drop(id: ObjectId, sequence: Sequence) -> Vec<Node> {
    let unowned = sequence.without_owner();
    let mut nodes = Vec::new();
    if sequence.owned_by.is_some() {
        let sides = Pair::new(
            Object::Sequence(sequence),
            Object::Sequence(unowned.clone()),
        );
        let release = Change::Replace(id.clone(), sides);
        nodes.push(Node::new(release, Rank::DropForeignKey));
    }
    let drop = Change::Drop(id, Object::Sequence(unowned));
    nodes.push(Node::new(drop, Rank::CleanUp));
    nodes
}

/// The rank of a changed object. A table's logging applies to its sequences, too; so the logging of a sequence is set
/// after the change of its table, if `changes_before` says that the table changes before the sequence.
pub(crate) fn rank_of_change(
    pair: &Pair<Object>,
    changes_before: impl FnOnce(&ObjectId) -> bool,
) -> Rank {
    let (Object::Sequence(from), Object::Sequence(to)) = (&pair.from, &pair.to) else {
        return Rank::Prepare;
    };
    if from.differs_only_in_logging(to) && to.owner_table().is_some_and(changes_before) {
        Rank::AddForeignKey
    } else {
        Rank::Prepare
    }
}
