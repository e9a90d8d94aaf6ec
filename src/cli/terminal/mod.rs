//! Terminal input and output: prompts, progress, results, signals.

pub(crate) mod confirm;
pub(crate) mod interrupt;
pub(crate) mod lock_text;
pub(crate) mod output;
pub(crate) mod progress;
