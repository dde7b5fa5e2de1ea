# One door.  `make` builds build/debug/krait, `make help` lists the rest.
#
# Floors are archives, linked whole, highest first; generated files go to build/gen/.  What generators need is in
# tools/generate.mk, tests and checks are in tests/tests.mk.

MODE ?= debug
PYTHON ?= python3
PREFIX ?= /usr/local
# The folder of the installed library, read when Krait is built and when it runs.
LIBRARY ?= /usr/lib/python3.11
BUILD := build/$(MODE)
GEN := build/gen
FLOORS := $(shell cat src/FLOORS)

ifeq ($(origin CC),default)
CC := gcc
endif
AR := gcc-ar
ifneq ($(shell command -v ccache 2>/dev/null),)
CCACHE := ccache
endif

COMMON := -std=gnu11 -fno-strict-aliasing -fwrapv -fvisibility=hidden -fno-pie -pthread \
          -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers \
          -Wno-cast-function-type -Wundef -Wvla -Werror
CPPFLAGS := -Isrc -Iinclude -I$(GEN) -D_GNU_SOURCE
MODE_debug := -Og -g -DKR_DEBUG
MODE_release := -O2 -g1 -DNDEBUG -Wno-error -Wno-maybe-uninitialized -Wno-stringop-overflow -flto=auto -fno-semantic-interposition -fno-plt
MODE_asan := -Og -g -DKR_DEBUG -fsanitize=address,undefined -fno-sanitize=alignment -fno-omit-frame-pointer
# make release builds twice into the same places: to record how the training programs run, and with what was recorded.
PROFILE_DATA := $(abspath build/profile.data)
ifeq ($(PROFILE),generate)
MODE_release := $(filter-out -flto=auto,$(MODE_release)) -fprofile-generate -fprofile-update=atomic -fprofile-dir=$(PROFILE_DATA)
endif
ifeq ($(PROFILE),use)
MODE_release += -fprofile-use=$(PROFILE_DATA) -fprofile-partial-training -Wno-missing-profile -Wno-coverage-mismatch
endif
CFLAGS ?=
FLAGS := $(COMMON) $(MODE_$(MODE)) $(CPPFLAGS) $(CFLAGS)
LIBRARIES := -lgmp -lz -lexpat -lcrypto -lb2 -lm -ldl -lutil
LDFLAGS := -no-pie -Wl,--dynamic-list=$(GEN)/exports.map -pthread

SOURCES := $(shell find src -name '*.c' ! -name '*.inst.c' | sort)
BOUND := $(shell grep -l '^\#include ".*\.methods\.h"' $(SOURCES))
METHODS := $(BOUND:src/%.c=$(GEN)/%.methods.h)

.PHONY: all debug release asan run install clean help generated FORCE
all: debug

include tools/generate.mk

OBJECTS := $(SOURCES:src/%.c=$(BUILD)/%.o) $(GENERATED_SOURCES:$(GEN)/%.c=$(BUILD)/gen/%.o)
ARCHIVES := $(FLOORS:%=$(BUILD)/lib%.a)
reverse = $(if $(1),$(call reverse,$(wordlist 2,$(words $(1)),$(1))) $(firstword $(1)))

# --- compiling and linking ----------------------------------------------------------------------

generated: $(METHODS) $(GENERATED_HEADERS) $(GENERATED_SOURCES)

$(GEN)/%.methods.h: src/%.c tools/methods.py
	@mkdir -p $(@D)
	@$(PYTHON) tools/methods.py $< $@

$(BUILD)/%.o: src/%.c $(BUILD)/flags | generated
	@mkdir -p $(@D)
	@$(CCACHE) $(CC) $(FLAGS) -MMD -MP -c $< -o $@

$(BUILD)/gen/%.o: $(GEN)/%.c $(BUILD)/flags | generated
	@mkdir -p $(@D)
	@$(CCACHE) $(CC) $(FLAGS) -MMD -MP -c $< -o $@

# Rebuild when the flags change.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(FLAGS)' | cmp -s - $@ || echo '$(CC) $(FLAGS)' > $@

-include $(OBJECTS:.o=.d)

# Archives are made anew when files come or go.
$(BUILD)/objects.list: FORCE
	@mkdir -p $(@D)
	@echo '$(OBJECTS)' | cmp -s - $@ || echo '$(OBJECTS)' > $@

define floor_archive
$(BUILD)/lib$(1).a: $(filter $(BUILD)/$(1)/% $(BUILD)/gen/$(1)/%,$(OBJECTS)) $(BUILD)/objects.list
	@rm -f $$@
	@$(AR) crs $$@ $$(filter %.o,$$^)
endef
$(foreach floor,$(FLOORS),$(eval $(call floor_archive,$(floor))))

LINK = $(CC) $(FLAGS) $(LDFLAGS) -Wl,--whole-archive $(call reverse,$(ARCHIVES)) -Wl,--no-whole-archive

# Without frozen modules; it compiles them out of the installed library for the executable proper.
$(BUILD)/krait-bootstrap: $(ARCHIVES) $(BUILD)/frozen_none.o $(GEN)/exports.map
	@$(LINK) $(BUILD)/frozen_none.o $(LIBRARIES) -o $@

$(BUILD)/frozen.c: $(BUILD)/krait-bootstrap
	@ASAN_OPTIONS=detect_leaks=0 $< $(LIBRARY) $@

$(BUILD)/frozen.o: $(BUILD)/frozen.c
	@$(CCACHE) $(CC) $(FLAGS) -c $< -o $@

$(BUILD)/frozen_none.o: tools/frozen_none.c $(BUILD)/flags
	@$(CCACHE) $(CC) $(FLAGS) -c $< -o $@

$(BUILD)/krait: $(ARCHIVES) $(BUILD)/frozen.o $(GEN)/exports.map
	@$(LINK) $(BUILD)/frozen.o $(LIBRARIES) -o $@

debug:
	@$(MAKE) --no-print-directory MODE=debug build/debug/krait
	@echo "built build/debug/krait"

asan:
	@$(MAKE) --no-print-directory MODE=asan build/asan/krait
	@echo "built build/asan/krait"

release: $(PROFILE_DATA)/trained
	@$(MAKE) --no-print-directory MODE=release PROFILE=use build/release/krait
	@echo "built build/release/krait"

$(PROFILE_DATA)/trained:
	@rm -rf $(@D)
	@$(MAKE) --no-print-directory MODE=release PROFILE=generate build/release/krait
	@build/release/krait bench/train.py
	@touch $@

# make run [FILE=x.py]: everything from nothing to the prompt.
run: setup
	@$(MAKE) --no-print-directory MODE=debug build/debug/krait
	@build/debug/krait $(FILE)

install: release
	install -D build/release/krait $(DESTDIR)$(PREFIX)/bin/krait
	@echo "installed $(DESTDIR)$(PREFIX)/bin/krait"

help:
	@sed -n 's/^    \(make.*\)/\1/p' README.md
	@echo "make, make release, make asan, make asan-test, make conformance [T=], make oracle, make bench [B=], make lint, make install"

clean:
	rm -rf build

include tests/tests.mk
