// type_mro.c - method resolution order (C3), and the choice of the base that gives the layout.
//
//   L[C(B1 … BN)] = C + merge(L[B1], …, L[BN], B1 … BN)
//
// merge takes the first head that is in no other list's tail, until all lists are empty.
#include "objects/model/type_mro.h"

#include <assert.h>
#include <string.h>

#include "abstract.h"
#include "descrobject.h"
#include "listobject.h"
#include "objects/errors/raise.h"
#include "objects/model/type.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "pymem.h"
#include "tupleobject.h"
#include "unicodeobject.h"

// --- C3

// A list under merge: the items from `next` on are left.
typedef struct {
    PyObject *tuple;
    Py_ssize_t next;
} Line;

static PyObject *head(const Line *line)
{
    return line->next < PyTuple_GET_SIZE(line->tuple) ? PyTuple_GET_ITEM(line->tuple, line->next)
        : NULL;
}

static bool is_in_tail(const Line *line, PyObject *type)
{
    for (Py_ssize_t i = line->next + 1; i < PyTuple_GET_SIZE(line->tuple); i++)
        if (PyTuple_GET_ITEM(line->tuple, i) == type) return true;
    return false;
}

static PyObject *find_candidate(const Line *lines, Py_ssize_t count, bool *ret_done)
{
    *ret_done = true;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *candidate = head(&lines[i]);
        if (candidate == NULL) continue;
        *ret_done = false;
        bool blocked = false;
        for (Py_ssize_t j = 0; j < count && !blocked; j++)
            blocked = is_in_tail(&lines[j], candidate);
        if (!blocked) return candidate;
    }
    return NULL;
}

static PyObject *raise_inconsistent(const Line *lines, Py_ssize_t count)
{
    KR_AUTO PyObject *names = PyList_New(0);
    if (names == NULL) return NULL;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *type = head(&lines[i]);
        bool seen = type == NULL;
        for (Py_ssize_t j = 0; j < i && !seen; j++) seen = head(&lines[j]) == type;
        if (seen) continue;
        KR_AUTO PyObject *name = PyObject_GetAttr(type, ID(__name__));
        if (name == NULL || PyList_Append(names, name) < 0) return NULL;
    }
    KR_AUTO PyObject *comma = PyUnicode_FromString(", ");
    if (comma == NULL) return NULL;
    KR_AUTO PyObject *text = PyUnicode_Join(comma, names);
    if (text == NULL) return NULL;
    return kr_raise(PyExc_TypeError, "Cannot create a consistent method resolution\norder (MRO) "
                    "for bases %U", text);
}

static PyObject *merge(PyObject *result, Line *lines, Py_ssize_t count)
{
    for (;;) {
        bool done;
        PyObject *candidate = find_candidate(lines, count, &done);
        if (done) return Py_NewRef(result);
        if (candidate == NULL) return raise_inconsistent(lines, count);
        if (PyList_Append(result, candidate) < 0) return NULL;
        for (Py_ssize_t i = 0; i < count; i++)
            if (head(&lines[i]) == candidate) lines[i].next++;
    }
}

static int check_duplicates(PyObject *bases)
{
    Py_ssize_t count = PyTuple_GET_SIZE(bases);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *base = PyTuple_GET_ITEM(bases, i);
        for (Py_ssize_t j = i + 1; j < count; j++) {
            if (PyTuple_GET_ITEM(bases, j) != base) continue;
            return kr_raise_int(PyExc_TypeError, "duplicate base class %s",
                                ((PyTypeObject *)base)->tp_name);
        }
    }
    return 0;
}

static int extend_with_mro(PyObject *list, PyTypeObject *base)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(base->tp_mro); i++)
        if (PyList_Append(list, PyTuple_GET_ITEM(base->tp_mro, i)) < 0) return -1;
    return 0;
}

PyObject *kr_type_mro_linearize(PyTypeObject *type)
{
    KR_AUTO PyObject *bases = Py_NewRef(type->tp_bases);
    Py_ssize_t count = PyTuple_GET_SIZE(bases);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(bases, i);
        if (base->tp_mro == NULL)
            return kr_raise(PyExc_TypeError, "Cannot extend an incomplete type '%.100s'",
                            base->tp_name);
    }
    KR_AUTO PyObject *result = PyList_New(0);
    if (result == NULL || PyList_Append(result, (PyObject *)type) < 0) return NULL;
    if (count == 1) {
        if (extend_with_mro(result, (PyTypeObject *)PyTuple_GET_ITEM(bases, 0)) < 0) return NULL;
        return kr_take(result);
    }
    if (check_duplicates(bases) < 0) return NULL;
    Line *lines = PyMem_Calloc((size_t)count + 1, sizeof(Line));
    if (lines == NULL) return PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < count; i++)
        lines[i].tuple = ((PyTypeObject *)PyTuple_GET_ITEM(bases, i))->tp_mro;
    lines[count].tuple = bases;
    PyObject *merged = merge(result, lines, count + 1);
    PyMem_Free(lines);
    return merged;
}

// --- through the metaclass

bool kr_type_mro_is_custom(PyTypeObject *type)
{
    if (Py_IS_TYPE(type, &PyType_Type)) return false;
    PyObject *method = _PyType_Lookup(Py_TYPE(type), ID(mro));
    return method != _PyType_Lookup(&PyType_Type, ID(mro));
}

static int check_custom(PyTypeObject *type, PyObject *mro)
{
    PyTypeObject *solid = kr_type_mro_solid_base(type);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(mro); i++) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(mro, i);
        if (!PyType_Check(base))
            return kr_raise_int(PyExc_TypeError, "mro() returned a non-class ('%.500s')",
                                Py_TYPE(base)->tp_name);
        if (!PyType_IsSubtype(solid, kr_type_mro_solid_base(base)))
            return kr_raise_int(PyExc_TypeError, "mro() returned base with unsuitable layout "
                                "('%.500s')", base->tp_name);
    }
    return 0;
}

PyObject *kr_type_mro_compute(PyTypeObject *type)
{
    bool custom = kr_type_mro_is_custom(type);
    KR_AUTO PyObject *answer = custom ? kr_type_call_special((PyObject *)type, ID(mro), NULL, 0)
        : kr_type_mro_linearize(type);
    if (answer == NULL) return NULL;
    KR_AUTO PyObject *mro = PySequence_Tuple(answer);
    if (mro == NULL) return NULL;
    if (PyTuple_GET_SIZE(mro) == 0) return kr_raise(PyExc_TypeError, "type MRO must not be empty");
    if (custom && check_custom(type, mro) < 0) return NULL;
    return kr_take(mro);
}

int PyType_IsSubtype(PyTypeObject *type, PyTypeObject *ancestor)
{
    PyObject *mro = type->tp_mro;
    if (mro != NULL) {
        // A custom mro() may even leave out the type itself.
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(mro); i++)
            if (PyTuple_GET_ITEM(mro, i) == (PyObject *)ancestor) return 1;
        return 0;
    }
    for (; type != NULL; type = type->tp_base)
        if (type == ancestor) return 1;
    return ancestor == &PyBaseObject_Type;
}

// --- layout

bool kr_type_mro_adds_fields(PyTypeObject *type, PyTypeObject *base)
{
    Py_ssize_t size = type->tp_basicsize;
    assert(size >= base->tp_basicsize);
    if (type->tp_itemsize != 0 || base->tp_itemsize != 0)
        return size != base->tp_basicsize || type->tp_itemsize != base->tp_itemsize;
    bool heap = kr_type_has_flag(type, Py_TPFLAGS_HEAPTYPE);
    const Py_ssize_t word = sizeof(PyObject *);
    if (heap && type->tp_weaklistoffset != 0 && base->tp_weaklistoffset == 0
        && type->tp_weaklistoffset + word == size)
        size -= word;
    if (heap && type->tp_dictoffset != 0 && base->tp_dictoffset == 0
        && type->tp_dictoffset + word == size)
        size -= word;
    return size != base->tp_basicsize;
}

PyTypeObject *kr_type_mro_solid_base(PyTypeObject *type)
{
    if (type->tp_base == NULL) return &PyBaseObject_Type;
    PyTypeObject *base = kr_type_mro_solid_base(type->tp_base);
    return kr_type_mro_adds_fields(type, base) ? type : base;
}

PyTypeObject *kr_type_mro_best_base(PyObject *bases)
{
    PyTypeObject *best = NULL, *winner = NULL;
    assert(PyTuple_GET_SIZE(bases) > 0);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(bases); i++) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(bases, i);
        if (!PyType_Check(base)) {
            kr_raise(PyExc_TypeError, "bases must be types");
            return NULL;
        }
        if (base->tp_dict == NULL && PyType_Ready(base) < 0) return NULL;
        if (!kr_type_has_flag(base, Py_TPFLAGS_BASETYPE)) {
            kr_raise(PyExc_TypeError, "type '%.100s' is not an acceptable base type",
                     base->tp_name);
            return NULL;
        }
        PyTypeObject *candidate = kr_type_mro_solid_base(base);
        if (winner == NULL || (winner != candidate && PyType_IsSubtype(candidate, winner))) {
            winner = candidate;
            best = base;
        } else if (!PyType_IsSubtype(winner, candidate)) {
            kr_raise(PyExc_TypeError, "multiple bases have instance lay-out conflict");
            return NULL;
        }
    }
    return best;
}

PyTypeObject *_PyType_CalculateMetaclass(PyTypeObject *metatype, PyObject *bases)
{
    PyTypeObject *winner = metatype;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(bases); i++) {
        PyTypeObject *candidate = Py_TYPE(PyTuple_GET_ITEM(bases, i));
        if (PyType_IsSubtype(winner, candidate)) continue;
        if (!PyType_IsSubtype(candidate, winner)) {
            kr_raise(PyExc_TypeError, "metaclass conflict: the metaclass of a derived class must "
                     "be a (non-strict) subclass of the metaclasses of all its bases");
            return NULL;
        }
        winner = candidate;
    }
    return winner;
}
