//! The lexer: divides SQL text into tokens by the lexical rules of a dialect.

use crate::lexical_rules::LexicalRules;
use std::fmt;

/// The kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// White space.
    Space,
    /// A comment without SQL in it.
    Comment,
    /// The start of an executable comment (`/*!`, `/*!80000`, `/*M!100600`); SQL follows.
    ExecutableOpen,
    /// The `*/` that ends an executable comment.
    ExecutableClose,
    /// Letters, digits, `_`, `$` and all non-ASCII characters: keywords, names and numbers.
    Word,
    /// A string, its quotes included.
    QuotedString,
    /// A quoted identifier, its quotes included.
    QuotedName,
    /// The current statement delimiter.
    Delimiter,
    /// Any other character.
    Symbol(u8),
}

/// A token: `text[start..end]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// The kind.
    pub kind: TokenKind,
    /// The position of the first byte.
    pub start: usize,
    /// The position after the last byte.
    pub end: usize,
}

/// A string, name or comment without an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unterminated {
    /// The position of its first byte.
    pub start: usize,
    /// The kind of part.
    pub what: UnterminatedPart,
}

/// The kinds of parts that can be unterminated. `Display` writes their names for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnterminatedPart {
    /// A string.
    String,
    /// A dollar-quoted string.
    DollarQuotedString,
    /// A quoted name.
    Name,
    /// A comment, executable or not.
    Comment,
}

impl fmt::Display for UnterminatedPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::String => "string",
            Self::DollarQuotedString => "dollar-quoted string",
            Self::Name => "name",
            Self::Comment => "comment",
        })
    }
}

/// An iterator over the tokens of a text.
#[derive(Debug)]
pub struct Lexer<'a> {
    rules: &'a LexicalRules,
    text: &'a str,
    at: usize,
    /// The starts of the open executable comments.
    executable: Vec<usize>,
    delimiter: &'a str,
}

impl<'a> Lexer<'a> {
    /// A lexer at the start of a text, with the delimiter `;`.
    pub fn new(rules: &'a LexicalRules, text: &'a str) -> Self {
        Self {
            rules,
            text,
            at: 0,
            executable: Vec::new(),
            delimiter: ";",
        }
    }

    /// Changes the delimiter for the rest of the text.
    pub fn set_delimiter(&mut self, delimiter: &'a str) {
        self.delimiter = delimiter;
    }

    /// Whether the delimiter is the ordinary `;`.
    pub fn has_default_delimiter(&self) -> bool {
        self.delimiter == ";"
    }

    /// Continues at another position, which must be the start of a character.
    pub fn seek(&mut self, at: usize) {
        self.at = at;
    }

    /// Whether the last token is inside an executable comment.
    pub fn in_executable_comment(&self) -> bool {
        !self.executable.is_empty()
    }

    /// The next token; `None` at the end of the text.
    pub fn next_token(&mut self) -> Result<Option<Token>, Unterminated> {
        let start = self.at;
        let Some(first) = self.byte(start) else {
            return match self.executable.first() {
                Some(&start) => Err(Unterminated {
                    start,
                    what: UnterminatedPart::Comment,
                }),
                None => Ok(None),
            };
        };
        let (kind, end) = self.token(start, first)?;
        self.at = end;
        Ok(Some(Token { kind, start, end }))
    }

    fn token(&mut self, start: usize, first: u8) -> Result<(TokenKind, usize), Unterminated> {
        let rest = &self.text.as_bytes()[start..];
        if is_space(first) {
            return Ok((TokenKind::Space, self.skip(start, is_space)));
        }
        if start == 0 && rest.starts_with("\u{feff}".as_bytes()) {
            return Ok((TokenKind::Space, 3));
        }
        if rest.starts_with(b"--") && self.dash_comment(start) {
            return Ok((TokenKind::Comment, self.line_end(start)));
        }
        if first == b'#' && self.rules.hash_comments {
            return Ok((TokenKind::Comment, self.line_end(start)));
        }
        if rest.starts_with(b"/*") {
            if let Some(end) = self.executable_open(start) {
                self.executable.push(start);
                return Ok((TokenKind::ExecutableOpen, end));
            }
            return Ok((TokenKind::Comment, self.block_comment(start)?));
        }
        if self.in_executable_comment() && rest.starts_with(b"*/") {
            self.executable.pop();
            return Ok((TokenKind::ExecutableClose, start + 2));
        }
        if rest.starts_with(self.delimiter.as_bytes()) {
            return Ok((TokenKind::Delimiter, start + self.delimiter.len()));
        }
        match first {
            b'\'' => {
                let end = self.quoted(
                    start,
                    b'\'',
                    self.rules.backslash_escapes,
                    UnterminatedPart::String,
                )?;
                Ok((TokenKind::QuotedString, end))
            }
            b'"' if self.rules.double_quotes_are_strings => {
                let end = self.quoted(
                    start,
                    b'"',
                    self.rules.backslash_escapes,
                    UnterminatedPart::String,
                )?;
                Ok((TokenKind::QuotedString, end))
            }
            b'"' => Ok((
                TokenKind::QuotedName,
                self.quoted(start, b'"', false, UnterminatedPart::Name)?,
            )),
            b'`' if self.rules.backticks => Ok((
                TokenKind::QuotedName,
                self.quoted(start, b'`', false, UnterminatedPart::Name)?,
            )),
            b'[' if self.rules.brackets => match self.find(start, "]") {
                Some(at) => Ok((TokenKind::QuotedName, at + 1)),
                None => Err(Unterminated {
                    start,
                    what: UnterminatedPart::Name,
                }),
            },
            b'$' if self.rules.dollar_quotes => self.dollar(start),
            _ if is_word(first) => self.word(start),
            _ => Ok((TokenKind::Symbol(first), start + 1)),
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn skip(&self, start: usize, matches: fn(u8) -> bool) -> usize {
        let rest = &self.text.as_bytes()[start..];
        start + rest.iter().take_while(|b| matches(**b)).count()
    }

    fn find(&self, from: usize, what: &str) -> Option<usize> {
        self.text[from..].find(what).map(|at| from + at)
    }

    fn line_end(&self, start: usize) -> usize {
        self.find(start, "\n").map_or(self.text.len(), |at| at + 1)
    }

    fn dash_comment(&self, start: usize) -> bool {
        !self.rules.dash_needs_space
            || self
                .byte(start + 2)
                .is_none_or(|b| is_space(b) || b.is_ascii_control())
    }

    /// The position after `/*!80000`; `None` if the comment is not an executable one.
    fn executable_open(&self, start: usize) -> Option<usize> {
        let rest = &self.text.as_bytes()[start..];
        let mark = if rest.starts_with(b"/*!") {
            start + 3
        } else if rest.starts_with(b"/*M!") {
            start + 4
        } else {
            return None;
        };
        self.rules
            .executable_comments
            .then(|| self.skip(mark, |b| b.is_ascii_digit()))
    }

    fn block_comment(&self, start: usize) -> Result<usize, Unterminated> {
        let unterminated = Unterminated {
            start,
            what: UnterminatedPart::Comment,
        };
        if !self.rules.nested_comments {
            return self
                .find(start + 2, "*/")
                .map(|at| at + 2)
                .ok_or(unterminated);
        }
        let bytes = self.text.as_bytes();
        let mut depth = 1_usize;
        let mut at = start + 2;
        while let Some(pair) = bytes.get(at..at + 2) {
            match pair {
                b"/*" => {
                    depth += 1;
                    at += 2;
                }
                b"*/" => {
                    depth -= 1;
                    at += 2;
                    if depth == 0 {
                        return Ok(at);
                    }
                }
                _ => at += 1,
            }
        }
        Err(unterminated)
    }

    /// The position after a quoted text; a doubled quote is part of it.
    fn quoted(
        &self,
        start: usize,
        quote: u8,
        escapes: bool,
        what: UnterminatedPart,
    ) -> Result<usize, Unterminated> {
        let mut at = start + 1;
        while let Some(byte) = self.byte(at) {
            if byte == b'\\' && escapes {
                at += 2;
            } else if byte == quote {
                if self.byte(at + 1) != Some(quote) {
                    return Ok(at + 1);
                }
                at += 2;
            } else {
                at += 1;
            }
        }
        Err(Unterminated { start, what })
    }

    /// The position after an `E'..'` string with its continuations: a quote on a later line, with only white space
    /// and line comments between, continues it with the same rules (PostgreSQL, "Lexical Structure").
    fn escape_string(&self, start: usize, quote: usize) -> Result<usize, Unterminated> {
        let unterminated = |_| Unterminated {
            start,
            what: UnterminatedPart::String,
        };
        let mut end = self
            .quoted(quote, b'\'', true, UnterminatedPart::String)
            .map_err(unterminated)?;
        while let Some(next) = self.continuation(end) {
            end = self
                .quoted(next, b'\'', true, UnterminatedPart::String)
                .map_err(unterminated)?;
        }
        Ok(end)
    }

    fn continuation(&self, end: usize) -> Option<usize> {
        let mut at = end;
        let mut broken = false;
        loop {
            match self.byte(at)? {
                b'\'' => return broken.then_some(at),
                b'-' if self.byte(at + 1) == Some(b'-') => {
                    at = self.line_end(at);
                    broken = true;
                }
                byte if is_space(byte) => {
                    broken |= byte == b'\n' || byte == b'\r';
                    at += 1;
                }
                _ => return None,
            }
        }
    }

    /// `$$..$$`, `$tag$..$tag$`, or a lone `$` (a parameter such as `$1`).
    fn dollar(&self, start: usize) -> Result<(TokenKind, usize), Unterminated> {
        let tag_end = self.skip(start + 1, |b| is_word(b) && b != b'$');
        let digit = self.byte(start + 1).is_some_and(|b| b.is_ascii_digit());
        if digit || self.byte(tag_end) != Some(b'$') {
            return Ok((TokenKind::Symbol(b'$'), start + 1));
        }
        let tag = &self.text[start..=tag_end];
        match self.find(tag_end + 1, tag) {
            Some(at) => Ok((TokenKind::QuotedString, at + tag.len())),
            None => Err(Unterminated {
                start,
                what: UnterminatedPart::DollarQuotedString,
            }),
        }
    }

    fn word(&self, start: usize) -> Result<(TokenKind, usize), Unterminated> {
        let mut end = self.skip(start, is_word);
        if self.delimiter.bytes().next().is_some_and(is_word) {
            // a delimiter of word characters, such as `$$`, may follow a word without white space
            let word = &self.text.as_bytes()[start..];
            end = (start + 1..end)
                .find(|at| word[at - start..].starts_with(self.delimiter.as_bytes()))
                .unwrap_or(end);
        }
        if self.rules.escape_strings
            && self.byte(end) == Some(b'\'')
            && self.text[start..end].eq_ignore_ascii_case("e")
        {
            return Ok((TokenKind::QuotedString, self.escape_string(start, end)?));
        }
        Ok((TokenKind::Word, end))
    }
}

fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0b
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}
