//! What a spec need not say because the server chose it: names of sequences and of NOT NULL
//! constraints, the schema that an extension is in. What is there is taken as wanted.

use super::canon::defaults_to_null;
use crate::model::{Column, Object, Schema};

/// Takes over from the live schema what the wanted one leaves open.
pub(super) fn choices(want: &mut Schema, have: &Schema) {
    for (id, object) in &mut want.objects {
        match (object, have.objects.get(id)) {
            (Object::Extension(want), Some(Object::Extension(have))) if want.schema.is_none() => {
                want.schema.clone_from(&have.schema);
            }
            (Object::Table(want), Some(Object::Table(have))) => {
                for column in &mut want.columns {
                    if let Some(live) = have.column(column.name.as_str()) {
                        self::column(column, live);
                    }
                }
            }
            _ => {}
        }
    }
}

fn column(want: &mut Column, live: &Column) {
    if defaults_to_null(want) && defaults_to_null(live) {
        want.default.clone_from(&live.default);
    }
    let mut open = vec!["not_null"];
    if want.identity.is_some() && want.identity == live.identity {
        open.push("sequence");
    }
    // a migration for older servers stores it; what it holds is the same
    if let (Some(want), Some(live)) = (&mut want.generated, &live.generated) {
        want.stored |= live.stored;
    }
    for key in open {
        if want.attrs.get(key).is_none() {
            want.attrs.set_some(key, live.attrs.get(key));
        }
    }
    // an extension's type, wherever the extension is; or one that the specs name but don't define
    let mut found = live.ty.clone();
    found.user_defined = want.ty.user_defined;
    if !live.ty.user_defined {
        found.schema = None;
    }
    if found == want.ty {
        want.ty.clone_from(&live.ty);
    }
}
