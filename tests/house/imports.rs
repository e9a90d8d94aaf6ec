//! Which file below `src` imports which, read from the text: `use` declarations, paths in code, and child modules by
//! their name. A path through a re-export counts as an import of the file that defines the item.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The path of a module: `["dialect", "mysql", "ddl"]`; the crate's root is empty.
pub(crate) type Module = Vec<String>;

/// One file below `src`.
pub(crate) struct File {
    pub(crate) path: String,
    /// Its code: without comments, and without the test module at its end.
    pub(crate) code: String,
}

/// The files of the crate and the imports between them.
pub(crate) struct Imports {
    pub(crate) files: BTreeMap<Module, File>,
    pub(crate) edges: BTreeMap<Module, BTreeSet<Module>>,
}

/// A `use` declaration, one per imported item.
struct Use {
    path: Vec<String>,
    public: bool,
}

impl Imports {
    /// Reads all files below `src`.
    pub(crate) fn read() -> Self {
        let mut files = BTreeMap::new();
        for path in crate::files("src") {
            if !path.ends_with("main.rs") {
                files.insert(module(&path), file(&path));
            }
        }
        let uses: BTreeMap<&Module, (Vec<Use>, String)> = (files.iter())
            .map(|(module, file)| (module, split_uses(&file.code)))
            .collect();
        let mut reexports = BTreeMap::new();
        for (module, (uses, _)) in &uses {
            for one in uses.iter().filter(|one| one.public) {
                if let Some(path) = absolute(&one.path, module, &files) {
                    let name = path.last().cloned().unwrap_or_default();
                    reexports.insert(((*module).clone(), name), path);
                }
            }
        }
        let mut edges = BTreeMap::new();
        for (module, (uses, rest)) in &uses {
            // what a module only re-exports it doesn't need itself
            let needed = |one: &&Use| !one.public || contains_word(rest, one.path.last().unwrap());
            let mut paths: Vec<Vec<String>> = uses
                .iter()
                .filter(needed)
                .map(|one| one.path.clone())
                .collect();
            paths.extend(paths_in(rest));
            let imported: BTreeSet<Module> = (paths.iter())
                .filter_map(|path| absolute(path, module, &files))
                .map(|path| defining(path, &files, &reexports))
                .filter(|other| other != *module && !other.is_empty())
                .collect();
            edges.insert((*module).clone(), imported);
        }
        Self { files, edges }
    }

    /// Groups of files that import each other, directly or through others.
    pub(crate) fn circles(&self) -> Vec<Vec<&Module>> {
        let modules: Vec<&Module> = self.files.keys().collect();
        let reach: BTreeMap<&Module, BTreeSet<&Module>> = modules
            .iter()
            .map(|module| (*module, self.reachable(module)))
            .collect();
        let mut seen = BTreeSet::new();
        let mut circles = Vec::new();
        for module in modules {
            if !reach[module].contains(module) || !seen.insert(module) {
                continue;
            }
            let mut circle = vec![module];
            for other in &reach[module] {
                if reach[other].contains(module) && seen.insert(other) {
                    circle.push(other);
                }
            }
            circles.push(circle);
        }
        circles
    }

    fn reachable(&self, from: &Module) -> BTreeSet<&Module> {
        let mut found = BTreeSet::new();
        let mut open = vec![from];
        while let Some(module) = open.pop() {
            for next in self.edges.get(module).into_iter().flatten() {
                if found.insert(next) {
                    open.push(next);
                }
            }
        }
        found
    }

    /// How many imports lie between a file and one that imports nothing; only without circles.
    pub(crate) fn levels(&self) -> BTreeMap<&Module, usize> {
        let mut levels: BTreeMap<&Module, usize> = BTreeMap::new();
        while levels.len() < self.files.len() {
            let before = levels.len();
            for (module, imported) in &self.edges {
                let below: Option<Vec<usize>> = imported
                    .iter()
                    .map(|other| levels.get(other).copied())
                    .collect();
                if let (Some(below), false) = (below, levels.contains_key(module)) {
                    levels.insert(module, below.iter().max().map_or(0, |level| level + 1));
                }
            }
            assert!(levels.len() > before, "the imports are circular");
        }
        levels
    }
}

fn module(path: &Path) -> Module {
    let inner = path.strip_prefix("src").unwrap().with_extension("");
    let mut parts: Module = (inner.iter())
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    if matches!(parts.last().map(String::as_str), Some("mod" | "lib")) {
        parts.pop();
    }
    parts
}

fn file(path: &Path) -> File {
    let text = fs::read_to_string(path).unwrap();
    let code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let code = code.collect::<Vec<_>>().join("\n");
    let code = code.split("#[cfg(test)]\nmod ").next().unwrap();
    let code = code.split("#[cfg(test)]\npub(crate) mod ").next().unwrap();
    File {
        path: path.to_string_lossy().into_owned(),
        code: code.to_owned(),
    }
}

/// The `use` declarations of a text, and the text without them.
fn split_uses(code: &str) -> (Vec<Use>, String) {
    let (mut uses, mut rest) = (Vec::new(), String::new());
    let mut open: Option<(String, bool)> = None;
    for line in code.lines() {
        let start = line.trim_start();
        let (visibility, tree) = match start.split_once("use ") {
            Some((visibility, tree)) if visibility.is_empty() || visibility.starts_with("pub") => {
                (visibility, tree)
            }
            Some(_) | None if open.is_some() => ("", start),
            Some(_) | None => {
                rest.push_str(line);
                rest.push('\n');
                continue;
            }
        };
        let (text, public) = open.get_or_insert((String::new(), !visibility.is_empty()));
        text.push_str(tree);
        if line.ends_with(';') {
            expand(text.trim_end_matches(';'), &[], *public, &mut uses);
            open = None;
        }
    }
    (uses, rest)
}

/// `a::{b, c::d as e}` as `a::b` and `a::c::d`.
fn expand(tree: &str, prefix: &[String], public: bool, uses: &mut Vec<Use>) {
    let tree = tree.trim();
    if let Some(inner) = tree.strip_prefix('{') {
        let inner = inner.trim_end();
        let inner = inner.strip_suffix('}').unwrap_or(inner);
        let (mut depth, mut start) = (0, 0);
        for (at, c) in inner.char_indices().chain([(inner.len(), ',')]) {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    if !inner[start..at].trim().is_empty() {
                        expand(&inner[start..at], prefix, public, uses);
                    }
                    start = (at + 1).min(inner.len());
                }
                _ => {}
            }
        }
        return;
    }
    match tree.split_once("::") {
        Some((first, rest)) if !first.contains('{') => {
            let prefix: Vec<String> = prefix.iter().cloned().chain([first.to_owned()]).collect();
            expand(rest, &prefix, public, uses);
        }
        Some(_) | None => {
            let name = tree.split(" as ").next().unwrap().trim().to_owned();
            let mut path = prefix.to_vec();
            if name != "self" {
                path.push(name);
            }
            uses.push(Use { path, public });
        }
    }
}

/// The paths in code outside of `use` declarations: `crate::a::b`, and `child::f`.
fn paths_in(code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = code;
    let mut before = ' ';
    while let Some(start) = rest.find(is_word) {
        before = rest[..start].chars().next_back().unwrap_or(before);
        rest = &rest[start..];
        let mut path = Vec::new();
        loop {
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            path.push(rest[..end].to_owned());
            rest = &rest[end..];
            match rest.strip_prefix("::") {
                Some(next) if next.starts_with(is_word) => rest = next,
                Some(_) | None => break,
            }
        }
        if path.len() > 1 && before != '.' && before != ':' {
            found.push(path);
        }
        before = ' ';
    }
    found
}

/// A path from the crate's root; `None` for one of another crate or of a type.
fn absolute(path: &[String], module: &Module, files: &BTreeMap<Module, File>) -> Option<Module> {
    let from = |base: &[String], rest: &[String]| Some(base.iter().chain(rest).cloned().collect());
    match path.first().map(String::as_str)? {
        "crate" => from(&[], &path[1..]),
        "self" => from(module, &path[1..]),
        "super" => {
            let up = path.iter().take_while(|part| *part == "super").count();
            from(&module[..module.len().saturating_sub(up)], &path[up..])
        }
        _ => {
            let child: Module = module.iter().chain(path.first()).cloned().collect();
            files
                .contains_key(&child)
                .then(|| from(module, path))
                .flatten()
        }
    }
}

/// The module that defines what a path names, re-exports followed.
fn defining(
    mut path: Module,
    files: &BTreeMap<Module, File>,
    reexports: &BTreeMap<(Module, String), Module>,
) -> Module {
    for _ in 0..8 {
        let mut length = path.len();
        while !files.contains_key(&path[..length]) {
            length -= 1;
        }
        let (module, rest) = path.split_at(length);
        let next = rest
            .first()
            .and_then(|name| reexports.get(&(module.to_vec(), name.clone())));
        match next {
            Some(next) => path = next.iter().chain(&rest[1..]).cloned().collect(),
            None => return module.to_vec(),
        }
    }
    path
}

fn contains_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|found| found == word)
}
