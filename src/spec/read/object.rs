//! Reads documents other than tables: extensions, types, sequences, functions.

use crate::diag::{Code, Diagnostic};
use crate::model::Ident;
use crate::spec::keys::{DOMAIN, EXTENSION, FIELD, FUNCTION, RANGE, SEQUENCE, TYPE};
use crate::spec::load::Document;
use crate::spec::read::fields::Entry;
use crate::spec::read::fields::{Body, Fields};
use crate::spec::read::inline_syntax;
use crate::spec::read::reader::Reader;
use crate::spec::typed::{CheckSpec, DefaultSpec, Spanned, TableRef};
use crate::spec::typed::{ExtensionSpec, FunctionSpec, SequenceSpec, TypeKind, TypeSpec};
use crate::spec::yaml_tree::NodeKind;

impl Reader<'_> {
    pub(crate) fn read_extension(&mut self, doc: &Document) -> Option<ExtensionSpec> {
        let fields = self.read_document(&EXTENSION, doc)?;
        Some(ExtensionSpec {
            name: self.optional_name(&fields, "extension")?,
            schema: self.optional_name(&fields, "schema"),
            comment: self.optional_text(&fields, "comment"),
        })
    }

    fn read_document<'a>(
        &mut self,
        part: &'static crate::spec::keys::MapDef,
        doc: &'a Document,
    ) -> Option<Fields<'a>> {
        let NodeKind::Map(entries) = &doc.node.kind else {
            return None;
        };
        self.read_fields(part, &doc.at, entries, false)
    }

    /// Reads `type: NAME` with its kind.
    pub(crate) fn read_type_document(&mut self, doc: &Document) -> Option<TypeSpec> {
        let fields = self.read_document(&TYPE, doc)?;
        let name = self.optional_name(&fields, "type")?;
        let schema = self.optional_name(&fields, "schema");
        let kinds = ["enum", "domain", "composite", "range"];
        let declared: Vec<&str> = kinds
            .into_iter()
            .filter(|kind| fields.get(kind).is_some())
            .collect();
        if declared.len() != 1 {
            let message =
                "a type must have exactly one of `enum`, `domain`, `composite` and `range`";
            self.report(
                Diagnostic::error(Code::Contradiction, message)
                    .at(&doc.at)
                    .help("write `enum: [a, b]`, or `domain: { type: text, checks: [..] }`"),
            );
        }
        let kind = match declared.as_slice() {
            ["enum"] => (fields.get("enum"))
                .and_then(|field| match &field.value.kind {
                    // a type may be declared without values
                    NodeKind::Seq(items) if items.is_empty() => Some(Vec::new()),
                    NodeKind::Seq(_) | NodeKind::Map(_) | NodeKind::Scalar(_) => {
                        self.read_enum_values(field)
                    }
                })
                .map(TypeKind::Enum),
            ["domain"] => self.read_domain(&fields),
            ["composite"] => self.read_composite(&fields),
            ["range"] => self.read_range(&fields),
            _ => None,
        };
        let comment = self.optional_text(&fields, "comment");
        Some(TypeSpec {
            name,
            schema,
            kind,
            comment,
        })
    }

    fn read_domain(&mut self, fields: &Fields<'_>) -> Option<TypeKind> {
        let field = fields.get("domain")?;
        let none = |base| TypeKind::Domain {
            base,
            nullable: true,
            default: None,
            collation: None,
            checks: Vec::new(),
        };
        match self.read_body(&DOMAIN, &field.key.at, field.value, field.native)? {
            Body::Short(node) => self.read_text("domain", node).map(none),
            Body::Map(fields) => {
                let checks: Vec<Entry<'_>> = self.read_entries(&fields, "checks");
                let checks: Vec<CheckSpec> = (checks.iter())
                    .filter_map(|entry| self.read_check(entry))
                    .collect();
                Some(TypeKind::Domain {
                    base: self.optional_text(&fields, "type")?,
                    nullable: fields.get("nullable").is_none()
                        || self.optional_flag(&fields, "nullable"),
                    default: self
                        .optional_sql(&fields, "default_sql")
                        .map(DefaultSpec::Sql),
                    collation: self.optional_text(&fields, "collation"),
                    checks,
                })
            }
        }
    }

    fn read_composite(&mut self, fields: &Fields<'_>) -> Option<TypeKind> {
        let field = fields.get("composite")?;
        let NodeKind::Map(entries) = &field.value.kind else {
            let message = format!(
                "`composite` must be a map from names to types, found {}",
                field.value.noun()
            );
            self.report(Diagnostic::error(Code::WrongShape, message).at(&field.value.at));
            return None;
        };
        let mut found = Vec::with_capacity(entries.len());
        for (key, node) in entries {
            let Some(name) = self.read_key_name(key) else {
                continue;
            };
            match self.read_body(&FIELD, &key.at, node, field.native) {
                Some(Body::Short(node)) => {
                    found.extend(self.read_text("type", node).map(|ty| (name, ty, None)));
                }
                Some(Body::Map(fields)) => {
                    let collation = self.optional_text(&fields, "collation");
                    found.extend(
                        self.optional_text(&fields, "type")
                            .map(|ty| (name, ty, collation)),
                    );
                }
                None => {}
            }
        }
        Some(TypeKind::Composite(found))
    }

    fn read_range(&mut self, fields: &Fields<'_>) -> Option<TypeKind> {
        let field = fields.get("range")?;
        match self.read_body(&RANGE, &field.key.at, field.value, field.native)? {
            Body::Short(node) => Some(TypeKind::Range {
                subtype: self.read_text("range", node)?,
                opclass: None,
                collation: None,
                diff: None,
                multirange: None,
            }),
            Body::Map(fields) => Some(TypeKind::Range {
                subtype: self.optional_text(&fields, "subtype")?,
                opclass: self.optional_text(&fields, "opclass"),
                collation: self.optional_text(&fields, "collation"),
                diff: self.optional_text(&fields, "diff"),
                multirange: self.optional_name(&fields, "multirange"),
            }),
        }
    }

    /// `sequence: NAME`
    pub(crate) fn read_sequence(&mut self, doc: &Document) -> Option<SequenceSpec> {
        let fields = self.read_document(&SEQUENCE, doc)?;
        let owned_by = fields.get("owned_by").and_then(|field| {
            let (schema, name, mut columns) = self.read_reference(field.value)?;
            if columns.len() != 1 {
                let message = "`owned_by` must name one column";
                self.report(Diagnostic::error(Code::FkColumns, message).at(&field.value.at));
                return None;
            }
            Some((TableRef { schema, name }, columns.pop()?))
        });
        Some(SequenceSpec {
            name: self.optional_name(&fields, "sequence")?,
            schema: self.optional_name(&fields, "schema"),
            ty: self.optional_text(&fields, "type"),
            start: self.read_number(&fields, "start"),
            increment: self.read_number(&fields, "increment"),
            min: self.read_number(&fields, "min"),
            max: self.read_number(&fields, "max"),
            cache: self.read_number(&fields, "cache"),
            cycle: self.optional_flag(&fields, "cycle"),
            unlogged: self.optional_flag(&fields, "unlogged"),
            owned_by,
            comment: self.optional_text(&fields, "comment"),
        })
    }

    /// `function: NAME(ARGS)`
    pub(crate) fn read_function(&mut self, doc: &Document) -> Option<FunctionSpec> {
        let fields = self.read_document(&FUNCTION, doc)?;
        let text = self.optional_text(&fields, "function")?;
        let Some((name, args)) = inline_syntax::parse_function_signature(&text.value) else {
            let message = format!("invalid function signature `{}`", text.value);
            self.report(
                Diagnostic::error(Code::BadName, message)
                    .at(&text.at)
                    .help("write the name and the argument types: `f(text, int)`, `g()`"),
            );
            return None;
        };
        Some(FunctionSpec {
            name: Spanned {
                value: Ident::from(name),
                at: text.at,
            },
            args,
            schema: self.optional_name(&fields, "schema"),
            create: self.optional_sql(&fields, "sql")?,
            drop: self.optional_sql(&fields, "drop"),
            comment: self.optional_text(&fields, "comment"),
        })
    }
}
