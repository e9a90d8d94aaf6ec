//! Arguments of the macro: `"path", database = "name"[, dialect = "name"]`.

use proc_macro::{TokenStream, TokenTree};

/// The arguments.
pub(crate) struct Arguments {
    /// The folder of migrations, relative to the package.
    pub(crate) path: String,
    /// The logical database.
    pub(crate) database: String,
    /// The only dialect to embed.
    pub(crate) dialect: Option<String>,
}

impl Arguments {
    /// Parses the tokens of a call.
    pub(crate) fn parse(input: TokenStream) -> Result<Self, String> {
        let usage = || {
            String::from(
                "expected migrations!(\"path\", database = \"name\") or migrations!(\"path\", database = \"name\", dialect = \"name\")",
            )
        };
        let mut tokens = input.into_iter();
        let path = text(tokens.next()).ok_or_else(usage)?;
        let (mut database, mut dialect) = (None, None);
        loop {
            match tokens.next() {
                None => break,
                Some(TokenTree::Punct(comma)) if comma.as_char() == ',' => {}
                Some(_) => return Err(usage()),
            }
            let Some(key) = tokens.next() else { break };
            match tokens.next() {
                Some(TokenTree::Punct(equals)) if equals.as_char() == '=' => {}
                Some(_) | None => return Err(usage()),
            }
            let value = text(tokens.next()).ok_or_else(usage)?;
            match key.to_string().as_str() {
                "database" => database = Some(value),
                "dialect" => dialect = Some(value),
                _ => return Err(usage()),
            }
        }
        Ok(Self {
            path,
            database: database.ok_or_else(usage)?,
            dialect,
        })
    }
}

/// The value of a string literal without escapes.
fn text(token: Option<TokenTree>) -> Option<String> {
    let token = match token? {
        // a literal that comes from another macro is wrapped in a group without delimiters
        TokenTree::Group(group) => group.stream().into_iter().next()?,
        token => token,
    };
    let literal = token.to_string();
    let text = literal.strip_prefix('"')?.strip_suffix('"')?;
    (!text.contains('\\')).then(|| text.to_owned())
}
