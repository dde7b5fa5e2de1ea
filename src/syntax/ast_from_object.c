// ast_from_object.c - Python objects to AST nodes: one walker over the field table.
//
// Attributes are looked up and may run Python code, so every list is read item by item and checked
// for a change of its length.  What the field table cannot say is in ast_validate.c.
#include "syntax/ast_classes.h"
#include "syntax/ast_object.h"

#include "abstract.h"
#include "bytesobject.h"
#include "ceval.h"
#include "listobject.h"
#include "longobject.h"
#include "pyerrors.h"
#include "runtime/owned.h"
#include "unicodeobject.h"

#include <assert.h>
#include <string.h>

typedef struct Reader {
    KrAstClasses *classes;
    KrAstArena *arena;
} Reader;

static int node_from_object(Reader *reader, KrAstType type, PyObject *object, void **ret_node);

// Attribute that may be missing: 1, 0 or -1; *ret_value owned or NULL.
static int find_attribute(PyObject *object, PyObject *name, PyObject **ret_value)
{
    *ret_value = PyObject_GetAttr(object, name);
    if (*ret_value != NULL) return 1;
    if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return -1;
    PyErr_Clear();
    return 0;
}

static int keep(Reader *reader, PyObject *object, PyObject **slot)
{
    *slot = object;
    return kr_ast_arena_add_object(reader->arena, Py_NewRef(object));
}

static int text_from_object(Reader *reader, KrAstType type, PyObject *object, PyObject **slot)
{
    if (object == Py_None && type != KR_TYPE_STRING) {
        *slot = NULL;
        return 0;
    }
    if (!PyUnicode_CheckExact(object) && !(type == KR_TYPE_STRING && PyBytes_CheckExact(object))) {
        PyErr_SetString(PyExc_TypeError, type == KR_TYPE_STRING ? "AST string must be of type str"
                        : "AST identifier must be of type str");
        return -1;
    }
    if (type == KR_TYPE_STRING) return keep(reader, object, slot);
    PyObject *name = Py_NewRef(object);
    PyUnicode_InternInPlace(&name);
    *slot = name;
    return kr_ast_arena_add_object(reader->arena, name);
}

static int int_from_object(PyObject *object, int *slot)
{
    if (!PyLong_Check(object)) {
        PyErr_Format(PyExc_ValueError, "invalid integer value: %R", object);
        return -1;
    }
    int value = _PyLong_AsInt(object);
    if (value == -1 && PyErr_Occurred()) return -1;
    *slot = value;
    return 0;
}

// The kind of which [object] is an instance, or KR_AST_NONE with an exception.
static int find_kind(Reader *reader, KrAstType type, PyObject *object)
{
    const KrAstTypeInfo *info = &kr_ast_types[type];
    PyObject *class = (PyObject *)Py_TYPE(object);
    for (int kind = info->first_kind; kind < info->first_kind + info->kind_count; kind++)
        if (reader->classes->of_kind[kind] == class) return kind;
    for (int kind = info->first_kind; kind < info->first_kind + info->kind_count; kind++) {
        int is_one = PyObject_IsInstance(object, reader->classes->of_kind[kind]);
        if (is_one < 0) return KR_AST_NONE;
        if (is_one) return kind;
    }
    PyErr_Format(PyExc_TypeError, "expected some sort of %s, but got %R", info->name, object);
    return KR_AST_NONE;
}

// Converts one value of a field's type into [slot].
static int value_from_object(Reader *reader, KrAstType type, PyObject *object, void *slot)
{
    switch (type) {
        case KR_TYPE_IDENTIFIER:
        case KR_TYPE_STRING: return text_from_object(reader, type, object, slot);
        case KR_TYPE_CONSTANT: return keep(reader, object, slot);
        case KR_TYPE_INT: return int_from_object(object, slot);
        default:
            if (kr_ast_type_is_enum(type)) {
                int kind = find_kind(reader, type, object);
                *(int *)slot = kind;
                return kind == KR_AST_NONE ? -1 : 0;
            }
            return node_from_object(reader, type, object, slot);
    }
}

static int seq_from_list(Reader *reader, const KrAstKindInfo *info, const KrAstField *field,
                         PyObject *list, void **slot)
{
    if (!PyList_Check(list)) {
        PyErr_Format(PyExc_TypeError, "%s field \"%s\" must be a list, not a %.200s", info->name,
                     field->name, Py_TYPE(list)->tp_name);
        return -1;
    }
    Py_ssize_t length = PyList_GET_SIZE(list);
    int is_enum = kr_ast_type_is_enum(field->type);
    KrNodeSeq *seq = kr_ast_seq_new(reader->arena, length);
    if (seq == NULL) return -1;
    for (Py_ssize_t i = 0; i < length; i++) {
        KR_AUTO PyObject *item = Py_NewRef(PyList_GET_ITEM(list, i));
        void *place = is_enum ? (void *)&((KrIntSeq *)seq)->items[i] : (void *)&seq->items[i];
        if (Py_EnterRecursiveCall(info->where)) return -1;
        int failed = value_from_object(reader, field->type, item, place);
        Py_LeaveRecursiveCall();
        if (failed < 0) return -1;
        if (PyList_GET_SIZE(list) != length) {
            PyErr_Format(PyExc_RuntimeError, "%s field \"%s\" changed size during iteration",
                         info->name, field->name);
            return -1;
        }
    }
    *slot = seq;
    return 0;
}

static int missing(const char *what, const char *owner)
{
    PyErr_Format(PyExc_TypeError, "required field \"%s\" missing from %s", what, owner);
    return -1;
}

static int read_field(Reader *reader, const KrAstKindInfo *info, int index, PyObject *object,
                      KrNode *node)
{
    const KrAstField *field = &info->fields[index];
    void *slot = kr_ast_field_address(node, field);
    PyObject *name = reader->classes->field_names[node->kind][index];
    KR_AUTO PyObject *value = NULL;
    int found = find_attribute(object, name, &value);
    if (found < 0) return -1;
    if (field->mark == KR_FIELD_OPTIONAL && (!found || value == Py_None)) {
        if (field->type == KR_TYPE_INT)
            *(int *)slot = 0;
        else
            *(void **)slot = NULL;
        return 0;
    }
    if (!found) return missing(field->name, info->name);
    if (field->mark == KR_FIELD_SEQUENCE) return seq_from_list(reader, info, field, value, slot);
    if (Py_EnterRecursiveCall(info->where)) return -1;
    int failed = value_from_object(reader, field->type, value, slot);
    Py_LeaveRecursiveCall();
    return failed;
}

// Whether all fields that must be there are: 0 or -1.
static int check_required(const KrAstKindInfo *info, KrNode *node)
{
    for (int i = 0; i < info->field_count; i++) {
        const KrAstField *field = &info->fields[i];
        if (field->mark != KR_FIELD_ONE || field->type == KR_TYPE_INT
            || kr_ast_type_is_enum(field->type))
            continue;
        if (*(void **)kr_ast_field_address(node, field) == NULL) {
            PyErr_Format(PyExc_ValueError, "field '%s' is required for %s", field->name,
                         info->name);
            return -1;
        }
    }
    return 0;
}

static int read_positions(Reader *reader, KrAstType type, PyObject *object, KrNode *node)
{
    static const char *const names[] = {"lineno", "col_offset", "end_lineno", "end_col_offset"};
    int *slots[] = {&node->lineno, &node->col_offset, &node->end_lineno, &node->end_col_offset};
    const KrAstTypeInfo *info = &kr_ast_types[type];
    node->position = (KrPosition){0};
    if (info->position == KR_POSITION_NONE) return 0;
    for (int i = 0; i < KR_AST_POSITIONS; i++) {
        KR_AUTO PyObject *value = NULL;
        int found = find_attribute(object, reader->classes->position_names[i], &value);
        if (found < 0) return -1;
        if (i >= 2 && info->position == KR_POSITION_OPTIONAL_END && (!found || value == Py_None)) {
            *slots[i] = *slots[i - 2]; // without an end the node is a point
            continue;
        }
        if (!found) return missing(names[i], info->name);
        if (Py_EnterRecursiveCall(" while traversing 'node' node")) return -1;
        int failed = int_from_object(value, slots[i]);
        Py_LeaveRecursiveCall();
        if (failed < 0) return -1;
    }
    return 0;
}

static int node_from_object(Reader *reader, KrAstType type, PyObject *object, void **ret_node)
{
    const KrAstTypeInfo *type_info = &kr_ast_types[type];
    if (object == Py_None && !type_info->is_single) {
        *ret_node = NULL;
        return 0;
    }
    KrNode *node = kr_ast_arena_allocate(reader->arena, type_info->node_size);
    if (node == NULL) return -1;
    memset(node, 0, type_info->node_size);
    if (!type_info->is_single && read_positions(reader, type, object, node) < 0) return -1;
    node->kind = type_info->is_single ? type_info->first_kind : find_kind(reader, type, object);
    if (node->kind == KR_AST_NONE) return -1;
    const KrAstKindInfo *info = &kr_ast_kinds[node->kind];
    for (int i = 0; i < info->field_count; i++)
        if (read_field(reader, info, i, object, node) < 0) return -1;
    if (type_info->is_single && read_positions(reader, type, object, node) < 0) return -1;
    if (check_required(info, node) < 0) return -1;
    *ret_node = node;
    return 0;
}

KrMod *kr_ast_from_object(PyObject *object, KrParseMode mode, KrAstArena *arena)
{
    static const KrAstKind kinds[] = {KR_MOD_MODULE, KR_MOD_EXPRESSION, KR_MOD_INTERACTIVE,
                                      KR_MOD_FUNCTION_TYPE};
    Reader reader = {kr_ast_classes_get(), arena};
    if (reader.classes == NULL) return NULL;
    int fits = PyObject_IsInstance(object, reader.classes->of_kind[kinds[mode]]);
    if (fits < 0) return NULL;
    if (!fits) {
        PyErr_Format(PyExc_TypeError, "expected %s node, got %.400s",
                     kr_ast_kinds[kinds[mode]].name, Py_TYPE(object)->tp_name);
        return NULL;
    }
    void *module = NULL;
    if (node_from_object(&reader, KR_TYPE_MOD, object, &module) < 0) return NULL;
    assert(module != NULL);
    return module;
}
