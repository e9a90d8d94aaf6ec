//! Storage parameters and other options of tables and indexes.

use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::naming::{bare_or_quoted, within};
use crate::model::{Attributes, Ident, Namespace, Table};
use crate::sql::literal;

/// Attributes of tables that aren't storage parameters. They have their own clauses.
const TABLE_CLAUSES: &[&str] = &[
    "unlogged",
    "tablespace",
    "access_method",
    "replica_identity",
    "row_security",
    "force_row_security",
    "cluster_on",
];

/// Attributes of indexes and constraints that aren't storage parameters.
const INDEX_CLAUSES: &[&str] = &[
    "nulls_not_distinct",
    "tablespace",
    "statistics",
    "no_inherit",
    "enforced",
    "on_delete_columns",
    "period",
    "without_overlaps",
    "index_comment",
];

/// The name of a parameter; `toast.x` has two parts.
fn parameter_name(key: &str) -> String {
    let parts: Vec<String> = key.split('.').map(bare_or_quoted).collect();
    parts.join(".")
}

/// The value of a parameter, in quotes unless it is a word or a number.
fn parameter_value(text: &str) -> String {
    if literal::is_number(text) || crate::dialect::postgres::naming::is_simple(text) && text != "on"
    {
        text.to_owned()
    } else {
        literal::string(text)
    }
}

fn storage_parameters<'a>(attrs: &'a Attributes, others: &[&str]) -> Vec<(&'a str, &'a str)> {
    let own = |(key, _): &(&str, &str)| !others.contains(key);
    attrs.iter().filter(own).collect()
}

fn with_clause(attrs: &Attributes, others: &[&str]) -> String {
    let pairs = storage_parameters(attrs, others);
    if pairs.is_empty() {
        return String::new();
    }
    let list = pairs
        .iter()
        .map(|(key, text)| format!("{} = {}", parameter_name(key), parameter_value(text)));
    format!(" WITH ({})", literal::list(list))
}

fn tablespace(attrs: &Attributes) -> Option<String> {
    attrs
        .get(keys::TABLESPACE)
        .map(|name| format!("TABLESPACE {}", bare_or_quoted(name)))
}

/// ` WITH (…)` of an index, or of the index of a constraint.
pub(crate) fn index_parameters(attrs: &Attributes) -> String {
    with_clause(attrs, INDEX_CLAUSES)
}

/// ` TABLESPACE …` of an index.
pub(crate) fn index_tablespace(attrs: &Attributes) -> String {
    tablespace(attrs).map_or_else(String::new, |clause| format!(" {clause}"))
}

/// ` USING INDEX TABLESPACE …` of a constraint.
pub(crate) fn constraint_tablespace(attrs: &Attributes) -> String {
    tablespace(attrs).map_or_else(String::new, |clause| format!(" USING INDEX {clause}"))
}

/// The clauses after the columns of `CREATE TABLE`: access method, parameters, tablespace.
pub(crate) fn table_storage_clauses(table: &Table) -> String {
    let attrs = &table.options.attrs;
    let method = attrs
        .get(keys::ACCESS_METHOD)
        .map(|name| format!(" USING {}", bare_or_quoted(name)));
    format!(
        "{}{}{}",
        method.unwrap_or_default(),
        with_clause(attrs, TABLE_CLAUSES),
        index_tablespace(attrs)
    )
}

/// Statements for options that can only be set once the table has its indexes.
pub(crate) fn table_afterwards(on: &str, attrs: &Attributes) -> Vec<String> {
    let mut later = Attributes::default();
    for key in [
        "replica_identity",
        "row_security",
        "force_row_security",
        "cluster_on",
    ] {
        later.set_some(key, attrs.get(key));
    }
    alter_table_options(on, &Attributes::default(), &later)
}

/// The statements that change the options of a table.
pub(crate) fn alter_table_options(on: &str, from: &Attributes, to: &Attributes) -> Vec<String> {
    let mut out = Vec::new();
    let (mut set, mut reset) = (Vec::new(), Vec::new());
    for (key, _, now) in from.changes(to) {
        let is_set = now == Some("true");
        let what = match key {
            "unlogged" => String::from(if is_set { "SET UNLOGGED" } else { "SET LOGGED" }),
            "tablespace" => format!(
                "SET TABLESPACE {}",
                bare_or_quoted(now.unwrap_or("pg_default"))
            ),
            "access_method" => format!(
                "SET ACCESS METHOD {}",
                bare_or_quoted(now.unwrap_or("heap"))
            ),
            "replica_identity" => match now {
                None => String::from("REPLICA IDENTITY DEFAULT"),
                Some("full") => String::from("REPLICA IDENTITY FULL"),
                Some("nothing") => String::from("REPLICA IDENTITY NOTHING"),
                Some(index) => format!("REPLICA IDENTITY USING INDEX {}", bare_or_quoted(index)),
            },
            "row_security" => format!("{} ROW LEVEL SECURITY", enable_or_disable(is_set)),
            "force_row_security" => String::from(if is_set {
                "FORCE ROW LEVEL SECURITY"
            } else {
                "NO FORCE ROW LEVEL SECURITY"
            }),
            "cluster_on" => now.map_or_else(
                || String::from("SET WITHOUT CLUSTER"),
                |index| format!("CLUSTER ON {}", bare_or_quoted(index)),
            ),
            _ => {
                match now {
                    Some(text) => set.push(format!(
                        "{} = {}",
                        parameter_name(key),
                        parameter_value(text)
                    )),
                    None => reset.push(parameter_name(key)),
                }
                continue;
            }
        };
        out.push(format!("ALTER TABLE {on} {what}"));
    }
    if !set.is_empty() {
        out.push(format!("ALTER TABLE {on} SET ({})", literal::list(set)));
    }
    if !reset.is_empty() {
        out.push(format!("ALTER TABLE {on} RESET ({})", literal::list(reset)));
    }
    out
}

fn enable_or_disable(on: bool) -> &'static str {
    if on { "ENABLE" } else { "DISABLE" }
}

/// Statements after an index is created: statistics targets, and the comment of a constraint's index.
pub(crate) fn index_afterwards(ns: &Namespace, name: &Ident, attrs: &Attributes) -> Vec<String> {
    let on = within(ns, name);
    let targets = statistics_targets(attrs).into_iter();
    let mut out: Vec<String> = targets
        .map(|(position, target)| set_index_statistics(&on, &position, &target))
        .collect();
    let comment = attrs.get(keys::INDEX_COMMENT);
    out.extend(comment.map(|text| self::comment(&on, Some(text))));
    out
}

fn comment(on: &str, text: Option<&str>) -> String {
    let text = text.map_or_else(|| String::from("NULL"), literal::string);
    format!("COMMENT ON INDEX {on} IS {text}")
}

fn set_index_statistics(on: &str, position: &str, target: &str) -> String {
    format!("ALTER INDEX {on} ALTER COLUMN {position} SET STATISTICS {target}")
}

fn statistics_targets(attrs: &Attributes) -> Vec<(String, String)> {
    let all = attrs.get(keys::STATISTICS).unwrap_or_default();
    all.split(',')
        .filter_map(|one| one.split_once('='))
        .map(|(position, target)| (position.trim().to_owned(), target.trim().to_owned()))
        .collect()
}

/// Whether the change of an attribute requires a new index.
pub(crate) fn must_rebuild_index(from: &Attributes, to: &Attributes) -> bool {
    from.changes(to)
        .any(|(key, ..)| matches!(key, "nulls_not_distinct" | "without_overlaps"))
}

/// The statements that change the options of an index in position.
pub(crate) fn alter_index_options(
    ns: &Namespace,
    name: &Ident,
    from: &Attributes,
    to: &Attributes,
) -> Vec<String> {
    let on = within(ns, name);
    let mut out = Vec::new();
    let (mut set, mut reset) = (Vec::new(), Vec::new());
    for (key, _, now) in from.changes(to) {
        match (key, now) {
            ("tablespace", _) => out.push(format!(
                "ALTER INDEX {on} SET TABLESPACE {}",
                bare_or_quoted(now.unwrap_or("pg_default"))
            )),
            ("statistics", _) => {
                let (old, new) = (statistics_targets(from), statistics_targets(to));
                let gone =
                    (old.iter()).filter(|(position, _)| !new.iter().any(|(p, _)| p == position));
                out.extend(gone.map(|(position, _)| set_index_statistics(&on, position, "-1")));
                let set = new.iter().filter(|target| !old.contains(target));
                out.extend(
                    set.map(|(position, target)| set_index_statistics(&on, position, target)),
                );
            }
            ("index_comment", _) => out.push(comment(&on, now)),
            (key, _) if INDEX_CLAUSES.contains(&key) => {}
            (key, Some(text)) => set.push(format!(
                "{} = {}",
                parameter_name(key),
                parameter_value(text)
            )),
            (key, None) => reset.push(parameter_name(key)),
        }
    }
    if !set.is_empty() {
        out.push(format!("ALTER INDEX {on} SET ({})", literal::list(set)));
    }
    if !reset.is_empty() {
        out.push(format!("ALTER INDEX {on} RESET ({})", literal::list(reset)));
    }
    out
}
