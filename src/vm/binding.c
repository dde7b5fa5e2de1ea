// binding.c - arguments of a call to a Python function, bound to the locals of a new frame.
//
//     locals:  [ positional-only | positional or keyword | keyword-only | *args | **kwargs | other
//     locals ]
//
// (1) Every word of the locals is set before anything can fail in a way that clears the frame.
// (2) Argument references are taken over in all cases.
// Messages are in binding_errors.c.
#include "vm/binding.h"

#include "abstract.h"
#include "dictobject.h"
#include "pyerrors.h"
#include "runtime/owned.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "vm/binding_errors.h"

static void release_words(KrWord *words, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++) kr_word_release(words[i]);
}

// Index of parameter [name] from [first] on, -1: none, -2: exception.
static Py_ssize_t find_parameter(PyCodeObject *code, PyObject *name, Py_ssize_t first)
{
    PyObject **names = ((PyTupleObject *)code->co_localsplusnames)->ob_item;
    Py_ssize_t count = code->co_argcount + code->co_kwonlyargcount;
    for (Py_ssize_t i = first; i < count; i++)
        if (names[i] == name) return i;
    for (Py_ssize_t i = first; i < count; i++) {
        int equal = PyObject_RichCompareBool(name, names[i], Py_EQ);
        if (equal != 0) return equal < 0 ? -2 : i;
    }
    return -1;
}

// Binds one keyword argument; the reference to [value] is taken over.
static int bind_keyword(PyFunctionObject *function, KrWord *locals, PyObject *kwargs,
                        PyObject *name, KrWord value, PyObject *keyword_names)
{
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    if (!PyUnicode_Check(name)) {
        PyErr_Format(PyExc_TypeError, "%U() keywords must be strings", function->func_qualname);
        kr_word_release(value);
        return -1;
    }
    Py_ssize_t index = find_parameter(code, name, code->co_posonlyargcount);
    if (index >= 0 && kr_word_is_unbound(locals[index])) {
        locals[index] = value;
        return 0;
    }
    int failed = -1;
    if (index >= 0)
        PyErr_Format(PyExc_TypeError, "%U() got multiple values for argument '%S'",
                     function->func_qualname, name);
    else if (index == -1 && kwargs != NULL)
        failed = PyDict_SetItem(kwargs, name, kr_word_object(value));
    else if (index == -1)
        kr_binding_errors_unexpected_keyword(function, name, keyword_names);
    kr_word_release(value);
    return failed;
}

static int bind_keywords(PyFunctionObject *function, KrWord *locals, PyObject *kwargs,
                         KrWord *values, PyObject *keyword_names)
{
    Py_ssize_t count = PyTuple_GET_SIZE(keyword_names);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *name = PyTuple_GET_ITEM(keyword_names, i);
        if (bind_keyword(function, locals, kwargs, name, values[i], keyword_names) < 0) {
            release_words(values + i + 1, count - i - 1);
            return -1;
        }
    }
    return 0;
}

static int fill_defaults(PyFunctionObject *function, KrWord *locals, Py_ssize_t given)
{
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    Py_ssize_t wanted = code->co_argcount;
    Py_ssize_t count = function->func_defaults == NULL ? 0
        : PyTuple_GET_SIZE(function->func_defaults);
    Py_ssize_t required = wanted - count;
    for (Py_ssize_t i = given; i < required; i++)
        if (kr_word_is_unbound(locals[i]))
            return kr_binding_errors_missing(function, locals, false);
    for (Py_ssize_t i = required < 0 ? -required : 0; i < count; i++) {
        if (required + i < given || !kr_word_is_unbound(locals[required + i])) continue;
        locals[required + i] = kr_word_new(PyTuple_GET_ITEM(function->func_defaults, i));
    }
    return 0;
}

static int fill_keyword_defaults(PyFunctionObject *function, KrWord *locals)
{
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    Py_ssize_t end = code->co_argcount + code->co_kwonlyargcount;
    bool missing = false;
    for (Py_ssize_t i = code->co_argcount; i < end; i++) {
        if (!kr_word_is_unbound(locals[i])) continue;
        PyObject *found = NULL;
        if (function->func_kwdefaults != NULL) {
            found = PyDict_GetItemWithError(function->func_kwdefaults, kr_code_slot_name(code, i));
            if (found == NULL && PyErr_Occurred()) return -1;
        }
        if (found != NULL) locals[i] = kr_word_new(found);
        else missing = true;
    }
    return missing ? kr_binding_errors_missing(function, locals, true) : 0;
}

// *args: a tuple of the words from [surplus] on.
static int bind_rest(KrWord *place, KrWord *surplus, Py_ssize_t count)
{
    PyObject *rest = PyTuple_New(count);
    if (rest == NULL) {
        release_words(surplus, count);
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) PyTuple_SET_ITEM(rest, i, kr_word_take(surplus[i]));
    *place = kr_word_steal(rest);
    return 0;
}

// The general way.  All locals are unbound before.
static int bind(PyFunctionObject *function, KrWord *locals, KrWord *arguments,
                Py_ssize_t positional, PyObject *keyword_names)
{
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    Py_ssize_t keywords = keyword_names == NULL ? 0 : PyTuple_GET_SIZE(keyword_names);
    Py_ssize_t wanted = code->co_argcount, all = wanted + code->co_kwonlyargcount;
    bool has_rest = code->co_flags & CO_VARARGS;
    PyObject *kwargs = NULL;
    if (code->co_flags & CO_VARKEYWORDS) {
        kwargs = PyDict_New();
        if (kwargs == NULL) {
            release_words(arguments, positional + keywords);
            return -1;
        }
        locals[all + has_rest] = kr_word_steal(kwargs);
    }
    Py_ssize_t direct = positional < wanted ? positional : wanted;
    for (Py_ssize_t i = 0; i < direct; i++) locals[i] = arguments[i];
    KrWord *values = arguments + positional;
    if (has_rest) {
        if (bind_rest(&locals[all], arguments + direct, positional - direct) < 0) {
            release_words(values, keywords);
            return -1;
        }
    } else {
        release_words(arguments + direct, positional - direct);
    }
    if (keywords > 0 && bind_keywords(function, locals, kwargs, values, keyword_names) < 0)
        return -1;
    if (positional > wanted && !has_rest)
        return kr_binding_errors_too_many(function, locals, positional);
    if (positional < wanted && fill_defaults(function, locals, positional) < 0) return -1;
    return code->co_kwonlyargcount > 0 ? fill_keyword_defaults(function, locals) : 0;
}

KrFrame *kr_binding_push_frame_in(PyThreadState *thread, STEALS PyFunctionObject *function,
                                  PyObject *locals, KrWord *arguments, Py_ssize_t positional,
                                  PyObject *keyword_names)
{
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    Py_ssize_t keywords = keyword_names == NULL ? 0 : PyTuple_GET_SIZE(keyword_names);
    KrFrame *frame = kr_frame_reserve(thread, kr_frame_size(code));
    if (frame == NULL) {
        release_words(arguments, positional + keywords);
        Py_DECREF(function);
        return NULL;
    }
    kr_frame_init(frame, function, locals);
    KrWord *words = frame->localsplus;
    if (keywords == 0 && positional == code->co_argcount && code->co_kwonlyargcount == 0
        && !(code->co_flags & (CO_VARARGS | CO_VARKEYWORDS))) {
        for (Py_ssize_t i = 0; i < positional; i++) words[i] = arguments[i];
        for (Py_ssize_t i = positional; i < code->co_nlocalsplus; i++) words[i] = KR_UNBOUND;
        return frame;
    }
    for (Py_ssize_t i = 0; i < code->co_nlocalsplus; i++) words[i] = KR_UNBOUND;
    if (bind(function, words, arguments, positional, keyword_names) == 0) return frame;
    kr_frame_clear(frame);
    kr_frame_give_back(thread, frame);
    return NULL;
}

KrFrame *kr_binding_push_frame(PyThreadState *thread, STEALS PyFunctionObject *function,
                               KrWord *arguments, Py_ssize_t positional, PyObject *keyword_names)
{
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    PyObject *locals = code->co_flags & CO_OPTIMIZED ? NULL : function->func_globals;
    return kr_binding_push_frame_in(thread, function, locals, arguments, positional,
                                    keyword_names);
}
