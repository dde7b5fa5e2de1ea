// io.c - the module _io: its functions, types and constants.
#include "modules/_io/io.h"

METHOD(open,
       "module, file, mode: cstr = 'r', buffering: int = -1, encoding: cstr? = None, errors: "
       "cstr? = None, newline: cstr? = None, closefd: bool = True, opener = None",
       "Open file and return a stream.  Raise OSError upon failure.\n\nfile is either a text "
       "or byte string giving the name (and the path\nif the file isn't in the current "
       "working directory) of the file to\nbe opened or an integer file descriptor of the "
       "file to be\nwrapped. (If a file descriptor is given, it is closed when the\nreturned "
       "I/O object is closed, unless closefd is set to False.)\n\nmode is an optional string "
       "that specifies the mode in which the file\nis opened. It defaults to 'r' which means "
       "open for reading in text\nmode.  Other common values are 'w' for writing (truncating "
       "the file if\nit already exists), 'x' for creating and writing to a new file, and\n"
       "'a' for appending (which on some Unix systems, means that all writes\nappend to the "
       "end of the file regardless of the current seek position).\nIn text mode, if encoding "
       "is not specified the encoding used is platform\ndependent: locale.getencoding() is "
       "called to get the current locale encoding.\n(For reading and writing raw bytes use "
       "binary mode and leave encoding\nunspecified.) The available modes are:\n\n========= "
       "===============================================================\nCharacter Meaning\n"
       "--------- ---------------------------------------------------------------\n'r'       "
       "open for reading (default)\n'w'       open for writing, truncating the file first\n"
       "'x'       create a new file and open it for writing\n'a'       open for writing, "
       "appending to the end of the file if it exists\n'b'       binary mode\n't'       text "
       "mode (default)\n'+'       open a disk file for updating (reading and writing)\n"
       "========= ===============================================================\n\nThe "
       "default mode is 'rt' (open for reading text). For binary random\naccess, the mode "
       "'w+b' opens and truncates the file to 0 bytes, while\n'r+b' opens the file without "
       "truncation. The 'x' mode implies 'w' and\nraises an `FileExistsError` if the file "
       "already exists.\n\nPython distinguishes between files opened in binary and text "
       "modes,\neven when the underlying operating system doesn't. Files opened in\nbinary "
       "mode (appending 'b' to the mode argument) return contents as\nbytes objects without "
       "any decoding. In text mode (the default, or when\n't' is appended to the mode "
       "argument), the contents of the file are\nreturned as strings, the bytes having been "
       "first decoded using a\nplatform-dependent encoding or using the specified encoding "
       "if given.\n\nbuffering is an optional integer used to set the buffering policy.\n"
       "Pass 0 to switch buffering off (only allowed in binary mode), 1 to select\nline "
       "buffering (only usable in text mode), and an integer > 1 to indicate\nthe size of a "
       "fixed-size chunk buffer.  When no buffering argument is\ngiven, the default "
       "buffering policy works as follows:\n\n* Binary files are buffered in fixed-size "
       "chunks; the size of the buffer\n  is chosen using a heuristic trying to determine "
       "the underlying device's\n  \"block size\" and falling back on "
       "`io.DEFAULT_BUFFER_SIZE`.\n  On many systems, the buffer will typically be 4096 or "
       "8192 bytes long.\n\n* \"Interactive\" text files (files for which isatty() returns "
       "True)\n  use line buffering.  Other text files use the policy described above\n  for "
       "binary files.\n\nencoding is the name of the encoding used to decode or encode the\n"
       "file. This should only be used in text mode. The default encoding is\nplatform "
       "dependent, but any encoding supported by Python can be\npassed.  See the codecs "
       "module for the list of supported encodings.\n\nerrors is an optional string that "
       "specifies how encoding errors are to\nbe handled---this argument should not be used "
       "in binary mode. Pass\n'strict' to raise a ValueError exception if there is an "
       "encoding error\n(the default of None has the same effect), or pass 'ignore' to "
       "ignore\nerrors. (Note that ignoring encoding errors can lead to data loss.)\nSee the "
       "documentation for codecs.register or run 'help(codecs.Codec)'\nfor a list of the "
       "permitted encoding error strings.\n\nnewline controls how universal newlines works "
       "(it only applies to text\nmode). It can be None, '', '\\n', '\\r', and '\\r\\n'.  It "
       "works as\nfollows:\n\n* On input, if newline is None, universal newlines mode is\n  "
       "enabled. Lines in the input can end in '\\n', '\\r', or '\\r\\n', and\n  these are "
       "translated into '\\n' before being returned to the\n  caller. If it is '', universal "
       "newline mode is enabled, but line\n  endings are returned to the caller "
       "untranslated. If it has any of\n  the other legal values, input lines are only "
       "terminated by the given\n  string, and the line ending is returned to the caller "
       "untranslated.\n\n* On output, if newline is None, any '\\n' characters written "
       "are\n  translated to the system default line separator, os.linesep. If\n  newline is "
       "'' or '\\n', no translation takes place. If newline is any\n  of the other legal "
       "values, any '\\n' characters written are translated\n  to the given string.\n\nIf "
       "closefd is False, the underlying file descriptor will be kept open\nwhen the file is "
       "closed. This does not work when a file name is given\nand must be True in that "
       "case.\n\nA custom opener can be used by passing a callable as *opener*. The\n"
       "underlying file descriptor for the file object is then obtained by\ncalling *opener* "
       "with (*file*, *flags*). *opener* must return an open\nfile descriptor (passing "
       "os.open as *opener* results in functionality\nsimilar to passing None).\n\nopen() "
       "returns a file object whose type depends on the mode, and\nthrough which the "
       "standard file operations such as reading and writing\nare performed. When open() is "
       "used to open a file in a text mode ('w',\n'r', 'wt', 'rt', etc.), it returns a "
       "TextIOWrapper. When used to open\na file in a binary mode, the returned class "
       "varies: in read binary\nmode, it returns a BufferedReader; in write binary and "
       "append binary\nmodes, it returns a BufferedWriter, and in read/write mode, it "
       "returns\na BufferedRandom.\n\nIt is also possible to use a string or bytearray as a "
       "file for both\nreading and writing. For strings StringIO can be used like a file\n"
       "opened in a text mode, and for bytes a BytesIO can be used like a file\nopened in a "
       "binary mode.")
// long: arguments
static PyObject *io_open(PyObject *module, PyObject *file, const char *mode, int buffering,
                         const char *encoding, const char *errors, const char *newline,
                         int closes_descriptor, PyObject *opener)
{
    return kr_io_open(file, mode, buffering, encoding, errors, newline, closes_descriptor, opener);
}

METHOD(open_code, "module, path: str",
       "Opens the provided file with the intent to import the contents.\n\nThis may perform "
       "extra validation beyond open(), but is otherwise interchangeable\nwith calling "
       "open(path, 'rb').")
static PyObject *io_open_code(PyObject *module, PyObject *path)
{
    return PyFile_OpenCodeObject(path);
}

METHOD(text_encoding, "module, encoding, stacklevel: int = 2, /",
       "A helper function to choose the text encoding.\n\nWhen encoding is not None, this "
       "function returns it.\nOtherwise, this function returns the default text encoding\n"
       "(i.e. \"locale\" or \"utf-8\" depends on UTF-8 mode).\n\nThis function emits an "
       "EncodingWarning if encoding is None and\nsys.flags.warn_default_encoding is true.\n\n"
       "This can be used in APIs with an encoding=None parameter.\nHowever, please consider "
       "using encoding=\"utf-8\" for new APIs.")
static PyObject *io_text_encoding(PyObject *module, PyObject *encoding, int stack_level)
{
    if (encoding != NULL && encoding != Py_None) return Py_NewRef(encoding);
    if (kr_interpreter_current()->config.warn_default_encoding && PyErr_WarnFormat(
            PyExc_EncodingWarning, stack_level, "'encoding' argument not specified") < 0)
        return NULL;
    return PyUnicode_FromString(Py_UTF8Mode ? "utf-8" : "locale");
}

#include "modules/_io/io.methods.h"

static const struct {
    const char *name;
    PyTypeObject *type;
} types[] = {
    {"_IOBase", &kr_iobase_type},
    {"_RawIOBase", &kr_rawiobase_type},
    {"_BufferedIOBase", &kr_bufferediobase_type},
    {"_TextIOBase", &kr_textiobase_type},
    {"FileIO", &kr_fileio_type},
    {"BytesIO", &kr_bytesio_type},
    {"StringIO", &kr_stringio_type},
    {"BufferedReader", &kr_buffered_reader_type},
    {"BufferedWriter", &kr_buffered_writer_type},
    {"BufferedRWPair", &kr_buffered_pair_type},
    {"BufferedRandom", &kr_buffered_random_type},
    {"IncrementalNewlineDecoder", &kr_newline_decoder_type},
    {"TextIOWrapper", &kr_textiowrapper_type},
};

static int add_types(PyObject *module)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (PyType_Ready(types[i].type) < 0 ||
            PyModule_AddObjectRef(module, types[i].name, (PyObject *)types[i].type) < 0)
            return -1;
    return PyType_Ready(&_PyBytesIOBuffer_Type);
}

// UnsupportedOperation is an OSError and a ValueError.
static int add_exceptions(PyObject *module)
{
    PyInterpreterState *interpreter = kr_interpreter_current();
    if (interpreter->io_unsupported_operation == NULL) {
        interpreter->io_unsupported_operation =
            PyObject_CallFunction((PyObject *)&PyType_Type, "s(OO){}", "UnsupportedOperation",
                                  PyExc_OSError, PyExc_ValueError);
        KR_AUTO PyObject *name = PyUnicode_FromString("io");
        if (interpreter->io_unsupported_operation == NULL || name == NULL ||
            PyObject_SetAttr(interpreter->io_unsupported_operation, ID(__module__), name) < 0)
            return -1;
    }
    if (PyModule_AddObjectRef(module, "UnsupportedOperation",
                              interpreter->io_unsupported_operation) < 0)
        return -1;
    return PyModule_AddObjectRef(module, "BlockingIOError", PyExc_BlockingIOError);
}

static int io_exec(PyObject *module)
{
    if (PyModule_AddIntConstant(module, "DEFAULT_BUFFER_SIZE", KR_IO_BUFFER_SIZE) < 0) return -1;
    return add_exceptions(module) < 0 ? -1 : add_types(module);
}

static PyModuleDef_Slot io_slots[] = {{Py_mod_exec, io_exec}, {0, NULL}};

static struct PyModuleDef io_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_io",
    .m_doc = "The io module provides the Python interfaces to stream handling. The\nbuiltin open "
        "function is defined in this module.",
    .m_methods = io_methods,
    .m_slots = io_slots,
};

PyMODINIT_FUNC PyInit__io(void)
{
    return PyModuleDef_Init(&io_definition);
}
