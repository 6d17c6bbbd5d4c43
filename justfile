# Shortcuts for the plain commands; .ci/run has these and every other gate. `just` is optional.

# All tests.
test:
    cargo test --workspace

# Formatting, lints, documentation, licences.
gates:
    cargo fmt --all --check
    rustfmt --check --edition 2024 src/command/*.rs
    cargo clippy --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items
    cargo deny check bans licenses sources

# The plugin as it is shipped: alone, with link-time optimisation.
release:
    cargo rustc --release --lib --crate-type cdylib

# Rewrites goldens, transcript and header; look at the diff.
bless:
    BLESS=1 cargo test --workspace
