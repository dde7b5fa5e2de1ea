// binding_errors.c - the TypeErrors of calls to Python functions.
#include "vm/binding_errors.h"

#include "abstract.h"
#include "listobject.h"
#include "objects/errors/raise.h"
#include "pyerrors.h"
#include "runtime/owned.h"
#include "tupleobject.h"
#include "unicodeobject.h"

// "'a'", "'a' and 'b'", "'a', 'b', and 'c'" from a list of reprs.
static PyObject *join_names(PyObject *names)
{
    Py_ssize_t count = PyList_GET_SIZE(names);
    assert(count > 0);
    if (count == 1) return Py_NewRef(PyList_GET_ITEM(names, 0));
    PyObject *last = PyList_GET_ITEM(names, count - 1),
        *before_last = PyList_GET_ITEM(names, count - 2);
    if (count == 2) return PyUnicode_FromFormat("%U and %U", before_last, last);
    KR_AUTO PyObject *first = PyList_GetSlice(names, 0, count - 1);
    KR_AUTO PyObject *comma = PyUnicode_FromString(", ");
    if (first == NULL || comma == NULL) return NULL;
    KR_AUTO PyObject *joined = PyUnicode_Join(comma, first);
    if (joined == NULL) return NULL;
    return PyUnicode_FromFormat("%U, and %U", joined, last);
}

static int append_repr(PyObject *list, PyObject *name)
{
    KR_AUTO PyObject *repr = PyObject_Repr(name);
    return repr == NULL ? -1 : PyList_Append(list, repr);
}

int kr_binding_errors_missing(PyFunctionObject *function, const KrWord *locals, bool keyword_only)
{
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    Py_ssize_t defaults = function->func_defaults == NULL ? 0
        : PyTuple_GET_SIZE(function->func_defaults);
    Py_ssize_t first = keyword_only ? code->co_argcount : 0;
    Py_ssize_t end = keyword_only ? code->co_argcount + code->co_kwonlyargcount
        : code->co_argcount - defaults;
    KR_AUTO PyObject *names = PyList_New(0);
    if (names == NULL) return -1;
    for (Py_ssize_t i = first; i < end; i++)
        if (kr_word_is_unbound(locals[i]) && append_repr(names, kr_code_slot_name(code, i)) < 0)
            return -1;
    KR_AUTO PyObject *joined = join_names(names);
    if (joined == NULL) return -1;
    Py_ssize_t count = PyList_GET_SIZE(names);
    return kr_raise_int(PyExc_TypeError, "%U() missing %zd required %s argument%s: %U",
                        function->func_qualname, count, keyword_only ? "keyword-only"
                        : "positional", count == 1 ? "" : "s", joined);
}

int kr_binding_errors_too_many(PyFunctionObject *function, const KrWord *locals, Py_ssize_t given)
{
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    Py_ssize_t wanted = code->co_argcount, keyword_only = 0;
    for (Py_ssize_t i = wanted; i < wanted + code->co_kwonlyargcount; i++)
        keyword_only += !kr_word_is_unbound(locals[i]);
    Py_ssize_t defaults = function->func_defaults == NULL ? 0
        : PyTuple_GET_SIZE(function->func_defaults);
    bool plural = defaults > 0 || wanted != 1;
    KR_AUTO PyObject *takes = defaults > 0
        ? PyUnicode_FromFormat("from %zd to %zd", wanted - defaults, wanted)
        : PyUnicode_FromFormat("%zd", wanted);
    KR_AUTO PyObject *keywords = keyword_only > 0
        ? PyUnicode_FromFormat(" positional argument%s (and %zd keyword-only argument%s)",
                               given != 1 ? "s" : "", keyword_only, keyword_only != 1 ? "s" : "")
        : PyUnicode_FromString("");
    if (takes == NULL || keywords == NULL) return -1;
    return kr_raise_int(PyExc_TypeError, "%U() takes %U positional argument%s but %zd%U %s given",
                        function->func_qualname, takes, plural ? "s" : "", given, keywords,
                        given == 1 && keyword_only == 0 ? "was" : "were");
}

// Names among [keyword_names] of positional-only parameters, as "a, b"; NULL: none (or with an
// exception).
static PyObject *positional_only_names(PyCodeObject *code, PyObject *keyword_names)
{
    KR_AUTO PyObject *found = PyList_New(0);
    if (found == NULL) return NULL;
    for (int i = 0; i < code->co_posonlyargcount; i++) {
        int given = PySequence_Contains(keyword_names, kr_code_slot_name(code, i));
        if (given < 0 || (given && PyList_Append(found, kr_code_slot_name(code, i)) < 0))
            return NULL;
    }
    if (PyList_GET_SIZE(found) == 0) return NULL;
    KR_AUTO PyObject *comma = PyUnicode_FromString(", ");
    return comma == NULL ? NULL : PyUnicode_Join(comma, found);
}

int kr_binding_errors_unexpected_keyword(PyFunctionObject *function, PyObject *name,
                                         PyObject *keyword_names)
{
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    KR_AUTO PyObject *given = positional_only_names(code, keyword_names);
    if (given == NULL && PyErr_Occurred()) return -1;
    if (given != NULL)
        return kr_raise_int(PyExc_TypeError, "%U() got some positional-only arguments passed as "
                            "keyword arguments: '%U'", function->func_qualname, given);
    return kr_raise_int(PyExc_TypeError, "%U() got an unexpected keyword argument '%S'",
                        function->func_qualname, name);
}
