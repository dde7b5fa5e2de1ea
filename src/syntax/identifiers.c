// identifiers.c - the normal form of names beyond ASCII.
#include "syntax/source.h"

#include "base/memory.h"
#include "text/normalize.h"
#include "pyerrors.h"
#include "unicodeobject.h"

PyObject *kr_source_normalize(PyObject *name)
{
    KrText text = {PyUnicode_DATA(name), PyUnicode_GET_LENGTH(name), (int)PyUnicode_KIND(name)};
    uint32_t *characters;
    ptrdiff_t count;
    if (kr_normalize_check(text, KR_NFKC) == 1) return Py_NewRef(name);
    if (kr_normalize(text, KR_NFKC, 0, &characters, &count) < 0) return PyErr_NoMemory();
    PyObject *result = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, characters, count);
    kr_memory_free(characters);
    return result;
}
