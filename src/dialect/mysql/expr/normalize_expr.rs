//! The normal form of expressions, equal for a spec's text and for what either server prints of it.
//!
//! Measured on MySQL 9.7 and MariaDB 10.11: MySQL adds parentheses, writes `regexp` as `regexp_like()` and a boolean `a`
//! as `0 <> a`; MariaDB drops parentheses and has its own names for `lower`, `length` and some other functions; both
//! apply NOT to the comparison below it and replace `IN` with one value by a comparison.

use crate::dialect::mysql::types::literals;
use crate::model::Expr;
use crate::sql::expr;
use sqlparser::ast::{
    BinaryOperator as Op, Expr as Ast, Function, FunctionArg, FunctionArgExpr, FunctionArguments,
    Ident, ObjectName, UnaryOperator, Value,
};
use sqlparser::dialect::MySqlDialect;

/// An expression with its normal form and the columns that it reads.
pub(crate) fn normalize_expr(written: &str) -> Expr {
    let mut out = Expr::new(written);
    let plain = literals::map_unquoted(&literals::strip_introducers(written), |piece| {
        piece
            .replace(" MOD ", " % ")
            // `||` is OR, with its precedence, because PIPES_AS_CONCAT is off
            .replace("||", " OR ")
            .replace("&&", " AND ")
            .replace(" charset utf8mb4)", ")")
    });
    let Some(mut ast) = parse_expr(&plain) else {
        out.normal_form = Some(lower_case_words(&plain));
        return out;
    };
    out.reads = expr::reads(&ast);
    expr::rewrite(&mut ast, normalize_node);
    expr::rewrite(&mut ast, parenthesize);
    out.normal_form = Some(match ast {
        Ast::Nested(inner) => inner.to_string(),
        other => other.to_string(),
    });
    out
}

fn parse_expr(plain: &str) -> Option<Ast> {
    expr::parse(&MySqlDialect {}, plain)
}

/// The normal form of an expression that the parser does not support: lower case and single spaces outside of quotes.
fn lower_case_words(plain: &str) -> String {
    let small = literals::map_unquoted(plain, |piece| {
        let lower = piece.to_ascii_lowercase();
        let mut out = lower.split_whitespace().collect::<Vec<_>>().join(" ");
        // keep one space next to a quote
        if lower.starts_with(char::is_whitespace) && !out.is_empty() {
            out.insert(0, ' ');
        }
        if lower.ends_with(char::is_whitespace) {
            out.push(' ');
        }
        out
    });
    small.replace('`', "").trim().to_owned()
}

/// Normalizes one node whose children are normalized already.
fn normalize_node(node: &mut Ast) {
    if let Some(normal) = normal_node(node) {
        *node = normal;
    }
}

fn normal_node(node: &mut Ast) -> Option<Ast> {
    match node {
        Ast::Nested(inner) => Some(take(inner)),
        Ast::Prefixed { value, .. } => Some(take(value)),
        Ast::Identifier(name) => Some(column_node(name)),
        Ast::CompoundIdentifier(path) => path.last().map(column_node),
        Ast::Value(value) => match &value.value {
            Value::Boolean(yes) => Some(number_node(if *yes { "1" } else { "0" })),
            Value::DoubleQuotedString(text) => {
                Some(Ast::Value(Value::SingleQuotedString(text.clone()).into()))
            }
            _ => None,
        },
        Ast::UnaryOp { op, expr } => match op {
            UnaryOperator::Plus => Some(take(expr)),
            UnaryOperator::Minus => digits(expr).map(|n| {
                number_node(
                    &n.strip_prefix('-')
                        .map_or_else(|| format!("-{n}"), str::to_owned),
                )
            }),
            UnaryOperator::Not | UnaryOperator::BangNot => Some(negate(take(expr))),
            _ => None,
        },
        Ast::BinaryOp { left, op, right } => {
            let (left, right) = (take(left), take(right));
            Some(binary_node(left, op.clone(), right))
        }
        Ast::InList {
            expr,
            list,
            negated,
        } if list.len() == 1 => {
            let op = if *negated { Op::NotEq } else { Op::Eq };
            list.pop().map(|only| Ast::BinaryOp {
                left: Box::new(take(expr)),
                op,
                right: Box::new(only),
            })
        }
        Ast::RLike {
            negated: not,
            expr,
            pattern,
            ..
        } => {
            let call = call_node("regexp_like", vec![take(expr), take(pattern)]);
            Some(if *not { negate(call) } else { call })
        }
        Ast::Substring {
            expr,
            substring_from,
            substring_for,
            ..
        } => {
            let mut args = vec![take(expr)];
            args.extend(substring_from.as_deref_mut().map(take_ref));
            args.extend(substring_for.as_deref_mut().map(take_ref));
            Some(call_node("substr", args))
        }
        Ast::Position { expr, r#in } => Some(call_node("locate", vec![take(expr), take(r#in)])),
        Ast::Floor { expr, .. } => Some(call_node("floor", vec![take(expr)])),
        Ast::Ceil { expr, .. } => Some(call_node("ceiling", vec![take(expr)])),
        Ast::Function(function) => normal_call(function),
        _ => None,
    }
}

/// A function call with the name that both servers understand, or the operator that it stands for.
fn normal_call(function: &mut Function) -> Option<Ast> {
    let written = function
        .name
        .to_string()
        .replace('`', "")
        .to_ascii_lowercase();
    let name = match written.as_str() {
        "lcase" => "lower",
        "ucase" => "upper",
        "octet_length" => "length",
        "character_length" => "char_length",
        "substring" | "mid" => "substr",
        "current_timestamp" | "localtime" | "localtimestamp" => "now",
        "current_date" => "curdate",
        "current_time" => "curtime",
        "pow" => "power",
        "ceil" => "ceiling",
        "position" => "locate",
        other => other,
    };
    let mut args = match &function.args {
        FunctionArguments::None => Vec::new(),
        FunctionArguments::List(list) => list
            .args
            .iter()
            .map(|arg| match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(ast)) => Some(ast.clone()),
                _ => None,
            })
            .collect::<Option<Vec<_>>>()?,
        FunctionArguments::Subquery(_) => return None,
    };
    if name == "now" && args.first().and_then(digits).as_deref() == Some("0") {
        args.clear();
    }
    match (name, args.len()) {
        ("isnull", 1) => args.pop().map(|only| Ast::IsNull(Box::new(only))),
        ("mod", 2) => operator_node(args, Op::Modulo),
        ("date_add" | "adddate", 2) if matches!(args[1], Ast::Interval(_)) => {
            operator_node(args, Op::Plus)
        }
        ("date_sub" | "subdate", 2) if matches!(args[1], Ast::Interval(_)) => {
            operator_node(args, Op::Minus)
        }
        ("date", 1) => parse_expr("cast(x as date)").map(|mut cast| {
            if let (Ast::Cast { expr, .. }, Some(only)) = (&mut cast, args.pop()) {
                **expr = only;
            }
            cast
        }),
        _ => Some(call_node(name, args)),
    }
}

fn operator_node(args: Vec<Ast>, op: Op) -> Option<Ast> {
    let [left, right]: [Ast; 2] = args.try_into().ok()?;
    Some(Ast::BinaryOp {
        left: Box::new(left),
        op,
        right: Box::new(right),
    })
}

fn binary_node(left: Ast, op: Op, right: Ast) -> Ast {
    match op {
        Op::Arrow => return call_node("json_extract", vec![left, right]),
        Op::LongArrow => {
            let inner = call_node("json_extract", vec![left, right]);
            return call_node("json_unquote", vec![inner]);
        }
        // MySQL writes a number in a boolean context as `0 <> a`
        Op::NotEq if digits(&left).as_deref() == Some("0") => return right,
        Op::Eq if digits(&left).as_deref() == Some("0") => return negate(right),
        // associate to the left: a AND (b AND c) becomes (a AND b) AND c
        Op::And | Op::Or => {
            if let Ast::BinaryOp {
                left: first,
                op: inner,
                right: second,
            } = &right
                && *inner == op
            {
                let left = binary_node(left, op.clone(), (**first).clone());
                return binary_node(left, op, (**second).clone());
            }
        }
        _ => {}
    }
    Ast::BinaryOp {
        left: Box::new(left),
        op,
        right: Box::new(right),
    }
}

/// The negation of an expression, applied to its operator as both servers do.
fn negate(mut ast: Ast) -> Ast {
    match &mut ast {
        Ast::BinaryOp { left, op, right } => {
            let opposite = match op {
                Op::Eq => Op::NotEq,
                Op::NotEq => Op::Eq,
                Op::Lt => Op::GtEq,
                Op::LtEq => Op::Gt,
                Op::Gt => Op::LtEq,
                Op::GtEq => Op::Lt,
                Op::And => return binary_node(negate(take(left)), Op::Or, negate(take(right))),
                Op::Or => return binary_node(negate(take(left)), Op::And, negate(take(right))),
                _ => return not_node(ast),
            };
            *op = opposite;
        }
        Ast::Between { negated, .. } | Ast::InList { negated, .. } | Ast::Like { negated, .. } => {
            *negated = !*negated;
        }
        Ast::IsNull(inner) => return Ast::IsNotNull(Box::new(take(inner))),
        Ast::IsNotNull(inner) => return Ast::IsNull(Box::new(take(inner))),
        Ast::UnaryOp {
            op: UnaryOperator::Not,
            expr,
        } => return take(expr),
        _ => return not_node(ast),
    }
    ast
}

/// NOT of an operand without a negation of its own. That of a column is `a = 0` on MariaDB and `0 = a` on MySQL.
fn not_node(ast: Ast) -> Ast {
    if matches!(ast, Ast::Identifier(_)) {
        return Ast::BinaryOp {
            left: Box::new(ast),
            op: Op::Eq,
            right: Box::new(number_node("0")),
        };
    }
    Ast::UnaryOp {
        op: UnaryOperator::Not,
        expr: Box::new(ast),
    }
}

/// Puts every operator into parentheses, so that the text has one reading.
fn parenthesize(node: &mut Ast) {
    let compound = matches!(
        node,
        Ast::BinaryOp { .. }
            | Ast::UnaryOp { .. }
            | Ast::Between { .. }
            | Ast::InList { .. }
            | Ast::Like { .. }
            | Ast::IsNull(_)
            | Ast::IsNotNull(_)
            | Ast::IsTrue(_)
            | Ast::IsNotTrue(_)
            | Ast::IsFalse(_)
            | Ast::IsNotFalse(_)
            | Ast::Collate { .. }
    );
    if compound {
        let inner = take_ref(node);
        *node = Ast::Nested(Box::new(inner));
    }
}

fn take(boxed: &mut Box<Ast>) -> Ast {
    take_ref(boxed)
}

fn take_ref(node: &mut Ast) -> Ast {
    std::mem::replace(node, number_node("0"))
}

fn column_node(name: &Ident) -> Ast {
    // column names are case-insensitive on both servers
    Ast::Identifier(Ident::new(name.value.to_lowercase()))
}

fn number_node(digits: &str) -> Ast {
    Ast::Value(Value::Number(digits.to_owned(), false).into())
}

fn digits(ast: &Ast) -> Option<String> {
    match ast {
        Ast::Value(value) => match &value.value {
            Value::Number(digits, _) => Some(digits.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn call_node(name: &str, args: Vec<Ast>) -> Ast {
    let list = sqlparser::ast::FunctionArgumentList {
        duplicate_treatment: None,
        args: args
            .into_iter()
            .map(|arg| FunctionArg::Unnamed(FunctionArgExpr::Expr(arg)))
            .collect(),
        clauses: Vec::new(),
    };
    Ast::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(list),
        within_group: Vec::new(),
        filter: None,
        null_treatment: None,
        over: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_texts_have_the_normal_form_of_the_spec() {
        for (written, mysql, mariadb) in [
            (
                "b between 1 and 5",
                "(`b` between 1 and 5)",
                "`b` between 1 and 5",
            ),
            (
                "a in ('x','y')",
                "(`a` in (_utf8mb4'x',_utf8mb4'y'))",
                "`a` in ('x','y')",
            ),
            ("a not in ('x')", "(`a` <> _utf8mb4'x')", "`a` <> 'x'"),
            (
                "a is not null or b > 0 and b < 10",
                "((`a` is not null) or ((`b` > 0) and (`b` < 10)))",
                "`a` is not null or `b` > 0 and `b` < 10",
            ),
            (
                "length(a) > 0",
                "(length(`a`) > 0)",
                "octet_length(`a`) > 0",
            ),
            (
                "slug = lower(slug)",
                "(`slug` = lower(`slug`))",
                "`slug` = lcase(`slug`)",
            ),
            (
                "a not like 'x%'",
                "(not((`a` like _utf8mb4'x%')))",
                "`a`  not like 'x%'",
            ),
            (
                "a regexp '^x'",
                "regexp_like(`a`,_utf8mb4'^x')",
                "`a` regexp '^x'",
            ),
            ("not (b = 3)", "(`b` <> 3)", "`b` <> 3"),
            (
                "not (b > 1 and n > 1)",
                "((`b` <= 1) or (`n` <= 1))",
                "`b` <= 1 or `n` <= 1",
            ),
            ("mod(b,2) = 0", "((`b` % 2) = 0)", "`b` MOD 2 = 0"),
            ("-b < -1", "(-(`b`) < -(1))", "-`b` < -1"),
            ("not f", "(0 = `f`)", "`f` = 0"),
            ("f = true", "(`f` = true)", "`f` = 1"),
            (
                "cast(b as char) <> '1'",
                "(cast(`b` as char charset utf8mb4) <> _utf8mb4'1')",
                "cast(`b` as char charset utf8mb4) <> '1'",
            ),
            (
                "b = 1 || b = 2",
                "((`b` = 1) or (`b` = 2))",
                "`b` = 1 or `b` = 2",
            ),
            (
                "date_add(d, interval 1 day) > d",
                "((`d` + interval 1 day) > `d`)",
                "`d` + interval 1 day > `d`",
            ),
            (
                "substring(a,1,2) = 'ab'",
                "(substr(`a`,1,2) = _utf8mb4'ab')",
                "substr(`a`,1,2) = 'ab'",
            ),
            ("x and y", "((0 <> `x`) and (0 <> `y`))", "`x` and `y`"),
            ("d > now()", "(`d` > now())", "`d` > current_timestamp()"),
            ("a <> \"dq\"", "(`a` <> _utf8mb4'dq')", "`a` <> 'dq'"),
        ] {
            let want = normalize_expr(written);
            assert_eq!(want.normal(), normalize_expr(mysql).normal(), "{written}");
            assert_eq!(want.normal(), normalize_expr(mariadb).normal(), "{written}");
        }
    }

    #[test]
    fn different_expressions_have_different_normal_forms() {
        for (one, other) in [
            ("(a or b) and c", "a or (b and c)"),
            ("a - (b - c)", "a - b - c"),
            ("a = 'x'", "a = 'X'"),
            ("a > 1", "a >= 1"),
            ("a in (1,2)", "a in (1,3)"),
            ("not a and b", "not (a and b)"),
            ("a @@@ 'x Y'", "a @@@ 'x y'"),
        ] {
            assert_ne!(normalize_expr(one), normalize_expr(other));
        }
    }
}
