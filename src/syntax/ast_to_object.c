// ast_to_object.c - AST nodes to Python objects: one walker over the field table.
#include "syntax/ast_classes.h"
#include "syntax/ast_object.h"

#include "ceval.h"
#include "dictobject.h"
#include "listobject.h"
#include "longobject.h"
#include "pyerrors.h"
#include "runtime/owned.h"

#include <assert.h>

// As CPython: three levels of tree for one of Python, within what the C stack holds.
enum { LEVELS_PER_FRAME = 3, MAX_LEVELS = 20000 };

typedef struct Walk {
    KrAstClasses *classes;
    int depth, limit;
} Walk;

static PyObject *to_object(Walk *walk, const KrNode *node);

// New object for one value of a field's type; [slot] is where it lies.
static PyObject *value_to_object(Walk *walk, KrAstType type, const void *slot)
{
    switch (type) {
        case KR_TYPE_IDENTIFIER:
        case KR_TYPE_STRING:
        case KR_TYPE_CONSTANT: {
            PyObject *value = *(PyObject *const *)slot;
            return Py_NewRef(value == NULL ? Py_None : value);
        }
        case KR_TYPE_INT:
            return PyLong_FromLong(*(const int *)slot);
        default:
            if (kr_ast_type_is_enum(type))
                return Py_NewRef(walk->classes->values[*(const int *)slot]);
            return to_object(walk, *(const KrNode *const *)slot);
    }
}

static PyObject *seq_to_list(Walk *walk, KrAstType type, const KrNodeSeq *seq)
{
    KR_AUTO PyObject *list = PyList_New(seq->length);
    int is_enum = kr_ast_type_is_enum(type);
    for (Py_ssize_t i = 0; list != NULL && i < seq->length; i++) {
        const void *slot = is_enum ? (const void *)&((const KrIntSeq *)seq)->items[i]
            : &seq->items[i];
        PyObject *item = value_to_object(walk, type, slot);
        if (item == NULL) return NULL;
        PyList_SET_ITEM(list, i, item);
    }
    return kr_take(list);
}

static int add_positions(Walk *walk, PyObject *dict, const KrNode *node)
{
    const int values[] = {node->lineno, node->col_offset, node->end_lineno, node->end_col_offset};
    for (int i = 0; i < KR_AST_POSITIONS; i++) {
        KR_AUTO PyObject *value = PyLong_FromLong(values[i]);
        if (value == NULL || PyDict_SetItem(dict, walk->classes->position_names[i], value) < 0)
            return -1;
    }
    return 0;
}

static int add_fields(Walk *walk, PyObject *dict, const KrNode *node)
{
    const KrAstKindInfo *info = &kr_ast_kinds[node->kind];
    for (int i = 0; i < info->field_count; i++) {
        const KrAstField *field = &info->fields[i];
        const void *slot = (const char *)node + field->offset;
        KR_AUTO PyObject *value = field->mark == KR_FIELD_SEQUENCE
            ? seq_to_list(walk, field->type, *(const KrNodeSeq *const *)slot)
            : value_to_object(walk, field->type, slot);
        if (value == NULL
            || PyDict_SetItem(dict, walk->classes->field_names[node->kind][i], value) < 0)
            return -1;
    }
    return kr_ast_types[info->type].position == KR_POSITION_NONE ? 0
        : add_positions(walk, dict, node);
}

static PyObject *to_object(Walk *walk, const KrNode *node)
{
    if (node == NULL) return Py_NewRef(Py_None);
    if (++walk->depth > walk->limit) {
        PyErr_SetString(PyExc_RecursionError,
                        "maximum recursion depth exceeded during ast construction");
        return NULL;
    }
    PyTypeObject *class = (PyTypeObject *)walk->classes->of_kind[node->kind];
    KR_AUTO PyObject *object = class->tp_alloc(class, 0);
    if (object == NULL) return NULL;
    PyObject *dict = PyDict_New();
    if (dict == NULL) return NULL;
    ((KrAstObject *)object)->dict = dict;
    if (add_fields(walk, dict, node) < 0) return NULL;
    walk->depth--;
    return kr_take(object);
}

PyObject *kr_ast_to_object(KrMod *module)
{
    int frames = Py_GetRecursionLimit();
    Walk walk = {kr_ast_classes_get(), 0,
                 frames > MAX_LEVELS / LEVELS_PER_FRAME ? MAX_LEVELS : frames * LEVELS_PER_FRAME};
    return walk.classes == NULL ? NULL : to_object(&walk, (KrNode *)module);
}
