//! Dependencies of objects beside those that the parts of a change name: schemas, extensions, types, and
//! `Schema::deps`.

use crate::change::Resource;
use crate::model::{
    Ident, Namespace, Object, ObjectId, ObjectKind, Pair, Schema, Sequence, SqlType, UserType,
};
use std::collections::BTreeMap;

/// The dependencies that both schemas list, by dependent.
pub(crate) struct Dependencies<'a> {
    before: BTreeMap<&'a ObjectId, Vec<&'a ObjectId>>,
    after: BTreeMap<&'a ObjectId, Vec<&'a ObjectId>>,
}

impl<'a> Dependencies<'a> {
    pub(crate) fn new(schemas: &Pair<&'a Schema>) -> Self {
        let by_dependent = |schema: &'a Schema| {
            let mut found: BTreeMap<&ObjectId, Vec<&ObjectId>> = BTreeMap::new();
            for (dependent, dependency) in &schema.deps {
                found.entry(dependent).or_default().push(dependency);
            }
            found
        };
        Self {
            before: by_dependent(schemas.from),
            after: by_dependent(schemas.to),
        }
    }

    /// What an object needs in the schema before the changes.
    pub(crate) fn before(&self, id: &ObjectId) -> Vec<Resource> {
        with_schema_and_extensions(id, self.before.get(id))
    }

    /// What an object needs in the schema after the changes.
    pub(crate) fn after(&self, id: &ObjectId) -> Vec<Resource> {
        with_schema_and_extensions(id, self.after.get(id))
    }
}

fn with_schema_and_extensions(id: &ObjectId, listed: Option<&Vec<&ObjectId>>) -> Vec<Resource> {
    let mut found: Vec<Resource> = (listed.into_iter().flatten())
        .map(|dependency| Resource::Object((*dependency).clone()))
        .collect();
    if let Namespace::Named(schema) = &id.ns {
        found.push(namespace(schema));
    }
    if !matches!(id.kind, ObjectKind::Namespace | ObjectKind::Extension) {
        found.push(Resource::Extensions);
    }
    found
}

fn namespace(schema: &Ident) -> Resource {
    Resource::Object(ObjectId::new(ObjectKind::Namespace, schema.clone()))
}

/// The object that a user-defined type names: a type, or a table, whose rows have that type. Types and tables share
/// their names, so at most one of the two exists.
pub(crate) fn of_type(ty: &SqlType) -> impl Iterator<Item = Resource> {
    let table = |id: &ObjectId| ObjectId {
        kind: ObjectKind::Table,
        ..id.clone()
    };
    let ids = ty.user_type_id().into_iter();
    ids.flat_map(move |id| [table(&id), id])
        .map(Resource::Object)
}

/// What an object other than a table needs according to its own definition.
pub(crate) fn of_object(object: &Object) -> Vec<Resource> {
    match object {
        Object::Type(ty) => types_in(ty).into_iter().flat_map(of_type).collect(),
        Object::Extension(extension) => extension.schema.iter().map(namespace).collect(),
        Object::Sequence(sequence) => owner_of(sequence),
        Object::Namespace | Object::Table(_) | Object::Routine(_) => Vec::new(),
    }
}

/// The types of which a type consists.
fn types_in(ty: &UserType) -> Vec<&SqlType> {
    match ty {
        UserType::Enum(_) => Vec::new(),
        UserType::Domain(domain) => vec![&domain.base],
        UserType::Composite(fields) => fields.iter().map(|field| &field.ty).collect(),
        UserType::Range(range) => vec![&range.subtype],
    }
}

/// The column that owns a sequence.
fn owner_of(sequence: &Sequence) -> Vec<Resource> {
    let Some((table, column)) = &sequence.owned_by else {
        return Vec::new();
    };
    vec![
        Resource::Object(table.clone()),
        Resource::Column(table.clone(), column.clone()),
    ]
}
