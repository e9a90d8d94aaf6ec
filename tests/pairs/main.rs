//! Random schemas in each server's own SQL, in pairs: made by the server, read by `inspect`, and
//! turned into each other by the plan of their difference; what is there afterwards is read again.
//!
//! `TABLEWRIGHT_PAIRS` says how many pairs a server (500), `TABLEWRIGHT_SEED` which, and
//! `TABLEWRIGHT_DUMPS` after how many pairs the server's own dumps are compared as well (25).
#![allow(clippy::unwrap_used)]

mod mysql;
mod postgres;
mod recipe;
mod sqlite;
mod walk;

#[path = "../support/mod.rs"]
#[allow(dead_code)]
mod support;

use support::{Engine, Server};

#[test]
fn postgres() {
    walk::pairs(Engine::Postgres, postgres::statements);
}

#[test]
fn postgres_18() {
    walk::pairs(Server::POSTGRES_18, postgres::statements);
}

#[test]
fn mysql() {
    walk::pairs(Engine::MySql, mysql::mysql);
}

#[test]
fn mariadb() {
    walk::pairs(Engine::MariaDb, mysql::mariadb);
}

#[test]
fn sqlite() {
    walk::pairs(Engine::Sqlite, sqlite::statements);
}
