//! The statements that write the journal rows of one migration.

use crate::migrate::journal::entry::{
    COLUMNS, FORMAT, RunCommand, StatementOutcome, WHOLE_MIGRATION,
};
use crate::migrate::journal::hashes::running_hashes;
use crate::migrate::journal::session_identity::SessionIdentity;
use crate::migrate::journal::table::JournalTable;
use crate::migrate::run::migration_unit::MigrationUnit;
use crate::migrate::run::plan_record::PlanRecord;
use crate::server::journal_sql::JournalSql;

/// Writes the journal rows of one migration while it runs.
#[derive(Clone, Debug)]
pub struct UnitJournal<'a> {
    /// The table.
    pub table: JournalTable,
    /// The server's SQL for the journal.
    pub journal_sql: &'static JournalSql,
    /// The working session.
    pub session: SessionIdentity,
    /// The logical database.
    pub database: Option<String>,
    /// The command that started the run.
    pub command: RunCommand,
    /// The statement that records the decision about an undecided statement of an earlier run. It is sent in one
    /// transaction with the first row.
    pub decision: Option<String>,
    /// The id of the first row.
    pub first_id: i64,
    /// The migration.
    pub unit: &'a MigrationUnit,
    /// The [`running_hashes`] of its statements.
    pub hashes: Vec<(String, String)>,
}

impl UnitJournal<'_> {
    fn id(&self, number: usize) -> i64 {
        // a resumed run writes rows only for the statements that it runs
        let offset = number.saturating_sub(self.unit.first());
        self.first_id + i64::try_from(offset).unwrap_or(i64::MAX)
    }

    fn unit_id(&self) -> i64 {
        self.unit.scope.resumed_unit().unwrap_or(self.first_id)
    }

    /// The number of reserved row ids: one for the whole migration, one per statement, and one for the closing row.
    pub fn reserved_ids(&self) -> i64 {
        i64::try_from(self.unit.parsed.statements.len()).map_or(i64::MAX, |count| count + 2)
    }

    /// Inserts the row of a statement before it is sent. [`WHOLE_MIGRATION`] stands for all statements together.
    pub fn start_sql(&self, number: usize) -> String {
        self.insert(self.id(number), number, StatementOutcome::Running, None)
    }

    /// Records that a statement took effect.
    pub fn success_sql(&self, number: usize) -> String {
        self.update(number, StatementOutcome::Done, "")
    }

    /// Records that a statement failed.
    pub fn failure_sql(&self, number: usize, message: &str) -> String {
        let message = format!(", message = {}", self.literal(message));
        self.update(number, StatementOutcome::Failed, &message)
    }

    /// Inserts the row with the outcome of the whole migration.
    pub fn closing_sql(&self, outcome: StatementOutcome, message: Option<&str>) -> String {
        let id = self.first_id + self.reserved_ids() - 1;
        self.insert(id, WHOLE_MIGRATION, outcome, message)
    }

    fn update(&self, number: usize, outcome: StatementOutcome, more: &str) -> String {
        format!(
            "UPDATE {} SET outcome = '{outcome}', finished_at = {}{more} WHERE id = {}",
            self.table.sql,
            self.journal_sql.utc_now,
            self.id(number)
        )
    }

    fn literal(&self, text: &str) -> String {
        (self.journal_sql.string_literal)(text)
    }

    fn insert(
        &self,
        id: i64,
        number: usize,
        outcome: StatementOutcome,
        message: Option<&str>,
    ) -> String {
        let unit = self.unit;
        let or_null = |text: Option<&str>| text.map_or_else(|| "NULL".into(), |t| self.literal(t));
        let at = number.checked_sub(1);
        let mark = at.and_then(|at| unit.parsed.marks.get(at)?.as_ref());
        let (hash, before) = at.and_then(|at| self.hashes.get(at)).map_or_else(
            || (unit.own_checksum.to_string(), String::new()),
            Clone::clone,
        );
        let finished = match outcome {
            StatementOutcome::Running => "NULL",
            StatementOutcome::Done
            | StatementOutcome::Failed
            | StatementOutcome::Reverted
            | StatementOutcome::Marked => self.journal_sql.utc_now,
        };
        let first = id == self.unit_id();
        let plan = unit.plan.as_ref().filter(|_| first).map(PlanRecord::text);
        format!(
            "INSERT INTO {} ({COLUMNS}) VALUES ({id}, {}, {FORMAT}, '{}', {}, {}, '{}', {number}, {}, {}, \
             '{hash}', '{before}', {}, {finished}, '{outcome}', {}, {}, {}, '{}', {}, {}, {}, {})",
            self.table.sql,
            self.unit_id(),
            self.command,
            unit.version
                .map_or_else(|| "NULL".into(), |v| v.to_string()),
            self.literal(&unit.name),
            unit.direction,
            unit.parsed.statements.len(),
            mark.map_or_else(|| "NULL".into(), |mark| mark.step.to_string()),
            self.journal_sql.utc_now,
            or_null(message),
            or_null(self.session.user.as_deref()),
            or_null(self.session.client.as_deref()),
            env!("CARGO_PKG_VERSION"),
            self.session
                .session
                .map_or_else(|| "NULL".into(), |id| id.to_string()),
            or_null(self.session.server.as_deref()),
            or_null(self.database.as_deref()),
            or_null(plan.as_deref()),
        )
    }
}

impl<'a> UnitJournal<'a> {
    /// The journal of a migration, whose rows start at an id.
    pub fn new(
        table: &JournalTable,
        journal_sql: &'static JournalSql,
        session: &SessionIdentity,
        unit: &'a MigrationUnit,
        first_id: i64,
    ) -> Self {
        let statements = unit.parsed.statements.iter().map(|s| s.sql.as_str());
        Self {
            table: table.clone(),
            journal_sql,
            session: session.clone(),
            database: None,
            command: RunCommand::default(),
            decision: None,
            first_id,
            unit,
            hashes: running_hashes(statements),
        }
    }
}
