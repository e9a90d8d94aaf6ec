//! SQLite, which has no other sessions: a statement is cancelled through its own connection (`Conn::interrupt_when`).

use crate::server::ServerProfile;
use crate::server::execution_profile::{
    DdlTransactions, ExecutionProfile, ForeignKeySwitch, ReadOnlyCheck, ReadOnlyWhen,
};
use crate::server::journal_sql::JournalSql;
use crate::server::session_control::{LockBackend, SessionControl};
use crate::sql::literal;
use std::time::Duration;

/// The profile.
pub static PROFILE: ServerProfile = ServerProfile {
    default_schema: None,
    execution: ExecutionProfile {
        journal: JournalSql {
            long_text_type: "TEXT",
            table_options: "",
            utc_now: "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
            string_literal: literal::string,
            identity_query: "SELECT NULL, NULL, NULL, NULL",
            other_sessions: None,
        },
        ddl: DdlTransactions::Transactional,
        begin: "BEGIN IMMEDIATE",
        one_message: false,
        timeouts: |wait| vec![format!("PRAGMA busy_timeout = {}", wait.as_millis())],
        tx_timeouts: |_| None,
        table_exists: |_, name| {
            format!(
                "SELECT count(*) > 0 FROM sqlite_schema WHERE type = 'table' AND lower(name) = lower({})",
                literal::string(name)
            )
        },
        table_size: |_, _| {
            String::from(
                "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
            )
        },
        foreign_keys: Some(&ForeignKeySwitch {
            off: "PRAGMA foreign_keys = OFF",
            check: "PRAGMA foreign_key_check",
            on: "PRAGMA foreign_keys = ON",
        }),
        invalid_index_names: None,
        read_only_checks: &[ReadOnlyCheck {
            query: "PRAGMA query_only",
            read_only_when: ReadOnlyWhen::FirstCellTrue,
            reason: "the connection is read-only (query_only)",
        }],
    },
    session_control: SessionControl {
        lock: LockBackend::File,
        session_id_query: None,
        pooler_hint: None,
        cancel: None,
        // the busy handler sleeps in the thread that would receive the stop request
        lock_wait_slice: Some(Duration::from_millis(250)),
        disconnect_checks: &[],
        blocker_query_interval: Duration::MAX,
        blockers: &[],
        long_transactions: &[],
        // SQLITE_BUSY and SQLITE_LOCKED with their extended codes (manual, "Result and Error Codes")
        lock_errors: &["5", "261", "517", "773", "6", "262", "518"],
        cancelled_errors: &["9"],
        invalid_indexes: None,
    },
};
