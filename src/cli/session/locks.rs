//! Lock time-outs and retries, of the command line and of a target.

use crate::cli::session::config::TargetConfig;
use crate::cli::session::failure::{Failure, Outcome};
use crate::migrate::ExecOptions;
use crate::migrate::files::sql_text::parse_duration;
use std::time::Duration;

/// The options for lock waits.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct LockArgs {
    /// Lock time-out of a statement, such as 500ms or 2s [default: 2s]
    #[arg(long = "lock-timeout", env = "TABLEWRIGHT_LOCK_TIMEOUT", hide_env_values = true, value_name = "TIME", value_parser = parse_time)]
    pub(crate) timeout: Option<Duration>,

    /// Number of attempts for a statement whose lock wait timed out [default: 10]
    #[arg(long = "lock-tries", env = "TABLEWRIGHT_LOCK_TRIES", hide_env_values = true, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) tries: Option<u32>,

    /// Longest pause between attempts: after the first, and overall [default: 1s..30s]
    #[arg(long = "lock-backoff", env = "TABLEWRIGHT_LOCK_BACKOFF", hide_env_values = true, value_name = "TIME..TIME", value_parser = parse_backoff)]
    pub(crate) backoff: Option<Backoff>,
}

/// The longest pause after the first attempt, and the longest overall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Backoff {
    first: Duration,
    longest: Duration,
}

/// Parses the value of an option that is a duration.
pub(crate) fn parse_time(text: &str) -> Result<Duration, String> {
    parse_duration(text).ok_or_else(|| "expected a duration such as 500ms, 2s or 5m".to_owned())
}

fn parse_backoff(text: &str) -> Result<Backoff, String> {
    text.split_once("..")
        .and_then(|(first, longest)| {
            Some((
                parse_duration(first.trim())?,
                parse_duration(longest.trim())?,
            ))
        })
        .filter(|(first, longest)| first <= longest)
        .map(|(first, longest)| Backoff { first, longest })
        .ok_or_else(|| "expected two durations such as 1s..30s, the shorter first".to_owned())
}

/// The lock settings of a target.
#[derive(Clone, Debug, Default)]
pub(crate) struct LockSettings {
    timeout: Option<Duration>,
    tries: Option<u32>,
    backoff: Option<Backoff>,
    long: Option<Duration>,
}

impl LockSettings {
    /// Reads the lock settings of the configuration.
    ///
    /// # Errors
    /// An invalid value, with its key.
    pub(crate) fn from_config(config: &TargetConfig) -> Outcome<Self> {
        let wrong = |key: &str, value: &str, why: String| {
            Failure::usage(format!("invalid `{key}: {value}`: {why}"))
        };
        let time_of = |key: &str, value: &Option<String>| match value {
            None => Ok(None),
            Some(value) => parse_time(value)
                .map(Some)
                .map_err(|why| wrong(key, value, why)),
        };
        let tries = config.lock_tries;
        if tries == Some(0) {
            return Err(wrong(
                "lock_tries",
                "0",
                "expected a number of at least 1".to_owned(),
            ));
        }
        Ok(Self {
            timeout: time_of("lock_timeout", &config.lock_timeout)?,
            long: time_of("long_transaction", &config.long_transaction)?,
            tries,
            backoff: match &config.lock_backoff {
                None => None,
                Some(value) => {
                    let read = parse_backoff(value);
                    Some(read.map_err(|why| wrong("lock_backoff", value, why))?)
                }
            },
        })
    }

    /// Writes the settings into `options`. Arguments take precedence over the configuration.
    pub(crate) fn apply_to(&self, args: &LockArgs, options: &mut ExecOptions) {
        if let Some(timeout) = args.timeout.or(self.timeout) {
            options.lock_timeout = timeout;
        }
        if let Some(tries) = args.tries.or(self.tries) {
            options.retry.tries = tries;
        }
        if let Some(backoff) = args.backoff.or(self.backoff) {
            options.retry.first = backoff.first;
            options.retry.longest = backoff.longest;
        }
        if let Some(long) = self.long {
            options.long_transaction = long;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_is_parsed() {
        let time = Duration::from_millis;
        for (text, expected) in [
            ("1s..30s", Some((1000, 30_000))),
            ("5ms .. 5ms", Some((5, 5))),
            ("2s..1s", None),
            ("2s", None),
        ] {
            let expected = expected.map(|(first, longest)| Backoff {
                first: time(first),
                longest: time(longest),
            });
            assert_eq!(parse_backoff(text).ok(), expected, "{text}");
        }
    }
}
