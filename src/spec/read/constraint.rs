//! Reads keys, foreign keys, exclusion constraints, indexes and checks.

use crate::diag::{Code, Diagnostic};
use crate::model::{ForeignKeyMatch, Ident, Timing};
use crate::spec::keys::{CHECK, EXCLUSION, FOREIGN_KEY, INDEX, MapDef, PRIMARY_KEY, UNIQUE};
use crate::spec::read::fields::Entry;
use crate::spec::read::fields::{Body, Fields};
use crate::spec::read::inline_syntax;
use crate::spec::read::reader::Reader;
use crate::spec::typed::{
    CheckSpec, ConstraintSpec, ExclusionSpec, ForeignKeySpec, IndexSpec, KeyPartSpec, KeySpec,
    Spanned,
};
use crate::spec::yaml_tree::{Node, NodeKind};

impl Reader<'_> {
    /// The fields of an entry, its name, and the node of its short form.
    fn read_entry<'a>(
        &mut self,
        part: &'static MapDef,
        entry: &Entry<'a>,
    ) -> Option<(Option<Spanned<Ident>>, Body<'a>)> {
        let body = self.read_body(part, entry.at(), entry.node, entry.native)?;
        let mut name = match entry.name {
            Some(key) => Some(self.read_key_name(key)?),
            None => None,
        };
        if let Body::Map(fields) = &body
            && let Some(field) = fields.get("name")
        {
            if name.is_some() && field.layer == 0 {
                let message = "duplicate name: the key of this entry is its name";
                self.report(Diagnostic::error(Code::Contradiction, message).at(&field.key.at));
            } else {
                name = self.read_ident("name", field.value);
            }
        }
        Some((name, body))
    }

    pub(crate) fn read_primary_key(&mut self, fields: &Fields<'_>) -> Option<KeySpec> {
        let field = fields.get("primary_key")?;
        let entry = Entry {
            name: None,
            node: field.value,
            native: field.native,
        };
        self.read_key(&PRIMARY_KEY, &entry)
    }

    pub(crate) fn read_unique(&mut self, entry: &Entry<'_>) -> Option<KeySpec> {
        self.read_key(&UNIQUE, entry)
    }

    fn read_key(&mut self, part: &'static MapDef, entry: &Entry<'_>) -> Option<KeySpec> {
        let (name, body) = self.read_entry(part, entry)?;
        let mut key = KeySpec {
            at: entry.at().clone(),
            name,
            renamed_from: None,
            parts: Vec::new(),
            include: Vec::new(),
            more: ConstraintSpec::default(),
        };
        if let Body::Map(fields) = &body {
            key.renamed_from = self.optional_name(fields, "renamed_from");
            key.include = self.read_include(fields);
            key.more = self.read_constraint(fields);
        }
        let parts = self.read_key_parts(&body)?;
        key.parts = parts;
        Some(key)
    }

    fn read_include(&mut self, fields: &Fields<'_>) -> Vec<Spanned<Ident>> {
        match fields.get("include") {
            Some(field) => self.read_names("include", field.value),
            None => Vec::new(),
        }
    }

    /// Timing, validation, comment and options of a constraint.
    fn read_constraint(&mut self, fields: &Fields<'_>) -> ConstraintSpec {
        ConstraintSpec {
            timing: self.read_timing(fields),
            validated: fields
                .get("validated")
                .map(|field| self.read_flag("validated", field.value)),
            comment: self.optional_text(fields, "comment"),
            native: self.read_options(fields),
        }
    }

    /// `deferrable:` and `deferred:`
    pub(crate) fn read_timing(&mut self, fields: &Fields<'_>) -> Timing {
        let deferrable = fields
            .get("deferrable")
            .map(|field| (field, self.read_flag("deferrable", field.value)));
        if self.optional_flag(fields, "deferred") {
            if let Some((field, false)) = deferrable {
                let message = "`deferrable: false` contradicts `deferred: true`";
                self.report(Diagnostic::error(Code::Contradiction, message).at(&field.value.at));
            }
            return Timing::Deferred;
        }
        match deferrable {
            Some((_, true)) => Timing::Deferrable,
            Some((_, false)) | None => Timing::Immediate,
        }
    }

    pub(crate) fn read_exclusion(&mut self, entry: &Entry<'_>) -> Option<ExclusionSpec> {
        let (name, body) = self.read_entry(&EXCLUSION, entry)?;
        let Body::Map(fields) = body else {
            return None;
        };
        let columns = fields.get("columns")?;
        let NodeKind::Seq(items) = &columns.value.kind else {
            let message = format!("`columns` must be a list, found {}", columns.value.noun());
            self.report(Diagnostic::error(Code::WrongShape, message).at(&columns.value.at));
            return None;
        };
        let mut parts = Vec::with_capacity(items.len());
        for item in items {
            let Some(text) = self.read_text("columns", item) else {
                continue;
            };
            let Some((value, operator)) = inline_syntax::parse_exclusion_part(&text.value) else {
                let message = format!("invalid exclusion element `{}`", text.value);
                self.report(
                    Diagnostic::error(Code::KeyPart, message)
                        .at(&text.at)
                        .help("write a column, `with` and an operator: `during with &&`"),
                );
                continue;
            };
            let at = text.at;
            parts.push((Spanned { value, at }, operator));
        }
        if parts.is_empty() {
            return None;
        }
        Some(ExclusionSpec {
            at: entry.at().clone(),
            name,
            renamed_from: self.optional_name(&fields, "renamed_from"),
            parts,
            method: self.optional_text(&fields, "method"),
            predicate: self.optional_sql(&fields, "where"),
            include: self.read_include(&fields),
            more: self.read_constraint(&fields),
        })
    }

    fn read_key_parts(&mut self, body: &Body<'_>) -> Option<Vec<Spanned<KeyPartSpec>>> {
        let node = match body {
            Body::Short(node) => node,
            Body::Map(fields) => fields.get("columns")?.value,
        };
        let NodeKind::Seq(items) = &node.kind else {
            let mut found = Diagnostic::error(
                Code::WrongShape,
                format!("`columns` must be a list, found {}", node.noun()),
            )
            .at(&node.at);
            if let Some(scalar) = node.scalar() {
                found = found.label(format!("write `[{}]`", scalar.text));
            }
            self.report(found);
            return None;
        };
        if items.is_empty() {
            self.report(Diagnostic::error(Code::NoValue, "`columns` is empty").at(&node.at));
            return None;
        }
        let mut parts: Vec<Spanned<KeyPartSpec>> = Vec::with_capacity(items.len());
        for item in items {
            let Some(text) = self.read_text("columns", item) else {
                continue;
            };
            let Some(value) = inline_syntax::parse_key_part(&text.value) else {
                let message = format!("invalid key column `{}`", text.value);
                self.report(Diagnostic::error(Code::KeyPart, message).at(&text.at).help(
                    "write `a`, `a desc`, `a(100)` for its first 100 characters, or `(lower(a))`; put names with special characters in double quotes",
                ));
                continue;
            };
            let offset = text.value.find(&value.text).unwrap_or(0);
            let at = item.word(offset..offset + value.text.len());
            if parts.iter().any(|p| p.value.text == value.text) {
                let message = format!("duplicate column `{}`", value.text);
                self.report(Diagnostic::error(Code::DuplicateColumn, message).at(&at));
                continue;
            }
            parts.push(Spanned { value, at });
        }
        (!parts.is_empty()).then_some(parts)
    }

    pub(crate) fn read_foreign_key(&mut self, entry: &Entry<'_>) -> Option<ForeignKeySpec> {
        let (name, body) = self.read_entry(&FOREIGN_KEY, entry)?;
        let Body::Map(fields) = body else {
            return None;
        };
        let columns = fields
            .get("columns")
            .map(|f| self.read_names("columns", f.value));
        let reference = fields.get("references")?;
        let (target_schema, target, target_columns) = self.read_reference(reference.value)?;
        let columns = columns.filter(|columns| !columns.is_empty())?;
        if columns.len() != target_columns.len() {
            let (here, there) = (columns.len(), target_columns.len());
            let message = format!(
                "number of foreign key columns ({here}) differs from number of referenced columns ({there})"
            );
            self.report(
                Diagnostic::error(Code::FkColumns, message)
                    .at(&reference.value.at)
                    .help("name the same number of columns on both sides: `table(a, b)`"),
            );
            return None;
        }
        let on_delete = fields.get("on_delete");
        let on_update = fields.get("on_update");
        if let Some(field) =
            on_update.filter(|f| f.value.scalar().is_some_and(|s| &*s.text == "now"))
        {
            let message = "`on_update: now` is only allowed on a column";
            self.report(Diagnostic::error(Code::UnknownWord, message).at(&field.value.at));
            return None;
        }
        Some(ForeignKeySpec {
            at: reference.value.at.clone(),
            name,
            renamed_from: self.optional_name(&fields, "renamed_from"),
            columns,
            target_schema,
            target,
            target_columns,
            on_delete: on_delete
                .and_then(|f| self.read_action("on_delete", f))
                .unwrap_or_default(),
            on_update: on_update
                .and_then(|f| self.read_action("on_update", f))
                .unwrap_or_default(),
            matching: match fields
                .get("match")
                .and_then(|f| self.read_word("match", f.value, &["simple", "full"]))
            {
                Some("full") => ForeignKeyMatch::Full,
                _ => ForeignKeyMatch::Simple,
            },
            more: self.read_constraint(&fields),
        })
    }

    /// Reads `references:`: schema, table and columns.
    #[expect(
        clippy::type_complexity,
        reason = "the parts are used together at each call"
    )]
    pub(crate) fn read_reference(
        &mut self,
        node: &Node,
    ) -> Option<(Option<Ident>, Spanned<Ident>, Vec<Spanned<Ident>>)> {
        let text = self.read_text("references", node)?;
        let Some(reference) = inline_syntax::parse_reference(&text.value) else {
            let mut found = Diagnostic::error(
                Code::BadReference,
                format!("invalid reference `{}`", text.value),
            )
            .at(&text.at);
            let plain = !text.value.is_empty()
                && text.value.chars().all(|c| c.is_alphanumeric() || c == '_');
            if plain {
                found = found.label(format!("name the column: `{}.id`", text.value));
            }
            self.report(found.help("write `table.column`, `schema.table.column` or `table(a, b)`"));
            return None;
        };
        let spanned = |word: inline_syntax::NameToken| Spanned {
            value: Ident::from(word.text),
            at: node.word(word.range),
        };
        Some((
            reference.schema.map(|word| Ident::from(word.text)),
            spanned(reference.table),
            reference.columns.into_iter().map(spanned).collect(),
        ))
    }

    pub(crate) fn read_index(&mut self, entry: &Entry<'_>) -> Option<IndexSpec> {
        let (name, body) = self.read_entry(&INDEX, entry)?;
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
            index.renamed_from = self.optional_name(fields, "renamed_from");
            index.unique = self.optional_flag(fields, "unique");
            index.method = self.optional_text(fields, "method");
            index.predicate = self.optional_sql(fields, "where");
            index.comment = self.optional_text(fields, "comment");
            index.include = self.read_include(fields);
            index.native = self.read_options(fields);
        }
        index.parts = self.read_key_parts(&body)?;
        Some(index)
    }

    pub(crate) fn read_check(&mut self, entry: &Entry<'_>) -> Option<CheckSpec> {
        let (name, body) = self.read_entry(&CHECK, entry)?;
        let (sql, renamed_from, more) = match &body {
            Body::Short(node) => {
                let text = self.read_text("checks", node)?;
                (
                    self.check_sql("checks", text)?,
                    None,
                    ConstraintSpec::default(),
                )
            }
            Body::Map(fields) => (
                self.optional_sql(fields, "sql")?,
                self.optional_name(fields, "renamed_from"),
                self.read_constraint(fields),
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
