//! The impact of a step, by the algorithms measured on MySQL 9.7 and MariaDB 10.11: instant, in place (with or without
//! a rebuild), or a copy, which blocks writes but not reads.

pub(crate) mod blockers;

use crate::change::{Action, Change, Delta, Hazard, HazardKind, Lost, Step, TableOp};
use crate::db::{Server, Vendor};
use crate::dialect::mysql::attribute_keys as keys;
use crate::dialect::mysql::ddl::columns::column_definition;
use crate::dialect::mysql::ddl::partitions::{PartitionChange, partition_change};
use crate::dialect::mysql::types::family::Family;
use crate::dialect::mysql::types::family::family;
use crate::dialect::mysql::types::family::integer_range;
use crate::dialect::mysql::types::native::type_sql;
use crate::dialect::mysql::types::sizes;
use crate::model::{
    Column, Constraint, ConstraintKind, Index, Object, ObjectId, Pair, PartKey, Partitioning,
    Table, TableOptions,
};
use crate::sql::literal;

/// The impact of a step. Without a server, that of the vendor with the greater impact.
pub(crate) fn of(step: &Step, server: Option<&Server>) -> Vec<Hazard> {
    let mut found = Found {
        mariadb: server.is_some_and(|server| server.vendor == Vendor::MariaDb),
        list: Vec::new(),
    };
    match &step.action {
        Action::Change(change) | Action::Concurrently(change) => found.change(change),
    }
    found.list
}

struct Found {
    mariadb: bool,
    list: Vec<Hazard>,
}

impl Found {
    fn add(&mut self, kind: HazardKind, message: String) {
        self.list.push(Hazard {
            kind,
            message,
            lost: None,
        });
    }

    fn loss(&mut self, table: &ObjectId, column: Option<&Column>, message: String) {
        self.list.push(Hazard {
            kind: HazardKind::DataLoss,
            message,
            lost: Some(Lost {
                table: table.clone(),
                column: column.map(|column| column.name.clone()),
            }),
        });
    }

    /// ALGORITHM=COPY.
    fn copy(&mut self, what: &str) {
        self.add(HazardKind::Rewrite, format!("{what}: the table is copied"));
        self.add(
            HazardKind::BlocksWrites,
            format!("{what}: writers wait until the copy is done"),
        );
    }

    /// ALGORITHM=INPLACE, LOCK=NONE with a rebuild.
    fn rebuild(&mut self, what: &str) {
        self.add(
            HazardKind::Rewrite,
            format!("{what}: the table is rebuilt while reads and writes go on"),
        );
    }

    fn change(&mut self, change: &Change) {
        match change {
            Change::Create(..) | Change::Replace(..) | Change::Comment(..) | Change::Value(..) => {}
            Change::Drop(id, object) => match object {
                Object::Table(_) => {
                    self.loss(id, None, format!("drops table {id} and all its rows"));
                }
                Object::Type(_)
                | Object::Extension(_)
                | Object::Routine(_)
                | Object::Sequence(_)
                | Object::Namespace => {}
            },
            Change::Table { sides, ops } => {
                for op in ops {
                    self.op(sides, op);
                }
            }
        }
    }

    fn op(&mut self, sides: &Pair<Box<Table>>, op: &TableOp) {
        match op {
            TableOp::Rename(_) => {}
            TableOp::Column(Delta::Add(new)) => self.add_column(new),
            TableOp::Column(Delta::Drop(old)) => {
                let stored = old.generated.is_none();
                if stored {
                    let message = format!("drops column {} and its values", old.name);
                    self.loss(&sides.from.id, Some(old), message);
                }
            }
            TableOp::Column(Delta::Alter(pair)) => self.alter_column(&sides.from, pair),
            TableOp::Constraint(delta) => self.constraint(delta),
            TableOp::Index(delta) => self.index(delta),
            TableOp::Value { column, rename } => self.add(
                HazardKind::DataChange,
                format!("`{}` becomes `{}` in {column}", rename.from, rename.to),
            ),
            TableOp::Options(pair) => self.options(&sides.from.id, pair),
            TableOp::Partitioning(pair) => self.partitioning(&sides.from.id, pair),
            TableOp::Inheritance(_) => {}
            TableOp::Order(_) => {
                if !self.mariadb {
                    self.rebuild("another order of columns");
                }
            }
        }
    }

    fn partitioning(&mut self, table: &ObjectId, pair: &Pair<Option<Partitioning>>) {
        match partition_change(pair) {
            None | Some(PartitionChange::Add(_)) => {}
            Some(PartitionChange::Drop(parts)) => {
                for part in parts {
                    let message = format!("drops partition {} and all its rows", part.name);
                    self.loss(table, None, message);
                }
            }
            Some(PartitionChange::Remove) => self.copy("no more partitions"),
            Some(PartitionChange::Replace(_)) => self.copy("another partitioning"),
            Some(PartitionChange::Grow(_) | PartitionChange::Shrink(_)) => {
                self.copy("the number of partitions changes");
            }
            Some(PartitionChange::Reorganize(..)) => {
                self.copy("rows are redistributed to other partitions");
            }
        }
    }

    fn add_column(&mut self, new: &Column) {
        let what = format!("add column {}", new.name);
        let by_expression = new.default.as_ref().is_some_and(|default| {
            let text = default.text.trim();
            let literal = text.starts_with('\'') || literal::is_number(text);
            let now = text.to_ascii_uppercase().starts_with("CURRENT_TIMESTAMP");
            !literal && !now && text.contains('(')
        });
        let stored = new.generated.as_ref().is_some_and(|g| g.stored);
        if stored || by_expression || new.identity.is_some() {
            self.copy(&what);
        }
    }

    fn alter_column(&mut self, table: &Table, pair: &Pair<Column>) {
        let (from, to) = (&pair.from, &pair.to);
        let what = format!("column {}", to.name);
        if from.generated != to.generated || from.identity != to.identity {
            self.copy(&what);
            return;
        }
        if from.ty != to.ty {
            if loses(from, to) {
                self.loss(
                    &table.id,
                    Some(from),
                    format!(
                        "{what} goes from {} to {}: values may not fit, be cut or rounded",
                        type_sql(&from.ty),
                        type_sql(&to.ty)
                    ),
                );
            } else if family(&from.ty) != family(&to.ty) {
                let message = format!("{what}: values are converted to {}", type_sql(&to.ty));
                self.add(HazardKind::DataChange, message);
            }
            if !is_instant(table, from, to) {
                self.copy(&format!("{what} becomes {}", column_definition(to)));
            }
            return;
        }
        if from.charset != to.charset {
            self.copy(&format!("another character set for {what}"));
        } else if from.collation != to.collation {
            if is_indexed(table, from) && !self.mariadb {
                self.copy(&format!("another collation for the indexed {what}"));
            }
            self.add(
                HazardKind::DataChange,
                format!("{what} compares otherwise under its new collation"),
            );
        }
        if from.nullable != to.nullable {
            self.rebuild(&format!(
                "{what} becomes {}",
                if to.nullable { "NULL" } else { "NOT NULL" }
            ));
        }
    }

    fn constraint(&mut self, delta: &Delta<Constraint>) {
        if let Delta::Drop(old) = delta
            && matches!(old.kind, ConstraintKind::PrimaryKey(_))
        {
            self.copy("drop the primary key");
        }
        let Some(new) = delta.after() else { return };
        let name = new.name.get();
        let renamed_only = matches!(delta, Delta::Alter(_));
        match &new.kind {
            ConstraintKind::PrimaryKey(_) => self.rebuild("another primary key"),
            ConstraintKind::Unique(_) if renamed_only => {}
            ConstraintKind::Unique(_) => self.add(
                HazardKind::Scan,
                format!("builds unique key {name} while reads and writes go on"),
            ),
            ConstraintKind::ForeignKey(_) => self.copy(&format!("foreign key {name}")),
            ConstraintKind::Check(_) | ConstraintKind::Exclusion(_) => {
                self.copy(&format!("check {name}"));
            }
        }
    }

    fn index(&mut self, delta: &Delta<Index>) {
        let Delta::Add(new) = delta else { return };
        let name = new.name.get();
        let on_expression = new
            .parts
            .iter()
            .any(|part| matches!(part.key, PartKey::Expr(_)));
        match new.method.as_deref() {
            Some("fulltext" | "spatial") => self.copy(&format!("index {name}")),
            _ if on_expression => self.add(
                HazardKind::BlocksWrites,
                format!("builds index {name} over an expression: writers wait"),
            ),
            _ => self.add(
                HazardKind::Scan,
                format!("builds index {name} while reads and writes go on"),
            ),
        }
    }

    fn options(&mut self, table: &ObjectId, pair: &Pair<TableOptions>) {
        let differ = |from: Option<&String>, to: Option<&String>| to.is_some() && from != to;
        let value =
            |given: &Option<crate::model::Given<String>>| given.as_ref().map(|g| g.get().clone());
        let (from, to) = (&pair.from, &pair.to);
        if differ(value(&from.charset).as_ref(), value(&to.charset).as_ref())
            || differ(
                value(&from.collation).as_ref(),
                value(&to.collation).as_ref(),
            )
        {
            self.copy("another character set or collation");
        }
        if differ(value(&from.engine).as_ref(), value(&to.engine).as_ref()) {
            self.copy("another engine");
        }
        let (old, new) = (&from.attrs, &to.attrs);
        if old.get(keys::SYSTEM_VERSIONING) && !new.get(keys::SYSTEM_VERSIONING) {
            self.loss(table, None, String::from("drops the history of all rows"));
        }
        let rebuilds = |key: &&&str| old.get(key) != new.get(key);
        if let Some(key) = REBUILDING.iter().find(rebuilds) {
            self.rebuild(&format!("another {key}"));
        }
    }
}

/// Options whose change rewrites all rows.
const REBUILDING: &[&str] = &[
    "row_format",
    "key_block_size",
    "compression",
    "encryption",
    "page_compressed",
    "encrypted",
    "tablespace",
];

/// Whether values of the first type may be lost or changed in the second.
fn loses(from: &Column, to: &Column) -> bool {
    let (old, new) = (&from.ty, &to.ty);
    let arg = |args: &[u32], at: usize| args.get(at).copied().unwrap_or(0);
    match (family(old), family(new)) {
        (Family::Integer, Family::Integer) => match (integer_range(old), integer_range(new)) {
            (Some((low, high)), Some((least, most))) => low < least || high > most,
            _ => old.base != new.base,
        },
        (Family::Number, Family::Number) if old.base == "decimal" && new.base == "decimal" => {
            let whole = |args: &[u32]| arg(args, 0).saturating_sub(arg(args, 1));
            arg(&old.args, 1) > arg(&new.args, 1) || whole(&old.args) > whole(&new.args)
        }
        (Family::Number, Family::Number) => old.base == "double" && new.base == "float",
        (Family::Number, Family::Integer) => true,
        (Family::Temporal, Family::Temporal) => {
            (old.base == new.base && arg(&old.args, 0) > arg(&new.args, 0))
                || matches!(new.base.as_str(), "date" | "time") && old.base != new.base
        }
        (Family::Member, Family::Member) => old.values.iter().any(|v| !new.values.contains(v)),
        (one, other) => match (room(old, one), room(new, other)) {
            (Some(before), Some(after)) => before > after,
            _ => false,
        },
    }
}

/// The maximum length of a string type, in its own unit.
fn room(ty: &crate::model::SqlType, family: Family) -> Option<u64> {
    let size = match ty.base.as_str() {
        "tinytext" | "tinyblob" => 255,
        "text" | "blob" => 65_535,
        "mediumtext" | "mediumblob" => 16_777_215,
        "longtext" | "longblob" => u64::from(u32::MAX),
        _ => u64::from(ty.args.first().copied().unwrap_or(0)),
    };
    matches!(
        family,
        Family::Chars | Family::Bytes | Family::Text | Family::Blob
    )
    .then_some(size)
}

/// Whether only metadata changes: a varchar that grows without crossing 255 bytes, an enum with new values at its end.
fn is_instant(table: &Table, from: &Column, to: &Column) -> bool {
    match (from.ty.base.as_str(), to.ty.base.as_str()) {
        ("varchar", "varchar") | ("varbinary", "varbinary") => {
            let bytes = |column: &Column| {
                let mut one = Table::new(table.id.clone());
                one.options = table.options.clone();
                one.columns.push(column.clone());
                let part = crate::model::IndexPart::on_column(column.name.clone());
                sizes::index_bytes(&one, &[part]).unwrap_or(u32::MAX)
            };
            from.ty.args <= to.ty.args && (bytes(from) > 255) == (bytes(to) > 255)
        }
        ("enum", "enum") => {
            to.ty.values.starts_with(&from.ty.values)
                && (from.ty.values.len() > 255) == (to.ty.values.len() > 255)
        }
        ("set", "set") => {
            to.ty.values.starts_with(&from.ty.values)
                && from.ty.values.len().div_ceil(8) == to.ty.values.len().div_ceil(8)
        }
        ("tinyint", "tinyint") => from.ty.unsigned == to.ty.unsigned,
        _ => false,
    }
}

fn is_indexed(table: &Table, column: &Column) -> bool {
    let in_key = |c: &Constraint| c.columns().contains(&&column.name);
    let in_index = |i: &Index| {
        i.parts
            .iter()
            .any(|p| p.column_name() == Some(&column.name))
    };
    table.constraints.iter().any(in_key) || table.indexes.iter().any(in_index)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::dialect::mysql::types::native::parse_type;

    #[test]
    fn a_changed_type_has_its_class() {
        use HazardKind::{BlocksWrites, DataChange, DataLoss, Rewrite};
        for (from, to, kinds) in [
            ("varchar(50)", "varchar(63)", vec![]),
            ("varchar(50)", "varchar(64)", vec![Rewrite, BlocksWrites]),
            ("varchar(100)", "varchar(200)", vec![]),
            (
                "varchar(100)",
                "varchar(80)",
                vec![DataLoss, Rewrite, BlocksWrites],
            ),
            ("enum('a')", "enum('a','b')", vec![]),
            (
                "enum('a','b')",
                "enum('a')",
                vec![DataLoss, Rewrite, BlocksWrites],
            ),
            ("int", "bigint", vec![Rewrite, BlocksWrites]),
            ("bigint", "int", vec![DataLoss, Rewrite, BlocksWrites]),
            (
                "int",
                "varchar(20)",
                vec![DataChange, Rewrite, BlocksWrites],
            ),
            (
                "decimal(10,2)",
                "decimal(10,1)",
                vec![DataLoss, Rewrite, BlocksWrites],
            ),
            ("tinyint(1)", "tinyint", vec![]),
        ] {
            let column = |ty: &str| Column::new("c", parse_type(ty).unwrap());
            let mut found = Found {
                mariadb: false,
                list: Vec::new(),
            };
            let table = Table::new(ObjectId::table("t"));
            found.alter_column(&table, &Pair::new(column(from), column(to)));
            let got: Vec<HazardKind> = found.list.iter().map(|h| h.kind).collect();
            assert_eq!(got, kinds, "{from} to {to}");
        }
    }
}
