//! What tables lean on, as it is read: types, functions, schemas, extensions, and what needs what.

use crate::db::Row;
use crate::dialect::postgres::ddl::on_update_trigger;
use crate::dialect::postgres::inspect::{Reading, strings};
use crate::model::{
    Check, CompositeField, Domain, Extension, Given, Ident, Object, ObjectId, ObjectKind,
    RangeType, RawSql, UserType,
};
use serde_json::Value;

fn cell(fields: &Value, at: usize) -> Option<&str> {
    fields.get(at).and_then(Value::as_str)
}

fn flag(fields: &Value, at: usize) -> bool {
    fields.get(at).and_then(Value::as_bool).unwrap_or(false)
}

fn list(json: Option<&str>) -> Vec<Value> {
    json.and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}

impl Reading<'_> {
    pub(crate) fn user_type(&mut self, row: &Row) {
        let id = self.id(ObjectKind::Type, row.text_at(0), row.text_at(1));
        let ty = match row.text_at(2) {
            "e" => UserType::Enum(strings(row.text_at(4))),
            "d" => UserType::Domain(self.domain(row)),
            "c" => UserType::Composite(self.fields(row)),
            "r" if row.get_at(22).is_some() => {
                return self
                    .not_compared(id, "range types with a canonical function are not compared");
            }
            "r" => UserType::Range(self.range(row)),
            _ => return self.not_compared(id, "base types are not compared"),
        };
        self.comment_on(
            ObjectKind::Type,
            row.text_at(0),
            row.text_at(1),
            row.get_at(3),
        );
        self.schema.objects.insert(id, Object::Type(ty));
    }

    fn domain(&self, row: &Row) -> Domain {
        let check = |k: &Value| {
            let name = Given::Given(Ident::from(cell(k, 0).unwrap_or_default()));
            let check = Check {
                expr: self.expr(cell(k, 1).unwrap_or_default()),
                of_type: None,
                validated: flag(k, 2),
            };
            (name, check)
        };
        Domain {
            base: self.type_of(row.text_at(5), row.text_at(6), row.flag_at(7)),
            not_null: row.flag_at(8),
            default: row.get_at(9).map(|text| self.expr(text)),
            collation: self.collation(row.get_at(10), row.text_at(11)),
            checks: list(row.get_at(12)).iter().map(check).collect(),
        }
    }

    fn fields(&self, row: &Row) -> Vec<CompositeField> {
        let field = |f: &Value| CompositeField {
            name: cell(f, 0).unwrap_or_default().into(),
            ty: self.type_of(
                cell(f, 1).unwrap_or_default(),
                cell(f, 2).unwrap_or_default(),
                flag(f, 3),
            ),
            collation: self.collation(cell(f, 4), cell(f, 5).unwrap_or_default()),
        };
        list(row.get_at(13)).iter().map(field).collect()
    }

    fn range(&self, row: &Row) -> RangeType {
        let qualified = |name: Option<&str>, schema: &str| {
            let name = crate::dialect::postgres::naming::bare_or_quoted(name?);
            Some(if schema == "pg_catalog" || schema == self.default {
                name
            } else {
                format!(
                    "{}.{name}",
                    crate::dialect::postgres::naming::bare_or_quoted(schema)
                )
            })
        };
        let multirange = row
            .get_at(23)
            .filter(|name| *name != usual_multirange(row.text_at(1)));
        RangeType {
            subtype: self.type_of(row.text_at(14), row.text_at(15), row.flag_at(16)),
            opclass: qualified(row.get_at(17), row.text_at(18)),
            collation: self.collation(row.get_at(19), row.text_at(20)),
            diff: row.get_at(21).map(|text| {
                crate::dialect::postgres::expr::server_text::unqualified(text, self.default)
            }),
            multirange: multirange.map(Ident::from),
        }
    }

    /// A function that tables lean on; any other is only named.
    pub(crate) fn routine(&mut self, row: &Row) {
        let ns = self.ns(row.text_at(0));
        if let Some(column) = on_update_trigger::column_of(row.text_at(3))
            && row.flag_at(5)
            && row.text_at(4) == "plpgsql"
            && on_update_trigger::name(&column).as_str() == row.text_at(1)
        {
            self.schema.objects.insert(
                on_update_trigger::routine_id(&ns, &column),
                Object::Routine(on_update_trigger::routine(&ns, &column)),
            );
            return;
        }
        let id = self.routine_id(row.text_at(0), row.text_at(1), row.text_at(2));
        let Some(definition) = row.get_at(8) else {
            let why = match row.text_at(6) {
                "a" => "aggregates are not compared",
                "p" => "procedures are not compared",
                _ => "functions are not compared",
            };
            return self.not_compared(id, why);
        };
        let args = id.args.clone().unwrap_or_default();
        let raw = RawSql {
            create: self.definition(definition, row.text_at(3)),
            drop: format!(
                "DROP FUNCTION {}({args})",
                crate::dialect::postgres::naming::object(&id)
            ),
        };
        if let Some(text) = row.get_at(7) {
            self.schema.comments.insert(id.clone(), text.to_owned());
        }
        self.schema.objects.insert(id, Object::Routine(raw));
    }

    fn routine_id(&self, schema: &str, name: &str, args: &str) -> ObjectId {
        let mut id = self.id(ObjectKind::Routine, schema, name);
        id.args = Some(crate::dialect::postgres::expr::server_text::unqualified(
            args,
            self.default,
        ));
        id
    }

    pub(crate) fn namespace(&mut self, row: &Row) {
        let name = row.text_at(0);
        let id = ObjectId::new(ObjectKind::Namespace, name);
        if name != self.default {
            self.schema.objects.insert(id.clone(), Object::Namespace);
        }
        // what the server itself says of its own schema
        let own = name == "public" && row.get_at(1) == Some("standard public schema");
        if let Some(text) = row.get_at(1).filter(|_| !own) {
            self.schema.comments.insert(id, text.to_owned());
        }
    }

    pub(crate) fn extension(&mut self, row: &Row) {
        let id = ObjectId::new(ObjectKind::Extension, row.text_at(0));
        let schema = Some(row.text_at(1)).filter(|schema| *schema != self.default);
        if let Some(text) = row.get_at(2) {
            self.schema.comments.insert(id.clone(), text.to_owned());
        }
        let schema = schema.map(Ident::from);
        self.schema
            .objects
            .insert(id, Object::Extension(Extension { schema }));
    }

    /// One object needs another, if both are in the schema.
    pub(crate) fn dependency(&mut self, row: &Row) {
        let id = |at: usize| {
            let (schema, name) = (row.text_at(at + 1), row.text_at(at + 2));
            match row.text_at(at) {
                "t" => self.id(ObjectKind::Table, schema, name),
                "y" => self.id(ObjectKind::Type, schema, name),
                "s" => self.id(ObjectKind::Sequence, schema, name),
                "f" => self.routine_id(schema, name, row.text_at(at + 3)),
                _ => ObjectId::new(ObjectKind::Extension, name),
            }
        };
        let (user, needed) = (id(0), id(4));
        let there = |id: &ObjectId| self.schema.objects.contains_key(id);
        if user != needed && there(&user) && there(&needed) {
            self.schema.deps.insert((user, needed));
        }
    }

    /// What the model has no place for.
    pub(crate) fn other(&mut self, row: &Row) {
        let (kind, why) = match row.text_at(0) {
            "collation" => (ObjectKind::Collation, "collations are not compared"),
            "operator" => (ObjectKind::Operator, "operators are not compared"),
            "operator class" => (
                ObjectKind::OperatorClass,
                "operator classes are not compared",
            ),
            "statistics" => (
                ObjectKind::Statistics,
                "extended statistics are not compared",
            ),
            "rule" => (ObjectKind::Rule, "rules are not compared"),
            "type" => (
                ObjectKind::Type,
                "comments of its checks and fields are not compared",
            ),
            _ => (
                ObjectKind::TextSearch,
                "text search configurations are not compared",
            ),
        };
        if row.get_at(3).is_some_and(|table| self.is_hidden(table)) {
            return;
        }
        let mut id = self.id(kind, row.text_at(1), row.text_at(2));
        id.parent = row.get_at(3).map(Ident::from);
        self.not_compared(id, why);
    }
}

/// The name that the server gives to a range's multirange (`makeMultirangeTypeName`).
fn usual_multirange(range: &str) -> String {
    let name = if let Some(at) = range.find("range") {
        let (head, tail) = range.split_at(at);
        format!("{head}multi{tail}")
    } else {
        let head = crate::dialect::postgres::naming::clipped(range, 63 - "_multirange".len());
        format!("{head}_multirange")
    };
    crate::dialect::postgres::naming::clipped(&name, 63).to_owned()
}
