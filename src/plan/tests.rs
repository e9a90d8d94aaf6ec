#![allow(clippy::unwrap_used)]
use crate::change::{Action, Change, Delta, Phase, Plan, TableOp, Tx};
use crate::diag::Diagnostic;
use crate::dialect::Dialect;
use crate::dialect::mysql::MySql;
use crate::dialect::postgres::Postgres;
use crate::dialect::sqlite::Sqlite;
use crate::diff::{Renames, diff};
use crate::model::{
    Column, Constraint, ConstraintKind, ForeignKey, ForeignKeyMatch, Given, Ident, Index,
    IndexPart, Object, ObjectId, ObjectKind, Pair, RawSql, ReferentialAction, Schema, SqlType,
    Table, UserType,
};
use crate::plan::order::table_creation;
use crate::plan::vendors::revert_step;
use crate::plan::{DependencyCycle, order, plan, steps};

fn table(name: &str, columns: &[&str]) -> Table {
    let mut table = Table::new(ObjectId::table(name));
    for name in columns {
        table.columns.push(Column::new(*name, SqlType::new("int")));
    }
    table
}

fn refer(mut table: Table, column: &str, target: &str) -> Table {
    table.constraints.push(Constraint::new(
        Given::Derived(Ident::from(format!("fk_{}_{column}", table.name()))),
        ConstraintKind::ForeignKey(ForeignKey {
            columns: vec![column.into()],
            target: ObjectId::table(target),
            target_columns: vec!["id".into()],
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
            matching: ForeignKeyMatch::Simple,
            validated: true,
        }),
    ));
    table
}

fn index(mut table: Table, name: &str, column: &str) -> Table {
    table.indexes.push(Index::new(
        Given::Given(name.into()),
        vec![IndexPart::on_column(column)],
    ));
    table
}

fn schema(tables: &[Table]) -> Schema {
    let mut schema = Schema::default();
    for table in tables {
        schema
            .objects
            .insert(table.id.clone(), Object::Table(Box::new(table.clone())));
    }
    schema
}

fn planned(from: &[Table], to: &[Table], dialect: &dyn Dialect) -> Vec<String> {
    let (from, to) = (schema(from), schema(to));
    let changes = diff(&from, &to, &Renames::default());
    order::order(
        steps::nodes(dialect, changes),
        &Pair::new(&from, &to),
        dialect,
    )
    .unwrap()
    .iter()
    .map(|node| action_text(&node.action))
    .collect()
}

fn action_text(action: &Action) -> String {
    match action {
        Action::Change(change) => change_text(change),
        Action::Concurrently(change) => format!("concurrently {}", change_text(change)),
    }
}

fn change_text(change: &Change) -> String {
    match change {
        Change::Create(id, _) => format!("create {id}"),
        Change::Drop(id, _) => format!("drop {id}"),
        Change::Replace(id, _) => format!("replace {id}"),
        Change::Comment(id, _) => format!("comment {id}"),
        Change::Value(id, _) => format!("value {id}"),
        Change::Table { sides, ops } => {
            let ops: Vec<&str> = ops.iter().map(op_text).collect();
            format!("{} {}", sides.to.name(), ops.join("+"))
        }
    }
}

fn op_text(op: &TableOp) -> &'static str {
    match op {
        TableOp::Rename(_) => "rename",
        TableOp::Column(Delta::Add(_)) => "+column",
        TableOp::Column(Delta::Drop(_)) => "-column",
        TableOp::Column(Delta::Alter(_)) => "~column",
        TableOp::Constraint(Delta::Add(_)) => "+constraint",
        TableOp::Constraint(Delta::Drop(_)) => "-constraint",
        TableOp::Constraint(Delta::Alter(_)) => "~constraint",
        TableOp::Index(Delta::Add(_)) => "+index",
        TableOp::Index(Delta::Drop(_)) => "-index",
        TableOp::Index(Delta::Alter(_)) => "~index",
        TableOp::Value { .. } => "value",
        TableOp::Options(_) => "options",
        TableOp::Order(_) => "order",
        TableOp::Partitioning(_) => "partitions",
        TableOp::Inheritance(_) => "inheritance",
    }
}

#[test]
fn tables_are_created_after_their_targets_and_dropped_before_them() {
    let a = refer(table("a", &["id", "b"]), "b", "b");
    let b = table("b", &["id"]);
    assert_eq!(
        planned(&[], &[a.clone(), b.clone()], &MySql),
        ["create b", "create a"]
    );
    assert_eq!(planned(&[a, b], &[], &MySql), ["drop a", "drop b"]);
}

#[test]
fn foreign_keys_that_close_a_circle_have_their_own_steps() {
    let a = refer(table("a", &["id", "b"]), "b", "b");
    let b = refer(table("b", &["id", "a"]), "a", "a");
    assert_eq!(
        planned(&[], &[a.clone(), b.clone()], &MySql),
        ["create a", "create b", "a +constraint"]
    );
    assert_eq!(
        planned(&[a, b], &[], &MySql),
        ["a -constraint", "drop b", "drop a"]
    );
}

#[test]
fn forward_references_need_no_second_step() {
    let a = refer(table("a", &["id", "b"]), "b", "b");
    let b = refer(table("b", &["id", "a"]), "a", "a");
    let changes = table_creation::order(vec![(a.id.clone(), a), (b.id.clone(), b)], true);
    assert_eq!(changes.len(), 2);
}

#[test]
fn an_index_is_added_after_its_column_and_before_the_old_one_is_dropped() {
    let from = index(table("a", &["id"]), "old", "id");
    let to = index(table("a", &["id", "x"]), "new", "x");
    assert_eq!(
        planned(&[from], &[to], &MySql),
        ["a +column", "a +index", "a -index"]
    );
}

#[test]
fn an_index_is_dropped_before_its_column() {
    let from = index(table("a", &["id", "x"]), "i", "x");
    let to = table("a", &["id"]);
    assert_eq!(planned(&[from], &[to], &MySql), ["a -index", "a -column"]);
}

#[test]
fn foreign_keys_are_recreated_around_a_type_change_at_both_ends() {
    let parent = table("p", &["id"]);
    let child = refer(table("c", &["id", "p"]), "p", "p");
    let mut parent_after = parent.clone();
    parent_after.columns[0].ty = SqlType::new("bigint");
    let mut child_after = child.clone();
    child_after.columns[1].ty = SqlType::new("bigint");
    assert_eq!(
        planned(&[parent, child], &[parent_after, child_after], &MySql),
        ["c -constraint", "c ~column", "p ~column", "c +constraint"]
    );
}

#[test]
fn concurrent_indexes_are_last_and_have_their_own_steps() {
    let from = [table("a", &["id"])];
    let to = [
        index(table("a", &["id", "x"]), "i", "x"),
        index(table("b", &["id"]), "j", "id"),
    ];
    assert_eq!(
        planned(&from, &to, &Postgres),
        ["a +column", "create b", "concurrently a +index"]
    );
}

#[test]
fn a_rebuild_has_all_operations_of_its_table() {
    let mut to = table("a", &["id", "x"]);
    to.columns[0].ty = SqlType::new("text");
    assert_eq!(
        planned(&[table("a", &["id"])], &[to], &Sqlite),
        ["a +column+~column"]
    );
}

fn revert(phase: &Phase) -> Phase {
    Phase {
        tx: phase.tx,
        steps: phase.steps.iter().rev().map(revert_step).collect(),
    }
}

#[test]
fn the_inverse_plan_has_the_inverse_steps_in_reverse_order() {
    let from = schema(&[]);
    let to = schema(&[
        table("b", &["id"]),
        refer(table("a", &["id", "b"]), "b", "b"),
    ]);
    let changes = diff(&from, &to, &Renames::default());
    let ends = Pair::new(&from, &to);
    let nodes = order::order(steps::nodes(&MySql, changes), &ends, &MySql).unwrap();
    let phase = Phase {
        tx: Tx::Wrapped,
        steps: (1..)
            .zip(nodes)
            .map(|(id, node)| crate::change::Step {
                id,
                action: node.action,
                after: node.after,
                facets: Vec::new(),
            })
            .collect(),
    };
    let reverted = revert(&phase);
    let steps: Vec<String> = reverted
        .steps
        .iter()
        .map(|s| action_text(&s.action))
        .collect();
    assert_eq!(steps, ["drop a", "drop b"]);
    assert_eq!(revert(&reverted), phase);
}

fn routine(name: &str) -> Change {
    Change::Create(
        ObjectId::new(ObjectKind::Routine, name),
        Object::Routine(RawSql {
            create: String::new(),
            drop: String::new(),
        }),
    )
}

fn enum_type(name: &str) -> Change {
    Change::Create(
        ObjectId::new(ObjectKind::Type, name),
        Object::Type(UserType::Enum(Vec::new())),
    )
}

/// Plans new objects, each of which needs the next one and the last of which needs the first.
fn plan_circle(changes: Vec<Change>) -> Result<Plan, DependencyCycle> {
    let ids: Vec<ObjectId> = changes.iter().map(|change| change.id().clone()).collect();
    let next = ids.iter().skip(1).chain(ids.first());
    let to = Schema {
        deps: ids.iter().cloned().zip(next.cloned()).collect(),
        ..Schema::default()
    };
    plan(&Postgres, changes, &Pair::new(&Schema::default(), &to))
}

#[test]
fn a_cycle_is_an_error_that_lists_its_steps() {
    let cycle = plan_circle(vec![enum_type("a"), enum_type("b"), routine("f")]).unwrap_err();
    assert_eq!(
        cycle.steps,
        ["create type a", "create function f", "create type b"]
    );
    assert_eq!(
        cycle.to_string(),
        "steps of the plan depend on each other in a cycle: \
         create type a → create function f → create type b → create type a"
    );
    assert_eq!(Diagnostic::from(&cycle).code.as_str(), "dependency-cycle");
}

#[test]
fn a_key_and_a_foreign_key_to_it_are_renamed_in_one_plan() {
    let named = |key: &str, foreign_key: &str| {
        let mut table = refer(table("a", &["id", "other"]), "other", "a");
        table.constraints[0].name = Given::Given(foreign_key.into());
        table.constraints.push(Constraint::new(
            Given::Given(key.into()),
            ConstraintKind::Unique(vec![IndexPart::on_column("id")]),
        ));
        table
    };
    let (from, to) = (named("key", "reference"), named("new_key", "new_reference"));
    assert_eq!(
        planned(&[from], &[to], &MySql),
        ["a ~constraint", "a ~constraint"]
    );
}

#[test]
fn a_cycle_of_routines_is_ignored() {
    let plan = plan_circle(vec![routine("f"), routine("g"), routine("h")]).unwrap();
    assert_eq!(plan.steps().count(), 3);
}
