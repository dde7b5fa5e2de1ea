// code.c - making code objects: checks, interning, the layout of a frame's locals.
//
//   [ PyCodeObject | co_code_adaptive: the instructions, as the interpreter rewrites them ]
//
// (1) _co_code is the bytes object the code was made from; co_code_adaptive starts as a copy of
// it. (2) co_localsplusnames lists locals, then cells that are no arguments, then free variables;
//     co_localspluskinds says what each is.  All counts are derived from these two.
// (3) Every name in a table is an interned str, and so is every str constant that looks like an
// identifier.
//
// The Python type is in code_type.c, lines and positions in code_lines.c.
#include "bytecode/code.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#include "bytecode/opcodes.h"
#include "bytesobject.h"
#include "abstract.h"
#include "ceval.h"
#include "cpython/pyctype.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "pymem.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "setobject.h"
#include "tupleobject.h"
#include "unicodeobject.h"

// ---- interning ---------------------------------------------------------------------------------

static int intern_names(PyObject *names)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); i++) {
        PyObject *name = PyTuple_GET_ITEM(names, i);
        if (name == NULL || !PyUnicode_CheckExact(name)) {
            PyErr_SetString(PyExc_SystemError, "non-string found in code slot");
            return -1;
        }
        PyUnicode_InternInPlace(&((PyTupleObject *)names)->ob_item[i]);
    }
    return 0;
}

static int looks_like_identifier(PyObject *string)
{
    if (PyUnicode_READY(string) < 0 || !PyUnicode_IS_ASCII(string)) return 0;
    const unsigned char *text = PyUnicode_1BYTE_DATA(string);
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(string); i++)
        if (!Py_ISALNUM(text[i]) && text[i] != '_') return 0;
    return 1;
}

static int intern_constants(PyObject *constants, int *changed);

// Interns the strings of the frozenset in [slot], replacing it when one of them was replaced.
static int intern_frozenset(PyObject **slot)
{
    KR_AUTO PyObject *items = PySequence_Tuple(*slot);
    if (items == NULL) return -1;
    int changed = 0;
    if (intern_constants(items, &changed) < 0) return -1;
    if (!changed) return 0;
    PyObject *set = PyFrozenSet_New(items);
    if (set == NULL) return -1;
    PyObject *old = *slot;
    *slot = set;
    Py_DECREF(old);
    return 0;
}

static int intern_constants(PyObject *constants, int *changed)
{
    if (Py_EnterRecursiveCall(" while interning constants")) return -1;
    int result = 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(constants) && result == 0; i++) {
        PyObject **slot = &((PyTupleObject *)constants)->ob_item[i];
        PyObject *before = *slot;
        if (PyUnicode_CheckExact(before)) {
            if (looks_like_identifier(before)) PyUnicode_InternInPlace(slot);
        }
        else if (PyTuple_CheckExact(before)) result = intern_constants(before, changed);
        else if (PyFrozenSet_CheckExact(before)) result = intern_frozenset(slot);
        if (*slot != before) *changed = 1;
    }
    Py_LeaveRecursiveCall();
    return result;
}

// ---- checks ------------------------------------------------------------------------------------

typedef struct KrSlotCounts {
    int locals, plain_cells, cells, frees;
} KrSlotCounts;

static KrSlotCounts count_slots(PyObject *kinds)
{
    KrSlotCounts counts = {0, 0, 0, 0};
    for (Py_ssize_t i = 0; i < PyBytes_GET_SIZE(kinds); i++) {
        unsigned char kind = (unsigned char)PyBytes_AS_STRING(kinds)[i];
        counts.locals += kind & KR_SLOT_LOCAL ? 1 : 0;
        counts.cells += kind & KR_SLOT_CELL ? 1 : 0;
        counts.plain_cells += (kind & (KR_SLOT_CELL | KR_SLOT_LOCAL)) == KR_SLOT_CELL;
        counts.frees += kind & KR_SLOT_FREE ? 1 : 0;
    }
    return counts;
}

static int is_str(PyObject *object)
{
    return object != NULL && PyUnicode_Check(object);
}

static int is_tuple(PyObject *object)
{
    return object != NULL && PyTuple_Check(object);
}

static int is_bytes(PyObject *object)
{
    return object != NULL && PyBytes_Check(object);
}

int _PyCode_Validate(struct _PyCodeConstructor *parts)
{
    if (parts->argcount < parts->posonlyargcount || parts->posonlyargcount < 0 ||
        parts->kwonlyargcount < 0 || parts->stacksize < 0 || parts->flags < 0 ||
        !is_bytes(parts->code) || !is_tuple(parts->consts) || !is_tuple(parts->names) ||
        !is_tuple(parts->localsplusnames) || !is_bytes(parts->localspluskinds) ||
        PyTuple_GET_SIZE(parts->localsplusnames) != PyBytes_GET_SIZE(parts->localspluskinds) ||
        !is_str(parts->name) || !is_str(parts->qualname) || !is_str(parts->filename) ||
        !is_bytes(parts->linetable) || !is_bytes(parts->exceptiontable)) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (PyBytes_GET_SIZE(parts->code) > INT_MAX) {
        PyErr_SetString(PyExc_OverflowError, "code: co_code larger than INT_MAX");
        return -1;
    }
    if (PyBytes_GET_SIZE(parts->code) % (Py_ssize_t)sizeof(_Py_CODEUNIT) != 0) {
        PyErr_SetString(PyExc_ValueError, "code: co_code is malformed");
        return -1;
    }
    Py_ssize_t arguments = (Py_ssize_t)parts->argcount + parts->kwonlyargcount +
                           ((parts->flags & CO_VARARGS) != 0) +
                           ((parts->flags & CO_VARKEYWORDS) != 0);
    if (arguments > count_slots(parts->localspluskinds).locals) {
        PyErr_SetString(PyExc_ValueError, "code: co_varnames is too small");
        return -1;
    }
    return 0;
}

// ---- construction ------------------------------------------------------------------------------

static void fill_counts(PyCodeObject *code, struct _PyCodeConstructor *parts)
{
    KrSlotCounts counts = count_slots(parts->localspluskinds);
    code->co_flags = parts->flags;
    code->co_argcount = parts->argcount;
    code->co_posonlyargcount = parts->posonlyargcount;
    code->co_kwonlyargcount = parts->kwonlyargcount;
    code->co_stacksize = parts->stacksize;
    code->co_firstlineno = parts->firstlineno;
    code->co_nlocalsplus = (int)PyTuple_GET_SIZE(parts->localsplusnames);
    code->co_nlocals = counts.locals;
    code->co_nplaincellvars = counts.plain_cells;
    code->co_ncellvars = counts.cells;
    code->co_nfreevars = counts.frees;
}

static void fill_objects(PyCodeObject *code, struct _PyCodeConstructor *parts)
{
    code->co_filename = Py_NewRef(parts->filename);
    code->co_name = Py_NewRef(parts->name);
    code->co_qualname = Py_NewRef(parts->qualname);
    code->co_linetable = Py_NewRef(parts->linetable);
    code->co_consts = Py_NewRef(parts->consts);
    code->co_names = Py_NewRef(parts->names);
    code->co_localsplusnames = Py_NewRef(parts->localsplusnames);
    code->co_localspluskinds = Py_NewRef(parts->localspluskinds);
    code->co_exceptiontable = Py_NewRef(parts->exceptiontable);
    code->_co_code = Py_NewRef(parts->code);
}

// The prologue (closure set-up, making a generator) ends at RESUME; nothing before it is traced.
static int find_first_traceable(PyCodeObject *code)
{
    const _Py_CODEUNIT *words = (const _Py_CODEUNIT *)code->co_code_adaptive;
    int index = 0;
    while (index < Py_SIZE(code) && _Py_OPCODE(words[index]) != OP_RESUME) index++;
    return index;
}

// New table with the lines only, for `-X no_debug_ranges`.
static PyObject *without_columns(PyObject *table, int first_line)
{
    Py_ssize_t size = PyBytes_GET_SIZE(table);
    uint8_t *start = PyMem_Malloc((size_t)size * 2 + KR_LOCATION_ENTRY_MAX);
    if (start == NULL) return PyErr_NoMemory();
    uint8_t *output = start;
    int running_line = first_line;
    KrLocationReader reader;
    kr_locations_start(&reader, PyBytes_AS_STRING(table), (size_t)size, first_line);
    while (kr_locations_next(&reader)) {
        KrLocation line = {reader.location.line, reader.location.line, -1, -1};
        output = kr_locations_write(output, line, (reader.end - reader.start) / 2, &running_line);
    }
    PyObject *result = PyBytes_FromStringAndSize((const char *)start, output - start);
    PyMem_Free(start);
    return result;
}

static int drop_columns(PyCodeObject *code)
{
    PyObject *table = without_columns(code->co_linetable, code->co_firstlineno);
    if (table == NULL) return -1;
    Py_SETREF(code->co_linetable, table);
    return 0;
}

PyCodeObject *_PyCode_New(struct _PyCodeConstructor *parts)
{
    if (_PyCode_Validate(parts) < 0) return NULL;
    int changed = 0;
    if (intern_names(parts->names) < 0 || intern_constants(parts->consts, &changed) < 0 ||
        intern_names(parts->localsplusnames) < 0)
        return NULL;
    Py_ssize_t size = PyBytes_GET_SIZE(parts->code);
    PyCodeObject *code =
        PyObject_NewVar(PyCodeObject, &PyCode_Type, size / (Py_ssize_t)sizeof(_Py_CODEUNIT));
    if (code == NULL) return NULL;
    fill_counts(code, parts);
    fill_objects(code, parts);
    code->co_warmup = KR_CODE_INITIAL_WARMUP;
    code->_co_linearray_entry_size = 0;
    code->_co_linearray = NULL;
    code->co_extra = NULL;
    code->co_weakreflist = NULL;
    memcpy(code->co_code_adaptive, PyBytes_AS_STRING(parts->code), (size_t)size);
    code->_co_firsttraceable = find_first_traceable(code);
    if (!kr_interpreter_current()->config.code_debug_ranges && drop_columns(code) < 0) {
        Py_DECREF(code);
        return NULL;
    }
    return code;
}

// ---- from separate lists of names --------------------------------------------------------------

static int find_name(PyObject *const *names, Py_ssize_t count, PyObject *name)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        int equal = PyUnicode_Compare(names[i], name);
        if (equal == -1 && PyErr_Occurred()) return -2;
        if (equal == 0) return (int)i;
    }
    return -1;
}

// Lays out the frame's locals as invariant (2) says; [ret_names] and [ret_kinds] are new.
static int lay_out_slots(PyObject *locals, PyObject *cells, PyObject *frees, PyObject **ret_names,
                         PyObject **ret_kinds)
{
    Py_ssize_t local_count = PyTuple_GET_SIZE(locals), free_count = PyTuple_GET_SIZE(frees);
    Py_ssize_t most = local_count + PyTuple_GET_SIZE(cells) + free_count;
    KR_AUTO PyObject *names = PyTuple_New(most);
    KR_AUTO PyObject *kinds = PyBytes_FromStringAndSize(NULL, most);
    if (names == NULL || kinds == NULL) return -1;
    PyObject **items = ((PyTupleObject *)names)->ob_item;
    char *kind = PyBytes_AS_STRING(kinds);
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0; i < local_count; i++) {
        items[count] = Py_NewRef(PyTuple_GET_ITEM(locals, i));
        kind[count++] = KR_SLOT_LOCAL;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(cells); i++) {
        PyObject *name = PyTuple_GET_ITEM(cells, i);
        int local = find_name(items, local_count, name);
        if (local == -2) return -1;
        if (local >= 0) {
            kind[local] |= KR_SLOT_CELL;
            continue;
        }
        items[count] = Py_NewRef(name);
        kind[count++] = KR_SLOT_CELL;
    }
    for (Py_ssize_t i = 0; i < free_count; i++) {
        items[count] = Py_NewRef(PyTuple_GET_ITEM(frees, i));
        kind[count++] = (char)KR_SLOT_FREE;
    }
    *ret_kinds = PyBytes_FromStringAndSize(kind, count);
    *ret_names = PyTuple_GetSlice(names, 0, count);
    if (*ret_kinds != NULL && *ret_names != NULL) return 0;
    Py_CLEAR(*ret_kinds);
    Py_CLEAR(*ret_names);
    return -1;
}

// The signature is CPython's.
PyCodeObject *PyCode_NewWithPosOnlyArgs(int argcount, int posonlyargcount, int kwonlyargcount,
                                        int nlocals, int stacksize, int flags, PyObject *code,
                                        PyObject *consts, PyObject *names, PyObject *varnames,
                                        PyObject *freevars, PyObject *cellvars, PyObject *filename,
                                        PyObject *name, PyObject *qualname, int firstlineno,
                                        PyObject *linetable, PyObject *exceptiontable)
{
    if (!is_tuple(varnames) || !is_tuple(cellvars) || !is_tuple(freevars)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (PyTuple_GET_SIZE(varnames) != nlocals) {
        PyErr_SetString(PyExc_ValueError, "code: co_nlocals != len(co_varnames)");
        return NULL;
    }
    KR_AUTO PyObject *slot_names = NULL;
    KR_AUTO PyObject *slot_kinds = NULL;
    if (lay_out_slots(varnames, cellvars, freevars, &slot_names, &slot_kinds) < 0) return NULL;
    struct _PyCodeConstructor parts = {
        .filename = filename,
        .name = name,
        .qualname = qualname,
        .flags = flags,
        .code = code,
        .firstlineno = firstlineno,
        .linetable = linetable,
        .consts = consts,
        .names = names,
        .localsplusnames = slot_names,
        .localspluskinds = slot_kinds,
        .argcount = argcount,
        .posonlyargcount = posonlyargcount,
        .kwonlyargcount = kwonlyargcount,
        .stacksize = stacksize,
        .exceptiontable = exceptiontable,
    };
    return _PyCode_New(&parts);
}

PyCodeObject *PyCode_New(int argcount, int kwonlyargcount, int nlocals, int stacksize, int flags,
                         PyObject *code, PyObject *consts, PyObject *names, PyObject *varnames,
                         PyObject *freevars, PyObject *cellvars, PyObject *filename,
                         PyObject *name, PyObject *qualname, int firstlineno, PyObject *linetable,
                         PyObject *exceptiontable)
{
    return PyCode_NewWithPosOnlyArgs(argcount, 0, kwonlyargcount, nlocals, stacksize, flags, code,
                                     consts, names, varnames, freevars, cellvars, filename, name,
                                     qualname, firstlineno, linetable, exceptiontable);
}

// A code object that raises AssertionError when run: a place for tracebacks of C code to point to.
PyCodeObject *PyCode_NewEmpty(const char *filename, const char *function_name, int first_line)
{
    static const unsigned char body[] = {
        OP_RESUME, KR_RESUME_FUNCTION_START, OP_LOAD_ASSERTION_ERROR, 0, OP_RAISE_VARARGS, 1};
    uint8_t lines[KR_LOCATION_ENTRY_MAX];
    int running_line = first_line;
    KrLocation location = {first_line, first_line, -1, -1};
    uint8_t *lines_end = kr_locations_write(lines, location, (int)sizeof body / 2, &running_line);

    KR_AUTO PyObject *name = PyUnicode_FromString(function_name);
    KR_AUTO PyObject *file = PyUnicode_DecodeFSDefault(filename);
    KR_AUTO PyObject *code = PyBytes_FromStringAndSize((const char *)body, sizeof body);
    KR_AUTO PyObject *table = PyBytes_FromStringAndSize((const char *)lines, lines_end - lines);
    KR_AUTO PyObject *no_objects = PyTuple_New(0);
    KR_AUTO PyObject *no_bytes = PyBytes_FromStringAndSize(NULL, 0);
    if (!name || !file || !code || !table || !no_objects || !no_bytes) return NULL;
    struct _PyCodeConstructor parts = {
        .filename = file,
        .name = name,
        .qualname = name,
        .code = code,
        .firstlineno = first_line,
        .linetable = table,
        .consts = no_objects,
        .names = no_objects,
        .localsplusnames = no_objects,
        .localspluskinds = no_bytes,
        .stacksize = 1,
        .exceptiontable = no_bytes,
    };
    return _PyCode_New(&parts);
}

// ---- parts -------------------------------------------------------------------------------------

PyObject *PyCode_GetCode(PyCodeObject *code)
{
    assert(code->_co_code != NULL);
    return Py_NewRef(code->_co_code);
}

static PyObject *slot_names_of_kind(PyCodeObject *code, int kind, int count)
{
    PyObject *names = PyTuple_New(count);
    if (names == NULL) return NULL;
    for (Py_ssize_t i = 0, next = 0; i < code->co_nlocalsplus; i++) {
        if (!(kr_code_slot_kind(code, i) & kind)) continue;
        assert(next < count);
        PyTuple_SET_ITEM(names, next++, Py_NewRef(kr_code_slot_name(code, i)));
    }
    return names;
}

PyObject *PyCode_GetVarnames(PyCodeObject *code)
{
    return slot_names_of_kind(code, KR_SLOT_LOCAL, code->co_nlocals);
}

PyObject *PyCode_GetCellvars(PyCodeObject *code)
{
    return slot_names_of_kind(code, KR_SLOT_CELL, code->co_ncellvars);
}

PyObject *PyCode_GetFreevars(PyCodeObject *code)
{
    return slot_names_of_kind(code, KR_SLOT_FREE, code->co_nfreevars);
}

// Nothing to do: the compiler has optimised already.
PyObject *PyCode_Optimize(PyObject *code, PyObject *consts, PyObject *names, PyObject *line_table)
{
    return Py_NewRef(code);
}
