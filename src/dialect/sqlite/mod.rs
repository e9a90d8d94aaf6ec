//! stub

use super::{Async, Caps, Dialect, Floor, InspectScope, TypePlan, Unsupported, split};
use crate::change::{Action, Hazard, Step};
use crate::db::{Conn, DbError, Server, Vendor};
use crate::diag::Diagnostic;
use crate::model::{Expr, Identity, Schema, SqlType};
use crate::spec::{DefaultSpec, Neutral, Spec};

/// The dialect.
#[derive(Debug)]
pub struct Sqlite;

#[allow(unused_variables)]
impl Dialect for Sqlite {
    fn name(&self) -> &'static str {
        "sqlite"
    }
    fn override_keys(&self, vendor: Option<Vendor>) -> &'static [&'static str] {
        &["sqlite"]
    }
    fn caps(&self) -> &'static Caps {
        todo!()
    }
    fn lexis(&self) -> &'static split::Lexis {
        todo!()
    }
    fn default_floor(&self) -> Floor {
        todo!()
    }
    fn quote(&self, ident: &str) -> String {
        todo!()
    }
    fn neutral_type(
        &self,
        ty: &Neutral,
        identity: bool,
        table: &str,
        column: &str,
    ) -> Result<TypePlan, Unsupported> {
        todo!()
    }
    fn native_type(&self, text: &str) -> Result<SqlType, Unsupported> {
        todo!()
    }
    fn default_expr(
        &self,
        default: &DefaultSpec,
        neutral: Option<&Neutral>,
        ty: &SqlType,
    ) -> Result<Option<Expr>, Unsupported> {
        todo!()
    }
    fn identity(&self, ty: &SqlType) -> Identity {
        todo!()
    }
    fn type_sql(&self, ty: &SqlType) -> String {
        todo!()
    }
    fn comparable(&self, from: &SqlType, to: &SqlType) -> bool {
        todo!()
    }
    fn finish(&self, spec: &Spec, schema: &mut Schema, found: &mut Vec<Diagnostic>) {
        todo!()
    }
    fn canon(&self, schema: &mut Schema) {
        todo!()
    }
    fn render(&self, action: &Action) -> Vec<String> {
        todo!()
    }
    fn hazards(&self, step: &Step, server: Option<&Server>) -> Vec<Hazard> {
        todo!()
    }
    fn session(&self, server: &Server, role: Option<&str>, search_path: &[String]) -> Vec<String> {
        todo!()
    }
    fn inspect<'a>(
        &'a self,
        conn: &'a mut Conn,
        scope: &'a InspectScope,
    ) -> Async<'a, Result<Schema, DbError>> {
        todo!()
    }
    fn reconcile<'a>(
        &'a self,
        conn: &'a mut Conn,
        want: &'a mut Schema,
        have: &'a Schema,
    ) -> Async<'a, Result<Vec<Diagnostic>, DbError>> {
        todo!()
    }
}
