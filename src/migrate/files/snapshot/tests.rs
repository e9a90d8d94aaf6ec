#![allow(clippy::unwrap_used)]
use super::*;

const USERS: &str = "table: users\ncolumns:\n  id: int # the key\nprimary_key: [id]\n";

fn text(text: &str) -> DocumentText {
    DocumentText::Text(text.to_owned())
}

fn snapshot(version: Version, parent: Option<&str>, tables: &[(&str, DocumentText)]) -> Snapshot {
    let mut snapshot = Snapshot::new(vec![version], "x", parent.map(str::to_owned));
    for (name, part) in tables {
        snapshot
            .parts
            .tables
            .insert((*name).to_owned(), part.clone());
    }
    snapshot
}

fn written(folder: &Path, snapshot: &Snapshot) -> String {
    let body = snapshot.to_text().unwrap();
    std::fs::write(
        folder.join(format!("V{}.yaml", snapshot.versions[0])),
        &body,
    )
    .unwrap();
    Snapshot::from_text(&body).unwrap().1
}

#[test]
fn texts_are_written_so_that_they_can_be_read() {
    let written = snapshot(1, None, &[("users", text(USERS))])
        .to_text()
        .unwrap();
    assert!(
        written.contains("  users: |\n    table: users\n    columns:\n"),
        "{written}"
    );
}

#[test]
fn odd_texts_survive() {
    for odd in [
        "a: 1",
        "a: 1\n\n\n",
        "  a: 1\n",
        "\n a\n",
        "a: 'x \n y'\n",
        "a: \"\u{85}\u{2028}\"\n",
        "a:\tb\n",
        "# only \u{1f980}\n",
    ] {
        let snapshot = snapshot(1, None, &[("t", text(odd))]);
        let (read, _) = Snapshot::from_text(&snapshot.to_text().unwrap()).unwrap();
        assert_eq!(read, snapshot);
    }
}

#[test]
fn the_chain() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    let first = written(
        folder,
        &snapshot(1, None, &[("users", text(USERS)), ("a", text("x"))]),
    );
    let second = snapshot(
        2,
        Some(&first),
        &[("a", DocumentText::Dropped), ("b", text("y"))],
    );
    let head = written(folder, &second);
    let read = Snapshots::load(folder).unwrap();
    assert_eq!(read.highest(), Some(2));
    assert_eq!(read.head(), Some(head.as_str()));
    let names = |at| read.state(at).tables.into_keys().collect::<Vec<_>>();
    assert_eq!(names(None), ["b", "users"]);
    assert_eq!(names(Some(1)), ["a", "users"]);
    let since = read.state(None).since(&read.state(Some(1)));
    assert_eq!(since, second.parts);

    let path = folder.join("V1.yaml");
    let good = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, good.replace('\n', "\r\n")).unwrap();
    assert!(Snapshots::load(folder).is_ok(), "line ends don't matter");
    std::fs::write(&path, good.replace("the key", "a key")).unwrap();
    let found = Snapshots::load(folder).unwrap_err();
    assert!(found[0].message.contains("edited"), "{found:?}");
    std::fs::remove_file(&path).unwrap();
    let found = Snapshots::load(folder).unwrap_err();
    assert!(
        found[0].message.contains("its recorded predecessor"),
        "{found:?}"
    );
}

#[test]
fn documents_survive_a_round_trip() {
    let (documents, found) = parse_text("x.yaml", USERS);
    assert!(found.is_empty());
    let parts = DocumentTexts::from_documents(&documents);
    let (again, found) = parts.documents("V1");
    assert!(found.is_empty());
    assert_eq!(DocumentTexts::from_documents(&again), parts);
    assert!(!parts.is_empty() && DocumentTexts::default().is_empty());
}
