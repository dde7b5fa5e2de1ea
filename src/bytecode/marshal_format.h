// marshal_format.h - the letters of the marshal format (version 4), and what reader and writer
// share.
#ifndef KR_BYTECODE_MARSHAL_FORMAT_H
#define KR_BYTECODE_MARSHAL_FORMAT_H

#include "object.h"

enum KrMarshalType {
    KR_MARSHAL_NULL = '0',
    KR_MARSHAL_NONE = 'N',
    KR_MARSHAL_FALSE = 'F',
    KR_MARSHAL_TRUE = 'T',
    KR_MARSHAL_STOP_ITERATION = 'S',
    KR_MARSHAL_ELLIPSIS = '.',
    KR_MARSHAL_INT = 'i',                       // 32 bits
    KR_MARSHAL_INT64 = 'I',                     // read only: version 2 wrote it
    KR_MARSHAL_LONG = 'l',                      // signed count of 15-bit digits, the digits
    KR_MARSHAL_FLOAT_TEXT = 'f',
    KR_MARSHAL_FLOAT = 'g',
    KR_MARSHAL_COMPLEX_TEXT = 'x',
    KR_MARSHAL_COMPLEX = 'y',
    KR_MARSHAL_BYTES = 's',
    KR_MARSHAL_TEXT = 'u',                      // UTF-8, surrogates passed
    KR_MARSHAL_INTERNED = 't',
    KR_MARSHAL_ASCII = 'a',
    KR_MARSHAL_ASCII_INTERNED = 'A',
    KR_MARSHAL_SHORT_ASCII = 'z',
    KR_MARSHAL_SHORT_ASCII_INTERNED = 'Z',
    KR_MARSHAL_TUPLE = '(',
    KR_MARSHAL_SMALL_TUPLE = ')',
    KR_MARSHAL_LIST = '[',
    KR_MARSHAL_DICT = '{',                      // key, value, …, NULL
    KR_MARSHAL_SET = '<',
    KR_MARSHAL_FROZENSET = '>',
    KR_MARSHAL_CODE = 'c',
    KR_MARSHAL_REFERENCE = 'r',                 // index of an object marked KR_MARSHAL_KEPT
    KR_MARSHAL_UNKNOWN = '?',
};

// Added to the letter of an object that later ones may refer to.
#define KR_MARSHAL_KEPT 0x80

#define KR_MARSHAL_DEPTH_LIMIT 2000

// Where marshalled bytes come from.  [fetch] gives the next [count] bytes, valid until its next
// call, or NULL with an exception.
typedef struct KrMarshalSource {
    const char *(*fetch)(struct KrMarshalSource *source, Py_ssize_t count);
} KrMarshalSource;

// Reads one object: new reference, or NULL with EOFError, ValueError or TypeError.
PyObject *kr_marshal_read(KrMarshalSource *source);
// The same from memory; *ret_used (may be NULL) receives how many bytes it took.
PyObject *kr_marshal_read_memory(const char *data, Py_ssize_t length, Py_ssize_t *ret_used);

#endif
