#![allow(clippy::unwrap_used)]

#[path = "../../tests/suite/support/bless.rs"]
mod bless;

use super::*;
use crate::diag::{Code, Diagnostic, Location, Sources};
use crate::model::{ObjectId, ObjectKind};
use crate::verify::{Comparison, Difference};

/// Compares a text with `snapshots/NAME.txt`.
#[track_caller]
fn shown(name: &str, text: &str) {
    bless::assert_written(&format!("src/report/snapshots/{name}.txt"), text);
}

fn at(file: &str, line: u32, column: u32, width: u32) -> Location {
    Location {
        file: file.into(),
        line,
        column,
        width,
    }
}

/// Findings of all forms: with a location, on a wide line, without a location, after the end of a line.
fn sample() -> (Vec<Diagnostic>, Sources) {
    let mut sources = Sources::default();
    let calls = format!(
        "{}  retry_count: {{ type: int unsigned, nul: true }}\n",
        "\n".repeat(8)
    );
    sources.insert("ai_tool_calls.yaml".into(), calls.into());
    sources.insert(
        "wide.yaml".into(),
        format!("{}\tcomment: 日本語 oops\n", "\n".repeat(120)).into(),
    );
    sources.insert("short.yaml".into(), "table".into());
    let list = vec![
        Diagnostic::error(Code::UnknownKey, "a column has no key `nul`")
            .at(&at("ai_tool_calls.yaml", 9, 38, 3))
            .label("did you mean `null`?"),
        Diagnostic::warning(Code::CommentNotStored, "a wide line with \u{1b}[31m in it")
            .at(&at("wide.yaml", 121, 15, 4))
            .help("write it\nin two lines"),
        Diagnostic::error(Code::YamlSyntax, "something is missing").at(&at("short.yaml", 1, 7, 1)),
        Diagnostic::note(Code::KeptName, "no place at all").help("nothing to do"),
        Diagnostic::error(Code::DuplicateKey, "a file that wasn't read").at(&at(
            "odd, 100%.yaml",
            3,
            1,
            2,
        )),
    ];
    (list, sources)
}

#[test]
fn findings_are_shown_with_their_line() {
    let (list, sources) = sample();
    let text = findings(&list, &sources, Style::default());
    shown("findings", &text);
    shown("summary", &format!("{}\n", summary(&list, 9)));
    assert_eq!(summary(&[], 9), "9 files, no errors");
}

#[test]
fn colour_only_adds_escapes() {
    let (list, sources) = sample();
    let plain = findings(&list, &sources, Style::default());
    let coloured = findings(&list, &sources, Style { colour: true });
    let mut stripped = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once('\x1b') {
        stripped.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    stripped.push_str(rest);
    assert_eq!(stripped, plain);
    assert_ne!(coloured, plain);
}

#[test]
fn a_long_line_is_cut_around_the_location() {
    let mut sources = Sources::default();
    let line = format!("{}oops{}", "x".repeat(5000), "y".repeat(5000));
    sources.insert("long.yaml".into(), line.into());
    let finding = Diagnostic::error(Code::UnknownKey, "long").at(&at("long.yaml", 1, 5001, 4));
    let text = findings(&[finding], &sources, Style::default());
    let lines: Vec<&str> = text.lines().collect();
    let start = lines[3].chars().position(|c| c == 'o').unwrap();
    assert_eq!(lines[4].chars().position(|c| c == '^'), Some(start));
    assert!(lines[3].chars().count() < 180);
}

#[test]
fn report_formats() {
    let (list, _) = sample();
    let report = Findings {
        title: "validate",
        list: &list,
    };
    shown("sarif", &ReportKind::Sarif.render(report));
    shown("junit", &ReportKind::Junit.render(report));
    shown("github", &ReportKind::Github.render(report));
    shown("markdown", &ReportKind::Markdown.render(report));
    shown("json", &format!("{:#}\n", findings_json(report)));
    let nothing = Findings {
        title: "validate",
        list: &[],
    };
    shown("junit_nothing", &ReportKind::Junit.render(nothing));
    assert_eq!(ReportKind::Github.render(nothing), "");
}

#[test]
fn report_arguments() {
    let good: ReportTo = "junit=out/a=b.xml".parse().unwrap();
    assert_eq!(good.kind, ReportKind::Junit);
    assert_eq!(good.file.to_str(), Some("out/a=b.xml"));
    for bad in ["junit", "xml=a", "sarif=", ""] {
        assert!(bad.parse::<ReportTo>().is_err(), "{bad}");
    }
}

#[test]
fn verify_output() {
    let difference =
        |object: &str, property: &'static str, spec: &str, database: &str| Difference {
            object: object.into(),
            property: property.into(),
            spec: spec.into(),
            database: database.into(),
            owner: ObjectId::table("x"),
            column: None,
        };
    let found = Comparison {
        differences: vec![
            difference(
                "ai_stream_tickets.expires_at",
                "on update",
                "none",
                "current_timestamp",
            ),
            difference(
                "ai_tool_calls.retry_count",
                "column",
                "int unsigned",
                "missing",
            ),
            difference(
                "ai_tool_results fk (tool_call_id)",
                "on delete",
                "cascade",
                "restrict",
            ),
        ],
        tables: 9,
        tables_differing: 3,
        unmanaged: vec![ObjectId::table("a"), ObjectId::table("b")],
        not_compared: vec![(
            ObjectId::new(ObjectKind::View, "v_daily_cost"),
            "not modelled",
        )],
    };
    shown("verify", &comparison_text(&found, None));
    shown("narrow", &comparison_text(&found, Some(60)));
    shown(
        "verify_json",
        &format!(
            "{:#}\n",
            comparison_json(&found, "ai_agent", "staging", "MariaDB 10.11.19")
        ),
    );
    let clean = Comparison {
        tables: 1,
        ..Comparison::default()
    };
    assert_eq!(comparison_text(&clean, None), "No difference in 1 table.\n");
}

#[test]
fn counts_have_a_plural() {
    assert_eq!(count(1, "table"), "1 table");
    assert_eq!(count(0, "table"), "0 tables");
    assert_eq!(count(2, "index"), "2 indexes");
}
