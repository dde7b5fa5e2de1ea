// slots.h - the slots of a type as tables, and how special methods get into them.
#ifndef KR_OBJECTS_MODEL_SLOTS_H
#define KR_OBJECTS_MODEL_SLOTS_H

#include <stdbool.h>

#include "object.h"

typedef enum { KR_SLOT_TYPE, KR_SLOT_ASYNC, KR_SLOT_NUMBER, KR_SLOT_MAPPING, KR_SLOT_SEQUENCE,
              KR_SLOT_BUFFER } KrSlotGroup;

// A slot: its group, its offset in PyHeapTypeObject, and its number in PyType_Slot.
typedef struct KrSlotField {
    KrSlotGroup group;
    int offset;
    int spec_id;
} KrSlotField;

extern const KrSlotField kr_slot_fields[];
extern const int kr_slot_field_count;

// Where [type] keeps the slot at [offset] (of PyHeapTypeObject), or NULL when it lacks the whole
// group.
void **kr_slots_location(PyTypeObject *type, int offset);

// Adds a slot wrapper (int.__add__) to the dict of a builtin type for each slot it fills: 0 or -1.
int kr_slots_add_wrappers(PyTypeObject *type);

// Fills the slots of a new class from the special methods that its body and its bases define.
void kr_slots_fill(PyTypeObject *type);

// After attribute [name] of [type] changed: refills the slots of it and of the subclasses that
// inherit it: 0 or -1.
int kr_slots_update(PyTypeObject *type, PyObject *name);

// Refills all slots of [type] and its subclasses (after __bases__ changed): 0 or -1.
int kr_slots_update_all(PyTypeObject *type);

// True if [name] is one of the special methods.
bool kr_slots_is_special(PyObject *name);

#endif
