//! Reads how tables are stored, divided and inherited.

use crate::db::Row;
use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::ddl::storage;
use crate::dialect::postgres::expr::server_text;
use crate::dialect::postgres::inspect::{Reading, some};
use crate::model::{IndexPart, Inheritance, ObjectId, ObjectKind, PartKey, Partitioning};
use crate::sql::lexical_rules::POSTGRES;
use crate::sql::text::split_list;

impl Reading<'_> {
    /// A row of `catalog_keys::TABLES`.
    pub(crate) fn storage(&mut self, row: &Row) {
        let parents: Vec<(String, String)> =
            serde_json::from_str(row.text_at(14)).unwrap_or_default();
        let mut parents: Vec<ObjectId> = parents
            .iter()
            .map(|(schema, name)| self.id(ObjectKind::Table, schema, name))
            .collect();
        let bound = row.get_at(13).map(|text| self.bound(text));
        let Some(table) = self.table(row) else { return };
        if row.flag_at(16) {
            let id = table.id.clone();
            self.schema.objects.remove(&id);
            self.not_compared(id, "tables of a type are not compared");
            return;
        }
        table.inheritance = match bound {
            Some(bound) if parents.len() == 1 => Inheritance::PartitionOf {
                parent: parents.remove(0),
                bound,
            },
            Some(_) | None if parents.is_empty() => Inheritance::None,
            Some(_) | None => Inheritance::Inherits(parents),
        };
        let method = match row.text_at(15) {
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
        if row.text_at(3) == "u" {
            attrs.set_flag(keys::UNLOGGED);
        }
        attrs.set_some(keys::TABLESPACE, row.get_at(4));
        attrs.set_some(
            "access_method",
            some(row.get_at(5)).filter(|name| name != "heap"),
        );
        match row.text_at(6) {
            "f" => attrs.set(keys::REPLICA_IDENTITY, "full"),
            "n" => attrs.set(keys::REPLICA_IDENTITY, "nothing"),
            "i" => attrs.set_some(keys::REPLICA_IDENTITY, row.get_at(7)),
            _ => {}
        }
        if row.flag_at(8) {
            attrs.set_flag(keys::ROW_SECURITY);
        }
        if row.flag_at(9) {
            attrs.set_flag(keys::FORCE_ROW_SECURITY);
        }
        attrs.set_some(keys::CLUSTER_ON, row.get_at(10));
        storage::parameters(row.text_at(11), "", attrs);
        storage::parameters(row.text_at(12), "toast.", attrs);
    }

    /// A bound without the words that every one begins with.
    fn bound(&self, text: &str) -> String {
        let bound = text.strip_prefix("FOR VALUES ").unwrap_or(text);
        server_text::unqualified(bound, self.default)
    }

    /// A row of `catalog_keys::PARTITION_KEYS`.
    pub(crate) fn partition_key(&mut self, row: &Row) {
        let expressions = split_list(&POSTGRES, row.text_at(3));
        let exprs: Vec<_> = expressions.iter().map(|text| self.expr(text)).collect();
        let opclass = some(row.get_at(4)).map(|name| self.qualified(row.text_at(5), &name));
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
        let named = row.get_at(2).map(|name| PartKey::Column(name.into()));
        let Some(what) = named.or_else(|| exprs.into_iter().nth(seen).map(PartKey::Expr)) else {
            return;
        };
        key.push(IndexPart {
            key: what,
            opclass,
            collation: some(row.get_at(6)),
            ..IndexPart::on_column("")
        });
    }
}
