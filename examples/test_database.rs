//! A test that gets its database from specs: `cargo run --example test_database`.
//!
//! In a project the function `database` stands in the tests, and each test calls it.

use tablewright::pipeline::{Database, Error, RunOptions, Settings, Silent, Specs};

/// The specs, embedded in the program of the tests.
const SPECS: [(&str, &str); 2] = [
    (
        "customers.yaml",
        include_str!("shop/schemas/customers.yaml"),
    ),
    ("orders.yaml", include_str!("shop/schemas/orders.yaml")),
];

/// Creates the tables in a database of the test's own; the program under test connects to the same URL.
async fn database(url: &str) -> Result<(), Error> {
    let specs = Specs::from_texts(SPECS)?;
    let mut database = Database::connect(url, Settings::new("shop"), RunOptions::default()).await?;
    database.apply(&specs, &mut Silent).await?;
    let comparison = database.verify(&specs).await?;
    database.close().await;
    assert!(comparison.is_clean(), "{comparison:?}");
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let file = std::env::temp_dir().join(format!("shop-{}.db", std::process::id()));
    database(&format!("sqlite://{}", file.display())).await?;
    println!("the tables match the specs");
    // the database ends with the test
    let _ = std::fs::remove_file(file);
    Ok(())
}
