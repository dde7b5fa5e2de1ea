// slots.c - the tables of slots.def, and filling slots from special methods.
//
//   special method names -> slot         of a class: an override (overrides.c) or an inherited C
//                                        function
//   slot -> special method names         of a builtin type: wrapper descriptors (wrappers.c)
//
// (1) Rows of one slot are adjacent.
// (2) A slot of a class is inherited as the C function when every name of the slot resolves to the
//     wrapper that a base made for its own slot, and those slots agree; else it is the override.
#include "objects/model/slots.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "descrobject.h"
#include "dictobject.h"
#include "listobject.h"
#include "methodobject.h"
#include "objects/model/overrides.h"
#include "objects/model/type.h"
#include "objects/model/type_ready.h"
#include "objects/model/wrappers.h"
#include "objects/strings/names.h"
#include "typeslots.h"

#define type_OFFSET(field) offsetof(PyHeapTypeObject, ht_type.field)
#define async_OFFSET(field) offsetof(PyHeapTypeObject, as_async.field)
#define number_OFFSET(field) offsetof(PyHeapTypeObject, as_number.field)
#define mapping_OFFSET(field) offsetof(PyHeapTypeObject, as_mapping.field)
#define sequence_OFFSET(field) offsetof(PyHeapTypeObject, as_sequence.field)
#define buffer_OFFSET(field) offsetof(PyHeapTypeObject, as_buffer.field)
#define type_GROUP KR_SLOT_TYPE
#define async_GROUP KR_SLOT_ASYNC
#define number_GROUP KR_SLOT_NUMBER
#define mapping_GROUP KR_SLOT_MAPPING
#define sequence_GROUP KR_SLOT_SEQUENCE
#define buffer_GROUP KR_SLOT_BUFFER

#define FIELD(group, field, spec_id) {group##_GROUP, group##_OFFSET(field), Py_##spec_id},
const KrSlotField kr_slot_fields[] = {
#include "objects/model/slots.def"
};
const int kr_slot_field_count = sizeof(kr_slot_fields) / sizeof(kr_slot_fields[0]);

#define SPECIAL(name, group, field, wrapper, override, doc) extern KrName kr_name_##name;
#include "objects/model/slots.def"

#define wrap_none NULL
enum { none_FLAGS = 0 };
#define override_absent NULL
#define SPECIAL(name, group, field, wrapper, override, doc)                                       \
    {#name, group##_OFFSET(field), (void *)override_##override, (wrapperfunc)wrap_##wrapper, doc, \
     wrapper##_FLAGS, &kr_name_##name.head.ob_base},

// Not const: extensions see these rows as PyWrapperDescrObject.d_base.
static struct wrapperbase rows[] = {
#include "objects/model/slots.def"
};
enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

void **kr_slots_location(PyTypeObject *type, int offset)
{
    char *group = (char *)type;
    int start = 0;
    if (offset >= (int)offsetof(PyHeapTypeObject, as_buffer)) {
        group = (char *)type->tp_as_buffer;
        start = offsetof(PyHeapTypeObject, as_buffer);
    } else if (offset >= (int)offsetof(PyHeapTypeObject, as_sequence)) {
        group = (char *)type->tp_as_sequence;
        start = offsetof(PyHeapTypeObject, as_sequence);
    } else if (offset >= (int)offsetof(PyHeapTypeObject, as_mapping)) {
        group = (char *)type->tp_as_mapping;
        start = offsetof(PyHeapTypeObject, as_mapping);
    } else if (offset >= (int)offsetof(PyHeapTypeObject, as_number)) {
        group = (char *)type->tp_as_number;
        start = offsetof(PyHeapTypeObject, as_number);
    } else if (offset >= (int)offsetof(PyHeapTypeObject, as_async)) {
        group = (char *)type->tp_as_async;
        start = offsetof(PyHeapTypeObject, as_async);
    }
    return group == NULL ? NULL : (void **)(group + (offset - start));
}

static void *slot_value(PyTypeObject *type, int offset)
{
    void **location = kr_slots_location(type, offset);
    return location == NULL ? NULL : *location;
}

int kr_slots_add_wrappers(PyTypeObject *type)
{
    PyObject *dict = type->tp_dict;
    for (struct wrapperbase *row = rows; row < rows + ROW_COUNT; row++) {
        if (row->wrapper == NULL) continue;
        void *function = slot_value(type, row->offset);
        if (function == NULL) continue;
        int present = PyDict_Contains(dict, row->name_strobj);
        if (present < 0) return -1;
        if (present) continue;
        PyObject *value = function == (void *)PyObject_HashNotImplemented
                              ? Py_NewRef(Py_None)
                              : PyDescr_NewWrapper(type, row, function);
        KR_AUTO PyObject *owned = value;
        if (owned == NULL || PyDict_SetItem(dict, row->name_strobj, owned) < 0) return -1;
    }
    return 0;
}

// What [descriptor], found as row's name on [type], says of the slot.
typedef enum { SAYS_NOTHING, SAYS_INHERIT, SAYS_OVERRIDE } Verdict;

static Verdict judge_wrapper(PyTypeObject *type, const struct wrapperbase *row,
                             PyWrapperDescrObject *wrapper, void **ret_function)
{
    PyTypeObject *owner = wrapper->d_common.d_type;
    if (wrapper->d_base->name_strobj != row->name_strobj) return SAYS_OVERRIDE;
    if (!PyType_IsSubtype(type, owner)) return SAYS_OVERRIDE;
    bool own_slot = wrapper->d_base->offset == row->offset;
    void *function = own_slot ? wrapper->d_wrapped : slot_value(owner, row->offset);
    if (function == NULL) return SAYS_NOTHING;
    if (function == row->function) return SAYS_OVERRIDE;
    *ret_function = function;
    return SAYS_INHERIT;
}

static Verdict judge(PyTypeObject *type, const struct wrapperbase *row, PyObject *descriptor,
                     void **ret_function)
{
    if (Py_IS_TYPE(descriptor, &PyWrapperDescr_Type))
        return judge_wrapper(type, row, (PyWrapperDescrObject *)descriptor, ret_function);
    if (descriptor == Py_None && row->offset == (int)type_OFFSET(tp_hash)) {
        *ret_function = (void *)PyObject_HashNotImplemented;
        return SAYS_INHERIT;
    }
    if (row->offset == (int)type_OFFSET(tp_new)) {
        newfunc inherited = kr_type_ready_new_of(type, descriptor);
        if (inherited == NULL) return SAYS_OVERRIDE;
        *ret_function = (void *)inherited;
        return SAYS_INHERIT;
    }
    return SAYS_OVERRIDE;
}

static void note_override(PyTypeObject *type, int offset)
{
    if (offset == (int)type_OFFSET(tp_call)) type->tp_flags &= ~Py_TPFLAGS_HAVE_VECTORCALL;
}

// Fills the slot that [row] is the first row of; returns the first row of the next slot.  Keeps
// (2).
static struct wrapperbase *fill_slot(PyTypeObject *type, struct wrapperbase *row)
{
    int offset = row->offset;
    void **location = kr_slots_location(type, offset);
    void *inherited = NULL, *override = NULL;
    bool use_override = false;
    for (; row < rows + ROW_COUNT && row->offset == offset; row++) {
        if (location == NULL) continue;
        PyObject *descriptor = _PyType_Lookup(type, row->name_strobj);
        if (descriptor == NULL) continue;
        void *function = NULL;
        Verdict verdict = judge(type, row, descriptor, &function);
        if (verdict == SAYS_NOTHING) continue;
        override = row->function;
        if (verdict == SAYS_OVERRIDE || (inherited != NULL && inherited != function))
            use_override = true;
        inherited = function;
    }
    if (location == NULL) return row;
    if (use_override) note_override(type, offset);
    *location = use_override ? override : inherited;
    return row;
}

void kr_slots_fill(PyTypeObject *type)
{
    for (struct wrapperbase *row = rows; row < rows + ROW_COUNT;) row = fill_slot(type, row);
}

static struct wrapperbase *first_row_of_slot(struct wrapperbase *row)
{
    while (row > rows && row[-1].offset == row->offset) row--;
    return row;
}

static int update_subclasses(PyTypeObject *type, PyObject *name);

static int update_one(PyTypeObject *type, PyObject *name)
{
    for (struct wrapperbase *row = rows; row < rows + ROW_COUNT; row++) {
        if (row->name_strobj == name) fill_slot(type, first_row_of_slot(row));
    }
    // A loop may be about to call the __next__ that has just been deleted (test_iter.test_3720).
    if (name == ID(__next__) && type->tp_iternext == NULL)
        type->tp_iternext = _PyObject_NextNotImplemented;
    return update_subclasses(type, name);
}

static int update_subclasses(PyTypeObject *type, PyObject *name)
{
    KR_AUTO PyObject *subclasses = kr_type_ready_subclasses(type);
    if (subclasses == NULL) return -1;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(subclasses); i++) {
        PyTypeObject *subclass = (PyTypeObject *)PyList_GET_ITEM(subclasses, i);
        int own = PyDict_Contains(subclass->tp_dict, name);
        if (own < 0) return -1;
        if (!own && update_one(subclass, name) < 0) return -1;
    }
    return 0;
}

bool kr_slots_is_special(PyObject *name)
{
    for (struct wrapperbase *row = rows; row < rows + ROW_COUNT; row++)
        if (row->name_strobj == name) return true;
    return false;
}

int kr_slots_update(PyTypeObject *type, PyObject *name)
{
    assert(PyUnicode_CheckExact(name));
    return kr_slots_is_special(name) ? update_one(type, name) : 0;
}

int kr_slots_update_all(PyTypeObject *type)
{
    kr_slots_fill(type);
    KR_AUTO PyObject *subclasses = kr_type_ready_subclasses(type);
    if (subclasses == NULL) return -1;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(subclasses); i++)
        if (kr_slots_update_all((PyTypeObject *)PyList_GET_ITEM(subclasses, i)) < 0) return -1;
    return 0;
}
