//! Indexes and key parts.

use crate::compile::lower::attributes;
use crate::diag::Diagnostic;
use crate::dialect::{Dialect, Place};
use crate::model::{Expr, Given, Ident, Index, IndexPart, PartKey, derived_name};
use crate::spec::{IndexSpec, KeyPartSpec, Spanned};

/// An index of a table.
pub(crate) fn lower_index(
    dialect: &dyn Dialect,
    table: &str,
    index: &IndexSpec,
    scoped: impl Fn(Ident) -> Ident,
    found: &mut Vec<Diagnostic>,
) -> Index {
    let name = if let Some(name) = &index.name {
        Given::Given(scoped(name.value.clone()))
    } else {
        let prefix = if index.unique { "uq" } else { "idx" };
        Given::Derived(derived_name(prefix, table, &key_part_names(&index.parts)))
    };
    let comment = index.comment.as_ref().map(|c| c.value.clone());
    Index {
        unique: index.unique,
        method: index.method.as_ref().map(|m| m.value.to_ascii_lowercase()),
        predicate: index.predicate.as_ref().map(|p| Expr::new(p.value.clone())),
        include: index.include.iter().map(|c| c.value.clone()).collect(),
        comment: comment.filter(|c| !c.is_empty()),
        attrs: attributes::lower_options(dialect, Place::Index, &index.native, found),
        ..Index::new(name, lower_key_parts(&index.parts))
    }
}

pub(crate) fn lower_key_parts(specs: &[Spanned<KeyPartSpec>]) -> Vec<IndexPart> {
    specs
        .iter()
        .map(|part| lower_key_part(&part.value))
        .collect()
}

pub(crate) fn lower_key_part(part: &KeyPartSpec) -> IndexPart {
    IndexPart {
        key: if part.is_expr {
            PartKey::Expr(Expr::new(part.text.clone()))
        } else {
            PartKey::Column(part.text.as_str().into())
        },
        desc: part.desc,
        // the default of the direction is not stored
        nulls_first: part.nulls_first.filter(|first| *first != part.desc),
        prefix: part.prefix,
        opclass: part.opclass.clone(),
        collation: part.collation.clone(),
    }
}

pub(crate) fn key_part_name(part: &KeyPartSpec) -> &str {
    if part.is_expr { "expr" } else { &part.text }
}

pub(crate) fn key_part_names(specs: &[Spanned<KeyPartSpec>]) -> Vec<&str> {
    specs
        .iter()
        .map(|part| key_part_name(&part.value))
        .collect()
}
