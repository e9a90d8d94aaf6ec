//! Inspection of a live database. Tables are read with `SHOW CREATE TABLE`, all in one message (up to some ten
//! thousand): only that is complete (`information_schema` lacks parsers, explicit collations, column formats and
//! periods, and hides keys and checks from users who may only read).

pub(crate) mod charset_defaults;
pub(crate) mod column;
pub(crate) mod create_table;
pub(crate) mod partitions;
pub(crate) mod sequence;
pub(crate) mod tokens;

use crate::db::{Conn, DbError, Row, Vendor};
use crate::dialect::InspectScope;
use crate::dialect::mysql::attribute_keys as keys;
use crate::dialect::mysql::expr::normal_form;
use crate::dialect::mysql::inspect::charset_defaults::Collations;
use crate::dialect::mysql::naming::quote;
use crate::dialect::mysql::session;
use crate::dialect::mysql::types::charsets;
use crate::dialect::mysql::types::family::can_reference;
use crate::dialect::mysql::types::literals;
use crate::dialect::out_of_scope_foreign_keys::constraint_id;
use crate::model::{Expr, ForeignKey, Ident, Object, ObjectId, ObjectKind, Schema, Table};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The size of a message in bytes, without its last statement: enough for some ten thousand tables, and a quarter of
/// the smallest default of `max_allowed_packet`.
const MESSAGE: usize = 1 << 20;

/// The name of a table that does not exist: a user with privileges on the whole database gets the error that it does
/// not exist, any other user that access is denied.
const NO_TABLE: &str = "tablewright_no_such_table";

// MySQL names the columns of information_schema in upper case unless they have an alias; `Row` ignores case
const TABLES: &str = "SELECT table_name, table_type, database() AS this_database FROM information_schema.tables \
     WHERE table_schema = database() ORDER BY table_name";

/// Tables without rows, by the server's statistics, which [`session::reading`] refreshes.
const EMPTY: &str = "SELECT table_name FROM information_schema.tables \
     WHERE table_schema = database() AND table_rows = 0 AND auto_increment > 1";

const COLLATIONS: &str =
    "SELECT character_set_name, default_collate_name FROM information_schema.character_sets";

const OTHERS: &str = "SELECT 'routine' AS kind, routine_name AS name, NULL AS parent FROM information_schema.routines \
       WHERE routine_schema = database() \
     UNION ALL SELECT 'trigger', trigger_name, event_object_table \
       FROM information_schema.triggers WHERE trigger_schema = database() \
     UNION ALL SELECT 'event', event_name, NULL FROM information_schema.events \
       WHERE event_schema = database()";

/// The schema of the current database, in normal form.
pub(crate) async fn inspect(conn: &mut Conn, scope: &InspectScope) -> Result<Schema, DbError> {
    let vendor = conn.server().vendor;
    for statement in session::reading(vendor) {
        conn.query(&statement).await?;
    }
    let mut reading = Reading {
        vendor,
        scope,
        collations: default_collations(conn).await?,
        listed: BTreeSet::new(),
        own_nextval: None,
        schema: Schema::default(),
    };
    let (tables, sequences) = reading.names(&conn.query(TABLES).await?)?;
    for (kind, names) in [
        (ObjectKind::Table, tables),
        (ObjectKind::Sequence, sequences),
    ] {
        let mut rest = names.as_slice();
        while !rest.is_empty() {
            let (batch, after) = rest.split_at(batch_size(kind, rest));
            let statements = show(conn, kind, batch).await?;
            for (name, create) in batch.iter().zip(statements) {
                reading.add(kind, name, create);
            }
            rest = after;
        }
    }
    let no_table = show(conn, ObjectKind::Table, &[NO_TABLE.to_owned()]).await?;
    if let [Err(error)] = no_table.as_slice()
        && is_denied(error)
    {
        let why = "this user sees only the tables that it has privileges for; others may exist";
        reading.skip(ObjectKind::Table, "", why);
    }
    if reading.has_counters() {
        reading.remove_used_counters(&conn.query(EMPTY).await?)?;
    }
    reading.add_other_objects(&conn.query(OTHERS).await?)?;
    let mut schema = reading.schema;
    normal_form::normalize_schema(&mut schema);
    broken_keys(&mut schema, &reading.listed);
    Ok(schema)
}

/// Foreign keys that were created with `foreign_key_checks = 0` and are not enforced: their target does not exist, or
/// has other types. They can't be created again, so each is reported, and specs don't contain them.
fn broken_keys(schema: &mut Schema, listed: &BTreeSet<String>) {
    let why = |table: &Table, key: &ForeignKey| {
        if !listed.contains(&key.target.name.as_str().to_lowercase()) {
            return Some("a foreign key to a table that does not exist");
        }
        let target = schema.table(&key.target)?;
        let pairs = key.columns.iter().zip(&key.target_columns);
        let fits = |(here, there): (&Ident, &Ident)| {
            let columns = [table.column(here.as_str()), target.column(there.as_str())];
            matches!(columns, [Some(a), Some(b)] if can_reference(&a.ty, &b.ty))
        };
        (!pairs.into_iter().all(fits)).then_some("a foreign key to columns of other types")
    };
    let found: Vec<(ObjectId, &str)> = (schema.tables())
        .flat_map(|(id, table)| {
            table.foreign_keys().filter_map(move |(constraint, key)| {
                Some((constraint_id(id, constraint), why(table, key)?))
            })
        })
        .collect();
    schema.not_compared.extend(found);
}

/// The default collation of each charset of the server.
async fn default_collations(conn: &mut Conn) -> Result<Collations, DbError> {
    let rows = conn.query(COLLATIONS).await?;
    let pair = |row: &Row| -> Result<(String, String), DbError> {
        let charset = charsets::charset_name(row.text("character_set_name")?);
        Ok((charset, row.text("default_collate_name")?.to_owned()))
    };
    let pairs = rows.iter().map(pair).collect::<Result<_, _>>()?;
    Ok(Collations::new(pairs))
}

fn show_create(kind: ObjectKind, name: &str) -> String {
    let kind = kind.to_string().to_ascii_uppercase();
    format!("SHOW CREATE {kind} {}", quote(name))
}

/// The number of these names that fit into one message.
fn batch_size(kind: ObjectKind, names: &[String]) -> usize {
    let lengths = names.iter().scan(0, |bytes, name| {
        *bytes += show_create(kind, name).len() + 1;
        Some(*bytes)
    });
    lengths.take_while(|bytes| *bytes < MESSAGE).count().max(1)
}

fn is_denied(error: &DbError) -> bool {
    matches!(error.code.as_str(), "1142" | "1143" | "1044")
}

/// The statements that create these tables or sequences. If a message fails, each half of it is sent, so that a table
/// that was dropped meanwhile doesn't affect the others.
async fn show(
    conn: &mut Conn,
    kind: ObjectKind,
    names: &[String],
) -> Result<Vec<Result<String, DbError>>, DbError> {
    let mut answers: BTreeMap<usize, Result<String, DbError>> = BTreeMap::new();
    let mut ranges: Vec<Range<usize>> = std::iter::once(0..names.len()).collect();
    while let Some(range) = ranges.pop() {
        let asked = names.get(range.clone()).unwrap_or_default();
        let message: Vec<String> = asked.iter().map(|name| show_create(kind, name)).collect();
        match conn.query(&message.join(";")).await {
            Ok(rows) if rows.len() == asked.len() => {
                for (at, row) in range.zip(&rows) {
                    // of a sequence, too; another session may have replaced a table with a view
                    let create = row
                        .text("create table")
                        .or_else(|_| row.text("create view"));
                    answers.insert(at, Ok(create?.to_owned()));
                }
            }
            Err(error) if error.lost => return Err(error),
            Err(error) if asked.len() == 1 => {
                answers.insert(range.start, Err(error));
            }
            Ok(_) | Err(_) => {
                let middle = usize::midpoint(range.start, range.end);
                ranges.push(range.start..middle);
                ranges.push(middle..range.end);
            }
        }
    }
    Ok(answers.into_values().collect())
}

struct Reading<'a> {
    vendor: Vendor,
    scope: &'a InspectScope,
    collations: Collations,
    /// All existing tables, in lower case.
    listed: BTreeSet<String>,
    /// The start of a default of MariaDB that reads a sequence of this database.
    own_nextval: Option<String>,
    schema: Schema,
}

impl Reading<'_> {
    fn is_seen(&self, table: &str) -> bool {
        !self.scope.hidden.iter().any(|hidden| hidden == table) && !self.scope.ignores(table)
    }

    fn skip(&mut self, kind: ObjectKind, name: &str, why: &'static str) {
        self.schema
            .not_compared
            .push((ObjectId::new(kind, name), why));
    }

    /// The names of the tables and of the sequences to read.
    fn names(&mut self, rows: &[Row]) -> Result<(Vec<String>, Vec<String>), DbError> {
        let (mut tables, mut sequences) = (Vec::new(), Vec::new());
        let database = rows.first().map(|row| row.text("this_database"));
        let database = database.transpose()?;
        self.own_nextval = database.map(|name| format!("nextval(`{}`.", name.replace('`', "``")));
        for row in rows {
            let name = row.text("table_name")?;
            self.listed.insert(name.to_lowercase());
            if !self.is_seen(name) {
                continue;
            }
            match row.text("table_type")? {
                "BASE TABLE" | "SYSTEM VERSIONED" => tables.push(name.to_owned()),
                "VIEW" | "SYSTEM VIEW" => {
                    self.skip(ObjectKind::View, name, "views are not modelled");
                }
                "SEQUENCE" => sequences.push(name.to_owned()),
                // no other session sees it
                "TEMPORARY" => {}
                _ => self.skip(
                    ObjectKind::Table,
                    name,
                    "objects of this kind are not modelled",
                ),
            }
        }
        Ok((tables, sequences))
    }

    fn add(&mut self, kind: ObjectKind, name: &str, create: Result<String, DbError>) {
        let sql = match create {
            Ok(sql) => sql,
            // dropped since it was listed
            Err(error) if error.code == "1146" => return,
            Err(error) if is_denied(&error) => {
                return self.skip(kind, name, "not visible to this user");
            }
            Err(_) => return self.skip(kind, name, "the server returns no definition"),
        };
        let is_known = if kind == ObjectKind::Sequence {
            self.sequence(name, &sql)
        } else {
            self.table(name, &sql)
        };
        if is_known.is_none() {
            self.skip(kind, name, "its definition has an unknown clause");
        }
    }

    fn sequence(&mut self, name: &str, sql: &str) -> Option<()> {
        let (sequence, comment) = sequence::sequence(sql)?;
        let id = ObjectId::new(ObjectKind::Sequence, name);
        if let Some(comment) = comment {
            self.schema.comments.insert(id.clone(), comment);
        }
        (self.schema.objects).insert(id, Object::Sequence(sequence));
        Some(())
    }

    fn table(&mut self, name: &str, sql: &str) -> Option<()> {
        let mut read = create_table::table(sql, self.vendor, &self.collations)?;
        for column in &mut read.table.columns {
            if let Some(default) = &mut column.default {
                self.strip_database(default);
            }
            if self.vendor == Vendor::MariaDb {
                normal_form::remove_implied_default(column);
            }
        }
        read.table.id = ObjectId::table(name);
        for key in read.foreign {
            let mut id = ObjectId::new(ObjectKind::Table, key);
            id.parent = Some(Ident::from(name));
            let why = "a foreign key into another database";
            self.schema.not_compared.push((id, why));
        }
        (self.schema.objects).insert(read.table.id.clone(), Object::Table(Box::new(read.table)));
        Some(())
    }

    /// Removes the name of this database, with which MariaDB qualifies each sequence.
    fn strip_database(&self, default: &mut Expr) {
        if let Some(own) = &self.own_nextval
            && default.text.contains(own)
            && literals::parse_string_literal(&default.text).is_none()
        {
            default.text = default.text.replace(own, "nextval(");
        }
    }

    /// Whether a table has a counter that has moved.
    fn has_counters(&self) -> bool {
        let mut tables = self.schema.tables();
        tables.any(|(_, table)| table.options.attrs.get(keys::AUTO_INCREMENT).is_some())
    }

    /// Removes the counters of tables with rows: they belong to the data, not to the schema.
    fn remove_used_counters(&mut self, rows: &[Row]) -> Result<(), DbError> {
        let names = rows.iter().map(|row| row.text("table_name"));
        let empty: BTreeSet<&str> = names.collect::<Result<_, _>>()?;
        for (id, table) in self.schema.tables_mut() {
            if !empty.contains(id.name.as_str()) {
                table.options.attrs.remove(keys::AUTO_INCREMENT);
            }
        }
        Ok(())
    }

    fn add_other_objects(&mut self, rows: &[Row]) -> Result<(), DbError> {
        for row in rows {
            let (kind, why) = match row.text("kind")? {
                "trigger" => (ObjectKind::Trigger, "triggers are not modelled"),
                "event" => (ObjectKind::Routine, "events are not modelled"),
                _ => (ObjectKind::Routine, "routines are not modelled"),
            };
            let mut id = ObjectId::new(kind, row.text("name")?);
            let parent = row.optional("parent")?;
            id.parent = parent.map(Ident::from);
            if parent.is_none_or(|table| self.is_seen(table)) {
                self.schema.not_compared.push((id, why));
            }
        }
        Ok(())
    }
}
