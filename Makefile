# make           build every program (release)
# make demo      the main job from end to end, in a root directory of its own
# make check     every test
# make install   DESTDIR=TREE: everything in its place
# make deb       a Debian package that takes the place of snapd
# make bench     side by side with the reference

SWIFT ?= swift
BUILD := .build-release
RELEASE := $(BUILD)/release
# One build for all programs: `snap`, `snap-cli` and `snap-confine` ask for full static linking themselves.
RELEASE_FLAGS := -c release --static-swift-stdlib --scratch-path $(BUILD)
PREFIX := /usr
LIBEXEC := $(PREFIX)/lib/snapd

.PHONY: all programs setup lint check unit system container demo install deb bench clean

all: programs

setup:
	@Tools/setup build

programs: setup
	$(SWIFT) build $(RELEASE_FLAGS)

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

unit: setup
	SNAPD_STRICT=1 $(SWIFT) build --build-tests
	SWIFT=$(SWIFT) Tests/unit

system: programs
	Tests/System/run

# The same on a Debian with systemd, from our package, in a container.
container: deb
	Tests/System/run --container

check:
	@Tools/setup test
	$(MAKE) lint
	$(MAKE) unit
	KILL_STEP=$${KILL_STEP:-3} QUICK=1 $(MAKE) system
	$(MAKE) container

demo: programs
	@Tools/demo

install: programs
	@Tools/install "$(RELEASE)" "$(DESTDIR)"

deb: programs
	@Tools/setup deb
	@Tools/deb "$(RELEASE)"

bench: programs
	@Benchmarks/run

clean:
	rm -rf .build $(BUILD) build
