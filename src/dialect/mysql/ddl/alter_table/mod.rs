//! `ALTER TABLE`: one statement an operation, except where a server asks for several at once. What
//! rows need for it comes ahead of that statement or behind it, never between two halves of it.

pub(crate) mod column_order;
pub(crate) mod columns;
pub(crate) mod statement_groups;
pub(crate) mod system_versioning;

use crate::change::{Delta, TableOp, name_before};
use crate::dialect::mysql::attribute_keys as keys;
use crate::dialect::mysql::ddl::alter_table::column_order::Places;
use crate::dialect::mysql::ddl::alter_table::columns::takes_readers;
use crate::dialect::mysql::ddl::alter_table::statement_groups::{
    Phase, concerns_others, copies, moves, recollates,
};
use crate::dialect::mysql::ddl::column_renames::checks_on_renamed;
use crate::dialect::mysql::ddl::{constraint, index, own_period, system_period};
use crate::dialect::mysql::ddl::{partitions, vendor_statements};
use crate::dialect::mysql::expr::text;
use crate::dialect::mysql::lowering::attributes;
use crate::dialect::mysql::naming::quote;
use crate::dialect::mysql::types;
use crate::dialect::mysql::types::sizes;
use crate::model::{
    Attributes, Column, Constraint, ConstraintKind, Ident, Index, IndexPart, Name, Pair,
    Partitioning, Table, TableOptions,
};

/// The statements of a table's operations, in their order.
pub(crate) fn table(sides: &Pair<Box<Table>>, ops: &[TableOp]) -> Vec<String> {
    match system_versioning::left_out_behind(sides, ops) {
        Some(behind) => {
            let mut statements = at_once(&behind.sides, &behind.ops);
            statements.extend(behind.statements);
            statements
        }
        None => at_once(sides, ops),
    }
}

fn at_once(sides: &Pair<Box<Table>>, ops: &[TableOp]) -> Vec<String> {
    let held = checks_on_renamed(sides, ops);
    let crowded = ops.len() > 1 && sizes::crowded(sides);
    let mut writer = Writer {
        sides,
        ops,
        name: name_before(sides, ops).clone(),
        // a key and what must change with it (the key itself, AUTO_INCREMENT) are one statement; so is
        // another engine with the charset that makes keys short enough for it, and what has no room beside
        // what goes
        together: !held.is_empty()
            || crowded
            || ops.iter().filter_map(TableOp::options).any(moves)
            || (ops.len() > 1 && ops.iter().any(concerns_others))
            || ops.iter().any(|op| takes_readers(sides, op)),
        first: Vec::new(),
        clauses: Vec::new(),
        ending: None,
        last: Vec::new(),
        statements: Vec::new(),
        places: Places::default(),
    };
    writer.set_places();
    for phase in Phase::ALL {
        if phase == Phase::Normal {
            for (old, _) in &held {
                writer.clause(drop_constraint(sides, old));
            }
        }
        for (at, op) in ops.iter().enumerate() {
            if phase == Phase::Early {
                writer.loosen(op);
            }
            if Phase::of(op, ops) == phase {
                writer.op(at, op);
            }
            if !writer.together {
                writer.flush();
            }
        }
        if phase == Phase::Normal && writer.together && copies(sides, ops) {
            writer.clause(String::from("ALGORITHM=COPY"));
        } else if phase == Phase::Normal && crowded {
            // MariaDB counts columns that it dropped instantly until the table is written anew
            writer.clause(String::from("FORCE"));
        }
        if phase == Phase::Early
            || (phase == Phase::Normal && held.is_empty() && writer.places.is_empty())
        {
            writer.flush();
        }
    }
    for (_, new) in &held {
        writer.clause(format!("ADD {}", constraint(new)));
    }
    writer.flush();
    writer.statements
}

struct Writer<'a> {
    sides: &'a Pair<Box<Table>>,
    ops: &'a [TableOp],
    name: Ident,
    together: bool,
    /// Statements ahead of the clauses.
    first: Vec<String>,
    /// One statement, or each one of its own.
    clauses: Vec<String>,
    /// What stands behind the clauses, without a comma.
    ending: Option<String>,
    /// Statements behind the clauses.
    last: Vec<String>,
    statements: Vec<String>,
    places: Places,
}

impl Writer<'_> {
    fn op(&mut self, at: usize, op: &TableOp) {
        match op {
            TableOp::Rename(pair) => {
                self.flush();
                self.clause(format!("RENAME TO {}", quote(pair.to.as_str())));
                self.flush();
                self.name = pair.to.clone();
            }
            TableOp::Column(delta) => self.column(at, delta),
            TableOp::Constraint(delta) => self.constraint(delta),
            TableOp::Index(delta) => self.index(delta),
            TableOp::Value { column, rename } => {
                // the column's own operation does it where there is one
                if self.alteration_of(column).is_none() {
                    let sql = self.rename_value(column, rename);
                    self.first.push(sql);
                }
            }
            TableOp::Options(pair) => self.options(pair),
            TableOp::Partitioning(pair) => self.partitioning(pair),
            // tables have no parents here
            TableOp::Inheritance(_) => {}
            TableOp::Order(pair) => self.order(pair),
        }
    }

    /// One clause: a statement of its own, or a part of the one statement of the step.
    fn clause(&mut self, clause: String) {
        self.clauses.push(clause);
    }

    /// Ends a statement, with all that belongs ahead of it and behind it.
    fn flush(&mut self) {
        let mut clauses = std::mem::take(&mut self.clauses);
        if self.together && !clauses.is_empty() {
            clauses = vec![clauses.join(", ")];
        }
        if let Some(ending) = self.ending.take() {
            match clauses.last_mut() {
                Some(last) => *last = format!("{last} {ending}"),
                None => clauses.push(ending),
            }
        }
        self.statements.append(&mut self.first);
        for clause in clauses {
            let sql = self.alter(&clause);
            self.statements.push(sql);
        }
        self.statements.append(&mut self.last);
    }

    fn alter(&self, clause: &str) -> String {
        format!("ALTER TABLE {} {clause}", quote(self.name.as_str()))
    }

    /// An UPDATE that leaves `ON UPDATE CURRENT_TIMESTAMP` columns alone.
    fn update(&self, column: &Ident, value: &str, condition: &str) -> String {
        let mut set = format!("{} = {value}", quote(column.as_str()));
        let kept = self.sides.to.columns.iter().filter(|other| {
            other.on_update_now
                && other.name != *column
                && self.sides.from.column(other.name.as_str()).is_some()
        });
        for other in kept {
            let name = quote(other.name.as_str());
            set = format!("{set}, {name} = {name}");
        }
        let table = quote(self.name.as_str());
        format!("UPDATE {table} SET {set} WHERE {condition}")
    }

    fn constraint(&mut self, delta: &Delta<Constraint>) {
        match delta {
            Delta::Add(new) => self.add_constraint(new),
            Delta::Drop(old) => self.clause(drop_constraint(self.sides, old)),
            Delta::Alter(pair) => {
                let (from, to) = (&pair.from, &pair.to);
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
                    self.clause(format!("ALTER CHECK {name} {not}ENFORCED"));
                } else if matches!(to.kind, ConstraintKind::ForeignKey(_)) {
                    // within one statement MySQL still has the name (1826)
                    let dropped = self.alter(&drop_constraint(self.sides, from));
                    self.first.push(dropped);
                    self.add_constraint(to);
                } else {
                    let clause = format!(
                        "{}, ADD {}",
                        drop_constraint(self.sides, from),
                        constraint(to)
                    );
                    self.clause(clause);
                }
            }
        }
    }

    fn add_constraint(&mut self, new: &Constraint) {
        let mut clause = format!("ADD {}", constraint(new));
        if let Some(index) = self.held_by_another(new) {
            let name = quote(index.name.get().as_str());
            let index = self::index(index);
            clause = format!("DROP INDEX {name}, ADD {index}, {clause}");
        }
        self.clause(clause);
    }

    /// The index that a server may have made for another foreign key over the same columns, or for this
    /// one when it had no name: it would make one for this key and drop that, unless somebody has asked
    /// for it.
    fn held_by_another(&self, new: &Constraint) -> Option<&Index> {
        let ConstraintKind::ForeignKey(fk) = &new.kind else {
            return None;
        };
        // what the server calls it: by the first column, and a number where that name is taken
        let was_there = (self.sides.from.foreign_keys()).any(|(_, its)| its.columns == fk.columns);
        let first = fk.columns.first().map_or("", Ident::as_str);
        let unnamed = |index: &Index| {
            let name = index.name.get();
            let number = name.as_str().strip_prefix(first);
            let number = number.map(|rest| rest.strip_prefix('_').unwrap_or(rest));
            was_there
                && name != new.name.get()
                && number.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()))
        };
        let named = |index: &&Index| {
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
        let stays = |index: &&Index| self.sides.from.indexes.contains(index);
        let serves = |index: &&Index| {
            let columns = index.parts.iter().map(IndexPart::column_name);
            columns.eq(fk.columns.iter().map(Some))
        };
        let mut indexes = self.sides.to.indexes.iter();
        indexes.find(|index| serves(index) && stays(index) && (named(index) || unnamed(index)))
    }

    fn index(&mut self, delta: &Delta<Index>) {
        let drop = |old: &Index| format!("DROP INDEX {}", quote(old.name.get().as_str()));
        match delta {
            // a column is nullable for the moment, and is none of such an index then (1252)
            Delta::Add(new) if new.method.as_deref() == Some("spatial") && self.fills(new) => {
                let sql = self.alter(&format!("ADD {}", index(new)));
                self.last.push(sql);
            }
            Delta::Add(new) => self.clause(format!("ADD {}", index(new))),
            Delta::Drop(old) => self.clause(drop(old)),
            Delta::Alter(Pair { from, to })
                if from.comment == to.comment && only_visibility(&from.attrs, &to.attrs) =>
            {
                self.alter_index(&from.name, &to.name, &from.attrs, &to.attrs);
            }
            Delta::Alter(pair) => {
                self.clause(format!("{}, ADD {}", drop(&pair.from), index(&pair.to)));
            }
        }
    }

    /// Whether a column of an index gets its values in statements of their own.
    fn fills(&self, index: &Index) -> bool {
        let mut columns = index.parts.iter().filter_map(IndexPart::column_name);
        columns.any(|name| {
            let altered = self.alteration_of(name);
            altered.is_some_and(|pair| pair.from.nullable && !pair.to.nullable)
        })
    }

    /// An index gets another name, or the optimizer another view of it.
    fn alter_index(&mut self, old: &Name, new: &Name, from: &Attributes, to: &Attributes) {
        if old.get() != new.get() {
            self.rename_index(old.get(), new.get());
        }
        if from.get(keys::INVISIBLE) != to.get(keys::INVISIBLE) {
            self.clause(format!(
                "ALTER INDEX {} {}",
                quote(new.get().as_str()),
                vendor_statements::invisible(to.get(keys::INVISIBLE))
            ));
        }
    }

    fn partitioning(&mut self, pair: &Pair<Option<Partitioning>>) {
        let Some(step) = partitions::step(pair) else {
            return;
        };
        if step.joins() {
            self.ending = Some(step.sql());
        } else {
            let sql = self.alter(&step.sql());
            self.last.push(sql);
        }
    }

    fn rename_index(&mut self, from: &Ident, to: &Ident) {
        self.clause(format!(
            "RENAME INDEX {} TO {}",
            quote(from.as_str()),
            quote(to.as_str())
        ));
    }

    fn options(&mut self, pair: &Pair<TableOptions>) {
        let (from, to) = (&pair.from, &pair.to);
        let versioned = |options: &TableOptions| options.attrs.get(keys::SYSTEM_VERSIONING);
        // another engine takes no history along, and refuses in one statement (4120)
        let moves = moves(pair);
        if versioned(from) && !versioned(to) {
            let drop = String::from("DROP SYSTEM VERSIONING");
            if moves {
                let sql = self.alter(&drop);
                self.first.push(sql);
            } else {
                self.clause(drop);
            }
        }
        if moves && let Some(engine) = &to.engine {
            self.clause(format!("ENGINE={}", engine.get()));
        }
        if recollates(pair) {
            let clause = self.collation(to);
            self.clause(clause);
        }
        if from.comment != to.comment {
            let comment = to.comment.as_deref().unwrap_or_default();
            self.clause(format!("COMMENT={}", text::string(comment)));
        }
        // an engine may not know the options of the one before
        let mut kept = from.attrs.clone();
        if moves {
            let gone = from
                .attrs
                .changes(&to.attrs)
                .filter(|(_, _, to)| to.is_none());
            for (key, ..) in gone {
                kept.remove(key);
            }
            for clause in attributes::table_changes(&from.attrs, &kept) {
                let sql = self.alter(&clause);
                self.first.push(sql);
            }
        }
        for clause in attributes::table_changes(&kept, &to.attrs) {
            self.clause(clause);
        }
        if versioned(to) && !versioned(from) {
            let add = String::from("ADD SYSTEM VERSIONING");
            if moves {
                let sql = self.alter(&add);
                self.last.push(sql);
            } else if self.leaves_out_history() {
                let sql = self.alter(&add);
                self.first.push(sql);
            } else {
                self.clause(add);
            }
        }
        self.periods(&from.attrs, &to.attrs);
    }

    /// Whether a column without a history comes: only a table with one takes it (4124).
    fn leaves_out_history(&self) -> bool {
        let mut columns = self.ops.iter().filter_map(|op| op.column()?.after());
        columns.any(|column| column.attrs.get(keys::WITHOUT_SYSTEM_VERSIONING))
    }

    /// Periods come and go with their columns; that of the system goes by itself.
    fn periods(&mut self, from: &Attributes, to: &Attributes) {
        let (old, new) = (system_period(from), system_period(to));
        if let Some(period) = new.filter(|new| old.as_ref() != Some(new)) {
            self.clause(format!("ADD {period}"));
        }
        let (old, new) = (own_period(from), own_period(to));
        if old == new {
            return;
        }
        if let Some(name) = from.get(keys::PERIOD).filter(|_| old.is_some()) {
            self.clause(format!("DROP PERIOD FOR {}", quote(name)));
        }
        if let Some(period) = new {
            self.clause(format!("ADD {period}"));
        }
    }

    /// The table's charset and with it the columns that have none of their own, be they added just
    /// before: within one ALTER they take the new one. (`CONVERT TO` would turn text into mediumtext
    /// and take the other columns along.)
    fn collation(&mut self, to: &TableOptions) -> String {
        let mut parts = Vec::new();
        if let Some(charset) = &to.charset {
            parts.push(format!("DEFAULT CHARACTER SET {}", charset.get()));
        }
        if let Some(collation) = &to.collation {
            parts.push(format!("COLLATE {}", collation.get()));
        }
        let mut clause = parts.join(" ");
        let sides = self.sides;
        let follow = sides.to.columns.iter().filter(|c| {
            types::has_charset(&c.ty)
                && c.charset.is_none()
                && c.collation.is_none()
                && (self.is_there(&c.name) || self.is_early(&c.name))
                && self.alteration_of(&c.name).is_none()
        });
        let follow: Vec<&Column> = follow.collect();
        for follower in follow {
            let settled = self.settle(&follower.name, follower);
            clause = format!("{clause}, {settled}");
        }
        clause
    }
}

impl Writer<'_> {
    fn is_there(&self, column: &Ident) -> bool {
        self.sides.from.column(column.as_str()).is_some()
    }

    /// Whether a column is added ahead of the step's one statement.
    fn is_early(&self, column: &Ident) -> bool {
        self.ops.iter().any(|op| {
            let added = op.column().and_then(Delta::added);
            added.is_some_and(|c| c.name == *column) && Phase::of(op, self.ops) == Phase::Early
        })
    }
}

/// Whether nothing else differs than what the optimizer sees.
fn only_visibility(from: &Attributes, to: &Attributes) -> bool {
    from.changes(to).all(|(key, _, _)| key == "invisible")
}

fn drop_constraint(sides: &Pair<Box<Table>>, old: &Constraint) -> String {
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
                // the one spelling that both vendors know
                format!("DROP CONSTRAINT {name}")
            }
        }
    }
}
