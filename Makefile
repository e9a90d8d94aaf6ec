# The commands that CONTRIBUTING names.
.PHONY: build test check servers-start servers-stop bench docs

build: ## the optimised program, target/dist/tablewright
	cargo build --profile dist --locked

test: ## all tests, against real servers
	tests/run

check: ## format and lints
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings

servers-start: ## servers for many runs: eval "$$(tests/servers env)", then cargo test
	tests/servers start

servers-stop:
	tests/servers stop

bench: ## the measured ratios: time, memory, size
	tests/bench

docs: ## the documents that are generated from the code: types, options, diagnostics, the JSON Schema
	TABLEWRIGHT_BLESS=1 cargo test --test suite docs::
