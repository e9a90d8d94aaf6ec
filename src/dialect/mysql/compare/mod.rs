//! Comparison of expressions by the server: `EXPLAIN` prints a query after the server's own rewriting, without running
//! it (note 1003).

pub(crate) mod server_choices;

use crate::db::{Conn, DbError, Vendor};
use crate::diag::{Code, Diagnostic};
use crate::dialect::mysql::expr::normalize_expr::normalize_expr;
use crate::dialect::mysql::naming::quote;
use crate::dialect::mysql::types::literals;
use crate::dialect::out_of_scope_foreign_keys;
use crate::model::{
    Check, Constraint, ConstraintKind, Expr, Ident, Index, IndexPart, Name, PartKey, Schema, Table,
};
use std::collections::BTreeSet;

/// The functions that may be sent. EXPLAIN folds constants, and so calls functions; these have no side effects. (Both
/// servers reject user-defined functions in checks, defaults and generated columns.)
#[rustfmt::skip] // one word per line would be long
const BUILT_IN: &[&str] = &[
    "abs", "acos", "adddate", "addtime", "ascii", "asin", "atan", "atan2", "bin", "bit_count",
    "bit_length", "cast", "ceil", "ceiling", "char", "char_length", "character_length",
    "coalesce", "concat", "concat_ws", "conv", "convert", "convert_tz", "cos", "cot", "crc32",
    "curdate", "current_date", "current_time", "current_timestamp", "curtime", "date", "date_add",
    "date_format", "date_sub", "datediff", "day", "dayname", "dayofmonth", "dayofweek",
    "dayofyear", "degrees", "elt", "exp", "extract", "field", "find_in_set", "floor", "format",
    "from_base64", "from_days", "from_unixtime", "greatest", "hex", "hour", "if", "ifnull",
    "inet6_aton", "inet6_ntoa", "inet_aton", "inet_ntoa", "insert", "instr", "interval",
    "is_ipv4", "is_ipv6", "isnull", "json_array", "json_array_length", "json_contains",
    "json_contains_path", "json_depth", "json_extract", "json_keys", "json_length", "json_object",
    "json_overlaps", "json_quote", "json_schema_valid", "json_search", "json_type",
    "json_unquote", "json_valid", "json_value", "last_day", "lcase", "least", "left", "length",
    "ln", "localtime", "localtimestamp", "locate", "log", "log10", "log2", "lower", "lpad",
    "ltrim", "makedate", "maketime", "md5", "microsecond", "mid", "minute", "mod", "month",
    "monthname", "now", "nullif", "oct", "octet_length", "ord", "period_add", "period_diff", "pi",
    "position", "pow", "power", "quarter", "quote", "radians", "rand", "random_bytes",
    "regexp_instr", "regexp_like", "regexp_replace", "regexp_substr", "repeat", "replace",
    "reverse", "right", "round", "rpad", "rtrim", "sec_to_time", "second", "sha", "sha1", "sha2",
    "sign", "sin", "soundex", "space", "sqrt", "str_to_date", "strcmp", "subdate", "substr",
    "substring", "substring_index", "subtime", "sysdate", "tan", "time", "time_format",
    "time_to_sec", "timediff", "timestamp", "timestampadd", "timestampdiff", "to_base64",
    "to_days", "to_seconds", "trim", "truncate", "ucase", "unhex", "unix_timestamp", "upper",
    "utc_date", "utc_time", "utc_timestamp", "uuid", "uuid_to_bin", "bin_to_uuid", "week",
    "weekday", "weekofyear", "year", "yearweek",
];

/// Words that may precede a parenthesis without being a function call.
#[rustfmt::skip] // likewise
const NO_CALLS: &[&str] = &[
    "and", "as", "between", "binary", "case", "collate", "div", "else", "end", "escape", "from",
    "in", "is", "like", "mod", "not", "null", "or", "regexp", "rlike", "sounds", "then", "when",
    "xor", "decimal", "datetime", "nchar", "unsigned", "signed", "float", "double", "varchar",
];

/// Keywords of statements; an expression that contains one is not sent.
const STATEMENTS: &[&str] = &["select", "into", "union", "call", "with", "values", "table"];

/// The place of an expression in a table.
#[derive(Clone, Copy, Debug)]
enum Place {
    Default(usize),
    Generated(usize),
    Check(usize),
    /// A part of an index.
    Index(usize, usize),
    /// A part of a unique constraint.
    Key(usize, usize),
    /// The partitioning.
    Partitioning,
}

/// Two expressions that differ as text.
struct Question {
    place: Place,
    what: String,
    want: String,
    have: Expr,
    /// Whether both are certainly of the same object (same column or name).
    certain: bool,
}

/// Compares the expressions of every table that exists on both sides.
pub(crate) async fn reconcile(
    conn: &mut Conn,
    want: &mut Schema,
    have: &Schema,
) -> Result<Vec<Diagnostic>, DbError> {
    server_choices::settle(conn, want, have).await?;
    out_of_scope_foreign_keys::keep(want, have, true);
    let mut found = Vec::new();
    for (id, table) in want.tables_mut() {
        let Some(live) = have.table(id) else { continue };
        let questions = questions(table, live);
        if questions.is_empty() {
            continue;
        }
        let answers = ask(conn, live, &questions).await?;
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for (question, answer) in questions.iter().zip(answers) {
            match answer {
                Some(true) if taken.insert(format!("{:?}", question.place)) => {
                    put(table, question.place, &question.have);
                }
                Some(_) => {}
                None if question.certain => {
                    found.push(undecided(question));
                    put(table, question.place, &question.have);
                }
                None => {}
            }
        }
    }
    Ok(found)
}

fn undecided(question: &Question) -> Diagnostic {
    Diagnostic::warning(
        Code::Undecided,
        format!(
            "{}: the server can't be asked whether `{}` and `{}` are the same",
            question.what, question.want, question.have.text
        ),
    )
    .help("write the expression as the database shows it")
}

/// All pairs that differ as text.
fn questions(want: &Table, live: &Table) -> Vec<Question> {
    let mut out = Vec::new();
    for (at, column) in want.columns.iter().enumerate() {
        let Some(other) = live.column(column.name.as_str()) else {
            continue;
        };
        let mut ask = |place: Place, mine: &Expr, theirs: &Expr| {
            if mine != theirs {
                out.push(Question {
                    place,
                    what: format!("{}.{}", live.id, column.name),
                    want: mine.text.clone(),
                    have: theirs.clone(),
                    certain: true,
                });
            }
        };
        if let (Some(mine), Some(theirs)) = (&column.default, &other.default)
            && (is_expression(mine) || is_expression(theirs))
        {
            ask(Place::Default(at), mine, theirs);
        }
        if let (Some(mine), Some(theirs)) = (&column.generated, &other.generated) {
            ask(Place::Generated(at), &mine.expr, &theirs.expr);
        }
    }
    parts(want, live, &mut out);
    let mine: Vec<(usize, &Constraint, &Check)> = checks(want).collect();
    let theirs: Vec<(usize, &Constraint, &Check)> = checks(live).collect();
    for (at, constraint, check) in &mine {
        if theirs.iter().any(|(_, _, other)| other.expr == check.expr) {
            continue;
        }
        for (_, other, live_check) in &theirs {
            if mine.iter().any(|(_, _, own)| own.expr == live_check.expr) {
                continue;
            }
            let same_name = constraint.name.get() == other.name.get();
            if same_name || constraint.name.agrees(&other.name) {
                out.push(Question {
                    place: Place::Check(*at),
                    what: format!("{}.{}", live.id, other.name.get()),
                    want: check.expr.text.clone(),
                    have: live_check.expr.clone(),
                    certain: same_name,
                });
            }
        }
    }
    out
}

/// Pairs within indexes, unique keys and the partitioning.
fn parts(want: &Table, live: &Table, out: &mut Vec<Question>) {
    let indexes = live.indexes.iter().map(|i| (&i.name, i.parts.as_slice()));
    let theirs: Vec<(&Name, &[IndexPart])> = indexes
        .chain(live.constraints.iter().filter_map(keys))
        .collect();
    let mut pair_up = |name: &Name, mine: &[IndexPart], place: &dyn Fn(usize) -> Place| {
        let twin = theirs
            .iter()
            .find(|(other, parts)| parts.len() == mine.len() && other.get() == name.get());
        let Some((_, parts)) = twin else { return };
        for (at, (one, other)) in mine.iter().zip(parts.iter()).enumerate() {
            if let (PartKey::Expr(one), PartKey::Expr(other)) = (&one.key, &other.key)
                && one != other
            {
                out.push(Question {
                    place: place(at),
                    what: format!("{}.{}", live.id, name.get()),
                    want: one.text.clone(),
                    have: other.clone(),
                    certain: true,
                });
            }
        }
    };
    for (at, Index { name, parts, .. }) in want.indexes.iter().enumerate() {
        pair_up(name, parts, &|part| Place::Index(at, part));
    }
    for (at, constraint) in want.constraints.iter().enumerate() {
        if let Some((name, parts)) = keys(constraint) {
            pair_up(name, parts, &|part| Place::Key(at, part));
        }
    }
    if let (Some(mine), Some(theirs)) = (&want.partitioning, &live.partitioning)
        && let ([one], [other]) = (mine.key.as_slice(), theirs.key.as_slice())
        && let (PartKey::Expr(one), PartKey::Expr(other)) = (&one.key, &other.key)
        && one != other
        && mine.method != "system_time"
    {
        out.push(Question {
            place: Place::Partitioning,
            what: format!("{} partitions", live.id),
            want: one.text.clone(),
            have: other.clone(),
            certain: true,
        });
    }
}

fn keys(constraint: &Constraint) -> Option<(&Name, &[IndexPart])> {
    match &constraint.kind {
        ConstraintKind::Unique(parts) => Some((&constraint.name, parts)),
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Check(_)
        | ConstraintKind::Exclusion(_)
        | ConstraintKind::ForeignKey(_) => None,
    }
}

/// Two literals that differ need no server.
fn is_expression(expr: &Expr) -> bool {
    expr.text.contains('(')
}

fn checks(table: &Table) -> impl Iterator<Item = (usize, &Constraint, &Check)> {
    table
        .constraints
        .iter()
        .enumerate()
        .filter_map(|(at, constraint)| match &constraint.kind {
            ConstraintKind::Check(check) => Some((at, constraint, check)),
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::Exclusion(_)
            | ConstraintKind::ForeignKey(_) => None,
        })
}

/// Replaces the declared expression with the live one.
fn put(table: &mut Table, place: Place, live: &Expr) {
    match place {
        Place::Default(at) => {
            if let Some(column) = table.columns.get_mut(at) {
                column.default = Some(live.clone());
            }
        }
        Place::Generated(at) => {
            if let Some(generated) = table.columns.get_mut(at).and_then(|c| c.generated.as_mut()) {
                generated.expr = live.clone();
            }
        }
        Place::Index(at, part) => {
            let index = table.indexes.get_mut(at);
            put_part(index.and_then(|index| index.parts.get_mut(part)), live);
        }
        Place::Key(at, part) => {
            let parts = table
                .constraints
                .get_mut(at)
                .and_then(|c| match &mut c.kind {
                    ConstraintKind::Unique(parts) => Some(parts),
                    ConstraintKind::PrimaryKey(_)
                    | ConstraintKind::Check(_)
                    | ConstraintKind::Exclusion(_)
                    | ConstraintKind::ForeignKey(_) => None,
                });
            put_part(parts.and_then(|parts| parts.get_mut(part)), live);
        }
        Place::Partitioning => {
            let partitioning = table.partitioning.as_mut();
            put_part(partitioning.and_then(|p| p.key.first_mut()), live);
        }
        Place::Check(at) => {
            if let Some(ConstraintKind::Check(check)) =
                table.constraints.get_mut(at).map(|c| &mut c.kind)
            {
                check.expr = live.clone();
            }
        }
    }
}

fn put_part(part: Option<&mut IndexPart>, live: &Expr) {
    if let Some(part) = part {
        part.key = PartKey::Expr(live.clone());
    }
}

/// One result per pair: equal, different, or unknown.
async fn ask(
    conn: &mut Conn,
    live: &Table,
    questions: &[Question],
) -> Result<Vec<Option<bool>>, DbError> {
    let columns: BTreeSet<String> = live
        .columns
        .iter()
        .map(|c| c.name.as_str().to_lowercase())
        .collect();
    let sendable: Vec<bool> = questions
        .iter()
        .map(|q| is_harmless(&q.want, &columns) && is_harmless(&q.have.text, &columns))
        .collect();
    let batch: Vec<&Question> = questions
        .iter()
        .zip(&sendable)
        .filter_map(|(question, send)| send.then_some(question))
        .collect();
    let mut printed = match explain(conn, live.name(), &batch).await {
        Ok(printed) => printed,
        Err(error) if error.lost => return Err(error),
        Err(_) => {
            // the server rejects one of them, so each is sent separately
            let mut each = Vec::new();
            for question in &batch {
                match explain(conn, live.name(), &[question]).await {
                    Ok(answer) => each.extend(answer),
                    Err(error) if error.lost => return Err(error),
                    Err(_) => each.push(None),
                }
            }
            each
        }
    }
    .into_iter();
    Ok(sendable
        .into_iter()
        .map(|send| if send { printed.next().flatten() } else { None })
        .collect())
}

/// Lets the server rewrite the pairs, and compares what it prints.
async fn explain(
    conn: &mut Conn,
    table: &Ident,
    batch: &[&Question],
) -> Result<Vec<Option<bool>>, DbError> {
    if batch.is_empty() {
        return Ok(Vec::new());
    }
    let list: Vec<String> = batch
        .iter()
        .flat_map(|question| [question.want.as_str(), question.have.text.as_str()])
        .enumerate()
        .map(|(at, expr)| format!("({expr}) AS {}", alias(at)))
        .collect();
    let explain = match conn.server().vendor {
        Vendor::MariaDb => "EXPLAIN EXTENDED",
        Vendor::MySql | Vendor::Postgres | Vendor::Sqlite => "EXPLAIN FORMAT=TRADITIONAL",
    };
    conn.query(&format!(
        "{explain} SELECT {} FROM {}",
        list.join(", "),
        quote(table.as_str())
    ))
    .await?;
    let notes = conn.query("SHOW WARNINGS").await?;
    let mut note = "";
    for row in &notes {
        if row.text("code")? == "1003" {
            note = row.text("message")?;
            break;
        }
    }
    let printed = split(note, list.len());
    Ok(printed
        .chunks(2)
        .map(|pair| match pair {
            [Some(one), Some(other)] => {
                Some(normalize_expr(one).normal() == normalize_expr(other).normal())
            }
            _ => None,
        })
        .collect())
}

fn alias(at: usize) -> String {
    format!("tw_{at}_")
}

/// The select list of a printed query, by aliases.
fn split(note: &str, count: usize) -> Vec<Option<String>> {
    let mut rest = note.find("select ").map_or("", |at| &note[at + 7..]);
    // MySQL's comment after `select#1` and hints are not part of the list
    rest = rest.trim_start();
    (0..count)
        .map(|at| {
            let mark = format!(" AS `{}`", alias(at));
            let (expr, tail) = rest.split_once(&mark)?;
            rest = tail.strip_prefix(',').unwrap_or(tail);
            Some(expr.to_owned())
        })
        .collect()
}

/// Whether an expression only reads these columns and calls functions without side effects.
fn is_harmless(written: &str, columns: &BTreeSet<String>) -> bool {
    let fine = std::cell::Cell::new(true);
    literals::map_unquoted(written, |piece| {
        let mut rest = piece;
        if rest.contains([';', '@', '#']) || rest.contains("--") || rest.contains("/*") {
            fine.set(false);
        }
        while let Some(start) = rest.find(|c: char| c.is_alphabetic() || c == '_') {
            let tail = &rest[start..];
            let end = tail
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(tail.len());
            let word = tail[..end].to_lowercase();
            let calls = tail[end..].trim_start().starts_with('(');
            let known = BUILT_IN.contains(&word.as_str()) || NO_CALLS.contains(&word.as_str());
            let is_column = columns.contains(&word);
            if (calls && !known) || (STATEMENTS.contains(&word.as_str()) && !is_column) {
                fine.set(false);
            }
            rest = &tail[end..];
        }
        String::new()
    });
    fine.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_computes_is_sent() {
        let columns = BTreeSet::from([String::from("a"), String::from("b")]);
        for (expr, harmless) in [
            ("a > 1 and (b in (1, 2))", true),
            ("lower(a) = 'sleep(1)'", true),
            ("sleep(10) = 0", false),
            ("my_function(a)", false),
            ("(select 1)", false),
            ("a = 1; drop table t", false),
            ("@x = 1", false),
        ] {
            assert_eq!(is_harmless(expr, &columns), harmless, "{expr}");
        }
    }

    #[test]
    fn the_note_is_split_by_its_aliases() {
        let note = "/* select#1 */ select (`d`.`t`.`a` = 1) AS `tw_0_`,if(`d`.`t`.`b`,1,0) AS `tw_1_` from `d`.`t`";
        assert_eq!(
            split(note, 2),
            [
                Some(String::from("(`d`.`t`.`a` = 1)")),
                Some(String::from("if(`d`.`t`.`b`,1,0)"))
            ]
        );
    }
}
