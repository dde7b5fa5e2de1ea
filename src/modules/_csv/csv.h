// csv.h - what the files of the module _csv share.
#ifndef KR_MODULES_CSV_H
#define KR_MODULES_CSV_H

#include <stdbool.h>

#include "abstract.h"
#include "boolobject.h"
#include "dictobject.h"
#include "floatobject.h"
#include "longobject.h"
#include "modsupport.h"
#include "moduleobject.h"
#include "objimpl.h"
#include "pymem.h"
#include "structmember.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"

enum { CSV_QUOTE_MINIMAL, CSV_QUOTE_ALL, CSV_QUOTE_NONNUMERIC, CSV_QUOTE_NONE };

#define CSV_NOT_SET ((Py_UCS4)-1)  // a character of a dialect that is None

typedef struct KrCsvModule {
    PyObject *error;
    PyObject *dialects;
    long field_limit;
} KrCsvModule;

typedef struct KrCsvDialect {
    PyObject_HEAD
    char doublequote, skipinitialspace, strict;
    int quoting;
    Py_UCS4 delimiter, quotechar, escapechar;
    PyObject *lineterminator;
} KrCsvDialect;

// Characters that grow.
typedef struct KrCsvText {
    Py_UCS4 *data;
    Py_ssize_t size, room;
} KrCsvText;

extern PyTypeObject kr_csv_dialect_type, kr_csv_reader_type, kr_csv_writer_type;

static inline KrCsvModule *kr_csv_state(PyObject *module)
{
    return PyModule_GetState(module);
}

NODISCARD int kr_csv_text_add(KrCsvText *text, Py_UCS4 character);
// New dialect out of [dialect] (a name, an object with attributes, NULL) and further settings.
PyObject *kr_csv_dialect_for(PyObject *module, PyObject *dialect, PyObject *settings);
PyObject *kr_csv_reader_new(PyObject *module, PyObject *iterable, PyObject *dialect,
                            PyObject *settings);
PyObject *kr_csv_writer_new(PyObject *module, PyObject *file, PyObject *dialect,
                            PyObject *settings);

#endif
