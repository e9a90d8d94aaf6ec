//! From a schema back to specs: neutral where the meaning is neutral, native where it is not.
//!
//! `lower(raise(S)) = S` holds by construction: what is written is read and lowered again, a column
//! that comes out differently is written in its next form, and what no form brings back is named.

pub(crate) mod column;
pub(crate) mod equivalence;
pub(crate) mod objects;
pub(crate) mod scalars;
pub(crate) mod table;

use crate::compile::decompile::column::Form;
use crate::compile::decompile::table::{Inline, Writer};
use crate::compile::lower;
use crate::db::Vendor;
use crate::diag::{Code, Diagnostic, Severity};
use crate::dialect::{Dialect, Floor};
use crate::model::{
    Given, Ident, Inheritance, Namespace, Object, ObjectId, ObjectKind, Schema, Table, TableOptions,
};
use crate::spec::{Yaml, parse_text};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// A file of specs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecFile {
    /// Its path below the folder of the database, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// What raising gives.
#[derive(Clone, Debug, Default)]
pub struct Decompiled {
    /// The files, sorted by path.
    pub files: Vec<SpecFile>,
    /// What is in the schema and can't be written: "not compared".
    pub unsaid: Vec<Diagnostic>,
}

/// How a table stands in the raising.
struct Subject<'a> {
    table: &'a Table,
    /// The forms of its columns, and which one is tried.
    forms: Vec<(Vec<Form>, usize)>,
    /// Written within its parent.
    inline: bool,
    settled: bool,
}

/// From the schema of one dialect back to specs. `vendor` is the server's, `database` the name in
/// `database.yaml`. Lowering the files gives the schema again; what that is not true of is named.
pub fn decompile(
    dialect: &'static dyn Dialect,
    vendor: Option<Vendor>,
    floor: &Floor,
    schema: &Schema,
    database: &str,
) -> Decompiled {
    let schema = &objects::sayable(schema);
    let mut raising = Raising::new(dialect, vendor, floor, schema, database);
    while raising.round() {}
    raising.finish()
}

struct Raising<'a> {
    dialect: &'static dyn Dialect,
    vendor: Option<Vendor>,
    floor: &'a Floor,
    schema: &'a Schema,
    database: Yaml,
    base: TableOptions,
    subjects: BTreeMap<&'a ObjectId, Subject<'a>>,
    /// The partitions of each table.
    children: HashMap<&'a ObjectId, Vec<&'a ObjectId>>,
    /// Functions that lowering makes by itself.
    implied: HashSet<&'a ObjectId>,
    rounds: usize,
    unsaid: Vec<Diagnostic>,
}

impl<'a> Raising<'a> {
    fn new(
        dialect: &'static dyn Dialect,
        vendor: Option<Vendor>,
        floor: &'a Floor,
        schema: &'a Schema,
        database: &str,
    ) -> Self {
        let usual = usual_options(dialect, vendor, floor);
        let common = common_options(schema);
        // a name that is left out below is what it would be derived to be, and nothing else
        let mut map = vec![
            ("database".to_owned(), scalars::literal(database)),
            ("names".to_owned(), scalars::literal("exact")),
        ];
        let mut native = Vec::new();
        if dialect.capabilities().tables.keeps_redundant_clauses {
            native.push(("spelling".to_owned(), scalars::literal("exact")));
        }
        let mut base = usual.clone();
        for (key, value, slot) in [
            ("engine", &common.engine, &mut base.engine),
            ("charset", &common.charset, &mut base.charset),
            ("collation", &common.collation, &mut base.collation),
        ] {
            // written also where it is what lowering would choose: what nobody wrote is not compared
            if let Some(value) = value {
                native.push((key.to_owned(), scalars::literal(value.get())));
                *slot = Some(value.clone());
            }
        }
        if !native.is_empty() {
            map.push((dialect.name().to_owned(), Yaml::Map(native)));
        }
        let mut subjects = BTreeMap::new();
        let mut children: HashMap<&ObjectId, Vec<&ObjectId>> = HashMap::new();
        for (id, table) in schema.tables() {
            let columns = table.columns.iter();
            let forms = columns.map(|column| (column::forms(dialect, table, column), 0));
            let mut inline = false;
            if let Inheritance::PartitionOf { parent, .. } = &table.inheritance {
                inline = parent.ns == id.ns && schema.table(parent).is_some();
                children.entry(parent).or_default().push(id);
            }
            let subject = Subject {
                table,
                forms: forms.collect(),
                inline,
                settled: false,
            };
            subjects.insert(id, subject);
        }
        Self {
            dialect,
            vendor,
            floor,
            schema,
            database: Yaml::Block(map),
            base,
            subjects,
            children,
            implied: HashSet::new(),
            rounds: 0,
            unsaid: Vec::new(),
        }
    }

    fn partitions(&self, id: &ObjectId) -> Vec<Inline<'a>> {
        let children = self.children.get(id).into_iter().flatten();
        children
            .filter_map(|child| {
                let subject = self.subjects.get(child).filter(|s| s.inline)?;
                Some(Inline {
                    table: subject.table,
                    partitions: self.partitions(child),
                })
            })
            .collect()
    }

    fn document(&self, id: &ObjectId, subject: &Subject<'a>) -> Yaml {
        let forms = subject.forms.iter();
        let forms: Vec<&Form> = forms.filter_map(|(forms, at)| forms.get(*at)).collect();
        let writer = Writer {
            dialect: self.dialect,
            base: &self.base,
            table: subject.table,
            forms: &forms,
            partitions: self.partitions(id),
        };
        writer.document()
    }

    /// The document of an object that isn't a table.
    fn object(&self, id: &'a ObjectId, object: &Object) -> Option<Yaml> {
        let mut out = match object {
            Object::Extension(extension) => objects::extension(id, extension),
            Object::Type(ty) => objects::user_type(self.dialect, id, ty),
            Object::Sequence(sequence) => objects::sequence(self.dialect, id, sequence),
            Object::Routine(raw) if !self.implied.contains(id) => {
                objects::function(self.dialect, id, raw)
            }
            Object::Routine(_) | Object::Namespace | Object::Table(_) => return None,
        };
        if let Some(comment) = self.schema.comments.get(id) {
            scalars::put(&mut out, "comment", Yaml::text(comment.as_str()));
        }
        Some(Yaml::Block(out))
    }

    /// Writes what isn't settled, reads it again, and moves what came out differently to its next
    /// form. False where nothing is left to try.
    fn round(&mut self) -> bool {
        let first = self.rounds == 0;
        self.rounds += 1;
        let mut text = self.database.document();
        let mut open: Vec<&'a ObjectId> = Vec::new();
        // the line before each document of a table
        let mut starts: BTreeMap<usize, &'a ObjectId> = BTreeMap::new();
        let mut line = text.lines().count();
        for (id, object) in &self.schema.objects {
            // the first time, to see which functions come by themselves
            let routine = matches!(object, Object::Routine(_)) && first;
            if let Some(yaml) = self.object(id, object).filter(|_| !routine) {
                let more = yaml.document();
                line += more.lines().count() + 1;
                text.extend(["---\n", &more]);
            }
        }
        for (id, subject) in &self.subjects {
            if !subject.settled {
                open.push(id);
                if !subject.inline {
                    let more = self.document(id, subject).document();
                    starts.insert(line, id);
                    line += more.lines().count() + 1;
                    text.extend(["---\n", &more]);
                }
            }
        }
        let (documents, mut found) = parse_text("raised", &text);
        let (spec, more) = documents.resolve(self.dialect.override_keys(self.vendor));
        found.extend(more);
        let lowered = lower(self.dialect, &spec, self.floor);
        found.extend(lowered.diagnostics);
        let lowered = lowered.schema;
        let refused = Refused::new(&text, &starts, &found);
        if first {
            let routines = self.schema.objects.iter();
            let implied = routines.filter(|(id, object)| {
                id.kind == ObjectKind::Routine && lowered.objects.get(*id) == Some(*object)
            });
            self.implied = implied.map(|(id, _)| id).collect();
        }
        let mut again = BTreeSet::new();
        for id in &open {
            let Some(subject) = self.subjects.get_mut(id) else {
                continue;
            };
            let got = lowered.table(id);
            let fine = refused.fine(id);
            if fine && got.is_some_and(|got| equivalence::tables(subject.table, got)) {
                subject.settled = true;
                continue;
            }
            if subject.inline {
                subject.inline = false;
                if let Inheritance::PartitionOf { parent, .. } = &subject.table.inheritance {
                    again.insert(parent.clone());
                }
                again.insert((*id).clone());
                continue;
            }
            let mut moved = false;
            let columns = subject.table.columns.iter().zip(&mut subject.forms);
            for (column, (forms, at)) in columns {
                let fits = got.is_some_and(|got| equivalence::column(subject.table, got, column));
                let fits = fits && refused.takes(id, column.name.as_str());
                if !fits && *at + 1 < forms.len() {
                    *at += 1;
                    moved = true;
                }
            }
            if moved {
                again.insert((*id).clone());
            } else {
                subject.settled = true;
                let refused = refused.tables.get(id).map(String::as_str);
                self.unsaid.push(unsaid(subject.table, got, refused));
            }
        }
        // what a table is written within has to be written once more
        loop {
            let parents = again.iter().filter_map(|id| {
                let subject = self.subjects.get(id)?;
                let Inheritance::PartitionOf { parent, .. } = &subject.table.inheritance else {
                    return None;
                };
                Some(parent.clone())
            });
            let more: Vec<ObjectId> = parents.filter(|parent| !again.contains(parent)).collect();
            if more.is_empty() {
                break;
            }
            again.extend(more);
        }
        // and with it all that is written within it
        let mut queue: Vec<ObjectId> = again.iter().cloned().collect();
        while let Some(id) = queue.pop() {
            if let Some(subject) = self.subjects.get_mut(&id) {
                subject.settled = false;
            }
            let children = self.children.get(&id).cloned().unwrap_or_default();
            for child in children {
                if self.subjects.get(child).is_some_and(|s| s.settled) {
                    queue.push(child.clone());
                }
            }
        }
        !again.is_empty()
    }

    fn finish(mut self) -> Decompiled {
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        let mut names = Names::default();
        files.insert("database.yaml".into(), self.database.document());
        let mut used: HashSet<&Ident> = HashSet::new();
        for (id, object) in &self.schema.objects {
            if let Namespace::Named(schema) = &id.ns {
                used.insert(schema);
            } else if let Object::Extension(extension) = object {
                used.extend(&extension.schema);
            }
            let file = match object {
                Object::Extension(_) => "_extensions",
                Object::Type(_) => "_types",
                Object::Sequence(_) => "_sequences",
                Object::Routine(_) => "_functions",
                Object::Table(_) | Object::Namespace => continue,
            };
            let Some(yaml) = self.object(id, object) else {
                continue;
            };
            let text = files.entry(names.shared(&id.ns, file)).or_default();
            if !text.is_empty() {
                text.push_str("---\n");
            }
            text.push_str(&yaml.document());
        }
        for (id, subject) in self.subjects.iter().filter(|(_, subject)| !subject.inline) {
            let text = self.document(id, subject).document();
            files.insert(names.of(id), text);
        }
        for (id, object) in &self.schema.objects {
            if matches!(object, Object::Namespace) && !used.contains(&id.name) {
                self.unsaid.push(not_compared(id, "nothing is in it"));
            }
        }
        // schemas and the sequences of columns have no document of their own
        for id in self.schema.comments.keys() {
            if id.kind == ObjectKind::Namespace || !self.schema.objects.contains_key(id) {
                self.unsaid
                    .push(not_compared(id, "its comment has no place in a spec"));
            }
        }
        let files = files.into_iter();
        Decompiled {
            files: files.map(|(path, text)| SpecFile { path, text }).collect(),
            unsaid: self.unsaid,
        }
    }
}

/// What the reader of specs refused of what was written: a column by its table and key, or the table.
struct Refused<'a> {
    columns: HashSet<(&'a ObjectId, String)>,
    tables: HashMap<&'a ObjectId, String>,
}

impl<'a> Refused<'a> {
    fn new(text: &str, starts: &BTreeMap<usize, &'a ObjectId>, found: &[Diagnostic]) -> Self {
        let mut refused = Self {
            columns: HashSet::new(),
            tables: HashMap::new(),
        };
        let errors = found.iter().filter(|d| d.severity == Severity::Error);
        let mut lines: Vec<&str> = Vec::new();
        for (error, at) in errors.filter_map(|error| Some((error, error.at.as_ref()?))) {
            if lines.is_empty() {
                lines = text.lines().collect();
            }
            let line = at.line as usize;
            let Some((start, id)) = starts.range(..line).next_back() else {
                continue;
            };
            let message = || error.message.clone();
            refused.tables.entry(id).or_insert_with(message);
            // the column is the last key with this indent
            let above = lines.get(*start..line).unwrap_or_default().iter().rev();
            let column = above
                .copied()
                .find(|line| line.starts_with("  ") && !line.starts_with("   "));
            let key = column.and_then(|line| line.trim_start().split_once(": "));
            refused
                .columns
                .extend(key.map(|(key, _)| (*id, key.to_owned())));
        }
        refused
    }

    fn fine(&self, id: &ObjectId) -> bool {
        !self.tables.contains_key(id)
    }

    fn takes(&self, id: &ObjectId, column: &str) -> bool {
        self.fine(id) || !self.columns.contains(&(id, crate::spec::key_text(column)))
    }
}

/// What lowering gives a table that says nothing of its storage.
fn usual_options(dialect: &dyn Dialect, vendor: Option<Vendor>, floor: &Floor) -> TableOptions {
    let (documents, _) = parse_text("raised", "table: t\ncolumns: { a: int }\n");
    let (spec, _) = documents.resolve(dialect.override_keys(vendor));
    let schema = lower(dialect, &spec, floor).schema;
    let table = schema.tables().next();
    table
        .map(|(_, table)| table.options.clone())
        .unwrap_or_default()
}

/// The storage options that most tables have.
fn common_options(schema: &Schema) -> TableOptions {
    let mut counts: BTreeMap<[Option<&String>; 3], usize> = BTreeMap::new();
    for (_, table) in schema.tables() {
        let options = &table.options;
        let all = [&options.engine, &options.charset, &options.collation];
        *counts
            .entry(all.map(|o| o.as_ref().map(Given::get)))
            .or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    let [engine, charset, collation] = most.map_or([None; 3], |(options, _)| options);
    let given = |value: Option<&String>| value.map(|value| Given::Given(value.clone()));
    TableOptions {
        engine: given(engine),
        charset: given(charset),
        collation: given(collation),
        ..TableOptions::default()
    }
}

fn not_compared(id: &ObjectId, why: &str) -> Diagnostic {
    Diagnostic::warning(Code::NotCompared, format!("{} {id}: {why}", id.kind))
}

/// Says what of a table no form brings back.
fn unsaid(table: &Table, got: Option<&Table>, refused: Option<&str>) -> Diagnostic {
    let why = match (refused, got) {
        (Some(message), _) => format!("can't be written as a spec: {message}"),
        (None, None) => "can't be written as a spec".to_owned(),
        (None, Some(got)) => {
            let parts = equivalence::differences(table, got);
            format!("can't be written as a spec: {}", parts.join(", "))
        }
    };
    not_compared(&table.id, &why)
}

/// Names of files, each once on every file system.
#[derive(Default)]
struct Names {
    taken: HashSet<String>,
}

impl Names {
    fn shared(&mut self, ns: &Namespace, file: &str) -> String {
        let path = format!("{}{file}.yaml", folder(ns));
        self.taken.insert(path.to_lowercase());
        path
    }

    fn of(&mut self, id: &ObjectId) -> String {
        let base = format!("{}{}", folder(&id.ns), file_name(id.name.as_str()));
        let taken = |path: &String, taken: &HashSet<String>| {
            path == "database.yaml" || taken.contains(&path.to_lowercase())
        };
        let mut path = format!("{base}.yaml");
        let mut number = 2;
        while taken(&path, &self.taken) {
            path = format!("{base}-{number}.yaml");
            number += 1;
        }
        self.taken.insert(path.to_lowercase());
        path
    }
}

fn folder(ns: &Namespace) -> String {
    match ns {
        Namespace::Default => String::new(),
        Namespace::Named(schema) => format!("{}/", file_name(schema.as_str())),
    }
}

/// A name as a file's name: what a file system may not take, or a loader leaves out, becomes `_`.
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
