//! Normal forms of schemas, defaults and expressions: equal for a spec and for what MySQL and MariaDB show of it.

pub(crate) mod normal_form;
pub(crate) mod normalize_default;
pub(crate) mod normalize_expr;
