//! The state of an inspection, and how cells of the catalogue become names, types and expressions.

use crate::db::{Conn, DbError, Row, Version};
use crate::dialect::InspectScope;
use crate::dialect::postgres::expr::server_text::{unqualified_except, unwrapped, with_lists};
use crate::dialect::postgres::inspect::catalog_sequence::CatalogSequence;
use crate::dialect::postgres::naming::{self, bare_or_quoted};
use crate::dialect::postgres::types;
use crate::model::{
    Attributes, Expr, Ident, Namespace, Object, ObjectId, ObjectKind, Schema, SqlType, Table,
};
use crate::server::POSTGRES_DEFAULT_SCHEMA;
use crate::sql::literal;
use std::collections::{BTreeMap, BTreeSet};

/// The schema, table and name of a column.
pub(crate) type ColumnPath = [String; 3];

/// A schema while it is read from the catalogue.
pub(crate) struct CatalogReader<'a> {
    scope: &'a InspectScope,
    pub(crate) default_schema: &'a str,
    /// The schemas in scope, as the inside of `IN (…)`.
    schema_list: String,
    pub(crate) schema: Schema,
    /// Sequences owned by columns, until the column is read.
    pub(crate) column_sequences: BTreeMap<ColumnPath, CatalogSequence>,
    /// Functions of the default schema with the name and arguments of a built-in one. An unqualified
    /// name never finds them.
    pub(crate) hidden_functions: BTreeSet<String>,
}

impl<'a> CatalogReader<'a> {
    pub(crate) fn new(scope: &'a InspectScope) -> Self {
        let default_schema = scope
            .default_schema
            .as_deref()
            .filter(|name| !name.is_empty())
            .unwrap_or(POSTGRES_DEFAULT_SCHEMA);
        Self {
            scope,
            default_schema,
            schema_list: schema_list(default_schema, scope),
            schema: Schema::default(),
            column_sequences: BTreeMap::new(),
            hidden_functions: BTreeSet::new(),
        }
    }

    /// The rows of a catalogue query, with its placeholders filled in.
    pub(crate) async fn rows(&self, conn: &mut Conn, query: &str) -> Result<Vec<Row>, DbError> {
        let query = for_version(query, conn.server().version);
        conn.query(&query.replace("{schemas}", &self.schema_list))
            .await
    }

    pub(crate) fn namespace(&self, schema: &str) -> Namespace {
        if schema == self.default_schema {
            Namespace::Default
        } else {
            Namespace::Named(schema.into())
        }
    }

    pub(crate) fn object_id(&self, kind: ObjectKind, schema: &str, name: &str) -> ObjectId {
        ObjectId::new(kind, name).within(self.namespace(schema))
    }

    /// The table of a row with the columns `schema_name` and `table_name`, if it is part of the schema.
    pub(crate) fn table_of_row(&mut self, row: &Row) -> Result<Option<&mut Table>, DbError> {
        let (schema, name) = (row.text("schema_name")?, row.text("table_name")?);
        let id = self.object_id(ObjectKind::Table, schema, name);
        Ok(match self.schema.objects.get_mut(&id) {
            Some(Object::Table(table)) => Some(table),
            Some(
                Object::Type(_)
                | Object::Extension(_)
                | Object::Routine(_)
                | Object::Sequence(_)
                | Object::Namespace,
            )
            | None => None,
        })
    }

    /// Whether the inspection ignores a table.
    pub(crate) fn is_ignored(&self, table: &str) -> bool {
        self.scope.hidden.iter().any(|name| name == table) || self.scope.ignores(table)
    }

    pub(crate) fn add_not_compared(&mut self, id: ObjectId, reason: &'static str) {
        self.schema.not_compared.push((id, reason));
    }

    /// Records the comment of an object that has no field for it.
    pub(crate) fn add_comment(&mut self, id: ObjectId, text: Option<&str>) {
        if let Some(text) = non_empty(text) {
            self.schema.comments.insert(id, text);
        }
    }

    pub(crate) fn expression(&self, text: &str) -> Expr {
        let text = unqualified_except(text, self.default_schema, &self.hidden_functions);
        Expr::new(with_lists(unwrapped(&text)))
    }

    /// A type from its text, the schema of its element type, and whether that type is an extension's.
    pub(crate) fn sql_type(&self, text: &str, schema: &str, of_extension: bool) -> SqlType {
        let mut ty = types::native(text).unwrap_or_else(|_| SqlType::new(text));
        ty.user_defined = schema != "pg_catalog" && !of_extension;
        // a type whose name a built-in type hides is only found with its schema
        let in_default = ty.schema.as_ref().is_some_and(|s| s == self.default_schema);
        if in_default && !(ty.user_defined && types::is_built_in_name(&ty.base)) {
            ty.schema = None;
        }
        ty
    }

    /// A collation: its bare name, or quoted with its schema where that is neither `pg_catalog` nor the
    /// default one.
    pub(crate) fn collation(&self, name: Option<&str>, schema: &str) -> Option<String> {
        let name = non_empty(name)?;
        Some(if self.needs_schema(schema) {
            format!("{}.{}", naming::quoted(schema), naming::quoted(&name))
        } else {
            name
        })
    }

    /// A name that is quoted where necessary, with its schema where that is neither `pg_catalog` nor the
    /// default one.
    pub(crate) fn qualified(&self, schema: &str, quoted_name: &str) -> String {
        if self.needs_schema(schema) {
            format!("{}.{quoted_name}", bare_or_quoted(schema))
        } else {
            quoted_name.to_owned()
        }
    }

    fn needs_schema(&self, schema: &str) -> bool {
        schema != "pg_catalog" && schema != self.default_schema
    }
}

/// The schemas in scope, as the inside of `IN (…)`.
fn schema_list(default: &str, scope: &InspectScope) -> String {
    if scope.all_schemas() {
        // names that begin with pg_ are reserved for the server
        return String::from(
            "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'",
        );
    }
    let all = std::iter::once(default).chain(scope.schemas.iter().map(String::as_str));
    literal::list(all.map(literal::string))
}

/// A query for a server of this version: a catalogue column that the version doesn't have is replaced by
/// the value that it would have. Versions newer than the newest known one are treated like it.
fn for_version(query: &str, version: Version) -> String {
    let since = |major: u32, new: &'static str, old: &'static str| {
        if version.0 >= major { new } else { old }
    };
    let placeholders = [
        ("{enforced}", since(18, "k.conenforced", "true")),
        ("{period}", since(18, "k.conperiod", "false")),
        (
            "{set_columns}",
            since(15, "k.confdelsetcols", "NULL::int2[]"),
        ),
        (
            "{nulls_not_distinct}",
            since(15, "i.indnullsnotdistinct", "false"),
        ),
        // before 18 a NOT NULL has no name, is inherited by all children and is always validated
        (
            "{not_null_join}",
            since(
                18,
                "LEFT JOIN pg_constraint nn ON nn.conrelid = c.oid AND nn.contype = 'n' AND nn.conkey = ARRAY[a.attnum]",
                "LEFT JOIN (SELECT NULL::name AS conname, true AS convalidated, false AS connoinherit, 0 AS coninhcount, true AS conislocal) nn ON false",
            ),
        ),
    ];
    let mut query = query.to_owned();
    for (placeholder, text) in placeholders {
        if query.contains(placeholder) {
            query = query.replace(placeholder, text);
        }
    }
    query
}

/// A text unless it is empty.
pub(crate) fn non_empty(text: Option<&str>) -> Option<String> {
    text.filter(|t| !t.is_empty()).map(str::to_owned)
}

/// The values of a JSON array; none of a NULL, or of text that isn't such an array.
pub(crate) fn json_array<T: serde::de::DeserializeOwned>(json: &str) -> Vec<T> {
    serde_json::from_str(json).unwrap_or_default()
}

pub(crate) fn json_names(json: &str) -> Vec<Ident> {
    json_array::<String>(json)
        .into_iter()
        .map(Ident::from)
        .collect()
}

/// Reads options such as `["fillfactor=70"]` as attributes with this prefix. Values keep the spelling in
/// which the server stores them.
pub(crate) fn read_options(json: &str, prefix: &str, attrs: &mut Attributes) {
    for option in json_array::<String>(json) {
        if let Some((key, value)) = option.split_once('=') {
            attrs.set(format!("{prefix}{key}"), value);
        }
    }
}
