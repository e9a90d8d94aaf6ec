//! Random schemas in each server's own SQL, in pairs: made by the server, read by `inspect`, and
//! turned into each other by the plan of their difference; what is there afterwards is read again.
//!
//! `TABLEWRIGHT_PAIRS` says how many pairs a server (500), `TABLEWRIGHT_SEED` of which run,
//! `TABLEWRIGHT_FIRST` the number of the first one, `TABLEWRIGHT_DUMPS` after how many pairs the
//! server's own dumps are compared as well (25), `TABLEWRIGHT_FAILURES` after how many failures the
//! run ends (3), `TABLEWRIGHT_SHRINK` how often one is tried with less (300).
#![allow(
    clippy::unwrap_used,
    clippy::format_push_string,
    clippy::format_collect
)]

mod known;
mod known_postgres;
mod mysql;
mod postgres;
mod postgres_more;
mod recipe;
mod sqlite;
mod walk;

use crate::support::{Engine, Server};

#[test]
fn postgres() {
    walk::pairs(Engine::Postgres, postgres::statements, false);
}

#[test]
fn postgres_18() {
    walk::pairs(Server::POSTGRES_18, postgres::statements, false);
}

#[test]
fn mysql() {
    walk::pairs(Engine::MySql, mysql::mysql, true);
}

#[test]
fn mariadb() {
    walk::pairs(Engine::MariaDb, mysql::mariadb, true);
}

#[test]
fn sqlite() {
    walk::pairs(Engine::Sqlite, sqlite::statements, true);
}

#[test]
fn further_servers() {
    for server in Server::further() {
        match server.engine() {
            Engine::Postgres => {
                walk::known(*server, known_postgres::ALL);
                walk::pairs(*server, postgres::statements, false);
            }
            Engine::MySql => {
                walk::known(*server, known::BOTH);
                walk::pairs(*server, mysql::mysql, true);
            }
            Engine::MariaDb => {
                walk::known(*server, known::BOTH);
                walk::known(*server, known::MARIADB);
                walk::pairs(*server, mysql::mariadb, true);
            }
            Engine::Sqlite => {}
        }
    }
}

#[test]
fn known_to_mysql() {
    walk::known(Engine::MySql, known::BOTH);
}

#[test]
fn known_to_mariadb() {
    walk::known(Engine::MariaDb, known::BOTH);
    walk::known(Engine::MariaDb, known::MARIADB);
}

#[test]
fn known_to_postgres() {
    walk::known(Engine::Postgres, known_postgres::ALL);
    walk::known(Server::POSTGRES_18, known_postgres::ALL);
}
