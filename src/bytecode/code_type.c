// code_type.c - the Python type `code`: attributes, replace, comparison, hash.
//
// Equal means: same name, arguments, flags, first line, instructions, names, tables, and constants
// equal by their keys (1, 1.0 and True differ).  Making code objects is in code.c.
#include "bytecode/code.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#include "bytecode/code_extra.h"
#include "bytecode/code_lines.h"
#include "boolobject.h"
#include "bytesobject.h"
#include "longobject.h"
#include "object.h"
#include "objects/model/arguments.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "pystate.h"
#include "runtime/owned.h"
#include "setobject.h"
#include "structmember.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "weakrefobject.h"

// ---- construction from Python ------------------------------------------------------------------

static int check_not_negative(int value, const char *message)
{
    if (value >= 0) return 0;
    PyErr_SetString(PyExc_ValueError, message);
    return -1;
}

// A tuple of exact str with the names of [names].
static PyObject *copy_names(PyObject *names)
{
    KR_AUTO PyObject *copy = PyTuple_New(PyTuple_GET_SIZE(names));
    if (copy == NULL) return NULL;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); i++) {
        PyObject *name = PyTuple_GET_ITEM(names, i);
        if (!PyUnicode_Check(name)) {
            PyErr_Format(PyExc_TypeError, "name tuples must contain only strings, not '%.500s'",
                         Py_TYPE(name)->tp_name);
            return NULL;
        }
        PyObject *exact = PyUnicode_CheckExact(name) ? Py_NewRef(name)
            : PyUnicode_FromObject(name);
        if (exact == NULL) return NULL;
        PyTuple_SET_ITEM(copy, i, exact);
    }
    return kr_take(copy);
}

CONSTRUCTOR(code, "argcount: int, posonlyargcount: int, kwonlyargcount: int, nlocals: int, "
            "stacksize: int, flags: int, codestring: bytes, constants: tuple, names: tuple, "
            "varnames: tuple, filename: str, name: str, qualname: str, firstlineno: int, "
            "linetable: bytes, exceptiontable: bytes, freevars: tuple = NULL, cellvars: tuple = "
            "NULL, /",
            "Create a code object.  Not for the faint of heart.")
static PyObject *code_new(PyTypeObject *type, int argcount, int posonlyargcount,
                          int kwonlyargcount, int nlocals, int stacksize, int flags,
                          PyObject *codestring, PyObject *constants, PyObject *names,
                          PyObject *varnames, PyObject *filename,
                          PyObject *name, PyObject *qualname, int firstlineno, PyObject *linetable,
                          PyObject *exceptiontable, PyObject *freevars, PyObject *cellvars)
{
    if (check_not_negative(argcount, "code: argcount must not be negative") < 0 ||
        check_not_negative(posonlyargcount, "code: posonlyargcount must not be negative") < 0 ||
        check_not_negative(kwonlyargcount, "code: kwonlyargcount must not be negative") < 0 ||
        check_not_negative(nlocals, "code: nlocals must not be negative") < 0)
        return NULL;
    KR_AUTO PyObject *nothing = PyTuple_New(0);
    if (nothing == NULL) return NULL;
    KR_AUTO PyObject *own_names = copy_names(names);
    if (own_names == NULL) return NULL;
    KR_AUTO PyObject *own_varnames = copy_names(varnames);
    if (own_varnames == NULL) return NULL;
    KR_AUTO PyObject *own_freevars = copy_names(freevars ? freevars : nothing);
    if (own_freevars == NULL) return NULL;
    KR_AUTO PyObject *own_cellvars = copy_names(cellvars ? cellvars : nothing);
    if (own_cellvars == NULL) return NULL;
    return (PyObject *)PyCode_NewWithPosOnlyArgs(
            argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, codestring,
            constants, own_names, own_varnames, own_freevars, own_cellvars, filename, name,
            qualname, firstlineno, linetable, exceptiontable);
}

static void code_dealloc(PyCodeObject *code)
{
    if (code->co_weakreflist != NULL) PyObject_ClearWeakRefs((PyObject *)code);
    kr_code_extra_clear(code);
    Py_XDECREF(code->co_consts);
    Py_XDECREF(code->co_names);
    Py_XDECREF(code->co_localsplusnames);
    Py_XDECREF(code->co_localspluskinds);
    Py_XDECREF(code->co_filename);
    Py_XDECREF(code->co_name);
    Py_XDECREF(code->co_qualname);
    Py_XDECREF(code->co_linetable);
    Py_XDECREF(code->co_exceptiontable);
    Py_XDECREF(code->_co_code);
    PyMem_Free(code->_co_linearray);
    PyObject_Free(code);
}

// ---- text, equality, hash ----------------------------------------------------------------------

static PyObject *code_repr(PyCodeObject *code)
{
    int line = code->co_firstlineno != 0 ? code->co_firstlineno : -1;
    if (code->co_filename != NULL && PyUnicode_Check(code->co_filename))
        return PyUnicode_FromFormat("<code object %U at %p, file \"%U\", line %d>", code->co_name,
                                    code, code->co_filename, line);
    return PyUnicode_FromFormat("<code object %U at %p, file ???, line %d>", code->co_name, code,
                                line);
}

static int same_constants(PyCodeObject *a, PyCodeObject *b)
{
    KR_AUTO PyObject *key_a = _PyCode_ConstantKey(a->co_consts);
    if (key_a == NULL) return -1;
    KR_AUTO PyObject *key_b = _PyCode_ConstantKey(b->co_consts);
    if (key_b == NULL) return -1;
    return PyObject_RichCompareBool(key_a, key_b, Py_EQ);
}

// 1 equal, 0 not, -1 error.
static int codes_equal(PyCodeObject *a, PyCodeObject *b)
{
    if (a == b) return 1;
    if (a->co_argcount != b->co_argcount || a->co_posonlyargcount != b->co_posonlyargcount ||
        a->co_kwonlyargcount != b->co_kwonlyargcount || a->co_flags != b->co_flags ||
        a->co_firstlineno != b->co_firstlineno || Py_SIZE(a) != Py_SIZE(b))
        return 0;
    PyObject *pairs[][2] = {
        {a->co_name, b->co_name},
        {a->_co_code, b->_co_code},
        {a->co_names, b->co_names},
        {a->co_localsplusnames, b->co_localsplusnames},
        {a->co_linetable, b->co_linetable},
        {a->co_exceptiontable, b->co_exceptiontable},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        int equal = PyObject_RichCompareBool(pairs[i][0], pairs[i][1], Py_EQ);
        if (equal <= 0) return equal;
    }
    return same_constants(a, b);
}

static PyObject *code_richcompare(PyObject *self, PyObject *other, int operator)
{
    if ((operator != Py_EQ && operator != Py_NE) || !PyCode_Check(self) || !PyCode_Check(other))
        Py_RETURN_NOTIMPLEMENTED;
    int equal = codes_equal((PyCodeObject *)self, (PyCodeObject *)other);
    if (equal < 0) return NULL;
    return PyBool_FromLong(equal == (operator == Py_EQ));
}

static Py_hash_t code_hash(PyCodeObject *code)
{
    PyObject *parts[] = {
        code->co_name, code->co_consts, code->co_names, code->co_localsplusnames,
        code->co_linetable, code->co_exceptiontable, code->_co_code,
    };
    Py_uhash_t hash = (Py_uhash_t)(code->co_argcount ^ code->co_posonlyargcount
                                   ^ code->co_kwonlyargcount ^ code->co_flags);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        Py_hash_t part = PyObject_Hash(parts[i]);
        if (part == -1) return -1;
        hash = hash * 1000003u ^ (Py_uhash_t)part;
    }
    return (Py_hash_t)hash == -1 ? -2 : (Py_hash_t)hash;
}

// ---- attributes --------------------------------------------------------------------------------

#define MEMBER(name, type) {#name, type, offsetof(PyCodeObject, name), READONLY, NULL}

static PyMemberDef code_members[] = {
    MEMBER(co_argcount, T_INT),
    MEMBER(co_posonlyargcount, T_INT),
    MEMBER(co_kwonlyargcount, T_INT),
    MEMBER(co_stacksize, T_INT),
    MEMBER(co_flags, T_INT),
    MEMBER(co_nlocals, T_INT),
    MEMBER(co_consts, T_OBJECT),
    MEMBER(co_names, T_OBJECT),
    MEMBER(co_filename, T_OBJECT),
    MEMBER(co_name, T_OBJECT),
    MEMBER(co_qualname, T_OBJECT),
    MEMBER(co_firstlineno, T_INT),
    MEMBER(co_linetable, T_OBJECT),
    MEMBER(co_exceptiontable, T_OBJECT),
    {NULL},
};

GETTER(co_lnotab, NULL)
static PyObject *code_get_co_lnotab(PyCodeObject *self)
{
    return kr_code_lnotab(self);
}

// The interpreter's own copy has instructions that nobody else knows: what is seen is the
// original.
GETTER(_co_code_adaptive, NULL)
static PyObject *code_get__co_code_adaptive(PyCodeObject *self)
{
    return PyCode_GetCode(self);
}

GETTER(co_varnames, NULL)
static PyObject *code_get_co_varnames(PyCodeObject *self)
{
    return PyCode_GetVarnames(self);
}

GETTER(co_cellvars, NULL)
static PyObject *code_get_co_cellvars(PyCodeObject *self)
{
    return PyCode_GetCellvars(self);
}

GETTER(co_freevars, NULL)
static PyObject *code_get_co_freevars(PyCodeObject *self)
{
    return PyCode_GetFreevars(self);
}

GETTER(co_code, NULL)
static PyObject *code_get_co_code(PyCodeObject *self)
{
    return PyCode_GetCode(self);
}

METHOD(__sizeof__, "self, /", NULL)
static PyObject *code___sizeof__(PyCodeObject *self)
{
    size_t size = (size_t)Py_TYPE(self)->tp_basicsize
        + (size_t)Py_SIZE(self) * sizeof(_Py_CODEUNIT);
    return PyLong_FromSize_t(size + kr_code_extra_size(self));
}

METHOD(co_lines, "self, /", NULL)
static PyObject *code_co_lines(PyCodeObject *self)
{
    return kr_code_lines(self);
}

METHOD(co_positions, "self, /", NULL)
static PyObject *code_co_positions(PyCodeObject *self)
{
    return kr_code_positions(self);
}

METHOD(_varname_from_oparg, "self, oparg: int",
       "(internal-only) Return the local variable name for the given oparg.\n"
       "\n"
       "WARNING: this method is for internal use only and may change or go away.")
static PyObject *code__varname_from_oparg(PyCodeObject *self, int oparg)
{
    return Py_XNewRef(PyTuple_GetItem(self->co_localsplusnames, oparg));
}

// ---- replace -----------------------------------------------------------------------------------

// Puts the field's present value where [value] says "not given"; refuses other negative numbers.
static int fill_number(int *value, int present, const char *name)
{
    if (*value == -1) *value = present;
    if (*value >= 0 || *value == present) return 0;
    PyErr_Format(PyExc_ValueError, "%s must be a positive integer", name);
    return -1;
}

// A new reference to [given], or to the field's present value when nothing was given.
static PyObject *given_or(PyObject *given, PyObject *present)
{
    return Py_NewRef(given == Py_None ? present : given);
}

static PyObject *names_given_or(PyObject *given, PyObject *(*present)(PyCodeObject *),
                                PyCodeObject *code)
{
    return given == Py_None ? present(code) : Py_NewRef(given);
}

METHOD(replace, "self, /, *, co_argcount: int = -1, co_posonlyargcount: int = -1, "
       "co_kwonlyargcount: int = -1, co_nlocals: int = -1, co_stacksize: int = -1, co_flags: "
       "int = -1, co_firstlineno: int = -1, co_code: bytes? = None, co_consts: tuple? = None, "
       "co_names: tuple? = None, co_varnames: tuple? = None, co_freevars: tuple? = None, "
       "co_cellvars: tuple? = None, co_filename: str? = None, co_name: str? = None, "
       "co_qualname: str? = None, co_linetable: bytes? = None, co_exceptiontable: bytes? = None",
       "Return a copy of the code object with new values for the specified fields.")
static PyObject *code_replace(
        PyCodeObject *self, int co_argcount, int co_posonlyargcount, int co_kwonlyargcount,
        int co_nlocals, int co_stacksize, int co_flags, int co_firstlineno, PyObject *co_code,
        PyObject *co_consts, PyObject *co_names, PyObject *co_varnames, PyObject *co_freevars,
        PyObject *co_cellvars, PyObject *co_filename, PyObject *co_name, PyObject *co_qualname,
        PyObject *co_linetable, PyObject *co_exceptiontable)
{
    if (fill_number(&co_argcount, self->co_argcount, "co_argcount") < 0 ||
        fill_number(&co_posonlyargcount, self->co_posonlyargcount, "co_posonlyargcount") < 0 ||
        fill_number(&co_kwonlyargcount, self->co_kwonlyargcount, "co_kwonlyargcount") < 0 ||
        fill_number(&co_nlocals, self->co_nlocals, "co_nlocals") < 0 ||
        fill_number(&co_stacksize, self->co_stacksize, "co_stacksize") < 0 ||
        fill_number(&co_flags, self->co_flags, "co_flags") < 0 ||
        fill_number(&co_firstlineno, self->co_firstlineno, "co_firstlineno") < 0)
        return NULL;
    KR_AUTO PyObject *code = given_or(co_code, self->_co_code);
    KR_AUTO PyObject *varnames = names_given_or(co_varnames, PyCode_GetVarnames, self);
    KR_AUTO PyObject *cellvars = names_given_or(co_cellvars, PyCode_GetCellvars, self);
    KR_AUTO PyObject *freevars = names_given_or(co_freevars, PyCode_GetFreevars, self);
    if (varnames == NULL || cellvars == NULL || freevars == NULL) return NULL;
    KR_AUTO PyObject *consts = given_or(co_consts, self->co_consts);
    KR_AUTO PyObject *names = given_or(co_names, self->co_names);
    KR_AUTO PyObject *filename = given_or(co_filename, self->co_filename);
    KR_AUTO PyObject *name = given_or(co_name, self->co_name);
    KR_AUTO PyObject *qualname = given_or(co_qualname, self->co_qualname);
    KR_AUTO PyObject *linetable = given_or(co_linetable, self->co_linetable);
    KR_AUTO PyObject *exceptiontable = given_or(co_exceptiontable, self->co_exceptiontable);
    return (PyObject *)PyCode_NewWithPosOnlyArgs(
            co_argcount, co_posonlyargcount, co_kwonlyargcount, co_nlocals, co_stacksize,
            co_flags, code, consts, names, varnames, freevars, cellvars, filename, name, qualname,
            co_firstlineno, linetable, exceptiontable);
}

#include "bytecode/code_type.methods.h"

PyTypeObject PyCode_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "code",
    .tp_basicsize = offsetof(PyCodeObject, co_code_adaptive),
    .tp_itemsize = sizeof(_Py_CODEUNIT),
    .tp_dealloc = (destructor)code_dealloc,
    .tp_repr = (reprfunc)code_repr,
    .tp_hash = (hashfunc)code_hash,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = code_doc,
    .tp_richcompare = code_richcompare,
    .tp_weaklistoffset = offsetof(PyCodeObject, co_weakreflist),
    .tp_methods = code_methods,
    .tp_members = code_members,
    .tp_getset = code_getset,
    .tp_new = code_tp_new,
};
