//! The interface of a driver.

use crate::db::{DbError, Family, Row};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A boxed future of a driver.
pub(crate) type Reply<'a, T> = Pin<Box<dyn Future<Output = Result<T, DbError>> + Send + 'a>>;

/// One connection of a driver. Messages use the simple (text) protocol.
pub(crate) trait Driver: Send {
    /// The family of the vendors that the driver serves.
    fn family(&self) -> Family;

    /// The query that returns the server's version.
    fn version_query(&self) -> &'static str;

    /// Sends a message and returns the rows of all its results, cells as text.
    fn fetch<'a>(&'a mut self, sql: &'a str) -> Reply<'a, Vec<Row>>;

    /// Sends a message and increments `completed` with each statement that completes.
    fn run<'a>(&'a mut self, sql: &'a str, completed: &'a mut usize) -> Reply<'a, ()>;

    /// Interrupts the running statement of an embedded database as soon as the flag is set. A statement of
    /// a server is cancelled over another connection; its driver does nothing here.
    fn interrupt_when(&mut self, flag: Arc<AtomicBool>) -> Reply<'_, ()>;

    /// Closes the connection.
    fn close(self: Box<Self>) -> Reply<'static, ()>;
}
