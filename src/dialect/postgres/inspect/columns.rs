//! Columns, with their type, default, storage and NOT NULL constraint.

use crate::db::{DbError, Row};
use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::inspect::catalog_reader::{CatalogReader, non_empty, read_options};
use crate::dialect::postgres::naming;
use crate::model::{
    Attributes, Column, Generated, Identity, Inheritance, Namespace, ObjectId, Schema,
};
use std::collections::BTreeSet;

/// Columns of tables and partitions. `type_schema` and `type_of_extension` are those of the element type;
/// `expression` is the default, or the expression of a generated column; `collation` and `storage` are
/// NULL where they are the type's. Since 17 the identity of a partition is its parent's.
///
/// A column that a table inherits is not read, unless the table overrides its NOT NULL, default or
/// comment (`inherited_override`). `not_null_also_inherited` and `not_null_only_inherited` distinguish a NOT NULL
/// that a parent has too from one that only the parent declares.
pub(crate) const COLUMNS: &str = "
SELECT n.nspname AS schema_name,
       c.relname AS table_name,
       a.attname AS column_name,
       format_type(a.atttypid, a.atttypmod) AS type,
       tn.nspname AS type_schema,
       x.objid IS NOT NULL AS type_of_extension,
       a.attnotnull AS not_null,
       pg_get_expr(d.adbin, d.adrelid) AS expression,
       CASE WHEN NOT c.relispartition OR current_setting('server_version_num')::int < 170000
            THEN a.attidentity ELSE '' END AS identity,
       a.attgenerated AS generated,
       col_description(c.oid, a.attnum) AS comment,
       CASE WHEN a.attcollation <> t.typcollation THEN l.collname END AS collation,
       ln.nspname AS collation_schema,
       CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END AS storage,
       a.attcompression AS compression,
       a.attstattarget AS statistics,
       array_to_json(a.attoptions) AS options,
       nn.conname AS not_null_name,
       nn.convalidated AS not_null_validated,
       nn.connoinherit AS not_null_no_inherit,
       NOT a.attislocal AND NOT c.relispartition AS inherited_override,
       nn.coninhcount > 0 AS not_null_also_inherited,
       NOT nn.conislocal AND NOT c.relispartition AS not_null_only_inherited
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid
JOIN pg_type e ON e.oid = CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
JOIN pg_namespace tn ON tn.oid = e.typnamespace
LEFT JOIN pg_depend x ON x.classid = 'pg_type'::regclass AND x.objid = e.oid AND x.deptype = 'e'
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN pg_collation l ON l.oid = a.attcollation
LEFT JOIN pg_namespace ln ON ln.oid = l.collnamespace
{not_null_join}
WHERE n.nspname IN ({schemas}) AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
  AND a.attnum > 0 AND NOT a.attisdropped
  AND (a.attislocal OR c.relispartition OR col_description(c.oid, a.attnum) IS NOT NULL
       OR ROW(a.attnotnull, coalesce(pg_get_expr(d.adbin, d.adrelid), '')) IS DISTINCT FROM
          (SELECT ROW(pa.attnotnull, coalesce(pg_get_expr(pd.adbin, pd.adrelid), ''))
           FROM pg_inherits h
           JOIN pg_attribute pa ON pa.attrelid = h.inhparent AND pa.attname = a.attname AND NOT pa.attisdropped
           LEFT JOIN pg_attrdef pd ON pd.adrelid = pa.attrelid AND pd.adnum = pa.attnum
           WHERE h.inhrelid = c.oid ORDER BY h.inhseqno LIMIT 1))
ORDER BY c.oid, a.attnum";

impl CatalogReader<'_> {
    /// Reads a row of [`COLUMNS`].
    pub(crate) fn read_column(&mut self, row: &Row) -> Result<(), DbError> {
        let name = row.text("column_name")?;
        let path = [row.text("schema_name")?, row.text("table_name")?, name].map(str::to_owned);
        let ty = self.sql_type(
            row.text("type")?,
            row.text("type_schema")?,
            row.flag("type_of_extension")?,
        );
        let mut column = Column::new(name, ty);
        column.nullable = !row.flag("not_null")?;
        let expression = row.optional("expression")?;
        match row.text("generated")? {
            "" => column.default = expression.map(|text| self.expression(text)),
            kind => {
                column.generated = expression.map(|text| Generated {
                    expr: self.expression(text),
                    stored: kind == "s",
                });
            }
        }
        let is_serial = || {
            let sequence = self.column_sequences.get(&path);
            let serial = sequence.is_some_and(|found| found.makes_serial(expression, &column.ty));
            serial && !column.nullable
        };
        column.identity = match row.text("identity")? {
            "a" => Some(Identity::Always),
            "d" => Some(Identity::ByDefault),
            _ if is_serial() => Some(Identity::Serial),
            _ => None,
        };
        column.comment = non_empty(row.optional("comment")?);
        let collation = row.optional("collation")?;
        column.collation = self.collation(collation, row.text("collation_schema")?);
        read_storage(row, &mut column.attrs)?;
        if row.flag("inherited_override")? {
            column.attrs.set_flag(keys::INHERITED);
        }
        let Some(table) = self.table_of_row(row)? else {
            return Ok(());
        };
        let table = table.id.clone();
        if column.identity.is_some() {
            column.default = None;
            self.attach_sequence(&path, &table, &mut column);
        }
        read_not_null(row, &table, &mut column)?;
        if let Some(table) = self.table_of_row(row)? {
            table.columns.push(column);
        }
        Ok(())
    }
}

/// Reads how values are stored, and the options of their statistics.
fn read_storage(row: &Row, attrs: &mut Attributes) -> Result<(), DbError> {
    let storage = match row.text("storage")? {
        "p" => Some("plain"),
        "e" => Some("external"),
        "x" => Some("extended"),
        "m" => Some("main"),
        _ => None,
    };
    attrs.set_some(keys::STORAGE, storage);
    let compression = match row.text("compression")? {
        "p" => Some("pglz"),
        "l" => Some("lz4"),
        _ => None,
    };
    attrs.set_some(keys::COMPRESSION, compression);
    // the server's default is -1 before PostgreSQL 17 and NULL since
    let target = row.optional("statistics")?.filter(|target| *target != "-1");
    attrs.set_some(keys::STATISTICS, target);
    read_options(row.text("options")?, "", attrs);
    Ok(())
}

/// Reads the NOT NULL constraint of a column, which has a name since PostgreSQL 18.
fn read_not_null(row: &Row, table: &ObjectId, column: &mut Column) -> Result<(), DbError> {
    let Some(name) = row.optional("not_null_name")? else {
        return Ok(());
    };
    let default = naming::not_null(&table.name, &column.name);
    // an inherited one can have any name, so that name is always recorded
    if name != default || row.flag("not_null_also_inherited")? {
        column.attrs.set(keys::NOT_NULL, name);
    }
    if !row.flag("not_null_validated")? {
        column.attrs.clear_flag(keys::NOT_NULL_VALIDATED);
    }
    if row.flag("not_null_only_inherited")? {
        column.attrs.set_flag(keys::NOT_NULL_INHERITED);
    }
    if row.flag("not_null_no_inherit")? {
        column.attrs.set_flag(keys::NOT_NULL_NO_INHERIT);
    }
    Ok(())
}

/// Records the name of a NOT NULL that a NOT NULL of another table has as well (`LIKE` copies names).
/// Without it the server would choose the name `_not_null1` for whichever table is created last. Children are
/// created after their parents and share the parents' names, so they don't count.
pub(crate) fn name_shared_not_nulls(schema: &mut Schema) {
    let recorded: BTreeSet<(Namespace, String)> = (schema.tables())
        .filter(|(_, table)| table.inheritance == Inheritance::None)
        .flat_map(|(id, table)| table.columns.iter().map(move |column| (id, column)))
        .filter_map(|(id, column)| {
            let name = column.attrs.get(keys::NOT_NULL)?;
            Some((id.ns.clone(), name.to_owned()))
        })
        .collect();
    if recorded.is_empty() {
        return;
    }
    for (id, table) in schema.tables_mut() {
        let columns = table.columns.iter_mut().filter(|column| !column.nullable);
        for column in columns.filter(|column| column.attrs.get(keys::NOT_NULL).is_none()) {
            let default = naming::not_null(&id.name, &column.name);
            if recorded.contains(&(id.ns.clone(), default.clone())) {
                column.attrs.set(keys::NOT_NULL, default);
            }
        }
    }
}
