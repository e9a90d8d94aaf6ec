//! Tokens of SQL. The lexer knows where a token ends and nothing of what it means.

use crate::lexical_rules::LexicalRules;

/// The kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// White space.
    Space,
    /// A comment that holds no SQL.
    Comment,
    /// `/*!`, `/*!80000`, `/*M!100600`: SQL follows.
    ExecOpen,
    /// The `*/` that ends it.
    ExecClose,
    /// Letters, digits, `_`, `$` and all beyond ASCII: keywords, names and numbers.
    Word,
    /// A quoted string.
    Text,
    /// A quoted identifier.
    Name,
    /// The delimiter that is in force.
    Delimiter,
    /// Any other character.
    Symbol(u8),
}

/// A token: `text[start..end]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its first byte.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
}

/// What never ends, and where it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    /// Its first byte.
    pub start: usize,
    /// What it is.
    pub what: &'static str,
}

/// Reads tokens one after the other.
#[derive(Debug)]
pub struct Lexer<'a> {
    rules: &'a LexicalRules,
    text: &'a str,
    at: usize,
    /// Where the executable comments that are open begin.
    exec: Vec<usize>,
    delimiter: &'a str,
}

impl<'a> Lexer<'a> {
    /// A lexer at the start of a text. The delimiter is `;`.
    pub fn new(rules: &'a LexicalRules, text: &'a str) -> Self {
        Self {
            rules,
            text,
            at: 0,
            exec: Vec::new(),
            delimiter: ";",
        }
    }

    /// Another delimiter from here on.
    pub fn set_delimiter(&mut self, delimiter: &'a str) {
        self.delimiter = delimiter;
    }

    /// Whether the delimiter is the ordinary `;`.
    pub fn plain_delimiter(&self) -> bool {
        self.delimiter == ";"
    }

    /// Goes on at another byte, which must be the start of a character.
    pub fn seek(&mut self, at: usize) {
        self.at = at;
    }

    /// Whether the last token stands in an executable comment.
    pub fn in_exec(&self) -> bool {
        !self.exec.is_empty()
    }

    /// The next token; `None` at the end.
    pub fn next_token(&mut self) -> Result<Option<Token>, Open> {
        let start = self.at;
        let Some(first) = self.byte(start) else {
            return match self.exec.first() {
                Some(&start) => Err(Open {
                    start,
                    what: "comment",
                }),
                None => Ok(None),
            };
        };
        let (kind, end) = self.token(start, first)?;
        self.at = end;
        Ok(Some(Token { kind, start, end }))
    }

    fn token(&mut self, start: usize, first: u8) -> Result<(Kind, usize), Open> {
        let rest = &self.text.as_bytes()[start..];
        if is_space(first) {
            return Ok((Kind::Space, self.skip(start, is_space)));
        }
        if start == 0 && rest.starts_with("\u{feff}".as_bytes()) {
            return Ok((Kind::Space, 3));
        }
        if rest.starts_with(b"--") && self.dash_comment(start) {
            return Ok((Kind::Comment, self.line_end(start)));
        }
        if first == b'#' && self.rules.hash_comments {
            return Ok((Kind::Comment, self.line_end(start)));
        }
        if rest.starts_with(b"/*") {
            if let Some(end) = self.exec_open(start) {
                self.exec.push(start);
                return Ok((Kind::ExecOpen, end));
            }
            return Ok((Kind::Comment, self.block_comment(start)?));
        }
        if self.in_exec() && rest.starts_with(b"*/") {
            self.exec.pop();
            return Ok((Kind::ExecClose, start + 2));
        }
        if rest.starts_with(self.delimiter.as_bytes()) {
            return Ok((Kind::Delimiter, start + self.delimiter.len()));
        }
        match first {
            b'\'' => {
                let end = self.quoted(start, b'\'', self.rules.backslash_escapes, "string")?;
                Ok((Kind::Text, end))
            }
            b'"' if self.rules.double_quotes_are_strings => {
                let end = self.quoted(start, b'"', self.rules.backslash_escapes, "string")?;
                Ok((Kind::Text, end))
            }
            b'"' => Ok((Kind::Name, self.quoted(start, b'"', false, "name")?)),
            b'`' if self.rules.backticks => {
                Ok((Kind::Name, self.quoted(start, b'`', false, "name")?))
            }
            b'[' if self.rules.brackets => match self.find(start, "]") {
                Some(at) => Ok((Kind::Name, at + 1)),
                None => Err(Open {
                    start,
                    what: "name",
                }),
            },
            b'$' if self.rules.dollar_quotes => self.dollar(start),
            _ if is_word(first) => self.word(start),
            _ => Ok((Kind::Symbol(first), start + 1)),
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn skip(&self, start: usize, wanted: fn(u8) -> bool) -> usize {
        let rest = &self.text.as_bytes()[start..];
        start + rest.iter().take_while(|b| wanted(**b)).count()
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

    /// The end of `/*!80000`; `None` where the comment is an ordinary one.
    fn exec_open(&self, start: usize) -> Option<usize> {
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

    fn block_comment(&self, start: usize) -> Result<usize, Open> {
        let open = Open {
            start,
            what: "comment",
        };
        if !self.rules.nested_comments {
            return self.find(start + 2, "*/").map(|at| at + 2).ok_or(open);
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
        Err(open)
    }

    /// The end of a quoted text; a doubled quote stands for one.
    fn quoted(
        &self,
        start: usize,
        quote: u8,
        escapes: bool,
        what: &'static str,
    ) -> Result<usize, Open> {
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
        Err(Open { start, what })
    }

    /// An `E'..'` string with its continuations: a quote on a later line, with only white space and
    /// line comments between, goes on with the same rules (PostgreSQL, "Lexical Structure").
    fn escape_string(&self, start: usize, quote: usize) -> Result<usize, Open> {
        let open = |_| Open {
            start,
            what: "string",
        };
        let mut end = self.quoted(quote, b'\'', true, "string").map_err(open)?;
        while let Some(next) = self.continuation(end) {
            end = self.quoted(next, b'\'', true, "string").map_err(open)?;
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
    fn dollar(&self, start: usize) -> Result<(Kind, usize), Open> {
        let tag_end = self.skip(start + 1, |b| is_word(b) && b != b'$');
        let digit = self.byte(start + 1).is_some_and(|b| b.is_ascii_digit());
        if digit || self.byte(tag_end) != Some(b'$') {
            return Ok((Kind::Symbol(b'$'), start + 1));
        }
        let tag = &self.text[start..=tag_end];
        match self.find(tag_end + 1, tag) {
            Some(at) => Ok((Kind::Text, at + tag.len())),
            None => Err(Open {
                start,
                what: "dollar-quoted string",
            }),
        }
    }

    fn word(&self, start: usize) -> Result<(Kind, usize), Open> {
        let mut end = self.skip(start, is_word);
        if self.delimiter.bytes().next().is_some_and(is_word) {
            // a delimiter of word characters, such as `$$`, may stand right behind a word
            let word = &self.text.as_bytes()[start..];
            end = (start + 1..end)
                .find(|at| word[at - start..].starts_with(self.delimiter.as_bytes()))
                .unwrap_or(end);
        }
        if self.rules.escape_strings
            && self.byte(end) == Some(b'\'')
            && self.text[start..end].eq_ignore_ascii_case("e")
        {
            return Ok((Kind::Text, self.escape_string(start, end)?));
        }
        Ok((Kind::Word, end))
    }
}

fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0b
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}
