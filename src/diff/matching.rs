//! Which index or constraint of one side is which of the other.

use crate::model::{Attributes, Ident, Name};

/// A part of a table that has a name and a structure.
pub(crate) trait Part: Clone {
    fn name(&self) -> &Name;
    fn name_mut(&mut self) -> &mut Name;
    /// Whether both demand the same, names and comments aside.
    fn alike(&self, other: &Self) -> bool;
    /// What can be said anew of a part that stays: its comment, its attributes, and whether it is
    /// known to hold for all rows.
    fn said(&self) -> (Option<&str>, &Attributes, bool);
    /// The part of the parent that a partition's belongs to.
    fn parent(&self) -> Option<&Ident>;
    /// Whether at most one of its kind can be in a table.
    fn single(&self, _other: &Self) -> bool {
        false
    }
}

/// What became of the parts of a table.
pub(crate) struct Matched<'a, T> {
    /// The same part on both sides; names, comments and attributes may differ.
    pub kept: Vec<(&'a T, &'a T)>,
    /// Another structure under the same name (or the one primary key): goes and comes in one step.
    pub swapped: Vec<(&'a T, &'a T)>,
    /// Gone.
    pub dropped: Vec<&'a T>,
    /// New.
    pub added: Vec<&'a T>,
}

/// Matches by equal name and structure, then by `renamed_from`, then by structure alone (a rename
/// that nobody announced loses nothing, where the names are free), and what is left by name.
pub(crate) fn pair_up<'a, T: Part>(
    from: &'a [T],
    to: &'a [T],
    renamed_from: impl Fn(&Ident) -> Option<&'a Ident>,
) -> Matched<'a, T> {
    let mut left: Vec<Option<&T>> = from.iter().map(Some).collect();
    let mut right: Vec<Option<&T>> = to.iter().map(Some).collect();
    let mut take = |fits: &dyn Fn(&T, &T) -> bool| {
        let mut pairs = Vec::new();
        for slot in &mut right {
            let Some(new) = *slot else { continue };
            let found = left
                .iter_mut()
                .find(|candidate| candidate.is_some_and(|old| fits(old, new)));
            if let Some(old) = found.and_then(Option::take) {
                pairs.push((old, new));
                *slot = None;
            }
        }
        pairs
    };
    let mut kept = take(&|old, new| old.name().get() == new.name().get() && old.alike(new));
    kept.extend(take(&|old, new| {
        renamed_from(new.name().get()) == Some(old.name().get()) && old.alike(new)
    }));
    // the server drops none of a partition's by itself that belongs to its parent's
    kept.extend(take(&|old, new| {
        old.parent().is_some() && old.parent() == new.parent() && old.alike(new)
    }));
    // that no other part bears, before or after
    let is_free = |old: &T, new: &T| {
        let taken = |parts: &[T], name: &Name| parts.iter().any(|p| p.name().get() == name.get());
        !old.name().is_given() || !(taken(to, old.name()) || taken(from, new.name()))
    };
    kept.extend(take(&|old, new| old.alike(new) && is_free(old, new)));
    let swapped = take(&|old, new| old.single(new) || old.name().get() == new.name().get());
    Matched {
        kept,
        swapped,
        dropped: left.into_iter().flatten().collect(),
        added: right.into_iter().flatten().collect(),
    }
}
