#![allow(clippy::unwrap_used)]

use crate::dialect::mysql::MySql;
use crate::dialect::postgres::Postgres;
use crate::model::*;
use crate::verify::{Comparison, compare};

fn int() -> SqlType {
    SqlType::new("integer")
}

fn check(text: &str, of_type: Option<&str>) -> ConstraintKind {
    ConstraintKind::Check(Check {
        expr: Expr::new(text),
        of_type: of_type.map(Ident::from),
        validated: true,
    })
}

fn fk(column: &str, on_delete: ReferentialAction) -> ConstraintKind {
    ConstraintKind::ForeignKey(ForeignKey {
        columns: vec![column.into()],
        target: ObjectId::table("users"),
        target_columns: vec!["id".into()],
        on_delete,
        on_update: ReferentialAction::NoAction,
        matching: ForeignKeyMatch::Simple,
        validated: true,
    })
}

fn constraint(name: Name, kind: ConstraintKind) -> Constraint {
    Constraint::new(name, kind)
}

fn derived(name: &str) -> Name {
    Name::Derived(name.into())
}

fn given(name: &str) -> Name {
    Name::Given(name.into())
}

fn index(name: Name, columns: &[&str]) -> Index {
    Index::new(
        name,
        columns.iter().map(|c| IndexPart::on_column(*c)).collect(),
    )
}

/// A table with one part of each kind.
fn calls() -> Table {
    let mut table = Table::new(ObjectId::table("calls"));
    table.columns = ["id", "user_id", "status", "score"]
        .map(|name| Column::new(name, int()))
        .to_vec();
    table.constraints = vec![
        constraint(
            derived("pk_calls"),
            ConstraintKind::PrimaryKey(vec![IndexPart::on_column("id")]),
        ),
        constraint(
            derived("uq_calls_user_id"),
            ConstraintKind::Unique(vec![
                IndexPart::on_column("user_id"),
                IndexPart::on_column("score"),
            ]),
        ),
        constraint(
            derived("fk_calls_user_id"),
            fk("user_id", ReferentialAction::Cascade),
        ),
        constraint(
            derived("ck_calls_status"),
            check("status > 0", Some("status")),
        ),
        constraint(given("score_range"), check("score < 6", None)),
    ];
    table.indexes = vec![
        index(derived("idx_calls_score"), &["score"]),
        index(given("idx_status"), &["status", "score"]),
    ];
    table
}

fn schema(tables: impl IntoIterator<Item = Table>) -> Schema {
    let mut out = Schema::default();
    for table in tables {
        out.objects
            .insert(table.id.clone(), Object::Table(Box::new(table)));
    }
    out
}

/// The rows as `object | property | spec | database`.
fn rows(found: &Comparison) -> Vec<String> {
    found
        .differences
        .iter()
        .map(|d| {
            format!(
                "{} | {} | {} | {}",
                d.object, d.property, d.spec, d.database
            )
        })
        .collect()
}

/// The differences after a change of the live table.
fn changed(change: impl FnOnce(&mut Table)) -> Vec<String> {
    let mut have = calls();
    change(&mut have);
    rows(&compare(&Postgres, &schema([calls()]), &schema([have])))
}

fn foreign_key(table: &mut Table) -> &mut ForeignKey {
    match &mut table.constraints[2].kind {
        ConstraintKind::ForeignKey(fk) => fk,
        _ => unreachable!("the third constraint is the foreign key"),
    }
}

#[test]
fn a_table_equals_itself() {
    let found = compare(&Postgres, &schema([calls()]), &schema([calls()]));
    assert_eq!(found.differences, []);
    assert_eq!((found.tables, found.tables_differing), (1, 0));
}

/// A change of the live table, and the expected difference.
type Case = (fn(&mut Table), &'static str);

/// One case per property of a column, constraint and index.
const CASES: &[Case] = &[
    (
        |t| {
            t.columns.remove(3);
        },
        "calls.score | column | integer | missing",
    ),
    (
        |t| t.columns.push(Column::new("extra", int())),
        "calls.extra | column | none | integer",
    ),
    (
        |t| t.columns[1].ty = SqlType::new("bigint"),
        "calls.user_id | type | integer | bigint",
    ),
    (
        |t| t.columns[1].nullable = true,
        "calls.user_id | nullable | no | yes",
    ),
    (
        |t| t.columns[1].default = Some(Expr::new("7")),
        "calls.user_id | default | none | 7",
    ),
    (
        |t| t.columns[1].on_update_now = true,
        "calls.user_id | on update | none | current_timestamp",
    ),
    (
        |t| t.columns[0].identity = Some(Identity::Always),
        "calls.id | identity | none | always",
    ),
    (
        |t| {
            t.columns[3].generated = Some(Generated {
                expr: Expr::new("id + 1"),
                stored: true,
            });
        },
        "calls.score | generated | none | id + 1 stored",
    ),
    (
        |t| t.columns[3].comment = Some("points".into()),
        "calls.score | comment | none | points",
    ),
    (
        |t| t.columns[3].collation = Some("C".into()),
        "calls.score | collation | none | C",
    ),
    (
        |t| t.options.comment = Some("All calls".into()),
        "table calls | comment | none | All calls",
    ),
    (
        |t| {
            t.constraints.remove(0);
        },
        "table calls | primary key | (id) | missing",
    ),
    (
        |t| {
            t.constraints[0].kind = ConstraintKind::PrimaryKey(vec![
                IndexPart::on_column("id"),
                IndexPart::on_column("score"),
            ]);
        },
        "table calls | primary key | (id) | (id, score)",
    ),
    (
        |t| {
            t.constraints.remove(1);
        },
        "calls unique (user_id, score) | unique | (user_id, score) | missing",
    ),
    (
        |t| {
            t.constraints[1].kind = ConstraintKind::Unique(vec![
                IndexPart::on_column("score"),
                IndexPart::on_column("user_id"),
            ]);
        },
        "calls unique (user_id, score) | order | (user_id, score) | (score, user_id)",
    ),
    (
        |t| {
            t.constraints.remove(2);
        },
        "calls fk (user_id) | foreign key | users(id) on delete cascade | missing",
    ),
    (
        |t| foreign_key(t).on_delete = ReferentialAction::SetNull,
        "calls fk (user_id) | on delete | cascade | set null",
    ),
    (
        |t| foreign_key(t).on_update = ReferentialAction::Cascade,
        "calls fk (user_id) | on update | no action | cascade",
    ),
    (
        |t| foreign_key(t).target_columns = vec!["uid".into()],
        "calls fk (user_id) | target | users(id) | users(uid)",
    ),
    (
        |t| foreign_key(t).validated = false,
        "calls fk (user_id) | validated | yes | no",
    ),
    (
        |t| {
            t.constraints
                .iter_mut()
                .filter(|c| matches!(c.kind, ConstraintKind::ForeignKey(_)))
                .for_each(|c| c.timing = Timing::Deferred);
        },
        "calls fk (user_id) | deferrable | no | initially deferred",
    ),
    (
        |t| t.constraints[3].kind = check("status > 1", Some("status")),
        "calls.status | check | status > 0 | status > 1",
    ),
    (
        |t| t.constraints[4].kind = check("score < 7", None),
        "calls check score_range | check | score < 6 | score < 7",
    ),
    (
        |t| t.constraints[4].name = given("other"),
        "calls check score_range | name | score_range | other",
    ),
    (
        |t| {
            t.constraints
                .push(constraint(given("more"), check("id > 0", None)));
        },
        "calls check more | check | none | id > 0",
    ),
    (
        |t| {
            t.indexes.remove(0);
        },
        "calls index (score) | index | (score) | missing",
    ),
    (
        |t| t.indexes.push(index(given("by_hand"), &["user_id"])),
        "calls index by_hand | index | none | (user_id)",
    ),
    (
        |t| t.indexes[1].name = given("idx_other"),
        "calls index idx_status | name | idx_status | idx_other",
    ),
    (
        |t| t.indexes[1].parts.reverse(),
        "calls index idx_status | order | (status, score) | (score, status)",
    ),
    (
        |t| t.indexes[1].parts[1].desc = true,
        "calls index idx_status | direction | (status, score) | (status, score desc)",
    ),
    (
        |t| t.indexes[1].parts[1].prefix = Some(10),
        "calls index idx_status | prefix | (status, score) | (status, score(10))",
    ),
    (
        |t| t.indexes[1].parts[0].key = PartKey::Column("id".into()),
        "calls index idx_status | columns | (status, score) | (id, score)",
    ),
    (
        |t| t.indexes[1].unique = true,
        "calls index idx_status | unique | no | yes",
    ),
    (
        |t| t.indexes[1].method = Some("gin".into()),
        "calls index idx_status | method | none | gin",
    ),
    (
        |t| t.indexes[1].predicate = Some(Expr::new("score > 1")),
        "calls index idx_status | predicate | none | score > 1",
    ),
    (
        |t| t.indexes[1].include = vec!["id".into()],
        "calls index idx_status | include | () | (id)",
    ),
    (
        |t| t.indexes[1].valid = false,
        "calls index idx_status | valid | yes | no",
    ),
];

#[test]
fn each_change_is_one_difference() {
    for (change, expected) in CASES {
        assert_eq!(changed(change), [*expected]);
    }
}

#[test]
fn generated_names_are_not_compared() {
    let rows = changed(|t| {
        t.constraints[1].name = given("calls_user_id_score_key");
        t.constraints[2].name = given("calls_ibfk_1");
        t.constraints[3].name = given("calls_chk_1");
        t.indexes[0].name = given("calls_score_idx");
    });
    assert_eq!(rows, Vec::<String>::new());
}

#[test]
fn normal_forms_are_compared_and_texts_are_shown() {
    let with = |text: &str, normal: &str| {
        let mut table = calls();
        let expr = Expr {
            text: text.into(),
            normal_form: Some(normal.into()),
            reads: std::collections::BTreeSet::new(),
        };
        table.columns[3].default = Some(expr);
        schema([table])
    };
    let same = compare(
        &Postgres,
        &with("now()", "now"),
        &with("CURRENT_TIMESTAMP", "now"),
    );
    assert!(same.is_clean());
    let other = compare(&Postgres, &with("now()", "now"), &with("today", "today"));
    assert_eq!(rows(&other), ["calls.score | default | now() | today"]);
}

#[test]
fn a_missing_table_is_a_difference_and_an_unmanaged_one_is_not() {
    let mut other = calls();
    other.id = ObjectId::table("by_hand");
    let found = compare(&Postgres, &schema([calls()]), &schema([other]));
    assert_eq!(rows(&found), ["table calls | table | 4 columns | missing"]);
    assert_eq!(found.unmanaged, [ObjectId::table("by_hand")]);
    assert_eq!((found.tables, found.tables_differing), (1, 1));
}

#[test]
fn only_declared_columns_of_external_tables_are_compared() {
    let mut want = Table::new(ObjectId::table("users"));
    want.external = true;
    want.columns = vec![Column::new("id", int())];
    let mut have = Table::new(ObjectId::table("users"));
    have.columns = vec![
        Column::new("name", SqlType::new("text")),
        Column::new("id", int()),
    ];
    have.columns[1].nullable = true;
    have.options.comment = Some("not ours".into());
    have.indexes.push(index(given("theirs"), &["name"]));
    let found = compare(&Postgres, &schema([want.clone()]), &schema([have.clone()]));
    assert_eq!(rows(&found), Vec::<String>::new());
    have.columns.remove(1);
    let found = compare(&Postgres, &schema([want]), &schema([have]));
    assert_eq!(rows(&found), ["users.id | column | integer | missing"]);
}

#[test]
fn derived_options_are_not_compared() {
    let with = |engine: Option<Given<String>>| {
        let mut table = calls();
        table.options.engine = engine;
        schema([table])
    };
    let (innodb, myisam) = (String::from("InnoDB"), String::from("MyISAM"));
    let have = with(Some(Given::Given(myisam)));
    let cases = [
        (Some(Given::Given(innodb.clone())), 1),
        (Some(Given::Derived(innodb)), 0),
        (None, 0),
    ];
    for (want, expected) in cases {
        let found = compare(&MySql, &with(want), &have);
        assert_eq!(found.differences.len(), expected, "{found:?}");
    }
}

#[test]
fn column_order_is_compared_if_the_dialect_supports_it() {
    let mut have = calls();
    have.columns.swap(1, 2);
    let (want, have) = (schema([calls()]), schema([have]));
    assert!(compare(&Postgres, &want, &have).is_clean());
    assert_eq!(
        rows(&compare(&MySql, &want, &have)),
        ["table calls | order | user_id at 2 | status at 2"]
    );
}

#[test]
fn enum_values_are_a_property() {
    let with = |values: &[&str]| {
        let mut table = calls();
        table.columns[2].ty = SqlType {
            values: values.iter().map(ToString::to_string).collect(),
            ..SqlType::new("enum")
        };
        schema([table])
    };
    let found = compare(&MySql, &with(&["a", "b"]), &with(&["a", "b", "c"]));
    assert_eq!(rows(&found), ["calls.status | enum | a, b | a, b, c"]);
    let id = ObjectId::new(ObjectKind::Type, "mood");
    let of = |values: &[&str]| {
        let mut schema = Schema::default();
        let values = values.iter().map(ToString::to_string).collect();
        schema
            .objects
            .insert(id.clone(), Object::Type(UserType::Enum(values)));
        schema
    };
    let found = compare(&Postgres, &of(&["a", "b"]), &of(&["b", "a"]));
    assert_eq!(rows(&found), ["type mood | enum | a, b | b, a"]);
    let found = compare(&Postgres, &of(&["a"]), &Schema::default());
    assert_eq!(rows(&found), ["type mood | object | enum (a) | missing"]);
}

#[test]
fn objects_not_compared_are_listed_once() {
    let mut want = schema([calls()]);
    let entry = (
        ObjectId::new(ObjectKind::View, "v_cost"),
        "views are not modelled",
    );
    want.not_compared.push(entry.clone());
    let have = want.clone();
    assert_eq!(compare(&Postgres, &want, &have).not_compared, [entry]);
}
