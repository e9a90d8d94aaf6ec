//! Constraints and indexes in ALTER TABLE.

use crate::change::Delta;
use crate::dialect::mysql::attribute_keys as keys;
use crate::dialect::mysql::ddl::alter_table::writer::AlterTableWriter;
use crate::dialect::mysql::ddl::keys::{constraint_clause, index_clause};
use crate::dialect::mysql::ddl::vendor_statements;
use crate::dialect::mysql::naming::quote;
use crate::model::{
    Attributes, Constraint, ConstraintKind, Ident, Index, IndexPart, Name, Pair, Table,
};

impl AlterTableWriter<'_> {
    pub(crate) fn write_constraint(&mut self, delta: &Delta<Constraint>) {
        match delta {
            Delta::Add(new) => self.add_constraint(new),
            Delta::Drop(old) => self.push_clause(drop_constraint(self.sides, old)),
            Delta::Alter(pair) => self.alter_constraint(&pair.from, &pair.to),
        }
    }

    fn alter_constraint(&mut self, from: &Constraint, to: &Constraint) {
        let (is_key, is_check) = match to.kind {
            ConstraintKind::Unique(_) => (true, false),
            ConstraintKind::Check(_) => (false, true),
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::ForeignKey(_)
            | ConstraintKind::Exclusion(_) => (false, false),
        };
        let in_place = from.comment == to.comment
            && ((is_key && only_visibility(&from.attrs, &to.attrs))
                || (is_check && from.name.get() == to.name.get()));
        if is_key && in_place {
            self.alter_index(&from.name, &to.name, &from.attrs, &to.attrs);
        } else if in_place {
            let name = quote(to.name.get().as_str());
            let not = if to.attrs.get(keys::ENFORCED) {
                ""
            } else {
                "NOT "
            };
            self.push_clause(format!("ALTER CHECK {name} {not}ENFORCED"));
        } else if matches!(to.kind, ConstraintKind::ForeignKey(_)) {
            // within one statement the name is still in use on MySQL (error 1826)
            let dropped = self.alter_statement(&drop_constraint(self.sides, from));
            self.before.push(dropped);
            self.add_constraint(to);
        } else {
            let clause = format!(
                "{}, ADD {}",
                drop_constraint(self.sides, from),
                constraint_clause(to)
            );
            self.push_clause(clause);
        }
    }

    fn add_constraint(&mut self, new: &Constraint) {
        let mut clause = format!("ADD {}", constraint_clause(new));
        if let Some(index) = self.implicitly_dropped_index(new) {
            let name = quote(index.name.get().as_str());
            let index = index_clause(index);
            clause = format!("DROP INDEX {name}, ADD {index}, {clause}");
        }
        self.push_clause(clause);
    }

    /// The declared index that the server could take for one that it created itself: one with the columns of the new
    /// foreign key, named as the server would name it. The server would replace it by an index for the new key, unless
    /// it is created explicitly in the same statement.
    fn implicitly_dropped_index(&self, new: &Constraint) -> Option<&Index> {
        let ConstraintKind::ForeignKey(fk) = &new.kind else {
            return None;
        };
        // the server uses the name of the first column, with a number if that name is taken
        let had_such_key =
            (self.sides.from.foreign_keys()).any(|(_, its)| its.columns == fk.columns);
        let first = fk.columns.first().map_or("", Ident::as_str);
        let is_named_by_column = |index: &Index| {
            let name = index.name.get();
            let number = name.as_str().strip_prefix(first);
            let number = number.map(|rest| rest.strip_prefix('_').unwrap_or(rest));
            had_such_key
                && name != new.name.get()
                && number.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()))
        };
        let is_named_by_key = |index: &&Index| {
            let mut others = self
                .sides
                .from
                .foreign_keys()
                .chain(self.sides.to.foreign_keys());
            others.any(|(other, its)| {
                other.name.get() == index.name.get()
                    && other.name.get() != new.name.get()
                    && its.columns == fk.columns
            })
        };
        let is_kept = |index: &&Index| self.sides.from.indexes.contains(index);
        let has_columns_of_key = |index: &&Index| {
            let columns = index.parts.iter().map(IndexPart::column_name);
            columns.eq(fk.columns.iter().map(Some))
        };
        let mut indexes = self.sides.to.indexes.iter();
        indexes.find(|index| {
            has_columns_of_key(index)
                && is_kept(index)
                && (is_named_by_key(index) || is_named_by_column(index))
        })
    }

    pub(crate) fn write_index(&mut self, delta: &Delta<Index>) {
        let drop = |old: &Index| format!("DROP INDEX {}", quote(old.name.get().as_str()));
        match delta {
            // until its values are set a column is nullable, which a spatial index refuses (error 1252)
            Delta::Add(new)
                if new.method.as_deref() == Some("spatial") && self.sets_values_of(new) =>
            {
                let sql = self.alter_statement(&format!("ADD {}", index_clause(new)));
                self.after.push(sql);
            }
            Delta::Add(new) => self.push_clause(format!("ADD {}", index_clause(new))),
            Delta::Drop(old) => self.push_clause(drop(old)),
            Delta::Alter(Pair { from, to })
                if from.comment == to.comment && only_visibility(&from.attrs, &to.attrs) =>
            {
                self.alter_index(&from.name, &to.name, &from.attrs, &to.attrs);
            }
            Delta::Alter(pair) => {
                self.push_clause(format!(
                    "{}, ADD {}",
                    drop(&pair.from),
                    index_clause(&pair.to)
                ));
            }
        }
    }

    /// Whether a statement of its own sets the values of an indexed column.
    fn sets_values_of(&self, index: &Index) -> bool {
        let mut columns = index.parts.iter().filter_map(IndexPart::column_name);
        columns.any(|name| {
            let altered = self.alteration_of(name);
            altered.is_some_and(|pair| pair.from.nullable && !pair.to.nullable)
        })
    }

    /// Renames an index, or changes its visibility to the optimizer.
    fn alter_index(&mut self, old: &Name, new: &Name, from: &Attributes, to: &Attributes) {
        if old.get() != new.get() {
            self.rename_index(old.get(), new.get());
        }
        if from.get(keys::INVISIBLE) != to.get(keys::INVISIBLE) {
            self.push_clause(format!(
                "ALTER INDEX {} {}",
                quote(new.get().as_str()),
                vendor_statements::visibility(!to.get(keys::INVISIBLE))
            ));
        }
    }

    fn rename_index(&mut self, from: &Ident, to: &Ident) {
        self.push_clause(format!(
            "RENAME INDEX {} TO {}",
            quote(from.as_str()),
            quote(to.as_str())
        ));
    }
}

/// Whether the attributes differ at most in the visibility to the optimizer.
fn only_visibility(from: &Attributes, to: &Attributes) -> bool {
    from.changes(to).all(|(key, _, _)| key == "invisible")
}

pub(crate) fn drop_constraint(sides: &Pair<Box<Table>>, old: &Constraint) -> String {
    let name = quote(old.name.get().as_str());
    match old.kind {
        ConstraintKind::PrimaryKey(_) => String::from("DROP PRIMARY KEY"),
        ConstraintKind::Unique(_) => format!("DROP INDEX {name}"),
        ConstraintKind::ForeignKey(_) => format!("DROP FOREIGN KEY {name}"),
        ConstraintKind::Check(_) | ConstraintKind::Exclusion(_) => {
            let mut others = sides.from.constraints.iter().chain(&sides.to.constraints);
            let is_check = |c: &Constraint| matches!(c.kind, ConstraintKind::Check(_));
            if others.any(|c| !is_check(c) && c.name.get() == old.name.get()) {
                format!("{} {name}", vendor_statements::drop_check())
            } else {
                // the only spelling that both vendors have
                format!("DROP CONSTRAINT {name}")
            }
        }
    }
}
