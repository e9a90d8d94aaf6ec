//! Reads constraints and indexes.

use crate::db::Row;
use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::ddl::storage;
use crate::dialect::postgres::inspect::{Reading, some, strings};
use crate::dialect::postgres::naming;
use crate::dialect::postgres::naming::bare_or_quoted;
use crate::model::column_of_type_check;
use crate::model::{
    Attributes, Check, Constraint, ConstraintKind, Exclusion, ForeignKey, ForeignKeyMatch, Given,
    Ident, Index, IndexPart, ObjectKind, PartKey, ReferentialAction, Timing,
};

impl Reading<'_> {
    /// A row of `catalog_keys::CONSTRAINTS`. Keys and exclusions get their parts from their index.
    pub(crate) fn constraint(&mut self, row: &Row) {
        let enforced = row.flag_at(16);
        let mut kind = match row.text_at(3) {
            "p" => ConstraintKind::PrimaryKey(Vec::new()),
            "u" => ConstraintKind::Unique(Vec::new()),
            "x" => ConstraintKind::Exclusion(Exclusion {
                method: String::new(),
                parts: Vec::new(),
                predicate: None,
            }),
            "f" => ConstraintKind::ForeignKey(self.foreign_key(row)),
            _ => ConstraintKind::Check(Check {
                expr: self.expr(row.text_at(14)),
                of_type: None,
                validated: row.flag_at(13) || !enforced,
            }),
        };
        let timing = match (row.flag_at(11), row.flag_at(12)) {
            (false, _) => Timing::Immediate,
            (true, false) => Timing::Deferrable,
            (true, true) => Timing::Deferred,
        };
        let mut attrs = Attributes::default();
        if !enforced {
            attrs.clear_flag(keys::ENFORCED);
        }
        match row.text_at(3) {
            "c" if row.flag_at(17) => attrs.set_flag(keys::NO_INHERIT),
            "f" if row.flag_at(18) => attrs.set_flag(keys::PERIOD),
            "p" | "u" if row.flag_at(18) => attrs.set_flag(keys::WITHOUT_OVERLAPS),
            _ => {}
        }
        let set: Vec<Ident> = idents(row.text_at(19));
        if !set.is_empty() {
            attrs.set(keys::ON_DELETE_COLUMNS, naming::list(&set));
        }
        let Some(table) = self.table(row) else { return };
        if let ConstraintKind::Check(check) = &mut kind {
            let columns = table.columns.iter().map(|column| &column.name);
            check.of_type =
                column_of_type_check(table.id.name.as_str(), columns, &row.text_at(2).into());
        }
        table.constraints.push(Constraint {
            comment: some(row.get_at(15)),
            timing,
            parent: some(row.get_at(20)).map(Ident::from),
            attrs,
            ..Constraint::new(Given::Given(row.text_at(2).into()), kind)
        });
    }

    fn foreign_key(&self, row: &Row) -> ForeignKey {
        ForeignKey {
            columns: idents(row.text_at(4)),
            target: self.id(ObjectKind::Table, row.text_at(5), row.text_at(6)),
            target_columns: idents(row.text_at(7)),
            on_delete: referential(row.text_at(8)),
            on_update: referential(row.text_at(9)),
            matching: if row.text_at(10) == "f" {
                ForeignKeyMatch::Full
            } else {
                ForeignKeyMatch::Simple
            },
            validated: row.flag_at(13) || !row.flag_at(16),
        }
    }

    /// A row of `catalog_keys::INDEXES`: a part of an index, or of a constraint's.
    pub(crate) fn index_part(&mut self, row: &Row) {
        let first = row.text_at(8) == "1";
        let predicate = row.get_at(6).map(|text| self.expr(text));
        let part = (!row.flag_at(9)).then(|| self.index_key(row));
        let included = Ident::from(row.text_at(10));
        let statistics = row
            .get_at(22)
            .map(|target| format!("{}={target}", row.text_at(8)));
        let Some(table) = self.table(row) else { return };
        let owner = row.get_at(18);
        if first && owner.is_none() {
            table.indexes.push(Index {
                unique: row.flag_at(4),
                method: Some(row.text_at(3).to_owned()),
                predicate: predicate.clone(),
                comment: some(row.get_at(7)),
                valid: row.flag_at(5),
                parent: some(row.get_at(19)).map(Ident::from),
                ..Index::new(Given::Given(row.text_at(2).into()), Vec::new())
            });
        }
        let attrs = if let Some(owner) = owner {
            let constraint = (table.constraints.iter_mut())
                .find(|c| c.name.get().as_str() == owner && c.kind.is_indexed());
            let Some(constraint) = constraint else { return };
            match (part, &mut constraint.kind) {
                (None, _) => constraint.include.push(included),
                (Some(part), ConstraintKind::PrimaryKey(parts) | ConstraintKind::Unique(parts)) => {
                    parts.push(part);
                }
                (Some(part), ConstraintKind::Exclusion(exclusion)) => {
                    row.text_at(3).clone_into(&mut exclusion.method);
                    exclusion.predicate = predicate;
                    exclusion.parts.push((part, row.text_at(23).to_owned()));
                }
                (Some(_), ConstraintKind::ForeignKey(_) | ConstraintKind::Check(_)) => {}
            }
            &mut constraint.attrs
        } else {
            let Some(index) = table.indexes.last_mut() else {
                return;
            };
            match part {
                None => index.include.push(included),
                Some(part) => index.parts.push(part),
            }
            &mut index.attrs
        };
        if first {
            if row.flag_at(17) {
                attrs.set_flag(keys::NULLS_NOT_DISTINCT);
            }
            if owner.is_some() {
                attrs.set_some(keys::INDEX_COMMENT, some(row.get_at(7)));
            }
            attrs.set_some(keys::TABLESPACE, row.get_at(20));
            storage::parameters(row.text_at(21), "", attrs);
        }
        if let Some(target) = statistics {
            let all = attrs.remove(keys::STATISTICS);
            let all = all.map_or_else(|| target.clone(), |before| format!("{before}, {target}"));
            attrs.set(keys::STATISTICS, all);
        }
    }

    /// A part of an index's key.
    fn index_key(&self, row: &Row) -> IndexPart {
        let key = match row.get_at(11) {
            Some(text) => PartKey::Expr(self.expr(text)),
            None => PartKey::Column(row.text_at(10).into()),
        };
        // INDOPTION_DESC and INDOPTION_NULLS_FIRST of catalog/pg_index.h
        let bits: u32 = row.number_at(12).unwrap_or(0);
        let parameters = strings(row.text_at(15)).join(", ");
        let opclass = some(row.get_at(13)).map(|name| {
            let name = self.qualified(row.text_at(14), &name);
            if parameters.is_empty() {
                name
            } else {
                format!("{name}({parameters})")
            }
        });
        IndexPart {
            key,
            desc: bits & 1 != 0,
            nulls_first: Some(bits & 2 != 0),
            prefix: None,
            opclass,
            collation: some(row.get_at(16)),
        }
    }

    /// A name, with its schema where that is neither the server's nor the default one.
    pub(crate) fn qualified(&self, schema: &str, quoted: &str) -> String {
        if schema == "pg_catalog" || schema == self.default {
            quoted.to_owned()
        } else {
            format!("{}.{quoted}", bare_or_quoted(schema))
        }
    }
}

fn idents(json: &str) -> Vec<Ident> {
    strings(json).into_iter().map(Ident::from).collect()
}

fn referential(code: &str) -> ReferentialAction {
    match code {
        "r" => ReferentialAction::Restrict,
        "c" => ReferentialAction::Cascade,
        "n" => ReferentialAction::SetNull,
        "d" => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}
