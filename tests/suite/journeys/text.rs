//! A random schema as YAML.

use super::random::{TYPES, Table};
use std::fmt::Write as _;

pub(crate) fn yaml(tables: &[Table], renames: bool) -> String {
    let mut out = String::new();
    for table in tables {
        let _ = writeln!(out, "---\ntable: {}", table.name);
        if let (Some(old), true) = (&table.renamed_from, renames) {
            let _ = writeln!(out, "renamed_from: {old}");
        }
        if let Some(comment) = table.comment {
            let _ = writeln!(out, "comment: \"it's number {comment}\"");
        }
        out += "columns:\n  id: { type: int, identity: true }\n";
        for c in &table.columns {
            let (ty, default, _, _) = TYPES[c.ty];
            let mut parts = vec![match ty {
                "enum a" => "enum: [open, done]".to_owned(),
                "enum b" => "enum: [new, open, done, 'it''s']".to_owned(),
                ty => format!("type: '{ty}'"),
            }];
            if c.nullable {
                parts.push("nullable: true".to_owned());
            }
            if c.default && !default.is_empty() {
                let quoted = default.starts_with('\'');
                parts.push(if quoted {
                    format!("default: {default}")
                } else {
                    format!("default: \"{default}\"")
                });
            }
            if let Some(comment) = c.comment {
                parts.push(format!("comment: 'say \"{comment}\"'"));
            }
            if c.touched {
                parts.push("on_update: now".to_owned());
            }
            if let (Some(old), true) = (&c.renamed_from, renames) {
                parts.push(format!("renamed_from: {old}"));
            }
            if let Some((target, action)) = &c.references {
                parts.push(format!("references: {target}.id, on_delete: {action}"));
            }
            let _ = writeln!(out, "  {}: {{ {} }}", c.name, parts.join(", "));
        }
        out += "primary_key: [id]\n";
        if !table.uniques.is_empty() {
            out += "unique:\n";
            for columns in &table.uniques {
                let _ = writeln!(out, "  - [{}]", columns.join(", "));
            }
        }
        if !table.indexes.is_empty() {
            out += "indexes:\n";
            for (name, columns, desc) in &table.indexes {
                let desc = if *desc { " desc" } else { "" };
                let name = name
                    .as_ref()
                    .map_or(String::new(), |n| format!("name: {n}, "));
                let _ = writeln!(
                    out,
                    "  - {{ {name}columns: ['{}{desc}'] }}",
                    columns.join("', '")
                );
            }
        }
        if !table.checks.is_empty() {
            out += "checks:\n";
            for (name, sql) in &table.checks {
                let _ = writeln!(out, "  {name}: \"{sql}\"");
            }
        }
    }
    out
}
