//! Expected texts in files: `TABLEWRIGHT_BLESS=1` writes the actual text instead of comparing.

use std::fs;
use std::path::Path;

/// Whether expected texts are to be written.
pub(crate) fn blessing() -> bool {
    std::env::var_os("TABLEWRIGHT_BLESS").is_some()
}

/// Fails unless the file at this path, relative to the repository, holds exactly this text.
#[track_caller]
pub(crate) fn assert_written(path: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if blessing() {
        fs::write(&file, text).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        written == text,
        "{path} differs from what the code gives; `TABLEWRIGHT_BLESS=1` writes the file\n\
         --- {path}\n{written}\n--- the code\n{text}"
    );
}
