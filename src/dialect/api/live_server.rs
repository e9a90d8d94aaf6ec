//! Reads and comparisons that need a connection.

use crate::change::Plan;
use crate::db::{Conn, DbError, Server};
use crate::diag::Diagnostic;
use crate::dialect::inspect_scope::InspectScope;
use crate::model::Schema;
use std::future::Future;
use std::pin::Pin;

/// A boxed future, so that the trait can be used as `dyn`.
pub type Async<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Operations on a live database. None of them changes its schema or its data.
pub trait LiveServer {
    /// The statements that set the session's variables to known values.
    fn session_statements(
        &self,
        server: &Server,
        role: Option<&str>,
        search_path: &[String],
    ) -> Vec<String>;

    /// Reads the schema of a live database, in normal form.
    fn inspect<'a>(
        &'a self,
        conn: &'a mut Conn,
        scope: &'a InspectScope,
    ) -> Async<'a, Result<Schema, DbError>>;

    /// Compares expressions that differ as text by asking the server for its own form of them. Where they are
    /// equal, the live text is copied into `want`.
    fn reconcile<'a>(
        &'a self,
        conn: &'a mut Conn,
        want: &'a mut Schema,
        have: &'a Schema,
    ) -> Async<'a, Result<Vec<Diagnostic>, DbError>>;

    /// Objects outside the model that make the server refuse a statement of the plan (a view on a dropped
    /// column), or that a statement would drop unnamed (a trigger of a table that SQLite rebuilds). One error
    /// per object.
    fn blockers<'a>(
        &'a self,
        conn: &'a mut Conn,
        plan: &'a Plan,
    ) -> Async<'a, Result<Vec<Diagnostic>, DbError>> {
        let _ = (conn, plan);
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    /// Parts of live tables that the statements of migrations would drop although no statement names them
    /// and `before`, the schema that the migrations were written for, doesn't declare them: SQLite's rebuild
    /// of a table drops columns, indexes and triggers that were added by hand. One error per part.
    fn undeclared_losses<'a>(
        &'a self,
        conn: &'a mut Conn,
        statements: &'a [&'a str],
        before: &'a Schema,
    ) -> Async<'a, Result<Vec<Diagnostic>, DbError>> {
        let _ = (conn, statements, before);
        Box::pin(std::future::ready(Ok(Vec::new())))
    }
}
