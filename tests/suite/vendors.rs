//! `mariadb:` beside `mysql:`: the same files run on both vendors' servers, and each runs its own part.

#![allow(clippy::pedantic, clippy::unwrap_used)]

use crate::support::{Engine, Tw, tw};

const FIRST: &str = "table: items
columns:
  id: { type: uuid, mysql: { type: binary(16) }, mariadb: { type: uuid } }
  name: varchar(40)
primary_key: [id]
";

const SECOND: &str = "table: items
columns:
  id: { type: uuid, mysql: { type: binary(16) }, mariadb: { type: uuid } }
  name: varchar(80)
  other: { type: uuid, nullable: true, mysql: { type: binary(16) }, mariadb: { type: uuid } }
  only_here: { type: int, nullable: true, only: [mariadb] }
primary_key: [id]
";

fn project() -> Tw {
    let dir = tw();
    for (name, spec) in [("first", FIRST), ("second", SECOND)] {
        dir.file("schemas/v/items.yaml", spec);
        dir.run(command(&["migration", "new", name])).success();
    }
    dir
}

fn command<'a>(args: &[&'a str]) -> Vec<&'a str> {
    let folders = [
        "-d",
        "v",
        "--schemas",
        "schemas/v",
        "--migrations",
        "migrations",
    ];
    args.iter().copied().chain(folders).collect()
}

fn in_both_directions(engine: Engine, ty: &str, columns: &str) {
    engine.with(|db| {
        let dir = project();
        let of = |args: &[&str]| {
            let args: Vec<&str> = args.iter().copied().chain(["--url", db.url()]).collect();
            dir.run(command(&args))
        };
        of(&["migrate", "--yes", "--allow", "data-loss"]).success();
        of(&["verify"]).success();
        let column = |what: &str| {
            db.value(&format!(
                "select {what} from information_schema.columns
                 where table_schema = database() and table_name = 'items'"
            ))
        };
        assert_eq!(
            column("max(case column_name when 'id' then column_type end)").as_deref(),
            Some(ty)
        );
        assert_eq!(column("count(*)").as_deref(), Some(columns));
        of(&["rollback", "--to", "0", "--yes", "--allow", "data-loss"]).success();
        assert_eq!(column("count(*)").as_deref(), Some("0"));
    });
}

#[test]
fn files_for_both_run_on_mysql() {
    in_both_directions(Engine::MySql, "binary(16)", "3");
}

#[test]
fn files_for_both_run_on_mariadb() {
    in_both_directions(Engine::MariaDb, "uuid", "4");
}

#[test]
fn equal_statements_are_plain_sql() {
    let dir = project();
    let first = dir.read("migrations/mysql/v/V1__first.sql");
    assert!(first.contains("/*!80000 CREATE TABLE"), "{first}");
    assert!(first.contains("/*M!100600 CREATE TABLE"), "{first}");
    let down = dir.read("migrations/mysql/v/V1__first.down.sql");
    assert!(!down.contains("/*"), "{down}");
}

#[test]
fn a_comment_end_in_a_vendor_statement_is_refused() {
    let dir = tw();
    let spec = FIRST.replace("varchar(40)", "{ type: varchar(40), comment: \"a */ b\" }");
    dir.file("schemas/v/items.yaml", &spec);
    for args in [
        &["migration", "new", "x"][..],
        &["generate", "--dialect", "mysql"],
    ] {
        let run = dir.run(command(args)).code(2);
        let said = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
        assert!(said.contains("items") && said.contains("`*/`"), "{said}");
    }
    assert!(dir.files("migrations").is_empty());
}
