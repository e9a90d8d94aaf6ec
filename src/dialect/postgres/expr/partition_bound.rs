//! The normal form of partition bounds.

/// The normal form of a bound: keywords and spaces as the server prints them.
pub(crate) fn normalize_bound(bound: &str) -> String {
    let mut out = String::with_capacity(bound.len());
    let mut quote = None;
    for c in bound.trim().chars() {
        match quote {
            Some(open) => {
                out.push(c);
                if c == open {
                    quote = None;
                }
            }
            None if c.is_whitespace() => {
                if !out.ends_with([' ', '(']) {
                    out.push(' ');
                }
            }
            None => {
                if matches!(c, ')' | ',') && out.ends_with(' ') {
                    out.pop();
                }
                // one space after a comma, and between a word and its parenthesis
                if out.ends_with(',') || c == '(' && out.ends_with(char::is_alphabetic) {
                    out.push(' ');
                }
                if matches!(c, '\'' | '"') {
                    quote = Some(c);
                }
                out.push(c);
            }
        }
    }
    normalize_keywords(&out)
}

/// Writes keywords in the case in which the server prints them.
fn normalize_keywords(bound: &str) -> String {
    let mut out = String::with_capacity(bound.len());
    let mut rest = bound;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '\'' | '"' => rest
                .get(1..)
                .and_then(|inner| inner.find(c))
                .map_or(rest.len(), |at| at + 2),
            c if c.is_alphabetic() => rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (token, tail) = rest.split_at(length);
        let upper = token.to_ascii_uppercase();
        let lower = token.to_ascii_lowercase();
        out.push_str(match upper.as_str() {
            "FROM" | "TO" | "IN" | "WITH" | "MINVALUE" | "MAXVALUE" | "NULL" | "DEFAULT" => &upper,
            "MODULUS" | "REMAINDER" | "TRUE" | "FALSE" => &lower,
            _ => token,
        });
        rest = tail;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::normalize_bound;

    #[test]
    fn bounds_have_the_server_s_form() {
        for (text, normal) in [
            ("from (1) to ( 10 )", "FROM (1) TO (10)"),
            (
                "FROM ('a  b',minvalue) TO (maxvalue , 3)",
                "FROM ('a  b', MINVALUE) TO (MAXVALUE, 3)",
            ),
            ("in ('From',null)", "IN ('From', NULL)"),
            (
                "with (MODULUS 4,remainder 0)",
                "WITH (modulus 4, remainder 0)",
            ),
            ("default", "DEFAULT"),
            ("in(true)", "IN (true)"),
        ] {
            assert_eq!(normalize_bound(text), normal);
        }
    }
}
