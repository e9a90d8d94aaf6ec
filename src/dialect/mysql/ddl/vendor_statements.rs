//! One statement for two vendors. Each reads only its own half: to MySQL `/*M!` is a comment, and
//! MariaDB passes over what is meant for versions 50700 to 99999.

use crate::dialect::Unsupported;

/// What a half says that has nothing to do. A statement that is nothing but the other vendor's
/// comment is error 1064 where another one follows.
const NOTHING: &str = "DO 0";

/// What the vendors have different words for, of MySQL and of MariaDB.
const BY_VENDOR: [[&str; 2]; 3] = [
    ["INVISIBLE", "IGNORED"],
    ["VISIBLE", "NOT IGNORED"],
    ["DROP CHECK", "DROP CONSTRAINT"],
];

/// Both vendors' words for the same, as they stand within a statement.
pub(crate) fn invisible(is_invisible: bool) -> String {
    both(BY_VENDOR[usize::from(!is_invisible)])
}

/// Drops a check whose name a key or a foreign key bears as well: there MySQL asks for its own word
/// (3939), which MariaDB doesn't know.
pub(crate) fn drop_check() -> String {
    both(BY_VENDOR[2])
}

fn both([mysql, mariadb]: [&str; 2]) -> String {
    format!("/*!80000 {mysql} */ /*M!100600 {mariadb} */")
}

/// The statements of MySQL and of MariaDB as one.
pub(crate) fn combine(sides: &[Option<&str>]) -> Result<String, Unsupported> {
    let mut halves = Vec::new();
    let opens = ["/*!80000", "/*M!100600"];
    for (at, (open, side)) in opens.into_iter().zip(sides).enumerate() {
        let mut sql = side.unwrap_or(NOTHING).to_owned();
        for words in BY_VENDOR {
            sql = sql.replace(&both(words), words[at]);
        }
        // the servers look for these also within strings
        if let Some(mark) = ["*/", "/*"].into_iter().find(|mark| sql.contains(mark)) {
            return Err(Unsupported {
                message: format!(
                    "what MySQL and MariaDB are to do differs, and there is `{mark}` in it, so that no one statement can hold both"
                ),
                help: format!(
                    "write that text without `{mark}`, or the `mysql:` and `mariadb:` overrides so that both say the same"
                ),
            });
        }
        halves.push(format!("{open} {sql} */"));
    }
    Ok(halves.join("\n"))
}
