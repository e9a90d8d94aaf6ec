//! Reads columns.

use crate::diag::{Code, Diagnostic, Location};
use crate::model::{ForeignKeyMatch, Ident, ReferentialAction};
use crate::spec::keys::{COLUMN, ENUM_VALUE, GENERATED};
use crate::spec::read::default_literal;
use crate::spec::read::fields::{Body, Field, Fields};
use crate::spec::read::reader::Reader;
use crate::spec::read::table::Parts;
use crate::spec::typed::neutral_type_syntax;
use crate::spec::typed::neutral_type_syntax::split_null;
use crate::spec::typed::{
    ColumnSpec, ColumnType, ConstraintSpec, DefaultSpec, EnumValue, ForeignKeySpec, IdentitySpec,
    Neutral, Spanned,
};
use crate::spec::yaml_tree::{Key, Node, NodeKind};
use std::collections::HashSet;

/// A type, and whether it ends with ` null`.
type Typed = (Spanned<ColumnType>, bool);

impl Reader<'_> {
    /// Reads a column. Its `references` is added to the foreign keys of the table.
    pub(crate) fn read_column(
        &mut self,
        key: &Key,
        node: &Node,
        native: bool,
        parts: &mut Parts,
    ) -> Option<ColumnSpec> {
        let name = self.read_key_name(key)?;
        if node.is_null() {
            let message = format!("column `{}` has no type", key.text);
            self.report(
                Diagnostic::error(Code::MissingKey, message)
                    .at(&key.at)
                    .help("write a type as its value: `varchar(100)`, `int null`"),
            );
            return Some(empty_column(name, self.unreadable_type(&key.at)));
        }
        match self.read_body(&COLUMN, &key.at, node, native) {
            Some(Body::Short(text)) => {
                let (ty, nullable) = self.read_type_text(text, native);
                let mut column = empty_column(name, ty);
                column.nullable = nullable;
                Some(column)
            }
            Some(Body::Map(fields)) => Some(self.read_column_map(name, &fields, parts)),
            None if matches!(node.kind, NodeKind::Map(_)) => None,
            None => Some(empty_column(name, self.unreadable_type(&node.at))),
        }
    }

    fn read_column_map(
        &mut self,
        name: Spanned<Ident>,
        fields: &Fields<'_>,
        parts: &mut Parts,
    ) -> ColumnSpec {
        let (ty, null) = self.read_type(fields);
        let mut column = empty_column(name, ty);
        column.nullable = self.read_nullable(fields, null);
        column.default = self.read_default(fields);
        column.identity = self.read_identity(fields);
        column.native = self.read_options(fields);
        column.generated = self.read_generated(fields);
        column.comment = self.optional_text(fields, "comment");
        column.renamed_from = self.optional_name(fields, "renamed_from");
        column.charset = self.optional_text(fields, "charset");
        column.collation = self.optional_text(fields, "collation");
        self.read_column_reference(fields, &mut column, parts);
        self.check_contradictions(fields, &column);
        column
    }

    /// `identity:` with the location of its key.
    fn read_identity(&mut self, fields: &Fields<'_>) -> Option<Spanned<IdentitySpec>> {
        let field = fields.get("identity")?;
        let words = ["true", "false", "always", "serial"];
        let value = match self.read_word("identity", field.value, &words)? {
            "always" => IdentitySpec::Always,
            "serial" => IdentitySpec::Serial,
            "true" => IdentitySpec::Default,
            _ => return None,
        };
        let at = field.key.at.clone();
        Some(Spanned { value, at })
    }

    fn read_type(&mut self, fields: &Fields<'_>) -> Typed {
        match (fields.get("type"), fields.get("enum")) {
            (Some(ty), Some(values)) => {
                let message = "`type` and `enum` exclude each other";
                self.report(
                    Diagnostic::error(Code::Contradiction, message)
                        .at(&values.key.at)
                        .help("remove `type`"),
                );
                self.read_type_text(ty.value, ty.native)
            }
            (Some(ty), None) => {
                if let (Some(native), None) = (fields.get("native"), fields.replaced("enum")) {
                    let message = "`native` has no effect without `enum`";
                    self.report(Diagnostic::error(Code::Contradiction, message).at(&native.key.at));
                }
                self.read_type_text(ty.value, ty.native)
            }
            (None, Some(values)) => {
                let native = self.optional_flag(fields, "native");
                let field_at = values.value.at.clone();
                match self.read_enum_values(values) {
                    Some(values) => (
                        Spanned {
                            value: ColumnType::Neutral(Neutral::Enum { values, native }),
                            at: field_at,
                        },
                        false,
                    ),
                    None => (self.unreadable_type(&field_at), false),
                }
            }
            (None, None) => {
                self.report(
                    Diagnostic::error(Code::MissingKey, "column without `type` or `enum`")
                        .at(fields.at),
                );
                (self.unreadable_type(fields.at), false)
            }
        }
    }

    fn read_type_text(&mut self, node: &Node, native: bool) -> Typed {
        let Some(text) = self.read_text("type", node) else {
            return (self.unreadable_type(&node.at), false);
        };
        let (name, null) = split_null(&text.value);
        let lead = name.len() - name.trim_start().len();
        let at = node.word(lead..name.len());
        let name = name.trim_start();
        if native {
            let value = ColumnType::Native(name.to_owned());
            return (Spanned { value, at }, null);
        }
        match neutral_type_syntax::parse_neutral_type(name) {
            Ok(neutral) => {
                let value = ColumnType::Neutral(neutral);
                (Spanned { value, at }, null)
            }
            Err(bad) => {
                let mut found = Diagnostic::error(bad.code, bad.message).at(&at);
                found.label = bad.label;
                found.help = bad.help;
                if let Some(base) = name
                    .to_ascii_lowercase()
                    .strip_suffix(" not")
                    .filter(|_| null)
                {
                    found = found.label(format!("write `{base}`")).help(
                        "remove `not null`: a column is NOT NULL unless its type ends in `null`",
                    );
                }
                self.report(found);
                (self.unreadable_type(&at), null)
            }
        }
    }

    /// The placeholder for a type that can't be read.
    fn unreadable_type(&mut self, at: &Location) -> Spanned<ColumnType> {
        self.unread.insert(at.clone());
        Spanned {
            value: ColumnType::Neutral(Neutral::Text),
            at: at.clone(),
        }
    }

    pub(crate) fn read_enum_values(&mut self, field: Field<'_>) -> Option<Vec<EnumValue>> {
        let NodeKind::Seq(items) = &field.value.kind else {
            let message = format!(
                "`enum` must be a list of values, found {}",
                field.value.noun()
            );
            self.report(
                Diagnostic::error(Code::WrongShape, message)
                    .at(&field.value.at)
                    .label("write `[a, b]`"),
            );
            return None;
        };
        if items.is_empty() {
            let message = "enum without values";
            self.report(Diagnostic::error(Code::NoValue, message).at(&field.value.at));
            return None;
        }
        let mut values: Vec<EnumValue> = Vec::with_capacity(items.len());
        let mut seen = HashSet::new();
        for item in items {
            let (value, renamed_from) = match &item.kind {
                // `null` is a valid value
                NodeKind::Scalar(scalar) => (scalar.text.to_string(), None),
                NodeKind::Seq(_) | NodeKind::Map(_) => {
                    let Some(Body::Map(fields)) =
                        self.read_body(&ENUM_VALUE, &item.at, item, field.native)
                    else {
                        continue;
                    };
                    let Some(value) = self.optional_text(&fields, "value") else {
                        continue;
                    };
                    (
                        value.value,
                        self.optional_text(&fields, "renamed_from")
                            .map(|old| old.value),
                    )
                }
            };
            if !seen.insert(value.clone()) {
                let message = format!("duplicate value `{value}`");
                self.report(Diagnostic::error(Code::DuplicateValue, message).at(&item.at));
                continue;
            }
            values.push(EnumValue {
                value,
                renamed_from,
            });
        }
        (!values.is_empty()).then_some(values)
    }

    /// Whether NULL is allowed: by `nullable:`, otherwise by ` null` of the type or of the type it overrides.
    fn read_nullable(&mut self, fields: &Fields<'_>, null: bool) -> bool {
        let replaced = fields
            .replaced("type")
            .and_then(|f| f.value.scalar())
            .is_some_and(|s| split_null(&s.text).1);
        let Some(field) = fields.get("nullable") else {
            return null || replaced;
        };
        let nullable = self.read_flag("nullable", field.value);
        let layer = fields.get("type").map(|ty| ty.layer);
        if null && !nullable && layer == Some(field.layer) {
            let message = "`nullable: false` contradicts the type, which ends in `null`";
            self.report(Diagnostic::error(Code::Contradiction, message).at(&field.value.at));
        }
        // ` null` of an override takes precedence over `nullable: false` of a weaker one
        nullable || (null && layer > Some(field.layer))
    }

    fn read_default(&mut self, fields: &Fields<'_>) -> Option<DefaultSpec> {
        match (fields.get("default"), fields.get("default_sql")) {
            (Some(_), Some(sql)) => {
                let message = "`default` and `default_sql` exclude each other";
                self.report(Diagnostic::error(Code::Contradiction, message).at(&sql.key.at));
                None
            }
            (Some(value), None) => {
                let Some(scalar) = value.value.scalar() else {
                    let message =
                        format!("`default` must be a literal, found {}", value.value.noun());
                    self.report(
                        Diagnostic::error(Code::WrongShape, message)
                            .at(&value.value.at)
                            .help("quote it: `default: '{}'`"),
                    );
                    return None;
                };
                Some(DefaultSpec::Value(Spanned {
                    value: scalar.text.to_string(),
                    at: value.value.at.clone(),
                }))
            }
            (None, _) => self
                .optional_sql(fields, "default_sql")
                .map(DefaultSpec::Sql),
        }
    }

    fn read_generated(&mut self, fields: &Fields<'_>) -> Option<(Spanned<String>, bool)> {
        let field = fields.get("generated")?;
        let Some(Body::Map(fields)) =
            self.read_body(&GENERATED, &field.key.at, field.value, field.native)
        else {
            return None;
        };
        let stored = fields
            .get("stored")
            .is_none_or(|f| self.read_flag("stored", f.value));
        let sql = self.optional_sql(&fields, "sql")?;
        Some((sql, stored))
    }

    fn read_column_reference(
        &mut self,
        fields: &Fields<'_>,
        column: &mut ColumnSpec,
        parts: &mut Parts,
    ) {
        let on_update = fields.get("on_update");
        let now = on_update.filter(|f| f.value.scalar().is_some_and(|s| &*s.text == "now"));
        column.on_update_now = now.map(|f| f.value.at.clone());
        let referential = on_update.filter(|_| now.is_none());
        let Some(field) = fields.get("references") else {
            if let Some(on_update) = referential
                && self.read_action("on_update", on_update).is_some()
            {
                self.report_missing_reference(
                    on_update,
                    "write `now`, or add `references: table.column`",
                );
            }
            for name in ["on_delete", "deferred"] {
                if let Some(field) = fields.get(name) {
                    self.report_missing_reference(field, "add `references: table.column`");
                }
            }
            return;
        };
        let Some((target_schema, target, target_columns)) = self.read_reference(field.value) else {
            return;
        };
        if target_columns.len() != 1 {
            self.report(
                Diagnostic::error(
                    Code::FkColumns,
                    "`references` of a column must name one column",
                )
                .at(&field.value.at)
                .help("declare a foreign key over several columns in `foreign_keys:` of the table"),
            );
            return;
        }
        let on_delete = fields.get("on_delete");
        parts.foreign_keys.push(ForeignKeySpec {
            at: field.value.at.clone(),
            name: None,
            renamed_from: None,
            columns: vec![column.name.clone()],
            target_schema,
            target,
            target_columns,
            on_delete: on_delete
                .and_then(|f| self.read_action("on_delete", f))
                .unwrap_or_default(),
            on_update: referential
                .and_then(|f| self.read_action("on_update", f))
                .unwrap_or_default(),
            matching: ForeignKeyMatch::Simple,
            more: ConstraintSpec {
                timing: self.read_timing(fields),
                ..ConstraintSpec::default()
            },
        });
    }

    fn report_missing_reference(&mut self, field: Field<'_>, help: &str) {
        let message = format!("`{}` has no effect without `references`", field.key.text);
        self.report(
            Diagnostic::error(Code::Contradiction, message)
                .at(&field.key.at)
                .help(help),
        );
    }

    /// `on_delete:` or `on_update:` of a foreign key.
    pub(crate) fn read_action(&mut self, key: &str, field: Field<'_>) -> Option<ReferentialAction> {
        let definition = COLUMN.key(key)?;
        let crate::spec::keys::Shape::OneOf(words) = definition.shape else {
            return None;
        };
        match self.read_word(key, field.value, words)? {
            "restrict" => Some(ReferentialAction::Restrict),
            "cascade" => Some(ReferentialAction::Cascade),
            "set null" => Some(ReferentialAction::SetNull),
            "set default" => Some(ReferentialAction::SetDefault),
            _ => Some(ReferentialAction::NoAction),
        }
    }

    /// Reports keys that contradict each other on every dialect.
    fn check_contradictions(&mut self, fields: &Fields<'_>, column: &ColumnSpec) {
        if self.unread.contains(&column.ty.at) {
            return;
        }
        if let Some(Spanned { at, .. }) = &column.identity {
            for (name, is_declared) in [
                ("default", column.default.is_some()),
                ("generated", column.generated.is_some()),
            ] {
                if is_declared {
                    let message = format!("`identity` and `{name}` exclude each other");
                    self.report(Diagnostic::error(Code::Contradiction, message).at(at));
                }
            }
            if column.nullable {
                let message = "a column with `identity` can't be nullable";
                self.report(Diagnostic::error(Code::Contradiction, message).at(&column.ty.at));
            }
        }
        if let (Some(default), Some(_)) = (&column.default, &column.generated) {
            let message = "`generated` and a default exclude each other";
            self.report(Diagnostic::error(Code::Contradiction, message).at(default.at()));
        }
        let ColumnType::Neutral(neutral) = &column.ty.value else {
            return;
        };
        let integer = matches!(
            neutral,
            Neutral::TinyInt { .. }
                | Neutral::SmallInt { .. }
                | Neutral::Int { .. }
                | Neutral::BigInt { .. }
        );
        if let (Some(_), false) = (&column.identity, integer) {
            let message = format!("`identity` needs an integer type, found `{neutral}`");
            self.report(
                Diagnostic::error(Code::IdentityType, message)
                    .at(&column.ty.at)
                    .help("write `int` or `bigint`, or `default: uuid` for generated uuids"),
            );
        }
        let moment = matches!(neutral, Neutral::DateTime(_) | Neutral::TimestampTz(_));
        if let (Some(at), false) = (&column.on_update_now, moment) {
            let message =
                format!("`on_update: now` needs `datetime` or `timestamptz`, found `{neutral}`");
            self.report(Diagnostic::error(Code::OnUpdateType, message).at(at));
        }
        let native = fields.get("default").is_some_and(|f| f.native);
        if let (Some(DefaultSpec::Value(text)), false) = (&column.default, native)
            && let Err(why) = default_literal::fits(&text.value, neutral)
        {
            let mut found = Diagnostic::error(Code::DefaultType, why.message).at(&text.at);
            found.label = why.label;
            found.help = why.help;
            self.report(found);
        }
    }
}

/// A NOT NULL column without default or options.
fn empty_column(name: Spanned<Ident>, ty: Spanned<ColumnType>) -> ColumnSpec {
    ColumnSpec {
        name,
        ty,
        nullable: false,
        default: None,
        identity: None,
        generated: None,
        on_update_now: None,
        comment: None,
        renamed_from: None,
        charset: None,
        collation: None,
        native: Vec::new(),
    }
}
