// substitute.c - sub() and subn(): text with its matches replaced.
#include "modules/_sre/sre.h"

#include "abstract.h"
#include "bytesobject.h"
#include "listobject.h"
#include "longobject.h"
#include "pyerrors.h"
#include "runtime/owned.h"
#include "tupleobject.h"
#include "unicodeobject.h"

#include <string.h>

// Whether [template] is a text without backslashes, which stands for itself.
static int is_plain(PyObject *template)
{
    Py_ssize_t length;
    int isbytes, kind;
    Py_buffer buffer = {0};
    const void *text = kr_sre_text_of(template, &length, &isbytes, &kind, &buffer);
    if (text == NULL) {
        PyErr_Clear();
        return 0;
    }
    int plain = kind == 1 ? memchr(text, '\\', (size_t)length) == NULL
                          : PyUnicode_FindChar(template, '\\', 0, length, 1) == -1;
    if (buffer.obj != NULL) PyBuffer_Release(&buffer);
    return plain;
}

// New replacement: a text, or something to call with each match.
static PyObject *prepare(KrPattern *pattern, PyObject *template)
{
    if (PyCallable_Check(template) || is_plain(template)) return Py_NewRef(template);
    return kr_sre_call_re("_subx", PyTuple_Pack(2, pattern, template));
}

static int append(PyObject *list, PyObject *item)
{
    KR_AUTO PyObject *owned = item;
    if (owned == NULL) return -1;
    return owned == Py_None ? 0 : PyList_Append(list, owned);
}

// Collects the parts: the number of replacements, or -1.
static Py_ssize_t replace_all(KrPattern *pattern, KrSreState *state, PyObject *replacement,
                              Py_ssize_t count, PyObject *list)
{
    int is_callable = PyCallable_Check(replacement);
    KrSreModule *module = kr_sre_module_of(Py_TYPE(pattern));
    Py_ssize_t done = 0, last = 0;
    while (count == 0 || done < count) {
        int status = kr_sre_engine_search(state, pattern->code);
        if (status < 0) return -1;
        if (status == 0) break;
        Py_ssize_t start = state->start, end = state->position;
        if (last < start && append(list, kr_sre_slice(state, last, start)) < 0) return -1;
        PyObject *item;
        if (is_callable) {
            KR_AUTO PyObject *match = kr_sre_match_new(module, pattern, state, 1);
            item = match == NULL ? NULL : PyObject_CallOneArg(replacement, match);
        } else {
            item = Py_NewRef(replacement);
        }
        if (append(list, item) < 0) return -1;
        last = end;
        done++;
        state->must_advance = end == start;
        state->start = end;
    }
    if (last < state->end && append(list, kr_sre_slice(state, last, state->end)) < 0) return -1;
    return done;
}

static PyObject *join(const KrSreState *state, PyObject *list)
{
    KR_AUTO PyObject *nothing = kr_sre_slice(state, 0, 0);
    if (nothing == NULL || PyList_GET_SIZE(list) == 0) return kr_take(nothing);
    return state->isbytes ? _PyBytes_Join(nothing, list) : PyUnicode_Join(nothing, list);
}

PyObject *kr_sre_substitute(KrPattern *pattern, PyObject *replacement, PyObject *string,
                            Py_ssize_t count, int with_count)
{
    KrSreState state;
    KR_AUTO PyObject *result = NULL;
    Py_ssize_t done = 0;
    KR_AUTO PyObject *prepared = prepare(pattern, replacement);
    if (prepared == NULL) return NULL;
    if (kr_sre_state_init(&state, pattern, string, 0, PY_SSIZE_T_MAX) == 0) {
        KR_AUTO PyObject *list = PyList_New(0);
        done = list == NULL ? -1 : replace_all(pattern, &state, prepared, count, list);
        if (done >= 0) result = join(&state, list);
    }
    kr_sre_state_clear(&state);
    if (result == NULL || !with_count) return kr_take(result);
    KR_AUTO PyObject *number = PyLong_FromSsize_t(done);
    return number == NULL ? NULL : PyTuple_Pack(2, result, number);
}
