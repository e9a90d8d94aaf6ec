//! Differences without meaning: clauses without effect that a spec leaves open, counters that have moved, a key that the
//! server added, names that it folded.

use crate::db::{Conn, DbError};
use crate::dialect::mysql::attribute_keys as keys;
use crate::dialect::mysql::session;
use crate::dialect::mysql::types::family::has_charset;
use crate::model::{
    Attributes, Column, Constraint, Index, Key, Object, ObjectId, Schema, Table, Text,
};
use std::collections::BTreeMap;

/// Attributes that determine how something is written and have no effect. They are compared only with
/// `spelling: exact`, or where the spec sets them. (`explicit_collation` follows the collation of its column.)
const SPELLING_ATTRIBUTES: [Key<Text>; 4] = [
    keys::DISPLAY_WIDTH,
    keys::USING,
    keys::DELETE_RULE,
    keys::UPDATE_RULE,
];

/// The next numbers of tables that have assigned some already.
const COUNTERS: &str = "SELECT table_name, auto_increment FROM information_schema.tables \
     WHERE table_schema = database() AND auto_increment IS NOT NULL";

/// Copies choices of the live database into the declared schema where both have the same meaning.
pub(crate) async fn settle(
    conn: &mut Conn,
    want: &mut Schema,
    have: &Schema,
) -> Result<(), DbError> {
    fold_names(conn, want, have).await?;
    let mut counts = false;
    let exact = want.exact_spelling;
    for (id, table) in want.tables_mut() {
        let Some(live) = have.table(id) else { continue };
        counts |= table.options.attrs.get(keys::AUTO_INCREMENT).is_some();
        own_key(table, live);
        if !exact {
            words(table, live);
        }
    }
    let counters = if counts {
        counters(conn).await?
    } else {
        BTreeMap::new()
    };
    for (id, table) in want.tables_mut() {
        if let Some(live) = have.table(id) {
            counter(table, live, counters.get(id.name.as_str()).copied());
        }
    }
    Ok(())
}

async fn counters(conn: &mut Conn) -> Result<BTreeMap<String, u64>, DbError> {
    for statement in session::reading(conn.server().vendor) {
        conn.query(&statement).await?;
    }
    let rows = conn.query(COUNTERS).await?;
    let mut next = BTreeMap::new();
    for row in &rows {
        if let Some(number) = row.number("auto_increment")? {
            next.insert(row.text("table_name")?.to_owned(), number);
        }
    }
    Ok(next)
}

/// A counter is never decreased: a live counter beyond the declared one is not a difference.
fn counter(want: &mut Table, live: &Table, next: Option<u64>) {
    const KEY: &str = "auto_increment";
    let wanted: Option<u64> = want.options.attrs.get(KEY).and_then(|n| n.parse().ok());
    if wanted.is_none_or(|wanted| next.is_some_and(|next| next >= wanted)) {
        want.options.attrs.remove(KEY);
        let shown = live.options.attrs.get(KEY);
        want.options.attrs.set_some(KEY, shown);
    }
}

/// Gives declared tables the names of the live database on servers that fold names: with `lower_case_table_names` other
/// than 0, `Users` is stored as `users`.
async fn fold_names(conn: &mut Conn, want: &mut Schema, have: &Schema) -> Result<(), DbError> {
    let lower = |id: &ObjectId| id.name.as_str().to_lowercase();
    let unknown: BTreeMap<String, &ObjectId> = (have.tables())
        .filter(|(id, _)| want.table(id).is_none())
        .map(|(id, _)| (lower(id), id))
        .collect();
    let folded: Vec<(ObjectId, ObjectId)> = (want.tables())
        .filter(|(id, _)| have.table(id).is_none())
        .filter_map(|(id, _)| Some((id.clone(), (*unknown.get(&lower(id))?).clone())))
        .collect();
    if folded.is_empty() {
        return Ok(());
    }
    let rows = conn
        .query("SELECT @@lower_case_table_names AS folding")
        .await?;
    let folding: Option<u8> = rows.first().map_or(Ok(None), |row| row.number("folding"))?;
    if folding == Some(0) {
        return Ok(());
    }
    for (old, new) in &folded {
        if let Some(Object::Table(mut table)) = want.objects.remove(old) {
            table.id = new.clone();
            want.objects.insert(new.clone(), Object::Table(table));
        }
    }
    for (_, table) in want.tables_mut() {
        for constraint in &mut table.constraints {
            if let crate::model::ConstraintKind::ForeignKey(fk) = &mut constraint.kind
                && let Some((_, new)) = folded.iter().find(|(old, _)| *old == fk.target)
            {
                fk.target = new.clone();
            }
        }
    }
    Ok(())
}

/// A table without a primary key gets a generated one if `sql_generate_invisible_primary_key` is on (MySQL 8.0.30).
fn own_key(want: &mut Table, live: &Table) {
    let Some(first) = live.columns.first() else {
        return;
    };
    let made = first.name.as_str() == "my_row_id"
        && first.attrs.get(keys::INVISIBLE)
        && first.identity.is_some();
    if !made || want.primary_key().is_some() || want.column("my_row_id").is_some() {
        return;
    }
    want.columns.insert(0, first.clone());
    want.constraints.extend(live.primary_key().cloned());
}

fn words(want: &mut Table, live: &Table) {
    let collation = want.options.collation.as_ref().map(|c| c.get().clone());
    for column in &mut want.columns {
        if let Some(other) = live.column(column.name.as_str()) {
            collated(column, other, collation.as_deref());
            silent(&mut column.attrs, &other.attrs);
        }
    }
    for constraint in &mut want.constraints {
        let alike = |other: &&Constraint| {
            other.kind == constraint.kind && constraint.name.agrees(&other.name)
        };
        if let Some(other) = live.constraints.iter().find(alike) {
            silent(&mut constraint.attrs, &other.attrs);
        }
    }
    for index in &mut want.indexes {
        let alike = |other: &&Index| other.parts == index.parts && index.name.agrees(&other.name);
        if let Some(other) = live.indexes.iter().find(alike) {
            silent(&mut index.attrs, &other.attrs);
        }
    }
}

/// Copies the live value where the spec leaves it open.
fn silent(want: &mut Attributes, live: &Attributes) {
    for key in SPELLING_ATTRIBUTES {
        if want.get(key).is_none() {
            want.set_some(key, live.get(key));
        }
    }
}

/// A collation that is written although it is the table's.
fn collated(want: &mut Column, live: &Column, shared: Option<&str>) {
    let spelled = live.attrs.get(keys::EXPLICIT_COLLATION) && want.charset.is_none();
    if !spelled || want.collation.is_some() || !has_charset(&want.ty) {
        return;
    }
    if live.collation.as_deref() == shared {
        want.charset.clone_from(&live.charset);
        want.collation.clone_from(&live.collation);
        want.attrs.set_flag(keys::EXPLICIT_COLLATION);
    }
}
