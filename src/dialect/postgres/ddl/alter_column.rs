//! Changes of columns.

use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::ddl::alter_table::TableStatements;
use crate::dialect::postgres::ddl::{
    clauses, column_options, column_sequence, columns, constraints, existing_rows, identity,
    indexes, inherited_columns, not_null, on_update_trigger,
};
use crate::dialect::postgres::naming::bare_or_quoted;
use crate::model::{Column, Constraint, ConstraintKind, Expr, Ident, Index, Pair, PartKey};

impl TableStatements<'_> {
    pub(crate) fn add_column(&mut self, column: &Column) {
        if inherited_columns::overrides_inherited(column) {
            self.out
                .extend(inherited_columns::override_inherited_column(
                    &self.on, column,
                ));
            return;
        }
        if column_sequence::is_created_separately(column) {
            self.out
                .push(identity::create_column_sequence(&self.sides.to, column));
        }
        let needs_value = !column.nullable
            && column.attrs.get(keys::NOT_NULL_VALIDATED)
            && column.default.is_none()
            && column.identity.is_none()
            && column.generated.is_none();
        let zero = needs_value
            .then(|| self.placeholder_value(column))
            .flatten();
        // an ADD COLUMN with a NOT NULL that is NO INHERIT gives the constraint of child tables no name
        let not_null_apart = column.attrs.get(keys::NOT_NULL_NO_INHERIT) && !column.nullable;
        if not_null_apart || needs_value && zero.is_none() && column.ty.user_defined {
            let mut nullable = column.clone();
            nullable.nullable = true;
            self.push_alter(&format!(
                "ADD COLUMN {}",
                columns::column_definition(&self.sides.to, &nullable)
            ));
            let name = bare_or_quoted(column.name.as_str());
            if needs_value {
                self.fill_nulls(column, &name);
            }
            let set = not_null::set_not_null(&self.sides.to, &self.on, column);
            self.out.push(set);
        } else if let Some(zero) = zero {
            let mut filled = column.clone();
            filled.default = Some(Expr::new(zero));
            self.push_alter(&format!(
                "ADD COLUMN {}",
                columns::column_definition(&self.sides.to, &filled)
            ));
            let name = bare_or_quoted(column.name.as_str());
            self.push_alter(&format!("ALTER COLUMN {name} DROP DEFAULT"));
        } else {
            self.push_alter(&format!(
                "ADD COLUMN {}",
                columns::column_definition(&self.sides.to, column)
            ));
        }
        let after = columns::column_afterwards(&self.sides.to, &self.on, column);
        self.out.extend(after);
        if column.comment.is_some() {
            self.out.push(clauses::column_comment(&self.on, column));
        }
        if column.on_update_now {
            self.create_on_update_trigger(column);
        }
    }

    pub(crate) fn drop_column(&mut self, column: &Column) {
        if column.on_update_now {
            self.out
                .push(on_update_trigger::drop_trigger(&self.on, &column.name));
        }
        if inherited_columns::overrides_inherited(column) {
            self.out
                .extend(inherited_columns::remove_override(&self.on, column));
            return;
        }
        let name = bare_or_quoted(column.name.as_str());
        self.push_alter(&format!("DROP COLUMN {name}"));
    }

    fn create_on_update_trigger(&mut self, column: &Column) {
        let create = on_update_trigger::create_trigger(&self.sides.to, &self.on, column);
        self.out.push(create);
    }

    pub(crate) fn alter_column(&mut self, from: &Column, to: &Column) {
        let type_changes = from.ty != to.ty || from.collation != to.collation;
        let renamed = from.name != to.name;
        // the trigger's condition names the column and depends on its type
        let trigger_changes = from.on_update_now && (!to.on_update_now || renamed || type_changes);
        if trigger_changes {
            self.out
                .push(on_update_trigger::drop_trigger(&self.on, &from.name));
        }
        if renamed {
            self.push_alter(&format!(
                "RENAME COLUMN {} TO {}",
                bare_or_quoted(from.name.as_str()),
                bare_or_quoted(to.name.as_str())
            ));
        }
        if from.generated != to.generated && to.generated.is_some() {
            self.recreate_generated_column(to);
        } else {
            self.alter_column_value(from, to, type_changes);
        }
        let attributes = column_options::alter_column_options(&self.sides.to, &self.on, from, to);
        self.out.extend(attributes);
        let ids = [&self.sides.to.id, &self.sides.to.id];
        (self.out).extend(identity::alter_column_sequence(ids, from, to));
        if from.identity.is_some() && to.identity.is_some() {
            (self.out).extend(identity::alter_sequence_logging(&self.sides.to, from, to));
        }
        if from.comment != to.comment {
            self.out.push(clauses::column_comment(&self.on, to));
        }
        if to.on_update_now && (trigger_changes || !from.on_update_now) {
            self.create_on_update_trigger(to);
        }
    }

    /// Recreates a column that becomes generated (the reverse of `DROP EXPRESSION`), and the indexes and
    /// constraints that are dropped with it.
    fn recreate_generated_column(&mut self, column: &Column) {
        let name = bare_or_quoted(column.name.as_str());
        self.push_alter(&format!("DROP COLUMN {name}"));
        self.push_alter(&format!(
            "ADD COLUMN {}",
            columns::column_definition(&self.sides.to, column)
        ));
        if column.comment.is_some() {
            self.out.push(clauses::column_comment(&self.on, column));
        }
        let Pair { from, to } = self.sides;
        for constraint in to
            .constraints
            .iter()
            .filter(|c| from.constraints.contains(c) && constraint_reads(c, &column.name))
        {
            self.push_alter(&format!(
                "ADD {}",
                constraints::constraint_definition(constraint)
            ));
        }
        for index in to
            .indexes
            .iter()
            .filter(|i| from.indexes.contains(i) && index_reads(i, &column.name))
        {
            self.out.push(indexes::create_index(&self.on, index, false));
        }
    }

    /// Changes type, default, identity and nullability.
    fn alter_column_value(&mut self, from: &Column, to: &Column, type_changes: bool) {
        let name = bare_or_quoted(to.name.as_str());
        let name = name.as_str();
        let column = |what: &str| format!("ALTER COLUMN {name} {what}");
        if from.generated.is_some() && to.generated.is_none() {
            self.push_alter(&column("DROP EXPRESSION"));
        }
        let mut default = from.default.as_ref();
        if from.identity != to.identity && from.identity.is_some() {
            (self.out).extend(identity::drop_identity(&self.on, from, to));
        }
        if type_changes {
            let using = existing_rows::using_expression(&from.ty, &to.ty, name);
            if default.is_some() && (using.is_some() || to.default.is_none()) {
                self.push_alter(&column("DROP DEFAULT"));
                default = None;
            }
            self.push_alter(&column(&columns::type_clause(to, using)));
        }
        match (default, &to.default) {
            (Some(_), None) => self.push_alter(&column("DROP DEFAULT")),
            (before, Some(default)) if before != Some(default) || type_changes => {
                self.push_alter(&column(&format!(
                    "SET DEFAULT {}",
                    clauses::default_value(default)
                )));
            }
            (Some(_), Some(_)) | (None, _) => {}
        }
        if from.nullable && !to.nullable {
            if to.attrs.get(keys::NOT_NULL_VALIDATED) {
                self.fill_nulls(to, name);
            }
            let table = &self.sides.to;
            let set = not_null::set_not_null(table, &self.on, to);
            self.out.push(set);
        }
        if !from.nullable && to.nullable {
            self.push_alter(&column("DROP NOT NULL"));
        }
        if from.identity != to.identity && to.identity.is_some() {
            let added = identity::add_identity(&self.sides.to, &self.on, from, to);
            self.out.extend(added);
        }
    }
}

fn constraint_reads(constraint: &Constraint, column: &Ident) -> bool {
    match &constraint.kind {
        ConstraintKind::Check(check) => check.expr.reads.contains(column),
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::Exclusion(_)
        | ConstraintKind::ForeignKey(_) => constraint.columns().contains(&column),
    }
}

fn index_reads(index: &Index, column: &Ident) -> bool {
    index.include.contains(column)
        || index
            .predicate
            .as_ref()
            .is_some_and(|p| p.reads.contains(column))
        || index.parts.iter().any(|part| match &part.key {
            PartKey::Column(name) => name == column,
            PartKey::Expr(expr) => expr.reads.contains(column),
        })
}
