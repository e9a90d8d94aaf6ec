//! Collection of the differences of one object.

use crate::dialect::Dialect;
use crate::model::{Attributes, Object, ObjectId, Table, UserType};
use crate::verify::describe;
use crate::verify::difference::{Difference, MISSING, NONE};
use std::borrow::Cow;

/// The differences of one object, as they are collected.
pub(crate) struct ObjectDifferences<'a> {
    pub(crate) dialect: &'a dyn Dialect,
    pub(crate) owner: &'a ObjectId,
    pub(crate) list: Vec<Difference>,
}

impl<'a> ObjectDifferences<'a> {
    pub(crate) fn new(dialect: &'a dyn Dialect, owner: &'a ObjectId) -> Self {
        Self {
            dialect,
            owner,
            list: Vec::new(),
        }
    }

    /// `table users`, `view v_daily_cost`.
    pub(crate) fn object_label(&self) -> String {
        format!("{} {}", self.owner.kind, self.owner)
    }

    /// `ai_tool_results fk (tool_call_id)`.
    pub(crate) fn part_label(&self, part: &str) -> String {
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

    /// Adds a difference if two texts differ.
    pub(crate) fn compare_texts(
        &mut self,
        object: &str,
        property: impl Into<Cow<'static, str>>,
        want: Option<&str>,
        have: Option<&str>,
    ) {
        if want != have {
            let sides =
                [want, have].map(|side| side.map_or_else(|| NONE.into(), describe::one_line));
            let [spec, database]: [String; 2] = sides;
            self.add(object.to_owned(), property, spec, database);
        }
    }

    /// Adds a difference if two flags differ.
    pub(crate) fn compare_flags(
        &mut self,
        object: &str,
        property: &'static str,
        want: bool,
        have: bool,
    ) {
        if want != have {
            self.add(
                object.to_owned(),
                property,
                describe::yes_no(want),
                describe::yes_no(have),
            );
        }
    }

    /// Adds a difference for each attribute that differs.
    pub(crate) fn compare_attributes(
        &mut self,
        object: &str,
        want: &Attributes,
        have: &Attributes,
    ) {
        for (key, spec, database) in want.changes(have) {
            self.compare_texts(object, key.to_owned(), spec, database);
        }
    }

    pub(crate) fn user_type(&mut self, want: &UserType, have: &UserType) {
        match (want, have) {
            (UserType::Enum(want), UserType::Enum(have)) => {
                if want != have {
                    self.add(
                        self.object_label(),
                        "enum",
                        want.join(", "),
                        have.join(", "),
                    );
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
                    let sides =
                        [want, have].map(|side| describe::kind(&Object::Type(side.clone())));
                    let [spec, database] = sides;
                    self.add(self.object_label(), "definition", spec, database);
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
            self.add(self.object_label(), "table", text, MISSING);
            return;
        };
        if want.external {
            self.external_columns(want, have);
            return;
        }
        self.columns(want, have);
        self.constraints(want, have);
        self.indexes(want, have);
        self.options(want, have);
        self.structure(want, have);
    }

    /// Compares partitioning and inheritance.
    pub(crate) fn structure(&mut self, want: &Table, have: &Table) {
        let object = self.object_label();
        if want.partitioning != have.partitioning {
            let sides = [want, have].map(|t| describe::partitioning(t.partitioning.as_ref()));
            let [spec, database] = sides;
            self.add(object.clone(), "partitions", spec, database);
        }
        if want.inheritance != have.inheritance {
            let sides = [want, have].map(|t| describe::inheritance(&t.inheritance));
            let [spec, database] = sides;
            self.add(object, "parent", spec, database);
        }
    }

    /// Compares the options of a table. Engine, charset and collation are compared only if both sides have them.
    pub(crate) fn options(&mut self, want: &Table, have: &Table) {
        let object = self.object_label();
        self.compare_texts(
            &object,
            "comment",
            want.options.comment.as_deref(),
            have.options.comment.as_deref(),
        );
        self.compare_attributes(&object, &want.options.attrs, &have.options.attrs);
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
