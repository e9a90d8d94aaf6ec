//! Options, charset, periods and partitions of a table in ALTER TABLE.

use crate::dialect::mysql::attribute_keys as keys;
use crate::dialect::mysql::ddl::alter_table::statement_groups::{
    changes_collation, changes_engine,
};
use crate::dialect::mysql::ddl::alter_table::writer::AlterTableWriter;
use crate::dialect::mysql::ddl::partitions::partition_change;
use crate::dialect::mysql::ddl::table_options::{
    application_period, option_changes, system_period,
};
use crate::dialect::mysql::naming::quote;
use crate::dialect::mysql::types::family::has_charset;
use crate::dialect::mysql::types::literals;
use crate::model::{Attributes, Column, Pair, Partitioning, TableOptions};

impl AlterTableWriter<'_> {
    pub(crate) fn write_partitioning(&mut self, pair: &Pair<Option<Partitioning>>) {
        let Some(change) = partition_change(pair) else {
            return;
        };
        if change.can_follow_other_clauses() {
            self.partitioning = Some(change.sql());
        } else {
            let sql = self.alter_statement(&change.sql());
            self.after.push(sql);
        }
    }

    pub(crate) fn write_options(&mut self, pair: &Pair<TableOptions>) {
        let (from, to) = (&pair.from, &pair.to);
        let versioned = |options: &TableOptions| options.attrs.get(keys::SYSTEM_VERSIONING);
        // MariaDB refuses to change engine and system versioning in one statement (error 4120)
        let new_engine = changes_engine(pair);
        if versioned(from) && !versioned(to) {
            let drop = String::from("DROP SYSTEM VERSIONING");
            if new_engine {
                let sql = self.alter_statement(&drop);
                self.before.push(sql);
            } else {
                self.push_clause(drop);
            }
        }
        if new_engine && let Some(engine) = &to.engine {
            self.push_clause(format!("ENGINE={}", engine.get()));
        }
        if changes_collation(pair) {
            let clause = self.collation_clause(to);
            self.push_clause(clause);
        }
        if from.comment != to.comment {
            let comment = to.comment.as_deref().unwrap_or_default();
            self.push_clause(format!("COMMENT={}", literals::string_literal(comment)));
        }
        // the new engine may not have the options of the old one
        let mut kept = from.attrs.clone();
        if new_engine {
            let removed = from
                .attrs
                .changes(&to.attrs)
                .filter(|(_, _, to)| to.is_none());
            for (key, ..) in removed {
                kept.remove(key);
            }
            for clause in option_changes(&from.attrs, &kept) {
                let sql = self.alter_statement(&clause);
                self.before.push(sql);
            }
        }
        for clause in option_changes(&kept, &to.attrs) {
            self.push_clause(clause);
        }
        if versioned(to) && !versioned(from) {
            let add = String::from("ADD SYSTEM VERSIONING");
            if new_engine {
                let sql = self.alter_statement(&add);
                self.after.push(sql);
            } else if self.excludes_columns_from_versioning() {
                let sql = self.alter_statement(&add);
                self.before.push(sql);
            } else {
                self.push_clause(add);
            }
        }
        self.write_periods(&from.attrs, &to.attrs);
    }

    /// Whether a new or altered column is excluded from system versioning, which needs a versioned table (error 4124).
    fn excludes_columns_from_versioning(&self) -> bool {
        let mut columns = self.ops.iter().filter_map(|op| op.column()?.after());
        columns.any(|column| column.attrs.get(keys::WITHOUT_SYSTEM_VERSIONING))
    }

    /// Adds and drops periods together with their columns. The system period is dropped with system versioning.
    fn write_periods(&mut self, from: &Attributes, to: &Attributes) {
        let (old, new) = (system_period(from), system_period(to));
        if let Some(period) = new.filter(|new| old.as_ref() != Some(new)) {
            self.push_clause(format!("ADD {period}"));
        }
        let (old, new) = (application_period(from), application_period(to));
        if old == new {
            return;
        }
        if let Some(name) = from.get(keys::PERIOD).filter(|_| old.is_some()) {
            self.push_clause(format!("DROP PERIOD FOR {}", quote(name)));
        }
        if let Some(period) = new {
            self.push_clause(format!("ADD {period}"));
        }
    }

    /// The table's new charset and collation, with the definitions of all columns that inherit them, because only new
    /// definitions apply them to existing columns. (`CONVERT TO` would turn text into mediumtext, and would also convert
    /// columns with a charset of their own.)
    fn collation_clause(&mut self, to: &TableOptions) -> String {
        let mut parts = Vec::new();
        if let Some(charset) = &to.charset {
            parts.push(format!("DEFAULT CHARACTER SET {}", charset.get()));
        }
        if let Some(collation) = &to.collation {
            parts.push(format!("COLLATE {}", collation.get()));
        }
        let mut clause = parts.join(" ");
        let sides = self.sides;
        let inheriting = sides.to.columns.iter().filter(|c| {
            has_charset(&c.ty)
                && c.charset.is_none()
                && c.collation.is_none()
                && (self.existed_before(&c.name) || self.is_added_before(&c.name))
                && self.alteration_of(&c.name).is_none()
        });
        let inheriting: Vec<&Column> = inheriting.collect();
        for column in inheriting {
            let definition = self.definition_clause(&column.name, column);
            clause = format!("{clause}, {definition}");
        }
        clause
    }
}
