//! A service that applies its migrations before it accepts requests: `cargo run --example axum_service`.
//!
//! `DATABASE_URL` is the database (a SQLite file unless set), `ADDRESS` the address to listen on (127.0.0.1:3000
//! unless set). Several instances may start at the same time: one of them migrates, and the others wait for it.
//! Ctrl-C and SIGTERM stop a migration between two statements, and the service after its current requests.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use tablewright::pipeline::{
    Database, EmbeddedMigrations, Event, Migrations, Observer, RunOptions, Settings, Signal, Stop,
};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Checked when the program is compiled.
const MIGRATIONS: EmbeddedMigrations =
    tablewright::migrations!("examples/shop/migrations", database = "shop");

/// Writes each applied migration to the log of the service.
struct Log;

impl Observer for Log {
    fn event(&mut self, event: &Event<'_>) {
        if let Event::MigrationDone {
            version: Some(version),
            name,
            took,
        } = event
        {
            eprintln!("applied V{version} {name} in {} ms", took.as_millis());
        }
    }
}

/// Applies the pending migrations; returns the number of those that were applied now.
async fn migrate(url: &str, stop: &Stop) -> Result<usize, tablewright::pipeline::Error> {
    let migrations = Migrations::embedded(&MIGRATIONS)?;
    let options = RunOptions::default()
        .wait(Duration::from_mins(1))
        .stop(stop);
    let settings = Settings::new(MIGRATIONS.database());
    let mut database = Database::connect(url, settings, options).await?;
    let applied = database.migrate(&migrations, &mut Log).await;
    database.close().await;
    Ok(applied?.len())
}

async fn migrations_at_start(State(applied): State<Arc<usize>>) -> String {
    format!("{applied} migrations applied at start\n")
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let setting =
        |name: &str, default: &str| std::env::var(name).unwrap_or_else(|_| default.into());
    let stop = Stop::default();
    let (asked, mut terminate) = (stop.clone(), signal(SignalKind::terminate())?);
    tokio::spawn(async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => asked.ask(Signal::Interrupt),
            _ = terminate.recv() => asked.ask(Signal::Terminate),
        }
    });
    let applied = migrate(&setting("DATABASE_URL", "sqlite://shop.db"), &stop).await?;

    let app = Router::new()
        .route("/migrations", get(migrations_at_start))
        .with_state(Arc::new(applied));
    let listener = TcpListener::bind(setting("ADDRESS", "127.0.0.1:3000")).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let stopped = async move {
        stop.wait().await;
    };
    axum::serve(listener, app)
        .with_graceful_shutdown(stopped)
        .await?;
    Ok(())
}
