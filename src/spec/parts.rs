//! What a table holds: keys, foreign keys, exclusions, indexes, checks.

use crate::diag::{Code, Diagnostic};
use crate::model::{ForeignKeyMatch, Ident, Timing};
use crate::spec::fields::{Body, Fields, Reader};
use crate::spec::keys::{CHECK, EXCLUSION, FOREIGN_KEY, INDEX, PRIMARY_KEY, Part, UNIQUE};
use crate::spec::node::{Node, NodeKind};
use crate::spec::table::Entry;
use crate::spec::text;
use crate::spec::types::{
    CheckSpec, ConstraintSpec, ExclusionSpec, ForeignKeySpec, IndexSpec, KeyPartSpec, KeySpec, Sp,
};

impl Reader<'_> {
    /// The fields of an entry, its name, and the node of its short form.
    fn entry<'a>(
        &mut self,
        part: &'static Part,
        entry: &Entry<'a>,
    ) -> Option<(Option<Sp<Ident>>, Body<'a>)> {
        let body = self.body(part, entry.at(), entry.node, entry.native)?;
        let mut name = match entry.name {
            Some(key) => Some(self.key_ident(key)?),
            None => None,
        };
        if let Body::Map(fields) = &body
            && let Some(field) = fields.get("name")
        {
            if name.is_some() && field.layer == 0 {
                let message = "the name stands before it already";
                self.error(Diagnostic::error(Code::Contradiction, message).at(&field.key.at));
            } else {
                name = self.ident("name", field.value);
            }
        }
        Some((name, body))
    }

    pub(crate) fn primary_key(&mut self, fields: &Fields<'_>) -> Option<KeySpec> {
        let field = fields.get("primary_key")?;
        let entry = Entry {
            name: None,
            node: field.value,
            native: field.native,
        };
        self.key(&PRIMARY_KEY, &entry)
    }

    pub(crate) fn unique(&mut self, entry: &Entry<'_>) -> Option<KeySpec> {
        self.key(&UNIQUE, entry)
    }

    fn key(&mut self, part: &'static Part, entry: &Entry<'_>) -> Option<KeySpec> {
        let (name, body) = self.entry(part, entry)?;
        let mut key = KeySpec {
            at: entry.at().clone(),
            name,
            renamed_from: None,
            parts: Vec::new(),
            include: Vec::new(),
            more: ConstraintSpec::default(),
        };
        if let Body::Map(fields) = &body {
            key.renamed_from = self.ident_of(fields, "renamed_from");
            key.include = self.include(fields);
            key.more = self.constraint(fields);
        }
        let parts = self.key_parts(&body)?;
        key.parts = parts;
        Some(key)
    }

    fn include(&mut self, fields: &Fields<'_>) -> Vec<Sp<Ident>> {
        match fields.get("include") {
            Some(field) => self.names("include", field.value),
            None => Vec::new(),
        }
    }

    /// What any constraint may say beside what it demands.
    fn constraint(&mut self, fields: &Fields<'_>) -> ConstraintSpec {
        ConstraintSpec {
            timing: self.timing(fields),
            validated: fields
                .get("validated")
                .map(|field| self.flag("validated", field.value)),
            comment: self.text_of(fields, "comment"),
            native: self.native_of(fields),
        }
    }

    /// `deferrable:` and `deferred:`
    pub(crate) fn timing(&mut self, fields: &Fields<'_>) -> Timing {
        let deferrable = fields
            .get("deferrable")
            .map(|field| (field, self.flag("deferrable", field.value)));
        if self.flag_of(fields, "deferred") {
            if let Some((field, false)) = deferrable {
                let message = "what is `deferred` is deferrable";
                self.error(Diagnostic::error(Code::Contradiction, message).at(&field.value.at));
            }
            return Timing::Deferred;
        }
        match deferrable {
            Some((_, true)) => Timing::Deferrable,
            Some((_, false)) | None => Timing::Immediate,
        }
    }

    pub(crate) fn exclusion(&mut self, entry: &Entry<'_>) -> Option<ExclusionSpec> {
        let (name, body) = self.entry(&EXCLUSION, entry)?;
        let Body::Map(fields) = body else {
            return None;
        };
        let columns = fields.get("columns")?;
        let NodeKind::Seq(items) = &columns.value.kind else {
            let message = format!("`columns` is a list here, this is {}", columns.value.noun());
            self.error(Diagnostic::error(Code::WrongShape, message).at(&columns.value.at));
            return None;
        };
        let mut parts = Vec::with_capacity(items.len());
        for item in items {
            let Some(text) = self.text("columns", item) else {
                continue;
            };
            let Some((value, operator)) = text::exclusion_part(&text.value) else {
                let message = format!("`{}` is no part of an exclusion", text.value);
                self.error(
                    Diagnostic::error(Code::KeyPart, message)
                        .at(&text.at)
                        .help("write a column, `with` and an operator: `during with &&`"),
                );
                continue;
            };
            let at = text.at;
            parts.push((Sp { value, at }, operator));
        }
        if parts.is_empty() {
            return None;
        }
        Some(ExclusionSpec {
            at: entry.at().clone(),
            name,
            renamed_from: self.ident_of(&fields, "renamed_from"),
            parts,
            method: self.text_of(&fields, "method"),
            predicate: self.sql_of(&fields, "where"),
            include: self.include(&fields),
            more: self.constraint(&fields),
        })
    }

    fn key_parts(&mut self, body: &Body<'_>) -> Option<Vec<Sp<KeyPartSpec>>> {
        let node = match body {
            Body::Short(node) => node,
            Body::Map(fields) => fields.get("columns")?.value,
        };
        let NodeKind::Seq(items) = &node.kind else {
            let mut found = Diagnostic::error(
                Code::WrongShape,
                format!("`columns` is a list here, this is {}", node.noun()),
            )
            .at(&node.at);
            if let Some(scalar) = node.scalar() {
                found = found.label(format!("write `[{}]`", scalar.text));
            }
            self.error(found);
            return None;
        };
        if items.is_empty() {
            self.error(
                Diagnostic::error(Code::NoValue, "the list of columns is empty").at(&node.at),
            );
            return None;
        }
        let mut parts: Vec<Sp<KeyPartSpec>> = Vec::with_capacity(items.len());
        for item in items {
            let Some(text) = self.text("columns", item) else {
                continue;
            };
            let Some(value) = text::key_part(&text.value) else {
                let message = format!("`{}` is neither a column nor an expression", text.value);
                self.error(Diagnostic::error(Code::KeyPart, message).at(&text.at).help(
                    "write `a`, `a desc`, `a(100)` for its first 100 characters, or `(lower(a))`; odd names in double quotes",
                ));
                continue;
            };
            let offset = text.value.find(&value.text).unwrap_or(0);
            let at = item.word(offset..offset + value.text.len());
            if parts.iter().any(|p| p.value.text == value.text) {
                let message = format!("`{}` comes twice", value.text);
                self.error(Diagnostic::error(Code::DuplicateColumn, message).at(&at));
                continue;
            }
            parts.push(Sp { value, at });
        }
        (!parts.is_empty()).then_some(parts)
    }

    pub(crate) fn foreign_key(&mut self, entry: &Entry<'_>) -> Option<ForeignKeySpec> {
        let (name, body) = self.entry(&FOREIGN_KEY, entry)?;
        let Body::Map(fields) = body else {
            return None;
        };
        let columns = fields
            .get("columns")
            .map(|f| self.names("columns", f.value));
        let reference = fields.get("references")?;
        let (target_schema, target, target_columns) = self.target(reference.value)?;
        let columns = columns.filter(|columns| !columns.is_empty())?;
        if columns.len() != target_columns.len() {
            let (here, there) = (columns.len(), target_columns.len());
            let message = format!("columns here: {here}, columns referred to: {there}");
            self.error(
                Diagnostic::error(Code::FkColumns, message)
                    .at(&reference.value.at)
                    .help("name as many columns on both sides: `table(a, b)`"),
            );
            return None;
        }
        let on_delete = fields.get("on_delete");
        let on_update = fields.get("on_update");
        if let Some(field) =
            on_update.filter(|f| f.value.scalar().is_some_and(|s| &*s.text == "now"))
        {
            let message = "`on_update: now` belongs to a column";
            self.error(Diagnostic::error(Code::UnknownWord, message).at(&field.value.at));
            return None;
        }
        Some(ForeignKeySpec {
            at: reference.value.at.clone(),
            name,
            renamed_from: self.ident_of(&fields, "renamed_from"),
            columns,
            target_schema,
            target,
            target_columns,
            on_delete: on_delete
                .and_then(|f| self.action("on_delete", f))
                .unwrap_or_default(),
            on_update: on_update
                .and_then(|f| self.action("on_update", f))
                .unwrap_or_default(),
            matching: match fields
                .get("match")
                .and_then(|f| self.word("match", f.value, &["simple", "full"]))
            {
                Some("full") => ForeignKeyMatch::Full,
                _ => ForeignKeyMatch::Simple,
            },
            more: self.constraint(&fields),
        })
    }

    /// Reads `references:`: schema, table and columns.
    #[expect(
        clippy::type_complexity,
        reason = "three parts that have a meaning only together"
    )]
    pub(crate) fn target(
        &mut self,
        node: &Node,
    ) -> Option<(Option<Ident>, Sp<Ident>, Vec<Sp<Ident>>)> {
        let text = self.text("references", node)?;
        let Some(reference) = text::reference(&text.value) else {
            let mut found = Diagnostic::error(
                Code::BadReference,
                format!("`{}` is no reference", text.value),
            )
            .at(&text.at);
            let plain = !text.value.is_empty()
                && text.value.chars().all(|c| c.is_alphanumeric() || c == '_');
            if plain {
                found = found.label(format!("which column? `{}.id`", text.value));
            }
            self.error(found.help("write `table.column`, `schema.table.column` or `table(a, b)`"));
            return None;
        };
        let spanned = |word: text::Word| Sp {
            value: Ident::from(word.text),
            at: node.word(word.range),
        };
        Some((
            reference.schema.map(|word| Ident::from(word.text)),
            spanned(reference.table),
            reference.columns.into_iter().map(spanned).collect(),
        ))
    }

    pub(crate) fn index(&mut self, entry: &Entry<'_>) -> Option<IndexSpec> {
        let (name, body) = self.entry(&INDEX, entry)?;
        let mut index = IndexSpec {
            at: entry.at().clone(),
            name,
            renamed_from: None,
            parts: Vec::new(),
            unique: false,
            method: None,
            predicate: None,
            include: Vec::new(),
            comment: None,
            native: Vec::new(),
        };
        if let Body::Map(fields) = &body {
            index.renamed_from = self.ident_of(fields, "renamed_from");
            index.unique = self.flag_of(fields, "unique");
            index.method = self.text_of(fields, "method");
            index.predicate = self.sql_of(fields, "where");
            index.comment = self.text_of(fields, "comment");
            index.include = self.include(fields);
            index.native = self.native_of(fields);
        }
        index.parts = self.key_parts(&body)?;
        Some(index)
    }

    pub(crate) fn check(&mut self, entry: &Entry<'_>) -> Option<CheckSpec> {
        let (name, body) = self.entry(&CHECK, entry)?;
        let (sql, renamed_from, more) = match &body {
            Body::Short(node) => {
                let text = self.text("checks", node)?;
                (self.sql("checks", text)?, None, ConstraintSpec::default())
            }
            Body::Map(fields) => (
                self.sql_of(fields, "sql")?,
                self.ident_of(fields, "renamed_from"),
                self.constraint(fields),
            ),
        };
        Some(CheckSpec {
            at: entry.at().clone(),
            name,
            renamed_from,
            sql,
            more,
        })
    }
}
