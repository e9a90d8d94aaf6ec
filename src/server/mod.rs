//! What the executor needs to know of a server, as data: transactions, time-outs, session control and the
//! statements of the journal.

pub mod execution_profile;
pub mod journal_sql;
pub mod session_control;
