# The two that matter: `make run` (everything from nothing to the console) and `make test`.
.DEFAULT_GOAL := help
.PHONY: help run build test bench format lint install clean

PREFIX ?= /usr/local
RELEASE := swift build -c release --static-swift-stdlib

help:
	@echo "make run      install what is missing, build, open the console on the embedded sandbox"
	@echo "make test     install what is missing, build, run every test"
	@echo "make build    the release build, in .build/release/agenticmail"
	@echo "make bench    the benchmarks, in a release build (ONLY=console, server, fill, cyrus, agents or guard)"
	@echo "make format   format the sources; make lint checks them"
	@echo "make install  program, manual page, completions and themes under PREFIX ($(PREFIX))"

run:
	@scripts/packages run
	@$(RELEASE) --product agenticmail
	@.build/release/agenticmail --sandbox

build:
	@scripts/packages run
	@$(RELEASE) --product agenticmail

# One test at a time: many of them drive servers, terminals and other programs, which take the machine's cores themselves.
test:
	@scripts/packages test
	@swift build --build-tests
	@swift test --skip-build --no-parallel

bench:
	@scripts/packages run
	@$(RELEASE)
	@.build/release/Benchmarks $(if $(ONLY),--only $(ONLY))

format:
	@swift format format --in-place --recursive --configuration .swift-format Package.swift Sources Tests

lint:
	@swift format lint --strict --recursive --configuration .swift-format Package.swift Sources Tests

install: build
	install -D -m 755 .build/release/agenticmail $(DESTDIR)$(PREFIX)/bin/agenticmail
	install -d $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/agenticmail/themes
	.build/release/agenticmail man > $(DESTDIR)$(PREFIX)/share/man/man1/agenticmail.1
	install -m 644 themes/*.toml $(DESTDIR)$(PREFIX)/share/agenticmail/themes/
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	.build/release/agenticmail completions bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/agenticmail
	.build/release/agenticmail completions zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_agenticmail
	.build/release/agenticmail completions fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/agenticmail.fish

clean:
	rm -rf .build
