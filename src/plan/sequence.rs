//! Sequences that belong to a column: the column's table may draw from the sequence, and the sequence
//! goes with the column, so it is made before the table, given to the column after, and taken away
//! again before the table goes.

use super::{Node, Rank};
use crate::change::Change;
use crate::model::{Object, ObjectId, Pair, Sequence};

/// The same, of no column.
pub(super) fn free(sequence: &Sequence) -> Sequence {
    Sequence {
        owned_by: None,
        ..sequence.clone()
    }
}

/// The steps that make it.
pub(super) fn create(id: ObjectId, sequence: Sequence) -> Vec<Node> {
    let alone = free(&sequence);
    let made = Change::Create(id.clone(), Object::Sequence(alone.clone()));
    let mut nodes = vec![Node::change(made, Rank::Prepare)];
    if sequence.owned_by.is_some() {
        let sides = Pair::new(Object::Sequence(alone), Object::Sequence(sequence));
        nodes.push(Node::change(
            Change::Replace(id, sides),
            Rank::AddForeignKey,
        ));
    }
    nodes
}

/// The steps that remove it.
pub(super) fn drop(id: ObjectId, sequence: Sequence) -> Vec<Node> {
    let alone = free(&sequence);
    let mut nodes = Vec::new();
    if sequence.owned_by.is_some() {
        let sides = Pair::new(Object::Sequence(sequence), Object::Sequence(alone.clone()));
        let change = Change::Replace(id.clone(), sides);
        nodes.push(Node::change(change, Rank::DropForeignKey));
    }
    let gone = Change::Drop(id, Object::Sequence(alone));
    nodes.push(Node::change(gone, Rank::Tidy));
    nodes
}
