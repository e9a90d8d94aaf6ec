//! Matching of declared and live parts (indexes, constraints) whose names may be derived.

use crate::model::Name;

/// A part of a table that has a name.
pub(crate) trait Named {
    fn name(&self) -> &Name;
}

/// A test whether two parts correspond. Tests are tried in order, the strictest first.
pub(crate) type MatchTest<T> = fn(&T, &T) -> bool;

/// Pairs of corresponding parts, and the parts of either side without a counterpart.
pub(crate) struct Matched<'a, T> {
    pub(crate) pairs: Vec<(&'a T, &'a T)>,
    pub(crate) missing: Vec<&'a T>,
    pub(crate) extra: Vec<&'a T>,
}

/// Matches the parts of one kind. Given names are compared first, then the tests, and derived names only
/// if no test matches.
pub(crate) fn matched<'a, T: Named>(
    want: Vec<&'a T>,
    have: Vec<&'a T>,
    tests: &[MatchTest<T>],
) -> Matched<'a, T> {
    let mut pairs = Vec::new();
    let mut unmatched = want;
    let mut rest = have;
    let mut pass = |unmatched: &mut Vec<&'a T>, same: &dyn Fn(&T, &T) -> bool| {
        unmatched.retain(
            |part| match rest.iter().position(|other| same(part, other)) {
                Some(at) => {
                    pairs.push((*part, rest.remove(at)));
                    false
                }
                None => true,
            },
        );
    };
    pass(&mut unmatched, &|want, have| {
        want.name().is_given() && want.name() == have.name()
    });
    for test in tests {
        pass(&mut unmatched, test);
    }
    pass(&mut unmatched, &|want, have| {
        want.name().get() == have.name().get()
    });
    Matched {
        pairs,
        missing: unmatched,
        extra: rest,
    }
}
