//! Removes what another session dropped while the catalogue was read.

use crate::db::{DbError, Row};
use crate::dialect::postgres::inspect::catalog_reader::CatalogReader;
use crate::model::{ConstraintKind, ObjectId, ObjectKind};
use std::collections::BTreeSet;

/// Tables and sequences that the snapshot still has but that were dropped since. Functions such as
/// `pg_get_expr` read the catalogue in its present state and return nothing for them.
/// (`pg_table_is_visible` is NULL for a table that doesn't exist, whatever the search path.)
pub(crate) const DROPPED: &str = "
SELECT n.nspname AS schema_name,
       c.relname AS object_name,
       c.relkind AS kind
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ({schemas}) AND c.relkind IN ('r', 'p', 'S') AND pg_table_is_visible(c.oid) IS NULL";

impl CatalogReader<'_> {
    /// Removes the objects of the rows of [`DROPPED`], and what refers to them.
    pub(crate) fn remove_dropped(&mut self, rows: &[Row]) -> Result<(), DbError> {
        let mut dropped: BTreeSet<ObjectId> = BTreeSet::new();
        for row in rows {
            let kind = match row.text("kind")? {
                "S" => ObjectKind::Sequence,
                _ => ObjectKind::Table,
            };
            let (schema, name) = (row.text("schema_name")?, row.text("object_name")?);
            dropped.insert(self.object_id(kind, schema, name));
        }
        if dropped.is_empty() {
            return Ok(());
        }
        let schema = &mut self.schema;
        schema.objects.retain(|id, _| !dropped.contains(id));
        (schema.deps).retain(|(dependent, dependency)| {
            !dropped.contains(dependent) && !dropped.contains(dependency)
        });
        schema.comments.retain(|id, _| !dropped.contains(id));
        schema.not_compared.retain(|(id, _)| {
            let table = id.parent.clone().map(|name| ObjectId {
                ns: id.ns.clone(),
                ..ObjectId::table(name)
            });
            !table.is_some_and(|table| dropped.contains(&table))
        });
        for (_, table) in schema.tables_mut() {
            table
                .constraints
                .retain(|constraint| match &constraint.kind {
                    ConstraintKind::ForeignKey(key) => !dropped.contains(&key.target),
                    ConstraintKind::PrimaryKey(_)
                    | ConstraintKind::Unique(_)
                    | ConstraintKind::Check(_)
                    | ConstraintKind::Exclusion(_) => true,
                });
        }
        Ok(())
    }
}
