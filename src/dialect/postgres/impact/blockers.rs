//! Objects that aren't compared and block a plan: views, rules, functions, triggers, policies and
//! publications. The server refuses to drop what they depend on or to change its type (`pg_depend`,
//! DROP … RESTRICT).

use crate::change::{Change, Delta, Plan, TableOp};
use crate::db::{Conn, DbError};
use crate::diag::{Code, Diagnostic};
use crate::dialect::postgres::ddl::{alter_type, inherited_columns, on_update_trigger};
use crate::dialect::postgres::impact::blocking_rows;
use crate::dialect::postgres::naming::object;
use crate::dialect::postgres::types;
use crate::model::{Column, Inheritance, Object, ObjectId, Pair};
use crate::sql::literal;

/// An object or column that a plan drops or changes in a way that dependents block.
#[derive(Debug, PartialEq, Eq)]
struct Target {
    /// Its name in messages.
    label: String,
    /// The change of the target, in messages.
    change: &'static str,
    /// The name of the relation or type in statements.
    name: String,
    /// The column of the relation.
    column: Option<String>,
    /// Whether it is a type: then its columns are affected too.
    is_type: bool,
    /// The trigger that is dropped and recreated with the column.
    own_trigger: Option<String>,
}

impl Target {
    fn whole(id: &ObjectId, is_type: bool, change: &'static str) -> Self {
        let name = if is_type {
            types::sql(&alter_type::type_reference(id))
        } else {
            object(id)
        };
        Self {
            label: format!("{} {id}", id.kind),
            change,
            name,
            column: None,
            is_type,
            own_trigger: None,
        }
    }

    fn column(table: &ObjectId, column: &Column, change: &'static str) -> Self {
        Self {
            label: format!("column {table}.{}", column.name),
            change,
            name: object(table),
            column: Some(column.name.as_str().to_owned()),
            is_type: false,
            own_trigger: (column.on_update_now)
                .then(|| on_update_trigger::trigger_name(&column.name).to_string()),
        }
    }
}

const DROPPED: &str = "which is dropped";
const TYPE_CHANGES: &str = "whose type changes";
const RECREATED: &str = "which is recreated";

/// The objects and columns that a plan drops, recreates or changes the type of, by their names before the plan.
/// If the plan renames one first, it isn't found under its new name, and the server returns the error.
fn targets(plan: &Plan) -> Vec<Target> {
    let mut out = Vec::new();
    for change in plan.changes() {
        match change {
            Change::Drop(id, object) => match object {
                Object::Table(_) | Object::Sequence(_) => {
                    out.push(Target::whole(id, false, DROPPED));
                }
                Object::Type(_) => out.push(Target::whole(id, true, DROPPED)),
                Object::Namespace | Object::Extension(_) | Object::Routine(_) => {}
            },
            Change::Replace(id, Pair { from, to }) => {
                if let (Object::Type(from), Object::Type(to)) = (from, to)
                    && alter_type::must_recreate(id, from, to)
                {
                    out.push(Target::whole(id, true, RECREATED));
                }
            }
            Change::Table { sides, ops } => {
                out.extend(
                    ops.iter()
                        .filter_map(|op| column_target(&sides.from.id, op)),
                );
            }
            Change::Create(..) | Change::Comment(..) | Change::Value(..) => {}
        }
    }
    out
}

fn column_target(table: &ObjectId, op: &TableOp) -> Option<Target> {
    match op.column()? {
        Delta::Drop(column) if !inherited_columns::overrides_inherited(column) => {
            Some(Target::column(table, column, DROPPED))
        }
        Delta::Alter(Pair { from, to }) => {
            if from.generated != to.generated && to.generated.is_some() {
                Some(Target::column(table, from, RECREATED))
            } else if from.ty != to.ty || from.collation != to.collation {
                Some(Target::column(table, from, TYPE_CHANGES))
            } else {
                None
            }
        }
        Delta::Drop(_) | Delta::Add(_) => None,
    }
}

/// The schemas and names of the functions that a plan drops, as a list of rows.
fn dropped_functions(plan: &Plan) -> String {
    let names = plan.changes().filter_map(|change| {
        let Change::Drop(id, Object::Routine(_)) = change else {
            return None;
        };
        let own = || String::from("current_schema()");
        let schema = id
            .ns
            .name()
            .map_or_else(own, |name| literal::string(name.as_str()));
        Some(format!("({schema}, {})", literal::string(id.name.as_str())))
    });
    // the list must not be empty
    literal::list(names.chain([String::from("(NULL, NULL)")]))
}

/// The dependents of targets. `{targets}` are rows of number, name, column, whether it is a type, and own trigger;
/// `{functions}` are the schemas and names of dropped functions. Dependents that belong to a dropped table are
/// excluded, and so are the constructor functions of a range, which are dropped with it.
const DEPENDENTS: &str = "
WITH RECURSIVE asked(n, name, col, is_type, own) AS (VALUES {targets}),
target AS MATERIALIZED (
    SELECT n, CASE WHEN NOT is_type THEN to_regclass(name)::oid END AS rel, CASE WHEN is_type THEN to_regtype(name)::oid END AS typ,
           col, own FROM asked
), col(n, rel, name, own) AS (
    SELECT n, rel, col::name, own FROM target WHERE col IS NOT NULL
  UNION
    SELECT t.n, a.attrelid, a.attname, NULL FROM target t JOIN pg_type y ON y.oid = t.typ
    JOIN pg_attribute a ON a.atttypid IN (y.oid, y.typarray) JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
  UNION
    SELECT col.n, i.inhrelid, col.name, NULL FROM col JOIN pg_inherits i ON i.inhparent = col.rel
), held(n, cls, obj, sub, own) AS (
    SELECT col.n, 'pg_class'::regclass, col.rel, a.attnum::int, col.own
    FROM col JOIN pg_attribute a ON a.attrelid = col.rel AND a.attname = col.name
  UNION ALL
    SELECT n, 'pg_class'::regclass, rel, NULL, NULL FROM target WHERE rel IS NOT NULL AND col IS NULL
  UNION ALL
    SELECT t.n, 'pg_type'::regclass, y.oid, NULL, NULL
    FROM target t LEFT JOIN pg_class c ON c.oid = t.rel
    JOIN pg_type e ON e.oid = coalesce(t.typ, c.reltype) JOIN pg_type y ON y.oid IN (e.oid, e.typarray)
    WHERE t.col IS NULL
)
SELECT DISTINCT held.n AS target,
       CASE WHEN r.rulename = '_RETURN' THEN CASE v.relkind WHEN 'm' THEN 'materialized view ' ELSE 'view ' END || v.oid::regclass
            ELSE pg_describe_object(d.classid, d.objid, 0) END AS dependent
FROM held
JOIN pg_depend d ON d.refclassid = held.cls AND d.refobjid = held.obj AND (held.sub IS NULL OR d.refobjsubid = held.sub)
 AND d.deptype = 'n'
 AND d.classid IN ('pg_rewrite'::regclass, 'pg_proc'::regclass, 'pg_trigger'::regclass, 'pg_policy'::regclass,
                   'pg_publication_rel'::regclass)
LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
LEFT JOIN pg_class v ON v.oid = r.ev_class
LEFT JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
LEFT JOIN pg_policy p ON d.classid = 'pg_policy'::regclass AND p.oid = d.objid
LEFT JOIN pg_publication_rel l ON d.classid = 'pg_publication_rel'::regclass AND l.oid = d.objid
WHERE NOT EXISTS (SELECT FROM pg_depend i WHERE (i.classid, i.objid, i.deptype) = (d.classid, d.objid, 'i')
                    AND i.refclassid = 'pg_type'::regclass)
  AND NOT EXISTS (SELECT FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace
                  WHERE d.classid = 'pg_proc'::regclass AND f.oid = d.objid AND (n.nspname, f.proname) IN ({functions}))
  AND (t.oid IS NULL OR NOT t.tgisinternal AND t.tgname IS DISTINCT FROM held.own)
  AND coalesce(r.ev_class, t.tgrelid, p.polrelid, l.prrelid, 0) NOT IN (SELECT rel FROM target WHERE rel IS NOT NULL AND col IS NULL)
ORDER BY 1, 2";

/// Existing tables that become children and drop columns to inherit them instead. `INHERIT` requires that the
/// table has the parent's columns, and keeps them as its own.
fn new_children(plan: &Plan) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for change in plan.changes() {
        let Change::Table { sides, ops } = change else {
            continue;
        };
        let known = sides.from.inheritance.parents();
        let joins = ops.iter().any(|op| {
            let TableOp::Inheritance(Pair {
                to: Inheritance::Inherits(parents),
                ..
            }) = op
            else {
                return false;
            };
            parents.iter().any(|parent| !known.contains(parent))
        });
        let mut columns = sides.from.columns.iter();
        if joins && columns.any(|column| sides.to.column(column.name.as_str()).is_none()) {
            let message = format!(
                "table {} can't inherit columns that it already has",
                sides.to.id
            );
            found.push(
                Diagnostic::error(Code::BecomesAnHeir, message)
                    .help("create it under another name, copy the rows, and drop this table"),
            );
        }
    }
    found
}

/// Finds what blocks a plan.
pub(crate) async fn find_blockers(
    conn: &mut Conn,
    plan: &Plan,
) -> Result<Vec<Diagnostic>, DbError> {
    let mut found = new_children(plan);
    found.extend(blocking_rows::find_blocking_rows(conn, plan).await?);
    let targets = targets(plan);
    if targets.is_empty() {
        return Ok(found);
    }
    let text = |text: &Option<String>| {
        text.as_deref()
            .map_or_else(|| String::from("NULL::text"), literal::string)
    };
    let rows = targets.iter().enumerate().map(|(n, target)| {
        let Target {
            name,
            column,
            is_type,
            own_trigger,
            ..
        } = target;
        let (name, column, own) = (literal::string(name), text(column), text(own_trigger));
        format!("({n}, {name}, {column}, {is_type}, {own})")
    });
    let query = DEPENDENTS
        .replace("{targets}", &literal::list(rows))
        .replace("{functions}", &dropped_functions(plan));
    for row in conn.query(&query).await? {
        let target = row.number("target")?.and_then(|n: usize| targets.get(n));
        if let Some(target) = target {
            found.push(blocker(row.text("dependent")?, target));
        }
    }
    Ok(found)
}

fn blocker(dependent: &str, target: &Target) -> Diagnostic {
    let Target { label, change, .. } = target;
    let message = format!("{dependent} depends on {label}, {change}");
    Diagnostic::error(Code::InTheWay, message)
        .help("drop it first and recreate it afterwards: the specs don't declare it")
}
