// specialize.h - turning general instructions into special ones, in the VM's copy of the code.
//
// The first cache word counts.  General instruction: runs, until KR_WARM of them make it look for
// a special form.  Special instruction: misses it may still have before it turns back.  After
// either kind of failure the count starts so that the next try is far away.
#ifndef KR_VM_SPECIALIZE_H
#define KR_VM_SPECIALIZE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "vm/frame.h"

enum { KR_WARM = 3, KR_MISSES = 40 };
#define KR_WAIT_AFTER_FAILURE ((uint16_t)-400)

// Outcomes of a comparison that jump (cache word 1 of COMPARE_OP_…_JUMP), and the direction.
enum { KR_IS_LESS = 1, KR_IS_GREATER = 2, KR_IS_EQUAL = 4, KR_JUMPS_BACK = 8 };

static inline void kr_specialize_set_opcode(_Py_CODEUNIT *instruction, int opcode)
{
    *(uint8_t *)instruction = (uint8_t)opcode;
}

static inline bool kr_specialize_is_warm(_Py_CODEUNIT *cache)
{
    return __builtin_expect(++cache[0] == KR_WARM, 0);
}

static inline void kr_specialize_count_miss(_Py_CODEUNIT *instruction, int general)
{
    if (--instruction[1] != 0) return;
    kr_specialize_set_opcode(instruction, general);
    instruction[1] = KR_WAIT_AFTER_FAILURE;
}

static inline uint32_t kr_specialize_read_u32(const _Py_CODEUNIT *words)
{
    uint32_t value;
    memcpy(&value, words, sizeof value);
    return value;
}

static inline PyObject *kr_specialize_read_object(const _Py_CODEUNIT *words)
{
    PyObject *object;
    memcpy(&object, words, sizeof object);
    return object;
}

static inline BORROWED PyObject *kr_specialize_module_dict(PyObject *module)
{
    return ((PyObject **)module)[2];
}

// RESUME of a new code object: after some runs, fuse pairs of instructions.
void kr_specialize_pair_up(PyCodeObject *code);

static inline void kr_specialize_warm_up(PyCodeObject *code)
{
    if (__builtin_expect(code->co_warmup != 0, 0) && ++code->co_warmup == 0)
        kr_specialize_pair_up(code);
}

void kr_specialize_global(KrFrame *frame, _Py_CODEUNIT *instruction, PyObject *name);
void kr_specialize_load_attribute(PyObject *owner, _Py_CODEUNIT *instruction, PyObject *name);
void kr_specialize_store_attribute(PyObject *owner, _Py_CODEUNIT *instruction, PyObject *name);
void kr_specialize_load_method(PyObject *owner, _Py_CODEUNIT *instruction, PyObject *name);
void kr_specialize_operator(KrFrame *frame, PyObject *left, PyObject *right,
                            _Py_CODEUNIT *instruction, int oparg);
void kr_specialize_comparison(PyObject *left, PyObject *right, _Py_CODEUNIT *instruction,
                              int oparg);
void kr_specialize_subscript(PyObject *container, PyObject *index, _Py_CODEUNIT *instruction);
void kr_specialize_store_subscript(PyObject *container, PyObject *index,
                                   _Py_CODEUNIT *instruction);
void kr_specialize_unpack(PyObject *sequence, _Py_CODEUNIT *instruction, int oparg);
void kr_specialize_for(PyObject *iterator, _Py_CODEUNIT *instruction, int oparg);
void kr_specialize_call(PyThreadState *thread, KrWord *sp, _Py_CODEUNIT *instruction, int oparg,
                        PyObject *keyword_names);

// The Python function that [type] has as __getitem__ or __init__, borrowed, NULL: something else.
BORROWED PyFunctionObject *kr_specialize_cached_getitem(PyTypeObject *type);
BORROWED PyFunctionObject *kr_specialize_cached_init(PyTypeObject *type);

#endif
