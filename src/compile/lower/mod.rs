//! Lowers a resolved spec to the schema of one dialect. This code is shared by all dialects; a [`Dialect`]
//! provides the types, defaults and attributes.

pub(crate) mod attributes;
pub(crate) mod column;
pub(crate) mod constraint;
pub(crate) mod dependencies;
pub(crate) mod index;
pub(crate) mod lowered;
pub(crate) mod names;
pub(crate) mod objects;
pub(crate) mod partitions;
pub(crate) mod table;

pub use crate::compile::lower::lowered::Lowered;
pub(crate) use crate::compile::lower::names::{table_id, table_ref_id};
pub(crate) use crate::compile::lower::objects::drop_function;

use crate::compile::lower::table::TableLowering;
use crate::dialect::{Dialect, Floor};
use crate::spec::Spec;

/// Lowers a spec to the schema of one dialect. `floor` has the oldest supported server versions.
pub fn lower(dialect: &dyn Dialect, spec: &Spec, floor: &Floor) -> Lowered {
    let mut out = Lowered::default();
    out.schema.exact_spelling = spec.database.exact_spelling;
    out.schema.exact_names = spec.database.exact_names;
    objects::lower_objects(dialect, spec, &mut out);
    for table in &spec.tables {
        let lowering = TableLowering {
            dialect,
            spec,
            id: table_id(dialect, table),
            table,
        };
        lowering.lower_table(&mut out);
    }
    dependencies::resolve_types(&mut out.schema);
    dialect.complete(spec, floor, &mut out.schema, &mut out.diagnostics);
    dialect.normalize(&mut out.schema);
    partitions::complete_partitions(dialect, spec, &mut out);
    dependencies::add_namespaces(&mut out.schema);
    dependencies::add_dependencies(dialect, &mut out.schema);
    out
}
