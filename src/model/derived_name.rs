//! Derived names, for parts whose spec has no name.

use crate::model::ident::Ident;
use sha2::{Digest as _, Sha256};

/// The longest name that every dialect accepts: PostgreSQL's 63 bytes.
const NAME_MAX: usize = 63;

/// A derived name: `<prefix>_<table>_<columns>`, the same on every dialect, cut to 63 bytes with
/// a hash of the whole.
pub fn derived_name(prefix: &str, table: &str, columns: &[&str]) -> Ident {
    let mut name = format!("{prefix}_{table}");
    for column in columns {
        name.push('_');
        name.push_str(column);
    }
    if name.len() > NAME_MAX {
        let digest = Sha256::digest(name.as_bytes());
        let [a, b, c, d] = [digest[0], digest[1], digest[2], digest[3]];
        let hash = format!("{a:02x}{b:02x}{c:02x}{d:02x}");
        let mut end = NAME_MAX - hash.len() - 1;
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        name.truncate(end);
        name.push('_');
        name.push_str(&hash);
    }
    Ident::from(name)
}

/// The column whose type implies a check of this name. A check that is declared or exists under such a
/// name is treated as the same check.
pub(crate) fn column_of_type_check<'a>(
    table: &str,
    columns: impl IntoIterator<Item = &'a Ident>,
    check: &Ident,
) -> Option<Ident> {
    if !check.as_str().starts_with("ck_") {
        return None;
    }
    (columns.into_iter())
        .find(|column| derived_name("ck", table, &[column.as_str()]) == *check)
        .cloned()
}
