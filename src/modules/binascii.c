// binascii.c - hexadecimal, base64, uuencode and quoted-printable; checksums.
#include <zlib.h>

#include "Python.h"
#include "base/vector.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "text/digits.h"

PyObject *_Py_strhex_bytes_with_sep(const char *data, Py_ssize_t size, const PyObject *sep,
                                    const int group);

typedef KR_VECTOR(char) Output;

static PyObject *raise_error(PyObject *module, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    PyErr_FormatV(*(PyObject **)PyModule_GetState(module), format, values);
    va_end(values);
    return NULL;
}

// Moves what was written into a bytes object.
static PyObject *finish(Output *output)
{
    PyObject *bytes = PyBytes_FromStringAndSize(output->items, output->count);
    kr_vector_clear(output);
    return bytes;
}

// --- ASCII arguments: str or bytes-like ---------------------------------------------------------

typedef struct Ascii {
    const unsigned char *data;
    Py_ssize_t size;
    Py_buffer buffer;
} Ascii;

static void release_ascii(Ascii *ascii)
{
    if (ascii->buffer.obj) PyBuffer_Release(&ascii->buffer);
}

#define AUTO_ASCII __attribute__((cleanup(release_ascii))) Ascii

static int get_ascii(PyObject *object, Ascii *ret)
{
    if (PyUnicode_Check(object)) {
        if (PyUnicode_READY(object) < 0) return -1;
        if (!PyUnicode_IS_ASCII(object))
            return kr_raise_int(PyExc_ValueError,
                                "string argument should contain only ASCII characters");
        ret->data = PyUnicode_1BYTE_DATA(object);
        ret->size = PyUnicode_GET_LENGTH(object);
        return 0;
    }
    if (PyObject_GetBuffer(object, &ret->buffer, PyBUF_SIMPLE) < 0) {
        ret->buffer.obj = NULL;
        return kr_raise_int(PyExc_TypeError,
                            "argument should be bytes, buffer or ASCII string, not '%.100s'",
                            Py_TYPE(object)->tp_name);
    }
    ret->data = ret->buffer.buf;
    ret->size = ret->buffer.len;
    return 0;
}

// --- hexadecimal --------------------------------------------------------------------------------

static PyObject *encode_hex(Py_buffer *data, PyObject *sep, int bytes_per_sep)
{
    return _Py_strhex_bytes_with_sep(data->buf, data->len, sep, bytes_per_sep);
}

METHOD(b2a_hex, "module, data: buffer, sep: object = NULL, bytes_per_sep: int = 1",
       "Hexadecimal representation of binary data.\n\n"
       "  sep\n"
       "    An optional single character or byte to separate hex bytes.\n"
       "  bytes_per_sep\n"
       "    How many bytes between separators.  Positive values count from the\n"
       "    right, negative values count from the left.\n\n"
       "The return value is a bytes object.  This function is also\n"
       "available as \"hexlify()\".\n\n"
       "Example:\n"
       ">>> binascii.b2a_hex(b'\\xb9\\x01\\xef')\n"
       "b'b901ef'\n"
       ">>> binascii.hexlify(b'\\xb9\\x01\\xef', ':')\n"
       "b'b9:01:ef'\n"
       ">>> binascii.b2a_hex(b'\\xb9\\x01\\xef', b'_', 2)\n"
       "b'b9_01ef'")
static PyObject *binascii_b2a_hex(PyObject *module, Py_buffer *data, PyObject *sep,
                                  int bytes_per_sep)
{
    return encode_hex(data, sep, bytes_per_sep);
}

METHOD(hexlify, "module, data: buffer, sep: object = NULL, bytes_per_sep: int = 1",
       "Hexadecimal representation of binary data.\n\n"
       "  sep\n"
       "    An optional single character or byte to separate hex bytes.\n"
       "  bytes_per_sep\n"
       "    How many bytes between separators.  Positive values count from the\n"
       "    right, negative values count from the left.\n\n"
       "The return value is a bytes object.  This function is also\n"
       "available as \"b2a_hex()\".")
static PyObject *binascii_hexlify(PyObject *module, Py_buffer *data, PyObject *sep,
                                  int bytes_per_sep)
{
    return encode_hex(data, sep, bytes_per_sep);
}

static PyObject *decode_hex(PyObject *module, PyObject *text)
{
    AUTO_ASCII ascii = {0};
    if (get_ascii(text, &ascii) < 0) return NULL;
    if (ascii.size % 2) return raise_error(module, "Odd-length string");
    KR_AUTO PyObject *bytes = PyBytes_FromStringAndSize(NULL, ascii.size / 2);
    if (bytes == NULL) return NULL;
    char *to = PyBytes_AS_STRING(bytes);
    for (Py_ssize_t i = 0; i < ascii.size; i += 2) {
        unsigned high = kr_digits_value[ascii.data[i]], low = kr_digits_value[ascii.data[i + 1]];
        if (high >= 16 || low >= 16) return raise_error(module, "Non-hexadecimal digit found");
        *to++ = (char)(high << 4 | low);
    }
    return kr_take(bytes);
}

METHOD(a2b_hex, "module, hexstr, /",
       "Binary data of hexadecimal representation.\n\n"
       "hexstr must contain an even number of hex digits (upper or lower case).\n"
       "This function is also available as \"unhexlify()\".")
static PyObject *binascii_a2b_hex(PyObject *module, PyObject *hexstr)
{
    return decode_hex(module, hexstr);
}

METHOD(unhexlify, "module, hexstr, /",
       "Binary data of hexadecimal representation.\n\n"
       "hexstr must contain an even number of hex digits (upper or lower case).")
static PyObject *binascii_unhexlify(PyObject *module, PyObject *hexstr)
{
    return decode_hex(module, hexstr);
}

// --- base64 -------------------------------------------------------------------------------------

static const char BASE64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int base64_value(unsigned char c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

// Where reading base64 stands: four characters give three bytes.
typedef struct Quad {
    int position;       // characters of the current four
    unsigned pending;   // bits of the last one that are not written
    int pads;
    int has_padding;
} Quad;

static void take_base64(Quad *quad, unsigned value, unsigned char **to)
{
    static const int keep[] = {6, 4, 2, 0};   // bits that stay for the next byte
    if (quad->position)
        *(*to)++ = (unsigned char)(quad->pending << (6 - keep[quad->position])
                                   | value >> keep[quad->position]);
    quad->pending = value & ((1u << keep[quad->position]) - 1);
    quad->position = (quad->position + 1) % 4;
}

static PyObject *refuse_base64(PyObject *module, const Quad *quad, Py_ssize_t written)
{
    if (quad->position == 1)
        return raise_error(module, "Invalid base64-encoded string: number of data characters "
                           "(%zd) cannot be 1 more than a multiple of 4", written / 3 * 4 + 1);
    return raise_error(module, "Incorrect padding");
}

METHOD(a2b_base64, "module, data, /, *, strict_mode: bool = False",
       "Decode a line of base64 data.\n\n"
       "  strict_mode\n"
       "    When set to True, bytes that are not part of the base64 standard are not allowed.\n"
       "    The same applies to excess data after padding (= / ==).")
static PyObject *binascii_a2b_base64(PyObject *module, PyObject *data, int strict_mode)
{
    AUTO_ASCII ascii = {0};
    if (get_ascii(data, &ascii) < 0) return NULL;
    KR_AUTO PyObject *bytes = PyBytes_FromStringAndSize(NULL, (ascii.size + 3) / 4 * 3);
    if (bytes == NULL) return NULL;
    unsigned char *start = (unsigned char *)PyBytes_AS_STRING(bytes), *to = start;
    Quad quad = {0};
    if (strict_mode && ascii.size && ascii.data[0] == '=')
        return raise_error(module, "Leading padding not allowed");
    for (Py_ssize_t i = 0; i < ascii.size; i++) {
        unsigned char c = ascii.data[i];
        if (c == '=') {
            quad.has_padding = 1;
            if (quad.position < 2 || quad.position + ++quad.pads < 4) continue;
            // The padding ends the data.
            if (strict_mode && i + 1 < ascii.size)
                return raise_error(module, "Excess data after padding");
            quad.position = 0;
            break;
        }
        int value = base64_value(c);
        if (value < 0) {
            if (strict_mode) return raise_error(module, "Only base64 data is allowed");
            continue;
        }
        if (strict_mode && quad.has_padding)
            return raise_error(module, "Discontinuous padding not allowed");
        quad.pads = 0;
        take_base64(&quad, (unsigned)value, &to);
    }
    if (quad.position) return refuse_base64(module, &quad, to - start);
    PyObject *result = kr_take(bytes);
    return _PyBytes_Resize(&result, to - start) < 0 ? NULL : result;
}

METHOD(b2a_base64, "module, data: buffer, /, *, newline: bool = True", "Base64-code line of data.")
static PyObject *binascii_b2a_base64(PyObject *module, Py_buffer *data, int newline)
{
    const unsigned char *from = data->buf;
    Py_ssize_t size = data->len;
    if (size > PY_SSIZE_T_MAX / 2 - 3) return raise_error(module, "Too much data for base64 line");
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (size + 2) / 3 * 4 + (newline != 0));
    if (bytes == NULL) return NULL;
    char *to = PyBytes_AS_STRING(bytes);
    for (; size >= 3; size -= 3, from += 3) {
        unsigned three = (unsigned)from[0] << 16 | (unsigned)from[1] << 8 | from[2];
        *to++ = BASE64[three >> 18];
        *to++ = BASE64[three >> 12 & 63];
        *to++ = BASE64[three >> 6 & 63];
        *to++ = BASE64[three & 63];
    }
    if (size) {
        unsigned rest = (unsigned)from[0] << 16 | (size == 2 ? (unsigned)from[1] << 8 : 0);
        *to++ = BASE64[rest >> 18];
        *to++ = BASE64[rest >> 12 & 63];
        *to++ = size == 2 ? BASE64[rest >> 6 & 63] : '=';
        *to++ = '=';
    }
    if (newline) *to = '\n';
    return bytes;
}

// --- uuencode -----------------------------------------------------------------------------------

METHOD(a2b_uu, "module, data, /", "Decode a line of uuencoded data.")
static PyObject *binascii_a2b_uu(PyObject *module, PyObject *data)
{
    AUTO_ASCII ascii = {0};
    if (get_ascii(data, &ascii) < 0) return NULL;
    const unsigned char *at = ascii.data, *end = at + ascii.size;
    Py_ssize_t left = ((at < end ? *at++ : 0) - ' ') & 077;
    KR_AUTO PyObject *bytes = PyBytes_FromStringAndSize(NULL, left);
    if (bytes == NULL) return NULL;
    char *to = PyBytes_AS_STRING(bytes);
    unsigned pending = 0;
    int bits = 0;
    while (left > 0) {
        unsigned c = at < end ? *at : '\n';
        at++;
        if (c == '\n' || c == '\r') {
            c = 0;   // spaces at the end of the line were cut off
        } else {
            if (c < ' ' || c > ' ' + 64) return raise_error(module, "Illegal char");
            c = (c - ' ') & 077;
        }
        pending = pending << 6 | c;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            *to++ = (char)(pending >> bits);
            pending &= (1u << bits) - 1;
            left--;
        }
    }
    for (; at < end; at++)
        if (*at != ' ' && *at != ' ' + 64 && *at != '\n' && *at != '\r')
            return raise_error(module, "Trailing garbage");
    return kr_take(bytes);
}

METHOD(b2a_uu, "module, data: buffer, /, *, backtick: bool = False", "Uuencode line of data.")
static PyObject *binascii_b2a_uu(PyObject *module, Py_buffer *data, int backtick)
{
    const unsigned char *from = data->buf;
    if (data->len > 45) return raise_error(module, "At most 45 bytes at once");
    char text[64], *to = text;
    char zero = backtick ? '`' : ' ';
    *to++ = data->len ? (char)(' ' + data->len) : zero;
    for (Py_ssize_t i = 0; i < data->len; i += 3) {
        unsigned three = (unsigned)from[i] << 16;
        if (i + 1 < data->len) three |= (unsigned)from[i + 1] << 8;
        if (i + 2 < data->len) three |= from[i + 2];
        for (int shift = 18; shift >= 0; shift -= 6) {
            unsigned value = three >> shift & 63;
            *to++ = value ? (char)(' ' + value) : zero;
        }
    }
    *to++ = '\n';
    return PyBytes_FromStringAndSize(text, to - text);
}

// --- quoted-printable ---------------------------------------------------------------------------

enum { LINE_LENGTH = 76 };

static int is_hex(unsigned char c)
{
    return kr_digits_value[c] < 16;
}

// Reads what follows a '='; returns the place behind it.
static const unsigned char *decode_escape(const unsigned char *at, const unsigned char *end,
                                          char **to)
{
    if (at == end) return at;
    if (*at == '\n' || *at == '\r') {
        while (at < end && *at != '\n') at++;
        return at < end ? at + 1 : at;
    }
    if (*at == '=') {
        *(*to)++ = '=';
        return at + 1;
    }
    if (end - at >= 2 && is_hex(at[0]) && is_hex(at[1])) {
        *(*to)++ = (char)(kr_digits_value[at[0]] << 4 | kr_digits_value[at[1]]);
        return at + 2;
    }
    *(*to)++ = '=';
    return at;
}

METHOD(a2b_qp, "module, data, header: bool = False", "Decode a string of qp-encoded data.")
static PyObject *binascii_a2b_qp(PyObject *module, PyObject *data, int header)
{
    AUTO_ASCII ascii = {0};
    if (get_ascii(data, &ascii) < 0) return NULL;
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, ascii.size);
    if (bytes == NULL) return NULL;
    const unsigned char *at = ascii.data, *end = at + ascii.size;
    char *to = PyBytes_AS_STRING(bytes);
    while (at < end) {
        unsigned char c = *at++;
        if (c == '=')
            at = decode_escape(at, end, &to);
        else
            *to++ = header && c == '_' ? ' ' : (char)c;
    }
    return _PyBytes_Resize(&bytes, to - PyBytes_AS_STRING(bytes)) < 0 ? NULL : bytes;
}

typedef struct Quoting {
    int quote_tabs, is_text, header;
    int crlf;            // line ends are \r\n
    Py_ssize_t column;
    Output out;
} Quoting;

static int must_quote(const Quoting *q, const unsigned char *at, const unsigned char *end)
{
    unsigned char c = *at;
    int is_last = at + 1 == end;
    if (c > 126 || c == '=' || (q->header && c == '_')) return 1;
    if (c == '.' && q->column == 0 && (is_last || at[1] == '\n' || at[1] == '\r' || at[1] == 0))
        return 1;
    if (c == '\r' || c == '\n') return !q->is_text;
    if (c == ' ' || c == '\t') return is_last || q->quote_tabs;
    return c < 33;
}

static void put(Quoting *q, char c)
{
    assert(q->out.count < q->out.capacity);
    q->out.items[q->out.count++] = c;
}

static void put_quoted(Quoting *q, unsigned char c)
{
    put(q, '=');
    put(q, "0123456789ABCDEF"[c >> 4]);
    put(q, "0123456789ABCDEF"[c & 15]);
}

static void put_line_end(Quoting *q)
{
    if (q->crlf) put(q, '\r');
    put(q, '\n');
    q->column = 0;
}

static void put_soft_line_end(Quoting *q)
{
    put(q, '=');
    put_line_end(q);
}

static int is_line_end(const unsigned char *at, const unsigned char *end)
{
    return *at == '\n' || (*at == '\r' && at + 1 < end && at[1] == '\n');
}

// Quotes one character or line end; returns the place behind it.
static const unsigned char *quote_next(Quoting *q, const unsigned char *at,
                                       const unsigned char *end)
{
    if (must_quote(q, at, end)) {
        if (q->column + 3 >= LINE_LENGTH) put_soft_line_end(q);
        put_quoted(q, *at);
        q->column += 3;
        return at + 1;
    }
    if (q->is_text && is_line_end(at, end)) {
        char last = q->out.count ? q->out.items[q->out.count - 1] : 0;
        if (last == ' ' || last == '\t') {
            q->out.count--;
            put_quoted(q, (unsigned char)last);
        }
        put_line_end(q);
        return at + (*at == '\r' ? 2 : 1);
    }
    if (at + 1 < end && at[1] != '\n' && q->column + 1 >= LINE_LENGTH) put_soft_line_end(q);
    q->column++;
    put(q, q->header && *at == ' ' ? '_' : (char)*at);
    return at + 1;
}

METHOD(b2a_qp,
       "module, data: buffer, quotetabs: bool = False, istext: bool = True, header: bool = False",
       "Encode a string using quoted-printable encoding.\n\n"
       "On encoding, when istext is set, newlines are not encoded, and white\n"
       "space at end of lines is.  When istext is not set, \\r and \\n (CR/LF)\n"
       "are both encoded.  When quotetabs is set, space and tabs are encoded.")
static PyObject *binascii_b2a_qp(PyObject *module, Py_buffer *data, int quotetabs, int istext,
                                 int header)
{
    const unsigned char *at = data->buf, *end = at + data->len;
    Quoting q = {quotetabs, istext, header, 0, 0, KR_VECTOR_EMPTY};
    const unsigned char *newline = data->len ? memchr(at, '\n', (size_t)data->len) : NULL;
    q.crlf = newline && newline > at && newline[-1] == '\r';
    while (at < end) {
        if (kr_vector_reserve(&q.out, 12) < 0) {
            kr_vector_clear(&q.out);
            return PyErr_NoMemory();
        }
        at = quote_next(&q, at, end);
    }
    return finish(&q.out);
}

// --- checksums ----------------------------------------------------------------------------------

METHOD(crc32, "module, data: buffer, crc: uint_mask = 0, /", "Compute CRC-32 incrementally.")
static PyObject *binascii_crc32(PyObject *module, Py_buffer *data, unsigned int crc)
{
    return PyLong_FromUnsignedLong(crc32_z(crc, data->buf, (size_t)data->len) & 0xffffffff);
}

METHOD(crc_hqx, "module, data: buffer, crc: uint_mask, /", "Compute CRC-CCITT incrementally.")
static PyObject *binascii_crc_hqx(PyObject *module, Py_buffer *data, unsigned int crc)
{
    const unsigned char *bytes = data->buf;
    crc &= 0xffff;
    for (Py_ssize_t i = 0; i < data->len; i++) {
        crc ^= (unsigned)bytes[i] << 8;
        for (int bit = 0; bit < 8; bit++) crc = (crc << 1 ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
    }
    return PyLong_FromUnsignedLong(crc);
}

#include "modules/binascii.methods.h"

static int binascii_exec(PyObject *module)
{
    PyObject **error = PyModule_GetState(module);
    *error = PyErr_NewException("binascii.Error", PyExc_ValueError, NULL);
    if (*error == NULL || PyModule_AddObjectRef(module, "Error", *error) < 0) return -1;
    KR_AUTO PyObject *incomplete = PyErr_NewException("binascii.Incomplete", NULL, NULL);
    return incomplete ? PyModule_AddObjectRef(module, "Incomplete", incomplete) : -1;
}

static int binascii_traverse(PyObject *module, visitproc visit, void *arg)
{
    Py_VISIT(*(PyObject **)PyModule_GetState(module));
    return 0;
}

static int binascii_clear(PyObject *module)
{
    Py_CLEAR(*(PyObject **)PyModule_GetState(module));
    return 0;
}

static PyModuleDef_Slot binascii_slots[] = {
    {Py_mod_exec, binascii_exec},
    {0, NULL},
};

static struct PyModuleDef binascii_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "binascii",
    .m_doc = "Conversion between binary data and ASCII",
    .m_size = sizeof(PyObject *),
    .m_methods = binascii_methods,
    .m_slots = binascii_slots,
    .m_traverse = binascii_traverse,
    .m_clear = binascii_clear,
};

PyMODINIT_FUNC PyInit_binascii(void)
{
    return PyModuleDef_Init(&binascii_definition);
}
