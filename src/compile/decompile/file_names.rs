//! File names for specs.

use crate::model::{Namespace, ObjectId};
use std::collections::HashSet;

/// The paths of the files, unique also on file systems that ignore case.
#[derive(Default)]
pub(crate) struct FileNames {
    used: HashSet<String>,
}

impl FileNames {
    /// The path of the file with all objects of one kind in a namespace.
    pub(crate) fn shared_file(&mut self, ns: &Namespace, file: &str) -> String {
        let path = format!("{}{file}.yaml", folder_of(ns));
        self.used.insert(path.to_lowercase());
        path
    }

    /// An unused path for a table.
    pub(crate) fn table_file(&mut self, id: &ObjectId) -> String {
        let base = format!("{}{}", folder_of(&id.ns), file_name(id.name.as_str()));
        let used = |path: &String, used: &HashSet<String>| {
            path == "database.yaml" || used.contains(&path.to_lowercase())
        };
        let mut path = format!("{base}.yaml");
        let mut number = 2;
        while used(&path, &self.used) {
            path = format!("{base}-{number}.yaml");
            number += 1;
        }
        self.used.insert(path.to_lowercase());
        path
    }
}

fn folder_of(ns: &Namespace) -> String {
    match ns {
        Namespace::Default => String::new(),
        Namespace::Named(schema) => format!("{}/", file_name(schema.as_str())),
    }
}

/// A name as a file name: characters that a file system may reject become `_`, and so does a leading dot,
/// which the loader skips.
fn file_name(name: &str) -> String {
    let safe = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
    let name: String = name
        .chars()
        .map(|c| if safe(c) { c } else { '_' })
        .collect();
    match name.strip_prefix('.') {
        Some(rest) => format!("_{rest}"),
        None if name.is_empty() => "_".into(),
        None => name,
    }
}
