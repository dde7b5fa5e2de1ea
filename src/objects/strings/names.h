// names.h - interned strings that the C code names: ID(append) is the str 'append', borrowed.
//
// tools/names.py collects every use of ID() and writes the objects to
// build/gen/objects/strings/names.c; kr_names_start interns them.  A name is never freed.  ID() is
// not usable in a static initialiser, but &kr_name_x.head.ob_base is.
#ifndef KR_OBJECTS_STRINGS_NAMES_H
#define KR_OBJECTS_STRINGS_NAMES_H

#include "unicodeobject.h"

// An ASCII string with its characters, laid out as PyUnicode_New would.
typedef struct KrName {
    PyASCIIObject head;
    char data[];
} KrName;

#define ID(name)                                                                                  \
    (__extension__({                                                                              \
        extern KrName kr_name_##name;                                                             \
        (PyObject *)&kr_name_##name;                                                              \
    }))

// All of them, sorted; written by tools/names.py.
extern KrName *const kr_names[];
extern const Py_ssize_t kr_name_count;

// The empty str and the strs of one character below 256 exist once.  A name of one letter is its
// entry of the table.
extern KrName kr_empty_str;
extern PyObject *const kr_latin1_chars[256];

// Enters all names into the table of interned strings: 0, or -1 with an exception.
int kr_names_start(void);

#endif
