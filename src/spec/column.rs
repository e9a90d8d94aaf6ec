//! A column of a spec.

use crate::diag::{Code, Diagnostic, Location};
use crate::model::{ForeignKeyMatch, Ident, ReferentialAction};
use crate::spec::fields::{Body, Field, Fields, Reader};
use crate::spec::fit;
use crate::spec::keys::{COLUMN, ENUM_VALUE, GENERATED};
use crate::spec::node::{Key, Node, NodeKind};
use crate::spec::table::Parts;
use crate::spec::ty;
use crate::spec::ty::split_null;
use crate::spec::types::{
    ColumnSpec, ColumnType, ConstraintSpec, DefaultSpec, EnumValue, ForeignKeySpec, IdentitySpec,
    Neutral, Sp,
};
use std::collections::HashSet;

/// A type, and whether it ends in ` null`.
type Typed = (Sp<ColumnType>, bool);

impl Reader<'_> {
    /// Reads a column; a `references` of it goes to the table's foreign keys.
    pub(crate) fn column(
        &mut self,
        key: &Key,
        node: &Node,
        native: bool,
        parts: &mut Parts,
    ) -> Option<ColumnSpec> {
        let name = self.key_ident(key)?;
        if node.is_null() {
            let message = format!("column `{}` has no type", key.text);
            self.error(
                Diagnostic::error(Code::MissingKey, message)
                    .at(&key.at)
                    .help("write its type behind it: `varchar(100)`, `int null`"),
            );
            return Some(blank(name, self.unread_type(&key.at)));
        }
        match self.body(&COLUMN, &key.at, node, native) {
            Some(Body::Short(text)) => {
                let (ty, nullable) = self.column_type(text, native);
                let mut column = blank(name, ty);
                column.nullable = nullable;
                Some(column)
            }
            Some(Body::Map(fields)) => Some(self.column_fields(name, &fields, parts)),
            None if matches!(node.kind, NodeKind::Map(_)) => None,
            None => Some(blank(name, self.unread_type(&node.at))),
        }
    }

    fn column_fields(
        &mut self,
        name: Sp<Ident>,
        fields: &Fields<'_>,
        parts: &mut Parts,
    ) -> ColumnSpec {
        let (ty, null) = self.type_of(fields);
        let mut column = blank(name, ty);
        column.nullable = self.nullable(fields, null);
        column.default = self.default_of(fields);
        column.identity = self.identity(fields);
        column.native = self.native_of(fields);
        column.generated = self.generated(fields);
        column.comment = self.text_of(fields, "comment");
        column.renamed_from = self.ident_of(fields, "renamed_from");
        column.charset = self.text_of(fields, "charset");
        column.collation = self.text_of(fields, "collation");
        self.reference_of(fields, &mut column, parts);
        self.contradictions(fields, &column);
        column
    }

    /// `identity:`, and where it says so.
    fn identity(&mut self, fields: &Fields<'_>) -> Option<Sp<IdentitySpec>> {
        let field = fields.get("identity")?;
        let words = ["true", "false", "always", "serial"];
        let value = match self.word("identity", field.value, &words)? {
            "always" => IdentitySpec::Always,
            "serial" => IdentitySpec::Serial,
            "true" => IdentitySpec::Usual,
            _ => return None,
        };
        let at = field.key.at.clone();
        Some(Sp { value, at })
    }

    fn type_of(&mut self, fields: &Fields<'_>) -> Typed {
        match (fields.get("type"), fields.get("enum")) {
            (Some(ty), Some(values)) => {
                let message = "a column has a `type` or an `enum`, not both";
                self.error(
                    Diagnostic::error(Code::Contradiction, message)
                        .at(&values.key.at)
                        .help("remove `type`: an enum needs none"),
                );
                self.column_type(ty.value, ty.native)
            }
            (Some(ty), None) => {
                if let (Some(native), None) = (fields.get("native"), fields.replaced("enum")) {
                    let message = "`native` says how an `enum` is stored";
                    self.error(Diagnostic::error(Code::Contradiction, message).at(&native.key.at));
                }
                self.column_type(ty.value, ty.native)
            }
            (None, Some(values)) => {
                let native = self.flag_of(fields, "native");
                let field_at = values.value.at.clone();
                match self.enum_values(values) {
                    Some(values) => (
                        Sp {
                            value: ColumnType::Neutral(Neutral::Enum { values, native }),
                            at: field_at,
                        },
                        false,
                    ),
                    None => (self.unread_type(&field_at), false),
                }
            }
            (None, None) => {
                self.error(
                    Diagnostic::error(Code::MissingKey, "a column needs a `type` or an `enum`")
                        .at(fields.at),
                );
                (self.unread_type(fields.at), false)
            }
        }
    }

    fn column_type(&mut self, node: &Node, native: bool) -> Typed {
        let Some(text) = self.text("type", node) else {
            return (self.unread_type(&node.at), false);
        };
        let (name, null) = split_null(&text.value);
        let lead = name.len() - name.trim_start().len();
        let at = node.word(lead..name.len());
        let name = name.trim_start();
        if native {
            let value = ColumnType::Native(name.to_owned());
            return (Sp { value, at }, null);
        }
        match ty::parse(name) {
            Ok(neutral) => {
                let value = ColumnType::Neutral(neutral);
                (Sp { value, at }, null)
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
                    found = found
                        .label(format!("write `{base}`"))
                        .help("a column is NOT NULL unless its type ends in `null`");
                }
                self.error(found);
                (self.unread_type(&at), null)
            }
        }
    }

    /// The stand-in for a type that can't be read.
    fn unread_type(&mut self, at: &Location) -> Sp<ColumnType> {
        self.unread.insert(at.clone());
        Sp {
            value: ColumnType::Neutral(Neutral::Text),
            at: at.clone(),
        }
    }

    pub(crate) fn enum_values(&mut self, field: Field<'_>) -> Option<Vec<EnumValue>> {
        let NodeKind::Seq(items) = &field.value.kind else {
            let message = format!("`enum` is a list of values, this is {}", field.value.noun());
            self.error(
                Diagnostic::error(Code::WrongShape, message)
                    .at(&field.value.at)
                    .label("write `[a, b]`"),
            );
            return None;
        };
        if items.is_empty() {
            let message = "an enum needs at least one value";
            self.error(Diagnostic::error(Code::NoValue, message).at(&field.value.at));
            return None;
        }
        let mut values: Vec<EnumValue> = Vec::with_capacity(items.len());
        let mut seen = HashSet::new();
        for item in items {
            let (value, renamed_from) = match &item.kind {
                // a value may be the text `null`: it is as good as any other
                NodeKind::Scalar(scalar) => (scalar.text.to_string(), None),
                NodeKind::Seq(_) | NodeKind::Map(_) => {
                    let Some(Body::Map(fields)) =
                        self.body(&ENUM_VALUE, &item.at, item, field.native)
                    else {
                        continue;
                    };
                    let Some(value) = self.text_of(&fields, "value") else {
                        continue;
                    };
                    (
                        value.value,
                        self.text_of(&fields, "renamed_from").map(|old| old.value),
                    )
                }
            };
            if !seen.insert(value.clone()) {
                let message = format!("the value `{value}` comes twice");
                self.error(Diagnostic::error(Code::DuplicateValue, message).at(&item.at));
                continue;
            }
            values.push(EnumValue {
                value,
                renamed_from,
            });
        }
        (!values.is_empty()).then_some(values)
    }

    /// `nullable:` says it, else the type; a type in an override that says nothing changes nothing.
    fn nullable(&mut self, fields: &Fields<'_>, null: bool) -> bool {
        let replaced = fields
            .replaced("type")
            .and_then(|f| f.value.scalar())
            .is_some_and(|s| split_null(&s.text).1);
        let Some(field) = fields.get("nullable") else {
            return null || replaced;
        };
        let nullable = self.flag("nullable", field.value);
        let layer = fields.get("type").map(|ty| ty.layer);
        if null && !nullable && layer == Some(field.layer) {
            let message = "the type says `null`, and this says that it is not";
            self.error(Diagnostic::error(Code::Contradiction, message).at(&field.value.at));
        }
        // a type that was overridden with ` null` is stronger than a weaker `nullable: false`
        nullable || (null && layer > Some(field.layer))
    }

    fn default_of(&mut self, fields: &Fields<'_>) -> Option<DefaultSpec> {
        match (fields.get("default"), fields.get("default_sql")) {
            (Some(_), Some(sql)) => {
                let message = "a column has a `default` or a `default_sql`, not both";
                self.error(Diagnostic::error(Code::Contradiction, message).at(&sql.key.at));
                None
            }
            (Some(value), None) => {
                let Some(scalar) = value.value.scalar() else {
                    let message = format!("`default` is a literal, this is {}", value.value.noun());
                    self.error(
                        Diagnostic::error(Code::WrongShape, message)
                            .at(&value.value.at)
                            .help("put quotes around it: `default: '{}'`"),
                    );
                    return None;
                };
                Some(DefaultSpec::Value(Sp {
                    value: scalar.text.to_string(),
                    at: value.value.at.clone(),
                }))
            }
            (None, _) => self.sql_of(fields, "default_sql").map(DefaultSpec::Sql),
        }
    }

    fn generated(&mut self, fields: &Fields<'_>) -> Option<(Sp<String>, bool)> {
        let field = fields.get("generated")?;
        let Some(Body::Map(fields)) =
            self.body(&GENERATED, &field.key.at, field.value, field.native)
        else {
            return None;
        };
        let stored = fields
            .get("stored")
            .is_none_or(|f| self.flag("stored", f.value));
        let sql = self.sql_of(&fields, "sql")?;
        Some((sql, stored))
    }

    fn reference_of(&mut self, fields: &Fields<'_>, column: &mut ColumnSpec, parts: &mut Parts) {
        let on_update = fields.get("on_update");
        let now = on_update.filter(|f| f.value.scalar().is_some_and(|s| &*s.text == "now"));
        column.on_update_now = now.map(|f| f.value.at.clone());
        let referential = on_update.filter(|_| now.is_none());
        let Some(field) = fields.get("references") else {
            if let Some(on_update) = referential
                && self.action("on_update", on_update).is_some()
            {
                self.without_reference(
                    on_update,
                    "write `now`, or `references: table.column` beside it",
                );
            }
            for name in ["on_delete", "deferred"] {
                if let Some(field) = fields.get(name) {
                    self.without_reference(field, "write `references: table.column` beside it");
                }
            }
            return;
        };
        let Some((target_schema, target, target_columns)) = self.target(field.value) else {
            return;
        };
        if target_columns.len() != 1 {
            self.error(
                Diagnostic::error(Code::FkColumns, "a column refers to one column")
                    .at(&field.value.at)
                    .help("a key over several columns goes into `foreign_keys:` of the table"),
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
                .and_then(|f| self.action("on_delete", f))
                .unwrap_or_default(),
            on_update: referential
                .and_then(|f| self.action("on_update", f))
                .unwrap_or_default(),
            matching: ForeignKeyMatch::Simple,
            more: ConstraintSpec {
                timing: self.timing(fields),
                ..ConstraintSpec::default()
            },
        });
    }

    fn without_reference(&mut self, field: Field<'_>, help: &str) {
        let message = format!(
            "`{}` speaks of a reference, and there is none",
            field.key.text
        );
        self.error(
            Diagnostic::error(Code::Contradiction, message)
                .at(&field.key.at)
                .help(help),
        );
    }

    /// `on_delete:` or `on_update:` of a foreign key.
    pub(crate) fn action(&mut self, key: &str, field: Field<'_>) -> Option<ReferentialAction> {
        let definition = COLUMN.key(key)?;
        let crate::spec::keys::Shape::OneOf(words) = definition.shape else {
            return None;
        };
        match self.word(key, field.value, words)? {
            "restrict" => Some(ReferentialAction::Restrict),
            "cascade" => Some(ReferentialAction::Cascade),
            "set null" => Some(ReferentialAction::SetNull),
            "set default" => Some(ReferentialAction::SetDefault),
            _ => Some(ReferentialAction::NoAction),
        }
    }

    /// What can't be true at once, whatever the dialect.
    fn contradictions(&mut self, fields: &Fields<'_>, column: &ColumnSpec) {
        if self.unread.contains(&column.ty.at) {
            return;
        }
        if let Some(Sp { at, .. }) = &column.identity {
            for (name, there) in [
                ("default", column.default.is_some()),
                ("generated", column.generated.is_some()),
            ] {
                if there {
                    let message = format!("`identity` hands out the values, so `{name}` can't");
                    self.error(Diagnostic::error(Code::Contradiction, message).at(at));
                }
            }
            if column.nullable {
                let message = "a column with `identity` can't be NULL";
                self.error(Diagnostic::error(Code::Contradiction, message).at(&column.ty.at));
            }
        }
        if let (Some(default), Some(_)) = (&column.default, &column.generated) {
            let message = "a generated column has no default";
            self.error(Diagnostic::error(Code::Contradiction, message).at(default.at()));
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
            let message = format!("`identity` needs an integer type, this is `{neutral}`");
            self.error(
                Diagnostic::error(Code::IdentityType, message)
                    .at(&column.ty.at)
                    .help(
                        "write `int` or `bigint`; a uuid that is made by itself is `default: uuid`",
                    ),
            );
        }
        let moment = matches!(neutral, Neutral::DateTime(_) | Neutral::TimestampTz(_));
        if let (Some(at), false) = (&column.on_update_now, moment) {
            let message =
                format!("`on_update: now` needs `datetime` or `timestamptz`, this is `{neutral}`");
            self.error(Diagnostic::error(Code::OnUpdateType, message).at(at));
        }
        let native = fields.get("default").is_some_and(|f| f.native);
        if let (Some(DefaultSpec::Value(text)), false) = (&column.default, native)
            && let Err(why) = fit::fits(&text.value, neutral)
        {
            let mut found = Diagnostic::error(Code::DefaultType, why.message).at(&text.at);
            found.label = why.label;
            found.help = why.help;
            self.error(found);
        }
    }
}

/// A NOT NULL column without anything else.
fn blank(name: Sp<Ident>, ty: Sp<ColumnType>) -> ColumnSpec {
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
