// encoding_map.c - EncodingMap: which byte stands for a character, as codecs.charmap_build makes
// it.
//
// A trie of three levels over characters below 0x10000: 5, 4 and 7 bits.
//
//   level1[32] -> block of 16 in level2 -> block of 128 bytes in level3; 0xff: nothing there
//
// A table with characters above, or one that maps byte 0 elsewhere, becomes a dict instead.
#include "objects/strings/encoding_map.h"

#include "dictobject.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "objects/strings/str.h"
#include "objimpl.h"
#include "pyerrors.h"

typedef struct EncodingMap {
    PyObject_HEAD
    unsigned char level1[32];
    int count2, count3;
    unsigned char level23[];  // count2 blocks of 16, count3 blocks of 128
} EncodingMap;

int kr_encoding_map_find(PyObject *object, Py_UCS4 c)
{
    EncodingMap *map = (EncodingMap *)object;
    if (c > 0xffff) return -1;
    if (c == 0) return 0;
    unsigned block = map->level1[c >> 11];
    if (block == 0xff) return -1;
    block = map->level23[16 * block + (c >> 7 & 15)];
    if (block == 0xff) return -1;
    unsigned byte = map->level23[16 * map->count2 + 128 * block + (c & 127)];
    return byte == 0 ? -1 : (int)byte;
}

METHOD(size, "self, /", "Return the size (in bytes) of this object")
static PyObject *map_size(EncodingMap *self)
{
    return PyLong_FromLong((long)sizeof *self + 16 * self->count2 + 128 * self->count3);
}

#include "objects/strings/encoding_map.methods.h"

PyTypeObject kr_encoding_map_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "EncodingMap",
    .tp_basicsize = sizeof(EncodingMap),
    .tp_dealloc = (destructor)PyObject_Free,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_methods = map_methods,
};

static PyObject *build_dict(KrText table)
{
    KR_AUTO PyObject *dict = PyDict_New();
    if (dict == NULL) return NULL;
    for (Py_ssize_t i = 0; i < table.length; i++) {
        KR_AUTO PyObject *key = PyLong_FromLong((long)kr_chars_read(table, i));
        KR_AUTO PyObject *value = PyLong_FromSsize_t(i);
        if (key == NULL || value == NULL || PyDict_SetItem(dict, key, value) < 0) return NULL;
    }
    return kr_take(dict);
}

// Numbers the blocks that are needed: 0, or -1 when the table does not fit a trie.
static int number_blocks(KrText table, unsigned char *level1, unsigned char *level2, int *counts)
{
    memset(level1, 0xff, 32);
    memset(level2, 0xff, 512);
    counts[0] = counts[1] = 0;
    if (kr_chars_read(table, 0) != 0) return -1;
    for (Py_ssize_t i = 1; i < table.length; i++) {
        Py_UCS4 c = kr_chars_read(table, i);
        if (c == 0 || c > 0xffff) return -1;
        if (c == 0xfffe) continue;
        if (level1[c >> 11] == 0xff) level1[c >> 11] = (unsigned char)counts[0]++;
        if (level2[c >> 7] == 0xff) level2[c >> 7] = (unsigned char)counts[1]++;
    }
    return counts[0] >= 0xff || counts[1] >= 0xff ? -1 : 0;
}

PyObject *PyUnicode_BuildEncodingMap(PyObject *text)
{
    if (!PyUnicode_Check(text) || PyUnicode_READY(text) < 0 || PyUnicode_GET_LENGTH(text) == 0) {
        PyErr_BadArgument();
        return NULL;
    }
    KrText table = kr_str_chars(text);
    if (table.length > 256) table.length = 256;
    unsigned char level1[32], level2[512];
    int counts[2];
    if (number_blocks(table, level1, level2, counts) < 0) return build_dict(table);
    size_t tail = 16 * counts[0] + 128 * counts[1];
    EncodingMap *map = PyObject_Malloc(sizeof *map + tail);
    if (map == NULL) return PyErr_NoMemory();
    PyObject_Init((PyObject *)map, &kr_encoding_map_type);
    map->count2 = counts[0];
    map->count3 = counts[1];
    memcpy(map->level1, level1, 32);
    memset(map->level23, 0xff, 16 * counts[0]);
    unsigned char *bytes = map->level23 + 16 * counts[0];
    memset(bytes, 0, 128 * counts[1]);
    for (Py_ssize_t i = 1; i < table.length; i++) {
        Py_UCS4 c = kr_chars_read(table, i);
        if (c == 0xfffe) continue;
        map->level23[16 * level1[c >> 11] + (c >> 7 & 15)] = level2[c >> 7];
        bytes[128 * level2[c >> 7] + (c & 127)] = (unsigned char)i;
    }
    return (PyObject *)map;
}
