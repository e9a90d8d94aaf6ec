//! Constructors and tests of expression trees.

use crate::dialect::postgres::types;
use crate::model::SqlType;
use crate::sql::expr;
use sqlparser::ast::{
    BinaryOperator as Op, CastKind, DataType, Expr as Ast, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentList, FunctionArguments, Ident as Name, ObjectName, ObjectNamePart, Value,
};

/// Removes a node from its tree, which contains NULL instead.
pub(crate) fn take(node: &mut Ast) -> Ast {
    std::mem::replace(node, expr::null())
}

/// `left op right`
pub(crate) fn binary(left: Ast, op: Op, right: Ast) -> Ast {
    Ast::BinaryOp {
        left: Box::new(left),
        op,
        right: Box::new(right),
    }
}

/// The text of a string literal.
pub(crate) fn text_of(node: &Ast) -> Option<&str> {
    match node {
        Ast::Value(v) => match &v.value {
            Value::SingleQuotedString(s) => Some(s),
            _ => None,
        },
        _ => None,
    }
}

pub(crate) fn number(text: &str) -> Ast {
    Ast::Value(Value::Number(text.to_owned(), false).into())
}

pub(crate) fn is_number(node: &Ast) -> bool {
    matches!(node, Ast::Value(v) if matches!(v.value, Value::Number(..)))
}

pub(crate) fn is_null(node: &Ast) -> bool {
    matches!(node, Ast::Value(v) if v.value == Value::Null)
}

/// A type by its text.
pub(crate) fn custom_type(text: String) -> DataType {
    let part = ObjectNamePart::Identifier(Name::new(text));
    DataType::Custom(ObjectName(vec![part]), Vec::new())
}

/// `value::ty`
pub(crate) fn cast(value: Ast, ty: &str) -> Ast {
    Ast::Cast {
        kind: CastKind::DoubleColon,
        expr: Box::new(value),
        data_type: custom_type(ty.to_owned()),
        format: None,
    }
}

/// The type of a cast.
pub(crate) fn cast_type(ty: &DataType) -> Option<SqlType> {
    types::native(&ty.to_string()).ok()
}

/// A function call.
pub(crate) fn function(name: &str, args: Vec<Ast>) -> Ast {
    let args = args
        .into_iter()
        .map(|arg| FunctionArg::Unnamed(FunctionArgExpr::Expr(arg)))
        .collect();
    Ast::Function(Function {
        name: ObjectName(vec![ObjectNamePart::Identifier(Name::new(name))]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args,
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

/// A boolean literal, from any text that the server accepts for one.
pub(crate) fn boolean(text: &str) -> Option<Ast> {
    let value = match text.trim().to_ascii_lowercase().as_str() {
        "t" | "true" | "yes" | "y" | "on" | "1" => true,
        "f" | "false" | "no" | "n" | "off" | "0" => false,
        _ => return None,
    };
    Some(Ast::Value(Value::Boolean(value).into()))
}
