# Garrison: `make run` to use it, `make test` to check it. `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help

CONFIGURATION := -c release
BINARY := .build/release/garrison
SOURCES := Package.swift $(shell find Sources -type f 2>/dev/null)
ARTIFACTS := .build-artifacts

# The package manager orders the flags of packages with traits by hash: with another order at each plan it would compile
# Hummingbird, and all that imports it, anew whenever a file is added.
BUILD := SWIFT_DETERMINISTIC_HASHING=1 swift build $(CONFIGURATION)

.PHONY: help run build agent test bench compare-scanners fuzz lint format packages test-packages bench-packages install clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(BINARY) ## Build if needed, start everything on this machine and print how to sign in (Ctrl-C stops it)
	@exec $(BINARY) serve --quickstart $(ARGS)

build: $(BINARY) ## Build the release binary

$(BINARY): $(SOURCES) | packages
	@echo "Building Garrison (a first build takes about ten minutes on two cores) …"
	@$(BUILD) --product garrison
	@touch $@

agent: packages ## Build the agent as one file to copy to hosts: .build-artifacts/garrison-agent
	@scripts/build-agent $(ARTIFACTS)

packages: ## Install the Debian packages that building and running need
	@scripts/install-packages build

test: packages test-packages ## Build and run every test
	@mkdir -p $(ARTIFACTS)
	$(BUILD) --product garrison
	$(BUILD) --product garrison-fuzz
	$(BUILD) --build-tests
	swift test $(CONFIGURATION) --disable-xctest --disable-testable-imports --skip-build

test-packages:
	@scripts/install-packages test
	@scripts/object-servers --install || echo "the object stores for tests could not be fetched: they are not tested" >&2
	@scripts/fetch-axe || echo "axe-core could not be fetched: accessibility is not checked in browsers" >&2

bench: bench-packages ## Measure speed beside its baselines, as JSON lines (ONLY=postgres for one group)
	@$(BUILD) --product garrison >&2
	@$(BUILD) --product garrison-agent >&2
	@$(BUILD) --product garrison-bench >&2
	@.build/release/garrison-bench $(addprefix --only ,$(ONLY)) $(ARGS)

bench-packages:
	@scripts/install-packages bench >&2

compare-scanners: $(BINARY) ## Garrison beside the scanners of this machine on the same hosts: recall, false positives
	@scripts/compare-scanners $(ARGS)

fuzz: packages ## Try mutated real inputs on every parser (SECONDS=30 each, SEED=1)
	@$(BUILD) --product garrison-fuzz
	@.build/release/garrison-fuzz all --seconds $(or $(SECONDS),30) --seed $(or $(SEED),1)

lint: ## Check the formatting rules
	swift format lint --strict --recursive Sources Simulators Tests Benchmarks fuzz Package.swift

format: ## Apply the formatting rules
	swift format --in-place --recursive Sources Simulators Tests Benchmarks fuzz Package.swift

install: $(BINARY) ## Install under PREFIX (default /usr/local)
	install -D $(BINARY) $(DESTDIR)$(or $(PREFIX),/usr/local)/bin/garrison
	mkdir -p $(DESTDIR)$(or $(PREFIX),/usr/local)/share/garrison
	cp -r database data $(DESTDIR)$(or $(PREFIX),/usr/local)/share/garrison/

clean: ## Remove what was built (the data directory stays)
	rm -rf .build $(ARTIFACTS)
