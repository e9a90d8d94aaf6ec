//! Changes of enum types.

use crate::model::{Object, UserType};

/// Whether an enum type only gets further values, so that the server alters it in place and its columns stay as they
/// are.
pub(crate) fn only_adds_values(from: &Object, to: &Object) -> bool {
    let (Object::Type(UserType::Enum(from)), Object::Type(UserType::Enum(to))) = (from, to) else {
        return false;
    };
    let mut rest = to.iter();
    from.iter().all(|value| rest.any(|other| other == value))
}
