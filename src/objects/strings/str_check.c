// str_check.c - the invariants of a str, for debug builds and debuggers.
#include "objects/strings/str.h"

#include <assert.h>

#include "unicodeobject.h"

// Is every character as narrow as the kind says, and one of them wide enough to need it?
__attribute__((unused)) static int has_fitting_characters(PyObject *text)
{
    Py_UCS4 widest = 0;
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(text); i++) {
        Py_UCS4 character = PyUnicode_READ_CHAR(text, i);
        if (character > widest) widest = character;
    }
    switch (PyUnicode_KIND(text)) {
    case PyUnicode_1BYTE_KIND:
        return PyUnicode_IS_ASCII(text) ? widest < 0x80 : widest >= 0x80 && widest < 0x100;
    case PyUnicode_2BYTE_KIND: return widest >= 0x100 && widest < 0x10000;
    default: return widest >= 0x10000 && widest <= 0x10ffff;
    }
}

int _PyUnicode_CheckConsistency(PyObject *text, int check_content)
{
    assert(PyUnicode_Check(text));
    if (!PyUnicode_IS_READY(text)) return 1;
    assert(PyUnicode_GET_LENGTH(text) >= 0);
    assert(PyUnicode_READ_CHAR(text, PyUnicode_GET_LENGTH(text)) == 0);
    assert(!check_content || has_fitting_characters(text));
    return 1;
}
