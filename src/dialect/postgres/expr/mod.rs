//! Normal forms of PostgreSQL schemas and expressions, and the text that the server shows for them.

pub(crate) mod normal_form;
pub(crate) mod normalize_default;
pub(crate) mod normalize_expr;
pub(crate) mod partition_bound;
pub(crate) mod server_text;
pub(crate) mod tree;
