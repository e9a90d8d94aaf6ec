//! The rounds of decompilation: write, load and lower, compare.

use crate::compile::decompile::column::{ColumnForm, column_forms};
use crate::compile::decompile::equivalence;
use crate::compile::decompile::file_names::FileNames;
use crate::compile::decompile::objects;
use crate::compile::decompile::rejected::Rejected;
use crate::compile::decompile::scalars;
use crate::compile::decompile::storage_options::{common_options, default_options};
use crate::compile::decompile::table::{InlinePartition, TableWriter};
use crate::compile::lower;
use crate::db::Vendor;
use crate::dialect::{Dialect, Floor};
use crate::model::{
    Ident, Inheritance, Namespace, Object, ObjectId, ObjectKind, Schema, Table, TableOptions,
};
use crate::spec::{Yaml, parse_text};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// A spec file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecFile {
    /// Its path below the folder of the database, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The result of decompilation.
#[derive(Clone, Debug, Default)]
pub struct Decompiled {
    /// The files, sorted by path.
    pub files: Vec<SpecFile>,
    /// Objects of the schema that no spec can declare, with the reason.
    pub not_compared: Vec<(ObjectId, String)>,
}

/// Progress of one table through decompilation.
struct TableProgress<'a> {
    table: &'a Table,
    /// The forms of each column, and the index of the current one.
    forms: Vec<(Vec<ColumnForm>, usize)>,
    /// The table is written within its parent's document.
    inline: bool,
    /// No further form is tried: the lowered table is equal, or the table has been reported.
    settled: bool,
}

/// The documents of one round.
struct RoundText<'a> {
    text: String,
    /// The number of the line before the document of a table.
    starts: BTreeMap<usize, &'a ObjectId>,
    /// The tables that were not settled at the beginning of the round.
    open: Vec<&'a ObjectId>,
}

/// The state between rounds.
pub(crate) struct Decompiler<'a> {
    dialect: &'static dyn Dialect,
    vendor: Option<Vendor>,
    floor: &'a Floor,
    schema: &'a Schema,
    /// `database.yaml`.
    database: Yaml,
    /// The storage options of a table that declares none.
    base: TableOptions,
    tables: BTreeMap<&'a ObjectId, TableProgress<'a>>,
    /// The partitions of each table.
    children: HashMap<&'a ObjectId, Vec<&'a ObjectId>>,
    /// Functions that lowering adds without a document.
    implied: HashSet<&'a ObjectId>,
    rounds: usize,
    not_compared: Vec<(ObjectId, String)>,
}

impl<'a> Decompiler<'a> {
    /// The state before the first round: each column in its first form.
    pub(crate) fn new(
        dialect: &'static dyn Dialect,
        vendor: Option<Vendor>,
        floor: &'a Floor,
        schema: &'a Schema,
        database: &str,
    ) -> Self {
        let defaults = default_options(dialect, vendor, floor);
        let common = common_options(schema);
        // with `exact`, an unset name means the derived name
        let mut map = vec![
            ("database".to_owned(), scalars::literal(database)),
            ("names".to_owned(), scalars::literal("exact")),
        ];
        let mut native = Vec::new();
        if dialect.capabilities().tables.keeps_redundant_clauses {
            native.push(("spelling".to_owned(), scalars::literal("exact")));
        }
        let mut base = defaults.clone();
        for (key, value, slot) in [
            ("engine", &common.engine, &mut base.engine),
            ("charset", &common.charset, &mut base.charset),
            ("collation", &common.collation, &mut base.collation),
        ] {
            // declared even if equal to the default, because an undeclared option is not compared
            if let Some(value) = value {
                native.push((key.to_owned(), scalars::literal(value.get())));
                *slot = Some(value.clone());
            }
        }
        if !native.is_empty() {
            map.push((dialect.name().to_owned(), Yaml::Map(native)));
        }
        let mut tables = BTreeMap::new();
        let mut children: HashMap<&ObjectId, Vec<&ObjectId>> = HashMap::new();
        for (id, table) in schema.tables() {
            let columns = table.columns.iter();
            let forms = columns.map(|column| (column_forms(dialect, table, column), 0));
            let mut inline = false;
            if let Inheritance::PartitionOf { parent, .. } = &table.inheritance {
                inline = parent.ns == id.ns && schema.table(parent).is_some();
                children.entry(parent).or_default().push(id);
            }
            let progress = TableProgress {
                table,
                forms: forms.collect(),
                inline,
                settled: false,
            };
            tables.insert(id, progress);
        }
        Self {
            dialect,
            vendor,
            floor,
            schema,
            database: Yaml::Block(map),
            base,
            tables,
            children,
            implied: HashSet::new(),
            rounds: 0,
            not_compared: Vec::new(),
        }
    }

    /// The partitions that are written within the document of a table.
    fn inline_partitions(&self, id: &ObjectId) -> Vec<InlinePartition<'a>> {
        let children = self.children.get(id).into_iter().flatten();
        children
            .filter_map(|child| {
                let progress = self.tables.get(child).filter(|s| s.inline)?;
                Some(InlinePartition {
                    table: progress.table,
                    partitions: self.inline_partitions(child),
                })
            })
            .collect()
    }

    fn table_document(&self, id: &ObjectId, progress: &TableProgress<'a>) -> Yaml {
        let forms = progress.forms.iter();
        let forms: Vec<&ColumnForm> = forms.filter_map(|(forms, at)| forms.get(*at)).collect();
        let writer = TableWriter {
            dialect: self.dialect,
            base: &self.base,
            table: progress.table,
            forms: &forms,
            partitions: self.inline_partitions(id),
        };
        writer.document()
    }

    /// The document of an object that is not a table.
    fn object_document(&self, id: &'a ObjectId, object: &Object) -> Option<Yaml> {
        let mut out = match object {
            Object::Extension(extension) => objects::extension_entries(id, extension),
            Object::Type(ty) => objects::user_type_entries(self.dialect, id, ty),
            Object::Sequence(sequence) => objects::sequence_entries(self.dialect, id, sequence),
            Object::Routine(raw) if !self.implied.contains(id) => {
                objects::function_entries(self.dialect, id, raw)
            }
            Object::Routine(_) | Object::Namespace | Object::Table(_) => return None,
        };
        if let Some(comment) = self.schema.comments.get(id) {
            scalars::put(&mut out, "comment", Yaml::text(comment.as_str()));
        }
        Some(Yaml::Block(out))
    }

    /// Writes the open tables, loads and lowers the text, and moves columns that differ to their next form.
    /// Returns whether tables must be written again.
    pub(crate) fn round(&mut self) -> bool {
        let first = self.rounds == 0;
        self.rounds += 1;
        let written = self.write_open(first);
        let (documents, mut found) = parse_text("decompiled", &written.text);
        let (spec, more) = documents.resolve(self.dialect.override_keys(self.vendor));
        found.extend(more);
        let lowered = lower(self.dialect, &spec, self.floor);
        found.extend(lowered.diagnostics);
        let lowered = lowered.schema;
        let rejected = Rejected::new(&written.text, &written.starts, &found);
        if first {
            let routines = self.schema.objects.iter();
            let implied = routines.filter(|(id, object)| {
                id.kind == ObjectKind::Routine && lowered.objects.get(*id) == Some(*object)
            });
            self.implied = implied.map(|(id, _)| id).collect();
        }
        let mut again = BTreeSet::new();
        for id in written.open {
            self.compare(id, &lowered, &rejected, &mut again);
        }
        self.reopen(&mut again);
        !again.is_empty()
    }

    /// The documents of all objects and of the tables that are not settled. In the first round, functions
    /// are not written: those that lowering adds nevertheless need no document.
    fn write_open(&self, first: bool) -> RoundText<'a> {
        let mut text = self.database.document();
        let mut open: Vec<&'a ObjectId> = Vec::new();
        let mut starts: BTreeMap<usize, &'a ObjectId> = BTreeMap::new();
        let mut line = text.lines().count();
        for (id, object) in &self.schema.objects {
            let routine = matches!(object, Object::Routine(_)) && first;
            if let Some(yaml) = self.object_document(id, object).filter(|_| !routine) {
                let more = yaml.document();
                line += more.lines().count() + 1;
                text.extend(["---\n", &more]);
            }
        }
        for (id, progress) in self.tables.iter().filter(|(_, progress)| !progress.settled) {
            open.push(id);
            if !progress.inline {
                let more = self.table_document(id, progress).document();
                starts.insert(line, id);
                line += more.lines().count() + 1;
                text.extend(["---\n", &more]);
            }
        }
        RoundText { text, starts, open }
    }

    /// Compares a table with the result of lowering: settles it, or moves it to other forms and adds it to `again`.
    fn compare(
        &mut self,
        id: &ObjectId,
        lowered: &Schema,
        rejected: &Rejected<'_>,
        again: &mut BTreeSet<ObjectId>,
    ) {
        let Some(progress) = self.tables.get_mut(id) else {
            return;
        };
        let got = lowered.table(id);
        let message = rejected.message(id);
        let equal = got.is_some_and(|got| equivalence::same_table(progress.table, got));
        if message.is_none() && equal {
            progress.settled = true;
            return;
        }
        if progress.inline {
            progress.inline = false;
            if let Inheritance::PartitionOf { parent, .. } = &progress.table.inheritance {
                again.insert(parent.clone());
            }
            again.insert(id.clone());
            return;
        }
        let mut moved = false;
        let columns = progress.table.columns.iter().zip(&mut progress.forms);
        for (column, (forms, at)) in columns {
            let equal =
                got.is_some_and(|got| equivalence::same_column(progress.table, got, column));
            let equal = equal && rejected.accepts_column(id, column.name.as_str());
            if !equal && *at + 1 < forms.len() {
                *at += 1;
                moved = true;
            }
        }
        if moved {
            again.insert(id.clone());
        } else {
            progress.settled = true;
            let reason = unwritable(progress.table, got, message);
            self.not_compared.push((id.clone(), reason));
        }
    }

    /// Adds to `again` the tables that share a document with one of its tables, and opens them all.
    fn reopen(&mut self, again: &mut BTreeSet<ObjectId>) {
        loop {
            let parents = again.iter().filter_map(|id| {
                let progress = self.tables.get(id)?;
                let Inheritance::PartitionOf { parent, .. } = &progress.table.inheritance else {
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
        let mut queue: Vec<ObjectId> = again.iter().cloned().collect();
        while let Some(id) = queue.pop() {
            if let Some(progress) = self.tables.get_mut(&id) {
                progress.settled = false;
            }
            let children = self.children.get(&id).cloned().unwrap_or_default();
            for child in children {
                if self.tables.get(child).is_some_and(|t| t.settled) {
                    queue.push(child.clone());
                }
            }
        }
    }

    /// The files, once all tables are settled.
    pub(crate) fn finish(mut self) -> Decompiled {
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        let mut names = FileNames::default();
        files.insert("database.yaml".into(), self.database.document());
        for (id, object) in &self.schema.objects {
            let file = match object {
                Object::Extension(_) => "_extensions",
                Object::Type(_) => "_types",
                Object::Sequence(_) => "_sequences",
                Object::Routine(_) => "_functions",
                Object::Table(_) | Object::Namespace => continue,
            };
            let Some(yaml) = self.object_document(id, object) else {
                continue;
            };
            let text = files.entry(names.shared_file(&id.ns, file)).or_default();
            if !text.is_empty() {
                text.push_str("---\n");
            }
            text.push_str(&yaml.document());
        }
        for (id, progress) in self.tables.iter().filter(|(_, progress)| !progress.inline) {
            let text = self.table_document(id, progress).document();
            files.insert(names.table_file(id), text);
        }
        self.report_unwritten();
        let files = files.into_iter();
        Decompiled {
            files: files.map(|(path, text)| SpecFile { path, text }).collect(),
            not_compared: self.not_compared,
        }
    }

    /// Reports empty namespaces, and comments of objects without a document: namespaces, and sequences that
    /// a column owns.
    fn report_unwritten(&mut self) {
        let mut used: HashSet<&Ident> = HashSet::new();
        for (id, object) in &self.schema.objects {
            if let Namespace::Named(schema) = &id.ns {
                used.insert(schema);
            } else if let Object::Extension(extension) = object {
                used.extend(&extension.schema);
            }
        }
        for (id, object) in &self.schema.objects {
            if matches!(object, Object::Namespace) && !used.contains(&id.name) {
                self.not_compared.push((id.clone(), "is empty".into()));
            }
        }
        for id in self.schema.comments.keys() {
            if id.kind == ObjectKind::Namespace || !self.schema.objects.contains_key(id) {
                let reason = "its comment can't be declared in a spec";
                self.not_compared.push((id.clone(), reason.into()));
            }
        }
    }
}

/// The reason why a table can't be written as a spec: no form of it is lowered to an equal table.
fn unwritable(table: &Table, got: Option<&Table>, rejected: Option<&str>) -> String {
    match (rejected, got) {
        (Some(message), _) => format!("can't be written as a spec: {message}"),
        (None, None) => "can't be written as a spec".to_owned(),
        (None, Some(got)) => {
            let parts = equivalence::differences(table, got);
            format!("can't be written as a spec: {}", parts.join(", "))
        }
    }
}
