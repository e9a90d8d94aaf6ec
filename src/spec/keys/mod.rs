//! The keys of a spec file: one table for the loader and for the JSON Schema, so that the two agree.

pub(crate) mod common;
pub(crate) mod definition;
pub(crate) mod objects;
pub(crate) mod parts;
pub(crate) mod table;

pub(crate) use crate::spec::keys::common::{DIALECTS, SHARED};
pub(crate) use crate::spec::keys::definition::{KeyDef, MapDef, Shape, Short};
pub(crate) use crate::spec::keys::objects::{
    DATABASE, DOMAIN, EXTENSION, FIELD, FUNCTION, RANGE, SEQUENCE, TYPE,
};
pub(crate) use crate::spec::keys::parts::{
    CHECK, ENUM_VALUE, EXCLUSION, FOREIGN_KEY, GENERATED, INDEX, PARTITION, PRIMARY_KEY, RETENTION,
    UNIQUE,
};
pub(crate) use crate::spec::keys::table::{COLUMN, TABLE};

/// The kinds of documents. The first key of each names the document.
pub(crate) static DOCUMENTS: [&MapDef; 6] =
    [&TABLE, &EXTENSION, &DATABASE, &SEQUENCE, &FUNCTION, &TYPE];
