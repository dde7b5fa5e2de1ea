// entry.c - the stages in order: parse, find future imports, fold, collect symbols, generate code.
#include "compile/entry.h"

#include <string.h>

#include "compile.h"
#include "compile/compiler.h"
#include "compile/fold.h"
#include "compile/future.h"
#include "compile/symtable.h"
#include "cpython/code.h"
#include "dictobject.h"
#include "internal/pycore_compile.h"
#include "pyerrors.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "syntax/ast_object.h"
#include "unicodeobject.h"

// ---- tree to code ------------------------------------------------------------------------------

static bool visit_module(KrCompiler *c, KrMod *module)
{
    switch (module->kind) {
    case KR_MOD_MODULE: kr_visit_body(c, module->v.module.body); return true;
    case KR_MOD_INTERACTIVE:
        if (kr_has_annotations(module->v.interactive.body)) {
            c->unit->location.line = 1;
            kr_emit(c, OP_SETUP_ANNOTATIONS);
        }
        c->interactive = true;
        kr_visit_statements(c, module->v.interactive.body);
        return true;
    default: kr_visit_expression(c, module->v.expression.body); return false;
    }
}

static PyObject *generate(KrCompiler *c, KrMod *module)
{
    c->constant_cache = PyDict_New();
    if (c->constant_cache == NULL) return NULL;
    kr_unit_open(c, KR_UNIT_MODULE, kr_unit_label(KR_LABEL_MODULE), module, 1);
    bool return_none = c->failed || visit_module(c, module);
    PyObject *code = kr_unit_close(c, return_none);
    Py_CLEAR(c->constant_cache);
    return code;
}

static PyObject *compile_module(KrCompiler *c, KrMod *module, int flags, int optimize,
                                KrAstArena *arena)
{
    if (kr_future_find(module, c->filename, &c->future) < 0) return NULL;
    c->future.features |= flags & PyCF_MASK;
    c->flags = flags | c->future.features;
    c->optimize = optimize == -1 ? kr_interpreter_current()->config.optimization_level : optimize;
    if (kr_fold(module, arena, c->optimize, c->future.features) < 0) return NULL;
    c->table = kr_symtable_build(module, c->filename, &c->future);
    if (c->table == NULL) return NULL;
    PyObject *code = generate(c, module);
    kr_symtable_free(c->table);
    return code;
}

PyObject *kr_compile_module(KrMod *module, PyObject *filename, int flags, int optimize,
                            KrAstArena *arena)
{
    KrCompiler c = {.filename = filename, .depth = kr_depth_start()};
    return compile_module(&c, module, flags, optimize, arena);
}

PyObject *kr_compile_shown(KrMod *module, PyObject *filename, KrAstArena *arena, FILE *graphs)
{
    KrCompiler c = {.filename = filename, .depth = kr_depth_start(), .graphs = graphs};
    return compile_module(&c, module, 0, -1, arena);
}

PyCodeObject *_PyAST_Compile(struct _mod *module, PyObject *filename, PyCompilerFlags *flags,
                             int optimize, struct _arena *arena)
{
    return (PyCodeObject *)kr_compile_module((KrMod *)module, filename,
                                             flags ? flags->cf_flags : 0, optimize,
                                             (KrAstArena *)arena);
}

// ---- text to tree ------------------------------------------------------------------------------

static int mode_of(const char *mode, KrParseMode *ret_mode)
{
    static const struct {
        const char *name;
        KrParseMode mode;
    } modes[] = {
        {"exec", KR_PARSE_MODULE},
        {"eval", KR_PARSE_EXPRESSION},
        {"single", KR_PARSE_INTERACTIVE},
        {"func_type", KR_PARSE_FUNCTION_TYPE},
    };
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (strcmp(mode, modes[i].name) != 0) continue;
        *ret_mode = modes[i].mode;
        return 0;
    }
    PyErr_SetString(PyExc_ValueError, "compile() mode must be 'exec', 'eval' or 'single'");
    return -1;
}

static KrMod *tree_of(PyObject *source, bool is_tree, const KrParseOptions *options,
                      KrAstArena *arena)
{
    if (!is_tree)
        return kr_parse_object(source, "compile", "string, bytes or AST", options, arena);
    KrMod *module = kr_ast_from_object(source, options->mode, arena);
    return module != NULL && kr_ast_validate(module) == 0 ? module : NULL;
}

static PyObject *compile_in(PyObject *source, bool is_tree, const KrParseOptions *options,
                            int optimize, KrAstArena *arena)
{
    KrMod *module = tree_of(source, is_tree, options, arena);
    if (module == NULL) return NULL;
    if (options->flags & PyCF_ONLY_AST) return kr_ast_to_object(module);
    return kr_compile_module(module, options->filename, options->flags, optimize, arena);
}

PyObject *kr_compile_source(PyObject *source, PyObject *filename, const char *mode, int flags,
                            int optimize, int feature_version)
{
    KrParseOptions options = {.flags = flags,
                              .feature_version = feature_version,
                              .filename = filename};
    if (mode_of(mode, &options.mode) < 0) return NULL;
    int is_tree = kr_ast_object_check(source);
    if (is_tree < 0) return NULL;
    if (is_tree && (flags & PyCF_ONLY_AST)) return Py_NewRef(source);
    KrAstArena *arena = kr_ast_arena_new();
    if (arena == NULL) return NULL;
    PyObject *result = compile_in(source, is_tree, &options, optimize, arena);
    kr_ast_arena_free(arena);
    return result;
}

// ---- symbol tables -----------------------------------------------------------------------------

static PyObject *symtable_in(PyObject *source, const KrParseOptions *options, KrAstArena *arena)
{
    KrMod *module = kr_parse_object(source, "symtable", "string or bytes", options, arena);
    KrFuture future;
    if (module == NULL || kr_future_find(module, options->filename, &future) < 0) return NULL;
    future.features |= options->flags & PyCF_MASK;
    KrSymtable *table = kr_symtable_build(module, options->filename, &future);
    if (table == NULL) return NULL;
    PyObject *top = Py_NewRef((PyObject *)table->top);
    kr_symtable_free(table);
    return top;
}

PyObject *kr_compile_symtable(PyObject *source, PyObject *filename, const char *mode, int flags)
{
    KrParseOptions options = {.flags = flags,
                              .feature_version = KR_FEATURE_VERSION,
                              .filename = filename};
    if (mode_of(mode, &options.mode) < 0) return NULL;
    KrAstArena *arena = kr_ast_arena_new();
    if (arena == NULL) return NULL;
    PyObject *top = symtable_in(source, &options, arena);
    kr_ast_arena_free(arena);
    return top;
}
