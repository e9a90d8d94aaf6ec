//! Normal forms of PostgreSQL schemas and expressions, and the server's own text of expressions.

pub(crate) mod column_types;
pub(crate) mod normal_form;
pub(crate) mod normalize_cast;
pub(crate) mod normalize_default;
pub(crate) mod normalize_expr;
pub(crate) mod normalize_predicate;
pub(crate) mod partition_bound;
pub(crate) mod server_text;
pub(crate) mod tree;
