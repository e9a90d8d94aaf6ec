//! Functions: those that tables and types depend on, and those of `on_update: now` triggers. All others
//! are recorded as not compared.

use crate::db::{DbError, Row};
use crate::dialect::postgres::ddl::on_update_trigger;
use crate::dialect::postgres::expr::server_text::unqualified;
use crate::dialect::postgres::inspect::catalog_reader::CatalogReader;
use crate::dialect::postgres::naming;
use crate::model::{Object, ObjectId, ObjectKind, RawSql};
use crate::sql::literal;

/// Functions, procedures and aggregates. `is_plain_trigger` is true of trigger functions without arguments
/// and settings. `definition` is NULL unless a table or type depends on the function: by a default, a
/// condition, a generated column, an index, or by a function that one of these calls.
pub(crate) const ROUTINES: &str = "
WITH RECURSIVE used(oid) AS (
    SELECT d.refobjid FROM pg_depend d
    WHERE d.refclassid = 'pg_proc'::regclass AND d.deptype = 'n' AND d.classid IN
          ('pg_attrdef'::regclass, 'pg_constraint'::regclass, 'pg_class'::regclass, 'pg_type'::regclass)
      -- the functions of a base type are dropped with it
      AND NOT EXISTS (SELECT FROM pg_type t WHERE d.classid = 'pg_type'::regclass AND t.oid = d.objid AND t.typtype = 'b')
  UNION
    SELECT d.refobjid FROM used u
    JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = u.oid AND d.refclassid = 'pg_proc'::regclass
)
SELECT n.nspname AS schema_name,
       p.proname AS routine_name,
       pg_get_function_identity_arguments(p.oid) AS arguments,
       p.prosrc AS body,
       l.lanname AS language,
       p.prorettype = 'trigger'::regtype AND p.pronargs = 0 AND NOT p.prosecdef AND p.proconfig IS NULL AS is_plain_trigger,
       p.prokind AS kind,
       obj_description(p.oid, 'pg_proc') AS comment,
       CASE WHEN p.prokind IN ('f', 'w') AND p.oid IN (SELECT oid FROM used)
            THEN pg_get_functiondef(p.oid) END AS definition
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
JOIN pg_language l ON l.oid = p.prolang
WHERE n.nspname IN ({schemas})
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i'))
ORDER BY 1, 2, 3";

/// Functions of the schema `{default}` with the name and arguments of a built-in function, which precedes it on
/// every search path that doesn't name `pg_catalog`.
const HIDDEN_FUNCTIONS: &str = "
SELECT DISTINCT p.proname AS routine_name
FROM pg_proc p
JOIN pg_proc c ON c.proname = p.proname AND c.proargtypes = p.proargtypes AND c.pronamespace = 'pg_catalog'::regnamespace
WHERE p.pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = {default})";

pub(crate) fn hidden_functions_query(default_schema: &str) -> String {
    HIDDEN_FUNCTIONS.replace("{default}", &literal::string(default_schema))
}

impl CatalogReader<'_> {
    /// Reads a row of [`hidden_functions_query`].
    pub(crate) fn read_hidden_function(&mut self, row: &Row) -> Result<(), DbError> {
        let name = row.text("routine_name")?.to_owned();
        self.hidden_functions.insert(name);
        Ok(())
    }

    /// Reads a row of [`ROUTINES`].
    pub(crate) fn read_routine(&mut self, row: &Row) -> Result<(), DbError> {
        let (schema, name) = (row.text("schema_name")?, row.text("routine_name")?);
        let body = row.text("body")?;
        if let Some(column) = on_update_trigger::column_of_body(body)
            && row.flag("is_plain_trigger")?
            && row.text("language")? == "plpgsql"
            && on_update_trigger::trigger_name(&column).as_str() == name
        {
            let ns = self.namespace(schema);
            self.schema.objects.insert(
                on_update_trigger::routine_id(&ns, &column),
                Object::Routine(on_update_trigger::routine(&ns, &column)),
            );
            return Ok(());
        }
        let id = self.routine_id(schema, name, row.text("arguments")?);
        let Some(definition) = row.optional("definition")? else {
            let reason = match row.text("kind")? {
                "a" => "aggregates are not compared",
                "p" => "procedures are not compared",
                _ => "functions are not compared",
            };
            self.add_not_compared(id, reason);
            return Ok(());
        };
        let arguments = id.args.clone().unwrap_or_default();
        let routine = RawSql {
            create: self.routine_definition(definition, body),
            drop: format!("DROP FUNCTION {}({arguments})", naming::object(&id)),
        };
        if let Some(text) = row.optional("comment")? {
            self.schema.comments.insert(id.clone(), text.to_owned());
        }
        self.schema.objects.insert(id, Object::Routine(routine));
        Ok(())
    }

    pub(crate) fn routine_id(&self, schema: &str, name: &str, arguments: &str) -> ObjectId {
        let mut id = self.object_id(ObjectKind::Routine, schema, name);
        id.args = Some(unqualified(arguments, self.default_schema));
        id
    }

    /// The `CREATE FUNCTION` statement of a function, its header without the default schema. The body stays
    /// as it is, unless the server keeps it as a parse tree (`BEGIN ATOMIC`) and so has no text of it.
    fn routine_definition(&self, definition: &str, body: &str) -> String {
        let definition = definition.trim_end();
        let start = definition.rfind(body).filter(|_| !body.is_empty());
        let (header, body) = definition.split_at(start.unwrap_or(definition.len()));
        unqualified(header, self.default_schema) + body
    }
}
