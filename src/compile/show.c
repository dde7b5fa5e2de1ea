// show.c - what each stage makes of a program, as text.
#include "compile/show.h"

#include <string.h>

#include "bytecode/disassemble.h"
#include "compile/entry.h"
#include "pyerrors.h"
#include "runtime/owned.h"
#include "syntax/dump.h"
#include "unicodeobject.h"

// ---- graph -------------------------------------------------------------------------------------

static const char *opcode_name(int opcode)
{
    static const char *const pseudo[] = {
        "SETUP_FINALLY",
        "SETUP_CLEANUP",
        "SETUP_WITH",
        "POP_BLOCK",
        "JUMP",
        "JUMP_NO_INTERRUPT",
        "POP_JUMP_IF_FALSE",
        "POP_JUMP_IF_TRUE",
        "POP_JUMP_IF_NONE",
        "POP_JUMP_IF_NOT_NONE",
    };
    return opcode < OP_SETUP_FINALLY ? kr_opcode_names[opcode] : pseudo[opcode - OP_SETUP_FINALLY];
}

// Blocks are known by their place in the code.
static int number_of(const KrBlock *entry, const KrBlock *wanted)
{
    int number = 0;
    for (const KrBlock *block = entry; block != NULL && block != wanted; block = block->next)
        number++;
    return number;
}

void kr_flow_dump(FILE *out, KrCompiler *c, const char *when)
{
    const KrBlock *entry = c->unit->entry;
    fprintf(out, "graph of %s, %s\n", PyUnicode_AsUTF8(c->unit->name), when);
    int number = 0;
    for (const KrBlock *block = entry; block != NULL; block = block->next) {
        fprintf(out, "  block %d%s%s\n", number++, block->exits ? ", exits" : "",
                block->no_fallthrough ? "" : ", falls through");
        for (int i = 0; i < block->count; i++) {
            const KrInstruction *instruction = &block->items[i];
            fprintf(out, "    %4d  %-24s", instruction->location.line,
                    opcode_name(instruction->opcode));
            if (instruction->target != NULL)
                fprintf(out, " block %d", number_of(entry, instruction->target));
            else if (instruction->opcode >= KR_OPCODE_FIRST_WITH_ARGUMENT &&
                     instruction->opcode < 256)
                fprintf(out, " %d", instruction->oparg);
            if (instruction->handler != NULL)
                fprintf(out, "  handler %d", number_of(entry, instruction->handler));
            fputc('\n', out);
        }
    }
}

// ---- stages ------------------------------------------------------------------------------------

static int show_symtable(FILE *out, KrMod *module, PyObject *filename)
{
    KrFuture future;
    if (kr_future_find(module, filename, &future) < 0) return -1;
    KrSymtable *table = kr_symtable_build(module, filename, &future);
    if (table == NULL) return -1;
    kr_symtable_dump(table, out);
    kr_symtable_free(table);
    return 0;
}

static int show_tree(FILE *out, const char *stage, KrMod *module, const KrParseOptions *options,
                     KrAstArena *arena)
{
    if (strcmp(stage, "ast") == 0) return kr_ast_dump(out, module);
    if (strcmp(stage, "symtable") == 0) return show_symtable(out, module, options->filename);
    bool graph = strcmp(stage, "cfg") == 0;
    KR_AUTO PyObject *code =
        kr_compile_shown(module, options->filename, arena, graph ? out : NULL);
    if (code == NULL) return -1;
    return graph ? 0 : kr_code_dump(out, (PyCodeObject *)code);
}

int kr_show(FILE *out, const char *stage, const char *text, PyObject *filename)
{
    static const char *const stages[] = {"tokens", "ast", "symtable", "cfg", "code"};
    bool known = false;
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        known |= strcmp(stage, stages[i]) == 0;
    if (!known) {
        PyErr_Format(PyExc_ValueError, "no stage '%s': tokens, ast, symtable, cfg or code", stage);
        return -1;
    }
    KrParseOptions options = {.mode = KR_PARSE_MODULE,
                              .feature_version = KR_FEATURE_VERSION,
                              .filename = filename};
    if (strcmp(stage, "tokens") == 0) return kr_tokens_dump(out, text, &options);
    KrAstArena *arena = kr_ast_arena_new();
    if (arena == NULL) return -1;
    KrMod *module = kr_parse_text(text, &options, arena);
    int result = module == NULL ? -1 : show_tree(out, stage, module, &options, arena);
    kr_ast_arena_free(arena);
    return result;
}
