//! MariaDB's sequences ("CREATE SEQUENCE"). Every option is written, because the defaults depend on the server's version.

use crate::dialect::mysql::naming::quote;
use crate::dialect::mysql::types::literals;
use crate::model::{ObjectId, ObjectKind, Sequence};

pub(crate) fn create_sequence(name: &str, sequence: &Sequence) -> String {
    format!("CREATE SEQUENCE {} {}", quote(name), options(sequence))
}

/// Changes the options of a sequence. Its next value is kept.
pub(crate) fn alter_sequence(name: &str, from: &Sequence, to: &Sequence) -> Vec<String> {
    if options(from) == options(to) {
        return Vec::new();
    }
    vec![format!("ALTER SEQUENCE {} {}", quote(name), options(to))]
}

/// Sets the comment of a sequence, which the server treats as a table here. Other objects have none.
pub(crate) fn comment_on_sequence(id: &ObjectId, comment: Option<&str>) -> Vec<String> {
    if id.kind != ObjectKind::Sequence {
        return Vec::new();
    }
    let comment = literals::string_literal(comment.unwrap_or_default());
    let name = quote(id.name.as_str());
    vec![format!("ALTER TABLE {name} COMMENT = {comment}")]
}

fn options(sequence: &Sequence) -> String {
    let cache = match sequence.cache {
        0 => String::from("NOCACHE"),
        cache => format!("CACHE {cache}"),
    };
    format!(
        "START WITH {} MINVALUE {} MAXVALUE {} INCREMENT BY {} {cache} {}",
        sequence.start,
        sequence.min,
        sequence.max,
        sequence.increment,
        if sequence.cycle { "CYCLE" } else { "NOCYCLE" }
    )
}
