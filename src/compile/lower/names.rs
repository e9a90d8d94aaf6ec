//! Ids and names of lowered objects.

use crate::dialect::Dialect;
use crate::model::{Given, Ident, Name, Namespace, ObjectId};
use crate::spec::{Spanned, TableRef, TableSpec};

/// The id of a table.
pub(crate) fn table_id(dialect: &dyn Dialect, table: &TableSpec) -> ObjectId {
    let namespace = supported_namespace(dialect, table.schema.as_ref());
    ObjectId::table(table.name.value.clone()).within(namespace)
}

/// The id of a table that a spec refers to.
pub(crate) fn table_ref_id(dialect: &dyn Dialect, table: &TableRef) -> ObjectId {
    let schema = table
        .schema
        .as_ref()
        .filter(|_| dialect.capabilities().objects.schemas);
    ObjectId::table(table.name.value.clone()).within(Namespace::from(schema.map(Ident::as_str)))
}

/// The namespace for `schema:`; the default one where the dialect has no schemas.
pub(crate) fn supported_namespace(
    dialect: &dyn Dialect,
    schema: Option<&Spanned<Ident>>,
) -> Namespace {
    let schema = schema.filter(|_| dialect.capabilities().objects.schemas);
    Namespace::from(schema.map(|schema| schema.value.as_str()))
}

/// The name in the spec, otherwise a derived one.
pub(crate) fn given_or_derived(
    name: Option<&Spanned<Ident>>,
    derived: impl FnOnce() -> Ident,
) -> Name {
    name.map_or_else(
        || Given::Derived(derived()),
        |name| Given::Given(name.value.clone()),
    )
}
