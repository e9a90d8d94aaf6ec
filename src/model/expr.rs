//! SQL expressions.

use crate::model::ident::Ident;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// An SQL expression of one dialect: a default, a check, a predicate, an index expression.
///
/// `text` is rendered. Two expressions are equal if their normal forms are, which `Normalize` sets (before that, if
/// their texts are).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Expr {
    /// The expression as it is rendered.
    pub text: String,
    /// The dialect's normal form of `text`.
    #[serde(rename = "canon")] // the key in journal rows
    pub normal_form: Option<String>,
    /// The columns that it reads, as far as the dialect determined them.
    pub reads: BTreeSet<Ident>,
}

impl Expr {
    /// An expression that has not been normalized.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            normal_form: None,
            reads: BTreeSet::new(),
        }
    }

    /// The normal form if it is set, otherwise the text.
    pub fn normal(&self) -> &str {
        self.normal_form.as_deref().unwrap_or(&self.text)
    }
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.normal() == other.normal()
    }
}

impl Eq for Expr {}
