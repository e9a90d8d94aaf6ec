//! Tables: their storage, partitioning and inheritance. Columns, constraints and indexes are added later.

use crate::db::{DbError, Row};
use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::expr::server_text;
use crate::dialect::postgres::inspect::catalog_reader::{
    CatalogReader, json_array, non_empty, read_options,
};
use crate::model::{
    Attributes, IndexPart, Inheritance, Object, ObjectId, ObjectKind, PartKey, Partitioning, Table,
};
use crate::sql::lexical_rules::POSTGRES;
use crate::sql::text::split_list;

/// Tables, and the relations that aren't compared: views, materialized views, foreign tables. Sequences
/// are read by [`SEQUENCES`](super::catalog_sequence::SEQUENCES).
pub(crate) const RELATIONS: &str = "
SELECT n.nspname AS schema_name,
       c.relname AS table_name,
       c.relkind AS kind,
       obj_description(c.oid, 'pg_class') AS comment
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ({schemas}) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND c.relpersistence <> 't'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY n.nspname, c.relname";

/// Storage, partitioning and inheritance of tables. `bound` is the bound of a partition, `parents` are the
/// tables that it is a partition of or inherits from, in order.
pub(crate) const TABLE_OPTIONS: &str = "
SELECT n.nspname AS schema_name,
       c.relname AS table_name,
       c.relpersistence AS persistence,
       s.spcname AS tablespace,
       m.amname AS access_method,
       c.relreplident AS replica_identity,
       (SELECT x.relname FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
        WHERE i.indrelid = c.oid AND i.indisreplident) AS replica_identity_index,
       c.relrowsecurity AS row_security,
       c.relforcerowsecurity AS force_row_security,
       (SELECT x.relname FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
        WHERE i.indrelid = c.oid AND i.indisclustered) AS clustered_on,
       array_to_json(c.reloptions) AS options,
       array_to_json(t.reloptions) AS toast_options,
       CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END AS bound,
       (SELECT json_agg(json_build_array(pn.nspname, p.relname) ORDER BY h.inhseqno)
        FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent
        JOIN pg_namespace pn ON pn.oid = p.relnamespace WHERE h.inhrelid = c.oid) AS parents,
       k.partstrat AS partitioning_method,
       c.reloftype <> 0 AS is_of_type
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_am m ON m.oid = c.relam
LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
LEFT JOIN pg_partitioned_table k ON k.partrelid = c.oid
WHERE n.nspname IN ({schemas}) AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
ORDER BY n.nspname, c.relname";

/// The partition keys of partitioned tables, one row per part. A part is a column or one of `expressions`,
/// which lists those of all parts. Operator class and collation are NULL where they are the default of
/// the type or the column.
pub(crate) const PARTITION_KEYS: &str = "
SELECT n.nspname AS schema_name,
       c.relname AS table_name,
       a.attname AS column_name,
       pg_get_expr(k.partexprs, k.partrelid) AS expressions,
       CASE WHEN NOT o.opcdefault THEN quote_ident(o.opcname) END AS operator_class,
       o_ns.nspname AS operator_class_schema,
       CASE WHEN k.partcollation[p.pos - 1] <> 0 AND k.partcollation[p.pos - 1] <>
                 coalesce(a.attcollation, (SELECT oid FROM pg_collation WHERE collname = 'default'))
            THEN l.collname END AS collation
FROM pg_partitioned_table k
JOIN pg_class c ON c.oid = k.partrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL generate_series(1, k.partnatts) AS p(pos)
LEFT JOIN pg_attribute a ON a.attrelid = k.partrelid AND a.attnum = k.partattrs[p.pos - 1] AND a.attnum <> 0
LEFT JOIN pg_opclass o ON o.oid = k.partclass[p.pos - 1]
LEFT JOIN pg_namespace o_ns ON o_ns.oid = o.opcnamespace
LEFT JOIN pg_collation l ON l.oid = k.partcollation[p.pos - 1]
WHERE n.nspname IN ({schemas})
ORDER BY c.oid, p.pos";

impl CatalogReader<'_> {
    /// Reads a row of [`RELATIONS`].
    pub(crate) fn read_relation(&mut self, row: &Row) -> Result<(), DbError> {
        let (schema, name) = (row.text("schema_name")?, row.text("table_name")?);
        if self.is_ignored(name) {
            return Ok(());
        }
        let id = self.object_id(ObjectKind::Table, schema, name);
        let view = || self.object_id(ObjectKind::View, schema, name);
        match row.text("kind")? {
            "r" | "p" => {
                let mut table = Table::new(id.clone());
                table.options.comment = non_empty(row.optional("comment")?);
                (self.schema.objects).insert(id, Object::Table(Box::new(table)));
            }
            "v" => self.add_not_compared(view(), "views are not compared"),
            "m" => self.add_not_compared(view(), "materialized views are not compared"),
            _ => self.add_not_compared(id, "foreign tables are not compared"),
        }
        Ok(())
    }

    /// Reads a row of [`TABLE_OPTIONS`].
    pub(crate) fn read_table_options(&mut self, row: &Row) -> Result<(), DbError> {
        let parents: Vec<(String, String)> = json_array(row.text("parents")?);
        let mut parents: Vec<ObjectId> = parents
            .iter()
            .map(|(schema, name)| self.object_id(ObjectKind::Table, schema, name))
            .collect();
        let bound = row
            .optional("bound")?
            .map(|text| self.partition_bound(text));
        let Some(table) = self.table_of_row(row)? else {
            return Ok(());
        };
        if row.flag("is_of_type")? {
            let id = table.id.clone();
            self.schema.objects.remove(&id);
            self.add_not_compared(id, "tables of a type are not compared");
            return Ok(());
        }
        table.inheritance = match bound {
            Some(bound) if parents.len() == 1 => Inheritance::PartitionOf {
                parent: parents.remove(0),
                bound,
            },
            Some(_) | None if parents.is_empty() => Inheritance::None,
            Some(_) | None => Inheritance::Inherits(parents),
        };
        let method = match row.text("partitioning_method")? {
            "r" => Some("range"),
            "l" => Some("list"),
            "h" => Some("hash"),
            _ => None,
        };
        table.partitioning = method.map(|method| Partitioning {
            method: method.to_owned(),
            key: Vec::new(),
            sub: None,
            count: None,
            parts: Vec::new(),
        });
        read_table_attributes(row, &mut table.options.attrs)
    }

    fn partition_bound(&self, text: &str) -> String {
        let bound = text.strip_prefix("FOR VALUES ").unwrap_or(text);
        server_text::unqualified(bound, self.default_schema)
    }

    /// Reads a row of [`PARTITION_KEYS`].
    pub(crate) fn read_partition_key_part(&mut self, row: &Row) -> Result<(), DbError> {
        let expressions = split_list(&POSTGRES, row.text("expressions")?);
        let expressions: Vec<_> = (expressions.iter())
            .map(|text| self.expression(text))
            .collect();
        let opclass_schema = row.text("operator_class_schema")?;
        let opclass = non_empty(row.optional("operator_class")?);
        let opclass = opclass.map(|name| self.qualified(opclass_schema, &name));
        let partitioning = self.table_of_row(row)?.map(|table| &mut table.partitioning);
        let Some(Some(partitioning)) = partitioning else {
            return Ok(());
        };
        let parts = partitioning.key.iter();
        let expressions_before = parts.filter(|part| part.column_name().is_none()).count();
        let column = row.optional("column_name")?;
        let column = column.map(|name| PartKey::Column(name.into()));
        let expression = || expressions.into_iter().nth(expressions_before);
        if let Some(key) = column.or_else(|| expression().map(PartKey::Expr)) {
            partitioning.key.push(IndexPart {
                key,
                opclass,
                collation: non_empty(row.optional("collation")?),
                ..IndexPart::on_column("")
            });
        }
        Ok(())
    }
}

fn read_table_attributes(row: &Row, attrs: &mut Attributes) -> Result<(), DbError> {
    if row.text("persistence")? == "u" {
        attrs.set_flag(keys::UNLOGGED);
    }
    attrs.set_some(keys::TABLESPACE, row.optional("tablespace")?);
    let access_method = row.optional("access_method")?;
    let access_method = non_empty(access_method).filter(|name| name != "heap");
    attrs.set_some(keys::ACCESS_METHOD, access_method);
    match row.text("replica_identity")? {
        "f" => attrs.set(keys::REPLICA_IDENTITY, "full"),
        "n" => attrs.set(keys::REPLICA_IDENTITY, "nothing"),
        "i" => attrs.set_some(
            keys::REPLICA_IDENTITY,
            row.optional("replica_identity_index")?,
        ),
        _ => {}
    }
    if row.flag("row_security")? {
        attrs.set_flag(keys::ROW_SECURITY);
    }
    if row.flag("force_row_security")? {
        attrs.set_flag(keys::FORCE_ROW_SECURITY);
    }
    attrs.set_some(keys::CLUSTER_ON, row.optional("clustered_on")?);
    read_options(row.text("options")?, "", attrs);
    read_options(row.text("toast_options")?, "toast.", attrs);
    Ok(())
}
