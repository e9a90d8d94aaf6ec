//! Which of two texts mean the same is asked from the server: `EXPLAIN` prints both as its
//! rewriter leaves them. It runs no row, needs SELECT only, and takes a table's expressions at once.

pub(crate) mod constraints_and_bounds;
pub(crate) mod server_choices;
pub(crate) mod spelling;

use crate::db::{Conn, DbError};
use crate::diag::{Code, Diagnostic};
use crate::dialect::out_of_scope_foreign_keys;
use crate::dialect::postgres::expr::normalize_expr;
use crate::dialect::postgres::naming::object;
use crate::dialect::postgres::types;
use crate::model::{
    Attributes, ConstraintKind, Exclusion, Expr, Given, Index, IndexPart, Inheritance, Name,
    PartKey, Schema, Table,
};
use crate::sql::{expr, literal};
use sqlparser::ast::Expr as Ast;
use std::collections::{BTreeMap, BTreeSet};

/// Where an expression of a table stands: which part, and which of its expressions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Default(usize),
    Generated(usize),
    Check(usize),
    Predicate(usize),
    Key(usize, usize),
    ExclusionKey(usize, usize),
    ExclusionPredicate(usize),
    PartitionKey(usize),
    Bound,
}

/// Two expressions that might be the same.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub want: Place,
    pub live: Expr,
    /// Both as they are sent.
    pub sent: [String; 2],
    /// What a message calls it.
    pub what: String,
    /// The parts bear the same name or stand in the same place, so that they are one part.
    pub same_part: bool,
}

/// Makes equal what is equal on the server: what the specs leave to it, and what it calls the same.
pub(crate) async fn reconcile(
    conn: &mut Conn,
    want: &mut Schema,
    have: &Schema,
) -> Result<Vec<Diagnostic>, DbError> {
    let nameless = conn.server().version.0 < 18;
    let mut found =
        crate::dialect::postgres::compare::server_choices::choices(want, have, nameless);
    found.extend(ask(conn, want, have).await?);
    crate::dialect::postgres::compare::spelling::tell_apart(want, have);
    out_of_scope_foreign_keys::leave_alone(want, have, false);
    Ok(found)
}

/// Asks about all that differs, one question a table.
async fn ask(
    conn: &mut Conn,
    want: &mut Schema,
    have: &Schema,
) -> Result<Vec<Diagnostic>, DbError> {
    let mut found = Vec::new();
    let mut asked: Vec<(crate::model::ObjectId, Vec<Question>)> = Vec::new();
    for (id, table) in want.tables() {
        if let Some(live) = have.table(id).filter(|_| !table.external) {
            let mut questions = questions(table, live);
            constraints_and_bounds::bound(want, table, live, &mut questions);
            if !questions.is_empty() {
                asked.push((id.clone(), questions));
            }
        }
    }
    if asked.is_empty() {
        return Ok(found);
    }
    let built_in = built_in(conn, &asked).await?;
    for (id, questions) in asked {
        let allowed: BTreeSet<&str> = questions
            .iter()
            .flat_map(|q| &q.sent)
            .filter(|text| calls(text).is_some_and(|names| names.is_subset(&built_in)))
            .map(String::as_str)
            .collect();
        let printed = explain(conn, &object(&id), &allowed).await?;
        let Some(table) = want.table_mut(&id) else {
            continue;
        };
        for question in &questions {
            let [a, b] = &question.sent;
            let same = match (printed.get(a.as_str()), printed.get(b.as_str())) {
                (Some(Shown::As(a)), Some(Shown::As(b))) => Some(a == b),
                // it names what isn't there yet, and so it isn't what is there
                (Some(Shown::Unreadable), Some(Shown::As(_))) => Some(false),
                _ if call_others(a, b, &built_in) => Some(false),
                _ => None,
            };
            if same == Some(true) || (same.is_none() && question.same_part) {
                copy(table, question);
            }
            if same.is_none() && question.same_part {
                found.push(
                    Diagnostic::warning(
                        Code::Undecided,
                        format!(
                            "{id}: can't tell whether {} is what the spec says",
                            question.what
                        ),
                    )
                    .help(format!("the database has: {}", question.live.text)),
                );
            }
        }
    }
    Ok(found)
}

fn copy(table: &mut Table, question: &Question) {
    let expr = match question.want {
        Place::Default(n) => table.columns.get_mut(n).and_then(|c| c.default.as_mut()),
        Place::Generated(n) => table
            .columns
            .get_mut(n)
            .and_then(|c| c.generated.as_mut())
            .map(|g| &mut g.expr),
        Place::Check(n) => table
            .constraints
            .get_mut(n)
            .and_then(|c| match &mut c.kind {
                ConstraintKind::Check(check) => Some(&mut check.expr),
                ConstraintKind::PrimaryKey(_)
                | ConstraintKind::Unique(_)
                | ConstraintKind::Exclusion(_)
                | ConstraintKind::ForeignKey(_) => None,
            }),
        Place::ExclusionKey(n, part) => (exclusion(table, n))
            .and_then(|e| e.parts.get_mut(part))
            .and_then(|(part, _)| expression(part)),
        Place::ExclusionPredicate(n) => exclusion(table, n).and_then(|e| e.predicate.as_mut()),
        Place::PartitionKey(part) => (table.partitioning.as_mut())
            .and_then(|p| p.key.get_mut(part))
            .and_then(expression),
        Place::Bound => {
            if let Inheritance::PartitionOf { bound, .. } = &mut table.inheritance {
                bound.clone_from(&question.live.text);
            }
            None
        }
        Place::Predicate(n) => table.indexes.get_mut(n).and_then(|i| i.predicate.as_mut()),
        Place::Key(n, part) => table
            .indexes
            .get_mut(n)
            .and_then(|i| i.parts.get_mut(part))
            .and_then(expression),
    };
    if let Some(expr) = expr {
        *expr = question.live.clone();
    }
}

fn expression(part: &mut IndexPart) -> Option<&mut Expr> {
    match &mut part.key {
        PartKey::Expr(expr) => Some(expr),
        PartKey::Column(_) => None,
    }
}

fn exclusion(table: &mut Table, n: usize) -> Option<&mut Exclusion> {
    match &mut table.constraints.get_mut(n)?.kind {
        ConstraintKind::Exclusion(exclusion) => Some(exclusion),
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::ForeignKey(_)
        | ConstraintKind::Check(_) => None,
    }
}

fn questions(want: &Table, live: &Table) -> Vec<Question> {
    let mut out = Vec::new();
    let plain = |e: &Expr| format!("({})", e.text);
    for (n, column) in want.columns.iter().enumerate() {
        let Some(other) = live.column(column.name.as_str()) else {
            continue;
        };
        if let (Some(a), Some(b)) = (&column.default, &other.default)
            && a != b
            && column.ty == other.ty
        {
            let cast = |e: &Expr| format!("({})::{}", e.text, types::sql(&column.ty));
            out.push(Question {
                want: Place::Default(n),
                live: b.clone(),
                sent: [cast(a), cast(b)],
                what: format!("the default of {}", column.name),
                same_part: true,
            });
        }
        if let (Some(a), Some(b)) = (&column.generated, &other.generated)
            && a.expr != b.expr
        {
            out.push(Question {
                want: Place::Generated(n),
                live: b.expr.clone(),
                sent: [plain(&a.expr), plain(&b.expr)],
                what: format!("how {} is computed", column.name),
                same_part: true,
            });
        }
    }
    checks(want, live, &mut out);
    indexes(want, live, &mut out);
    constraints_and_bounds::exclusions(want, live, &mut out);
    constraints_and_bounds::partition_keys(want, live, &mut out);
    out
}

fn checks(want: &Table, live: &Table, out: &mut Vec<Question>) {
    fn all(table: &Table) -> Vec<(usize, &Name, &Expr)> {
        let checks = table.constraints.iter().enumerate();
        checks
            .filter_map(|(n, c)| match &c.kind {
                ConstraintKind::Check(check) => Some((n, &c.name, &check.expr)),
                ConstraintKind::PrimaryKey(_)
                | ConstraintKind::Unique(_)
                | ConstraintKind::Exclusion(_)
                | ConstraintKind::ForeignKey(_) => None,
            })
            .collect()
    }
    let (mine, theirs) = (all(want), all(live));
    let open = |list: &[(usize, &Name, &Expr)], e: &Expr| !list.iter().any(|(_, _, o)| *o == e);
    let unmatched: Vec<_> = theirs.iter().filter(|(_, _, e)| open(&mine, e)).collect();
    for (n, name, expr) in mine.iter().filter(|(_, _, e)| open(&theirs, e)) {
        let named = unmatched
            .iter()
            .find(|(_, other, _)| other.get() == name.get());
        let candidates: Vec<_> = match named {
            Some(one) => vec![*one],
            None => unmatched.clone(),
        };
        for (_, other, live) in candidates {
            out.push(Question {
                want: Place::Check(*n),
                live: (*live).clone(),
                sent: [format!("({})", expr.text), format!("({})", live.text)],
                what: format!("check {}", other.get()),
                same_part: named.is_some(),
            });
        }
    }
}

/// An index without its expressions, to find the one that stands for it.
fn shape(index: &Index) -> Index {
    let mut index = index.clone();
    index.name = Given::Derived("".into());
    index.comment = None;
    index.attrs = Attributes::default();
    index.predicate = index.predicate.map(|_| Expr::new(""));
    for part in &mut index.parts {
        if let PartKey::Expr(expr) = &mut part.key {
            *expr = Expr::new("");
        }
    }
    index
}

fn expressions(index: &Index, n: usize) -> Vec<(Place, &Expr)> {
    let key =
        |(at, part): (usize, &'_ IndexPart)| matches!(part.key, PartKey::Expr(_)).then_some(at);
    let mut out: Vec<(Place, &Expr)> = Vec::new();
    for at in index.parts.iter().enumerate().filter_map(key) {
        if let Some(PartKey::Expr(expr)) = index.parts.get(at).map(|p| &p.key) {
            out.push((Place::Key(n, at), expr));
        }
    }
    if let Some(predicate) = &index.predicate {
        out.push((Place::Predicate(n), predicate));
    }
    out
}

fn indexes(want: &Table, live: &Table, out: &mut Vec<Question>) {
    let same = |a: &Index, b: &Index| a.parts == b.parts && a.predicate == b.predicate;
    for (n, index) in want.indexes.iter().enumerate() {
        if expressions(index, n).is_empty() || live.indexes.iter().any(|o| same(index, o)) {
            continue;
        }
        let alike: Vec<&Index> = live
            .indexes
            .iter()
            .filter(|other| {
                shape(other) == shape(index) && !want.indexes.iter().any(|w| same(w, other))
            })
            .collect();
        let named = alike.iter().find(|o| o.name.get() == index.name.get());
        // an index of another name is the same only if there is no choice
        let other = match (named, alike.as_slice()) {
            (Some(other), _) => *other,
            (None, [only]) => *only,
            (None, _) => continue,
        };
        for ((place, a), (_, b)) in expressions(index, n).into_iter().zip(expressions(other, n)) {
            if a != b {
                out.push(Question {
                    want: place,
                    live: b.clone(),
                    sent: [format!("({})", a.text), format!("({})", b.text)],
                    what: format!("index {}", other.name.get()),
                    same_part: named.is_some(),
                });
            }
        }
    }
}

/// The functions an expression calls; `None` where it can't be read or holds a query.
fn calls(text: &str) -> Option<BTreeSet<String>> {
    let mut ast = normalize_expr::parse(text)?;
    let mut names = BTreeSet::new();
    let mut query = false;
    expr::rewrite(&mut ast, |node| match node {
        Ast::Function(call) => {
            let name = call.name.to_string().replace('"', "").to_lowercase();
            names.insert(name.strip_prefix("pg_catalog.").unwrap_or(&name).to_owned());
        }
        Ast::Subquery(_) | Ast::Exists { .. } | Ast::InSubquery { .. } => query = true,
        _ => {}
    });
    // these are grammar, not functions
    for word in [
        "current_timestamp",
        "current_date",
        "current_time",
        "localtimestamp",
        "localtime",
        "current_user",
        "session_user",
        "coalesce",
        "greatest",
        "least",
        "nullif",
        "row",
    ] {
        names.remove(word);
    }
    (!query).then_some(names)
}

/// Whether two expressions call other functions than built-in ones, and not the same: what such a
/// function does is nobody's to know.
fn call_others(a: &str, b: &str, built_in: &BTreeSet<String>) -> bool {
    let others = |text: &str| -> Option<BTreeSet<String>> {
        let names = calls(text)?.into_iter();
        let last = |name: String| name.rsplit('.').next().unwrap_or_default().to_owned();
        Some(names.filter(|n| !built_in.contains(n)).map(last).collect())
    };
    matches!((others(a), others(b)), (Some(a), Some(b)) if a != b)
}

/// Of the functions called, those that only `pg_catalog` has, or has with the same arguments, so that
/// nobody reaches another without its schema: EXPLAIN folds constants, which runs
/// immutable functions.
async fn built_in(
    conn: &mut Conn,
    asked: &[(crate::model::ObjectId, Vec<Question>)],
) -> Result<BTreeSet<String>, DbError> {
    let names: BTreeSet<String> = asked
        .iter()
        .flat_map(|(_, questions)| questions)
        .flat_map(|q| &q.sent)
        .filter_map(|text| calls(text))
        .flatten()
        .collect();
    if names.is_empty() {
        return Ok(names);
    }
    let list = literal::list(names.iter().map(|name| literal::string(name)));
    let rows = conn
        .query(&format!(
            "SELECT proname FROM pg_catalog.pg_proc p WHERE proname IN ({list}) \
             GROUP BY proname HAVING bool_and(pronamespace = 'pg_catalog'::regnamespace OR EXISTS ( \
               SELECT FROM pg_catalog.pg_proc c WHERE c.proname = p.proname AND c.proargtypes = p.proargtypes \
                 AND c.pronamespace = 'pg_catalog'::regnamespace))"
        ))
        .await?;
    Ok(rows.iter().map(|row| row.text_at(0).to_owned()).collect())
}

/// What the server makes of a text.
enum Shown {
    /// It prints it so.
    As(String),
    /// It speaks of a column, a type, or a value of an enum that isn't there.
    Unreadable,
}

/// What the server prints for each of the texts. One it can't read spoils the message for all, so
/// then each is asked alone.
async fn explain<'a>(
    conn: &mut Conn,
    table: &str,
    texts: &BTreeSet<&'a str>,
) -> Result<BTreeMap<&'a str, Shown>, DbError> {
    let texts: Vec<&str> = texts.iter().copied().collect();
    let mut out = BTreeMap::new();
    if texts.is_empty() {
        return Ok(out);
    }
    match outputs(conn, table, &texts).await {
        Ok(all) => out.extend(texts.iter().copied().zip(all.into_iter().map(Shown::As))),
        Err(error) if error.lost => return Err(error),
        Err(_) => {
            for text in texts {
                match outputs(conn, table, &[text]).await {
                    Ok(one) => out.extend(one.into_iter().map(|shown| (text, Shown::As(shown)))),
                    Err(error) if error.lost => return Err(error),
                    // undefined_column, undefined_object, undefined_table, invalid_text_representation
                    Err(error) if ["42703", "42704", "42P01", "22P02"].contains(&&*error.code) => {
                        out.insert(text, Shown::Unreadable);
                    }
                    // an expression the server refuses for another reason stays undecided
                    Err(_) => {}
                }
            }
        }
    }
    Ok(out)
}

async fn outputs(conn: &mut Conn, table: &str, texts: &[&str]) -> Result<Vec<String>, DbError> {
    let rows = conn
        .query(&format!(
            "EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) SELECT {} FROM ONLY {table}",
            literal::list(texts)
        ))
        .await?;
    let json: String = rows.iter().map(|row| row.text_at(0)).collect();
    let plan: serde_json::Value = serde_json::from_str(&json).unwrap_or_default();
    let output = plan.pointer("/0/Plan/Output").and_then(|o| o.as_array());
    let shown: Vec<String> = output
        .map(|all| {
            all.iter()
                .filter_map(|o| o.as_str().map(str::to_owned))
                .collect()
        })
        .unwrap_or_default();
    // an answer of another length can't be told apart
    Ok(if shown.len() == texts.len() {
        shown
    } else {
        Vec::new()
    })
}
