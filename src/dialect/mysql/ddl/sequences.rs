//! MariaDB's sequences ("CREATE SEQUENCE"). All is written out: what is left out would be the server's
//! choice of its version.

use crate::dialect::mysql::expr::text;
use crate::dialect::mysql::naming::quote;
use crate::model::{ObjectId, ObjectKind, Sequence};

pub(crate) fn create(name: &str, sequence: &Sequence) -> String {
    format!("CREATE SEQUENCE {} {}", quote(name), options(sequence))
}

/// Makes one sequence of the other. The next value stays what it is.
pub(crate) fn alter(name: &str, from: &Sequence, to: &Sequence) -> Vec<String> {
    if options(from) == options(to) {
        return Vec::new();
    }
    vec![format!("ALTER SEQUENCE {} {}", quote(name), options(to))]
}

/// The comment of an object that isn't a table: only sequences have any. To the server they are tables.
pub(crate) fn comment(id: &ObjectId, comment: Option<&str>) -> Vec<String> {
    if id.kind != ObjectKind::Sequence {
        return Vec::new();
    }
    let comment = text::string(comment.unwrap_or_default());
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
