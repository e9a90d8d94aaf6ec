//! The triggers of `on_update: now`: one function per schema and column name, one trigger per table and column.

use crate::dialect::postgres::naming::{bare_or_quoted, within};
use crate::model::derived_name;
use crate::model::{Column, Ident, Namespace, Object, ObjectId, ObjectKind, RawSql, Schema, Table};

/// The prefix of the names of triggers and functions.
const PREFIX: &str = "tablewright_touch";

/// The name of the trigger and of its function.
pub(crate) fn trigger_name(column: &Ident) -> Ident {
    derived_name(PREFIX, column.as_str(), &[])
}

/// The object id of the function.
pub(crate) fn routine_id(ns: &Namespace, column: &Ident) -> ObjectId {
    ObjectId::new(ObjectKind::Routine, trigger_name(column)).within(ns.clone())
}

/// The body of the function, without its dollar quotes.
pub(crate) fn routine_body(column: &Ident) -> String {
    format!(
        "BEGIN NEW.{} = CURRENT_TIMESTAMP; RETURN NEW; END",
        bare_or_quoted(column.as_str())
    )
}

/// The column that a function with this body sets.
pub(crate) fn column_of_body(found: &str) -> Option<Ident> {
    let rest = found.strip_prefix("BEGIN NEW.")?;
    let name = rest.strip_suffix(" = CURRENT_TIMESTAMP; RETURN NEW; END")?;
    let column = match name.strip_prefix('"').and_then(|n| n.strip_suffix('"')) {
        Some(inner) => Ident::from(inner.replace("\"\"", "\"")),
        None => Ident::from(name),
    };
    (routine_body(&column) == found).then_some(column)
}

/// The function.
pub(crate) fn routine(ns: &Namespace, column: &Ident) -> RawSql {
    let function = within(ns, &trigger_name(column));
    RawSql {
        create: format!(
            "CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $${}$$",
            routine_body(column)
        ),
        drop: format!("DROP FUNCTION {function}()"),
    }
}

/// The condition of the trigger: the row changes, and the statement doesn't set the column itself. In a table
/// with generated columns the whole row can't be compared, because they are computed after the trigger.
pub(crate) fn trigger_condition(column: &Ident, computed: bool) -> String {
    let column = bare_or_quoted(column.as_str());
    if computed {
        format!("old.{column} IS NOT DISTINCT FROM new.{column}")
    } else {
        format!("old.* *<> new.* AND old.{column} IS NOT DISTINCT FROM new.{column}")
    }
}

/// Whether the server's definition of a trigger is that of [`create_trigger`], with either condition.
pub(crate) fn is_generated_trigger(definition: &str, column: &Ident) -> bool {
    let bare = |text: &str| -> String {
        text.chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '(' | ')'))
            .collect()
    };
    let Some((_, rest)) = definition.split_once(" WHEN ") else {
        return false;
    };
    let Some((when, _)) = rest.rsplit_once(" EXECUTE FUNCTION ") else {
        return false;
    };
    let quoted = bare_or_quoted(column.as_str());
    let same = format!("NOT old.{quoted} IS DISTINCT FROM new.{quoted}");
    let when = bare(when);
    when == bare(&same) || when == bare(&format!("old.* *<> new.* AND {same}"))
}

/// `CREATE TRIGGER`.
pub(crate) fn create_trigger(table: &Table, on: &str, column: &Column) -> String {
    let name = trigger_name(&column.name);
    let computed = table.columns.iter().any(|c| c.generated.is_some());
    format!(
        "CREATE TRIGGER {} BEFORE UPDATE ON {on} FOR EACH ROW\n    WHEN ({})\n    EXECUTE FUNCTION {}()",
        bare_or_quoted(name.as_str()),
        trigger_condition(&column.name, computed),
        within(&table.id.ns, &name)
    )
}

/// `DROP TRIGGER`.
pub(crate) fn drop_trigger(on: &str, column: &Ident) -> String {
    let name = trigger_name(column);
    format!("DROP TRIGGER {} ON {on}", bare_or_quoted(name.as_str()))
}

/// Adds the functions that a schema's columns need.
pub(crate) fn add_routines(schema: &mut Schema) {
    let mut needed = Vec::new();
    for (id, table) in schema.tables().filter(|(_, table)| !table.external) {
        for column in table.columns.iter().filter(|c| c.on_update_now) {
            needed.push((id.clone(), column.name.clone()));
        }
    }
    for (table, column) in needed {
        let id = routine_id(&table.ns, &column);
        let routine = routine(&table.ns, &column);
        schema.objects.insert(id.clone(), Object::Routine(routine));
        schema.deps.insert((table, id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_column_is_read_from_the_body() {
        for name in ["updated_at", "Odd \"one", "order"] {
            let column = Ident::from(name);
            assert_eq!(column_of_body(&routine_body(&column)), Some(column));
        }
        assert_eq!(column_of_body("BEGIN NEW.a = now(); RETURN NEW; END"), None);
        assert_eq!(
            column_of_body("BEGIN NEW.order = CURRENT_TIMESTAMP; RETURN NEW; END"),
            None
        );
    }
}
