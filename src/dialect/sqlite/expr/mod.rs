//! The normal form of schemas and expressions.

pub(crate) mod normal_form;
