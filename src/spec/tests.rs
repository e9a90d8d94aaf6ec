//! Cases as data: `tests/specs/invalid/NAME.yaml` and `NAME.expected` with the diagnostics. With
//! `TABLEWRIGHT_BLESS=1` the diagnostics are written there, to be reviewed.
#![allow(clippy::unwrap_used)]

use crate::diag::Diagnostic;
use crate::spec::{ColumnType, DefaultSpec, Spec};
use crate::spec::{Documents, dedupe, load_dir, parse_text};
use std::fmt::Write as _;
use std::path::Path;

const ALL: [&[&str]; 3] = [&["postgres"], &["mysql"], &["sqlite"]];

/// One line per finding: location and width, code, message, label, help.
pub(crate) fn finding_lines(list: &[Diagnostic]) -> String {
    let mut out = String::new();
    for d in list {
        let at = d.at.as_ref().map_or("-".to_owned(), |at| {
            format!("{}:{}+{}", at.line, at.column, at.width)
        });
        write!(out, "{at} {}: {}", d.code, d.message).unwrap();
        for (mark, text) in [("^", &d.label), ("=", &d.help)] {
            if let Some(text) = text {
                write!(out, "\n    {mark} {text}").unwrap();
            }
        }
        out.push('\n');
    }
    out
}

/// Runs all cases of a folder and compares the findings.
pub(crate) fn cases(folder: &str, run: impl Fn(&str, &str) -> Vec<Diagnostic>) -> usize {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/specs")
        .join(folder);
    let mut paths: Vec<_> = std::fs::read_dir(&dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|ext| ext == "yaml"));
    paths.sort();
    let mut wrong = Vec::new();
    for path in &paths {
        let name = path.file_name().unwrap().to_string_lossy();
        let got = finding_lines(&run(&name, &std::fs::read_to_string(path).unwrap()));
        let beside = path.with_extension("expected");
        if std::env::var_os("TABLEWRIGHT_BLESS").is_some() {
            std::fs::write(&beside, &got).unwrap();
        }
        let want = std::fs::read_to_string(&beside).unwrap_or_default();
        if got != want {
            wrong.push(format!("{name}\n--- want\n{want}--- got\n{got}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    paths.len()
}

fn all_findings(name: &str, text: &str) -> Vec<Diagnostic> {
    let (documents, mut found) = parse_text(name, text);
    for keys in ALL {
        found.extend(documents.resolve(keys).1);
    }
    dedupe(found)
}

#[test]
fn invalid_specs_are_reported() {
    assert!(cases("invalid", all_findings) >= 40);
}

#[test]
fn findings_of_invalid_specs_have_a_location() {
    cases("invalid", |name, text| {
        let found = all_findings(name, text);
        assert!(!found.is_empty(), "{name}");
        assert!(
            found.iter().all(|d| d
                .at
                .as_ref()
                .is_some_and(|at| at.line > 0 && at.column > 0 && at.width > 0)),
            "{name}"
        );
        found
    });
}

/// Parses a spec without errors.
fn parse_valid(text: &str) -> Documents {
    let (documents, found) = parse_text("t.yaml", text);
    assert_eq!(finding_lines(&found), "");
    documents
}

fn resolved(documents: &Documents, keys: &[&str]) -> Spec {
    let (spec, found) = documents.resolve(keys);
    assert_eq!(finding_lines(&found), "", "{keys:?}");
    spec
}

const RICH: &str = "\u{feff}# everything
table: posts
schema: app
comment: |
  Posts
renamed_from: articles
columns:
  id: { type: int unsigned, identity: true, postgres: { type: serial } }
  body: { type: text null, postgres: { type: tsvector }, mysql: { type: longtext } }
  title: varchar(100) null
  state: { enum: [open, { value: closed, renamed_from: done }, no], native: true, default: no }
  price: { type: 'decimal(10,2)', default: 0.10 }
  key: { type: uuid, default: uuid, postgres: { default_sql: uuid_generate_v4() }, sqlite: { default: null } }
  author_id: { type: int null, references: auth.users.id, on_delete: set null, on_update: cascade }
  updated_at: { type: timestamptz, default: now, on_update: now }
  total: { type: int, generated: { sql: a + b, stored: false } }
  only_here: { type: int, only: [mysql] }
  not_there: { type: int, except: [mariadb] }
primary_key: { columns: [id], name: posts_key }
unique:
  - [title]
  - { columns: [key], name: uq_key, renamed_from: uq_old }
foreign_keys:
  fk_two: { columns: [a, b], references: 'other(x, y)', on_delete: restrict, deferred: true }
indexes:
  idx_body: ['body(100)', id desc]
  idx_lower: { columns: ['(lower(title))'], unique: true, where: state = 'open', include: [id], method: gin }
checks:
  positive: price >= 0
  named: { sql: price > 1, renamed_from: other, sqlite: { sql: price > 2 } }
retention:
  - { column: updated_at, keep: 1 day, where: state = 'no', action: archive }
mysql: { engine: InnoDB, charset: utf8mb4 }
mariadb: { charset: utf8 }
";

#[test]
fn overrides_replace_the_fields_of_their_part() {
    let documents = parse_valid(RICH);
    let types = |keys: &[&str]| -> Vec<String> {
        let spec = resolved(&documents, keys);
        spec.tables[0]
            .columns
            .iter()
            .map(|c| {
                format!(
                    "{} {}{}",
                    c.name.value,
                    c.ty.value,
                    if c.nullable { " null" } else { "" }
                )
            })
            .collect()
    };
    let postgres = types(&["postgres"]);
    assert!(postgres.contains(&"id serial".to_owned()));
    // a type in an override without ` null` does not change nullability
    assert!(postgres.contains(&"body tsvector null".to_owned()));
    assert!(!postgres.iter().any(|c| c.starts_with("only_here")));
    let mysql = types(&["mysql"]);
    assert!(mysql.contains(&"body longtext null".to_owned()));
    assert!(
        mysql.contains(&"only_here int".to_owned()) && mysql.contains(&"not_there int".to_owned())
    );
    assert!(!types(&["mysql", "mariadb"]).contains(&"not_there int".to_owned()));
    assert!(types(&["mysql", "mariadb"]).contains(&"body longtext null".to_owned()));
    assert!(types(&["sqlite"]).contains(&"body text null".to_owned()));

    let options = |keys: &[&str]| {
        let options = resolved(&documents, keys).tables[0].options.clone();
        (
            options.engine.map(|e| e.value),
            options.charset.map(|c| c.value),
        )
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(options(&["postgres"]), (None, None));
    assert_eq!(options(&["mysql"]), (some("InnoDB"), some("utf8mb4")));
    assert_eq!(
        options(&["mysql", "mariadb"]),
        (some("InnoDB"), some("utf8"))
    );

    let key = |keys: &[&str]| {
        let spec = resolved(&documents, keys);
        spec.tables[0]
            .columns
            .iter()
            .find(|c| c.name.value.as_str() == "key")
            .unwrap()
            .default
            .clone()
    };
    assert!(
        matches!(key(&["postgres"]), Some(DefaultSpec::Sql(sql)) if sql.value == "uuid_generate_v4()")
    );
    assert!(matches!(key(&["mysql"]), Some(DefaultSpec::Value(text)) if text.value == "uuid"));
    assert_eq!(key(&["sqlite"]), None);
    assert_eq!(
        resolved(&documents, &["sqlite"]).tables[0].checks[1]
            .sql
            .value,
        "price > 2"
    );
}

#[test]
fn all_keys_are_read() {
    let spec = resolved(&parse_valid(RICH), &["sqlite"]);
    let table = &spec.tables[0];
    assert_eq!(table.comment.as_ref().unwrap().value, "Posts");
    assert_eq!(table.schema.as_ref().unwrap().value.as_str(), "app");
    let column = |name: &str| {
        table
            .columns
            .iter()
            .find(|c| c.name.value.as_str() == name)
            .unwrap()
    };
    assert_eq!(
        column("state").ty.value.to_string(),
        "enum [open, closed, no]"
    );
    assert!(matches!(&column("price").default, Some(DefaultSpec::Value(v)) if v.value == "0.10"));
    assert!(column("updated_at").on_update_now.is_some());
    assert!(!column("total").generated.as_ref().unwrap().1);
    assert!(matches!(column("body").ty.value, ColumnType::Neutral(_)));
    assert_eq!(column("title").ty.at.to_string(), "t.yaml:10:10");
    assert_eq!(column("title").ty.at.width, 12);
    assert_eq!(
        table
            .primary_key
            .as_ref()
            .unwrap()
            .name
            .as_ref()
            .unwrap()
            .value
            .as_str(),
        "posts_key"
    );
    assert_eq!(table.unique.len(), 2);
    let fks: Vec<String> = table
        .foreign_keys
        .iter()
        .map(|fk| {
            format!(
                "{:?} {:?} {} {} {:?} {:?} {}",
                fk.name.as_ref().map(|n| n.value.as_str()),
                fk.target_schema.as_ref().map(crate::model::Ident::as_str),
                fk.target.value,
                fk.target_columns.len(),
                fk.on_delete,
                fk.on_update,
                fk.more.timing != crate::model::Timing::Immediate
            )
        })
        .collect();
    assert_eq!(
        fks,
        [
            "None Some(\"auth\") users 1 SetNull Cascade false",
            "Some(\"fk_two\") None other 2 Restrict NoAction true",
        ]
    );
    let index = &table.indexes[1];
    assert!(index.unique && index.parts[0].value.is_expr && index.include.len() == 1);
    assert_eq!(table.indexes[0].parts[0].value.prefix, Some(100));
    assert!(table.indexes[0].parts[1].value.desc);
    assert_eq!(
        table.checks[1]
            .renamed_from
            .as_ref()
            .unwrap()
            .value
            .as_str(),
        "other"
    );
}

#[test]
fn the_text_of_a_document_parses_to_the_same_document() {
    let second = "table: ü\ncolumns:\n  größe: { type: text, comment: 'ñ' }\n";
    let text = format!("# first\n{RICH}--- # second\n{second}---\nextension: x\n...\n");
    let documents = parse_valid(text.trim_start_matches('\u{feff}'));
    assert_eq!(documents.docs.len(), 3);
    for doc in &documents.docs {
        let again = parse_valid(doc.text());
        assert_eq!(again.docs.len(), 1, "{}", doc.text());
        assert_eq!(
            (again.docs[0].kind, &again.docs[0].name),
            (doc.kind, &doc.name)
        );
    }
    assert!(
        documents.docs[1].text().contains(second),
        "{:?}",
        documents.docs[1].text()
    );
    let one = format!(
        "{:?}",
        resolved(&parse_valid(documents.docs[0].text()), &["mysql"]).tables[0]
            .columns
            .len()
    );
    assert_eq!(
        one,
        format!(
            "{:?}",
            resolved(&documents, &["mysql"]).tables[0].columns.len()
        )
    );
}

fn codes(dir: &Path) -> Vec<&'static str> {
    let started = std::time::Instant::now();
    let (_, found) = load_dir(dir);
    // an unoptimised build on a busy machine; a release build is far below this
    assert!(started.elapsed().as_secs() < 5);
    found.iter().map(|d| d.code.as_str()).collect()
}

#[test]
fn files_that_are_not_specs_are_rejected_quickly() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    assert_eq!(codes(dir), ["no-specs"]);
    assert_eq!(codes(&dir.join("nowhere")), ["unreadable-folder"]);
    std::fs::write(dir.join("database.yaml"), "database: d\n").unwrap();
    assert_eq!(codes(dir), ["no-specs"]);
    std::fs::write(dir.join("a.yaml"), "x".repeat(10 << 20)).unwrap();
    std::fs::write(dir.join("b.yml"), "").unwrap();
    std::fs::write(dir.join("c.yaml"), b"table: t\ncolumns: \xff\xfe").unwrap();
    std::fs::write(dir.join("d.yaml"), "[".repeat(4 << 20)).unwrap();
    std::fs::write(dir.join("e.yaml"), "\u{0}\u{1}table: x").unwrap();
    std::fs::write(dir.join(".hidden.yaml"), "no: spec").unwrap();
    std::fs::write(dir.join("notes.txt"), "no: spec").unwrap();
    std::fs::create_dir(dir.join("f.yaml")).unwrap();
    std::fs::write(
        dir.join("f.yaml/good.yaml"),
        "table: t\ncolumns:\n  id: int\n",
    )
    .unwrap();
    let found = codes(dir);
    assert_eq!(
        found.get(..4),
        Some(&["file-too-large", "empty-file", "not-utf8", "yaml-syntax"][..]),
        "{found:?}"
    );
    assert_eq!(load_dir(dir).0.docs.len(), 2);
}

#[cfg(unix)]
#[test]
fn folders_are_read_once() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    std::fs::write(dir.join("t.yaml"), "table: t\ncolumns:\n  id: int\n").unwrap();
    std::os::unix::fs::symlink(dir, dir.join("loop")).unwrap();
    std::os::unix::fs::symlink("self.yaml", dir.join("self.yaml")).unwrap();
    assert_eq!(codes(dir), ["symlink-loop", "unreadable-file"]);
}

#[test]
fn errors_of_all_files_are_reported() {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("b.yaml", "a: [\n"),
        ("a.yaml", "table: t\ncolumns:\n  a: int\n  a: int\n"),
    ] {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    assert_eq!(codes(dir.path()), ["duplicate-key", "yaml-syntax"]);
}

#[test]
fn the_json_schema_has_every_key_of_the_loader() {
    let schema = crate::spec::json_schema();
    let text = schema.to_string();
    assert!(!text.contains("null,\"$defs") && text.contains("2020-12"));
    for part in crate::spec::keys::DOCUMENTS {
        let definition = &schema["$defs"][part.id];
        let properties = definition["properties"].as_object().unwrap();
        assert_eq!(definition["additionalProperties"], false);
        // the loader accepts these keys and reports any other
        let known: Vec<&str> = part
            .keys
            .iter()
            .chain(&crate::spec::keys::SHARED)
            .map(|k| k.name)
            .chain(crate::spec::keys::DIALECTS)
            .collect();
        let listed: Vec<&str> = properties.keys().map(String::as_str).collect();
        assert_eq!(known, listed);
        for (name, property) in properties {
            assert!(
                property["description"]
                    .as_str()
                    .is_some_and(|d| d.ends_with('.') || d.contains('`')),
                "{name}"
            );
        }
    }
    for name in [
        "column",
        "index",
        "foreign_key",
        "check",
        "unique",
        "primary_key",
        "retention",
        "enum_value",
        "generated",
    ] {
        assert!(schema["$defs"][name].is_object(), "{name}");
        assert!(text.contains(&format!("#/$defs/{name}\"")), "{name}");
    }
}
