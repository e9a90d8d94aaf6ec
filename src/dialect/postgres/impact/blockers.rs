//! What isn't modelled but holds on to what has to go: views, rules, functions, triggers, policies and
//! publications. The server refuses to drop or retype what they use (`pg_depend`, DROP … RESTRICT).

use crate::change::{Change, Delta, Plan, TableOp};
use crate::db::{Conn, DbError};
use crate::diag::{Code, Diagnostic};
use crate::dialect::postgres::ddl::{alter_type, inherited_columns, on_update_trigger};
use crate::dialect::postgres::impact::blocking_rows;
use crate::dialect::postgres::naming::object;
use crate::dialect::postgres::types;
use crate::model::{Column, Inheritance, Object, ObjectId, Pair};
use crate::sql::literal;

/// One thing that a plan takes away or changes in a way that its users don't survive.
#[derive(Debug, PartialEq, Eq)]
struct Target {
    /// What it is, for people.
    said: String,
    /// What is to happen to it, for people.
    why: &'static str,
    /// How statements name it: a relation or a type.
    name: String,
    /// The column of the relation.
    column: Option<String>,
    /// A type: it, and the columns that have it.
    is_type: bool,
    /// The trigger that belongs to the column, and goes and comes with it.
    own_trigger: Option<String>,
}

impl Target {
    fn whole(id: &ObjectId, is_type: bool, why: &'static str) -> Self {
        let name = if is_type {
            types::sql(&alter_type::type_reference(id))
        } else {
            object(id)
        };
        Self {
            said: format!("{} {id}", id.kind),
            why,
            name,
            column: None,
            is_type,
            own_trigger: None,
        }
    }

    fn column(table: &ObjectId, column: &Column, why: &'static str) -> Self {
        Self {
            said: format!("column {table}.{}", column.name),
            why,
            name: object(table),
            column: Some(column.name.as_str().to_owned()),
            is_type: false,
            own_trigger: (column.on_update_now)
                .then(|| on_update_trigger::trigger_name(&column.name).to_string()),
        }
    }
}

const GOES: &str = "which goes";
const RETYPED: &str = "which gets another type";
const ANEW: &str = "which is made anew";

/// What a plan has to take away. Names are those before the plan: what it renames first isn't found
/// under them, and then it is the server that refuses.
fn targets(plan: &Plan) -> Vec<Target> {
    let mut out = Vec::new();
    for change in plan.changes() {
        match change {
            Change::Drop(id, object) => match object {
                Object::Table(_) | Object::Sequence(_) => {
                    out.push(Target::whole(id, false, GOES));
                }
                Object::Type(_) => out.push(Target::whole(id, true, GOES)),
                Object::Namespace | Object::Extension(_) | Object::Routine(_) => {}
            },
            Change::Replace(id, Pair { from, to }) => {
                if let (Object::Type(from), Object::Type(to)) = (from, to)
                    && alter_type::must_recreate(id, from, to)
                {
                    out.push(Target::whole(id, true, ANEW));
                }
            }
            Change::Table { sides, ops } => {
                out.extend(ops.iter().filter_map(|op| of_column(&sides.from.id, op)));
            }
            Change::Create(..) | Change::Comment(..) | Change::Value(..) => {}
        }
    }
    out
}

fn of_column(table: &ObjectId, op: &TableOp) -> Option<Target> {
    match op.column()? {
        Delta::Drop(column) if !inherited_columns::overrides_inherited(column) => {
            Some(Target::column(table, column, GOES))
        }
        Delta::Alter(Pair { from, to }) => {
            if from.generated != to.generated && to.generated.is_some() {
                Some(Target::column(table, from, ANEW))
            } else if from.ty != to.ty || from.collation != to.collation {
                Some(Target::column(table, from, RETYPED))
            } else {
                None
            }
        }
        Delta::Drop(_) | Delta::Add(_) => None,
    }
}

/// The functions that a plan drops: schema and name.
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
    // a list may not be empty
    literal::list(names.chain([String::from("(NULL, NULL)")]))
}

/// `{targets}`: number, name, column, whether it is a type, its own trigger. `{functions}`: schema and
/// name of those that go. Gives the number and what uses it. Whatever belongs to a table that goes itself
/// is left out, and so are the functions that make values of a range: they go along.
const USERS: &str = "
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
SELECT DISTINCT held.n,
       CASE WHEN r.rulename = '_RETURN' THEN CASE v.relkind WHEN 'm' THEN 'materialized view ' ELSE 'view ' END || v.oid::regclass
            ELSE pg_describe_object(d.classid, d.objid, 0) END
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

/// Tables that are there and come to inherit columns: the server wants them to have those already, and
/// then counts them as their own.
fn heirs(plan: &Plan) -> Vec<Diagnostic> {
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
            let message = format!("table {} is to inherit columns that it has", sides.to.id);
            found
                .push(Diagnostic::error(Code::BecomesAnHeir, message).help(
                    "make it anew under another name, move the rows over, and drop this one",
                ));
        }
    }
    found
}

/// Says what stands in the way of a plan.
pub(crate) async fn find(conn: &mut Conn, plan: &Plan) -> Result<Vec<Diagnostic>, DbError> {
    let mut found = heirs(plan);
    found.extend(blocking_rows::find(conn, plan).await?);
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
    let query = USERS
        .replace("{targets}", &literal::list(rows))
        .replace("{functions}", &dropped_functions(plan));
    let users = conn.query(&query).await?;
    found.extend(users.iter().filter_map(|row| {
        let target = targets.get(row.number_at::<usize>(0)?)?;
        Some(obstacle(row.text_at(1), target))
    }));
    Ok(found)
}

fn obstacle(user: &str, target: &Target) -> Diagnostic {
    let Target { said, why, .. } = target;
    Diagnostic::error(Code::InTheWay, format!("{user} uses {said}, {why}"))
        .help("drop it before, and make it again afterwards: the specs don't know it")
}
