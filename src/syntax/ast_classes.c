// ast_classes.c - ast.AST and its subclasses, made from the field table.
//
// The set hangs from the interpreter's dict as a capsule.
#include "syntax/ast_classes.h"

#include "syntax/ast_object.h"

#include "abstract.h"
#include "descrobject.h"
#include "dictobject.h"
#include "methodobject.h"
#include "objimpl.h"
#include "pycapsule.h"
#include "pyerrors.h"
#include "pymem.h"
#include "pystate.h"
#include "structmember.h"
#include "tupleobject.h"
#include "typeslots.h"
#include "unicodeobject.h"
#include "objects/strings/names.h"
#include "runtime/owned.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

static const char position_names[][16] = {"lineno", "col_offset", "end_lineno", "end_col_offset"};

// ---- ast.AST -----------------------------------------------------------------------------------

static int ast_traverse(KrAstObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->dict);
    return 0;
}

static int ast_clear(KrAstObject *self)
{
    Py_CLEAR(self->dict);
    return 0;
}

static void ast_dealloc(KrAstObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    ast_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

// Attribute that may be missing: 1, 0 or -1; *ret_value owned or NULL.
static int find_attribute(PyObject *object, PyObject *name, PyObject **ret_value)
{
    *ret_value = PyObject_GetAttr(object, name);
    if (*ret_value != NULL) return 1;
    if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return -1;
    PyErr_Clear();
    return 0;
}

static int set_keyword(PyObject *self, PyObject *fields, Py_ssize_t given, PyObject *name,
                       PyObject *value)
{
    int known = fields == NULL ? 0 : PySequence_Contains(fields, name);
    if (known < 0) return -1;
    if (known) {
        Py_ssize_t at = PySequence_Index(fields, name);
        if (at < 0) return -1;
        if (at < given) {
            PyErr_Format(PyExc_TypeError, "%.400s got multiple values for argument '%U'",
                         Py_TYPE(self)->tp_name, name);
            return -1;
        }
    }
    return PyObject_SetAttr(self, name, value);
}

static int ast_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    KR_AUTO PyObject *fields = NULL;
    if (find_attribute((PyObject *)Py_TYPE(self), ID(_fields), &fields) < 0) return -1;
    Py_ssize_t count = fields == NULL ? 0 : PySequence_Size(fields),
        given = PyTuple_GET_SIZE(args);
    if (count < 0) return -1;
    if (given > count) {
        PyErr_Format(PyExc_TypeError, "%.400s constructor takes at most %zd positional argument%s",
                     Py_TYPE(self)->tp_name, count, count == 1 ? "" : "s");
        return -1;
    }
    for (Py_ssize_t i = 0; i < given; i++) {
        KR_AUTO PyObject *name = PySequence_GetItem(fields, i);
        if (name == NULL || PyObject_SetAttr(self, name, PyTuple_GET_ITEM(args, i)) < 0) return -1;
    }
    PyObject *key, *value;
    Py_ssize_t at = 0;
    while (kwargs != NULL && PyDict_Next(kwargs, &at, &key, &value))
        if (set_keyword(self, fields, given, key, value) < 0) return -1;
    return 0;
}

static PyObject *ast_reduce(PyObject *self, PyObject *unused)
{
    KR_AUTO PyObject *dict = NULL;
    KR_AUTO PyObject *nothing = PyTuple_New(0);
    if (nothing == NULL || find_attribute(self, ID(__dict__), &dict) < 0) return NULL;
    return dict != NULL ? PyTuple_Pack(3, Py_TYPE(self), nothing, dict)
                        : PyTuple_Pack(2, Py_TYPE(self), nothing);
}

static PyMemberDef ast_members[] = {
    {"__dictoffset__", T_PYSSIZET, offsetof(KrAstObject, dict), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyMethodDef ast_methods[] = {
    {"__reduce__", ast_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef ast_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot ast_slots[] = {
    {Py_tp_dealloc, ast_dealloc},
    {Py_tp_getattro, PyObject_GenericGetAttr},
    {Py_tp_setattro, PyObject_GenericSetAttr},
    {Py_tp_traverse, ast_traverse},
    {Py_tp_clear, ast_clear},
    {Py_tp_members, ast_members},
    {Py_tp_methods, ast_methods},
    {Py_tp_getset, ast_getset},
    {Py_tp_init, ast_init},
    {Py_tp_alloc, PyType_GenericAlloc},
    {Py_tp_new, PyType_GenericNew},
    {Py_tp_free, PyObject_GC_Del},
    {0, NULL},
};

static PyType_Spec ast_spec = {
    .name = "ast.AST",
    .basicsize = sizeof(KrAstObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .slots = ast_slots,
};

// ---- Making the classes ------------------------------------------------------------------------

// New class; names of fields are put into [ret_names].
static PyObject *new_class(const char *name, const char *doc, PyObject *base,
                           const KrAstKindInfo *info, PyObject **ret_names)
{
    int count = info == NULL ? 0 : info->field_count;
    KR_AUTO PyObject *fields = PyTuple_New(count);
    KR_AUTO PyObject *namespace = PyDict_New();
    KR_AUTO PyObject *text = PyUnicode_FromString(doc);
    if (fields == NULL || namespace == NULL || text == NULL) return NULL;
    for (int i = 0; i < count; i++) {
        PyObject *field = PyUnicode_InternFromString(info->fields[i].name);
        if (field == NULL) return NULL;
        PyTuple_SET_ITEM(fields, i, field);
        ret_names[i] = Py_NewRef(field);
    }
    if (PyDict_SetItem(namespace, ID(_fields), fields) < 0
        || PyDict_SetItem(namespace, ID(__match_args__), fields) < 0
        || PyDict_SetItem(namespace, ID(__module__), ID(ast)) < 0
        || PyDict_SetItem(namespace, ID(__doc__), text) < 0)
        return NULL;
    KR_AUTO PyObject *bases = PyTuple_Pack(1, base);
    KR_AUTO PyObject *title = PyUnicode_InternFromString(name);
    if (bases == NULL || title == NULL) return NULL;
    return PyObject_CallFunctionObjArgs((PyObject *)&PyType_Type, title, bases, namespace, NULL);
}

// Sets _attributes; where the end may be missing, it is None for the class.
static int add_positions(KrAstClasses *classes, PyObject *class, KrPositionRule rule)
{
    int count = rule == KR_POSITION_NONE ? 0 : KR_AST_POSITIONS;
    KR_AUTO PyObject *names = PyTuple_New(count);
    if (names == NULL) return -1;
    for (int i = 0; i < count; i++)
        PyTuple_SET_ITEM(names, i, Py_NewRef(classes->position_names[i]));
    if (PyObject_SetAttr(class, ID(_attributes), names) < 0) return -1;
    for (int i = 2; rule == KR_POSITION_OPTIONAL_END && i < count; i++)
        if (PyObject_SetAttr(class, classes->position_names[i], Py_None) < 0) return -1;
    return 0;
}

static int add_optional_fields(PyObject *class, const KrAstKindInfo *info, PyObject **names)
{
    for (int i = 0; i < info->field_count; i++)
        if (info->fields[i].mark == KR_FIELD_OPTIONAL
            && PyObject_SetAttr(class, names[i], Py_None) < 0)
            return -1;
    return 0;
}

// The classes of one type and its kinds.
static int fill_type(KrAstClasses *classes, KrAstType type)
{
    const KrAstTypeInfo *info = &kr_ast_types[type];
    PyObject **names = classes->field_names[info->first_kind];
    const KrAstKindInfo *only = info->is_single ? &kr_ast_kinds[info->first_kind] : NULL;
    PyObject *base = new_class(info->name, info->doc, classes->root, only, names);
    classes->of_type[type] = base;
    if (base == NULL || add_positions(classes, base, info->position) < 0) return -1;
    if (info->is_single) {
        classes->of_kind[info->first_kind] = Py_NewRef(base);
        return add_optional_fields(base, only, names);
    }
    for (int i = 0; i < info->kind_count; i++) {
        int kind = info->first_kind + i;
        const KrAstKindInfo *kind_info = &kr_ast_kinds[kind];
        names = classes->field_names[kind];
        PyObject *class = new_class(kind_info->name, kind_info->doc, base, kind_info, names);
        classes->of_kind[kind] = class;
        if (class == NULL || add_optional_fields(class, kind_info, names) < 0) return -1;
        if (info->node_size != 0) continue;
        classes->values[kind] = PyType_GenericNew((PyTypeObject *)class, NULL, NULL);
        if (classes->values[kind] == NULL) return -1;
    }
    return 0;
}

static int fill(KrAstClasses *classes)
{
    KR_AUTO PyObject *empty = PyTuple_New(0);
    classes->root = PyType_FromSpec(&ast_spec);
    if (empty == NULL || classes->root == NULL) return -1;
    for (int i = 0; i < KR_AST_POSITIONS; i++) {
        classes->position_names[i] = PyUnicode_InternFromString(position_names[i]);
        if (classes->position_names[i] == NULL) return -1;
    }
    if (PyObject_SetAttr(classes->root, ID(_fields), empty) < 0
        || PyObject_SetAttr(classes->root, ID(__match_args__), empty) < 0
        || PyObject_SetAttr(classes->root, ID(_attributes), empty) < 0)
        return -1;
    classes->of_kind[KR_AST_NONE] = Py_NewRef(classes->root);
    for (int type = KR_TYPE_MOD; type < KR_TYPE_COUNT; type++)
        if (fill_type(classes, type) < 0) return -1;
    return 0;
}

static void free_classes(KrAstClasses *classes)
{
    Py_CLEAR(classes->root);
    for (int i = 0; i < KR_TYPE_COUNT; i++) Py_CLEAR(classes->of_type[i]);
    for (int i = 0; i < KR_AST_POSITIONS; i++) Py_CLEAR(classes->position_names[i]);
    for (int kind = 0; kind < KR_AST_KIND_COUNT; kind++) {
        Py_CLEAR(classes->values[kind]);
        Py_CLEAR(classes->of_kind[kind]);
        for (int i = 0; i < KR_AST_MAX_FIELDS; i++) Py_CLEAR(classes->field_names[kind][i]);
    }
    PyMem_Free(classes);
}

static const char capsule_name[] = "krait.ast_classes";

static void destroy_capsule(PyObject *capsule)
{
    KrAstClasses *classes = PyCapsule_GetPointer(capsule, capsule_name);
    if (classes != NULL) free_classes(classes);
}

KrAstClasses *kr_ast_classes_get(void)
{
    PyObject *state = PyInterpreterState_GetDict(PyInterpreterState_Get());
    if (state == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    PyObject *known = PyDict_GetItemWithError(state, ID(krait_ast_classes));
    if (known != NULL) return PyCapsule_GetPointer(known, capsule_name);
    if (PyErr_Occurred()) return NULL;
    KrAstClasses *classes = PyMem_Calloc(1, sizeof(KrAstClasses));
    if (classes == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    KR_AUTO PyObject *capsule = fill(classes) < 0 ? NULL
        : PyCapsule_New(classes, capsule_name, destroy_capsule);
    if (capsule == NULL) {
        free_classes(classes);
        return NULL;
    }
    return PyDict_SetItem(state, ID(krait_ast_classes), capsule) < 0 ? NULL : classes;
}

PyObject *kr_ast_object_class(KrAstKind kind)
{
    KrAstClasses *classes = kr_ast_classes_get();
    return classes == NULL ? NULL : classes->of_kind[kind];
}

PyObject *kr_ast_object_type_class(KrAstType type)
{
    KrAstClasses *classes = kr_ast_classes_get();
    return classes == NULL ? NULL : classes->of_type[type];
}

int kr_ast_object_check(PyObject *object)
{
    KrAstClasses *classes = kr_ast_classes_get();
    return classes == NULL ? -1 : PyObject_IsInstance(object, classes->root);
}
