//! The macro `migrations!` of tablewright. Use it through that crate: `tablewright::migrations!`.

mod arguments;
mod folder;

use crate::arguments::Arguments;
use proc_macro::TokenStream;
use std::fmt::Write as _;

/// Embeds the migrations of a logical database, and checks them when the program is compiled.
///
/// ```text
/// tablewright::migrations!("migrations", database = "shop")
/// tablewright::migrations!("migrations", database = "shop", dialect = "postgres")
/// ```
///
/// The path is relative to the folder of the package's `Cargo.toml`. Files are read from
/// `migrations/<dialect>/shop/*.sql`, and snapshots from `migrations/snapshots/shop/*.yaml`. Without
/// `dialect` the files of all dialects are embedded. The value is a
/// `tablewright::pipeline::EmbeddedMigrations` and can be a `const` or a `static`.
///
/// A name that is not that of a migration, a version that exists twice, a down file without its up file, and
/// a text that can't be split into statements are errors of the compiler.
///
/// Changed files cause a new build. For added files, cargo needs a `build.rs` with
/// `println!("cargo:rerun-if-changed=migrations");`.
#[proc_macro]
pub fn migrations(input: TokenStream) -> TokenStream {
    let code = match expand(input) {
        Ok(code) => code,
        Err(errors) => {
            errors.iter().fold(String::from("{ "), |mut code, error| {
                // writing to a String can't fail
                let _ = write!(code, "::core::compile_error!({error:?}); ");
                code
            }) + "}"
        }
    };
    // only literals vary, and they are escaped
    code.parse().unwrap_or_default()
}

fn expand(input: TokenStream) -> Result<String, Vec<String>> {
    let arguments = Arguments::parse(input).map_err(|error| vec![error])?;
    let root = std::env::var_os("CARGO_MANIFEST_DIR").ok_or_else(|| {
        vec![String::from(
            "CARGO_MANIFEST_DIR is not set: build with cargo",
        )]
    })?;
    let root = std::path::Path::new(&root).join(&arguments.path);
    let files = folder::read(&root, &arguments)?;
    let mut code = format!(
        "::tablewright::pipeline::EmbeddedMigrations::new({:?}, {:?}, &[",
        arguments.path, arguments.database
    );
    for file in files {
        // writing to a String can't fail
        let _ = write!(
            code,
            "::tablewright::pipeline::EmbeddedFile::new({:?}, {:?}, ::core::include_str!({:?})), ",
            file.folder, file.name, file.path
        );
    }
    code.push_str("])");
    Ok(code)
}
