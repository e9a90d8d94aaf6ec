//! A live database against the specs: what differs, as rows that a person can read.
//!
//! Pure: both schemas have been through `canon` and `reconcile` before. [`compare`] never looks at
//! what the server made up for itself (derived names, defaults of options that nobody wrote).

pub(crate) mod columns;
pub(crate) mod matching;
pub(crate) mod names;
pub(crate) mod parts;

use crate::dialect::Dialect;
use crate::model::{Attributes, Ident, Object, ObjectId, Schema, Table, UserType};
use std::borrow::Cow;

/// What a table or object of the specs looks like in `have` where it isn't there.
pub(crate) const MISSING: &str = "missing";
/// What a value that isn't set is called.
pub(crate) const NONE: &str = "none";

/// One difference: one row of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What differs, as a person names it: `ai_tool_calls.retry_count`, `ai_tool_results fk (tool_call_id)`.
    pub object: String,
    /// Which property of it: `type`, `nullable`, `default`, `on delete`, …
    pub property: Cow<'static, str>,
    /// What the spec says.
    pub spec: String,
    /// What the database has.
    pub database: String,
    /// The table or other object it belongs to.
    pub owner: ObjectId,
    /// The column, where it is about one.
    pub column: Option<Ident>,
}

/// What a comparison found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The differences, by object in the order of the specs.
    pub differences: Vec<Difference>,
    /// How many tables of the specs were looked at, external ones included.
    pub tables: usize,
    /// How many of them differ.
    pub tables_differing: usize,
    /// Tables of the database that the specs don't know. Not a failure.
    pub unmanaged: Vec<ObjectId>,
    /// What can't be compared, and why.
    pub not_compared: Vec<(ObjectId, &'static str)>,
}

impl Comparison {
    /// Whether the database is what the specs say.
    pub fn is_clean(&self) -> bool {
        self.differences.is_empty()
    }
}

/// Compares the schema that the specs ask for with the one that is there.
pub fn compare(dialect: &dyn Dialect, want: &Schema, have: &Schema) -> Comparison {
    let mut out = Comparison::default();
    let hidden = have.hidden();
    for (id, object) in &want.objects {
        let found = have.objects.get(id);
        if found.is_none() && hidden.may_contain(id) {
            continue;
        }
        let mut rows = Rows::new(dialect, id);
        match (object, found) {
            (Object::Table(table), found) => {
                out.tables += 1;
                rows.table(table, found.and_then(Object::as_table));
                out.tables_differing += usize::from(!rows.list.is_empty());
            }
            (
                Object::Type(_)
                | Object::Extension(_)
                | Object::Routine(_)
                | Object::Sequence(_)
                | Object::Namespace,
                None,
            ) => rows.add(rows.named(), "object", names::kind(object), MISSING),
            (Object::Type(want), Some(Object::Type(have))) => rows.user_type(want, have),
            // an extension that is there is all that a spec asks for: its text is the server's own
            (Object::Extension(_), Some(_)) => {}
            (
                Object::Routine(_) | Object::Sequence(_) | Object::Namespace | Object::Type(_),
                Some(have),
            ) => {
                if object != have {
                    let sides = (names::definition(object), names::definition(have));
                    rows.add(rows.named(), "definition", sides.0, sides.1);
                }
            }
        }
        out.differences.append(&mut rows.list);
    }
    out.unmanaged = have
        .tables()
        .filter(|(id, _)| !want.objects.contains_key(*id))
        .map(|(id, _)| id.clone())
        .collect();
    for entry in want.not_compared.iter().chain(&have.not_compared) {
        if !out.not_compared.contains(entry) {
            out.not_compared.push(entry.clone());
        }
    }
    out
}

/// The rows of one object while they are collected.
struct Rows<'a> {
    dialect: &'a dyn Dialect,
    owner: &'a ObjectId,
    list: Vec<Difference>,
}

impl<'a> Rows<'a> {
    fn new(dialect: &'a dyn Dialect, owner: &'a ObjectId) -> Self {
        Self {
            dialect,
            owner,
            list: Vec::new(),
        }
    }

    /// `table users`, `view v_daily_cost`.
    fn named(&self) -> String {
        format!("{} {}", self.owner.kind, self.owner)
    }

    /// `ai_tool_results fk (tool_call_id)`.
    fn part(&self, part: &str) -> String {
        format!("{} {part}", self.owner)
    }

    fn add(
        &mut self,
        object: String,
        property: impl Into<Cow<'static, str>>,
        spec: impl Into<String>,
        database: impl Into<String>,
    ) {
        self.list.push(Difference {
            object,
            property: property.into(),
            spec: spec.into(),
            database: database.into(),
            owner: self.owner.clone(),
            column: None,
        });
    }

    /// Adds a row where two texts differ.
    fn text(
        &mut self,
        object: &str,
        property: impl Into<Cow<'static, str>>,
        want: Option<&str>,
        have: Option<&str>,
    ) {
        if want != have {
            let sides = [want, have].map(|side| side.map_or_else(|| NONE.into(), names::shown));
            let [spec, database]: [String; 2] = sides;
            self.add(object.to_owned(), property, spec, database);
        }
    }

    /// Adds a row where two flags differ.
    fn flag(&mut self, object: &str, property: &'static str, want: bool, have: bool) {
        if want != have {
            self.add(
                object.to_owned(),
                property,
                names::yes(want),
                names::yes(have),
            );
        }
    }

    /// Adds a row for each attribute that differs, under its own name.
    fn attrs(&mut self, object: &str, want: &Attributes, have: &Attributes) {
        for (key, spec, database) in want.changes(have) {
            self.text(object, key.to_owned(), spec, database);
        }
    }

    fn user_type(&mut self, want: &UserType, have: &UserType) {
        match (want, have) {
            (UserType::Enum(want), UserType::Enum(have)) => {
                if want != have {
                    self.add(self.named(), "enum", want.join(", "), have.join(", "));
                }
            }
            (
                UserType::Enum(_)
                | UserType::Domain(_)
                | UserType::Composite(_)
                | UserType::Range(_),
                _,
            ) => {
                if want != have {
                    let sides = [want, have].map(|side| names::kind(&Object::Type(side.clone())));
                    let [spec, database] = sides;
                    self.add(self.named(), "definition", spec, database);
                }
            }
        }
    }

    fn table(&mut self, want: &Table, have: Option<&Table>) {
        let Some(have) = have else {
            let columns = want.columns.len();
            let text = if columns == 1 {
                String::from("1 column")
            } else {
                format!("{columns} columns")
            };
            self.add(self.named(), "table", text, MISSING);
            return;
        };
        if want.external {
            self.external(want, have);
            return;
        }
        self.columns(want, have);
        self.constraints(want, have);
        self.indexes(want, have);
        self.options(want, have);
        self.structure(want, have);
    }

    /// Where a table's rows and its structure come from.
    fn structure(&mut self, want: &Table, have: &Table) {
        let object = self.named();
        if want.partitioning != have.partitioning {
            let sides = [want, have].map(|t| names::partitioning(t.partitioning.as_ref()));
            let [spec, database] = sides;
            self.add(object.clone(), "partitions", spec, database);
        }
        if want.inheritance != have.inheritance {
            let sides = [want, have].map(|t| names::inheritance(&t.inheritance));
            let [spec, database] = sides;
            self.add(object, "parent", spec, database);
        }
    }

    /// Storage options count only where both sides say them, as everywhere.
    fn options(&mut self, want: &Table, have: &Table) {
        let object = self.named();
        self.text(
            &object,
            "comment",
            want.options.comment.as_deref(),
            have.options.comment.as_deref(),
        );
        self.attrs(&object, &want.options.attrs, &have.options.attrs);
        let pairs = [
            ("engine", &want.options.engine, &have.options.engine),
            ("charset", &want.options.charset, &have.options.charset),
            (
                "collation",
                &want.options.collation,
                &have.options.collation,
            ),
        ];
        for (property, want, have) in pairs {
            if let (Some(want), Some(have)) = (want, have)
                && !want.agrees(have)
            {
                self.add(
                    object.clone(),
                    property,
                    want.get().clone(),
                    have.get().clone(),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests;
