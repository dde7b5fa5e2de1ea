// suggestions.c - the name nearest to one that was not found, by weighted edit distance.
//
// Insertion, deletion and replacement cost 2, another case of the same letter 1.  A name is near
// when its distance is at most a third of the letters of both.
#include "capi/suggestions.h"

#include <string.h>

#include "internal/pycore_pyerrors.h"
#include "runtime/owned.h"

enum { NAMES_LOOKED_AT = 750, LONGEST = 40, MOVE = 2, CASE = 1 };

static int replace_cost(char a, char b)
{
    if (a == b) return 0;
    return Py_TOLOWER(a) == Py_TOLOWER(b) ? CASE : MOVE;
}

// The distance of two texts, or [most] + 1 when it is larger than [most].
static Py_ssize_t distance(const char *a, Py_ssize_t a_size, const char *b, Py_ssize_t b_size,
                           Py_ssize_t most)
{
    if (a == b) return 0;
    for (; a_size && b_size && *a == *b; a_size--, b_size--) a++, b++;
    while (a_size && b_size && a[a_size - 1] == b[b_size - 1]) a_size--, b_size--;
    if (a_size == 0 || b_size == 0) return (a_size + b_size) * MOVE;
    if (a_size > LONGEST || b_size > LONGEST) return most + 1;
    if (b_size < a_size) {
        const char *text = a;
        Py_ssize_t size = a_size;
        a = b, a_size = b_size;
        b = text, b_size = size;
    }
    if ((b_size - a_size) * MOVE > most) return most + 1;
    // row[i]: from the first i + 1 letters of a to the part of b that was read
    Py_ssize_t row[LONGEST];
    for (Py_ssize_t i = 0; i < a_size; i++) row[i] = (i + 1) * MOVE;
    Py_ssize_t result = 0;
    for (Py_ssize_t j = 0; j < b_size; j++) {
        Py_ssize_t diagonal = j * MOVE, least = PY_SSIZE_T_MAX;
        result = diagonal;
        for (Py_ssize_t i = 0; i < a_size; i++) {
            Py_ssize_t replaced = diagonal + replace_cost(b[j], a[i]);
            diagonal = row[i];
            Py_ssize_t moved = Py_MIN(result, diagonal) + MOVE;
            result = Py_MIN(replaced, moved);
            row[i] = result;
            least = Py_MIN(least, result);
        }
        if (least > most) return most + 1;
    }
    return result;
}

Py_ssize_t _Py_UTF8_Edit_Cost(PyObject *left, PyObject *right, Py_ssize_t most)
{
    Py_ssize_t left_size, right_size;
    const char *left_text = PyUnicode_AsUTF8AndSize(left, &left_size);
    const char *right_text = left_text == NULL ? NULL
        : PyUnicode_AsUTF8AndSize(right, &right_size);
    if (right_text == NULL) return -1;
    if (most == -1) most = MOVE * Py_MAX(left_size, right_size);
    return distance(left_text, left_size, right_text, right_size, most);
}

// New reference to the item of the list [names] that is nearest to [name], or NULL.
static PyObject *nearest(PyObject *names, PyObject *name)
{
    if (!PyList_CheckExact(names) || PyList_GET_SIZE(names) >= NAMES_LOOKED_AT) return NULL;
    Py_ssize_t name_size, best = PY_SSIZE_T_MAX;
    const char *name_text = PyUnicode_AsUTF8AndSize(name, &name_size);
    if (name_text == NULL) return NULL;
    PyObject *found = NULL;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(names); i++) {
        PyObject *item = PyList_GET_ITEM(names, i);
        if (!PyUnicode_Check(item) || _PyUnicode_Equal(name, item)) continue;
        Py_ssize_t item_size;
        const char *item_text = PyUnicode_AsUTF8AndSize(item, &item_size);
        if (item_text == NULL) return NULL;
        Py_ssize_t most = Py_MIN((name_size + item_size + 3) * MOVE / 6, best - 1);
        Py_ssize_t far = distance(name_text, name_size, item_text, item_size, most);
        if (far > most || far >= best) continue;
        found = item;
        best = far;
    }
    return Py_XNewRef(found);
}

static PyObject *nearest_in(PyObject *names_source, PyObject *name)
{
    KR_AUTO PyObject *names = names_source == NULL ? NULL : PySequence_List(names_source);
    return names == NULL ? NULL : nearest(names, name);
}

static PyObject *for_attribute(PyAttributeErrorObject *error)
{
    if (error->name == NULL || error->obj == NULL || !PyUnicode_CheckExact(error->name))
        return NULL;
    KR_AUTO PyObject *names = PyObject_Dir(error->obj);
    return names == NULL ? NULL : nearest(names, error->name);
}

static PyObject *for_name(PyNameErrorObject *error)
{
    if (error->name == NULL || error->traceback == NULL || !PyUnicode_CheckExact(error->name))
        return NULL;
    if (!PyTraceBack_Check(error->traceback)) return NULL;
    PyTracebackObject *traceback = (PyTracebackObject *)error->traceback;
    while (traceback->tb_next != NULL) traceback = traceback->tb_next;
    KR_AUTO PyObject *code = (PyObject *)PyFrame_GetCode(traceback->tb_frame);
    KR_AUTO PyObject *locals = PyCode_GetVarnames((PyCodeObject *)code);
    PyObject *found = nearest_in(locals, error->name);
    if (found != NULL || PyErr_Occurred()) return found;
    KR_AUTO PyObject *globals = PyFrame_GetGlobals(traceback->tb_frame);
    found = nearest_in(globals, error->name);
    if (found != NULL || PyErr_Occurred()) return found;
    KR_AUTO PyObject *builtins = PyFrame_GetBuiltins(traceback->tb_frame);
    return nearest_in(builtins, error->name);
}

PyObject *kr_suggestions_find(PyObject *exception)
{
    PyTypeObject *type = Py_TYPE(exception);
    if (type == (PyTypeObject *)PyExc_AttributeError)
        return for_attribute((PyAttributeErrorObject *)exception);
    if (type == (PyTypeObject *)PyExc_NameError) return for_name((PyNameErrorObject *)exception);
    return NULL;
}
