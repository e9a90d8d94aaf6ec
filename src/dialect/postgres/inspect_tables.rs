//! Reads how tables are stored, divided and inherited.

use super::inspect::{Reading, some};
use super::storage;
use crate::db::Row;
use crate::model::{IndexPart, Kind, Lineage, ObjectId, PartKey, Partitioning};

impl Reading<'_> {
    /// A row of `catalog_keys::TABLES`.
    pub(super) fn storage(&mut self, row: &Row) {
        let parents: Vec<(String, String)> = serde_json::from_str(row.text(14)).unwrap_or_default();
        let mut parents: Vec<ObjectId> = parents
            .iter()
            .map(|(schema, name)| self.id(Kind::Table, schema, name))
            .collect();
        let bound = row.get(13).map(|text| self.bound(text));
        let Some(table) = self.table(row) else { return };
        if row.flag(16) {
            let id = table.id.clone();
            self.schema.objects.remove(&id);
            self.uncompared(id, "tables of a type are not compared");
            return;
        }
        table.lineage = match bound {
            Some(bound) if parents.len() == 1 => Lineage::PartitionOf {
                parent: parents.remove(0),
                bound,
            },
            Some(_) | None if parents.is_empty() => Lineage::None,
            Some(_) | None => Lineage::Inherits(parents),
        };
        let method = match row.text(15) {
            "r" => Some("range"),
            "l" => Some("list"),
            "h" => Some("hash"),
            _ => None,
        };
        table.partitioning = method.map(|method| Partitioning {
            method: method.to_owned(),
            key: Vec::new(),
            sub: None,
            count: None,
            parts: Vec::new(),
        });
        let attrs = &mut table.options.attrs;
        if row.text(3) == "u" {
            attrs.set("unlogged", "true");
        }
        attrs.set_some("tablespace", row.get(4));
        attrs.set_some(
            "access_method",
            some(row.get(5)).filter(|name| name != "heap"),
        );
        match row.text(6) {
            "f" => attrs.set("replica_identity", "full"),
            "n" => attrs.set("replica_identity", "nothing"),
            "i" => attrs.set_some("replica_identity", row.get(7)),
            _ => {}
        }
        if row.flag(8) {
            attrs.set("row_security", "true");
        }
        if row.flag(9) {
            attrs.set("force_row_security", "true");
        }
        attrs.set_some("cluster_on", row.get(10));
        storage::parameters(row.text(11), "", attrs);
        storage::parameters(row.text(12), "toast.", attrs);
    }

    /// A bound without the words that every one begins with.
    fn bound(&self, text: &str) -> String {
        let bound = text.strip_prefix("FOR VALUES ").unwrap_or(text);
        super::deparsed::unqualified(bound, self.default)
    }

    /// A row of `catalog_keys::PARTITION_KEYS`.
    pub(super) fn partition_key(&mut self, row: &Row) {
        let expressions = split(row.text(3));
        let exprs: Vec<_> = expressions.iter().map(|text| self.expr(text)).collect();
        let opclass = some(row.get(4)).map(|name| self.qualified(row.text(5), &name));
        let Some(key) = self
            .table(row)
            .and_then(|table| table.partitioning.as_mut())
            .map(|partitioning| &mut partitioning.key)
        else {
            return;
        };
        let seen = (key.iter())
            .filter(|part| part.column_name().is_none())
            .count();
        let named = row.get(2).map(|name| PartKey::Column(name.into()));
        let Some(what) = named.or_else(|| exprs.into_iter().nth(seen).map(PartKey::Expr)) else {
            return;
        };
        key.push(IndexPart {
            key: what,
            opclass,
            collation: some(row.get(6)),
            ..IndexPart::column("")
        });
    }
}

/// The expressions of a list, by the commas that stand in no brackets and no quotes.
fn split(list: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let (mut depth, mut quote, mut start) = (0_usize, None, 0);
    for (at, c) in list.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                out.extend(list.get(start..at).map(str::trim));
                start = at + 1;
            }
            (None, _) => {}
        }
    }
    out.extend(
        list.get(start..)
            .map(str::trim)
            .filter(|rest| !rest.is_empty()),
    );
    out
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_list_of_expressions() {
        for (text, parts) in [
            ("lower(a)", vec!["lower(a)"]),
            ("f(a, b), (c % 4)", vec!["f(a, b)", "(c % 4)"]),
            ("(a || ','), \"b,c\"", vec!["(a || ',')", "\"b,c\""]),
            ("", vec![]),
        ] {
            assert_eq!(split(text), parts);
        }
    }
}
