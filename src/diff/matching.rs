//! Matching the constraints and indexes of two tables.

use crate::model::{Attributes, Ident, Name};

/// A constraint or an index.
pub(crate) trait NamedPart: Clone {
    fn name(&self) -> &Name;
    fn name_mut(&mut self) -> &mut Name;
    /// Whether both are the same but for names, comments and attributes.
    fn has_same_structure(&self, other: &Self) -> bool;
    /// What can change while the part is kept: its comment, its attributes, and whether it is validated.
    fn properties(&self) -> (Option<&str>, &Attributes, bool);
    /// The part of the parent table to which a partition's part belongs.
    fn parent(&self) -> Option<&Ident>;
    /// Whether a table has at most one of this kind, so that one replaces the other.
    fn is_only_one_of_its_kind(&self, _other: &Self) -> bool {
        false
    }
}

/// The parts of two tables by what becomes of them.
pub(crate) struct Matched<'a, T> {
    /// The same part in both; names, comments and attributes may differ.
    pub kept: Vec<(&'a T, &'a T)>,
    /// Parts of another structure with the same name, or two primary keys: one replaces the other.
    pub replaced: Vec<(&'a T, &'a T)>,
    /// Parts of the old table only.
    pub dropped: Vec<&'a T>,
    /// Parts of the new table only.
    pub added: Vec<&'a T>,
}

/// Matches parts by equal name and structure, then by `renamed_from`, then by structure only (a rename without
/// `renamed_from`, where both names are free), and those that remain by name.
pub(crate) fn match_parts<'a, T: NamedPart>(
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
    let mut kept =
        take(&|old, new| old.name().get() == new.name().get() && old.has_same_structure(new));
    kept.extend(take(&|old, new| {
        renamed_from(new.name().get()) == Some(old.name().get()) && old.has_same_structure(new)
    }));
    // a partition's part that belongs to one of its parent's can't be dropped
    kept.extend(take(&|old, new| {
        old.parent().is_some() && old.parent() == new.parent() && old.has_same_structure(new)
    }));
    // no other part has either name, before or after
    let is_free = |old: &T, new: &T| {
        let taken = |parts: &[T], name: &Name| parts.iter().any(|p| p.name().get() == name.get());
        !old.name().is_given() || !(taken(to, old.name()) || taken(from, new.name()))
    };
    kept.extend(take(&|old, new| {
        old.has_same_structure(new) && is_free(old, new)
    }));
    let replaced =
        take(&|old, new| old.is_only_one_of_its_kind(new) || old.name().get() == new.name().get());
    Matched {
        kept,
        replaced,
        dropped: left.into_iter().flatten().collect(),
        added: right.into_iter().flatten().collect(),
    }
}
