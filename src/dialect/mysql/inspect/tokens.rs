//! The tokens of `SHOW CREATE TABLE`.

use crate::dialect::mysql::types::literals;

/// One word, name, string or parenthesis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// A name in backticks, without them.
    Name(String),
    /// The value of a string literal.
    Text(String),
    /// A bare word or number.
    Word(&'a str),
    /// The text between parentheses.
    Group(&'a str),
    /// Any other character.
    Symbol(char),
}

/// A position in a statement. The marks of executable comments (`/*!80023 INVISIBLE */`) are skipped, their content is
/// read.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    /// The end of the last token.
    end: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            end: 0,
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Skips blanks and the marks of comments.
    fn skip(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start().len();
            let mark = ["/*!", "/*M!", "*/"]
                .into_iter()
                .find(|mark| rest.starts_with(mark));
            let skipped = match mark {
                _ if blank > 0 => blank,
                Some("*/") => 2,
                Some(mark) => {
                    let behind = &rest[mark.len()..];
                    mark.len() + behind.len()
                        - behind
                            .trim_start_matches(|c: char| c.is_ascii_digit())
                            .len()
                }
                None => return,
            };
            self.at += skipped;
        }
    }

    /// The start of the next token.
    pub(crate) fn start(&mut self) -> usize {
        self.skip();
        self.at
    }

    /// The text from an offset to the end of the last token.
    pub(crate) fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.end).unwrap_or("")
    }

    pub(crate) fn next(&mut self) -> Option<Token<'a>> {
        self.skip();
        let rest = self.rest();
        let first = rest.chars().next()?;
        let (token, length) = match first {
            '`' => {
                let end = literals::quoted_end(rest)?;
                (Token::Name(rest[1..end - 1].replace("``", "`")), end)
            }
            '\'' => {
                let end = literals::quoted_end(rest)?;
                (
                    Token::Text(literals::parse_string_literal(&rest[..end])?),
                    end,
                )
            }
            '(' => {
                let end = literals::closing(&rest[1..])?;
                (Token::Group(&rest[1..=end]), end + 2)
            }
            c if is_word(c) => {
                let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                (Token::Word(&rest[..end]), end)
            }
            other => (Token::Symbol(other), other.len_utf8()),
        };
        self.at += length;
        self.end = self.at;
        Some(token)
    }

    pub(crate) fn peek(&self) -> Option<Token<'a>> {
        self.clone().next()
    }

    /// Reads these words, if they are next.
    pub(crate) fn eat(&mut self, words: &str) -> bool {
        let mut ahead = self.clone();
        let taken = words.split(' ').all(|wanted| {
            matches!(ahead.next(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(wanted))
        });
        if taken {
            *self = ahead;
        }
        taken
    }

    /// Reads a character, if it is next.
    pub(crate) fn symbol(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(Token::Symbol(wanted));
        if found {
            self.next();
        }
        found
    }

    /// Reads a group in parentheses, if one is next.
    pub(crate) fn group(&mut self) -> Option<&'a str> {
        match self.peek() {
            Some(Token::Group(inner)) => {
                self.next();
                Some(inner)
            }
            _ => None,
        }
    }

    /// A name, in backticks or not.
    pub(crate) fn name(&mut self) -> Option<String> {
        match self.next()? {
            Token::Name(name) => Some(name),
            Token::Word(word) => Some(word.to_owned()),
            Token::Text(_) | Token::Group(_) | Token::Symbol(_) => None,
        }
    }

    /// A value after an optional `=`, without quotes.
    pub(crate) fn value(&mut self) -> Option<String> {
        self.symbol('=');
        match self.next()? {
            Token::Name(text) | Token::Text(text) => Some(text),
            Token::Word(word) => Some(word.to_owned()),
            Token::Group(inner) => Some(inner.to_owned()),
            Token::Symbol(_) => None,
        }
    }

    /// Whether the end is reached.
    pub(crate) fn is_done(&self) -> bool {
        self.peek().is_none()
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '.')
}

/// The names of a list in parentheses.
pub(crate) fn names(list: &str) -> Option<Vec<String>> {
    let mut cursor = Cursor::new(list);
    let mut names = Vec::new();
    while !cursor.is_done() {
        names.push(cursor.name()?);
        if !cursor.symbol(',') && !cursor.is_done() {
            return None;
        }
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_its_words() {
        let mut cursor = Cursor::new("`a``b` int(5) DEFAULT '-5''' /*!80023 INVISIBLE */ , (x)");
        let mut all = Vec::new();
        while let Some(token) = cursor.next() {
            all.push(token);
        }
        assert_eq!(
            all,
            [
                Token::Name(String::from("a`b")),
                Token::Word("int"),
                Token::Group("5"),
                Token::Word("DEFAULT"),
                Token::Text(String::from("-5'")),
                Token::Word("INVISIBLE"),
                Token::Symbol(','),
                Token::Group("x"),
            ]
        );
    }
}
