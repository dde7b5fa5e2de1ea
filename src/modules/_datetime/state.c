// state.c - finding a pickled state among a constructor's arguments.
#include "modules/_datetime/datetimes.h"

static bool fits(const unsigned char *bytes, Py_ssize_t size, const KrStateRule *rule)
{
    if (size != rule->size) return false;
    int value = bytes[rule->tested] & 0x7F;
    return value >= rule->low && value <= rule->high;
}

PyObject *kr_state_find(PyObject *value, const KrStateRule *rule)
{
    if (PyBytes_Check(value))
        return fits((unsigned char *)PyBytes_AS_STRING(value), PyBytes_GET_SIZE(value), rule)
                   ? Py_NewRef(value) : NULL;
    if (!PyUnicode_Check(value) || PyUnicode_GET_LENGTH(value) != rule->size) return NULL;
    int tested = (int)(PyUnicode_READ_CHAR(value, rule->tested) & ~0x80u);
    if (tested < rule->low || tested > rule->high) return NULL;
    PyObject *bytes = PyUnicode_AsLatin1String(value);
    if (bytes == NULL && PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
        PyErr_Clear();
        kr_raise(PyExc_ValueError, "Failed to encode latin1 string when unpickling a %s object. "
                 "pickle.load(data, encoding='latin1') is assumed.", rule->what);
    }
    return bytes;
}
