//! Inspection of a live database, in three queries for any number of tables.

pub(crate) mod catalog;
pub(crate) mod create_statement;

use crate::db::{Conn, DbError};
use crate::dialect::InspectScope;
use crate::dialect::sqlite::attribute_keys as keys;
use crate::dialect::sqlite::ddl::create_table;
use crate::dialect::sqlite::expr::normal_form;
use crate::dialect::sqlite::inspect::catalog::{
    Catalog, CatalogColumn, CatalogIndexPart, CatalogObject,
};
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

/// The schema of a live database, in normal form.
pub(crate) async fn inspect_schema(
    conn: &mut Conn,
    scope: &InspectScope,
) -> Result<Schema, DbError> {
    let catalog = Catalog::read(conn).await?;
    let index_texts: BTreeMap<&str, &str> = (catalog.objects.iter())
        .filter(|object| object.kind == "index")
        .map(|object| (object.name.as_str(), object.sql.as_str()))
        .collect();
    let mut schema = Schema::default();
    for object in catalog.objects.iter().filter(|one| visible(one, scope)) {
        let name = object.name.as_str();
        match (object.kind.as_str(), object.listed_as.as_str()) {
            ("table", "table") => {
                let (table, beyond) = table(object, &catalog, &index_texts);
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
            ("trigger", _) => trigger(&mut schema, object),
            // indexes are read with their tables; shadow tables belong to their virtual table
            _ => {}
        }
    }
    resolve_targets(&mut schema);
    normal_form::normalize_schema(&mut schema);
    Ok(schema)
}

fn visible(object: &CatalogObject, scope: &InspectScope) -> bool {
    [&object.name, &object.table].iter().all(|name| {
        let own = name.to_ascii_lowercase().starts_with("sqlite_") && object.kind == "table";
        !own && !scope.hidden.iter().any(|h| h.eq_ignore_ascii_case(name)) && !scope.ignores(name)
    })
}

fn table(
    object: &CatalogObject,
    catalog: &Catalog,
    index_texts: &BTreeMap<&str, &str>,
) -> (Table, Option<&'static str>) {
    let name = object.name.as_str();
    let text = create_statement::parse_create_table(&object.sql);
    let mut table = Table::new(ObjectId::table(name));
    let mut key: Vec<(u32, &str)> = Vec::new();
    for found in catalog.columns(name) {
        table.columns.push(column(found, &text));
        if found.key_position > 0 {
            key.push((found.key_position, &found.name));
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
    table.indexes = indexes(&table, catalog.index_parts(name), index_texts);
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

fn column(found: &CatalogColumn, text: &create_statement::TableText) -> Column {
    let name = found.name.as_str();
    // a declared type other than words and numbers is kept unchanged
    let ty = types::parse_native(&found.ty).unwrap_or_else(|_| SqlType::new(&found.ty));
    let mut column = Column::new(name, ty);
    column.nullable = !found.not_null;
    column.default = found.default.as_deref().map(Expr::new);
    let definition = text
        .columns
        .iter()
        .find(|c| c.name.eq_ignore_ascii_case(name));
    if let Some(definition) = definition {
        column.collation.clone_from(&definition.collation);
        column.generated = definition.generated.as_ref().map(|sql| Generated {
            expr: Expr::new(sql.clone()),
            stored: found.is_stored,
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

fn indexes(table: &Table, parts: &[CatalogIndexPart], texts: &BTreeMap<&str, &str>) -> Vec<Index> {
    let mut found: Vec<Index> = Vec::new();
    let mut text = create_statement::IndexText::default();
    for part in parts {
        // the primary key's own index
        if part.origin == "pk" {
            continue;
        }
        let name = part.index.as_str();
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
            let derived = part.origin == "u";
            found.push(Index {
                unique: part.unique,
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
        let key = if let Some(column) = &part.column {
            PartKey::Column(column.as_str().into())
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
        let collation = part.collation.to_ascii_lowercase();
        let own = own.unwrap_or("binary").to_ascii_lowercase();
        index.parts.push(IndexPart {
            key,
            desc: part.descending,
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
fn trigger(schema: &mut Schema, object: &CatalogObject) {
    let text = comparable_text(&SQLITE, &object.sql, QuotedNames::Fold);
    let id = ObjectId::table(object.table.as_str());
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
    let mut id = ObjectId::new(ObjectKind::Trigger, object.name.as_str());
    id.parent = Some(object.table.as_str().into());
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
