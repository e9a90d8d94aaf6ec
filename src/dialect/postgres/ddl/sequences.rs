//! Sequences: those that stand alone, and those that number a column (`serial`, identity), whose
//! options are attributes of that column.

use crate::db::Row;
use crate::dialect::OwnSequence;
use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::naming;
use crate::dialect::postgres::naming::{bare_or_quoted, object, within};
use crate::dialect::postgres::types;
use crate::model::{Attributes, Column, Expr, Ident, Identity, ObjectId, Sequence, SqlType, Table};
use crate::sql::literal;
use std::fmt::Write as _;

/// The attributes of a column that say how its sequence counts.
pub(crate) const OPTIONS: &[&str] = &[
    "sequence",
    "sequence_type",
    "start",
    "increment",
    "min",
    "max",
    "cache",
    "cycle",
    keys::SEQUENCE_UNLOGGED.name(),
];

/// A sequence as it is read, with what decides whether it is a column's own.
#[derive(Clone, Debug)]
pub(crate) struct Owned {
    pub(crate) schema: String,
    pub(crate) name: String,
    pub(crate) sequence: Sequence,
    pub(crate) comment: Option<String>,
    /// How a default calls it.
    nextval: String,
    /// Whether any default or identity uses it.
    pub(crate) used: bool,
    /// Whether more than one default uses it.
    shared: bool,
    /// Whether it is logged other than its table.
    logged_apart: bool,
    /// The schema of the owner's table.
    home: Option<String>,
}

impl Owned {
    /// Reads a row of `catalog_objects::SEQUENCES`.
    pub(crate) fn read(row: &Row) -> Option<Self> {
        let uses: u32 = row.number_at(14)?;
        Some(Self {
            schema: row.text_at(0).to_owned(),
            name: row.text_at(1).to_owned(),
            sequence: Sequence {
                ty: types::native(row.text_at(2)).ok()?,
                start: row.number_at(3)?,
                increment: row.number_at(4)?,
                min: row.number_at(5)?,
                max: row.number_at(6)?,
                cache: row.number_at(7)?,
                cycle: row.flag_at(8),
                unlogged: row.flag_at(16),
                owned_by: None,
            },
            comment: row.get_at(15).map(str::to_owned),
            nextval: row.text_at(13).to_owned(),
            used: uses > 0 || row.text_at(9) == "i",
            shared: uses > 1,
            logged_apart: row.flag_at(17),
            home: row.get_at(10).map(str::to_owned),
        })
    }

    /// Whether the column that owns it is what `serial` makes: an integer whose default is the next
    /// value of this sequence, which nobody else draws from.
    pub(crate) fn makes_serial(&self, default: Option<&str>, ty: &SqlType) -> bool {
        default == Some(self.nextval.as_str())
            && !self.shared
            && self.home.as_ref() == Some(&self.schema)
            && ty.dims == 0
            && limits(ty).is_some()
    }
}

/// The least and greatest value of an integer type.
fn limits(ty: &SqlType) -> Option<(i64, i64)> {
    match ty.base.as_str() {
        "smallint" => Some((i64::from(i16::MIN), i64::from(i16::MAX))),
        "integer" => Some((i64::from(i32::MIN), i64::from(i32::MAX))),
        "bigint" => Some((i64::MIN, i64::MAX)),
        _ => None,
    }
}

/// The bounds that a sequence of this type has where none are stated.
fn bounds(ty: &SqlType, increment: i64) -> (i64, i64) {
    let (least, greatest) = limits(ty).unwrap_or((i64::MIN, i64::MAX));
    if increment > 0 {
        (1, greatest)
    } else {
        (least, -1)
    }
}

/// The options that differ from what the server would choose for a sequence of this type.
fn unusual(sequence: &Sequence) -> Attributes {
    let mut out = Attributes::default();
    let (min, max) = bounds(&sequence.ty, sequence.increment);
    let start = if sequence.increment > 0 {
        sequence.min
    } else {
        sequence.max
    };
    let numbers = [
        ("start", sequence.start, start),
        ("increment", sequence.increment, 1),
        ("min", sequence.min, min),
        ("max", sequence.max, max),
        ("cache", sequence.cache, 1),
    ];
    for (key, value, usual) in numbers {
        if value != usual {
            out.set(key, value.to_string());
        }
    }
    if sequence.cycle {
        out.set_flag(keys::CYCLE);
    }
    out
}

/// The name that the server gives to a column's sequence.
fn usual_name(table: &ObjectId, column: &Ident) -> String {
    naming::chosen(table.name.as_str(), column.as_str(), "seq")
}

/// Writes what is unusual about its sequence into a column.
pub(crate) fn attributes(owned: &Owned, table: &ObjectId, column: &mut Column) {
    for (key, value) in unusual(&owned.sequence).iter() {
        column.attrs.set(key, value);
    }
    // the server keeps the sequence of an identity to its column's type
    if column.identity == Some(Identity::Serial) && owned.sequence.ty != column.ty {
        column
            .attrs
            .set(keys::SEQUENCE_TYPE, types::sql(&owned.sequence.ty));
    }
    if owned.logged_apart {
        let unlogged = owned.sequence.unlogged;
        column
            .attrs
            .set(keys::SEQUENCE_UNLOGGED, unlogged.to_string());
    }
    if owned.name != usual_name(table, &column.name) {
        column.attrs.set(keys::SEQUENCE, owned.name.as_str());
    }
}

/// A column's sequence: its name, and how it counts.
pub(crate) fn of_column(table: &ObjectId, column: &Column) -> (Ident, Sequence) {
    let attrs = &column.attrs;
    let ty = (attrs.get(keys::SEQUENCE_TYPE))
        .and_then(|text| types::native(text).ok())
        .unwrap_or_else(|| column.ty.clone());
    let number = |key: &str| attrs.get(key).and_then(|text| text.parse::<i64>().ok());
    let increment = number("increment").unwrap_or(1);
    let (least, greatest) = bounds(&ty, increment);
    let (min, max) = (
        number("min").unwrap_or(least),
        number("max").unwrap_or(greatest),
    );
    let name = attrs
        .get(keys::SEQUENCE)
        .map_or_else(|| usual_name(table, &column.name), str::to_owned);
    let sequence = Sequence {
        ty,
        start: number("start").unwrap_or(if increment > 0 { min } else { max }),
        increment,
        min,
        max,
        cache: number("cache").unwrap_or(1),
        cycle: attrs.get(keys::CYCLE),
        unlogged: attrs.get(keys::SEQUENCE_UNLOGGED) == Some(true),
        owned_by: None,
    };
    (Ident::from(name), sequence)
}

/// A `serial` as what it is made of: a column that draws from a sequence of its own.
pub(crate) fn apart(table: &Table, column: &Column) -> OwnSequence {
    let (name, mut sequence) = of_column(&table.id, column);
    sequence.owned_by = Some((table.id.clone(), column.name.clone()));
    sequence.unlogged = is_unlogged(table, column);
    let mut drawing = Column {
        identity: None,
        default: Some(Expr::new(next_of_own(table, column))),
        ..column.clone()
    };
    for key in OPTIONS {
        drawing.attrs.remove(key);
    }
    OwnSequence {
        column: drawing,
        id: own_id(table, name),
        sequence,
    }
}

/// Whether the sequence of a column is not in the write-ahead log.
pub(crate) fn is_unlogged(table: &Table, column: &Column) -> bool {
    let own = column.attrs.get(keys::SEQUENCE_UNLOGGED);
    own.unwrap_or_else(|| table.options.attrs.get(keys::UNLOGGED))
}

/// The statement that has a column's sequence logged or not, once that of its table has changed.
pub(crate) fn log_apart(table: &Table, column: &Column) -> Option<String> {
    column.attrs.get(keys::SEQUENCE_UNLOGGED)?;
    Some(log(table, column))
}

fn log(table: &Table, column: &Column) -> String {
    let (name, _) = of_column(&table.id, column);
    set_logged(&within(&table.id.ns, &name), is_unlogged(table, column))
}

fn set_logged(name: &str, unlogged: bool) -> String {
    format!("ALTER SEQUENCE {name} SET {}", logging(unlogged))
}

fn logging(unlogged: bool) -> &'static str {
    if unlogged { "UNLOGGED" } else { "LOGGED" }
}

/// The statement that has the sequence of a column logged in another way.
pub(crate) fn log_anew(table: &Table, from: &Column, to: &Column) -> Option<String> {
    (from.attrs.get(keys::SEQUENCE_UNLOGGED) != to.attrs.get(keys::SEQUENCE_UNLOGGED))
        .then(|| log(table, to))
}

/// Whether a column's sequence is all the server's choice.
pub(crate) fn is_usual(column: &Column) -> bool {
    OPTIONS.iter().all(|key| column.attrs.get(key).is_none())
}

/// What an option of a sequence is called in statements, with its value.
fn clause(key: &str, value: &str) -> String {
    match key {
        "start" => format!("START WITH {value}"),
        "increment" => format!("INCREMENT BY {value}"),
        "min" => format!("MINVALUE {value}"),
        "max" => format!("MAXVALUE {value}"),
        "cache" => format!("CACHE {value}"),
        _ => String::from(if value == "true" { "CYCLE" } else { "NO CYCLE" }),
    }
}

/// ` (SEQUENCE NAME s START WITH 5)` behind AS IDENTITY, or nothing.
pub(crate) fn identity_options(table: &ObjectId, column: &Column) -> String {
    if is_usual(column) {
        return String::new();
    }
    let (name, sequence) = of_column(table, column);
    let mut clauses = Vec::new();
    if column.attrs.get(keys::SEQUENCE).is_some() {
        clauses.push(format!("SEQUENCE NAME {}", within(&table.ns, &name)));
    }
    clauses.extend(
        unusual(&sequence)
            .iter()
            .map(|(key, value)| clause(key, value)),
    );
    if let Some(unlogged) = column.attrs.get(keys::SEQUENCE_UNLOGGED) {
        clauses.push(logging(unlogged).to_owned());
    }
    format!(" ({})", clauses.join(" "))
}

/// `CREATE SEQUENCE`, without its owner.
pub(crate) fn create(id: &ObjectId, sequence: &Sequence) -> String {
    let kept = if sequence.unlogged { "UNLOGGED " } else { "" };
    let mut out = format!("CREATE {kept}SEQUENCE {}", object(id));
    if sequence.ty.base != "bigint" {
        // writing to a String can't fail
        let _ = write!(out, " AS {}", types::sql(&sequence.ty));
    }
    for (key, value) in unusual(sequence).iter() {
        let _ = write!(out, " {}", clause(key, value));
    }
    out
}

/// The sequence of a `serial` whose options aren't the server's: it has to be there before the
/// column, and is given to it afterwards.
pub(crate) fn create_own(table: &Table, column: &Column) -> String {
    let (name, sequence) = of_column(&table.id, column);
    create(&own_id(table, name), &sequence)
}

fn own_id(table: &Table, name: Ident) -> ObjectId {
    ObjectId::new(crate::model::ObjectKind::Sequence, name).within(table.id.ns.clone())
}

/// The default of such a `serial`.
pub(crate) fn next_of_own(table: &Table, column: &Column) -> String {
    let (name, _) = of_column(&table.id, column);
    format!(
        "nextval({}::regclass)",
        literal::string(&within(&table.id.ns, &name))
    )
}

/// Gives such a sequence to its column. Since PostgreSQL 15 that of an unlogged table is unlogged too;
/// before, there is none such.
pub(crate) fn give_own(table: &Table, column: &Column, on: &str) -> Vec<String> {
    let (name, sequence) = of_column(&table.id, column);
    let name = within(&table.id.ns, &name);
    let given = format!(
        "ALTER SEQUENCE {name} OWNED BY {on}.{}",
        bare_or_quoted(column.name.as_str())
    );
    let mut out = vec![given];
    if is_unlogged(table, column) && !sequence.unlogged {
        let set = literal::string(&set_logged(&name, true));
        out.push(format!(
            "DO $$ BEGIN IF current_setting('server_version_num')::int >= 150000 THEN EXECUTE {set}; END IF; END $$"
        ));
    }
    out
}

/// A sequence after its type has changed: bounds that were the old type's are the new one's.
pub(crate) fn retyped(sequence: &Sequence, ty: &SqlType) -> Sequence {
    let (old_min, old_max) = bounds(&sequence.ty, sequence.increment);
    let (min, max) = bounds(ty, sequence.increment);
    Sequence {
        ty: ty.clone(),
        min: if sequence.min == old_min {
            min
        } else {
            sequence.min
        },
        max: if sequence.max == old_max {
            max
        } else {
            sequence.max
        },
        ..sequence.clone()
    }
}

/// Whether a column needs a sequence that is made before it.
pub(crate) fn is_made_apart(column: &Column) -> bool {
    column.identity == Some(Identity::Serial) && !is_usual(column)
}

/// Moves a sequence on to where its new bounds begin: the server refuses those that leave out the number
/// it has come to.
fn into_bounds(name: &str, from: &Sequence, to: &Sequence) -> Option<String> {
    let (first, sign) = if to.increment > 0 {
        (to.min, '<')
    } else {
        (to.max, '>')
    };
    let narrower = to.increment > 0 && to.min > from.min || to.increment < 0 && to.max < from.max;
    let inside = (from.min..=from.max).contains(&first);
    (narrower && inside).then(|| {
        let called = literal::string(name);
        format!(
            "SELECT setval({called}, {first}, false) FROM {name} WHERE last_value {sign} {first}"
        )
    })
}

/// Makes one sequence of the other; nothing where they are alike.
pub(crate) fn alter(name: &str, from: &Sequence, to: &Sequence) -> Vec<String> {
    let mut clauses = Vec::new();
    if from.ty != to.ty {
        clauses.push(format!("AS {}", types::sql(&to.ty)));
    }
    let numbers = [
        ("increment", from.increment, to.increment),
        ("min", from.min, to.min),
        ("max", from.max, to.max),
        ("start", from.start, to.start),
        ("cache", from.cache, to.cache),
    ];
    // a change of the type moves bounds that were the old type's
    for (key, before, after) in numbers {
        if before != after || (from.ty != to.ty && matches!(key, "min" | "max")) {
            clauses.push(clause(key, &after.to_string()));
        }
    }
    if from.cycle != to.cycle {
        clauses.push(clause("cycle", if to.cycle { "true" } else { "false" }));
    }
    let mut out = Vec::new();
    if from.unlogged != to.unlogged {
        out.push(set_logged(name, to.unlogged));
    }
    if let Some(moved) = into_bounds(name, from, to) {
        out.push(moved);
    } else if to.min > from.max || to.max < from.min {
        // nothing of the old numbers is one of the new
        clauses.push(String::from("RESTART"));
    }
    if !clauses.is_empty() {
        out.push(format!("ALTER SEQUENCE {name} {}", clauses.join(" ")));
    }
    if from.owned_by != to.owned_by {
        let owner = to.owned_by.as_ref().map_or_else(
            || String::from("NONE"),
            |(table, column)| format!("{}.{}", object(table), bare_or_quoted(column.as_str())),
        );
        out.push(format!("ALTER SEQUENCE {name} OWNED BY {owner}"));
    }
    out
}
