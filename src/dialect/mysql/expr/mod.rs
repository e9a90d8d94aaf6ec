//! Normal forms of MySQL and MariaDB schemas and expressions, and their lexical forms.

pub(crate) mod normal_form;
pub(crate) mod normalize_expr;
pub(crate) mod text;
