//! What objects need beside the parts that their changes name: schemas, extensions, types, and what
//! `Schema::deps` says.

use crate::model::{
    Ident, Namespace, Object, ObjectId, ObjectKind, Pair, Schema, Sequence, SqlType, UserType,
};
use crate::plan::order::Resource;
use std::collections::BTreeMap;

/// The needs of both ends, by the object that has them.
pub(crate) struct Needs<'a> {
    before: BTreeMap<&'a ObjectId, Vec<&'a ObjectId>>,
    after: BTreeMap<&'a ObjectId, Vec<&'a ObjectId>>,
}

impl<'a> Needs<'a> {
    pub(crate) fn new(ends: &Pair<&'a Schema>) -> Self {
        let by_user = |schema: &'a Schema| {
            let mut found: BTreeMap<&ObjectId, Vec<&ObjectId>> = BTreeMap::new();
            for (user, used) in &schema.deps {
                found.entry(user).or_default().push(used);
            }
            found
        };
        Self {
            before: by_user(ends.from),
            after: by_user(ends.to),
        }
    }

    /// What an object needs that is there before.
    pub(crate) fn before(&self, id: &ObjectId) -> Vec<Resource> {
        around(id, self.before.get(id))
    }

    /// What an object needs that is there after.
    pub(crate) fn after(&self, id: &ObjectId) -> Vec<Resource> {
        around(id, self.after.get(id))
    }
}

fn around(id: &ObjectId, used: Option<&Vec<&ObjectId>>) -> Vec<Resource> {
    let mut needs: Vec<Resource> = (used.into_iter().flatten())
        .map(|used| Resource::Object((*used).clone()))
        .collect();
    if let Namespace::Named(schema) = &id.ns {
        needs.push(namespace(schema));
    }
    if !matches!(id.kind, ObjectKind::Namespace | ObjectKind::Extension) {
        needs.push(Resource::Extensions);
    }
    needs
}

fn namespace(schema: &Ident) -> Resource {
    Resource::Object(ObjectId::new(ObjectKind::Namespace, schema.clone()))
}

/// What a type names that isn't built in: a type of its own, or a table, whose rows have that type. The
/// two share their names, so at most one of them is there.
pub(crate) fn of_type(ty: &SqlType) -> impl Iterator<Item = Resource> {
    let row = |id: &ObjectId| ObjectId {
        kind: ObjectKind::Table,
        ..id.clone()
    };
    let ids = type_id(ty).into_iter().flat_map(move |id| [row(&id), id]);
    ids.map(Resource::Object)
}

/// The id of the user-defined type that a type names.
pub(crate) fn type_id(ty: &SqlType) -> Option<ObjectId> {
    let ns = (ty.schema.clone()).map_or(Namespace::Default, Namespace::Named);
    (ty.user_defined).then(|| ObjectId::new(ObjectKind::Type, ty.base.as_str()).within(ns))
}

/// What an object that isn't a table needs by what it says itself.
pub(crate) fn of_object(object: &Object) -> Vec<Resource> {
    match object {
        Object::Type(ty) => {
            let types = types_in(ty).flat_map(of_type);
            types.collect()
        }
        Object::Extension(extension) => extension.schema.iter().map(namespace).collect(),
        Object::Sequence(sequence) => of_sequence(sequence),
        Object::Namespace | Object::Table(_) | Object::Routine(_) => Vec::new(),
    }
}

/// The types that a type is made of.
pub(crate) fn types_in(ty: &UserType) -> impl Iterator<Item = &SqlType> {
    let parts: Vec<&SqlType> = match ty {
        UserType::Enum(_) => Vec::new(),
        UserType::Domain(domain) => vec![&domain.base],
        UserType::Composite(fields) => fields.iter().map(|field| &field.ty).collect(),
        UserType::Range(range) => vec![&range.subtype],
    };
    parts.into_iter()
}

/// The column that a sequence goes with.
fn of_sequence(sequence: &Sequence) -> Vec<Resource> {
    let Some((table, column)) = &sequence.owned_by else {
        return Vec::new();
    };
    vec![
        Resource::Object(table.clone()),
        Resource::Column(table.clone(), column.clone()),
    ]
}
