//! Constraints. Keys and exclusion constraints get their parts from their index.

use crate::db::{DbError, Row};
use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::inspect::catalog_reader::{CatalogReader, json_names, non_empty};
use crate::dialect::postgres::naming;
use crate::model::{
    Attributes, Check, Constraint, ConstraintKind, Exclusion, ForeignKey, ForeignKeyMatch, Given,
    Ident, ObjectKind, ReferentialAction, Timing, column_of_type_check,
};

/// Constraints of tables and partitions. `set_columns` are the columns that ON DELETE SET NULL or SET
/// DEFAULT sets, if that isn't all of them; `parent` is the constraint of the partitioned table that the constraint
/// is part of. A key of a partition that only backs a foreign key to its parent is not read.
pub(crate) const CONSTRAINTS: &str = "
SELECT n.nspname AS schema_name,
       c.relname AS table_name,
       k.conname AS constraint_name,
       k.contype AS kind,
       array_to_json(ARRAY(SELECT a.attname FROM unnest(k.conkey) WITH ORDINALITY AS x(num, pos)
             JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = x.num ORDER BY x.pos)) AS columns,
       fn.nspname AS target_schema,
       f.relname AS target_table,
       array_to_json(ARRAY(SELECT a.attname FROM unnest(k.confkey) WITH ORDINALITY AS x(num, pos)
             JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = x.num ORDER BY x.pos)) AS target_columns,
       k.confdeltype AS on_delete,
       k.confupdtype AS on_update,
       k.confmatchtype AS match_type,
       k.condeferrable AS deferrable,
       k.condeferred AS deferred,
       k.convalidated AS validated,
       pg_get_expr(k.conbin, k.conrelid) AS expression,
       obj_description(k.oid, 'pg_constraint') AS comment,
       {enforced} AS enforced,
       k.connoinherit AS no_inherit,
       {period} AS period,
       array_to_json(ARRAY(SELECT a.attname FROM unnest({set_columns}) WITH ORDINALITY AS x(num, pos)
             JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = x.num ORDER BY x.pos)) AS set_columns,
       CASE WHEN k.contype = 'c' AND k.coninhcount > 0 AND c.relispartition THEN k.conname
            ELSE u.conname END AS parent
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_class f ON f.oid = k.confrelid
LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
LEFT JOIN pg_constraint u ON u.oid = k.conparentid AND k.conparentid <> 0
WHERE n.nspname IN ({schemas}) AND c.relkind IN ('r', 'p') AND k.contype IN ('p', 'u', 'f', 'c', 'x')
  AND (k.contype <> 'c' OR k.conislocal OR c.relispartition)
  AND u.conrelid IS DISTINCT FROM k.conrelid
ORDER BY c.oid, CASE k.contype WHEN 'p' THEN 1 WHEN 'u' THEN 2 WHEN 'x' THEN 3 WHEN 'f' THEN 4 ELSE 5 END, k.conname";

impl CatalogReader<'_> {
    /// Reads a row of [`CONSTRAINTS`].
    pub(crate) fn read_constraint(&mut self, row: &Row) -> Result<(), DbError> {
        let name = row.text("constraint_name")?;
        let enforced = row.flag("enforced")?;
        let mut kind = match row.text("kind")? {
            "p" => ConstraintKind::PrimaryKey(Vec::new()),
            "u" => ConstraintKind::Unique(Vec::new()),
            "x" => ConstraintKind::Exclusion(Exclusion {
                method: String::new(),
                parts: Vec::new(),
                predicate: None,
            }),
            "f" => ConstraintKind::ForeignKey(self.foreign_key(row)?),
            _ => ConstraintKind::Check(Check {
                expr: self.expression(row.text("expression")?),
                of_type: None,
                validated: row.flag("validated")? || !enforced,
            }),
        };
        let timing = match (row.flag("deferrable")?, row.flag("deferred")?) {
            (false, _) => Timing::Immediate,
            (true, false) => Timing::Deferrable,
            (true, true) => Timing::Deferred,
        };
        let attrs = read_attributes(row)?;
        let Some(table) = self.table_of_row(row)? else {
            return Ok(());
        };
        if let ConstraintKind::Check(check) = &mut kind {
            let columns = table.columns.iter().map(|column| &column.name);
            check.of_type = column_of_type_check(table.id.name.as_str(), columns, &name.into());
        }
        table.constraints.push(Constraint {
            comment: non_empty(row.optional("comment")?),
            timing,
            parent: non_empty(row.optional("parent")?).map(Ident::from),
            attrs,
            ..Constraint::new(Given::Given(name.into()), kind)
        });
        Ok(())
    }

    fn foreign_key(&self, row: &Row) -> Result<ForeignKey, DbError> {
        let (schema, table) = (row.text("target_schema")?, row.text("target_table")?);
        Ok(ForeignKey {
            columns: json_names(row.text("columns")?),
            target: self.object_id(ObjectKind::Table, schema, table),
            target_columns: json_names(row.text("target_columns")?),
            on_delete: referential_action(row.text("on_delete")?),
            on_update: referential_action(row.text("on_update")?),
            matching: if row.text("match_type")? == "f" {
                ForeignKeyMatch::Full
            } else {
                ForeignKeyMatch::Simple
            },
            validated: row.flag("validated")? || !row.flag("enforced")?,
        })
    }
}

fn read_attributes(row: &Row) -> Result<Attributes, DbError> {
    let mut attrs = Attributes::default();
    if !row.flag("enforced")? {
        attrs.clear_flag(keys::ENFORCED);
    }
    match row.text("kind")? {
        "c" if row.flag("no_inherit")? => attrs.set_flag(keys::NO_INHERIT),
        "f" if row.flag("period")? => attrs.set_flag(keys::PERIOD),
        "p" | "u" if row.flag("period")? => attrs.set_flag(keys::WITHOUT_OVERLAPS),
        _ => {}
    }
    let set_columns = json_names(row.text("set_columns")?);
    if !set_columns.is_empty() {
        attrs.set(keys::ON_DELETE_COLUMNS, naming::list(&set_columns));
    }
    Ok(attrs)
}

/// The action of a `confdeltype` or `confupdtype`.
fn referential_action(code: &str) -> ReferentialAction {
    match code {
        "r" => ReferentialAction::Restrict,
        "c" => ReferentialAction::Cascade,
        "n" => ReferentialAction::SetNull,
        "d" => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}
