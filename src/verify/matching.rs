//! Which part of one side is which part of the other, where names may be nobody's choice.

use crate::model::Name;

/// A part of a table that has a name.
pub(crate) trait Named {
    fn name(&self) -> &Name;
}

/// How alike two parts are; the ways are tried from the strictest to the loosest.
pub(crate) type Alike<T> = fn(&T, &T) -> bool;

/// Parts that belong together, and those that stand alone on either side.
pub(crate) struct Matched<'a, T> {
    pub(crate) pairs: Vec<(&'a T, &'a T)>,
    pub(crate) missing: Vec<&'a T>,
    pub(crate) extra: Vec<&'a T>,
}

/// Matches the parts of one kind. A name that a person wrote is looked for first; a part without
/// one is matched by what it is, and by its derived name only when nothing like it is there.
pub(crate) fn matched<'a, T: Named>(
    want: Vec<&'a T>,
    have: Vec<&'a T>,
    ways: &[Alike<T>],
) -> Matched<'a, T> {
    let mut pairs = Vec::new();
    let mut open = want;
    let mut rest = have;
    let mut pass = |open: &mut Vec<&'a T>, same: &dyn Fn(&T, &T) -> bool| {
        open.retain(
            |part| match rest.iter().position(|other| same(part, other)) {
                Some(at) => {
                    pairs.push((*part, rest.remove(at)));
                    false
                }
                None => true,
            },
        );
    };
    pass(&mut open, &|want, have| {
        want.name().is_given() && want.name() == have.name()
    });
    for way in ways {
        pass(&mut open, way);
    }
    pass(&mut open, &|want, have| {
        want.name().get() == have.name().get()
    });
    Matched {
        pairs,
        missing: open,
        extra: rest,
    }
}
