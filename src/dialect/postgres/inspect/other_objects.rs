//! Schemas and extensions, and the objects that exist but aren't compared.

use crate::db::{DbError, Row};
use crate::dialect::postgres::inspect::catalog_reader::CatalogReader;
use crate::model::{Extension, Ident, Object, ObjectId, ObjectKind};
use crate::server::POSTGRES_DEFAULT_SCHEMA;

/// Schemas.
pub(crate) const NAMESPACES: &str = "
SELECT n.nspname AS schema_name,
       obj_description(n.oid, 'pg_namespace') AS comment
FROM pg_namespace n
WHERE n.nspname IN ({schemas})
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')
ORDER BY 1";

/// Extensions. The comment is NULL if it is the extension's default comment.
pub(crate) const EXTENSIONS: &str = "
SELECT e.extname AS extension_name,
       n.nspname AS schema_name,
       nullif(obj_description(e.oid, 'pg_extension'),
              (SELECT v.comment FROM pg_available_extensions v WHERE v.name = e.extname)) AS comment
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql' ORDER BY 1";

/// Row security policies.
pub(crate) const POLICIES: &str = "
SELECT n.nspname AS schema_name,
       c.relname AS table_name,
       p.polname AS policy_name
FROM pg_policy p
JOIN pg_class c ON c.oid = p.polrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ({schemas})
ORDER BY 1, 2, 3";

/// Objects that the model has no type for, with the table that they belong to. A type is one of them for
/// its comments on fields and constraints.
pub(crate) const NOT_COMPARED: &str = "
SELECT 'collation' AS kind, n.nspname AS schema_name, o.collname AS object_name, NULL AS table_name
FROM pg_collation o JOIN pg_namespace n ON n.oid = o.collnamespace
WHERE n.nspname IN ({schemas}) AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_collation'::regclass AND d.objid = o.oid AND d.deptype = 'e')
UNION ALL
SELECT 'operator', n.nspname, o.oprname, NULL FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
WHERE n.nspname IN ({schemas}) AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_operator'::regclass AND d.objid = o.oid AND d.deptype = 'e')
UNION ALL
SELECT 'operator class', n.nspname, o.opcname, NULL FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace
WHERE n.nspname IN ({schemas}) AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_opclass'::regclass AND d.objid = o.oid AND d.deptype = 'e')
UNION ALL
SELECT 'text search configuration', n.nspname, o.cfgname, NULL FROM pg_ts_config o JOIN pg_namespace n ON n.oid = o.cfgnamespace
WHERE n.nspname IN ({schemas}) AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_ts_config'::regclass AND d.objid = o.oid AND d.deptype = 'e')
UNION ALL
SELECT 'text search dictionary', n.nspname, o.dictname, NULL FROM pg_ts_dict o JOIN pg_namespace n ON n.oid = o.dictnamespace
WHERE n.nspname IN ({schemas}) AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_ts_dict'::regclass AND d.objid = o.oid AND d.deptype = 'e')
UNION ALL
SELECT 'statistics', n.nspname, o.stxname, c.relname FROM pg_statistic_ext o JOIN pg_namespace n ON n.oid = o.stxnamespace
JOIN pg_class c ON c.oid = o.stxrelid WHERE n.nspname IN ({schemas})
UNION ALL
SELECT 'rule', n.nspname, o.rulename, c.relname FROM pg_rewrite o JOIN pg_class c ON c.oid = o.ev_class
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ({schemas}) AND o.rulename <> '_RETURN'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_rewrite'::regclass AND d.objid = o.oid AND d.deptype = 'e')
UNION ALL
SELECT 'type', n.nspname, o.relname, NULL FROM pg_class o JOIN pg_namespace n ON n.oid = o.relnamespace
WHERE n.nspname IN ({schemas}) AND o.relkind = 'c'
  AND EXISTS (SELECT FROM pg_description x WHERE x.objoid = o.oid AND x.classoid = 'pg_class'::regclass AND x.objsubid > 0)
UNION ALL
SELECT DISTINCT 'type', n.nspname, o.typname, NULL FROM pg_constraint k JOIN pg_type o ON o.oid = k.contypid
JOIN pg_namespace n ON n.oid = o.typnamespace
WHERE n.nspname IN ({schemas}) AND k.contypid <> 0
  AND EXISTS (SELECT FROM pg_description x WHERE x.objoid = k.oid AND x.classoid = 'pg_constraint'::regclass)
ORDER BY 1, 2, 3, 4";

impl CatalogReader<'_> {
    /// Reads a row of [`NAMESPACES`].
    pub(crate) fn read_namespace(&mut self, row: &Row) -> Result<(), DbError> {
        let name = row.text("schema_name")?;
        let id = ObjectId::new(ObjectKind::Namespace, name);
        if name != self.default_schema {
            self.schema.objects.insert(id.clone(), Object::Namespace);
        }
        let comment = row.optional("comment")?;
        let is_initial =
            name == POSTGRES_DEFAULT_SCHEMA && comment == Some("standard public schema");
        if let Some(text) = comment.filter(|_| !is_initial) {
            self.schema.comments.insert(id, text.to_owned());
        }
        Ok(())
    }

    /// Reads a row of [`EXTENSIONS`].
    pub(crate) fn read_extension(&mut self, row: &Row) -> Result<(), DbError> {
        let id = ObjectId::new(ObjectKind::Extension, row.text("extension_name")?);
        let schema = Some(row.text("schema_name")?).filter(|name| *name != self.default_schema);
        if let Some(text) = row.optional("comment")? {
            self.schema.comments.insert(id.clone(), text.to_owned());
        }
        let schema = schema.map(Ident::from);
        let extension = Object::Extension(Extension { schema });
        self.schema.objects.insert(id, extension);
        Ok(())
    }

    /// Reads a row of [`POLICIES`].
    pub(crate) fn read_policy(&mut self, row: &Row) -> Result<(), DbError> {
        let table = row.text("table_name")?;
        if !self.is_ignored(table) {
            let (schema, name) = (row.text("schema_name")?, row.text("policy_name")?);
            let mut id = self.object_id(ObjectKind::Policy, schema, name);
            id.parent = Some(table.into());
            self.add_not_compared(id, "policies are not compared");
        }
        Ok(())
    }

    /// Reads a row of [`NOT_COMPARED`].
    pub(crate) fn read_not_compared(&mut self, row: &Row) -> Result<(), DbError> {
        let (kind, reason) = match row.text("kind")? {
            "collation" => (ObjectKind::Collation, "collations are not compared"),
            "operator" => (ObjectKind::Operator, "operators are not compared"),
            "operator class" => (
                ObjectKind::OperatorClass,
                "operator classes are not compared",
            ),
            "statistics" => (
                ObjectKind::Statistics,
                "extended statistics are not compared",
            ),
            "rule" => (ObjectKind::Rule, "rules are not compared"),
            "type" => (
                ObjectKind::Type,
                "comments of its checks and fields are not compared",
            ),
            _ => (
                ObjectKind::TextSearch,
                "text search configurations are not compared",
            ),
        };
        let table = row.optional("table_name")?;
        if !table.is_some_and(|table| self.is_ignored(table)) {
            let (schema, name) = (row.text("schema_name")?, row.text("object_name")?);
            let mut id = self.object_id(kind, schema, name);
            id.parent = table.map(Ident::from);
            self.add_not_compared(id, reason);
        }
        Ok(())
    }
}
