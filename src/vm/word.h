// word.h - a frame word: what a local variable or a place of the evaluation stack holds.
//
//     ...000   PyObject *, owned
//     0        unbound
//
// (1) Code outside this header never looks at the bits: it goes through the functions below, so
//     that further kinds (small ints, borrowed objects) can be added here without touching any
//     instruction.
// (2) A word that leaves the frame is boxed first (kr_word_object, kr_words_as_objects).
#ifndef KR_VM_WORD_H
#define KR_VM_WORD_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "object.h"

typedef struct KrWord { uintptr_t bits; } KrWord;

_Static_assert(sizeof(KrWord) == sizeof(PyObject *), "a frame word is one machine word");

#define KR_UNBOUND ((KrWord){0})

// Takes over the reference to [object]; NULL gives the unbound word.
static inline KrWord kr_word_steal(PyObject *object)
{
    return (KrWord){(uintptr_t)object};
}

// A word with a reference of its own to [object].
static inline KrWord kr_word_new(PyObject *object)
{
    Py_INCREF(object);
    return (KrWord){(uintptr_t)object};
}

static inline bool kr_word_is_unbound(KrWord word)
{
    return word.bits == 0;
}

// The object that the word stands for, borrowed; NULL when unbound.
static inline PyObject *kr_word_object(KrWord word)
{
    return (PyObject *)word.bits;
}

// The object that the word stands for, with the word's reference.
static inline PyObject *kr_word_take(KrWord word)
{
    return (PyObject *)word.bits;
}

static inline KrWord kr_word_copy(KrWord word)
{
    assert(!kr_word_is_unbound(word));
    Py_INCREF((PyObject *)word.bits);
    return word;
}

static inline void kr_word_release(KrWord word)
{
    assert(!kr_word_is_unbound(word));
    Py_DECREF((PyObject *)word.bits);
}

static inline void kr_word_release_if_bound(KrWord word)
{
    Py_XDECREF((PyObject *)word.bits);
}

// Boxes [count] words in place and gives them as an array of objects, for a foreign function.
static inline PyObject **kr_words_as_objects(KrWord *words, Py_ssize_t count)
{
    (void)count;
    return (PyObject **)words;
}

#endif
