//! Triggers. Those of `on_update: now` become part of their column, all others are recorded as not compared.

use crate::db::{DbError, Row};
use crate::dialect::postgres::ddl::on_update_trigger;
use crate::dialect::postgres::inspect::catalog_reader::CatalogReader;
use crate::model::{Column, ObjectId, ObjectKind, Table};

/// Triggers of tables, without those that partitions inherit. `type_bits` are those of
/// `catalog/pg_trigger.h`; `for_all_columns` is false of `UPDATE OF` a list of columns.
pub(crate) const TRIGGERS: &str = "
SELECT n.nspname AS schema_name,
       c.relname AS table_name,
       t.tgname AS trigger_name,
       fn.nspname AS routine_schema,
       f.proname AS routine_name,
       t.tgtype AS type_bits,
       t.tgenabled AS enabled,
       t.tgattr::text = '' AS for_all_columns,
       pg_get_triggerdef(t.oid) AS definition
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_proc f ON f.oid = t.tgfoid
JOIN pg_namespace fn ON fn.oid = f.pronamespace
WHERE n.nspname IN ({schemas}) AND NOT t.tgisinternal AND NOT c.relispartition
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_trigger'::regclass AND d.objid = t.oid AND d.deptype = 'e')
ORDER BY n.nspname, c.relname, t.tgname";

/// `BEFORE UPDATE … FOR EACH ROW` (`catalog/pg_trigger.h`: 1, 2 and 16).
const BEFORE_UPDATE_ROW: &str = "19";

impl CatalogReader<'_> {
    /// Reads a row of [`TRIGGERS`].
    pub(crate) fn read_trigger(&mut self, row: &Row) -> Result<(), DbError> {
        let (table_name, name) = (row.text("table_name")?, row.text("trigger_name")?);
        let routine = self.object_id(
            ObjectKind::Routine,
            row.text("routine_schema")?,
            row.text("routine_name")?,
        );
        let candidate = row.text("type_bits")? == BEFORE_UPDATE_ROW
            && row.text("enabled")? == "O"
            && row.flag("for_all_columns")?
            && self.schema.objects.contains_key(&routine);
        let definition = row.text("definition")?;
        if let Some(table) = self.table_of_row(row)?.filter(|_| candidate)
            && let Some(column) = touched_column(table, name, &routine, definition)
        {
            column.on_update_now = true;
            let table = table.id.clone();
            self.schema.deps.insert((table, routine));
            return Ok(());
        }
        if !self.is_ignored(table_name) {
            let mut id = self.object_id(ObjectKind::Trigger, row.text("schema_name")?, name);
            id.parent = Some(table_name.into());
            self.add_not_compared(id, "triggers are not compared");
        }
        Ok(())
    }
}

/// The column whose `on_update: now` trigger this is.
fn touched_column<'t>(
    table: &'t mut Table,
    trigger: &str,
    routine: &ObjectId,
    definition: &str,
) -> Option<&'t mut Column> {
    let ns = &table.id.ns;
    table.columns.iter_mut().find(|column| {
        on_update_trigger::trigger_name(&column.name).as_str() == trigger
            && on_update_trigger::routine_id(ns, &column.name) == *routine
            && on_update_trigger::is_generated_trigger(definition, &column.name)
    })
}
