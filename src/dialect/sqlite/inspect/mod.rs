//! Inspection of a live database, in three queries for any number of tables.

pub(crate) mod create_statement;

use crate::db::{Conn, DbError, Row};
use crate::dialect::InspectScope;
use crate::dialect::sqlite::attribute_keys as keys;
use crate::dialect::sqlite::ddl::create_table;
use crate::dialect::sqlite::expr::normal_form;
use crate::dialect::sqlite::types;
use crate::model::column_of_type_check;
use crate::model::derived_name;
use crate::model::{
    Check, Column, Constraint, ConstraintKind, Expr, ForeignKey, ForeignKeyMatch, Generated, Given,
    Ident, Index, IndexPart, Name, Object, ObjectId, ObjectKind, PartKey, Schema, SqlType, Table,
    Timing,
};
use crate::sql::lexical_rules::SQLITE;
use crate::sql::text::{QuotedNames, comparable_text};
use std::collections::BTreeMap;

/// The pragma has no index, so it is evaluated once instead of once per object.
const OBJECTS: &str = "WITH t AS MATERIALIZED \
    (SELECT name, type FROM pragma_table_list WHERE schema = 'main') \
    SELECT m.type, m.name, m.tbl_name, m.sql, t.type FROM sqlite_schema m \
    LEFT JOIN t ON t.name = m.name ORDER BY m.rowid";

const COLUMNS: &str = "SELECT m.name, x.name, x.type, x.\"notnull\", x.dflt_value, x.pk, x.hidden \
    FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) x \
    WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY m.rowid, x.cid";

const INDEXES: &str = "SELECT m.name, l.name, l.\"unique\", l.origin, x.name, x.\"desc\", x.coll \
    FROM sqlite_schema m JOIN pragma_index_list(m.name) l JOIN pragma_index_xinfo(l.name) x \
    WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' AND x.key = 1 \
    ORDER BY m.rowid, l.seq DESC, x.seqno";

/// The schema of a live database, in normal form.
pub(crate) async fn inspect_schema(
    conn: &mut Conn,
    scope: &InspectScope,
) -> Result<Schema, DbError> {
    let [objects, columns, indexes] = query_in_one_snapshot(conn).await?;
    let (columns, indexes) = (group(columns), group(indexes));
    let index_texts: BTreeMap<&str, &str> = (objects.iter())
        .filter(|row| row.text_at(0) == "index")
        .map(|row| (row.text_at(1), row.text_at(3)))
        .collect();
    let mut schema = Schema::default();
    for row in objects.iter().filter(|row| visible(row, scope)) {
        let name = row.text_at(1);
        match (row.text_at(0), row.text_at(4)) {
            ("table", "table") => {
                let rows = (group_of(&columns, name), group_of(&indexes, name));
                let (table, beyond) = table(name, row.text_at(3), rows.0, rows.1, &index_texts);
                schema
                    .not_compared
                    .extend(beyond.map(|why| (table.id.clone(), why)));
                let id = table.id.clone();
                schema.objects.insert(id, Object::Table(Box::new(table)));
            }
            ("table", "virtual") => {
                let id = ObjectId::table(name);
                schema.not_compared.push((id, "a virtual table"));
            }
            ("view", _) => {
                let id = ObjectId::new(ObjectKind::View, name);
                schema.not_compared.push((id, "a view"));
            }
            ("trigger", _) => trigger(&mut schema, row),
            // indexes are read with their tables; shadow tables belong to their virtual table
            _ => {}
        }
    }
    resolve_targets(&mut schema);
    normal_form::normalize_schema(&mut schema);
    Ok(schema)
}

fn group(rows: Vec<Row>) -> BTreeMap<String, Vec<Row>> {
    let mut groups: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in rows {
        groups
            .entry(row.text_at(0).to_owned())
            .or_default()
            .push(row);
    }
    groups
}

fn group_of<'a>(groups: &'a BTreeMap<String, Vec<Row>>, name: &str) -> &'a [Row] {
    groups.get(name).map_or(&[], Vec::as_slice)
}

fn visible(row: &Row, scope: &InspectScope) -> bool {
    [row.text_at(1), row.text_at(2)].iter().all(|name| {
        let own = name.to_ascii_lowercase().starts_with("sqlite_") && row.text_at(0) == "table";
        !own && !scope.hidden.iter().any(|h| h.eq_ignore_ascii_case(name)) && !scope.ignores(name)
    })
}

/// The rows of the three queries, all from one snapshot.
async fn query_in_one_snapshot(conn: &mut Conn) -> Result<[Vec<Row>; 3], DbError> {
    conn.query("BEGIN").await?;
    let read = async {
        Ok([
            conn.query(OBJECTS).await?,
            conn.query(COLUMNS).await?,
            conn.query(INDEXES).await?,
        ])
    }
    .await;
    conn.query("ROLLBACK").await?;
    read
}

fn table(
    name: &str,
    sql: &str,
    columns: &[Row],
    indexes: &[Row],
    index_texts: &BTreeMap<&str, &str>,
) -> (Table, Option<&'static str>) {
    let text = create_statement::parse_create_table(sql);
    let mut table = Table::new(ObjectId::table(name));
    let mut key: Vec<(u32, &str)> = Vec::new();
    for row in columns {
        table.columns.push(column(row, &text));
        let place = row.number_at(5).unwrap_or(0);
        if place > 0 {
            key.push((place, row.text_at(1)));
        }
    }
    key.sort_unstable();
    if !key.is_empty() {
        let parts = key.iter().map(|(_, name)| IndexPart::on_column(*name));
        let derived = || derived_name("pk", name, &[]);
        table.constraints.push(Constraint::new(
            named(text.primary_key.as_deref(), derived),
            ConstraintKind::PrimaryKey(parts.collect()),
        ));
    }
    for (number, check) in text.checks.iter().enumerate() {
        let number = (number + 1).to_string();
        let check_name = named(check.name.as_deref(), || {
            derived_name("ck", name, &[&number])
        });
        let columns = table.columns.iter().map(|column| &column.name);
        let of_type = column_of_type_check(name, columns, check_name.get());
        table.constraints.push(Constraint::new(
            check_name,
            ConstraintKind::Check(Check {
                expr: Expr::new(check.sql.clone()),
                of_type,
                validated: true,
            }),
        ));
    }
    for key in &text.foreign_keys {
        table.constraints.push(foreign_key(name, key));
    }
    table.indexes = self::indexes(&table, indexes, index_texts);
    for (key, on) in [
        ("without_rowid", text.without_rowid),
        ("strict", text.strict),
    ] {
        if on {
            table.options.attrs.set(key, "true");
        }
    }
    if text.autoincrement {
        // autoincrement requires the rowid as the only key
        for column in &mut table.columns {
            if key.len() == 1 && key.iter().any(|(_, name)| column.name == **name) {
                column.attrs.set_flag(keys::AUTOINCREMENT);
            }
        }
    }
    (table, text.beyond)
}

fn named(given: Option<&str>, derived: impl FnOnce() -> Ident) -> Name {
    given.map_or_else(
        || Given::Derived(derived()),
        |name| Given::Given(name.into()),
    )
}

fn column(row: &Row, text: &create_statement::TableText) -> Column {
    let name = row.text_at(1);
    // a declared type other than words and numbers is kept unchanged
    let ty = types::parse_native(row.text_at(2)).unwrap_or_else(|_| SqlType::new(row.text_at(2)));
    let mut column = Column::new(name, ty);
    column.nullable = !row.flag_at(3);
    column.default = row.get_at(4).map(Expr::new);
    let definition = text
        .columns
        .iter()
        .find(|c| c.name.eq_ignore_ascii_case(name));
    if let Some(definition) = definition {
        column.collation.clone_from(&definition.collation);
        column.generated = definition.generated.as_ref().map(|sql| Generated {
            expr: Expr::new(sql.clone()),
            stored: row.text_at(6) == "3",
        });
    }
    column
}

fn foreign_key(table: &str, text: &create_statement::ForeignText) -> Constraint {
    let idents = |names: &[String]| names.iter().map(|n| Ident::from(n.as_str())).collect();
    let columns: Vec<&str> = text.columns.iter().map(String::as_str).collect();
    let name = named(text.name.as_deref(), || derived_name("fk", table, &columns));
    let kind = ConstraintKind::ForeignKey(ForeignKey {
        columns: idents(&text.columns),
        target: ObjectId::table(text.target.as_str()),
        target_columns: idents(&text.target_columns),
        on_delete: text.on_delete,
        on_update: text.on_update,
        matching: ForeignKeyMatch::Simple,
        validated: true,
    });
    let timing = if text.deferred {
        Timing::Deferred
    } else {
        Timing::Immediate
    };
    Constraint {
        timing,
        ..Constraint::new(name, kind)
    }
}

fn indexes(table: &Table, rows: &[Row], texts: &BTreeMap<&str, &str>) -> Vec<Index> {
    let mut found: Vec<Index> = Vec::new();
    let mut text = create_statement::IndexText::default();
    for row in rows {
        // the primary key's own index
        if row.text_at(3) == "pk" {
            continue;
        }
        let name = row.text_at(1);
        if found
            .last()
            .is_none_or(|last| last.name.get().as_str() != name)
        {
            // the index of a UNIQUE constraint has no text
            text = texts
                .get(name)
                .filter(|sql| !sql.is_empty())
                .map(|sql| create_statement::parse_create_index(sql))
                .unwrap_or_default();
            let derived = row.text_at(3) == "u";
            found.push(Index {
                unique: row.flag_at(2),
                predicate: text.predicate.as_deref().map(Expr::new),
                ..Index::new(
                    if derived {
                        Given::Derived(name.into())
                    } else {
                        Given::Given(name.into())
                    },
                    Vec::new(),
                )
            });
        }
        let Some(index) = found.last_mut() else {
            continue;
        };
        let key = if let Some(column) = row.get_at(4) {
            PartKey::Column(column.into())
        } else {
            let text = text.parts.get(index.parts.len());
            PartKey::Expr(Expr::new(text.cloned().unwrap_or_default()))
        };
        let own = match &key {
            PartKey::Column(name) => table
                .column(name.as_str())
                .and_then(|c| c.collation.as_deref()),
            PartKey::Expr(_) => None,
        };
        let collation = row.text_at(6).to_ascii_lowercase();
        let own = own.unwrap_or("binary").to_ascii_lowercase();
        index.parts.push(IndexPart {
            key,
            desc: row.flag_at(5),
            nulls_first: None,
            prefix: None,
            opclass: None,
            collation: (collation != own).then_some(collation),
        });
    }
    // the server numbers the indexes of UNIQUE constraints; the numbers change when others are added or removed
    for index in found.iter_mut().filter(|index| !index.name.is_given()) {
        let columns: Vec<&str> = (index.parts.iter())
            .filter_map(IndexPart::column_name)
            .map(Ident::as_str)
            .collect();
        index.name = Given::Derived(create_table::autoindex(&columns));
    }
    found
}

/// Reads a trigger: the one behind `on_update: now` sets its column, any other is not compared.
fn trigger(schema: &mut Schema, row: &Row) {
    let text = comparable_text(&SQLITE, row.text_at(3), QuotedNames::Fold);
    let id = ObjectId::table(row.text_at(2));
    let table = if let Some(Object::Table(table)) = schema.objects.get_mut(&id) {
        Some(table)
    } else {
        None
    };
    let column = table.and_then(|table| {
        let name = table.id.name.clone();
        let is_own = |c: &&mut Column| {
            comparable_text(
                &SQLITE,
                &create_table::trigger(&name, &c.name),
                QuotedNames::Fold,
            ) == text
        };
        table.columns.iter_mut().find(is_own)
    });
    if let Some(column) = column {
        column.on_update_now = true;
        return;
    }
    let mut id = ObjectId::new(ObjectKind::Trigger, row.text_at(1));
    id.parent = Some(row.text_at(2).into());
    schema.not_compared.push((id, "a trigger"));
}

/// `REFERENCES t` without columns means the primary key of `t`.
fn resolve_targets(schema: &mut Schema) {
    let keys: BTreeMap<String, (ObjectId, Vec<Ident>)> = schema
        .tables()
        .map(|(id, table)| {
            let key = table.primary_key().map(Constraint::columns);
            let key = key.unwrap_or_default().into_iter().cloned().collect();
            (id.name.as_str().to_ascii_lowercase(), (id.clone(), key))
        })
        .collect();
    for (_, table) in schema.tables_mut() {
        for constraint in &mut table.constraints {
            let ConstraintKind::ForeignKey(fk) = &mut constraint.kind else {
                continue;
            };
            let found = keys.get(&fk.target.name.as_str().to_ascii_lowercase());
            if let Some((id, key)) = found {
                fk.target.clone_from(id);
                if fk.target_columns.is_empty() {
                    fk.target_columns.clone_from(key);
                }
            }
        }
    }
}
