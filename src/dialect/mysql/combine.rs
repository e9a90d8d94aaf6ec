//! One statement for two vendors. Each reads only its own half: to MySQL `/*M!` is a comment, and
//! MariaDB passes over what is meant for versions 50700 to 99999.

use crate::dialect::Unsupported;

/// What a half says that has nothing to do. A statement that is nothing but the other vendor's
/// comment is error 1064 where another one follows.
const NOTHING: &str = "DO 0";

/// The statements of MySQL and of MariaDB as one.
pub(super) fn combine(sides: &[Option<&str>]) -> Result<String, Unsupported> {
    let mut halves = Vec::new();
    for (open, side) in ["/*!80000", "/*M!100600"].into_iter().zip(sides) {
        let sql = side.unwrap_or(NOTHING);
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
