// code.h - code objects: what the compiler makes, the interpreter runs and marshal stores.
//
// PyCodeObject itself is public (include/cpython/code.h); struct _PyCodeConstructor, all that a
// new one consists of (nothing is stolen), is in internal/pycore_code.h.  Here is what the floors
// above share beyond it.
#ifndef KR_BYTECODE_CODE_H
#define KR_BYTECODE_CODE_H

#include "bytesobject.h"
#include "object.h"
#include "tupleobject.h"
#include "cpython/code.h"
#include "internal/pycore_code.h"
#include "bytecode/locations.h"

// What a slot of the frame's locals is (one byte a slot in co_localspluskinds).  An argument that
// a closure captures is LOCAL and CELL.
enum KrSlotKind {
    KR_SLOT_LOCAL = 0x20,
    KR_SLOT_CELL = 0x40,
    KR_SLOT_FREE = 0x80,
};

// Warm-up counter of a new code object: it is specialised when this has been counted up to 0.
#define KR_CODE_INITIAL_WARMUP (-8)

// The location of the instruction at byte [offset] of the code.
KrLocation kr_code_location(PyCodeObject *code, int offset);

// Starts a walk over lines for _PyCode_CheckLineNumber, which moves [bounds] to the entry with an
// offset.
void kr_code_start_lines(PyCodeObject *code, PyCodeAddressRange *bounds);

// BORROWED name and kind of slot [index] of the frame's locals.
static inline PyObject *kr_code_slot_name(PyCodeObject *code, Py_ssize_t index)
{
    return ((PyTupleObject *)code->co_localsplusnames)->ob_item[index];
}

static inline unsigned char kr_code_slot_kind(PyCodeObject *code, Py_ssize_t index)
{
    return (unsigned char)((PyBytesObject *)code->co_localspluskinds)->ob_sval[index];
}

#endif
