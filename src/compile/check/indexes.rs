//! Keys and indexes: their columns exist, and the dialect supports them.

use crate::compile::check::checker::Checker;
use crate::db::Vendor;
use crate::diag::{Code, Diagnostic, Location};
use crate::dialect::{IndexSize, is_for_vendors_only};
use crate::model::ConstraintKind;
use crate::spec::{IndexSpec, KeyPartSpec, Spanned, TableSpec};

impl Checker<'_> {
    /// Checks all keys and indexes of a table.
    pub(crate) fn check_indexes(&mut self, number: usize) {
        let Some(subject) = self.tables.get(number) else {
            return;
        };
        let spec = subject.spec;
        for key in spec.primary_key.iter().chain(&spec.unique) {
            self.check_parts(number, "key", &key.parts);
            self.check_key_parts(&key.parts);
            for column in &key.include {
                self.check_column_exists(number, column.value.as_str(), &column.at);
            }
        }
        for index in &spec.indexes {
            self.check_parts(number, "index", &index.parts);
            for column in &index.include {
                self.check_column_exists(number, column.value.as_str(), &column.at);
            }
            self.check_support(index);
        }
        self.check_size(number);
    }

    /// Whether all servers of the spec support indexes on expressions.
    fn supports_expression_indexes(&self) -> bool {
        self.is_for_vendors_only(self.capabilities.indexes.expressions)
    }

    /// Whether the spec was resolved for some of these vendors only.
    pub(crate) fn is_for_vendors_only(&self, vendors: &[Vendor]) -> bool {
        is_for_vendors_only(self.dialect, self.spec, vendors)
    }

    /// Reports expressions and descending columns in keys, unless keys are the same as unique indexes.
    fn check_key_parts(&mut self, parts: &[Spanned<KeyPartSpec>]) {
        if self.capabilities.keys.same_as_indexes {
            return;
        }
        for part in parts {
            let what = match (part.value.is_expr, part.value.desc) {
                (true, _) => "an expression",
                (false, true) => "a descending column",
                (false, false) => continue,
            };
            self.found.push(
                Diagnostic::error(Code::KeyPart, format!("a key can't contain {what}"))
                    .at(&part.at)
                    .help("write an index with `unique: true`"),
            );
        }
    }

    fn check_column_exists(&mut self, number: usize, name: &str, at: &Location) {
        let Some(subject) = self.tables.get(number) else {
            return;
        };
        if !subject.columns.contains_key(name) && !self.inherits_column(subject.spec, name, 0) {
            self.report_missing_column(name, at, subject.spec);
        }
    }

    /// Whether a table inherits the column. An unknown parent is assumed to have it.
    pub(crate) fn inherits_column(&self, table: &TableSpec, name: &str, depth: usize) -> bool {
        // a table that inherits from itself is reported elsewhere
        depth < self.tables.len()
            && table.inherits.iter().any(|parent| {
                let id = crate::compile::lower::table_ref_id(self.dialect, parent);
                let found = self.by_id.get(&id).and_then(|n| self.tables.get(*n));
                found.is_none_or(|parent| {
                    parent.columns.contains_key(name)
                        || self.inherits_column(parent.spec, name, depth + 1)
                })
            })
    }

    fn check_parts(&mut self, number: usize, what: &str, parts: &[Spanned<KeyPartSpec>]) {
        for part in parts {
            let KeyPartSpec {
                text,
                is_expr,
                prefix,
                ..
            } = &part.value;
            if *is_expr {
                if !self.supports_expression_indexes() {
                    self.report_unsupported(&part.at, what, "an expression", "other `columns`");
                }
                continue;
            }
            self.check_column_exists(number, text, &part.at);
            if prefix.is_some() && !self.capabilities.indexes.prefixes {
                self.report_unsupported(
                    &part.at,
                    what,
                    "the first characters of a column",
                    "other `columns`",
                );
            }
        }
    }

    fn check_support(&mut self, index: &IndexSpec) {
        let capabilities = self.capabilities;
        if let Some(method) = &index.method {
            let lower = method.value.to_ascii_lowercase();
            if !capabilities.indexes.methods.contains(&lower.as_str()) {
                let message = format!(
                    "{} does not support the index method `{}`",
                    self.dialect.name(),
                    method.value
                );
                let mut found = Diagnostic::error(Code::IndexMethod, message)
                    .at(&method.at)
                    .help(self.alternatives("index", "write another `method`"));
                if !capabilities.indexes.methods.is_empty() {
                    found = found.label(format!(
                        "supported methods: {}",
                        capabilities.indexes.methods.join(", ")
                    ));
                }
                self.found.push(found);
            }
        }
        if let Some(predicate) = index
            .predicate
            .as_ref()
            .filter(|_| !capabilities.indexes.partial)
        {
            self.report_unsupported(&predicate.at, "index", "a subset of rows", "`where: null`");
        }
        if let Some(column) = index
            .include
            .first()
            .filter(|_| !capabilities.indexes.include_columns)
        {
            self.report_unsupported(&column.at, "index", "additional columns", "`include: null`");
        }
    }

    fn report_unsupported(&mut self, at: &Location, what: &str, part: &str, instead: &str) {
        let message = format!(
            "{} does not support {part} in this {what}",
            self.dialect.name()
        );
        self.found.push(
            Diagnostic::error(Code::IndexAbility, message)
                .at(at)
                .help(self.alternatives(what, &format!("write {instead}"))),
        );
    }

    /// Reports keys that exceed the size limit of the dialect.
    fn check_size(&mut self, number: usize) {
        let Some(subject) = self.tables.get(number) else {
            return;
        };
        let Some(table) = subject.lowered.filter(|table| !table.external) else {
            return;
        };
        let spec = subject.spec;
        let mut unique_at = spec.unique.iter().map(|key| &key.at);
        let keys = table
            .constraints
            .iter()
            .filter_map(|constraint| match &constraint.kind {
                ConstraintKind::PrimaryKey(parts) => Some((
                    parts,
                    spec.primary_key
                        .as_ref()
                        .map_or(&spec.name.at, |key| &key.at),
                )),
                ConstraintKind::Unique(parts) => {
                    Some((parts, unique_at.next().unwrap_or(&spec.name.at)))
                }
                ConstraintKind::ForeignKey(_)
                | ConstraintKind::Check(_)
                | ConstraintKind::Exclusion(_) => None,
            });
        let indexes = table.indexes.iter().zip(&spec.indexes);
        // other index methods have other limits
        let ordered =
            indexes.filter(|(index, _)| index.method.as_deref().is_none_or(|m| m == "btree"));
        let all = keys.chain(ordered.map(|(index, spec)| (&index.parts, &spec.at)));
        let too_long = all.filter_map(|(parts, at)| {
            let size = self.dialect.index_size(table, parts)?;
            (size.bytes > size.limit).then_some((size, at))
        });
        let found: Vec<Diagnostic> = too_long
            .map(|(IndexSize { bytes, limit }, at)| {
                Diagnostic::error(
                    Code::IndexTooLong,
                    format!("index key too long for {}", self.dialect.name()),
                )
                .at(at)
                .label(format!("up to {bytes} bytes, the limit is {limit}"))
                .help("shorten a column, or index only its first characters: `name(191)`")
            })
            .collect();
        self.found.extend(found);
    }
}
