//! Reading a live database: a fixed number of queries over `information_schema`, whatever the
//! number of tables.

use super::types::{self, Family, family};
use super::{canon, defaults, text};
use crate::db::{Conn, DbError, Row, Vendor};
use crate::dialect::InspectScope;
use crate::model::{
    Attrs, Check, Column, Constraint, ConstraintKind, Expr, ForeignKey, Generated, Given, Ident,
    Identity, Index, IndexPart, Kind, Match, Object, ObjectId, Options, PartKey, ReferentialAction,
    Schema, SqlType, Table,
};
use std::collections::BTreeMap;

const TABLES: &str = "SELECT table_name, table_type, engine, table_collation, table_comment, \
     create_options FROM information_schema.tables WHERE table_schema = database()";

const COLUMNS: &str = "SELECT table_name, column_name, column_default, is_nullable, column_type, \
     character_set_name, collation_name, extra, generation_expression, column_comment \
     FROM information_schema.columns WHERE table_schema = database() \
     ORDER BY table_name, ordinal_position";

/// `{expression}` and `{visible}` are the vendor's own.
const INDEXES: &str = "SELECT table_name, index_name, non_unique, column_name, collation, \
     sub_part, index_type, index_comment, {expression}, {visible} \
     FROM information_schema.statistics WHERE table_schema = database() \
     ORDER BY table_name, index_name, seq_in_index";

const FOREIGN_KEYS: &str = "SELECT k.table_name, k.constraint_name, k.column_name, \
     k.referenced_table_schema = database(), k.referenced_table_name, k.referenced_column_name, \
     r.delete_rule, r.update_rule \
     FROM information_schema.key_column_usage k \
     JOIN information_schema.referential_constraints r \
       ON r.constraint_schema = k.constraint_schema AND r.table_name = k.table_name \
      AND r.constraint_name = k.constraint_name \
     WHERE k.table_schema = database() AND r.constraint_schema = database() \
       AND k.referenced_table_name IS NOT NULL \
     ORDER BY k.table_name, k.constraint_name, k.ordinal_position";

const CHECKS_MYSQL: &str = "SELECT t.table_name, c.constraint_name, c.check_clause, t.enforced \
     FROM information_schema.check_constraints c \
     JOIN information_schema.table_constraints t \
       ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name \
      AND t.constraint_type = 'CHECK' \
     WHERE c.constraint_schema = database() AND t.table_schema = database()";

const CHECKS_MARIADB: &str = "SELECT table_name, constraint_name, check_clause, 'YES' \
     FROM information_schema.check_constraints WHERE constraint_schema = database()";

const OTHERS: &str = "SELECT 'routine', routine_name, NULL FROM information_schema.routines \
       WHERE routine_schema = database() \
     UNION ALL SELECT 'trigger', trigger_name, event_object_table \
       FROM information_schema.triggers WHERE trigger_schema = database() \
     UNION ALL SELECT 'event', event_name, NULL FROM information_schema.events \
       WHERE event_schema = database()";

/// The current database in normal form.
pub(super) async fn inspect(conn: &mut Conn, scope: &InspectScope) -> Result<Schema, DbError> {
    let vendor = conn.server().vendor;
    let mut reading = Reading {
        vendor,
        scope,
        tables: BTreeMap::new(),
        schema: Schema::default(),
    };
    reading.tables(&conn.query(TABLES).await?);
    reading.columns(&conn.query(COLUMNS).await?);
    let (expression, visible) = match vendor {
        Vendor::MariaDb => ("NULL", "IF(ignored = 'YES', 'NO', 'YES')"),
        Vendor::MySql | Vendor::Postgres | Vendor::Sqlite => ("expression", "is_visible"),
    };
    let indexes = INDEXES
        .replace("{expression}", expression)
        .replace("{visible}", visible);
    reading.indexes(&conn.query(&indexes).await?);
    reading.foreign_keys(&conn.query(FOREIGN_KEYS).await?);
    let checks = match vendor {
        Vendor::MariaDb => CHECKS_MARIADB,
        Vendor::MySql | Vendor::Postgres | Vendor::Sqlite => CHECKS_MYSQL,
    };
    reading.checks(&conn.query(checks).await?);
    reading.others(&conn.query(OTHERS).await?);
    let Reading {
        tables, mut schema, ..
    } = reading;
    for (_, table) in tables {
        schema
            .objects
            .insert(table.id.clone(), Object::Table(Box::new(table)));
    }
    canon::schema(&mut schema);
    Ok(schema)
}

struct Reading<'a> {
    vendor: Vendor,
    scope: &'a InspectScope,
    tables: BTreeMap<String, Table>,
    schema: Schema,
}

impl Reading<'_> {
    fn is_seen(&self, table: &str) -> bool {
        !self.scope.hidden.iter().any(|hidden| hidden == table) && !self.scope.ignores(table)
    }

    fn tables(&mut self, rows: &[Row]) {
        for row in rows {
            let name = row.text(0);
            if !self.is_seen(name) {
                continue;
            }
            let id = ObjectId::table(name);
            let mut skip = |kind: Kind, why: &'static str| {
                self.schema
                    .uncompared
                    .push((ObjectId::new(kind, name), why));
            };
            match row.text(1) {
                "BASE TABLE" => {}
                "SYSTEM VERSIONED" => skip(Kind::Table, "its system versioning"),
                "VIEW" | "SYSTEM VIEW" => {
                    skip(Kind::View, "views are not modelled");
                    continue;
                }
                "SEQUENCE" => {
                    skip(Kind::Sequence, "sequences are not modelled");
                    continue;
                }
                _ => {
                    skip(Kind::Table, "its kind is not known");
                    continue;
                }
            }
            if row.text(5).to_ascii_lowercase().contains("partitioned") {
                skip(Kind::Table, "its partitions");
            }
            let mut table = Table::new(id);
            let collation = row.get(3).map(str::to_owned);
            table.options = Options {
                comment: Some(row.text(4).to_owned()).filter(|comment| !comment.is_empty()),
                engine: row.get(2).map(|engine| Given::Given(engine.to_owned())),
                charset: collation
                    .as_deref()
                    .map(|name| Given::Given(canon::charset_of(name))),
                collation: collation.map(Given::Given),
                attrs: Attrs::default(),
            };
            self.tables.insert(name.to_owned(), table);
        }
    }

    fn columns(&mut self, rows: &[Row]) {
        let vendor = self.vendor;
        for row in rows {
            let Some(table) = self.tables.get_mut(row.text(0)) else {
                continue;
            };
            let written = row.text(4);
            let ty = types::parse(written).unwrap_or_else(|_| SqlType::new(written));
            let mut column = Column::new(row.text(1), ty);
            let extra = row.text(7).to_ascii_lowercase();
            column.nullable = row.flag(3);
            column.identity = extra
                .contains("auto_increment")
                .then_some(Identity::AutoIncrement);
            column.on_update_now = extra.contains("on update current_timestamp");
            column.charset = row.get(5).map(str::to_owned);
            column.collation = row.get(6).map(str::to_owned);
            column.comment = Some(row.text(9).to_owned()).filter(|comment| !comment.is_empty());
            column.generated = row
                .get(8)
                .filter(|expr| !expr.is_empty() && extra.contains("generated"))
                .map(|expr| Generated {
                    expr: Expr::new(stored(vendor, expr)),
                    stored: extra.contains("stored"),
                });
            column.default = row
                .get(2)
                .filter(|_| column.generated.is_none())
                .map(|default| Expr::new(default_sql(vendor, &column.ty, default, &extra)));
            if extra.contains("invisible") {
                let id = table.id.clone();
                self.schema.uncompared.push((id, "an invisible column"));
            }
            table.columns.push(column);
        }
    }

    fn indexes(&mut self, rows: &[Row]) {
        let vendor = self.vendor;
        for group in rows.chunk_by(|a, b| (a.text(0), a.text(1)) == (b.text(0), b.text(1))) {
            let Some(row) = group.first() else { continue };
            let Some(table) = self.tables.get_mut(row.text(0)) else {
                continue;
            };
            let method = row.text(6).to_ascii_lowercase();
            let ordinary = matches!(method.as_str(), "btree" | "hash" | "rtree");
            let parts: Vec<IndexPart> = group
                .iter()
                .map(|part| IndexPart {
                    key: match part.get(3) {
                        Some(column) => PartKey::Column(column.into()),
                        None => PartKey::Expr(Expr::new(stored(vendor, part.text(8)))),
                    },
                    desc: part.text(4) == "D",
                    // a spatial index counts its own bytes there
                    prefix: part.number(5).filter(|_| ordinary),
                    nulls_first: None,
                    opclass: None,
                    collation: None,
                })
                .collect();
            let unique = row.text(2) == "0";
            if row.text(1) == "PRIMARY" {
                table.constraints.push(Constraint::new(
                    Given::Derived(Ident::from("PRIMARY")),
                    ConstraintKind::PrimaryKey(parts),
                ));
                continue;
            }
            table.indexes.push(Index {
                name: Given::Given(row.text(1).into()),
                parts,
                unique,
                method: Some(method),
                predicate: None,
                include: Vec::new(),
                comment: Some(row.text(7).to_owned()),
                // the optimizer doesn't use an invisible one
                valid: row.flag(9),
                parent: None,
                attrs: Attrs::default(),
            });
        }
    }

    fn foreign_keys(&mut self, rows: &[Row]) {
        for group in rows.chunk_by(|a, b| (a.text(0), a.text(1)) == (b.text(0), b.text(1))) {
            let Some(row) = group.first() else { continue };
            let Some(table) = self.tables.get_mut(row.text(0)) else {
                continue;
            };
            if !row.flag(3) {
                let id = table.id.clone();
                self.schema
                    .uncompared
                    .push((id, "a foreign key into another database"));
                continue;
            }
            let all = |at: usize| group.iter().map(|part| part.text(at).into()).collect();
            table.constraints.push(Constraint::new(
                Given::Given(row.text(1).into()),
                ConstraintKind::ForeignKey(ForeignKey {
                    columns: all(2),
                    target: ObjectId::table(row.text(4)),
                    target_columns: all(5),
                    on_delete: rule(row.text(6)),
                    on_update: rule(row.text(7)),
                    matching: Match::Simple,
                    validated: true,
                }),
            ));
        }
    }

    fn checks(&mut self, rows: &[Row]) {
        for row in rows {
            if let Some(table) = self.tables.get_mut(row.text(0)) {
                table.constraints.push(Constraint::new(
                    Given::Given(row.text(1).into()),
                    ConstraintKind::Check(Check {
                        expr: Expr::new(stored(self.vendor, row.text(2))),
                        of_type: None,
                        validated: row.flag(3),
                    }),
                ));
            }
        }
    }

    fn others(&mut self, rows: &[Row]) {
        for row in rows {
            let (kind, why) = match row.text(0) {
                "trigger" => (Kind::Trigger, "triggers are not modelled"),
                "event" => (Kind::Routine, "events are not modelled"),
                _ => (Kind::Routine, "routines are not modelled"),
            };
            let mut id = ObjectId::new(kind, row.text(1));
            id.parent = row.get(2).map(Ident::from);
            let seen = row.get(2).is_none_or(|table| self.is_seen(table));
            if seen {
                self.schema.uncompared.push((id, why));
            }
        }
    }
}

/// An expression of the catalogue as SQL.
fn stored(vendor: Vendor, expr: &str) -> String {
    match vendor {
        Vendor::MariaDb => expr.to_owned(),
        Vendor::MySql | Vendor::Postgres | Vendor::Sqlite => {
            text::without_introducers(&text::unescape(expr))
        }
    }
}

/// A default of the catalogue as SQL. MariaDB shows SQL; MySQL shows a literal's bare value, and an
/// expression only where EXTRA says so.
fn default_sql(vendor: Vendor, ty: &SqlType, shown: &str, extra: &str) -> String {
    if vendor == Vendor::MariaDb {
        return defaults::clause(ty, shown);
    }
    if extra.contains("default_generated") {
        return defaults::clause(ty, &stored(vendor, shown));
    }
    match family(ty) {
        Family::Integer | Family::Number | Family::Bit => shown.to_owned(),
        // 0x6162
        Family::Bytes if shown.starts_with("0x") => shown.to_owned(),
        Family::Bytes
        | Family::Chars
        | Family::Text
        | Family::Blob
        | Family::Member
        | Family::Json
        | Family::Temporal
        | Family::Other => text::string(shown),
    }
}

fn rule(text: &str) -> ReferentialAction {
    match text {
        "CASCADE" => ReferentialAction::Cascade,
        "SET NULL" => ReferentialAction::SetNull,
        "SET DEFAULT" => ReferentialAction::SetDefault,
        "RESTRICT" => ReferentialAction::Restrict,
        _ => ReferentialAction::NoAction,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_default_becomes_sql() {
        for (vendor, ty, shown, extra, sql) in [
            (
                Vendor::MySql,
                "varchar(9)",
                "it's \\ x",
                "",
                r"'it''s \\ x'",
            ),
            (Vendor::MySql, "varchar(9)", "NULL", "", "'NULL'"),
            (Vendor::MySql, "int", "-5", "", "-5"),
            (Vendor::MySql, "varbinary(9)", "0x78", "", "0x78"),
            (
                Vendor::MySql,
                "json",
                r"_utf8mb4\'{}\'",
                "default_generated",
                "('{}')",
            ),
            (
                Vendor::MySql,
                "timestamp",
                "CURRENT_TIMESTAMP",
                "default_generated",
                "CURRENT_TIMESTAMP",
            ),
            (
                Vendor::MySql,
                "timestamp",
                "CURRENT_TIMESTAMP",
                "",
                "'CURRENT_TIMESTAMP'",
            ),
            (Vendor::MariaDb, "varchar(9)", r"'it\'s'", "", r"'it\'s'"),
            (Vendor::MariaDb, "varchar(9)", "NULL", "", "NULL"),
            (
                Vendor::MariaDb,
                "timestamp",
                "current_timestamp()",
                "",
                "current_timestamp()",
            ),
            (Vendor::MariaDb, "text", "'abc'", "", "('abc')"),
            (Vendor::MariaDb, "date", "curdate()", "", "(curdate())"),
        ] {
            let ty = types::parse(ty).unwrap_or_default();
            assert_eq!(default_sql(vendor, &ty, shown, extra), sql);
        }
    }
}
