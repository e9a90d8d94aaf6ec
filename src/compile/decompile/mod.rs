//! Decompiles the schema of one dialect to specs. A column gets a neutral type if one has the same meaning,
//! otherwise the native type.
//!
//! `lower(decompile(S)) = S` holds by construction. There are several forms in which a column can be
//! written, such as a neutral or a native type. Each round writes all open tables, loads and lowers the
//! text again, and compares: a column that differs is written in its next form; a table without a
//! difference is settled. A table that still differs in its last form is reported as not compared.

pub(crate) mod column;
pub(crate) mod constraint;
pub(crate) mod decompiler;
pub(crate) mod entries;
pub(crate) mod equivalence;
pub(crate) mod file_names;
pub(crate) mod objects;
pub(crate) mod partition;
pub(crate) mod rejected;
pub(crate) mod scalars;
pub(crate) mod storage_options;
pub(crate) mod table;

pub use crate::compile::decompile::decompiler::{Decompiled, SpecFile};

use crate::compile::decompile::decompiler::Decompiler;
use crate::db::Vendor;
use crate::dialect::{Dialect, Floor};
use crate::model::Schema;

/// Decompiles a schema to specs. `vendor` is the server's, `database` the name in `database.yaml`.
/// Lowering the files results in the schema again, except for the objects listed in
/// [`Decompiled::not_compared`].
pub fn decompile(
    dialect: &'static dyn Dialect,
    vendor: Option<Vendor>,
    floor: &Floor,
    schema: &Schema,
    database: &str,
) -> Decompiled {
    let schema = &objects::without_out_of_scope_foreign_keys(schema);
    let mut decompiler = Decompiler::new(dialect, vendor, floor, schema, database);
    while decompiler.round() {}
    decompiler.finish()
}
