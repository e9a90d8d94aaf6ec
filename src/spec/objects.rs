//! Documents that aren't tables: extensions, types, sequences, functions.

use crate::diag::{Code, Diagnostic};
use crate::model::Ident;
use crate::spec::fields::{Body, Fields, Reader};
use crate::spec::keys::{DOMAIN, EXTENSION, FIELD, FUNCTION, RANGE, SEQUENCE, TYPE};
use crate::spec::load::Document;
use crate::spec::node::NodeKind;
use crate::spec::object_types::{ExtensionSpec, FunctionSpec, SequenceSpec, TypeKind, TypeSpec};
use crate::spec::table::Entry;
use crate::spec::text;
use crate::spec::types::{CheckSpec, DefaultSpec, Sp, TableRef};

impl Reader<'_> {
    pub(crate) fn extension(&mut self, doc: &Document) -> Option<ExtensionSpec> {
        let fields = self.document(&EXTENSION, doc)?;
        Some(ExtensionSpec {
            name: self.ident_of(&fields, "extension")?,
            schema: self.ident_of(&fields, "schema"),
            comment: self.text_of(&fields, "comment"),
        })
    }

    fn document<'a>(
        &mut self,
        part: &'static crate::spec::keys::Part,
        doc: &'a Document,
    ) -> Option<Fields<'a>> {
        let NodeKind::Map(entries) = &doc.node.kind else {
            return None;
        };
        self.fields(part, &doc.at, entries, false)
    }

    /// `type: NAME` with what it is.
    pub(crate) fn type_document(&mut self, doc: &Document) -> Option<TypeSpec> {
        let fields = self.document(&TYPE, doc)?;
        let name = self.ident_of(&fields, "type")?;
        let schema = self.ident_of(&fields, "schema");
        let kinds = ["enum", "domain", "composite", "range"];
        let said: Vec<&str> = kinds
            .into_iter()
            .filter(|kind| fields.get(kind).is_some())
            .collect();
        if said.len() != 1 {
            let message = "a type is one of `enum`, `domain`, `composite` and `range`";
            self.error(
                Diagnostic::error(Code::Contradiction, message)
                    .at(&doc.at)
                    .help("write `enum: [a, b]`, or `domain: { type: text, checks: [..] }`"),
            );
        }
        let kind = match said.as_slice() {
            ["enum"] => (fields.get("enum"))
                .and_then(|field| match &field.value.kind {
                    // a type may have none yet
                    NodeKind::Seq(items) if items.is_empty() => Some(Vec::new()),
                    NodeKind::Seq(_) | NodeKind::Map(_) | NodeKind::Scalar(_) => {
                        self.enum_values(field)
                    }
                })
                .map(TypeKind::Enum),
            ["domain"] => self.domain(&fields),
            ["composite"] => self.composite(&fields),
            ["range"] => self.range(&fields),
            _ => None,
        };
        let comment = self.text_of(&fields, "comment");
        Some(TypeSpec {
            name,
            schema,
            kind,
            comment,
        })
    }

    fn domain(&mut self, fields: &Fields<'_>) -> Option<TypeKind> {
        let field = fields.get("domain")?;
        let none = |base| TypeKind::Domain {
            base,
            nullable: true,
            default: None,
            collation: None,
            checks: Vec::new(),
        };
        match self.body(&DOMAIN, &field.key.at, field.value, field.native)? {
            Body::Short(node) => self.text("domain", node).map(none),
            Body::Map(fields) => {
                let checks: Vec<Entry<'_>> = self.entries(&fields, "checks");
                let checks: Vec<CheckSpec> = (checks.iter())
                    .filter_map(|entry| self.check(entry))
                    .collect();
                Some(TypeKind::Domain {
                    base: self.text_of(&fields, "type")?,
                    nullable: fields.get("nullable").is_none() || self.flag_of(&fields, "nullable"),
                    default: self.sql_of(&fields, "default_sql").map(DefaultSpec::Sql),
                    collation: self.text_of(&fields, "collation"),
                    checks,
                })
            }
        }
    }

    fn composite(&mut self, fields: &Fields<'_>) -> Option<TypeKind> {
        let field = fields.get("composite")?;
        let NodeKind::Map(entries) = &field.value.kind else {
            let message = format!(
                "`composite` is a map from names to types, this is {}",
                field.value.noun()
            );
            self.error(Diagnostic::error(Code::WrongShape, message).at(&field.value.at));
            return None;
        };
        let mut found = Vec::with_capacity(entries.len());
        for (key, node) in entries {
            let Some(name) = self.key_ident(key) else {
                continue;
            };
            match self.body(&FIELD, &key.at, node, field.native) {
                Some(Body::Short(node)) => {
                    found.extend(self.text("type", node).map(|ty| (name, ty, None)));
                }
                Some(Body::Map(fields)) => {
                    let collation = self.text_of(&fields, "collation");
                    found.extend(
                        self.text_of(&fields, "type")
                            .map(|ty| (name, ty, collation)),
                    );
                }
                None => {}
            }
        }
        Some(TypeKind::Composite(found))
    }

    fn range(&mut self, fields: &Fields<'_>) -> Option<TypeKind> {
        let field = fields.get("range")?;
        match self.body(&RANGE, &field.key.at, field.value, field.native)? {
            Body::Short(node) => Some(TypeKind::Range {
                subtype: self.text("range", node)?,
                opclass: None,
                collation: None,
                diff: None,
                multirange: None,
            }),
            Body::Map(fields) => Some(TypeKind::Range {
                subtype: self.text_of(&fields, "subtype")?,
                opclass: self.text_of(&fields, "opclass"),
                collation: self.text_of(&fields, "collation"),
                diff: self.text_of(&fields, "diff"),
                multirange: self.ident_of(&fields, "multirange"),
            }),
        }
    }

    /// `sequence: NAME`
    pub(crate) fn sequence(&mut self, doc: &Document) -> Option<SequenceSpec> {
        let fields = self.document(&SEQUENCE, doc)?;
        let owned_by = fields.get("owned_by").and_then(|field| {
            let (schema, name, mut columns) = self.target(field.value)?;
            if columns.len() != 1 {
                let message = "a sequence goes with one column";
                self.error(Diagnostic::error(Code::FkColumns, message).at(&field.value.at));
                return None;
            }
            Some((TableRef { schema, name }, columns.pop()?))
        });
        Some(SequenceSpec {
            name: self.ident_of(&fields, "sequence")?,
            schema: self.ident_of(&fields, "schema"),
            ty: self.text_of(&fields, "type"),
            start: self.number_of(&fields, "start"),
            increment: self.number_of(&fields, "increment"),
            min: self.number_of(&fields, "min"),
            max: self.number_of(&fields, "max"),
            cache: self.number_of(&fields, "cache"),
            cycle: self.flag_of(&fields, "cycle"),
            unlogged: self.flag_of(&fields, "unlogged"),
            owned_by,
            comment: self.text_of(&fields, "comment"),
        })
    }

    /// `function: NAME(ARGS)`
    pub(crate) fn function(&mut self, doc: &Document) -> Option<FunctionSpec> {
        let fields = self.document(&FUNCTION, doc)?;
        let text = self.text_of(&fields, "function")?;
        let Some((name, args)) = text::function(&text.value) else {
            let message = format!("`{}` is no name of a function", text.value);
            self.error(
                Diagnostic::error(Code::BadName, message)
                    .at(&text.at)
                    .help("write its name and the types of its arguments: `f(text, int)`, `g()`"),
            );
            return None;
        };
        Some(FunctionSpec {
            name: Sp {
                value: Ident::from(name),
                at: text.at,
            },
            args,
            schema: self.ident_of(&fields, "schema"),
            create: self.sql_of(&fields, "sql")?,
            drop: self.sql_of(&fields, "drop"),
            comment: self.text_of(&fields, "comment"),
        })
    }
}
