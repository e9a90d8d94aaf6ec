//! A project in a temporary folder, and the program run in it.

use assert_cmd::Command;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

pub(crate) const SPEC: &str = "table: users
columns:
  id: { type: int, identity: true }
  email: varchar(200)
primary_key: [id]
unique:
  - [email]
---
table: posts
columns:
  id: { type: int, identity: true }
  user_id: { type: int, references: users.id, on_delete: cascade }
  title: varchar(100)
primary_key: [id]
indexes:
  idx_posts_title: [title]
";

pub(crate) const CONFIG: &str = "databases:
  blog:
    targets:
      local: { url: \"sqlite://.tablewright/blog.db\" }
      server: { url: \"postgres://u:hunter2@127.0.0.1:1/blog\" }
      unset: { url: \"${TABLEWRIGHT_TEST_NOWHERE}\" }
";

pub(crate) fn write(dir: &Path, name: &str, text: &str) {
    let path = dir.join(name);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).expect("a folder in a temporary folder");
    }
    fs::write(path, text).expect("a file in a temporary folder");
}

pub(crate) fn project() -> TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    write(dir.path(), "tablewright.yaml", CONFIG);
    write(dir.path(), "schemas/blog/blog.yaml", SPEC);
    dir
}

pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn run(dir: &Path, args: &[&str]) -> Said {
    let mut command = Command::cargo_bin("tablewright").expect("the binary");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TABLEWRIGHT_")) {
        command.env_remove(name);
    }
    let output = command
        .current_dir(dir)
        .args(args)
        .output()
        .expect("the binary runs");
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
