//! Statements and keywords for both vendors in one text. Each vendor executes only its own part: `/*M!` is a comment on
//! MySQL, and MariaDB ignores `/*!` comments for the versions 50700 to 99999.

use crate::dialect::Unsupported;

/// The part of a vendor without a statement. A text with only the other vendor's comment is error 1064 if another
/// statement follows.
const NO_OPERATION: &str = "DO 0";

/// Keywords that differ: those of MySQL and those of MariaDB.
const KEYWORDS_BY_VENDOR: [[&str; 2]; 3] = [
    ["INVISIBLE", "IGNORED"],
    ["VISIBLE", "NOT IGNORED"],
    ["DROP CHECK", "DROP CONSTRAINT"],
];

/// Whether the optimizer may use an index, in the keywords of both vendors.
pub(crate) fn visibility(is_visible: bool) -> String {
    both_keywords(KEYWORDS_BY_VENDOR[usize::from(is_visible)])
}

/// DROP for a check that has the same name as a key or a foreign key: MySQL then requires DROP CHECK (error 3939), which
/// MariaDB does not have.
pub(crate) fn drop_check() -> String {
    both_keywords(KEYWORDS_BY_VENDOR[2])
}

fn both_keywords([mysql, mariadb]: [&str; 2]) -> String {
    format!("/*!80000 {mysql} */ /*M!100600 {mariadb} */")
}

/// Combines a statement of MySQL and one of MariaDB; either may be absent.
pub(crate) fn combine(sides: &[Option<&str>]) -> Result<String, Unsupported> {
    let mut halves = Vec::new();
    let opens = ["/*!80000", "/*M!100600"];
    for (at, (open, side)) in opens.into_iter().zip(sides).enumerate() {
        let mut sql = side.unwrap_or(NO_OPERATION).to_owned();
        for words in KEYWORDS_BY_VENDOR {
            sql = sql.replace(&both_keywords(words), words[at]);
        }
        // the servers recognize comment marks within strings, too
        if let Some(mark) = ["*/", "/*"].into_iter().find(|mark| sql.contains(mark)) {
            return Err(Unsupported {
                message: format!(
                    "the statements of MySQL and MariaDB differ and contain `{mark}`, so that they can't be combined"
                ),
                help: format!(
                    "write the text without `{mark}`, or declare the same in the `mysql:` and `mariadb:` overrides"
                ),
            });
        }
        halves.push(format!("{open} {sql} */"));
    }
    Ok(halves.join("\n"))
}
