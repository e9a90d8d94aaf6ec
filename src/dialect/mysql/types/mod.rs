//! Column types: how their text is read and written, what neutral types become, which type changes the servers
//! accept, defaults, and sizes in bytes.

pub(crate) mod charsets;
pub(crate) mod defaults;
pub(crate) mod family;
pub(crate) mod literals;
pub(crate) mod native;
pub(crate) mod neutral;
pub(crate) mod sizes;
