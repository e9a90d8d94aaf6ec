//! Hashes that identify the statements of a migration.

use crate::migrate::files::snapshot::statement_hash;

/// For each statement its own hash, and the running hash of the statements before it. Two files agree up to
/// a statement if both hashes of the statement are equal.
pub fn running_hashes<'a>(statements: impl IntoIterator<Item = &'a str>) -> Vec<(String, String)> {
    let mut before = String::new();
    let mut hashes = Vec::new();
    for sql in statements {
        let own = statement_hash(sql);
        let next = statement_hash(&format!("{before}{own}"));
        hashes.push((own, std::mem::replace(&mut before, next)));
    }
    hashes
}
