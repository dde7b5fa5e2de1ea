// _struct.c - values of C structs in bytes: Struct, and functions that keep the Structs they used.
//
//     "<2hx3s"  ->  items: h at 0, h at 2, s of 3 at 5
//
// A format is translated once into items of (code, offset, size, count); packing and unpacking
// walk them.
//
// (1) An item of 's' and 'p' stands for one value of `size` bytes, of any other code for `count`
// values. (2) The codes' tables are three: native with alignment, little-endian, big-endian.
#include <ctype.h>

#include "Python.h"
#include "base/bits.h"
#include "base/vector.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/model/type.h"
#include "structmember.h"

typedef enum Kind {
    PAD, CHARACTER, SIGNED, UNSIGNED, TRUTH, HALF, SINGLE, DOUBLE, STRING, PASCAL, POINTER,
} Kind;

typedef struct Code {
    char letter;
    Kind kind;
    int size;
    int alignment;
    int is_big;         // byte order
    int is_native;
} Code;

typedef struct Item {
    const Code *code;
    Py_ssize_t offset, size, count;
} Item;

typedef KR_VECTOR(Item) Items;

typedef struct Struct {
    PyObject_HEAD
    Py_ssize_t size;      // -1 before __init__
    Py_ssize_t values;
    Item *items;          // ended by one without a code
    PyObject *format;     // bytes
    PyObject *weakrefs;
} Struct;

typedef struct State {
    PyObject *error;
    PyObject *cache;      // dict of Structs by format
    PyTypeObject *struct_type;
    PyTypeObject *iterator_type;
} State;

static struct PyModuleDef struct_definition;

static State *state_of_type(PyTypeObject *type)
{
    return PyModule_GetState(PyType_GetModuleByDef(type, &struct_definition));
}

static State *state_of(Struct *self)
{
    return state_of_type(Py_TYPE(self));
}

// --- codes --------------------------------------------------------------------------------------

#define NATIVE(letter, kind, type) \
    {letter, kind, sizeof(type), _Alignof(type), !KR_LITTLE_ENDIAN, 1}
static const Code native_codes[] = {
    {'x', PAD, 1, 0, 0, 1},           {'s', STRING, 1, 0, 0, 1},
    {'p', PASCAL, 1, 0, 0, 1},        {'c', CHARACTER, 1, 0, 0, 1},
    NATIVE('b', SIGNED, signed char), NATIVE('B', UNSIGNED, unsigned char),
    NATIVE('h', SIGNED, short),       NATIVE('H', UNSIGNED, unsigned short),
    NATIVE('i', SIGNED, int),         NATIVE('I', UNSIGNED, unsigned),
    NATIVE('l', SIGNED, long),        NATIVE('L', UNSIGNED, unsigned long),
    NATIVE('n', SIGNED, Py_ssize_t),  NATIVE('N', UNSIGNED, size_t),
    NATIVE('q', SIGNED, long long),   NATIVE('Q', UNSIGNED, unsigned long long),
    NATIVE('?', TRUTH, _Bool),        NATIVE('e', HALF, short),
    NATIVE('f', SINGLE, float),       NATIVE('d', DOUBLE, double),
    NATIVE('P', POINTER, void *),     {0},
};

#define STANDARD(big)                                                                             \
    {'x', PAD, 1, 0, big, 0}, {'s', STRING, 1, 0, big, 0}, {'p', PASCAL, 1, 0, big, 0},           \
        {'c', CHARACTER, 1, 0, big, 0}, {'b', SIGNED, 1, 0, big, 0},                              \
        {'B', UNSIGNED, 1, 0, big, 0}, {'h', SIGNED, 2, 0, big, 0},                               \
        {'H', UNSIGNED, 2, 0, big, 0}, {'i', SIGNED, 4, 0, big, 0},                               \
        {'I', UNSIGNED, 4, 0, big, 0}, {'l', SIGNED, 4, 0, big, 0},                               \
        {'L', UNSIGNED, 4, 0, big, 0}, {'q', SIGNED, 8, 0, big, 0},                               \
        {'Q', UNSIGNED, 8, 0, big, 0}, {'?', TRUTH, 1, 0, big, 0}, {'e', HALF, 2, 0, big, 0},     \
        {'f', SINGLE, 4, 0, big, 0}, {'d', DOUBLE, 8, 0, big, 0}, {0}
static const Code little_codes[] = {STANDARD(0)};
static const Code big_codes[] = {STANDARD(1)};

static const Code *find_code(const Code *codes, char letter)
{
    for (; codes->letter; codes++)
        if (codes->letter == letter) return codes;
    return NULL;
}

// The table that a format's first character asks for, moved behind it.
static const Code *read_order(const char **at)
{
    const Code *codes = native_codes;
    if (**at == '<' || **at == '=')
        codes = KR_LITTLE_ENDIAN || **at == '<' ? little_codes : big_codes;
    else if (**at == '>' || **at == '!')
        codes = big_codes;
    else if (**at != '@')
        return codes;
    ++*at;
    return codes;
}

// --- formats ------------------------------------------------------------------------------------

static Py_ssize_t align(Py_ssize_t size, const Code *code)
{
    if (code->alignment <= 1) return size;
    if (size > PY_SSIZE_T_MAX - code->alignment) return -1;
    return (size + code->alignment - 1) / code->alignment * code->alignment;
}

// Reads a repeat count, 1 if there is none: 0; -1 when it is too large.
static int read_count(const char **at, Py_ssize_t *ret_count)
{
    Py_ssize_t count = 0;
    *ret_count = 1;
    if (**at < '0' || **at > '9') return 0;
    for (; **at >= '0' && **at <= '9'; ++*at)
        if (__builtin_mul_overflow(count, 10, &count)
            || __builtin_add_overflow(count, **at - '0', &count))
            return -1;
    *ret_count = count;
    return 0;
}

// A format translated.
typedef struct Layout {
    Items items;
    Py_ssize_t size, values;
} Layout;

// Adds [count] of [code]: 0; -1 when it gets too long; -2 without memory.
static int add_item(Layout *layout, const Code *code, Py_ssize_t count)
{
    Py_ssize_t offset = align(layout->size, code), bytes;
    if (offset < 0 || __builtin_mul_overflow(count, (Py_ssize_t)code->size, &bytes)
        || __builtin_add_overflow(offset, bytes, &layout->size))
        return -1;
    if (code->kind == PAD) return 0;
    int is_text = code->kind == STRING || code->kind == PASCAL;
    layout->values += is_text ? 1 : count;
    Item item = {code, offset, is_text ? count : code->size, is_text ? 1 : count};
    if (!is_text && count == 0) return 0;
    return kr_vector_push(&layout->items, item) < 0 ? -2 : 0;
}

static int translate(State *state, const char *format, Layout *layout)
{
    const char *at = format;
    const Code *codes = read_order(&at);
    while (*at) {
        Py_ssize_t count;
        if (isspace((unsigned char)*at)) {
            at++;
            continue;
        }
        const char *start = at;
        int failed = read_count(&at, &count);
        if (!failed && *at == 0 && at != start)
            return kr_raise_int(state->error, "repeat count given without format specifier");
        const Code *code = failed ? NULL : find_code(codes, *at);
        if (!failed && code == NULL)
            return kr_raise_int(state->error, "bad char in struct format");
        if (!failed) failed = add_item(layout, code, count);
        if (failed == -2) {
            PyErr_NoMemory();
            return -1;
        }
        if (failed) return kr_raise_int(state->error, "total struct size too long");
        at++;
    }
    return 0;
}

// The format as bytes: new reference, or NULL with an exception.
static PyObject *format_bytes(PyObject *format)
{
    if (PyUnicode_Check(format)) return PyUnicode_AsASCIIString(format);
    if (PyBytes_Check(format)) return Py_NewRef(format);
    return kr_raise(PyExc_TypeError,
                    "Struct() argument 1 must be a str or bytes object, not %.200s",
                    _PyType_Name(Py_TYPE(format)));
}

INITIALIZER(Struct, "format", "Struct(fmt) --> compiled struct object\n\n")
static int Struct_init(Struct *self, PyObject *format)
{
    State *state = state_of(self);
    KR_AUTO PyObject *bytes = format_bytes(format);
    if (bytes == NULL) return -1;
    Layout layout = {KR_VECTOR_EMPTY, 0, 0};
    const char *text = PyBytes_AS_STRING(bytes);
    int failed = strlen(text) != (size_t)PyBytes_GET_SIZE(bytes)
                     ? kr_raise_int(state->error, "embedded null character")
                     : translate(state, text, &layout);
    if (!failed && (failed = kr_vector_push(&layout.items, (Item){0})) < 0) PyErr_NoMemory();
    if (failed) {
        kr_vector_clear(&layout.items);
        return -1;
    }
    kr_memory_free(self->items);
    self->items = layout.items.items;
    self->size = layout.size;
    self->values = layout.values;
    Py_XSETREF(self->format, kr_take(bytes));
    return 0;
}

// --- unpacking ----------------------------------------------------------------------------------

static uint64_t read_bits(const char *from, const Code *code)
{
    switch (code->size) {
    case 1:
        return (uint8_t)*from;
    case 2:
        return code->is_big ? kr_load_swapped_16(from) : kr_load_16(from);
    case 4:
        return code->is_big ? kr_load_swapped_32(from) : kr_load_32(from);
    default:
        return code->is_big ? kr_load_swapped_64(from) : kr_load_64(from);
    }
}

static PyObject *unpack_value(const char *from, const Item *item)
{
    const Code *code = item->code;
    int unused = 64 - 8 * code->size;
    switch (code->kind) {
    case CHARACTER:
        return PyBytes_FromStringAndSize(from, 1);
    case SIGNED:
        return PyLong_FromLongLong((int64_t)(read_bits(from, code) << unused) >> unused);
    case UNSIGNED:
        return PyLong_FromUnsignedLongLong(read_bits(from, code));
    case TRUTH:
        return PyBool_FromLong(*from != 0);
    case HALF:
        return PyFloat_FromDouble(PyFloat_Unpack2(from, !code->is_big));
    case SINGLE:
        return PyFloat_FromDouble(PyFloat_Unpack4(from, !code->is_big));
    case DOUBLE:
        return PyFloat_FromDouble(PyFloat_Unpack8(from, !code->is_big));
    case STRING:
        return PyBytes_FromStringAndSize(from, item->size);
    case PASCAL: {
        Py_ssize_t length = item->size ? (uint8_t)*from : 0;
        if (length >= item->size) length = item->size ? item->size - 1 : 0;
        return PyBytes_FromStringAndSize(from + 1, length);
    }
    default:
        assert(code->kind == POINTER);
        return PyLong_FromVoidPtr((void *)(uintptr_t)kr_load_64(from));
    }
}

static PyObject *unpack_all(Struct *self, const char *from)
{
    KR_AUTO PyObject *result = PyTuple_New(self->values);
    if (result == NULL) return NULL;
    Py_ssize_t index = 0;
    for (const Item *item = self->items; item->code; item++) {
        const char *at = from + item->offset;
        for (Py_ssize_t k = 0; k < item->count; k++, at += item->size) {
            PyObject *value = unpack_value(at, item);
            if (value == NULL) return NULL;
            PyTuple_SET_ITEM(result, index++, value);
        }
    }
    return kr_take(result);
}

// --- packing ------------------------------------------------------------------------------------

static void write_bits(char *to, const Code *code, uint64_t bits)
{
    switch (code->size) {
    case 1:
        *to = (char)bits;
        break;
    case 2:
        (code->is_big ? kr_store_swapped_16 : kr_store_16)(to, (uint16_t)bits);
        break;
    case 4:
        (code->is_big ? kr_store_swapped_32 : kr_store_32)(to, (uint32_t)bits);
        break;
    default:
        (code->is_big ? kr_store_swapped_64 : kr_store_64)(to, bits);
    }
}

// An int by __index__; NULL with struct.error.
static PyObject *get_int(State *state, PyObject *value)
{
    if (PyLong_Check(value)) return Py_NewRef(value);
    if (!PyIndex_Check(value))
        return kr_raise(state->error, "required argument is not an integer");
    return PyNumber_Index(value);
}

// Bytes and native shorts are called by name in messages.
static int has_named_range(const Code *code)
{
    return code->size == 1 || (code->size == 2 && !code->is_big);
}

static int refuse_range(State *state, const Code *code)
{
    int is_signed = code->kind == SIGNED;
    uint64_t high = UINT64_MAX >> (64 - 8 * code->size + is_signed);
    int64_t low = is_signed ? -(int64_t)high - 1 : 0;
    const char *name = code->size == 1 ? (is_signed ? "byte" : "ubyte")
                       : is_signed     ? "short"
                                       : "ushort";
    if (has_named_range(code))
        return kr_raise_int(state->error, "%s format requires %lld <= number <= %llu", name,
                            (long long)low, (unsigned long long)high);
    return kr_raise_int(state->error, "'%c' format requires %lld <= number <= %llu", code->letter,
                        (long long)low, (unsigned long long)high);
}

// The 64 bits of an int for [code], which may be more than fit: 0; -1 with struct.error.
static int get_bits(State *state, const Code *code, PyObject *number, uint64_t *ret_bits)
{
    int overflow;
    long long value = PyLong_AsLongLongAndOverflow(number, &overflow);
    *ret_bits = (uint64_t)value;
    int is_plain_unsigned = code->kind == UNSIGNED && !has_named_range(code);
    int failed = overflow != 0 || (is_plain_unsigned && value < 0);
    if (overflow > 0 && is_plain_unsigned) {
        *ret_bits = PyLong_AsUnsignedLongLong(number);
        failed = *ret_bits == UINT64_MAX && PyErr_Occurred();
        if (failed) PyErr_Clear();
    }
    if (!failed) return 0;
    return kr_raise_int(state->error, code->is_big && code->size == 8 ? "int too large to convert"
                                                                      : "argument out of range");
}

static int pack_int(State *state, char *to, const Code *code, PyObject *value)
{
    KR_AUTO PyObject *number = get_int(state, value);
    uint64_t bits;
    if (number == NULL || get_bits(state, code, number, &bits) < 0) return -1;
    int unused = 64 - 8 * code->size;
    uint64_t read_back = code->kind == SIGNED ? (uint64_t)((int64_t)(bits << unused) >> unused)
                                              : bits << unused >> unused;
    if (read_back != bits) return refuse_range(state, code);
    write_bits(to, code, bits);
    return 0;
}

static int pack_float(State *state, char *to, const Code *code, PyObject *value)
{
    double number = PyFloat_AsDouble(value);
    if (number == -1.0 && PyErr_Occurred()) {
        PyErr_Clear();
        return kr_raise_int(state->error, "required argument is not a float");
    }
    int failed = 0;
    if (code->kind == HALF) {
        failed = PyFloat_Pack2(number, to, !code->is_big);
    } else if (code->kind == DOUBLE) {
        failed = PyFloat_Pack8(number, to, !code->is_big);
    } else if (!code->is_native) {
        failed = PyFloat_Pack4(number, to, !code->is_big);
    } else {
        float narrow = (float)number;   // native: too large is infinite
        memcpy(to, &narrow, sizeof narrow);
    }
    if (failed && PyLong_Check(value) && PyErr_ExceptionMatches(PyExc_OverflowError))
        return kr_raise_int(state->error, "int too large to convert");
    return failed;
}

static int pack_text(State *state, char *to, const Item *item, PyObject *value)
{
    int is_array = PyByteArray_Check(value), is_pascal = item->code->kind == PASCAL;
    if (!PyBytes_Check(value) && !is_array)
        return kr_raise_int(state->error, "argument for '%c' must be a bytes object",
                            item->code->letter);
    Py_ssize_t size = is_array ? PyByteArray_GET_SIZE(value) : PyBytes_GET_SIZE(value);
    const char *from = is_array ? PyByteArray_AS_STRING(value) : PyBytes_AS_STRING(value);
    Py_ssize_t room = item->size - is_pascal;
    if (size > room) size = room > 0 ? room : 0;
    if (size > 0) memcpy(to + is_pascal, from, (size_t)size);
    if (is_pascal && item->size > 0) *to = (char)(size > 255 ? 255 : size);
    return 0;
}

static int pack_value(State *state, char *to, const Item *item, PyObject *value)
{
    int truth;
    switch (item->code->kind) {
    case CHARACTER:
        if (!PyBytes_Check(value) || PyBytes_GET_SIZE(value) != 1)
            return kr_raise_int(state->error, "char format requires a bytes object of length 1");
        *to = *PyBytes_AS_STRING(value);
        return 0;
    case SIGNED:
    case UNSIGNED:
        return pack_int(state, to, item->code, value);
    case TRUTH:
        truth = PyObject_IsTrue(value);
        if (truth < 0) return -1;
        *to = (char)truth;
        return 0;
    case STRING:
    case PASCAL:
        return pack_text(state, to, item, value);
    case POINTER: {
        KR_AUTO PyObject *number = get_int(state, value);
        void *pointer = number ? PyLong_AsVoidPtr(number) : NULL;
        if (pointer == NULL && PyErr_Occurred()) {
            if (!PyErr_ExceptionMatches(PyExc_OverflowError)) return -1;
            PyErr_Clear();
            return kr_raise_int(state->error, "int too large to convert");
        }
        memcpy(to, &pointer, sizeof pointer);
        return 0;
    }
    default:
        return pack_float(state, to, item->code, value);
    }
}

// Writes into [to], which has room for self->size bytes; [values] are as many as needed.
static int pack_all(Struct *self, char *to, PyObject *const *values)
{
    State *state = state_of(self);
    memset(to, 0, (size_t)self->size);
    for (const Item *item = self->items; item->code; item++) {
        char *at = to + item->offset;
        for (Py_ssize_t k = 0; k < item->count; k++, at += item->size)
            if (pack_value(state, at, item, *values++) < 0) return -1;
    }
    return 0;
}

static int check_ready(Struct *self)
{
    return self->format ? 0 : kr_raise_int(PyExc_RuntimeError, "Struct object is not initialized");
}

// --- what Struct and the functions of the module share ------------------------------------------

static PyObject *pack(Struct *self, PyObject *const *values, Py_ssize_t count)
{
    if (count != self->values)
        return kr_raise(state_of(self)->error, "pack expected %zd items for packing (got %zd)",
                        self->values, count);
    if (check_ready(self) < 0) return NULL;
    KR_AUTO PyObject *bytes = PyBytes_FromStringAndSize(NULL, self->size);
    if (bytes == NULL || pack_all(self, PyBytes_AS_STRING(bytes), values) < 0) return NULL;
    return kr_take(bytes);
}

// Turns an offset from the end into one from the start: 0, or -1 when [size] bytes have no place
// there.
static int check_pack_offset(Struct *self, Py_ssize_t size, Py_ssize_t *offset)
{
    PyObject *error = state_of(self)->error;
    if (*offset < 0) {
        if (*offset + self->size > 0)
            return kr_raise_int(error, "no space to pack %zd bytes at offset %zd", self->size,
                                *offset);
        if (*offset + size < 0)
            return kr_raise_int(error, "offset %zd out of range for %zd-byte buffer", *offset,
                                size);
        *offset += size;
    }
    if (size - *offset >= self->size) return 0;
    return kr_raise_int(error, "pack_into requires a buffer of at least %zu bytes for packing %zd "
                        "bytes at offset %zd (actual buffer size is %zd)",
                        (size_t)self->size + (size_t)*offset, self->size, *offset, size);
}

// [arguments]: buffer, offset, values.
static PyObject *pack_into(Struct *self, PyObject *const *arguments, Py_ssize_t count)
{
    PyObject *error = state_of(self)->error;
    if (count < 1) return kr_raise(error, "pack_into expected buffer argument");
    if (count < 2) return kr_raise(error, "pack_into expected offset argument");
    if (count - 2 != self->values)
        return kr_raise(error, "pack_into expected %zd items for packing (got %zd)", self->values,
                        count - 2);
    if (check_ready(self) < 0) return NULL;
    KR_AUTO_BUFFER Py_buffer buffer = {0};
    if (PyObject_GetBuffer(arguments[0], &buffer, PyBUF_WRITABLE) < 0) {
        buffer.obj = NULL;
        return kr_raise(PyExc_TypeError,
                        "argument must be read-write bytes-like object, not %.50s",
                        Py_TYPE(arguments[0])->tp_name);
    }
    Py_ssize_t offset = PyNumber_AsSsize_t(arguments[1], PyExc_IndexError);
    if (offset == -1 && PyErr_Occurred()) return NULL;
    if (check_pack_offset(self, buffer.len, &offset) < 0) return NULL;
    if (pack_all(self, (char *)buffer.buf + offset, arguments + 2) < 0) return NULL;
    Py_RETURN_NONE;
}

static PyObject *unpack(Struct *self, Py_buffer *buffer)
{
    if (check_ready(self) < 0) return NULL;
    if (buffer->len != self->size)
        return kr_raise(state_of(self)->error, "unpack requires a buffer of %zd bytes",
                        self->size);
    return unpack_all(self, buffer->buf);
}

static PyObject *unpack_from(Struct *self, Py_buffer *buffer, Py_ssize_t offset)
{
    PyObject *error = state_of(self)->error;
    if (check_ready(self) < 0) return NULL;
    if (offset < 0) {
        if (offset + self->size > 0)
            return kr_raise(error, "not enough data to unpack %zd bytes at offset %zd", self->size,
                            offset);
        if (offset + buffer->len < 0)
            return kr_raise(error, "offset %zd out of range for %zd-byte buffer", offset,
                            buffer->len);
        offset += buffer->len;
    }
    if (buffer->len - offset < self->size)
        return kr_raise(error, "unpack_from requires a buffer of at least %zu bytes for unpacking "
                        "%zd bytes at offset %zd (actual buffer size is %zd)",
                        (size_t)self->size + (size_t)offset, self->size, offset, buffer->len);
    return unpack_all(self, (char *)buffer->buf + offset);
}

// --- iter_unpack --------------------------------------------------------------------------------

typedef struct Iterator {
    PyObject_HEAD
    Struct *owner;
    Py_buffer buffer;
    Py_ssize_t offset;
} Iterator;

static PyObject *iterate(Struct *self, PyObject *source)
{
    State *state = state_of(self);
    if (check_ready(self) < 0) return NULL;
    if (self->size == 0)
        return kr_raise(state->error, "cannot iteratively unpack with a struct of length 0");
    KR_AUTO PyObject *object = state->iterator_type->tp_alloc(state->iterator_type, 0);
    if (object == NULL) return NULL;
    Iterator *iterator = (Iterator *)object;
    if (PyObject_GetBuffer(source, &iterator->buffer, PyBUF_SIMPLE) < 0) return NULL;
    if (iterator->buffer.len % self->size)
        return kr_raise(state->error,
                        "iterative unpacking requires a buffer of a multiple of %zd bytes",
                        self->size);
    iterator->owner = (Struct *)Py_NewRef((PyObject *)self);
    return kr_take(object);
}

static PyObject *iterator_next(Iterator *self)
{
    if (self->owner == NULL || self->offset >= self->buffer.len) return NULL;
    PyObject *values = unpack_all(self->owner, (char *)self->buffer.buf + self->offset);
    self->offset += self->owner->size;
    return values;
}

static PyObject *iterator_length_hint(Iterator *self, PyObject *none)
{
    return PyLong_FromSsize_t(self->owner ? (self->buffer.len - self->offset) / self->owner->size
                                          : 0);
}

static int iterator_traverse(Iterator *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->owner);
    Py_VISIT(self->buffer.obj);
    return 0;
}

static void iterator_dealloc(Iterator *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->owner);
    if (self->buffer.obj) PyBuffer_Release(&self->buffer);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef iterator_methods[] = {
    {"__length_hint__", (PyCFunction)iterator_length_hint, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot iterator_slots[] = {
    {Py_tp_dealloc, iterator_dealloc},
    {Py_tp_getattro, PyObject_GenericGetAttr},
    {Py_tp_traverse, iterator_traverse},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, iterator_next},
    {Py_tp_methods, iterator_methods},
    {0, NULL},
};

static PyType_Spec iterator_spec = {
    "_struct.unpack_iterator",
    sizeof(Iterator),
    0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE
        | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    iterator_slots,
};

// --- the type Struct ----------------------------------------------------------------------------

METHOD(pack, "self, *values: array",
       "S.pack(v1, v2, ...) -> bytes\n\n"
       "Return a bytes object containing values v1, v2, ... packed according\n"
       "to the format string S.format.  See help(struct) for more on format\n"
       "strings.")
static PyObject *Struct_pack(Struct *self, PyObject *const *values, Py_ssize_t count)
{
    return pack(self, values, count);
}

METHOD(pack_into, "self, *values: array",
       "S.pack_into(buffer, offset, v1, v2, ...)\n\n"
       "Pack the values v1, v2, ... according to the format string S.format\n"
       "and write the packed bytes into the writable buffer buf starting at\n"
       "offset.  Note that the offset is a required argument.  See\n"
       "help(struct) for more on format strings.")
static PyObject *Struct_pack_into(Struct *self, PyObject *const *values, Py_ssize_t count)
{
    return pack_into(self, values, count);
}

METHOD(unpack, "self, buffer: buffer, /",
       "Return a tuple containing unpacked values.\n\n"
       "Unpack according to the format string Struct.format. The buffer's size\n"
       "in bytes must be Struct.size.\n\n"
       "See help(struct) for more on format strings.")
static PyObject *Struct_unpack(Struct *self, Py_buffer *buffer)
{
    return unpack(self, buffer);
}

METHOD(unpack_from, "self, buffer: buffer, offset: ssize = 0",
       "Return a tuple containing unpacked values.\n\n"
       "Values are unpacked according to the format string Struct.format.\n\n"
       "The buffer's size in bytes, starting at position offset, must be\n"
       "at least Struct.size.\n\n"
       "See help(struct) for more on format strings.")
static PyObject *Struct_unpack_from(Struct *self, Py_buffer *buffer, Py_ssize_t offset)
{
    return unpack_from(self, buffer, offset);
}

METHOD(iter_unpack, "self, buffer, /",
       "Return an iterator yielding tuples.\n\n"
       "Tuples are unpacked from the given bytes source, like a repeated\n"
       "invocation of unpack_from().\n\n"
       "Requires that the bytes length be a multiple of the struct size.")
static PyObject *Struct_iter_unpack(Struct *self, PyObject *buffer)
{
    return iterate(self, buffer);
}

METHOD(__sizeof__, "self", "S.__sizeof__() -> size of S in memory, in bytes")
static PyObject *Struct___sizeof__(Struct *self)
{
    size_t size = (size_t)Py_TYPE(self)->tp_basicsize + sizeof(Item);
    for (const Item *item = self->items; item && item->code; item++) size += sizeof(Item);
    return PyLong_FromSize_t(size);
}

GETTER(format, "struct format string")
static PyObject *Struct_get_format(Struct *self)
{
    if (check_ready(self) < 0) return NULL;
    return PyUnicode_FromStringAndSize(PyBytes_AS_STRING(self->format),
                                       PyBytes_GET_SIZE(self->format));
}

GETTER(size, "struct size in bytes")
static PyObject *Struct_get_size(Struct *self)
{
    return PyLong_FromSsize_t(self->size);
}

// --- functions of the module, with a cache of Structs -------------------------------------------

enum { MOST_CACHED = 100 };

// The Struct of [format]; new reference.
static Struct *get_struct(PyObject *module, PyObject *format)
{
    State *state = PyModule_GetState(module);
    PyObject *known = PyDict_GetItemWithError(state->cache, format);
    if (known != NULL || PyErr_Occurred()) return (Struct *)Py_XNewRef(known);
    KR_AUTO PyObject *made = PyObject_CallOneArg((PyObject *)state->struct_type, format);
    if (made == NULL) return NULL;
    if (PyDict_GET_SIZE(state->cache) >= MOST_CACHED) PyDict_Clear(state->cache);
    if (PyDict_SetItem(state->cache, format, made) < 0) PyErr_Clear();
    return (Struct *)kr_take(made);
}

#define AUTO_STRUCT(name, module, format)                                                         \
    Struct *name = get_struct(module, format);                                                    \
    KR_AUTO PyObject *name##_owned = (PyObject *)name;

METHOD(_clearcache, "module", "Clear the internal cache.")
static PyObject *struct__clearcache(PyObject *module)
{
    PyDict_Clear(((State *)PyModule_GetState(module))->cache);
    Py_RETURN_NONE;
}

METHOD(calcsize, "module, format, /",
       "Return size in bytes of the struct described by the format string.")
static PyObject *struct_calcsize(PyObject *module, PyObject *format)
{
    AUTO_STRUCT(known, module, format)
    return known ? PyLong_FromSsize_t(known->size) : NULL;
}

METHOD(pack, "module, *values: array",
       "pack(format, v1, v2, ...) -> bytes\n\n"
       "Return a bytes object containing the values v1, v2, ... packed according\n"
       "to the format string.  See help(struct) for more on format strings.")
static PyObject *struct_pack(PyObject *module, PyObject *const *values, Py_ssize_t count)
{
    if (count == 0) return kr_raise(PyExc_TypeError, "missing format argument");
    AUTO_STRUCT(known, module, values[0])
    return known ? pack(known, values + 1, count - 1) : NULL;
}

METHOD(pack_into, "module, *values: array",
       "pack_into(format, buffer, offset, v1, v2, ...)\n\n"
       "Pack the values v1, v2, ... according to the format string and write\n"
       "the packed bytes into the writable buffer buf starting at offset.  Note\n"
       "that the offset is a required argument.  See help(struct) for more\n"
       "on format strings.")
static PyObject *struct_pack_into(PyObject *module, PyObject *const *values, Py_ssize_t count)
{
    if (count == 0) return kr_raise(PyExc_TypeError, "missing format argument");
    AUTO_STRUCT(known, module, values[0])
    return known ? pack_into(known, values + 1, count - 1) : NULL;
}

METHOD(unpack, "module, format, buffer: buffer, /",
       "Return a tuple containing values unpacked according to the format string.\n\n"
       "The buffer's size in bytes must be calcsize(format).\n\n"
       "See help(struct) for more on format strings.")
static PyObject *struct_unpack(PyObject *module, PyObject *format, Py_buffer *buffer)
{
    AUTO_STRUCT(known, module, format)
    return known ? unpack(known, buffer) : NULL;
}

METHOD(unpack_from, "module, format, /, buffer: buffer, offset: ssize = 0",
       "Return a tuple containing values unpacked according to the format string.\n\n"
       "The buffer's size, minus offset, must be at least calcsize(format).\n\n"
       "See help(struct) for more on format strings.")
static PyObject *struct_unpack_from(PyObject *module, PyObject *format, Py_buffer *buffer,
                                    Py_ssize_t offset)
{
    AUTO_STRUCT(known, module, format)
    return known ? unpack_from(known, buffer, offset) : NULL;
}

METHOD(iter_unpack, "module, format, buffer, /",
       "Return an iterator yielding tuples unpacked from the given bytes.\n\n"
       "The bytes are unpacked according to the format string, like\n"
       "a repeated invocation of unpack_from().\n\n"
       "Requires that the bytes length be a multiple of the format struct size.")
static PyObject *struct_iter_unpack(PyObject *module, PyObject *format, PyObject *buffer)
{
    AUTO_STRUCT(known, module, format)
    return known ? iterate(known, buffer) : NULL;
}

#include "modules/_struct.methods.h"

static PyObject *struct_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    Struct *self = (Struct *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->size = -1;
    self->values = -1;
    return (PyObject *)self;
}

static int struct_traverse(Struct *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static void struct_dealloc(Struct *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    if (self->weakrefs) PyObject_ClearWeakRefs((PyObject *)self);
    kr_memory_free(self->items);
    Py_XDECREF(self->format);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMemberDef struct_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Struct, weakrefs), READONLY, NULL},
    {NULL},
};

static PyType_Slot struct_type_slots[] = {
    {Py_tp_dealloc, struct_dealloc},
    {Py_tp_getattro, PyObject_GenericGetAttr},
    {Py_tp_setattro, PyObject_GenericSetAttr},
    {Py_tp_doc, "Struct(fmt) --> compiled struct object\n\n"},
    {Py_tp_traverse, struct_traverse},
    {Py_tp_methods, Struct_methods},
    {Py_tp_members, struct_members},
    {Py_tp_getset, Struct_getset},
    {Py_tp_init, Struct_tp_init},
    {Py_tp_new, struct_new},
    {0, NULL},
};

static PyType_Spec struct_spec = {
    "_struct.Struct", sizeof(Struct), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE,
    struct_type_slots,
};

// --- the module ---------------------------------------------------------------------------------

static int struct_exec(PyObject *module)
{
    State *state = PyModule_GetState(module);
    state->cache = PyDict_New();
    state->struct_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &struct_spec, NULL);
    if (state->struct_type == NULL || PyModule_AddType(module, state->struct_type) < 0) return -1;
    state->iterator_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &iterator_spec, NULL);
    state->error = PyErr_NewException("struct.error", NULL, NULL);
    if (state->cache == NULL || state->iterator_type == NULL || state->error == NULL) return -1;
    return PyModule_AddObjectRef(module, "error", state->error);
}

static int struct_module_traverse(PyObject *module, visitproc visit, void *arg)
{
    State *state = PyModule_GetState(module);
    Py_VISIT(state->error);
    Py_VISIT(state->cache);
    Py_VISIT(state->struct_type);
    Py_VISIT(state->iterator_type);
    return 0;
}

static int struct_module_clear(PyObject *module)
{
    State *state = PyModule_GetState(module);
    Py_CLEAR(state->error);
    Py_CLEAR(state->cache);
    Py_CLEAR(state->struct_type);
    Py_CLEAR(state->iterator_type);
    return 0;
}

static void struct_module_free(void *module)
{
    struct_module_clear(module);
}

static PyModuleDef_Slot struct_slots[] = {
    {Py_mod_exec, struct_exec},
    {0, NULL},
};

static struct PyModuleDef struct_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_struct",
    .m_doc = "Functions to convert between Python values and C structs.\n"
             "Python bytes objects are used to hold the data representing the C struct\n"
             "and also as format strings (explained below) to describe the layout of data\n"
             "in the C struct.\n\n"
             "The optional first format char indicates byte order, size and alignment:\n"
             "  @: native order, size & alignment (default)\n"
             "  =: native order, std. size & alignment\n"
             "  <: little-endian, std. size & alignment\n"
             "  >: big-endian, std. size & alignment\n"
             "  !: same as >\n\n"
             "The remaining chars indicate types of args and must match exactly;\n"
             "these can be preceded by a decimal repeat count:\n"
             "  x: pad byte (no data); c:char; b:signed byte; B:unsigned byte;\n"
             "  ?: _Bool (requires C99; if not available, char is used instead)\n"
             "  h:short; H:unsigned short; i:int; I:unsigned int;\n"
             "  l:long; L:unsigned long; f:float; d:double; e:half-float.\n"
             "Special cases (preceding decimal count indicates length):\n"
             "  s:string (array of char); p: pascal string (with count byte).\n"
             "Special cases (only available in native format):\n"
             "  n:ssize_t; N:size_t;\n"
             "  P:an integer type that is wide enough to hold a pointer.\n"
             "Special case (not in native mode unless 'long long' in platform C):\n"
             "  q:long long; Q:unsigned long long\n"
             "Whitespace between formats is ignored.\n\n"
             "The variable struct.error is an exception raised on errors.\n",
    .m_size = sizeof(State),
    .m_methods = struct_methods,
    .m_slots = struct_slots,
    .m_traverse = struct_module_traverse,
    .m_clear = struct_module_clear,
    .m_free = struct_module_free,
};

PyMODINIT_FUNC PyInit__struct(void)
{
    return PyModuleDef_Init(&struct_definition);
}
