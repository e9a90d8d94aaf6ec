#![allow(clippy::unwrap_used)]
use crate::change::{Change, Delta, TableOp, invert};
use crate::diff::{Renames, diff};
use crate::model::{
    Column, Constraint, ConstraintKind, ForeignKey, ForeignKeyMatch, Given, Ident, Index,
    IndexPart, Object, ObjectId, ReferentialAction, Schema, SqlType, Table,
};

fn table(name: &str, columns: &[(&str, &str)]) -> Table {
    let mut table = Table::new(ObjectId::table(name));
    for (name, ty) in columns {
        table.columns.push(Column::new(*name, SqlType::new(ty)));
    }
    table
}

fn index(name: Given<Ident>, column: &str) -> Index {
    Index::new(name, vec![IndexPart::on_column(column)])
}

fn foreign(column: &str, target: &str) -> Constraint {
    Constraint::new(
        Given::Derived(Ident::from(format!("fk_{column}"))),
        ConstraintKind::ForeignKey(ForeignKey {
            columns: vec![column.into()],
            target: ObjectId::table(target),
            target_columns: vec!["id".into()],
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
            matching: ForeignKeyMatch::Simple,
            validated: true,
        }),
    )
}

fn schema(tables: Vec<Table>) -> Schema {
    let mut schema = Schema::default();
    for table in tables {
        schema
            .objects
            .insert(table.id.clone(), Object::Table(Box::new(table)));
    }
    schema
}

fn ops(changes: &[Change]) -> Vec<TableOp> {
    match changes {
        [Change::Table { ops, .. }] => ops.clone(),
        other => panic!("one table change expected, not {other:?}"),
    }
}

#[test]
fn a_schema_has_no_difference_to_itself() {
    let mut users = table("users", &[("id", "int"), ("name", "text")]);
    users
        .indexes
        .push(index(Given::Derived("idx".into()), "name"));
    users.constraints.push(foreign("id", "users"));
    let schema = schema(vec![users]);
    assert!(diff(&schema, &schema, &Renames::default()).is_empty());
}

#[test]
fn inverting_twice_gives_the_change() {
    let from = schema(vec![table("a", &[("id", "int"), ("x", "int")])]);
    let mut other = table("a", &[("id", "bigint"), ("y", "text")]);
    other.indexes.push(index(Given::Given("idx_y".into()), "y"));
    let to = schema(vec![other, table("b", &[("id", "int")])]);
    let changes = diff(&from, &to, &Renames::default());
    assert_eq!(invert(invert(changes.clone())), changes);
    assert!(
        matches!(invert(changes).first(), Some(Change::Drop(id, _)) if id.name.as_str() == "b")
    );
}

#[test]
fn a_given_name_instead_of_a_derived_one_is_a_rename() {
    let mut have = table("a", &[("id", "int")]);
    have.indexes
        .push(index(Given::Derived("idx_a_id".into()), "id"));
    let mut want = table("a", &[("id", "int")]);
    want.indexes.push(index(Given::Given("by_id".into()), "id"));
    let changes = diff(
        &schema(vec![have]),
        &schema(vec![want]),
        &Renames::default(),
    );
    assert!(matches!(
        &ops(&changes)[..],
        [TableOp::Index(Delta::Alter(_))]
    ));
}

#[test]
fn two_indexes_on_one_column_are_matched_by_their_names() {
    let mut have = table("a", &[("id", "int")]);
    have.indexes.push(index(Given::Given("one".into()), "id"));
    let mut want = have.clone();
    want.indexes
        .insert(0, index(Given::Given("two".into()), "id"));
    let changes = diff(
        &schema(vec![have]),
        &schema(vec![want]),
        &Renames::default(),
    );
    let ops = ops(&changes);
    assert!(
        matches!(&ops[..], [TableOp::Index(Delta::Add(new))] if new.name.get().as_str() == "two"),
        "{ops:?}"
    );
}

#[test]
fn an_index_with_another_name_only_is_renamed() {
    let mut have = table("a", &[("id", "int")]);
    have.indexes.push(index(Given::Given("old".into()), "id"));
    let mut want = table("a", &[("id", "int")]);
    want.indexes.push(index(Given::Given("new".into()), "id"));
    let changes = diff(
        &schema(vec![have]),
        &schema(vec![want]),
        &Renames::default(),
    );
    assert!(matches!(
        &ops(&changes)[..],
        [TableOp::Index(Delta::Alter(_))]
    ));
}

#[test]
fn a_renamed_column_changes_no_index() {
    let mut live_a = table("a", &[("id", "int"), ("mail", "text")]);
    live_a
        .indexes
        .push(index(Given::Given("idx".into()), "mail"));
    let mut want_a = table("a", &[("id", "int"), ("email", "text")]);
    want_a
        .indexes
        .push(index(Given::Given("idx".into()), "email"));
    let mut renames = Renames::default();
    renames.columns.insert(
        (ObjectId::table("a"), Ident::from("email")),
        Ident::from("mail"),
    );
    let changes = diff(&schema(vec![live_a]), &schema(vec![want_a]), &renames);
    assert!(
        matches!(&ops(&changes)[..], [TableOp::Column(Delta::Alter(pair))]
            if pair.from.name.as_str() == "mail" && pair.to.name.as_str() == "email")
    );
}

#[test]
fn a_renamed_table_is_not_dropped_and_keeps_foreign_keys_to_it() {
    let mut child = table("child", &[("p", "int")]);
    child.constraints.push(foreign("p", "parent"));
    let mut child_after = table("child", &[("p", "int")]);
    child_after.constraints.push(foreign("p", "parents"));
    let from = schema(vec![child, table("parent", &[("id", "int")])]);
    let to = schema(vec![child_after, table("parents", &[("id", "int")])]);
    let mut renames = Renames::default();
    renames
        .tables
        .insert(ObjectId::table("parents"), "parent".into());
    let changes = diff(&from, &to, &renames);
    assert!(
        matches!(&ops(&changes)[..], [TableOp::Rename(_)]),
        "{changes:?}"
    );
}

#[test]
fn an_external_table_is_never_touched() {
    let mut users = table("users", &[("id", "int")]);
    users.external = true;
    let to = schema(vec![users]);
    assert!(diff(&Schema::default(), &to, &Renames::default()).is_empty());
    assert!(diff(&to, &Schema::default(), &Renames::default()).is_empty());
}

#[test]
fn moved_columns_are_one_operation() {
    let from = schema(vec![table("a", &[("x", "int"), ("y", "int")])]);
    let to = schema(vec![table("a", &[("y", "int"), ("x", "int")])]);
    let changes = diff(&from, &to, &Renames::default());
    assert!(matches!(&ops(&changes)[..], [TableOp::Order(_)]));
}
