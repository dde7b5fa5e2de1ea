# What is generated into build/gen/.  Each generator writes its output only when that changes.

GENERATED_HEADERS := $(GEN)/syntax/ast.h
GENERATED_SOURCES := $(GEN)/syntax/ast_table.c $(GEN)/objects/strings/names.c

$(GEN)/syntax/ast.h: data/python.asdl tools/asdl.py
	@mkdir -p $(@D)
	@$(PYTHON) tools/asdl.py data/python.asdl $(GEN)/syntax/ast.h $(GEN)/syntax/ast_table.c
	@touch $(GEN)/syntax/ast.h $(GEN)/syntax/ast_table.c
$(GEN)/syntax/ast_table.c: $(GEN)/syntax/ast.h

$(GEN)/objects/strings/names.c: FORCE
	@$(PYTHON) tools/names.py $@ src

# Unicode tables, included by src/text.
GENERATED_HEADERS += $(GEN)/text/unicode_tables.h $(GEN)/text/unicode_data_tables.h \
                     $(GEN)/text/unicode_names_tables.h
$(GEN)/text/unicode_tables.h: $(wildcard data/unicode/*.txt) tools/unicode.py
	@mkdir -p $(@D)
	@$(PYTHON) tools/unicode.py $(@D)
	@touch $@
$(GEN)/text/unicode_data_tables.h $(GEN)/text/unicode_names_tables.h: $(GEN)/text/unicode_tables.h

# Powers of ten, included by src/base/double_text.c and double_parse.c.
GENERATED_HEADERS += $(GEN)/base/powers_of_ten.h
$(GEN)/base/powers_of_ten.h: tools/powers.py
	@mkdir -p $(@D)
	@$(PYTHON) tools/powers.py $@

# The binary interface: static asserts on the public headers, and what the executable exports.
GENERATED_SOURCES += $(GEN)/capi/abi_check.c
$(GEN)/capi/abi_check.c: $(wildcard data/abi/*) tools/abi.py
	@$(PYTHON) tools/abi.py asserts $@
	@touch $@
$(GEN)/exports.map: data/abi/exported.txt tools/abi.py
	@$(PYTHON) tools/abi.py exports $@
	@touch $@

# The parser.
GENERATED_HEADERS += $(GEN)/syntax/grammar.h
GENERATED_SOURCES += $(GEN)/syntax/grammar.c
$(GEN)/syntax/grammar.h: data/python.gram src/syntax/tokens.def data/python.asdl tools/grammar.py tools/asdl.py
	@mkdir -p $(@D)
	@$(PYTHON) tools/grammar.py data/python.gram src/syntax/tokens.def data/python.asdl \
	    $(GEN)/syntax/grammar.h $(GEN)/syntax/grammar.c
	@touch $(GEN)/syntax/grammar.h $(GEN)/syntax/grammar.c
$(GEN)/syntax/grammar.c: $(GEN)/syntax/grammar.h

# The interpreter's cases and tables.
GENERATED_HEADERS += $(GEN)/vm/instructions.cases.h
$(GEN)/vm/instructions.cases.h: $(wildcard src/vm/instructions/*.inst.c) src/bytecode/opcodes.def tools/instructions.py
	@mkdir -p $(@D)
	@$(PYTHON) tools/instructions.py . $(@D)
	@touch $@

# The library's module names, for sys.stdlib_module_names.
GENERATED_HEADERS += $(GEN)/modules/stdlib_modules.inc
$(GEN)/modules/stdlib_modules.inc: data/stdlib_modules.txt
	@mkdir -p $(@D)
	@sed 's/.*/"&",/' $< > $@
