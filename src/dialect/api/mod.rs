//! What every dialect answers: the trait [`Dialect`], and the data beside it.

pub(crate) mod attribute;
pub(crate) mod capabilities;
pub(crate) mod floor;

use crate::change::{Action, Hazard, Plan, Step};
use crate::db::{Conn, DbError, Server, Vendor};
use crate::diag::Diagnostic;
use crate::dialect::api::attribute::Attribute;
use crate::dialect::api::capabilities::Caps;
use crate::dialect::api::floor::Floor;
use crate::dialect::inspect_scope::InspectScope;
use crate::model::{
    Attrs, Column, Constraint, Expr, Ident, Index, IndexPart, ObjectId, Pair, Schema, Sequence,
    SqlType, Table,
};
use crate::spec::{DefaultSpec, IdentitySpec, Neutral, Spec};
use crate::sql::lexical_rules;
use std::future::Future;
use std::pin::Pin;

/// A column before, where it was there, and after.
pub type Passed<'a> = (Option<&'a Column>, &'a Column);

/// A column of numbers, told as a column that draws from a sequence, and that sequence.
#[derive(Clone, Debug)]
pub struct OwnSequence {
    /// The column, with a default instead of an identity.
    pub column: Column,
    /// The sequence's name.
    pub id: ObjectId,
    /// The sequence, which belongs to the column.
    pub sequence: Sequence,
}

/// A boxed future, so that the trait stays usable behind `dyn`.
pub type Async<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Why a thing can't be said in a dialect, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// What can't be said.
    pub message: String,
    /// The ways out.
    pub help: String,
}

/// What a neutral type becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypePlan {
    /// The concrete type.
    pub ty: SqlType,
    /// A condition on the column that keeps the meaning, as SQL in which the column is `quoted`.
    pub check: Option<String>,
    /// A user-defined enum type that has to exist: its values. `ty` then names it.
    pub native_enum: Option<Vec<String>>,
}

/// A dialect. All methods but the last few are pure.
pub trait Dialect: Send + Sync + std::fmt::Debug {
    /// Its name: the folder of its migrations and the key of overrides.
    fn name(&self) -> &'static str;

    /// The keys under which a spec may hold overrides for a vendor, weakest first.
    fn override_keys(&self, vendor: Option<Vendor>) -> &'static [&'static str];

    /// The vendors whose servers its files have to run on.
    fn vendors(&self) -> &'static [Vendor];

    /// What it can do.
    fn caps(&self) -> &'static Caps;

    /// The lexical rules for the statement splitter.
    fn lexical_rules(&self) -> &'static lexical_rules::LexicalRules;

    /// The oldest servers it supports, for projects that don't say theirs.
    fn default_floor(&self) -> Floor;

    /// An identifier, quoted only where that is needed.
    fn quote(&self, ident: &str) -> String;

    /// What a neutral type becomes. `table` and `column` are there for derived names and for the
    /// column in a check.
    ///
    /// # Errors
    /// Where the dialect has nothing of that meaning.
    fn neutral_type(
        &self,
        ty: &Neutral,
        identity: bool,
        table: &str,
        column: &str,
    ) -> Result<TypePlan, Unsupported>;

    /// A native type in its canonical form.
    ///
    /// # Errors
    /// Where the text is no type.
    fn native_type(&self, text: &str) -> Result<SqlType, Unsupported>;

    /// A default as an expression of the dialect. `neutral` is the type as the spec has it, where
    /// it is a neutral one.
    ///
    /// # Errors
    /// Where the default doesn't fit the type.
    fn default_expr(
        &self,
        default: &DefaultSpec,
        neutral: Option<&Neutral>,
        ty: &SqlType,
    ) -> Result<Option<Expr>, Unsupported>;

    /// The identity a column of this type gets.
    fn identity(&self, how: IdentitySpec, ty: &SqlType) -> crate::model::Identity;

    /// The type as it is written in DDL.
    fn type_sql(&self, ty: &SqlType) -> String;

    /// Whether a foreign key may go from one type to the other.
    fn comparable(&self, from: &SqlType, to: &SqlType) -> bool;

    /// The most bytes that a key over these parts can have, where the dialect's limit
    /// ([`Caps::index_bytes_max`]) goes by that.
    fn index_bytes(&self, table: &Table, parts: &[IndexPart]) -> Option<u32> {
        let _ = (table, parts);
        None
    }

    /// Whether the sequences that a table's columns own are unlogged before its own logging changes, and
    /// after that; where it changes and takes them along.
    fn carries_logging(&self, sides: &Pair<Box<Table>>) -> Option<Pair<bool>> {
        let _ = sides;
        None
    }

    /// Whether no row may have room for the columns that come beside those that go.
    fn crowded(&self, sides: &Pair<Box<Table>>) -> bool {
        let _ = sides;
        false
    }

    /// Whether a column of this type that has no collation of its own takes its table's.
    fn follows_collation(&self, ty: &SqlType) -> bool {
        let _ = ty;
        false
    }

    /// The attributes it knows: the source of what a spec may write under `options`.
    fn attributes(&self) -> &'static [Attribute] {
        &[]
    }

    /// Attributes that the server itself moves up, such as the next number of a table. One that stands
    /// higher than a spec asks for is as it should be.
    fn counters(&self) -> &'static [&'static str] {
        &[]
    }

    /// The neutral types that a column may have been written as, the likeliest first. Whoever asks
    /// tries them: the first that becomes this column again is right.
    fn neutral_candidates(&self, table: &Table, column: &Column) -> Vec<Neutral> {
        let _ = (table, column);
        Vec::new()
    }

    /// What `default:` may have said, for a default that is a literal or one of the words that specs
    /// know. Whoever asks tries it.
    fn default_candidate(&self, table: &Table, column: &Column) -> Option<String> {
        let _ = (table, column);
        None
    }

    /// What a lowered schema needs beyond what the spec says: supporting indexes, trigger
    /// functions, defaults of options. Also findings that only this dialect has (an index over its
    /// byte limit, a charset that isn't known).
    fn finish(&self, spec: &Spec, floor: &Floor, schema: &mut Schema, found: &mut Vec<Diagnostic>);

    /// Brings a schema, lowered or inspected, to its normal form.
    fn canon(&self, schema: &mut Schema);

    /// The statements of an action, without final semicolons.
    fn render(&self, action: &Action) -> Vec<String>;

    /// One statement of which each vendor runs its own: as many as [`Self::vendors`], in that
    /// order, `None` for one that has nothing to do. Only asked where they differ.
    ///
    /// # Errors
    /// Where no one statement can hold them.
    fn combine(&self, sides: &[Option<&str>]) -> Result<String, Unsupported> {
        Ok(sides.iter().flatten().copied().collect())
    }

    /// The name that the server gives to a partition's index that comes with its table's.
    fn passed_index(&self, partition: &Table, index: &Index) -> Option<Ident> {
        let _ = (partition, index);
        None
    }

    /// The name that the server gives to a partition's key that comes with its table's.
    fn passed_constraint(&self, partition: &Table, constraint: &Constraint) -> Option<Ident> {
        let _ = (partition, constraint);
        None
    }

    /// The name that a column's NOT NULL has among the constraints of its table, where it may have one.
    fn not_null_name(&self, table: &Table, column: &Column) -> Option<Ident> {
        let _ = (table, column);
        None
    }

    /// The sequence that belongs to a column of numbers, where that is an object which can change hands.
    fn own_sequence(&self, table: &Table, column: &Column) -> Option<OwnSequence> {
        let _ = (table, column);
        None
    }

    /// The name of the sequence that numbers a column, where that is an object of the schema.
    fn sequence_name(&self, table: &ObjectId, column: &Column) -> Option<Ident> {
        let _ = (table, column);
        None
    }

    /// The column with another name for that sequence.
    fn with_sequence_name(&self, column: &Column, name: &Ident) -> Column {
        let _ = name;
        column.clone()
    }

    /// A column of a partition or heir once its table's parent has made or changed its own: `got` with the
    /// attributes that it has then.
    fn passed_column(
        &self,
        table: &Table,
        parent: &ObjectId,
        above: Passed<'_>,
        own: Passed<'_>,
        got: Column,
    ) -> Column {
        let _ = (table, parent, above, own);
        Column {
            attrs: Attrs::default(),
            ..got
        }
    }

    /// Whether an action makes a table anew, fills it from the old one and puts it in its place:
    /// foreign keys must be off while it runs.
    fn rebuilds(&self, action: &Action) -> bool {
        let _ = action;
        false
    }

    /// What a step does to a live system.
    fn hazards(&self, step: &Step, server: Option<&Server>) -> Vec<Hazard>;

    /// Statements that pin the session's variables, and say what they were pinned to.
    fn session(&self, server: &Server, role: Option<&str>, search_path: &[String]) -> Vec<String>;

    /// Reads a live database. The result has been through `canon`.
    fn inspect<'a>(
        &'a self,
        conn: &'a mut Conn,
        scope: &'a InspectScope,
    ) -> Async<'a, Result<Schema, DbError>>;

    /// Asks the server about pairs of expressions that differ as text; where it calls them equal,
    /// the live text is copied into `want`.
    fn reconcile<'a>(
        &'a self,
        conn: &'a mut Conn,
        want: &'a mut Schema,
        have: &'a Schema,
    ) -> Async<'a, Result<Vec<Diagnostic>, DbError>>;

    /// What of a live database isn't modelled and makes the server refuse a statement of the plan: a view
    /// over a column that goes, or one of a table's name. Or what a statement would drop unnamed: a trigger
    /// of a table that SQLite rebuilds. Each is an error that names it; nothing is written.
    fn obstacles<'a>(
        &'a self,
        conn: &'a mut Conn,
        plan: &'a Plan,
    ) -> Async<'a, Result<Vec<Diagnostic>, DbError>> {
        let _ = (conn, plan);
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    /// Parts of live tables that the statements of migrations would drop although no statement names them
    /// and `before`, the schema that the migrations were written for, doesn't declare them: SQLite's rebuild
    /// of a table drops columns, indexes and triggers that were added by hand. One error for each part;
    /// nothing is written.
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

/// Whether all the servers that a spec was resolved for are of these vendors.
pub(crate) fn for_these_alone(dialect: &dyn Dialect, spec: &Spec, able: &[Vendor]) -> bool {
    let mut vendors = dialect.vendors().iter().filter(|vendor| {
        let keys = dialect.override_keys(Some(**vendor));
        spec.keys.iter().eq(keys)
    });
    vendors.all(|vendor| able.contains(vendor))
}
