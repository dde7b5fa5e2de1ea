// zlib.c - compression by the library zlib.
//
// A stream takes its input in pieces of at most UINT_MAX bytes, and writes into a bytes object
// that grows.  The two kinds of stream objects have a lock, since the library runs without the
// interpreter's.
//
// (1) A stream's next_in points into memory only while one of its methods runs.
#include <limits.h>
#include <zlib.h>

#include "Python.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "pythread.h"
#include "structmember.h"

enum { FIRST_OUTPUT = 16 * 1024 };

typedef struct State {
    PyTypeObject *compress_type;
    PyTypeObject *decompress_type;
    PyObject *error;
} State;

typedef struct Stream {
    PyObject_HEAD
    z_stream zlib;
    PyObject *unused_data;
    PyObject *unconsumed_tail;
    char eof;
    int is_open;              // the library's state is there
    PyObject *dictionary;     // or NULL
    PyThread_type_lock lock;
} Stream;

static PyObject *error_type(Stream *self)
{
    return ((State *)PyType_GetModuleState(Py_TYPE(self)))->error;
}

static PyObject *raise_zlib(PyObject *type, const z_stream *zlib, int code, const char *doing)
{
    const char *message = code == Z_VERSION_ERROR ? "library version mismatch" : zlib->msg;
    if (message == NULL)
        message = code == Z_BUF_ERROR      ? "incomplete or truncated stream"
                  : code == Z_STREAM_ERROR ? "inconsistent stream state"
                  : code == Z_DATA_ERROR   ? "invalid input data"
                                           : NULL;
    if (message == NULL) return kr_raise(type, "Error %d %s", code, doing);
    return kr_raise(type, "Error %d %s: %.200s", code, doing, message);
}

// --- output that grows --------------------------------------------------------------------------

typedef struct Output {
    PyObject *bytes;          // owned
    Py_ssize_t most;          // -1: no limit
} Output;

static int start_output(z_stream *zlib, Output *output, Py_ssize_t size, Py_ssize_t most)
{
    if (most >= 0 && size > most) size = most;
    if (size > INT_MAX) size = INT_MAX;
    output->most = most;
    output->bytes = PyBytes_FromStringAndSize(NULL, size);
    if (output->bytes == NULL) return -1;
    zlib->next_out = (Bytef *)PyBytes_AS_STRING(output->bytes);
    zlib->avail_out = (uInt)size;
    return 0;
}

static Py_ssize_t written(const z_stream *zlib, const Output *output)
{
    return (char *)zlib->next_out - PyBytes_AS_STRING(output->bytes);
}

// Makes room when all is used up: 1; 0 when the limit is reached; -1 without memory.
static int grow_output(z_stream *zlib, Output *output)
{
    Py_ssize_t used = written(zlib, output), size = used * 2;
    if (zlib->avail_out > 0) return 1;
    if (output->most >= 0 && used >= output->most) return 0;
    if (size < FIRST_OUTPUT) size = FIRST_OUTPUT;
    if (output->most >= 0 && size > output->most) size = output->most;
    if (size - used > INT_MAX) size = used + INT_MAX;
    if (_PyBytes_Resize(&output->bytes, size) < 0) return -1;
    zlib->next_out = (Bytef *)PyBytes_AS_STRING(output->bytes) + used;
    zlib->avail_out = (uInt)(size - used);
    return 1;
}

static PyObject *finish_output(z_stream *zlib, Output *output)
{
    PyObject *bytes = output->bytes;
    output->bytes = NULL;
    Py_ssize_t used = (char *)zlib->next_out - PyBytes_AS_STRING(bytes);
    return _PyBytes_Resize(&bytes, used) < 0 ? NULL : bytes;
}

static void drop_output(Output *output)
{
    Py_CLEAR(output->bytes);
}

#define AUTO_OUTPUT __attribute__((cleanup(drop_output))) Output

// Gives the stream the next piece of [left] bytes.
static void feed(z_stream *zlib, Py_ssize_t *left)
{
    zlib->avail_in = *left > (Py_ssize_t)UINT_MAX ? UINT_MAX : (uInt)*left;
    *left -= zlib->avail_in;
}

// --- compression --------------------------------------------------------------------------------

// Compresses all input with [flush] behind the last piece: the library's last answer; -100 with an
// exception.
static int deflate_all(z_stream *zlib, Output *output, Py_ssize_t left, int flush)
{
    int code;
    do {
        feed(zlib, &left);
        int mode = left == 0 ? flush : Z_NO_FLUSH;
        do {
            if (grow_output(zlib, output) < 0) return -100;
            Py_BEGIN_ALLOW_THREADS
            code = deflate(zlib, mode);
            Py_END_ALLOW_THREADS
            if (code == Z_STREAM_ERROR) return code;
        } while (zlib->avail_out == 0);
    } while (code != Z_STREAM_END && left > 0);
    return code;
}

METHOD(compress, "module, data: buffer, /, level: int = -1, wbits: int = 15",
       "Returns a bytes object containing compressed data.\n\n"
       "  data\n"
       "    Binary data to be compressed.\n"
       "  level\n"
       "    Compression level, in 0-9 or -1.\n"
       "  wbits\n"
       "    The window buffer size and container format.")
static PyObject *zlib_compress(PyObject *module, Py_buffer *data, int level, int wbits)
{
    PyObject *error = ((State *)PyModule_GetState(module))->error;
    z_stream zlib = {.next_in = data->buf};
    AUTO_OUTPUT output = {0};
    if (start_output(&zlib, &output, FIRST_OUTPUT, -1) < 0) return NULL;
    int code = deflateInit2(&zlib, level, Z_DEFLATED, wbits, 8, Z_DEFAULT_STRATEGY);
    if (code == Z_MEM_ERROR)
        return kr_raise(PyExc_MemoryError, "Out of memory while compressing data");
    if (code == Z_STREAM_ERROR) return kr_raise(error, "Bad compression level");
    if (code != Z_OK) return raise_zlib(error, &zlib, code, "while compressing data");
    code = deflate_all(&zlib, &output, data->len, Z_FINISH);
    deflateEnd(&zlib);
    if (code == -100) return NULL;
    if (code != Z_STREAM_END) return raise_zlib(error, &zlib, code, "while compressing data");
    return finish_output(&zlib, &output);
}

METHOD(decompress, "module, data: buffer, /, wbits: int = 15, bufsize: ssize = 16384",
       "Returns a bytes object containing the uncompressed data.\n\n"
       "  data\n"
       "    Compressed data.\n"
       "  wbits\n"
       "    The window buffer size and container format.\n"
       "  bufsize\n"
       "    The initial output buffer size.")
static PyObject *zlib_decompress(PyObject *module, Py_buffer *data, int wbits, Py_ssize_t bufsize)
{
    PyObject *error = ((State *)PyModule_GetState(module))->error;
    z_stream zlib = {.next_in = data->buf};
    AUTO_OUTPUT output = {0};
    Py_ssize_t left = data->len;
    if (bufsize < 0) return kr_raise(PyExc_ValueError, "bufsize must be non-negative");
    if (start_output(&zlib, &output, bufsize ? bufsize : 1, -1) < 0) return NULL;
    int code = inflateInit2(&zlib, wbits);
    if (code == Z_MEM_ERROR)
        return kr_raise(PyExc_MemoryError, "Out of memory while decompressing data");
    if (code != Z_OK) {
        inflateEnd(&zlib);
        return raise_zlib(error, &zlib, code, "while preparing to decompress data");
    }
    do {
        feed(&zlib, &left);
        int flush = left == 0 ? Z_FINISH : Z_NO_FLUSH;
        do {
            if (grow_output(&zlib, &output) < 0) {
                inflateEnd(&zlib);
                return NULL;
            }
            Py_BEGIN_ALLOW_THREADS
            code = inflate(&zlib, flush);
            Py_END_ALLOW_THREADS
            if (code != Z_OK && code != Z_BUF_ERROR && code != Z_STREAM_END) {
                raise_zlib(error, &zlib, code, "while decompressing data");
                inflateEnd(&zlib);
                return NULL;
            }
        } while (zlib.avail_out == 0);
    } while (code != Z_STREAM_END && left > 0);
    if (code != Z_STREAM_END) {
        raise_zlib(error, &zlib, code, "while decompressing data");
        inflateEnd(&zlib);
        return NULL;
    }
    code = inflateEnd(&zlib);
    if (code != Z_OK) return raise_zlib(error, &zlib, code, "while finishing decompression");
    return finish_output(&zlib, &output);
}

// --- stream objects -----------------------------------------------------------------------------

static void lock(Stream *self)
{
    if (PyThread_acquire_lock(self->lock, 0)) return;
    Py_BEGIN_ALLOW_THREADS
    PyThread_acquire_lock(self->lock, 1);
    Py_END_ALLOW_THREADS
}

static void unlock(Stream **self)
{
    PyThread_release_lock((*self)->lock);
}

#define LOCKED(self)                                                                              \
    lock(self);                                                                                   \
    __attribute__((cleanup(unlock), unused)) Stream *locked_stream = self;

static Stream *new_stream(PyTypeObject *type)
{
    Stream *self = (Stream *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->unused_data = PyBytes_FromStringAndSize("", 0);
    self->unconsumed_tail = PyBytes_FromStringAndSize("", 0);
    self->lock = PyThread_allocate_lock();
    if (self->unused_data && self->unconsumed_tail && self->lock) return self;
    if (self->lock == NULL) PyErr_SetString(PyExc_MemoryError, "Unable to allocate lock");
    Py_DECREF(self);
    return NULL;
}

static void free_stream(Stream *self)
{
    PyTypeObject *type = Py_TYPE(self);
    if (self->lock) PyThread_free_lock(self->lock);
    Py_XDECREF(self->unused_data);
    Py_XDECREF(self->unconsumed_tail);
    Py_XDECREF(self->dictionary);
    type->tp_free(self);
    Py_DECREF(type);
}

static void compress_dealloc(Stream *self)
{
    if (self->is_open) deflateEnd(&self->zlib);
    free_stream(self);
}

static void decompress_dealloc(Stream *self)
{
    if (self->is_open) inflateEnd(&self->zlib);
    free_stream(self);
}

METHOD(compressobj, "module, level: int = -1, method: int = 8, wbits: int = 15, memLevel: int = "
       "8, strategy: int = 0, zdict: buffer = NULL",
       "Return a compressor object.\n\n"
       "  level\n"
       "    The compression level (an integer in the range 0-9 or -1; default is\n"
       "    currently equivalent to 6).  Higher compression levels are slower,\n"
       "    but produce smaller results.\n"
       "  method\n"
       "    The compression algorithm.  If given, this must be DEFLATED.\n"
       "  wbits\n"
       "    +9 to +15: The base-two logarithm of the window size.  Include a zlib\n"
       "        container.\n"
       "    -9 to -15: Generate a raw stream.\n"
       "    +25 to +31: Include a gzip container.\n"
       "  memLevel\n"
       "    Controls the amount of memory used for internal compression state.\n"
       "    Valid values range from 1 to 9.  Higher values result in higher memory\n"
       "    usage, faster compression, and smaller output.\n"
       "  strategy\n"
       "    Used to tune the compression algorithm.  Possible values are\n"
       "    Z_DEFAULT_STRATEGY, Z_FILTERED, and Z_HUFFMAN_ONLY.\n"
       "  zdict\n"
       "    The predefined compression dictionary - a sequence of bytes\n"
       "    containing subsequences that are likely to occur in the input data.")
static PyObject *zlib_compressobj(PyObject *module, int level, int method, int wbits, int memLevel,
                                  int strategy, Py_buffer *zdict)
{
    State *state = PyModule_GetState(module);
    if (zdict && (size_t)zdict->len > UINT_MAX)
        return kr_raise(PyExc_OverflowError, "zdict length does not fit in an unsigned int");
    KR_AUTO PyObject *object = (PyObject *)new_stream(state->compress_type);
    if (object == NULL) return NULL;
    Stream *self = (Stream *)object;
    int code = deflateInit2(&self->zlib, level, method, wbits, memLevel, strategy);
    if (code == Z_MEM_ERROR)
        return kr_raise(PyExc_MemoryError, "Can't allocate memory for compression object");
    if (code == Z_STREAM_ERROR) return kr_raise(PyExc_ValueError, "Invalid initialization option");
    if (code != Z_OK)
        return raise_zlib(state->error, &self->zlib, code, "while creating compression object");
    self->is_open = 1;
    if (zdict == NULL) return kr_take(object);
    code = deflateSetDictionary(&self->zlib, zdict->buf, (uInt)zdict->len);
    if (code == Z_STREAM_ERROR) return kr_raise(PyExc_ValueError, "Invalid dictionary");
    if (code != Z_OK) return kr_raise(PyExc_ValueError, "deflateSetDictionary()");
    return kr_take(object);
}

// 0, or -1 with an exception.
static int set_inflate_dictionary(Stream *self)
{
    KR_AUTO_BUFFER Py_buffer buffer = {0};
    if (PyObject_GetBuffer(self->dictionary, &buffer, PyBUF_SIMPLE) < 0) return -1;
    if ((size_t)buffer.len > UINT_MAX)
        return kr_raise_int(PyExc_OverflowError, "zdict length does not fit in an unsigned int");
    int code = inflateSetDictionary(&self->zlib, buffer.buf, (uInt)buffer.len);
    if (code == Z_OK) return 0;
    raise_zlib(error_type(self), &self->zlib, code, "while setting zdict");
    return -1;
}

METHOD(decompressobj, "module, wbits: int = 15, zdict: object = NULL",
       "Return a decompressor object.\n\n"
       "  wbits\n"
       "    The window buffer size and container format.\n"
       "  zdict\n"
       "    The predefined compression dictionary.  This must be the same\n"
       "    dictionary as used by the compressor that produced the input data.")
static PyObject *zlib_decompressobj(PyObject *module, int wbits, PyObject *zdict)
{
    State *state = PyModule_GetState(module);
    if (zdict && !PyObject_CheckBuffer(zdict))
        return kr_raise(PyExc_TypeError, "zdict argument must support the buffer protocol");
    KR_AUTO PyObject *object = (PyObject *)new_stream(state->decompress_type);
    if (object == NULL) return NULL;
    Stream *self = (Stream *)object;
    self->dictionary = Py_XNewRef(zdict);
    int code = inflateInit2(&self->zlib, wbits);
    if (code == Z_STREAM_ERROR) return kr_raise(PyExc_ValueError, "Invalid initialization option");
    if (code == Z_MEM_ERROR)
        return kr_raise(PyExc_MemoryError, "Can't allocate memory for decompression object");
    if (code != Z_OK)
        return raise_zlib(state->error, &self->zlib, code, "while creating decompression object");
    self->is_open = 1;
    // A raw stream does not ask for its dictionary.
    if (zdict && wbits < 0 && set_inflate_dictionary(self) < 0) return NULL;
    return kr_take(object);
}

METHOD(compress, "self, data: buffer, /",
       "Returns a bytes object containing compressed data.\n\n"
       "  data\n"
       "    Binary data to be compressed.\n\n"
       "After calling this function, some of the input data may still\n"
       "be stored in internal buffers for later processing.\n"
       "Call the flush() method to clear these buffers.")
static PyObject *Compress_compress(Stream *self, Py_buffer *data)
{
    AUTO_OUTPUT output = {0};
    LOCKED(self)
    self->zlib.next_in = data->buf;
    if (start_output(&self->zlib, &output, FIRST_OUTPUT, -1) < 0) return NULL;
    int code = deflate_all(&self->zlib, &output, data->len, Z_NO_FLUSH);
    if (code == -100) return NULL;
    if (code == Z_STREAM_ERROR)
        return raise_zlib(error_type(self), &self->zlib, code, "while compressing data");
    return finish_output(&self->zlib, &output);
}

METHOD(flush, "self, mode: int = 4, /",
       "Return a bytes object containing any remaining compressed data.\n\n"
       "  mode\n"
       "    One of the constants Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH.\n"
       "    If mode == Z_FINISH, the compressor object can no longer be\n"
       "    used after calling the flush() method.  Otherwise, more data\n"
       "    can still be compressed.")
static PyObject *Compress_flush(Stream *self, int mode)
{
    if (mode == Z_NO_FLUSH) return PyBytes_FromStringAndSize(NULL, 0);
    AUTO_OUTPUT output = {0};
    LOCKED(self)
    self->zlib.avail_in = 0;
    if (start_output(&self->zlib, &output, FIRST_OUTPUT, -1) < 0) return NULL;
    int code = deflate_all(&self->zlib, &output, 0, mode);
    if (code == -100) return NULL;
    if (code == Z_STREAM_END && mode == Z_FINISH) {
        code = deflateEnd(&self->zlib);
        if (code != Z_OK)
            return raise_zlib(error_type(self), &self->zlib, code, "while finishing compression");
        self->is_open = 0;
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
        return raise_zlib(error_type(self), &self->zlib, code, "while flushing");
    }
    return finish_output(&self->zlib, &output);
}

// A copy of a stream by deflateCopy or inflateCopy.
static PyObject *copy_stream(Stream *self, int (*copy)(z_streamp, z_streamp), const char *kind)
{
    KR_AUTO PyObject *object = (PyObject *)new_stream(Py_TYPE(self));
    if (object == NULL) return NULL;
    Stream *other = (Stream *)object;
    LOCKED(self)
    int code = copy(&other->zlib, &self->zlib);
    if (code == Z_STREAM_ERROR) return kr_raise(PyExc_ValueError, "Inconsistent stream state");
    if (code == Z_MEM_ERROR)
        return kr_raise(PyExc_MemoryError, "Can't allocate memory for %s object", kind);
    if (code != Z_OK)
        return raise_zlib(error_type(self), &self->zlib, code, "while copying object");
    Py_SETREF(other->unused_data, Py_NewRef(self->unused_data));
    Py_SETREF(other->unconsumed_tail, Py_NewRef(self->unconsumed_tail));
    Py_XSETREF(other->dictionary, Py_XNewRef(self->dictionary));
    other->eof = self->eof;
    other->is_open = 1;
    return kr_take(object);
}

METHOD(copy, "self", "Return a copy of the compression object.")
static PyObject *Compress_copy(Stream *self)
{
    return copy_stream(self, deflateCopy, "compression");
}

METHOD(__copy__, "self", "")
static PyObject *Compress___copy__(Stream *self)
{
    return Compress_copy(self);
}

METHOD(__deepcopy__, "self, memo, /", "")
static PyObject *Compress___deepcopy__(Stream *self, PyObject *memo)
{
    return Compress_copy(self);
}

// Keeps what a call left over: behind the end of the stream as unused, else as the tail.  [end] is
// the end of the input.
static int keep_rest(Stream *self, const unsigned char *end, int code)
{
    Py_ssize_t left = end - self->zlib.next_in;
    if (code == Z_STREAM_END && left > 0) {
        Py_ssize_t old = PyBytes_GET_SIZE(self->unused_data);
        PyObject *joined = PyBytes_FromStringAndSize(NULL, old + left);
        if (joined == NULL) return -1;
        memcpy(PyBytes_AS_STRING(joined), PyBytes_AS_STRING(self->unused_data), (size_t)old);
        memcpy(PyBytes_AS_STRING(joined) + old, self->zlib.next_in, (size_t)left);
        Py_SETREF(self->unused_data, joined);
        left = 0;
    }
    if (left > 0 || PyBytes_GET_SIZE(self->unconsumed_tail) > 0) {
        PyObject *tail = PyBytes_FromStringAndSize((const char *)end - left, left);
        if (tail == NULL) return -1;
        Py_SETREF(self->unconsumed_tail, tail);
    }
    self->zlib.avail_in = 0;
    return 0;
}

// Decompresses input of [left] bytes: the library's last answer; -100 with an exception.
static int inflate_all(Stream *self, Output *output, Py_ssize_t left, int last_flush)
{
    z_stream *zlib = &self->zlib;
    int code = Z_OK;
    do {
        feed(zlib, &left);
        int flush = left == 0 ? last_flush : Z_SYNC_FLUSH;
        do {
            int room = grow_output(zlib, output);
            if (room <= 0) return room < 0 ? -100 : code;
            Py_BEGIN_ALLOW_THREADS
            code = inflate(zlib, flush);
            Py_END_ALLOW_THREADS
            if (code == Z_NEED_DICT && self->dictionary) {
                if (set_inflate_dictionary(self) < 0) return -100;
                code = inflate(zlib, flush);
            }
            if (code != Z_OK && code != Z_BUF_ERROR && code != Z_STREAM_END) return code;
        } while (zlib->avail_out == 0 && code != Z_STREAM_END);
    } while (code != Z_STREAM_END && left > 0);
    return code;
}

METHOD(decompress, "self, data: buffer, /, max_length: ssize = 0",
       "Return a bytes object containing the decompressed version of the data.\n\n"
       "  data\n"
       "    The binary data to decompress.\n"
       "  max_length\n"
       "    The maximum allowable length of the decompressed data.\n"
       "    Unconsumed input data will be stored in\n"
       "    the unconsumed_tail attribute.\n\n"
       "After calling this function, some of the input data may still be stored in\n"
       "internal buffers for later processing.\n"
       "Call the flush() method to clear these buffers.")
static PyObject *Decompress_decompress(Stream *self, Py_buffer *data, Py_ssize_t max_length)
{
    if (max_length < 0) return kr_raise(PyExc_ValueError, "max_length must be non-negative");
    AUTO_OUTPUT output = {0};
    LOCKED(self)
    self->zlib.next_in = data->buf;
    if (start_output(&self->zlib, &output, FIRST_OUTPUT, max_length ? max_length : -1) < 0)
        return NULL;
    int code = inflate_all(self, &output, data->len, Z_SYNC_FLUSH);
    if (code == -100 || keep_rest(self, (unsigned char *)data->buf + data->len, code) < 0)
        return NULL;
    if (code == Z_STREAM_END)
        self->eof = 1;
    else if (code != Z_OK && code != Z_BUF_ERROR)
        return raise_zlib(error_type(self), &self->zlib, code, "while decompressing data");
    return finish_output(&self->zlib, &output);
}

METHOD(flush, "self, length: ssize = 16384, /",
       "Return a bytes object containing any remaining decompressed data.\n\n"
       "  length\n"
       "    the initial size of the output buffer.")
static PyObject *Decompress_flush(Stream *self, Py_ssize_t length)
{
    if (length <= 0) return kr_raise(PyExc_ValueError, "length must be greater than zero");
    AUTO_OUTPUT output = {0};
    LOCKED(self)
    KR_AUTO PyObject *tail = Py_NewRef(self->unconsumed_tail);
    self->zlib.next_in = (Bytef *)PyBytes_AS_STRING(tail);
    if (start_output(&self->zlib, &output, length, -1) < 0) return NULL;
    int code = inflate_all(self, &output, PyBytes_GET_SIZE(tail), Z_FINISH);
    if (code == -100) return NULL;
    if (keep_rest(self, (unsigned char *)PyBytes_AS_STRING(tail) + PyBytes_GET_SIZE(tail), code)
        < 0)
        return NULL;
    if (code == Z_STREAM_END) {
        self->eof = 1;
        self->is_open = 0;
        code = inflateEnd(&self->zlib);
        if (code != Z_OK)
            return raise_zlib(error_type(self), &self->zlib, code,
                              "while finishing decompression");
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
        return raise_zlib(error_type(self), &self->zlib, code, "while flushing");
    }
    return finish_output(&self->zlib, &output);
}

METHOD(copy, "self", "Return a copy of the decompression object.")
static PyObject *Decompress_copy(Stream *self)
{
    return copy_stream(self, inflateCopy, "decompression");
}

METHOD(__copy__, "self", "")
static PyObject *Decompress___copy__(Stream *self)
{
    return Decompress_copy(self);
}

METHOD(__deepcopy__, "self, memo, /", "")
static PyObject *Decompress___deepcopy__(Stream *self, PyObject *memo)
{
    return Decompress_copy(self);
}

// --- checksums ----------------------------------------------------------------------------------

METHOD(adler32, "module, data: buffer, value: uint_mask = 1, /",
       "Compute an Adler-32 checksum of data.\n\n"
       "  value\n"
       "    Starting value of the checksum.\n\n"
       "The returned checksum is an integer.")
static PyObject *zlib_adler32(PyObject *module, Py_buffer *data, unsigned int value)
{
    unsigned long sum;
    Py_BEGIN_ALLOW_THREADS
    sum = adler32_z(value, data->buf, (size_t)data->len);
    Py_END_ALLOW_THREADS
    return PyLong_FromUnsignedLong(sum & 0xffffffff);
}

METHOD(crc32, "module, data: buffer, value: uint_mask = 0, /",
       "Compute a CRC-32 checksum of data.\n\n"
       "  value\n"
       "    Starting value of the checksum.\n\n"
       "The returned checksum is an integer.")
static PyObject *zlib_crc32(PyObject *module, Py_buffer *data, unsigned int value)
{
    unsigned long sum;
    Py_BEGIN_ALLOW_THREADS
    sum = crc32_z(value, data->buf, (size_t)data->len);
    Py_END_ALLOW_THREADS
    return PyLong_FromUnsignedLong(sum & 0xffffffff);
}

#include "modules/zlib.methods.h"

// --- the module ---------------------------------------------------------------------------------

static PyMemberDef decompress_members[] = {
    {"unused_data", T_OBJECT, offsetof(Stream, unused_data), READONLY, NULL},
    {"unconsumed_tail", T_OBJECT, offsetof(Stream, unconsumed_tail), READONLY, NULL},
    {"eof", T_BOOL, offsetof(Stream, eof), READONLY, NULL},
    {NULL},
};

static PyType_Slot compress_slots[] = {
    {Py_tp_dealloc, compress_dealloc},
    {Py_tp_methods, Compress_methods},
    {0, NULL},
};

static PyType_Slot decompress_slots[] = {
    {Py_tp_dealloc, decompress_dealloc},
    {Py_tp_methods, Decompress_methods},
    {Py_tp_members, decompress_members},
    {0, NULL},
};

static PyType_Spec compress_spec = {
    "zlib.Compress", sizeof(Stream), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    compress_slots,
};

static PyType_Spec decompress_spec = {
    "zlib.Decompress", sizeof(Stream), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    decompress_slots,
};

#define NAME(name) {#name, name},
static const struct {
    const char *name;
    long value;
} constants[] = {
    {"DEFLATED", Z_DEFLATED}, {"DEF_BUF_SIZE", 16384}, {"DEF_MEM_LEVEL", 8},
        NAME(MAX_WBITS) NAME(Z_BEST_COMPRESSION) NAME(Z_BEST_SPEED) NAME(Z_BLOCK) NAME(
            Z_DEFAULT_COMPRESSION) NAME(Z_DEFAULT_STRATEGY)
    NAME(Z_FILTERED) NAME(Z_FINISH) NAME(Z_FIXED) NAME(Z_FULL_FLUSH) NAME(Z_HUFFMAN_ONLY)
    NAME(Z_NO_COMPRESSION) NAME(Z_NO_FLUSH) NAME(Z_PARTIAL_FLUSH) NAME(Z_RLE) NAME(Z_SYNC_FLUSH)
    NAME(Z_TREES)
};

static int zlib_exec(PyObject *module)
{
    State *state = PyModule_GetState(module);
    state->compress_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &compress_spec, NULL);
    state->decompress_type =
        (PyTypeObject *)PyType_FromModuleAndSpec(module, &decompress_spec, NULL);
    state->error = PyErr_NewException("zlib.error", NULL, NULL);
    if (state->compress_type == NULL || state->decompress_type == NULL || state->error == NULL)
        return -1;
    if (PyModule_AddObjectRef(module, "error", state->error) < 0) return -1;
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
        if (PyModule_AddIntConstant(module, constants[i].name, constants[i].value) < 0) return -1;
    if (PyModule_AddStringConstant(module, "ZLIB_VERSION", ZLIB_VERSION) < 0) return -1;
    return PyModule_AddStringConstant(module, "ZLIB_RUNTIME_VERSION", zlibVersion());
}

static int zlib_traverse(PyObject *module, visitproc visit, void *arg)
{
    State *state = PyModule_GetState(module);
    Py_VISIT(state->compress_type);
    Py_VISIT(state->decompress_type);
    Py_VISIT(state->error);
    return 0;
}

static int zlib_clear(PyObject *module)
{
    State *state = PyModule_GetState(module);
    Py_CLEAR(state->compress_type);
    Py_CLEAR(state->decompress_type);
    Py_CLEAR(state->error);
    return 0;
}

static PyModuleDef_Slot zlib_slots[] = {
    {Py_mod_exec, zlib_exec},
    {0, NULL},
};

static struct PyModuleDef zlib_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "zlib",
    .m_doc = "The functions in this module allow compression and decompression using the\n"
             "zlib library, which is based on GNU zip.\n\n"
             "adler32(string[, start]) -- Compute an Adler-32 checksum.\n"
             "compress(data[, level]) -- Compress data, with compression level 0-9 or -1.\n"
             "compressobj([level[, ...]]) -- Return a compressor object.\n"
             "crc32(string[, start]) -- Compute a CRC-32 checksum.\n"
             "decompress(string,[wbits],[bufsize]) -- Decompresses a compressed string.\n"
             "decompressobj([wbits[, zdict]]) -- Return a decompressor object.\n\n"
             "'wbits' is window buffer size and container format.\n"
             "Compressor objects support compress() and flush() methods; decompressor\n"
             "objects support decompress() and flush().",
    .m_size = sizeof(State),
    .m_methods = zlib_methods,
    .m_slots = zlib_slots,
    .m_traverse = zlib_traverse,
    .m_clear = zlib_clear,
};

PyMODINIT_FUNC PyInit_zlib(void)
{
    return PyModuleDef_Init(&zlib_definition);
}
