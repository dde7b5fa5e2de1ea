// arguments.h - what the bindings written by tools/methods.py call: sorting a call's arguments
// into parameters, and converting one argument to a C type.
//
// Every converter touches its result on success only: 0, or -1 with an exception.
// [who] is the function's name and [place] "argument", "argument 2" or "argument 'sep'".
#ifndef KR_OBJECTS_MODEL_ARGUMENTS_H
#define KR_OBJECTS_MODEL_ARGUMENTS_H

#include "object.h"
#include "abstract.h"
#include "bytearrayobject.h"
#include "bytesobject.h"
#include "complexobject.h"
#include "descrobject.h"
#include "dictobject.h"
#include "listobject.h"
#include "methodobject.h"
#include "modsupport.h"
#include "tupleobject.h"
#include "unicodeobject.h"

#include "runtime/marks.h"
#include "runtime/owned.h"

typedef struct KrSignature {
    const char *function;            // for messages
    const char *const *names;        // one for each named parameter, in order
    int positional_only;             // the first so many cannot be given by name
    int positional;                  // the first so many can be given by position
    int count;                       // all named parameters, the rest are keyword-only
    unsigned long long required;     // bit i: parameter i has no default
    int has_rest;                    // *args: more positional arguments are fine
    int has_extra;                   // **kwargs: unknown keywords are collected
} KrSignature;

// Sorts a vectorcall's arguments into [slots], one for each named parameter, borrowed; NULL where
// absent.  With has_extra [ret_extra] receives a new dict, or NULL if nothing was left over.
int kr_arguments_bind(const KrSignature *signature, PyObject *const *args, Py_ssize_t nargs,
                      PyObject *kwnames, PyObject **slots, PyObject **ret_extra);
// The same from a tuple and a dict (or NULL), as tp_new and tp_init receive them.
int kr_arguments_bind_dict(const KrSignature *signature, PyObject *tuple, PyObject *kwargs,
                           PyObject **slots, PyObject **ret_extra);
// New tuple of args[first..nargs).
PyObject *kr_arguments_rest(PyObject *const *args, Py_ssize_t nargs, Py_ssize_t first);

int kr_argument_ssize(PyObject *value, Py_ssize_t *ret);
int kr_argument_ssize_or_none(PyObject *value, Py_ssize_t *ret);
int kr_argument_slice_index(PyObject *value, Py_ssize_t *ret);
int kr_argument_byte(PyObject *value, unsigned char *ret);
int kr_argument_short(PyObject *value, short *ret);
int kr_argument_int(PyObject *value, int *ret);
int kr_argument_uint(PyObject *value, unsigned int *ret);
int kr_argument_long(PyObject *value, long *ret);
int kr_argument_ulong(PyObject *value, unsigned long *ret);
int kr_argument_llong(PyObject *value, long long *ret);
int kr_argument_ullong(PyObject *value, unsigned long long *ret);
int kr_argument_uint_mask(PyObject *value, unsigned int *ret);
int kr_argument_ulong_mask(PyObject *value, unsigned long *ret);
int kr_argument_bool(PyObject *value, int *ret);
int kr_argument_double(PyObject *value, double *ret);
#define kr_argument_float kr_argument_double
int kr_argument_complex(PyObject *value, Py_complex *ret);
int kr_argument_fd(PyObject *value, int *ret);
int kr_argument_cstr(PyObject *value, const char **ret, const char *who, const char *place);
int kr_argument_cstr_or_none(PyObject *value, const char **ret, const char *who,
                             const char *place);
int kr_argument_char(PyObject *value, int *ret, const char *who, const char *place);
int kr_argument_check(PyObject *value, PyTypeObject *type, const char *who, const char *place);
int kr_argument_buffer(PyObject *value, Py_buffer *ret, const char *who, const char *place);
int kr_argument_wbuffer(PyObject *value, Py_buffer *ret, const char *who, const char *place);
int kr_argument_strbuffer(PyObject *value, Py_buffer *ret, const char *who, const char *place);

static inline void kr_buffer_release(Py_buffer *buffer)
{
    if (buffer->obj != NULL) PyBuffer_Release(buffer);
}

#define KR_AUTO_BUFFER __attribute__((cleanup(kr_buffer_release)))

static inline PyObject *const *kr_tuple_items(PyObject *tuple)
{
    return ((PyTupleObject *)tuple)->ob_item;
}

static inline Py_ssize_t kr_tuple_length(PyObject *tuple)
{
    return ((PyVarObject *)tuple)->ob_size;
}

// True unless a class body between [type] and its builtin base has a __new__: that one may take
// more arguments.
static inline int kr_has_builtin_new(PyTypeObject *type)
{
    PyTypeObject *base = type;
    while (base->tp_flags & Py_TPFLAGS_HEAPTYPE) base = base->tp_base;
    return type->tp_new == base->tp_new;
}

static inline Py_ssize_t kr_smaller(Py_ssize_t first, Py_ssize_t second)
{
    return first < second ? first : second;
}

#endif
