//! The differences of one object while they are collected.

use crate::dialect::Dialect;
use crate::model::{Attributes, Object, ObjectId, Table, UserType};
use crate::verify::difference::{Difference, MISSING, NONE};
use crate::verify::names;
use std::borrow::Cow;

/// The rows of one object while they are collected.
pub(crate) struct Rows<'a> {
    pub(crate) dialect: &'a dyn Dialect,
    pub(crate) owner: &'a ObjectId,
    pub(crate) list: Vec<Difference>,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(dialect: &'a dyn Dialect, owner: &'a ObjectId) -> Self {
        Self {
            dialect,
            owner,
            list: Vec::new(),
        }
    }

    /// `table users`, `view v_daily_cost`.
    pub(crate) fn named(&self) -> String {
        format!("{} {}", self.owner.kind, self.owner)
    }

    /// `ai_tool_results fk (tool_call_id)`.
    pub(crate) fn part(&self, part: &str) -> String {
        format!("{} {part}", self.owner)
    }

    pub(crate) fn add(
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
    pub(crate) fn text(
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
    pub(crate) fn flag(&mut self, object: &str, property: &'static str, want: bool, have: bool) {
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
    pub(crate) fn attrs(&mut self, object: &str, want: &Attributes, have: &Attributes) {
        for (key, spec, database) in want.changes(have) {
            self.text(object, key.to_owned(), spec, database);
        }
    }

    pub(crate) fn user_type(&mut self, want: &UserType, have: &UserType) {
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

    pub(crate) fn table(&mut self, want: &Table, have: Option<&Table>) {
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
    pub(crate) fn structure(&mut self, want: &Table, have: &Table) {
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
    pub(crate) fn options(&mut self, want: &Table, have: &Table) {
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
