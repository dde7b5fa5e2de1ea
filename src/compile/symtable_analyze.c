// symtable_analyze.c - decides for every name of every scope whether it is local, global, free or
// a cell.
//
// One walk over the tree of scopes.  Downwards go the names bound in enclosing functions and those
// declared global; upwards come the free names of inner scopes, which turn locals of a function
// into cells.
#include "compile/symtable.h"

#include <assert.h>

#include "abstract.h"
#include "dictobject.h"
#include "listobject.h"
#include "longobject.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "runtime/owned.h"
#include "setobject.h"
#include "tupleobject.h"
#include "unicodeobject.h"

// What a scope's analysis works on; sets of names.
typedef struct KrAnalysis {
    KrSymtable *table;
    KrScope *scope;
    PyObject *bound;   // bound in enclosing functions, NULL at module level
    PyObject *global;  // declared global outside
    PyObject *local;   // bound here
    PyObject *decided; // dict: name -> KrSymbolScope
} KrAnalysis;

// ---- one name ----------------------------------------------------------------------------------

// SyntaxError where the name's global or nonlocal statement is.
static int refuse_directive(KrAnalysis *analysis, PyObject *name, const char *format)
{
    PyErr_Format(PyExc_SyntaxError, format, name);
    PyObject *directives = analysis->scope->directives;
    assert(directives != NULL);
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(directives); i++) {
        PyObject *directive = PyList_GET_ITEM(directives, i);
        if (PyUnicode_Compare(PyTuple_GET_ITEM(directive, 0), name) != 0) continue;
        int numbers[4];
        for (int k = 0; k < 4; k++)
            numbers[k] = (int)PyLong_AsLong(PyTuple_GET_ITEM(directive, k + 1));
        PyErr_RangedSyntaxLocationObject(analysis->table->filename, numbers[0], numbers[1] + 1,
                                         numbers[2], numbers[3] + 1);
        return -1;
    }
    return -1;
}

static int decide(KrAnalysis *analysis, PyObject *name, KrSymbolScope scope)
{
    KR_AUTO PyObject *number = PyLong_FromLong(scope);
    return number == NULL ? -1 : PyDict_SetItem(analysis->decided, name, number);
}

static int decide_free(KrAnalysis *analysis, PyObject *name, PyObject *free)
{
    analysis->scope->has_free = true;
    if (decide(analysis, name, KR_SYMBOL_FREE) < 0) return -1;
    return PySet_Add(free, name);
}

static int analyze_global(KrAnalysis *analysis, PyObject *name, long flags)
{
    if (flags & KR_DEF_NONLOCAL)
        return refuse_directive(analysis, name, "name '%U' is nonlocal and global");
    if (decide(analysis, name, KR_SYMBOL_GLOBAL_EXPLICIT) < 0) return -1;
    if (PySet_Add(analysis->global, name) < 0) return -1;
    return analysis->bound != NULL && PySet_Discard(analysis->bound, name) < 0 ? -1 : 0;
}

static int analyze_nonlocal(KrAnalysis *analysis, PyObject *name, PyObject *free)
{
    if (analysis->bound == NULL)
        return refuse_directive(analysis, name,
                                "nonlocal declaration not allowed at module level");
    int known = PySet_Contains(analysis->bound, name);
    if (known == 0) return refuse_directive(analysis, name, "no binding for nonlocal '%U' found");
    return known < 0 ? -1 : decide_free(analysis, name, free);
}

static int analyze_name(KrAnalysis *analysis, PyObject *name, long flags, PyObject *free)
{
    if (flags & KR_DEF_GLOBAL) return analyze_global(analysis, name, flags);
    if (flags & KR_DEF_NONLOCAL) return analyze_nonlocal(analysis, name, free);
    if (flags & KR_DEF_BOUND) {
        if (decide(analysis, name, KR_SYMBOL_LOCAL) < 0 || PySet_Add(analysis->local, name) < 0)
            return -1;
        return PySet_Discard(analysis->global, name) < 0 ? -1 : 0;
    }
    int bound_outside = analysis->bound == NULL ? 0 : PySet_Contains(analysis->bound, name);
    if (bound_outside != 0) return bound_outside < 0 ? -1 : decide_free(analysis, name, free);
    int declared = PySet_Contains(analysis->global, name);
    if (declared < 0) return -1;
    if (!declared && analysis->scope->nested) analysis->scope->has_free = true;
    return decide(analysis, name, KR_SYMBOL_GLOBAL_IMPLICIT);
}

// ---- a scope -----------------------------------------------------------------------------------

static int add_all(PyObject *set, PyObject *others)
{
    PyObject *name;
    Py_hash_t hash;
    for (Py_ssize_t position = 0; _PySet_NextEntry(others, &position, &name, &hash);)
        if (PySet_Add(set, name) < 0) return -1;
    return 0;
}

// Locals that inner functions use become cells, and are free no more.
static int make_cells(KrAnalysis *analysis, PyObject *free)
{
    PyObject *name, *number;
    for (Py_ssize_t position = 0; PyDict_Next(analysis->decided, &position, &name, &number);) {
        if (PyLong_AsLong(number) != KR_SYMBOL_LOCAL) continue;
        int is_free = PySet_Discard(free, name);
        if (is_free < 0) return -1;
        if (is_free && decide(analysis, name, KR_SYMBOL_CELL) < 0) return -1;
    }
    return 0;
}

static int set_flags(PyObject *symbols, PyObject *name, long flags)
{
    KR_AUTO PyObject *number = PyLong_FromLong(flags);
    return number == NULL ? -1 : PyDict_SetItem(symbols, name, number);
}

// Names that are free in inner scopes and unknown here pass through this one.
static int add_passing_names(KrAnalysis *analysis, PyObject *free)
{
    KrScope *scope = analysis->scope;
    PyObject *name;
    Py_hash_t hash;
    for (Py_ssize_t position = 0; _PySet_NextEntry(free, &position, &name, &hash);) {
        PyObject *present = PyDict_GetItemWithError(scope->symbols, name);
        if (present == NULL && PyErr_Occurred()) return -1;
        if (present != NULL) {
            long flags = PyLong_AsLong(present);
            if (scope->type == KR_SCOPE_CLASS && (flags & (KR_DEF_BOUND | KR_DEF_GLOBAL)) &&
                set_flags(scope->symbols, name, flags | KR_DEF_FREE_CLASS) < 0)
                return -1;
            continue;
        }
        int bound = analysis->bound == NULL ? 1 : PySet_Contains(analysis->bound, name);
        if (bound < 0) return -1;
        if (bound &&
            set_flags(scope->symbols, name, (long)KR_SYMBOL_FREE << KR_SYMBOL_SCOPE_SHIFT) < 0)
            return -1;
    }
    return 0;
}

// Writes what was decided into the scope's symbols.
static int record(KrAnalysis *analysis, PyObject *free)
{
    PyObject *name, *number;
    for (Py_ssize_t position = 0;
         PyDict_Next(analysis->scope->symbols, &position, &name, &number);) {
        PyObject *decided = PyDict_GetItemWithError(analysis->decided, name);
        if (decided == NULL) return -1;
        long flags = PyLong_AsLong(number) | PyLong_AsLong(decided) << KR_SYMBOL_SCOPE_SHIFT;
        if (set_flags(analysis->scope->symbols, name, flags) < 0) return -1;
    }
    return add_passing_names(analysis, free);
}

static int analyze_scope(KrSymtable *table, KrScope *scope, PyObject *bound, PyObject *free,
                         PyObject *global);

// The inner scopes see copies of the sets, because each changes its own.
static int analyze_child(KrAnalysis *outer, KrScope *child, PyObject *bound, PyObject *global,
                         PyObject *free)
{
    KR_AUTO PyObject *child_bound = PySet_New(bound);
    KR_AUTO PyObject *child_global = PySet_New(global);
    if (child_bound == NULL || child_global == NULL) return -1;
    if (analyze_scope(outer->table, child, child_bound, free, child_global) < 0) return -1;
    if (child->has_free || child->child_has_free) outer->scope->child_has_free = true;
    return 0;
}

static int analyze_children(KrAnalysis *analysis, PyObject *outer_bound, PyObject *outer_global,
                            PyObject *free)
{
    KrScope *scope = analysis->scope;
    bool is_class = scope->type == KR_SCOPE_CLASS;
    KR_AUTO PyObject *bound = PySet_New(outer_bound);
    KR_AUTO PyObject *global = PySet_New(outer_global);
    if (bound == NULL || global == NULL) return -1;
    if (scope->type == KR_SCOPE_FUNCTION && add_all(bound, analysis->local) < 0) return -1;
    if (is_class && PySet_Add(bound, ID(__class__)) < 0) return -1;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(scope->children); i++) {
        KrScope *child = (KrScope *)PyList_GET_ITEM(scope->children, i);
        if (analyze_child(analysis, child, bound, global, free) < 0) return -1;
    }
    if (scope->type == KR_SCOPE_FUNCTION) return make_cells(analysis, free);
    if (!is_class) return 0;
    int uses_class = PySet_Discard(free, ID(__class__));
    scope->needs_class_closure = uses_class > 0;
    return uses_class < 0 ? -1 : 0;
}

// Changes [bound] and [global], adds the scope's free names to [all_free].
static int analyze_names_and_children(KrAnalysis *analysis, PyObject *all_free)
{
    KrScope *scope = analysis->scope;
    KR_AUTO PyObject *free = PySet_New(NULL);
    // A class body's own names are not seen by its methods: these get what was there before it.
    bool is_class = scope->type == KR_SCOPE_CLASS;
    KR_AUTO PyObject *before_bound =
        is_class && analysis->bound ? PySet_New(analysis->bound) : NULL;
    KR_AUTO PyObject *before_global = is_class ? PySet_New(analysis->global) : NULL;
    if (PyErr_Occurred()) return -1;
    PyObject *name, *number;
    for (Py_ssize_t position = 0; PyDict_Next(scope->symbols, &position, &name, &number);)
        if (analyze_name(analysis, name, PyLong_AsLong(number), all_free) < 0) return -1;
    int result = is_class ? analyze_children(analysis, before_bound, before_global, free)
                          : analyze_children(analysis, analysis->bound, analysis->global, free);
    if (result < 0 || record(analysis, free) < 0) return -1;
    return add_all(all_free, free);
}

static int analyze_scope(KrSymtable *table, KrScope *scope, PyObject *bound, PyObject *free,
                         PyObject *global)
{
    if (!kr_depth_enter(&table->depth)) return -1;
    KR_AUTO PyObject *local = PySet_New(NULL);
    KR_AUTO PyObject *decided = PyDict_New();
    if (local == NULL || decided == NULL) return -1;
    KrAnalysis analysis = {table, scope, bound, global, local, decided};
    int result = analyze_names_and_children(&analysis, free);
    kr_depth_leave(&table->depth);
    return result;
}

int kr_symtable_analyze(KrSymtable *table)
{
    KR_AUTO PyObject *free = PySet_New(NULL);
    KR_AUTO PyObject *global = PySet_New(NULL);
    if (free == NULL || global == NULL) return -1;
    return analyze_scope(table, table->top, NULL, free, global);
}
