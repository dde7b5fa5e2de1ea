# Tests and checks.  T= picks some by a part of their name.

ORACLE ?= /usr/bin/python3.11
T ?=

.PHONY: test test-c test-programs test-examples conformance lint setup setup-test
setup:
	@tools/setup.sh
setup-test:
	@tools/setup.sh test

C_TESTS := $(wildcard tests/c/*_test.c)

# Each test of C code is a program of its own, linked with the floors.
$(BUILD)/tests/%: tests/c/%.c $(ARCHIVES) $(BUILD)/frozen_none.o
	@mkdir -p $(@D)
	@$(CC) $(FLAGS) -Itests/c -Wl,--allow-multiple-definition $(LDFLAGS) $< -Wl,--whole-archive $(call reverse,$(ARCHIVES)) \
	    -Wl,--no-whole-archive $(BUILD)/frozen_none.o $(LIBRARIES) -o $@

test-c: $(C_TESTS:tests/c/%.c=$(BUILD)/tests/%)
	@for test in $^; do $$test || exit 1; done

test-programs: $(BUILD)/krait
	@$(PYTHON) tests/run_programs.py $(BUILD)/krait $(T)

test-examples: $(BUILD)/krait
	@$(PYTHON) tests/compare_programs.py $(BUILD)/krait $(ORACLE) $(wildcard examples/*/*.py)

conformance: $(BUILD)/krait
	@$(PYTHON) tests/conformance/run.py $(BUILD)/krait $(T)

# The tests of C code and the small programs under the sanitizers, each block from the C heap, which they watch.
.PHONY: asan-test
asan-test: asan
	@ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 PYTHONMALLOC=malloc \
	    $(MAKE) --no-print-directory MODE=asan test-c test-programs

test: setup-test
	@$(MAKE) --no-print-directory MODE=debug build/debug/krait
	@$(PYTHON) tools/floors.py build/debug
	@$(PYTHON) tools/abi.py count build/debug/krait
	@$(MAKE) --no-print-directory MODE=debug test-c test-programs test-examples
	@$(MAKE) --no-print-directory MODE=debug conformance T="$(CONFORMANCE)"

# RECORD=1 takes off tools/lint_globals.txt what is gone.
lint: $(BUILD)/krait
	@$(PYTHON) tools/lint.py $(BUILD) $(if $(RECORD),--record)

# The compiler's code objects against python3.11's, over the library.
.PHONY: oracle
oracle: debug
	@$(PYTHON) tools/oracle.py --krait $(BUILD)/krait --optimize 0,1,2

# Timings against python3.11, of the release build.  B= names one program.
B ?=
.PHONY: bench
bench: release
	@$(PYTHON) bench/run.py build/release/krait $(B) --python $(ORACLE)
