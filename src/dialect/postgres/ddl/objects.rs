//! Extensions, and comments of objects other than tables.

use crate::dialect::postgres::ddl::clauses;
use crate::dialect::postgres::naming::{bare_or_quoted, object};
use crate::model::{Extension, ObjectId, ObjectKind};

/// `CREATE EXTENSION`.
pub(crate) fn create_extension(id: &ObjectId, extension: &Extension) -> String {
    let name = bare_or_quoted(id.name.as_str());
    let schema = extension
        .schema
        .as_ref()
        .map_or_else(String::new, |schema| {
            format!(" WITH SCHEMA {}", bare_or_quoted(schema.as_str()))
        });
    format!("CREATE EXTENSION IF NOT EXISTS {name}{schema}")
}

/// `COMMENT ON` an object that isn't a table.
pub(crate) fn comment(id: &ObjectId, text: Option<&String>) -> String {
    let name = match id.kind {
        ObjectKind::Namespace | ObjectKind::Extension => bare_or_quoted(id.name.as_str()),
        ObjectKind::Routine => format!("{}({})", object(id), id.args.as_deref().unwrap_or("")),
        ObjectKind::Type
        | ObjectKind::Sequence
        | ObjectKind::Table
        | ObjectKind::View
        | ObjectKind::Trigger
        | ObjectKind::Policy
        | ObjectKind::Collation
        | ObjectKind::Operator
        | ObjectKind::OperatorClass
        | ObjectKind::Statistics
        | ObjectKind::Rule
        | ObjectKind::TextSearch => object(id),
    };
    let kind = id.kind.to_string().to_uppercase();
    format!(
        "COMMENT ON {kind} {name} IS {}",
        clauses::comment_text(text)
    )
}
