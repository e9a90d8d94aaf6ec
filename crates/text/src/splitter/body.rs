//! Decides whether a semicolon ends the statement or is inside a body.
//!
//! A block is opened only by a keyword in a position where a statement may begin, which distinguishes `IF(a, b, c)`, a
//! column named `end` and a `CASE` expression from the statements of these names.

use crate::lexer::{Token, TokenKind};
use crate::lexical_rules::LexicalRules;

/// The kinds of blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    /// `BEGIN .. END`
    Begin,
    /// `IF .. END IF`
    If,
    /// `CASE .. END CASE`, whose branches contain statements
    Case,
    /// `CASE .. END`, whose branches contain values
    CaseValue,
    /// `LOOP .. END LOOP`
    Loop,
    /// `WHILE .. DO .. END WHILE`, `FOR .. DO .. END FOR`
    While,
    /// `REPEAT .. UNTIL x END REPEAT`
    Repeat,
}

/// The position of the last token within the statement's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Head {
    /// Nothing yet.
    Start,
    /// After `CREATE` or `ALTER`, and what may stand before the kind of object.
    Create,
    /// Inside `DEFINER = user@host`.
    Definer,
    /// An object with a body; its head ends before the body's first keyword.
    Routine(Routine),
    /// Inside the body.
    Body,
    /// A statement without a body.
    Plain,
}

/// The position where a body begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Routine {
    /// After the parameters: at the first keyword that begins a statement.
    Params,
    /// A trigger of MySQL or SQLite: after `ROW`, or at `BEGIN`.
    Trigger,
    /// An event: after `DO`.
    Event,
    /// PostgreSQL: at `BEGIN ATOMIC`.
    Atomic,
    /// A handler within a body, a trigger of MySQL after its head: at the first keyword that begins a statement.
    Handler,
}

/// The keywords that begin a statement of a body, except those that open a block.
const VERBS: [&str; 22] = [
    "RETURN", "SET", "SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "CALL", "DO", "WITH",
    "SIGNAL", "RESIGNAL", "DECLARE", "CREATE", "ALTER", "DROP", "TRUNCATE", "PREPARE", "EXECUTE",
    "LEAVE", "ITERATE", "OPEN",
];

/// The state of the current statement, updated with each token.
#[derive(Debug)]
pub(crate) struct Body {
    compound: bool,
    atomic: bool,
    semicolons_in_parentheses: bool,
    head: Head,
    /// The open blocks, each with the position where it begins.
    open: Vec<(Block, usize)>,
    parens: u32,
    /// A statement may begin here.
    fresh: bool,
    /// The last word in upper case, if the last token was a word; else empty.
    word: String,
    /// The word before the last one, in upper case, if the token before was a word; else empty.
    before: String,
    /// The last symbol, if the last token was one.
    symbol: u8,
}

impl Body {
    pub(crate) fn new(rules: &LexicalRules) -> Self {
        Self {
            compound: rules.compound_bodies,
            atomic: rules.atomic_bodies,
            semicolons_in_parentheses: rules.semicolons_in_parentheses,
            head: Head::Start,
            open: Vec::new(),
            parens: 0,
            fresh: true,
            word: String::new(),
            before: String::new(),
            symbol: 0,
        }
    }

    /// Starts the next statement.
    pub(crate) fn reset(&mut self) {
        self.head = Head::Start;
        self.open.clear();
        self.parens = 0;
        self.fresh = true;
        self.word.clear();
        self.before.clear();
        self.symbol = 0;
    }

    /// The position where the outermost open block begins.
    pub(crate) fn open(&self) -> Option<usize> {
        self.open.first().map(|(_, start)| *start)
    }

    /// Whether a `;` in this position is part of the statement. If so, the state is updated with it.
    pub(crate) fn includes_semicolon(&mut self) -> bool {
        if self.open.is_empty() {
            return self.semicolons_in_parentheses && self.parens > 0;
        }
        self.head = Head::Body;
        self.end_word(b';');
        self.fresh = true;
        true
    }

    /// Reads a token that is neither space, comment nor delimiter.
    pub(crate) fn read(&mut self, token: Token, text: &str) {
        match token.kind {
            TokenKind::Word => {
                if self.head == Head::Plain {
                    return;
                }
                let word = text[token.start..token.end].to_ascii_uppercase();
                self.keyword(&word, token.start);
                self.before = std::mem::replace(&mut self.word, word);
                self.symbol = 0;
            }
            // under another delimiter
            TokenKind::Symbol(b';') => {
                self.includes_semicolon();
            }
            TokenKind::Symbol(symbol) => {
                match symbol {
                    b'(' => self.parens += 1,
                    b')' => self.parens = self.parens.saturating_sub(1),
                    _ => {}
                }
                // a label
                self.fresh = symbol == b':' && self.head == Head::Body;
                self.end_word(symbol);
            }
            TokenKind::QuotedString | TokenKind::QuotedName => {
                if self.head == Head::Start {
                    self.head = Head::Plain;
                }
                self.fresh = false;
                self.end_word(0);
            }
            TokenKind::Space
            | TokenKind::Comment
            | TokenKind::ExecutableOpen
            | TokenKind::ExecutableClose
            | TokenKind::Delimiter => {}
        }
    }

    fn end_word(&mut self, symbol: u8) {
        self.before.clear();
        self.word.clear();
        self.symbol = symbol;
    }

    fn keyword(&mut self, word: &str, start: usize) {
        match self.head {
            Head::Start => self.first(word),
            Head::Create => self.kind(word),
            Head::Definer if self.symbol == b'=' || self.symbol == b'@' => {}
            Head::Definer if self.word == "DEFINER" => self.head = Head::Plain,
            Head::Definer => self.kind(word),
            Head::Routine(routine) => self.routine(routine, word, start),
            Head::Body => self.body(word, start),
            Head::Plain => {}
        }
    }

    fn first(&mut self, word: &str) {
        self.head = match word {
            "CREATE" | "ALTER" => Head::Create,
            // MariaDB's `BEGIN NOT ATOMIC`
            "BEGIN" if self.compound => Head::Routine(Routine::Atomic),
            _ => Head::Plain,
        };
    }

    fn kind(&mut self, word: &str) {
        self.head = match word {
            "OR" | "REPLACE" | "AGGREGATE" | "TEMP" | "TEMPORARY" => Head::Create,
            "DEFINER" => Head::Definer,
            "PROCEDURE" | "FUNCTION" if self.atomic => Head::Routine(Routine::Atomic),
            "PROCEDURE" | "FUNCTION" if self.compound => Head::Routine(Routine::Params),
            "TRIGGER" if self.compound => Head::Routine(Routine::Trigger),
            "EVENT" if self.compound => Head::Routine(Routine::Event),
            _ => Head::Plain,
        };
    }

    fn routine(&mut self, routine: Routine, word: &str, start: usize) {
        if self.parens > 0 || self.symbol == b'.' {
            return self.value(word, start);
        }
        let begins = match routine {
            Routine::Atomic => {
                let begin = self.word == "BEGIN" || (self.word == "NOT" && self.before == "BEGIN");
                if word == "ATOMIC" && begin {
                    self.enter(Block::Begin, start);
                } else {
                    self.value(word, start);
                }
                return;
            }
            Routine::Event => {
                if word == "DO" {
                    self.head = Head::Body;
                    self.fresh = true;
                } else {
                    self.value(word, start);
                }
                return;
            }
            Routine::Trigger if word == "ROW" => {
                self.head = Head::Routine(Routine::Handler);
                return;
            }
            // a trigger of SQLite may omit `FOR EACH ROW`, and always has a `BEGIN`
            Routine::Trigger => word == "BEGIN" && self.word != "TRIGGER" && self.word != "EXISTS",
            // the condition of a trigger of SQLite
            Routine::Handler if word == "WHEN" => {
                self.head = Head::Routine(Routine::Trigger);
                return;
            }
            Routine::Handler => word != "FOR" && begins_statement(word),
            Routine::Params => {
                let charset = word == "SET" && matches!(self.word.as_str(), "CHARACTER" | "CHAR");
                let name = matches!(self.word.as_str(), "PROCEDURE" | "FUNCTION" | "EXISTS");
                begins_statement(word) && !charset && !name
            }
        };
        if begins {
            self.head = Head::Body;
            self.fresh = true;
            self.body(word, start);
        } else {
            self.value(word, start);
        }
    }

    /// `CASE .. END` where no statement can begin.
    fn value(&mut self, word: &str, start: usize) {
        if self.symbol == b'.' {
            return;
        }
        match word {
            "CASE" => self.open.push((Block::CaseValue, start)),
            "END" if self.top() == Some(Block::CaseValue) => {
                self.open.pop();
            }
            _ => {}
        }
    }

    fn body(&mut self, word: &str, start: usize) {
        if self.symbol == b'.' {
            self.fresh = false;
            return;
        }
        // the `IF` of `END IF`
        if self.word == "END" && (block(word).is_some()) && word != "BEGIN" {
            return;
        }
        let fresh = std::mem::replace(&mut self.fresh, false);
        let top = self.top();
        match word {
            "END" if fresh || matches!(top, Some(Block::CaseValue | Block::Repeat)) => {
                self.open.pop();
            }
            "THEN" | "ELSE" => self.fresh = matches!(top, Some(Block::If | Block::Case)),
            "DO" => self.fresh = !fresh && top == Some(Block::While),
            "HANDLER" if matches!(self.word.as_str(), "CONTINUE" | "EXIT" | "UNDO") => {
                self.head = Head::Routine(Routine::Handler);
            }
            "CASE" if !fresh => self.open.push((Block::CaseValue, start)),
            _ if fresh => {
                if let Some(block) = block(word) {
                    self.enter(block, start);
                }
            }
            _ => {}
        }
    }

    fn enter(&mut self, block: Block, start: usize) {
        self.open.push((block, start));
        self.head = Head::Body;
        self.fresh = match block {
            Block::Begin | Block::Loop | Block::Repeat => true,
            Block::If | Block::Case | Block::CaseValue | Block::While => false,
        };
    }

    fn top(&self) -> Option<Block> {
        self.open.last().map(|(block, _)| *block)
    }
}

fn begins_statement(word: &str) -> bool {
    block(word).is_some() || VERBS.contains(&word)
}

/// The block that a keyword opens where a statement may begin.
fn block(word: &str) -> Option<Block> {
    Some(match word {
        "BEGIN" => Block::Begin,
        "IF" => Block::If,
        "CASE" => Block::Case,
        "LOOP" => Block::Loop,
        "WHILE" | "FOR" => Block::While,
        "REPEAT" => Block::Repeat,
        _ => return None,
    })
}
