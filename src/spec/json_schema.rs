//! The JSON Schema of a spec file, for editors. It is generated from the table of keys that the loader checks
//! against.

use crate::spec::keys::{
    COLUMN, DIALECTS, DOCUMENTS, ENUM_VALUE, KeyDef, MapDef, SHARED, Shape, Short,
};
use serde_json::{Map, Value, json};

/// The JSON Schema (draft 2020-12) of one document of a spec file.
pub fn json_schema() -> Value {
    let mut definitions = Map::new();
    for part in DOCUMENTS {
        define(part, &mut definitions);
    }
    // `table` is first, as editors offer it first
    let documents: Vec<Value> = DOCUMENTS.iter().map(|part| reference(part.id)).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "tablewright spec",
        "description": "A document of a tablewright spec file: a table, extension, type, sequence, function or database.",
        "oneOf": documents,
        "$defs": definitions,
    })
}

/// The name of the definition for the overrides of a map.
fn override_id(part: &MapDef) -> String {
    format!("{}_override", part.id)
}

fn reference(id: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{id}") })
}

/// Adds the definitions of a part and of all parts within it.
fn define(part: &'static MapDef, definitions: &mut Map<String, Value>) {
    if definitions.contains_key(part.id) {
        return;
    }
    // inserted before its parts, so that the definitions are in reading order
    definitions.insert(part.id.to_owned(), Value::Null);
    let mut own = Map::new();
    let mut over = Map::new();
    for key in part.keys {
        let value = property(key, definitions);
        if part.may_override(key.name) {
            over.insert(key.name.to_owned(), nullable(value.clone()));
        }
        own.insert(key.name.to_owned(), value);
    }
    let overrides = !over.is_empty();
    for key in &SHARED {
        own.insert(key.name.to_owned(), property(key, definitions));
    }
    for dialect in DIALECTS {
        let about = format!("Overrides for {dialect}.");
        let value = if overrides {
            json!({ "description": about, "$ref": format!("#/$defs/{}", override_id(part)) })
        } else {
            json!({ "description": about, "type": "object", "maxProperties": 0 })
        };
        own.insert(dialect.to_owned(), value);
    }
    let map = json!({
        "type": "object",
        "properties": own,
        "anyOf": complete(part),
        "additionalProperties": false,
    });
    let value = match part.short {
        Short::None => map,
        Short::Text => json!({ "anyOf": [text(), map] }),
        Short::KeyParts => json!({ "anyOf": [list(&text()), map] }),
    };
    definitions.insert(part.id.to_owned(), value);
    if overrides {
        let map = json!({ "type": "object", "properties": over, "additionalProperties": false });
        definitions.insert(override_id(part), map);
    }
}

/// The alternatives of required keys: in the map itself, or in the overrides of a dialect.
fn complete(part: &MapDef) -> Vec<Value> {
    let alternatives: Vec<Vec<&str>> = if part.id == COLUMN.id {
        vec![vec!["type"], vec!["enum"]]
    } else {
        vec![part.required.to_vec()]
    };
    let (fixed, open): (Vec<&str>, Vec<&str>) = part
        .required
        .iter()
        .partition(|key| part.fixed.contains(key));
    let by_dialect = DIALECTS
        .iter()
        .filter(|_| part.id == COLUMN.id || !open.is_empty());
    let by_dialect = by_dialect.map(|dialect| [fixed.as_slice(), &[*dialect]].concat());
    alternatives
        .into_iter()
        .chain(by_dialect)
        .map(|keys| json!({ "required": keys }))
        .collect()
}

/// A text. YAML editors read unquoted numbers and booleans as such; the loader reads their text.
fn text() -> Value {
    json!({ "type": ["string", "number", "boolean"] })
}

fn list(of: &Value) -> Value {
    json!({ "type": "array", "items": of, "minItems": 1 })
}

/// `null` in an override removes the field.
fn nullable(mut value: Value) -> Value {
    let about = value
        .as_object_mut()
        .and_then(|map| map.remove("description"));
    let mut either = json!({ "anyOf": [value, { "type": "null" }] });
    if let Some(about) = about {
        either["description"] = about;
    }
    either
}

fn property(key: &KeyDef, definitions: &mut Map<String, Value>) -> Value {
    let mut value = match key.shape {
        Shape::Text => text(),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Literal => json!({ "type": ["string", "number", "boolean", "null"] }),
        Shape::OneOf(words) => json!({ "enum": words }),
        Shape::FlagOr(words) => json!({ "anyOf": [{ "type": "boolean" }, { "enum": words }] }),
        Shape::Number => json!({ "type": "integer" }),
        Shape::Options => json!({ "type": "object", "additionalProperties": text() }),
        Shape::ExclusionParts => list(&text()),
        Shape::Names | Shape::KeyParts => list(&text()),
        Shape::Dialects => list(&json!({ "enum": DIALECTS })),
        Shape::EnumValues => {
            define(&ENUM_VALUE, definitions);
            list(&reference(ENUM_VALUE.id))
        }
        Shape::One(part) => {
            define(part, definitions);
            reference(part.id)
        }
        Shape::Named(part) => {
            define(part, definitions);
            named(part)
        }
        Shape::List(part) => {
            define(part, definitions);
            list(&reference(part.id))
        }
        Shape::NamedOrList(part) => {
            define(part, definitions);
            json!({ "anyOf": [named(part), list(&reference(part.id))] })
        }
    };
    value["description"] = json!(key.about);
    value
}

fn named(part: &MapDef) -> Value {
    json!({ "type": "object", "additionalProperties": reference(part.id) })
}
