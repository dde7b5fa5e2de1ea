// intern.c - one object for each interned string: an open-addressed table of borrowed pointers.
//
// (1) a str is in the table exactly when its state says interned  (2) the table holds no
//     reference:
// the deallocator of str calls kr_intern_forget  (3) used + deleted <= 2/3 of the slots, a power
// of 2.
//
// The table is the process's, as the static names are.
#include "objects/strings/intern.h"

#include "objects/errors/raise.h"
#include "objects/strings/str.h"
#include "pyerrors.h"
#include "warnings.h"
#include "pymem.h"

#define DELETED ((PyObject *)&kr_empty_str.data)

typedef struct InternTable {
    PyObject **slots;
    size_t slot_count;
    size_t used;      // live and deleted
    size_t live;
} InternTable;

static InternTable table;

// The slot of a str equal to [text], or the one to put it into.
static PyObject **find_slot(PyObject *text, Py_hash_t hash)
{
    size_t mask = table.slot_count - 1, index = (size_t)hash & mask;
    PyObject **vacant = NULL;
    for (;; index = (index + 1) & mask) {
        PyObject *present = table.slots[index];
        if (present == NULL) return vacant != NULL ? vacant : &table.slots[index];
        if (present == DELETED) {
            if (vacant == NULL) vacant = &table.slots[index];
        } else if (present == text || (((PyASCIIObject *)present)->hash == hash &&
                                       kr_str_equal(present, text))) {
            return &table.slots[index];
        }
    }
}

static int grow(size_t slot_count)
{
    InternTable old = table;
    PyObject **slots = PyMem_RawCalloc(slot_count, sizeof *slots);
    if (slots == NULL) return -1;
    table = (InternTable){slots, slot_count, old.live, old.live};
    for (size_t i = 0; i < old.slot_count; i++) {
        PyObject *text = old.slots[i];
        if (text != NULL && text != DELETED)
            *find_slot(text, ((PyASCIIObject *)text)->hash) = text;
    }
    PyMem_RawFree(old.slots);
    return 0;
}

// Returns the interned str equal to [text], which becomes it if there was none.  NULL: no memory.
static BORROWED PyObject *intern(PyObject *text)
{
    assert(PyUnicode_CheckExact(text) && PyUnicode_IS_READY(text));
    Py_hash_t hash = ((PyASCIIObject *)text)->hash;
    if (hash == -1) hash = PyObject_Hash(text);
    if (table.used * 3 >= table.slot_count * 2 &&
        grow(table.live * 2 < 2048 ? 4096 : table.slot_count * (table.live * 3 >= table.slot_count
                                                                ? 2 : 1)) < 0)
        return NULL;
    PyObject **slot = find_slot(text, hash);
    if (*slot != NULL && *slot != DELETED) return *slot;
    if (*slot == NULL) table.used++;
    table.live++;
    *slot = text;
    ((PyASCIIObject *)text)->state.interned = SSTATE_INTERNED_MORTAL;
    return text;
}

void kr_intern_forget(PyObject *text)
{
    PyObject **slot = find_slot(text, ((PyASCIIObject *)text)->hash);
    assert(*slot == text);
    *slot = DELETED;
    table.live--;
}

int kr_names_start(void)
{
    for (int i = 0; i < 256; i++)
        if (intern(kr_latin1_chars[i]) == NULL) return PyErr_NoMemory(), -1;
    if (intern((PyObject *)&kr_empty_str) == NULL) return PyErr_NoMemory(), -1;
    for (Py_ssize_t i = 0; i < kr_name_count; i++)
        if (intern((PyObject *)kr_names[i]) == NULL) return PyErr_NoMemory(), -1;
    return 0;
}

void PyUnicode_InternInPlace(PyObject **slot)
{
    PyObject *text = *slot;
    if (text == NULL || !PyUnicode_CheckExact(text) || PyUnicode_CHECK_INTERNED(text)) return;
    if (PyUnicode_READY(text) < 0) {
        PyErr_Clear();
        return;
    }
    PyObject *interned = intern(text);
    if (interned == NULL || interned == text) return;
    Py_INCREF(interned);
    Py_SETREF(*slot, interned);
}

void PyUnicode_InternImmortal(PyObject **slot)
{
    if (PyErr_WarnEx(PyExc_DeprecationWarning,
                     "PyUnicode_InternImmortal() is deprecated; "
                     "use PyUnicode_InternInPlace() instead", 1) < 0)
        PyErr_WriteUnraisable(NULL);
    PyUnicode_InternInPlace(slot);
    if (PyUnicode_CHECK_INTERNED(*slot) == SSTATE_INTERNED_MORTAL) {
        ((PyASCIIObject *)*slot)->state.interned = SSTATE_INTERNED_IMMORTAL;
        Py_INCREF(*slot);
    }
}

PyObject *PyUnicode_InternFromString(const char *data)
{
    PyObject *text = PyUnicode_FromString(data);
    if (text != NULL) PyUnicode_InternInPlace(&text);
    return text;
}

// A static identifier of an extension is made once and lives as long as the process.
PyObject *_PyUnicode_FromId(_Py_Identifier *identifier)
{
    static PyObject **made;
    static Py_ssize_t made_count;
    static Py_ssize_t room;
    if (identifier->index >= 0 && identifier->index < made_count) return made[identifier->index];
    PyObject *text = PyUnicode_InternFromString(identifier->string);
    if (text == NULL) return NULL;
    if (made_count == room) {
        PyObject **grown = PyMem_RawRealloc(made, (room + 64) * sizeof *made);
        if (grown == NULL) {
            Py_DECREF(text);
            return PyErr_NoMemory();
        }
        made = grown;
        room += 64;
    }
    identifier->index = made_count;
    return made[made_count++] = text;
}
