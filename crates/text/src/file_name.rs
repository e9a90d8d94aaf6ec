//! Names of migration files: `V7__name.sql` and, next to it, `V7__name.down.sql`.

/// Direction of a migration file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// The file applies the migration.
    Up,
    /// The file reverts the migration.
    Down,
}

/// The parts of a migration file's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileName<'a> {
    /// The direction.
    pub kind: FileKind,
    /// The stem of the up file: `V7__name`.
    pub stem: &'a str,
    /// The version.
    pub version: i32,
    /// The name after `__`.
    pub name: &'a str,
}

/// Parses the name of a file. `None` for a file that is not SQL.
///
/// # Errors
/// The reason why the file can't be a migration.
pub fn parse(file: &str) -> Result<Option<FileName<'_>>, String> {
    let Some((stem, extension)) = file.rsplit_once('.') else {
        return Ok(None);
    };
    match extension {
        "sql" => {}
        "rs" if stem.starts_with(['V', 'U']) => {
            return Err(String::from("migrations in Rust are not supported"));
        }
        other if other.eq_ignore_ascii_case("sql") => {
            return Err(format!("the extension is `.{other}`, and must be `.sql`"));
        }
        _ => return Ok(None),
    }
    let (kind, stem) = match stem.strip_suffix(".down") {
        Some(stem) => (FileKind::Down, stem),
        None => (FileKind::Up, stem),
    };
    let rest = match stem.chars().next() {
        Some('V') => stem.get(1..).unwrap_or_default(),
        Some('v') => return Err(String::from("the `V` must be a capital")),
        Some('U') => {
            return Err(String::from(
                "unversioned migrations (`U…`) are not supported: their order is undefined",
            ));
        }
        Some(_) | None => return Err(String::from("the name must begin with `V`")),
    };
    let Some((number, name)) = rest.split_once("__") else {
        return Err(String::from("`__` must separate version and name"));
    };
    if number.is_empty() || !number.chars().all(|c| c.is_ascii_digit()) {
        return Err(format!("the version `{number}` is not a whole number"));
    }
    let version: i32 = number
        .parse()
        .map_err(|_| format!("the version {number} is over {}", i32::MAX))?;
    if let Some(bad) = name.chars().find(|c| !(c.is_alphanumeric() || *c == '_')) {
        return Err(format!("the name must not contain `{bad}`"));
    }
    if name.is_empty() {
        return Err(String::from("there is no name after `__`"));
    }
    Ok(Some(FileName {
        kind,
        stem,
        version,
        name,
    }))
}

#[cfg(test)]
mod tests {
    use super::{FileKind, parse};

    #[test]
    fn file_names_are_parsed() {
        for (file, expected) in [
            ("V7__a_b.sql", Ok(Some((FileKind::Up, "V7__a_b", 7, "a_b")))),
            (
                "V010__x.down.sql",
                Ok(Some((FileKind::Down, "V010__x", 10, "x"))),
            ),
            ("README.md", Ok(None)),
            ("LICENSE", Ok(None)),
            (
                "V1__x.SQL",
                Err("the extension is `.SQL`, and must be `.sql`"),
            ),
            ("V1__x.rs", Err("migrations in Rust are not supported")),
            ("v1__x.sql", Err("the `V` must be a capital")),
            ("1__x.sql", Err("the name must begin with `V`")),
            ("V1_x.sql", Err("`__` must separate version and name")),
            (
                "V1.2__x.sql",
                Err("the version `1.2` is not a whole number"),
            ),
            (
                "V99999999999__x.sql",
                Err("the version 99999999999 is over 2147483647"),
            ),
            ("V1__a-b.sql", Err("the name must not contain `-`")),
            ("V1__.sql", Err("there is no name after `__`")),
        ] {
            let got = parse(file).map(|name| name.map(|n| (n.kind, n.stem, n.version, n.name)));
            assert_eq!(got, expected.map_err(str::to_owned), "{file}");
        }
    }
}
