//! The table of diagnostic codes.
//!
//! `tablewright --explain CODE`, the rules of a SARIF report and `docs/diagnostics.md` are generated
//! from this table. Codes are stable: a code may be added, but is neither renamed nor reused.

use std::fmt;
use std::str::FromStr;

/// A part of the documentation; codes are grouped by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// `tablewright.yaml`.
    Configuration,
    /// Files and folders of specs, and their YAML.
    Files,
    /// Keys and values of a spec.
    Format,
    /// Columns, types and defaults.
    Columns,
    /// Primary keys, unique constraints, indexes, foreign keys and names.
    Keys,
    /// What a database does not support, and `options:`.
    Dialects,
    /// Partitions and retention.
    Partitions,
    /// Differences between the specs and a live database.
    Live,
    /// Migration files, the history table and snapshots.
    Migrations,
    /// Partially applied migrations.
    Recovery,
}

impl Topic {
    /// All topics, in the order of the documentation.
    pub const ALL: [Self; 10] = [
        Self::Configuration,
        Self::Files,
        Self::Format,
        Self::Columns,
        Self::Keys,
        Self::Dialects,
        Self::Partitions,
        Self::Live,
        Self::Migrations,
        Self::Recovery,
    ];

    /// The heading of the topic.
    pub fn title(self) -> &'static str {
        match self {
            Self::Configuration => "Configuration",
            Self::Files => "Spec files",
            Self::Format => "Keys and values of a spec",
            Self::Columns => "Columns and types",
            Self::Keys => "Keys, indexes, foreign keys and names",
            Self::Dialects => "Differences between databases",
            Self::Partitions => "Partitions and retention",
            Self::Live => "Specs and live databases",
            Self::Migrations => "Migrations",
            Self::Recovery => "Recovery",
        }
    }

    /// The page of the documentation, relative to the root of the repository.
    pub fn page(self) -> &'static str {
        match self {
            Self::Configuration => "docs/configuration.md",
            Self::Files
            | Self::Format
            | Self::Columns
            | Self::Keys
            | Self::Dialects
            | Self::Partitions => "docs/spec-format.md",
            Self::Live => "docs/apply.md",
            Self::Migrations => "docs/migrations.md",
            Self::Recovery => "docs/recovery.md",
        }
    }
}

/// Declares [`Code`]: `Variant, "code", "title";` below the heading of a topic. The explanation is the
/// variant's doc comment, in Markdown.
macro_rules! codes {
    ($($topic:ident { $($(#[doc = $line:literal])+ $code:ident, $text:literal, $title:literal;)+ })+) => {
        /// The code of a diagnostic, such as `unknown-key`.
        ///
        /// Displayed as its kebab-case text, and ordered by the table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($($(#[doc = $line])+ $code,)+)+
        }

        impl Code {
            /// All codes, grouped by topic.
            pub const ALL: &[Self] = &[$($(Self::$code,)+)+];

            /// The code as reports show it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $($(Self::$code => $text,)+)+
                }
            }

            /// The reported problem, in a few words.
            pub fn title(self) -> &'static str {
                match self {
                    $($(Self::$code => $title,)+)+
                }
            }

            /// The part of the documentation that the code belongs to.
            pub fn topic(self) -> Topic {
                match self {
                    $($(Self::$code)|+ => Topic::$topic,)+
                }
            }

            /// The lines of the doc comment. Each begins with the space that follows `///`.
            fn lines(self) -> &'static [&'static str] {
                match self {
                    $($(Self::$code => &[$($line),+],)+)+
                }
            }
        }
    };
}

impl Code {
    /// The meaning of the code, its consequence and the fix, in Markdown.
    pub fn explanation(self) -> String {
        let lines = self.lines().iter();
        let lines: Vec<&str> = lines
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect();
        lines.join("\n")
    }

    /// The page of the documentation, relative to the root of the repository.
    pub fn page(self) -> &'static str {
        self.topic().page()
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A text that is not the code of a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no diagnostic code `{0}`")]
pub struct UnknownCode(pub String);

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        let code = Self::ALL.iter().find(|code| code.as_str() == text);
        code.copied().ok_or_else(|| UnknownCode(text.to_owned()))
    }
}

codes! {
Configuration {
    /// The configuration file could not be parsed: it is not valid YAML, has an unknown key, or has a
    /// value of the wrong type. The message is the parser's, and the location is the offending line.
    /// Nothing is run. Correct the line; docs/configuration.md lists all keys.
    Config, "config", "invalid configuration file";
}

Files {
    /// The folder of specs contains no spec of any object: there are no `.yaml` or `.yml` files, or the
    /// files describe only the database. Hidden files and folders are skipped. Check `schemas:` in the
    /// configuration or `--schemas`, or add a file:
    ///
    /// ```yaml
    /// table: users
    /// columns:
    ///   id: { type: int, identity: true }
    /// primary_key: [id]
    /// ```
    NoSpecs, "no-specs", "no specs found";

    /// A spec file could not be read, or is not a regular file. The message contains the operating
    /// system's error. Check the permissions of the file, and that a symbolic link points to an existing
    /// file.
    UnreadableFile, "unreadable-file", "spec file cannot be read";

    /// A folder of specs could not be read. The message contains the operating system's error. All
    /// subfolders are read, so every one of them must be readable.
    UnreadableFolder, "unreadable-folder", "spec folder cannot be read";

    /// A folder is reached a second time, usually through a symbolic link to one of its parents. Each
    /// folder is read once; otherwise every spec in it would be declared twice, or the walk would not end.
    /// Remove the symbolic link.
    SymlinkLoop, "symlink-loop", "folder of specs reached twice";

    /// A spec file is larger than 5 MB. Specs are written and reviewed by people, so a larger file is
    /// almost always not a spec. Write one file per table, or move the file out of the folder of specs.
    FileTooLarge, "file-too-large", "spec file larger than 5 MB";

    /// A spec file is not valid UTF-8; the message gives the offset of the first invalid byte and its
    /// line. Convert the file to UTF-8. A byte order mark is accepted.
    NotUtf8, "not-utf8", "spec file is not UTF-8";

    /// A spec file has no content besides comments and white space. Such a file is more often a mistake
    /// than intended, for example a save that failed. Declare a table in it, or remove the file.
    EmptyFile, "empty-file", "spec file is empty";

    /// The file is not valid YAML. The message is the parser's. Common causes are a tab in the
    /// indentation, a missing space after `:`, and a comma inside a flow map that is not quoted:
    ///
    /// ```yaml
    /// price: { type: decimal(12,4) }    # error: the comma ends the value
    /// price: { type: "decimal(12,4)" }  # correct
    /// ```
    YamlSyntax, "yaml-syntax", "invalid YAML";

    /// Anchors (`&name`) and aliases (`*name`) are not supported in specs, because they let a change in
    /// one place alter tables elsewhere in the file. Write the value out in both places. Put quotes around
    /// a text that starts with `&` or `*`.
    YamlAnchor, "yaml-anchor", "YAML anchor or alias";

    /// Tags (`!name`, `!!str`) are not supported in specs. The meaning of a value follows from the key it
    /// belongs to, and scalars keep their text. Put quotes around a text that starts with `!`.
    YamlTag, "yaml-tag", "YAML tag";

    /// Maps and lists are nested deeper than 32 levels. No spec needs more than a few levels; the limit
    /// protects against files that are not specs. Check the indentation and the closing braces.
    YamlDepth, "yaml-depth", "YAML nested too deeply";

    /// A key of a map is itself a map or a list, but must be a scalar. This often happens when a text
    /// that starts with `{` or `[` is written without quotes.
    YamlKey, "yaml-key", "YAML key is not a scalar";

    /// A map contains the same key twice. YAML parsers differ in which value they keep, so this is an
    /// error. Both locations are shown. Remove or rename one of the keys.
    DuplicateKey, "duplicate-key", "key occurs twice in a map";

    /// A YAML document of a spec must be a map whose first key says what is declared, such as
    /// `table: users`. This document is a list or a scalar.
    NoMap, "no-map", "document is not a map";

    /// A document has none of the keys `table`, `extension`, `type`, `sequence`, `function` and
    /// `database`, so it is not known what it declares. Start it with one of them, for example
    /// `table: users`.
    UnknownDocument, "unknown-document", "document of unknown kind";

    /// The key that starts a document (`table:`, `type:`, …) has no value, or a value that is not a
    /// text. Write the name of the object after it.
    NoName, "no-name", "document without a name";

    /// More than one document of the folder starts with `database:`. Settings of the whole database, such
    /// as `names: exact`, must be declared in one place. Merge the documents.
    DuplicateDatabase, "duplicate-database", "database declared twice";
}

Format {
    /// A map has a key that the format doesn't define at this place. The key is an error rather than
    /// ignored, because a misspelled key would otherwise change the schema silently:
    ///
    /// ```yaml
    /// status: { type: int, defualt: 0 }   # error: did you mean `default`?
    /// ```
    ///
    /// The error is also reported inside the map of one database (`mysql: { … }`) for a key that cannot
    /// differ between databases.
    UnknownKey, "unknown-key", "unknown key";

    /// A required key is missing, for example the type of a column or the `values` of a partition. Add
    /// the key.
    MissingKey, "missing-key", "required key missing";

    /// A key has no value, or an empty list or text where at least one entry is needed: an enum without
    /// values, a key without columns, an empty SQL expression, a table without columns on a database that
    /// requires one. Write a value or remove the key. `null` has a meaning in two places only:
    /// `default: null` declares that a column has no default, and in the map of one database a key with
    /// `null` removes what is declared for all databases.
    NoValue, "no-value", "value missing";

    /// The value of a key has the wrong YAML type: a scalar where a map or a list is expected, or the
    /// reverse. For example, `columns` of a table is a map and `columns` of a key is a list:
    ///
    /// ```yaml
    /// primary_key: id     # error
    /// primary_key: [id]   # correct
    /// ```
    ///
    /// Put quotes around a text that starts with `{` or `[`.
    WrongShape, "wrong-shape", "value of the wrong YAML type";

    /// The value must be one of a fixed set of words, such as `cascade` or `set null` for `on_delete`.
    /// The message lists the words or the closest one.
    UnknownWord, "unknown-word", "unknown keyword";

    /// The value must be `true` or `false`. Other spellings of YAML 1.1, such as `yes` and `on`, are texts.
    NotAFlag, "not-a-flag", "value is not a boolean";

    /// The value must be a whole number in the range of its key, such as the `start` of a sequence or a
    /// `partition_count`.
    NotANumber, "not-a-number", "value is not a whole number";

    /// A name is empty, has white space around it or contains control characters; or the name of a
    /// function is not followed by the types of its arguments, as in `f(text, int)` or `g()`.
    BadName, "bad-name", "invalid name";

    /// The value does not name a table or columns of a table. A reference of a foreign key is
    /// `table.column`, `schema.table.column` or `table(a, b)`; a parent table is `table` or
    /// `schema.table`. Names with unusual characters are written in double quotes.
    BadReference, "bad-reference", "invalid reference to a table or column";

    /// `only` and `except` limit a part of a spec to some databases, by the names `postgres`, `mysql`,
    /// `mariadb` and `sqlite`. The name given is none of them, so the limit would never apply.
    UnknownDialect, "unknown-dialect", "unknown database in `only` or `except`";

    /// Two declarations exclude each other, or one has no effect without another that is missing.
    /// Examples are a column with both `type` and `enum`, with both `default` and `default_sql`, an
    /// `identity` column with a default, `on_delete` without `references`, and `partitions` without
    /// `partition_by`. Remove one of the two, or add the one that is missing.
    Contradiction, "contradiction", "contradictory declarations";
}

Columns {
    /// The type is not one of the neutral types, or is written with the wrong arguments. Neutral types
    /// have one spelling for all databases (`int`, `varchar(100)`, `timestamptz`, …); docs/types.md lists
    /// them with the type that each becomes. A type of one database is written in the map of that database:
    ///
    /// ```yaml
    /// body: { type: text, postgres: { type: tsvector } }
    /// ```
    UnknownType, "unknown-type", "unknown type";

    /// `timestamp` has a time zone on MySQL and none on PostgreSQL, so it is not a neutral type. Use
    /// `datetime` for a date and time without a time zone, or `timestamptz` for a point in time.
    AmbiguousType, "ambiguous-type", "type means different things on different databases";

    /// The type exists on one database only, so it cannot be the neutral type of a column. Declare a
    /// neutral type for all databases, and the native type in the map of the database that has it:
    ///
    /// ```yaml
    /// data: { type: json, postgres: { type: jsonb } }
    /// ```
    NativeType, "native-type", "type of one database used as a neutral type";

    /// The default is not a value of the column's type: out of range, too long, not one of the enum's
    /// values, or malformed; or the database cannot express it. The server would reject it, in the worst
    /// case only when a row is inserted. Correct the literal. An SQL expression is written as
    /// `default_sql`.
    DefaultType, "default-type", "default does not fit the column type";

    /// `identity: true` requires an integer type, because the server generates the values from a counter.
    /// Use `int` or `bigint`. For generated UUIDs, declare `{ type: uuid, default: uuid }`.
    IdentityType, "identity-type", "identity on a column that is not an integer";

    /// The table has two columns with `identity`, but this database supports one per table. Remove
    /// `identity` from one of the columns.
    IdentityTwice, "identity-twice", "two identity columns in one table";

    /// On this database an identity column must be the first column of a key or index. (In engines such
    /// as MyISAM it may be any column of one.) Make the column the primary key, or add a unique constraint
    /// or an index that starts with it.
    IdentityKey, "identity-key", "identity column does not lead a key";

    /// `on_update: now` stores the current time whenever a row is updated, so the column must be
    /// `datetime` or `timestamptz`.
    OnUpdateType, "on-update-type", "`on_update: now` on a column without a time";

    /// An enum lists the same value twice. Remove one of them.
    DuplicateValue, "duplicate-value", "enum value occurs twice";
}

Keys {
    /// Two objects have one name in the same namespace: two tables of a schema, two columns of a table,
    /// two constraints, or two indexes. Which names share a namespace depends on the database: on
    /// PostgreSQL and SQLite, index names are unique per schema. Names that differ only in case are equal
    /// where the database folds case. Rename one of the objects; for indexes, `index_names: per_table` in
    /// database.yaml puts the table's name in front.
    DuplicateName, "duplicate-name", "name used twice";

    /// The identifier is longer than this database allows. PostgreSQL would truncate it silently, and
    /// other servers reject it. Shorten the name. Derived names are shortened automatically.
    NameTooLong, "name-too-long", "identifier too long";

    /// A foreign key references a table that no spec declares. Correct the name, or declare the table. A
    /// table that is managed elsewhere is declared with `external: true`; no statements are generated for
    /// it.
    UnknownTable, "unknown-table", "unknown table";

    /// A key, an index, a foreign key or `retention` names a column that the table does not have.
    /// Correct the name or declare the column.
    UnknownColumn, "unknown-column", "unknown column";

    /// A column is listed twice in the same key or index. Remove one of the two.
    DuplicateColumn, "duplicate-column", "column listed twice in a key or index";

    /// An entry of a key, an index or an exclusion constraint cannot be parsed, or is not allowed there.
    /// An entry is a column (`a`), a column with an order (`a desc`), the first characters of a column
    /// (`a(100)`) or an expression in parentheses (`(lower(a))`); in an exclusion constraint, a column
    /// with an operator (`during with &&`). Primary keys and unique constraints take plain columns on most
    /// databases: declare an index with `unique: true` instead.
    KeyPart, "key-part", "invalid part of a key or index";

    /// A column of the primary key is declared nullable. Primary key columns are NOT NULL on this
    /// database. Remove `null` from the type, or declare a `unique` constraint instead of a primary key.
    NullableKey, "nullable-key", "nullable column in a primary key";

    /// The numbers of columns on the two sides of a reference differ. A foreign key needs as many
    /// referencing columns as referenced ones; `references` of a column and `owned_by` of a sequence name
    /// exactly one column. A foreign key over several columns is declared in `foreign_keys` of the table:
    ///
    /// ```yaml
    /// foreign_keys:
    ///   - { columns: [tenant_id, user_id], references: "users(tenant_id, id)" }
    /// ```
    FkColumns, "fk-columns", "wrong number of columns in a reference";

    /// A foreign key column and the column it references have types that cannot be compared. The server
    /// would reject the foreign key. Declare the same type on both sides. If both have the same neutral
    /// type, one of them becomes another type on this database (for example because of `identity`), and the
    /// types must be made equal in the map of that database.
    FkType, "fk-type", "foreign key and target differ in type";

    /// The referenced columns are neither a primary key nor unique, so a row could reference several
    /// rows. Reference the primary key, or add a unique constraint to the target. This is a warning if
    /// every server the specs are meant for accepts such a foreign key (MariaDB, and MySQL before 8.4).
    FkNotUnique, "fk-not-unique", "foreign key to columns that are not unique";

    /// Tables reference each other in a cycle, and all columns of these foreign keys are NOT NULL. No row
    /// can be inserted first, because each needs a row of the next table. Make one of the columns nullable,
    /// or declare its foreign key `deferred: true`, so that it is checked at the end of the transaction.
    FkCycle, "fk-cycle", "cycle of NOT NULL foreign keys";

    /// `on_delete: set null` or `on_update: set null` on a NOT NULL column. The action would always fail.
    /// Make the column nullable or choose another action. This is a warning on databases that accept the
    /// declaration.
    SetNull, "set-null", "`set null` on a NOT NULL column";

    /// The index method (`method: gin`, …) does not exist on this database. Choose a method that exists,
    /// limit the index to some databases with `only` or `except`, or set another method in the map of this
    /// database.
    IndexMethod, "index-method", "unknown index method";

    /// The database does not support this kind of index: on an expression, on a prefix of a column, on a
    /// part of the rows (`where`), or with additional columns (`include`). Limit the index with `only` or
    /// `except`, or replace the property in the map of this database:
    ///
    /// ```yaml
    /// idx_open: { columns: [created_at], where: "closed_at IS NULL", mysql: { where: null } }
    /// ```
    IndexAbility, "index-ability", "unsupported kind of index";

    /// The columns of a key or index may need more bytes than this database allows. Shorten a column, or
    /// index only its first characters, as in `name(191)`.
    IndexTooLong, "index-too-long", "index key too long";

    /// On MySQL and MariaDB a key cannot contain a whole `text` or `blob` column, and cannot contain a
    /// `json` column. Index the first characters (`body(100)`), use `varchar`, or index a generated column
    /// that extracts a value of the JSON document.
    IndexPrefix, "index-prefix", "key on a whole text, blob or JSON column";

    /// MySQL supports indexes on expressions and MariaDB does not, so these specs can be applied to only
    /// one of them. For both, declare a generated column with the expression and index that column.
    IndexExpression, "index-expression", "index on an expression is not supported by MariaDB";

    /// MySQL and MariaDB reject a CHECK constraint on a column that a foreign key may change by `set null`,
    /// `set default`, or `on_update: cascade` (MySQL error 3823, MariaDB error 1901). Limit the check with
    /// `except: [mysql]`, or choose another action for the foreign key.
    CheckOnAction, "check-on-action", "check on a column that a foreign key changes";
}

Dialects {
    /// The database does not support something that the spec declares, such as a type, an exclusion
    /// constraint, table inheritance or a referential action; or it accepts the declaration without
    /// effect (a warning). The help names the alternatives: limit the part with `only` or `except`, or
    /// declare something else in the map of that database.
    Unsupported, "unsupported", "not supported by this database";

    /// SQLite does not store comments on tables, columns and other objects. The comments of the specs are
    /// omitted there and have no effect; nothing else changes.
    CommentNotStored, "comment-not-stored", "comments are not stored";

    /// `options:` contains an option that this kind of object does not have on this database. An option
    /// usually exists on one database only and is declared in its map:
    ///
    /// ```yaml
    /// postgres: { options: { fillfactor: 70 } }
    /// ```
    ///
    /// docs/options.md lists the options of each database.
    UnknownOption, "unknown-option", "unknown option";

    /// An option has a value that the database does not accept. The message says whether a boolean, a
    /// number, a text or one of several words is expected.
    WrongOption, "wrong-option", "invalid value of an option";
}

Partitions {
    /// `partition_by` and `subpartition_by` are a method followed by columns or expressions in
    /// parentheses, such as `range (created_at)`, `list (region)` or `hash (id)`. The value cannot be
    /// parsed.
    BadPartition, "bad-partition", "invalid partitioning";

    /// A partition is attached to a table that is not partitioned, or to itself through other partitions.
    /// Add `partition_by` to the parent table, or correct `partition_of`.
    PartitionParent, "partition-parent", "partition without a partitioned table";

    /// `column` of a retention rule determines the age of a row, so it must be a `date`, `datetime` or
    /// `timestamptz` column.
    RetentionColumn, "retention-column", "retention on a column without a date";

    /// `keep` of a retention rule is a positive number and a unit: hours, days, weeks, months or years.
    /// An example is `30 days`.
    RetentionKeep, "retention-keep", "invalid retention period";
}

Live {
    /// `verify` found that a property of a live database differs from the specs. The location is the
    /// table or column of the spec. Either the database was changed without a migration, or the specs
    /// contain a change that has not been applied yet. Apply the pending migrations, or declare the
    /// database's change in the specs.
    Drift, "drift", "live database differs from the specs";

    /// An expression of the spec differs in its text from that of the live database, and the server could
    /// not be used to determine whether the two are equal. The expression is treated as unchanged. To
    /// avoid the warning, write the expression as the database shows it.
    Undecided, "undecided", "expressions could not be compared";

    /// A `renamed_from` does not fit the database. If only the new name exists, the rename was done
    /// before, and a note says so; the key can be removed as soon as all databases have the new name. If
    /// both names exist, or neither, the rename cannot be performed, which is an error: correct or remove
    /// `renamed_from`.
    RenamedFrom, "renamed-from", "`renamed_from` does not fit the database";

    /// On PostgreSQL 18 a NOT NULL constraint has a name, and a child table inherits the constraint with
    /// its parent's name. The server does not rename an inherited constraint, so it keeps its current
    /// name. To change the name, detach the child table, rename the constraint and attach the table again.
    KeptName, "kept-name", "inherited NOT NULL constraint keeps its name";

    /// An object that the specs do not declare prevents a change; the server would reject the statement,
    /// so nothing is run. On PostgreSQL, a view, rule, function, trigger, policy or publication uses a
    /// table or column that is dropped, changed or recreated; or rows contain an enum value that is
    /// removed; or a column of another table contains rows of a table whose column changes its type. On
    /// MySQL and MariaDB, a view has the new name of a table. Drop the object before the change and create
    /// it again afterwards, or change the rows first.
    InTheWay, "in-the-way", "an object outside the specs prevents the change";

    /// Steps of the plan depend on each other in a cycle, so no order of them works; nothing is run. The
    /// message lists the steps: each must run before the next one, and the last before the first. Divide
    /// the change: declare a part of it without one of these dependencies, migrate, and declare the rest
    /// afterwards.
    DependencyCycle, "dependency-cycle", "steps of a plan depend on each other";

    /// SQLite cannot perform some changes with ALTER TABLE, so the table is rebuilt: a new table is created,
    /// the rows are copied, and the old table is dropped with everything that belongs to it. The live table
    /// has a column, an index or a trigger that no spec declares, usually added by hand, and it would be
    /// lost. Nothing is run. Declare the part in the spec; or drop it before the change, and create it again
    /// afterwards if it is needed.
    RebuildLoses, "rebuild-loses", "rebuilding the table would drop an undeclared part";

    /// An existing table is declared to inherit columns that it has itself. PostgreSQL requires a table to
    /// have all columns of its new parent, and afterwards still counts them as the table's own columns, so
    /// the declared state cannot be reached. Create a new child table, move the rows and drop the old
    /// table, or declare the columns in the child table.
    BecomesAnHeir, "becomes-an-heir", "existing table would have to inherit its own columns";
}

Migrations {
    /// A migration file or the folder of migrations could not be read. The message contains the operating
    /// system's error.
    MigrationUnreadable, "migration-unreadable", "migration cannot be read";

    /// A migration file is not valid UTF-8; the location is the line of the first invalid byte. Save the
    /// file as UTF-8.
    MigrationEncoding, "migration-encoding", "migration is not UTF-8";

    /// The name of an SQL file in the folder of migrations is not understood. A migration is named
    /// `V<number>__<name>.sql`, its down file `V<number>__<name>.down.sql`; a name consists of letters,
    /// digits and `_`. Every SQL file must be understood, because a misnamed migration would otherwise be
    /// skipped silently. Migrations in Rust cannot be run by tablewright.
    MigrationName, "migration-name", "invalid name of a migration file";

    /// Two files have the same version, usually after two branches were merged. Give the migration that
    /// is not applied anywhere yet a higher version.
    MigrationTwice, "migration-twice", "two migrations with one version";

    /// A down file has no migration of the same version and name next to it. Rename it to match its
    /// migration, or remove it.
    MigrationDownAlone, "migration-down-alone", "down file without a migration";

    /// A subfolder of the folder of migrations contains SQL files. tablewright does not read subfolders,
    /// but refinery does and would run these files. Move the files into the folder of migrations, or out of
    /// it.
    MigrationSubfolder, "migration-subfolder", "SQL files in a subfolder are not read";

    /// A migration file has CRLF line ends or a byte order mark. Checksums are computed from the bytes of a
    /// file, so an editor or a Git setting that changes line ends would make the file differ from the applied
    /// one. For a pending migration this is an error. For an applied migration that differs in nothing else
    /// it is a warning. Save the file with LF line ends, and put `*.sql text eol=lf` into `.gitattributes`.
    MigrationLineEnds, "migration-line-ends", "CRLF line ends or byte order mark";

    /// A migration cannot be split into statements: a quoted text, a comment or the body of a routine is
    /// not terminated, or a DELIMITER command is invalid. The location is the line where it starts.
    MigrationSyntax, "migration-syntax", "migration cannot be split into statements";

    /// A comment that starts with `-- tablewright:` is not a known directive. Directives are
    /// `no-transaction`, `foreign-keys-off`, `allow` with a list, and `lock-timeout` with a duration such as
    /// `500ms` or `5s`. An unknown directive is an error, because the migration would otherwise run without
    /// the requested setting.
    UnknownDirective, "unknown-directive", "unknown directive";

    /// A migration contains BEGIN, COMMIT, ROLLBACK or a similar statement. A migration runs in a
    /// transaction together with its history row where the server supports it, and an inner COMMIT would end
    /// that transaction. Remove the statement. To run a statement outside of a transaction, put
    /// `-- tablewright: no-transaction` at the top of the file.
    TransactionControl, "transaction-control", "transaction control in a migration";

    /// A migration contains `COPY ... FROM STDIN` or `COPY ... TO STDOUT`. These statements exchange rows
    /// with the client while they run, and a migration file has no place for rows. Write INSERT statements,
    /// or run the COPY with psql outside of migrations.
    CopyOverConnection, "copy-over-connection", "COPY over the connection in a migration";

    /// A file with `-- tablewright: no-transaction` must contain exactly one statement. With several, a
    /// failure would leave the migration partially applied. Write one version per statement.
    NoTransactionStatements, "no-transaction-statements", "no-transaction file without exactly one statement";

    /// The text of an applied migration differs from the checksum in the history table, or that checksum
    /// is not a number. Databases that applied the old text would differ from those that apply the new
    /// one. Restore the applied text, and write the change as a new migration.
    MigrationChanged, "migration-changed", "applied migration was changed";

    /// An applied migration has the same text as before but another name. The name is part of the checksum,
    /// so refinery would refuse the file. Restore the name.
    MigrationRenamed, "migration-renamed", "applied migration was renamed";

    /// The history table records a migration whose file does not exist. Usually another branch, another
    /// folder of migrations or another database is selected. Otherwise restore the file.
    MigrationMissing, "migration-missing", "file of an applied migration is missing";

    /// A migration is pending although a higher version is already applied. It was usually added on another
    /// branch, and its effect after the higher version is untested. Give it a version above the highest applied one.
    MigrationOutOfOrder, "migration-out-of-order", "pending migration below an applied one";

    /// `migrate --to` names a version that has no file, or `rollback --to` names a version that is not
    /// applied. `tablewright status` lists the versions.
    MigrationUnknown, "migration-unknown", "unknown version";

    /// `migrate --to` names a version below the highest applied one. `migrate` only applies migrations;
    /// `tablewright rollback --to VERSION` reverts them.
    MigrationAbove, "migration-above", "target version below the applied ones";

    /// A migration to be reverted has no down file. Nothing is reverted. Write the down file, or choose a
    /// target version at or above this one.
    MigrationNoDown, "migration-no-down", "no down file";

    /// A snapshot was edited, cannot be read, or does not follow its predecessor. Snapshots record the specs
    /// at each version, and each contains the checksum of the one before it; `migration new` computes the next
    /// migration from them. They are not edited by hand: restore the file as it was committed. If two
    /// branches both added a migration, one of the two must be generated again on top of the other.
    SnapshotBroken, "snapshot-broken", "invalid snapshot";

    /// The server is in recovery, read-only or a replica. Changes there would fail, or would make the
    /// replica differ from its primary. Connect to the primary. If the change is meant for this server,
    /// pass `--on-replica`.
    NotWritable, "not-writable", "server does not accept changes";
}

Recovery {
    /// `repair` cannot continue as requested: for example, the down file is missing, the
    /// files have no step marks, or the state of a statement is unknown. Nothing was run. The message gives
    /// the reason, and the help another way.
    Repair, "repair", "repair refused";

    /// The file of a partially applied migration does not exist, so its remaining statements are unknown.
    /// Restore the file as it was run; another branch may be checked out.
    RepairNoFile, "repair-no-file", "file of a partially applied migration is missing";

    /// A statement that has already taken effect was changed in the file of a partially applied migration.
    /// Only the failed statement and the statements after it may be changed, because the others are not run
    /// again. Restore the text of the statements before the failed one.
    RepairChanged, "repair-changed", "applied statement of a partially applied migration was changed";
}
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{Code, Topic, UnknownCode};
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique_and_kebab_case() {
        let codes: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(codes.len(), Code::ALL.len());
        for code in Code::ALL {
            let text = code.as_str();
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(text.chars().all(plain), "{text}");
            assert_eq!(text.parse(), Ok(*code));
        }
        assert_eq!(
            "no-such-code".parse::<Code>(),
            Err(UnknownCode("no-such-code".into()))
        );
    }

    #[test]
    fn every_code_has_a_title_and_an_explanation() {
        for code in Code::ALL {
            let (title, explanation) = (code.title(), code.explanation());
            assert!(!title.is_empty() && !title.ends_with('.'), "{code}");
            let first = explanation.lines().next().unwrap_or_default();
            assert!(
                first.len() > 20 && !first.starts_with(char::is_whitespace),
                "{code}: {explanation}"
            );
            let sentence = explanation.trim_end().ends_with(['.', '`']);
            assert!(sentence, "{code}: {explanation}");
            assert!(explanation.matches("```").count() % 2 == 0, "{code}");
        }
    }

    #[test]
    fn topics_follow_the_order_of_the_table() {
        let mut topics: Vec<Topic> = Code::ALL.iter().map(|code| code.topic()).collect();
        topics.dedup();
        assert_eq!(topics, Topic::ALL);
    }
}
