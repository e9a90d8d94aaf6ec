//! Columns and primary keys.

use crate::compile::check::checker::Checker;
use crate::diag::{Code, Diagnostic};
use crate::spec::ColumnSpec;

impl Checker<'_> {
    /// Checks the identity columns and the primary key of a table.
    pub(crate) fn check_columns(&mut self, number: usize) {
        let Some(subject) = self.tables.get(number) else {
            return;
        };
        let spec = subject.spec;
        if spec.columns.is_empty() && !self.capabilities.tables.empty {
            let message = "a table needs at least one column";
            self.found
                .push(Diagnostic::error(Code::NoValue, message).at(&spec.name.at));
        }
        let mut first: Option<&crate::diag::Location> = None;
        let identities = spec
            .columns
            .iter()
            .filter(|_| self.capabilities.tables.identity_needs_index);
        for column in identities {
            let Some(at) = column.identity.as_ref().map(|identity| &identity.at) else {
                continue;
            };
            if let Some(first) = first {
                let message = format!(
                    "table `{}` has two columns with `identity`",
                    spec.name.value
                );
                self.found.push(
                    Diagnostic::error(Code::IdentityTwice, message)
                        .at(at)
                        .label(format!("first declared at {first}"))
                        .help("remove `identity` from one of them; a table generates one number per row"),
                );
                continue;
            }
            first = Some(at);
            let name = column.name.value.as_str();
            let keys = spec
                .primary_key
                .iter()
                .chain(&spec.unique)
                .map(|key| &key.parts);
            let indexes = spec.indexes.iter().map(|index| &index.parts);
            let engine = spec.options.engine.as_ref();
            let engine = engine.or(self.spec.database.options.engine.as_ref());
            let anywhere = engine.is_some_and(|engine| {
                let mut engines = self.capabilities.tables.identity_any_position.iter();
                engines.any(|name| engine.value.eq_ignore_ascii_case(name))
            });
            let leads = keys.chain(indexes).any(|parts| {
                let positions = if anywhere { parts.len() } else { 1 };
                let mut parts = parts.iter().take(positions);
                parts.any(|part| !part.value.is_expr && part.value.text == name)
            });
            if !leads && !spec.external {
                let message = format!("no key or index begins with the `identity` column `{name}`");
                self.found
                    .push(
                        Diagnostic::error(Code::IdentityKey, message)
                            .at(at)
                            .help(format!(
                                "write `primary_key: [{name}]`, or a unique constraint that begins with `{name}`"
                            )),
                    );
            }
        }
        let Some(key) = &spec.primary_key else {
            return;
        };
        for part in key.parts.iter().filter(|part| !part.value.is_expr) {
            let column = self
                .tables
                .get(number)
                .and_then(|s| s.columns.get(part.value.text.as_str()));
            let nullable = |column: &&&ColumnSpec| {
                column.nullable && !self.capabilities.keys.nullable_primary_key
            };
            if let Some(column) = column.filter(nullable) {
                let message = format!("primary key column `{}` is nullable", part.value.text);
                self.found.push(
                    Diagnostic::error(Code::NullableKey, message)
                        .at(&column.ty.at)
                        .label("nullable")
                        .help(format!(
                            "write `{}`, or declare the key as `unique`",
                            column.ty.value
                        )),
                );
            }
        }
    }
}
