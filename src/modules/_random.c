// _random.c - the Mersenne Twister MT19937 of Matsumoto and Nishimura.
//
// (1) index is 0 … STATE_SIZE; at STATE_SIZE all words are used up and a new round is computed.
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include "Python.h"
#include "base/clock.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"

enum { STATE_SIZE = 624, SHIFT_SIZE = 397 };
static const uint32_t TWIST = 0x9908b0df, HIGH_BIT = 0x80000000, LOW_BITS = 0x7fffffff;

typedef struct Random {
    PyObject_HEAD
    int index;
    uint32_t state[STATE_SIZE];
} Random;

// --- the generator ------------------------------------------------------------------------------

static void next_round(uint32_t *state)
{
    for (int i = 0; i < STATE_SIZE; i++) {
        uint32_t joined = (state[i] & HIGH_BIT) | (state[(i + 1) % STATE_SIZE] & LOW_BITS);
        state[i] = state[(i + SHIFT_SIZE) % STATE_SIZE] ^ (joined >> 1) ^ (joined & 1 ? TWIST : 0);
    }
}

static uint32_t next_word(Random *self)
{
    assert(self->index >= 0 && self->index <= STATE_SIZE);
    if (self->index == STATE_SIZE) {
        next_round(self->state);
        self->index = 0;
    }
    uint32_t word = self->state[self->index++];
    word ^= word >> 11;
    word ^= word << 7 & 0x9d2c5680;
    word ^= word << 15 & 0xefc60000;
    return word ^ word >> 18;
}

static void seed_by_number(Random *self, uint32_t seed)
{
    self->state[0] = seed;
    for (int i = 1; i < STATE_SIZE; i++)
        self->state[i] =
            1812433253u * (self->state[i - 1] ^ self->state[i - 1] >> 30) + (uint32_t)i;
    self->index = STATE_SIZE;
}

static void seed_by_words(Random *self, const uint32_t *key, size_t count)
{
    uint32_t *state = self->state;
    seed_by_number(self, 19650218);
    size_t i = 1, k = 0;
    for (size_t n = count > STATE_SIZE ? count : STATE_SIZE; n > 0; n--) {
        state[i] =
            (state[i] ^ (state[i - 1] ^ state[i - 1] >> 30) * 1664525u) + key[k] + (uint32_t)k;
        if (++i == STATE_SIZE) {
            state[0] = state[STATE_SIZE - 1];
            i = 1;
        }
        if (++k == count) k = 0;
    }
    for (size_t n = STATE_SIZE - 1; n > 0; n--) {
        state[i] = (state[i] ^ (state[i - 1] ^ state[i - 1] >> 30) * 1566083941u) - (uint32_t)i;
        if (++i == STATE_SIZE) {
            state[0] = state[STATE_SIZE - 1];
            i = 1;
        }
    }
    state[0] = HIGH_BIT;
}

// --- seeds --------------------------------------------------------------------------------------

static int seed_by_system(Random *self)
{
    uint32_t key[STATE_SIZE];
    if (_PyOS_URandomNonblock(key, sizeof key) >= 0) {
        seed_by_words(self, key, STATE_SIZE);
        return 0;
    }
    PyErr_Clear();
    int64_t wall = kr_clock_wall(), monotonic = kr_clock_monotonic();
    uint32_t values[5] = {(uint32_t)wall, (uint32_t)(wall >> 32), (uint32_t)getpid(),
                          (uint32_t)monotonic, (uint32_t)(monotonic >> 32)};
    seed_by_words(self, values, 5);
    return 0;
}

// The absolute value of an int, or the hash of something else, as a seed.
static PyObject *seed_number(PyObject *seed)
{
    // Not what a subclass makes of abs(): test_random, test_bug_31478.
    if (PyLong_Check(seed)) return PyLong_Type.tp_as_number->nb_absolute(seed);
    Py_hash_t hash = PyObject_Hash(seed);
    return hash == -1 ? NULL : PyLong_FromSize_t((size_t)hash);
}

static int seed_by_object(Random *self, PyObject *seed)
{
    if (seed == NULL || seed == Py_None) return seed_by_system(self);
    KR_AUTO PyObject *number = seed_number(seed);
    if (number == NULL) return -1;
    size_t bits = _PyLong_NumBits(number);
    if (bits == (size_t)-1 && PyErr_Occurred()) return -1;
    size_t count = bits == 0 ? 1 : (bits - 1) / 32 + 1;
    uint32_t *key = PyMem_Malloc(count * sizeof *key);
    if (key == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    int failed = _PyLong_AsByteArray((PyLongObject *)number, (unsigned char *)key,
                                     count * sizeof *key, 1, 0);
    if (!failed) seed_by_words(self, key, count);
    PyMem_Free(key);
    return failed;
}

// --- the type -----------------------------------------------------------------------------------

METHOD(random, "self", "random() -> x in the interval [0, 1).")
static PyObject *random_random(Random *self)
{
    uint32_t high = next_word(self) >> 5, low = next_word(self) >> 6;
    return PyFloat_FromDouble((high * 67108864.0 + low) * (1.0 / 9007199254740992.0));
}

METHOD(seed, "self, n = None, /",
       "seed([n]) -> None.\n\n"
       "Defaults to use urandom and falls back to a combination\n"
       "of the current time and the process identifier.")
static PyObject *random_seed(Random *self, PyObject *n)
{
    if (seed_by_object(self, n) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(getstate, "self", "getstate() -> tuple containing the current state.")
static PyObject *random_getstate(Random *self)
{
    KR_AUTO PyObject *state = PyTuple_New(STATE_SIZE + 1);
    if (state == NULL) return NULL;
    for (int i = 0; i <= STATE_SIZE; i++) {
        PyObject *word =
            PyLong_FromUnsignedLong(i < STATE_SIZE ? self->state[i] : (unsigned long)self->index);
        if (word == NULL) return NULL;
        PyTuple_SET_ITEM(state, i, word);
    }
    return kr_take(state);
}

METHOD(setstate, "self, state, /", "setstate(state) -> None.  Restores generator state.")
static PyObject *random_setstate(Random *self, PyObject *state)
{
    uint32_t words[STATE_SIZE];
    if (!PyTuple_Check(state)) return kr_raise(PyExc_TypeError, "state vector must be a tuple");
    if (PyTuple_GET_SIZE(state) != STATE_SIZE + 1)
        return kr_raise(PyExc_ValueError, "state vector is the wrong size");
    for (int i = 0; i < STATE_SIZE; i++) {
        unsigned long word = PyLong_AsUnsignedLong(PyTuple_GET_ITEM(state, i));
        if (word == (unsigned long)-1 && PyErr_Occurred()) return NULL;
        words[i] = (uint32_t)word;
    }
    long index = PyLong_AsLong(PyTuple_GET_ITEM(state, STATE_SIZE));
    if (index == -1 && PyErr_Occurred()) return NULL;
    if (index < 0 || index > STATE_SIZE) return kr_raise(PyExc_ValueError, "invalid state");
    self->index = (int)index;
    memcpy(self->state, words, sizeof words);
    Py_RETURN_NONE;
}

METHOD(getrandbits, "self, k: int, /",
       "getrandbits(k) -> x.  Generates an int with k random bits.")
static PyObject *random_getrandbits(Random *self, int k)
{
    if (k < 0) return kr_raise(PyExc_ValueError, "number of bits must be non-negative");
    if (k == 0) return PyLong_FromLong(0);
    if (k <= 32) return PyLong_FromUnsignedLong(next_word(self) >> (32 - k));
    size_t count = (size_t)(k - 1) / 32 + 1;
    uint32_t *words = PyMem_Malloc(count * sizeof *words);
    if (words == NULL) return PyErr_NoMemory();
    for (size_t i = 0; i < count; i++, k -= 32) {
        words[i] = next_word(self);
        if (k < 32) words[i] >>= 32 - k;
    }
    PyObject *number = _PyLong_FromByteArray((unsigned char *)words, count * sizeof *words, 1, 0);
    PyMem_Free(words);
    return number;
}

#include "modules/_random.methods.h"

static int random_init(Random *self, PyObject *args, PyObject *kwargs)
{
    if (Py_TYPE(self)->tp_init == (initproc)random_init && kwargs && PyDict_GET_SIZE(kwargs))
        return kr_raise_int(PyExc_TypeError, "Random() takes no keyword arguments");
    if (PyTuple_GET_SIZE(args) > 1)
        return kr_raise_int(PyExc_TypeError, "Random() requires 0 or 1 argument");
    return seed_by_object(self, PyTuple_GET_SIZE(args) ? PyTuple_GET_ITEM(args, 0) : NULL);
}

static void random_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyType_Slot random_type_slots[] = {
    {Py_tp_doc, "Random() -> create a random number generator with its own internal state."},
    {Py_tp_methods, random_methods},
    {Py_tp_new, PyType_GenericNew},
    {Py_tp_init, random_init},
    {Py_tp_dealloc, random_dealloc},
    {0, NULL},
};

static PyType_Spec random_type_spec = {
    "_random.Random", sizeof(Random), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    random_type_slots,
};

static int random_exec(PyObject *module)
{
    KR_AUTO PyObject *type = PyType_FromModuleAndSpec(module, &random_type_spec, NULL);
    return type ? PyModule_AddType(module, (PyTypeObject *)type) : -1;
}

static PyModuleDef_Slot random_slots[] = {
    {Py_mod_exec, random_exec},
    {0, NULL},
};

static struct PyModuleDef random_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_random",
    .m_doc = "Module implements the Mersenne Twister random number generator.",
    .m_slots = random_slots,
};

PyMODINIT_FUNC PyInit__random(void)
{
    return PyModuleDef_Init(&random_definition);
}
