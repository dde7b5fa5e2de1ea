// expat_parser.c - pyexpat.xmlparser: feeding expat, and what can be asked and set.
#include "modules/pyexpat/expat_parser.h"

#include "abstract.h"
#include "boolobject.h"
#include "bytearrayobject.h"
#include "bytesobject.h"
#include "descrobject.h"
#include "dictobject.h"
#include "longobject.h"
#include "moduleobject.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "pymem.h"
#include "runtime/marks.h"
#include "runtime/owned.h"
#include "structmember.h"
#include "typeslots.h"
#include "unicodeobject.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

enum { CHUNK = 1 << 20, FILE_CHUNK = 2048 };

PyObject *kr_expat_parser_new(KrExpatModule *module, XML_Parser expat, PyObject *intern)
{
    KrExpatParser *self = expat == NULL ? NULL
        : PyObject_GC_New(KrExpatParser, module->parser_type);
    if (self == NULL) {
        if (expat == NULL) PyErr_NoMemory();
        else XML_ParserFree(expat);
        return NULL;
    }
    memset((char *)self + sizeof(PyObject), 0, sizeof(*self) - sizeof(PyObject));
    self->expat = expat;
    self->buffer_size = KR_EXPAT_BUFFER_SIZE;
    self->intern = Py_XNewRef(intern);
    XML_SetUserData(expat, self);
    XML_SetUnknownEncodingHandler(expat, kr_expat_handlers_unknown_encoding, NULL);
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static KrExpatModule *module_of(KrExpatParser *self)
{
    return PyType_GetModuleState(Py_TYPE(self));
}

// ---- Parsing -----------------------------------------------------------------------------------

static int set_number(PyObject *error, const char *name, long value)
{
    KR_AUTO PyObject *number = PyLong_FromLong(value);
    return number == NULL ? -1 : PyObject_SetAttrString(error, name, number);
}

static PyObject *raise_expat_error(KrExpatParser *self, enum XML_Error code)
{
    int line = (int)XML_GetErrorLineNumber(self->expat),
        column = (int)XML_GetErrorColumnNumber(self->expat);
    PyObject *type = module_of(self)->error;
    KR_AUTO PyObject *text = PyUnicode_FromFormat("%s: line %i, column %i", XML_ErrorString(code),
                                                  line, column);
    KR_AUTO PyObject *error = text == NULL ? NULL : PyObject_CallOneArg(type, text);
    if (error == NULL || set_number(error, "code", code) < 0
        || set_number(error, "offset", column) < 0 || set_number(error, "lineno", line) < 0)
        return NULL;
    PyErr_SetObject(type, error);
    return NULL;
}

// What Parse returns for expat's status.
static PyObject *parse_result(KrExpatParser *self, int status)
{
    if (PyErr_Occurred()) return NULL;
    if (status == XML_STATUS_ERROR) return raise_expat_error(self, XML_GetErrorCode(self->expat));
    if (kr_expat_handlers_flush(self) < 0) return NULL;
    return PyLong_FromLong(status);
}

static PyObject *feed(KrExpatParser *self, const char *data, Py_ssize_t length, int is_final)
{
    while (length > CHUNK) {
        int status = XML_Parse(self->expat, data, CHUNK, 0);
        if (status == XML_STATUS_ERROR || PyErr_Occurred()) return parse_result(self, status);
        data += CHUNK;
        length -= CHUNK;
    }
    return parse_result(self, XML_Parse(self->expat, data, (int)length, is_final));
}

METHOD(Parse, "self, data, isfinal: bool = False, /",
       "Parse XML data.\n"
       "\n"
       "`isfinal' should be true at end of input.")
static PyObject *parser_Parse(KrExpatParser *self, PyObject *data, int isfinal)
{
    if (PyUnicode_Check(data)) {
        Py_ssize_t length;
        const char *text = PyUnicode_AsUTF8AndSize(data, &length);
        if (text == NULL) return NULL;
        XML_SetEncoding(self->expat, "utf-8");
        return feed(self, text, length, isfinal);
    }
    Py_buffer view;
    if (PyObject_GetBuffer(data, &view, PyBUF_SIMPLE) < 0) return NULL;
    PyObject *result = feed(self, view.buf, view.len, isfinal);
    PyBuffer_Release(&view);
    return result;
}

// Reads into [buffer]: the number of bytes, or -1 with an exception.
static int read_chunk(PyObject *read, char *buffer)
{
    KR_AUTO PyObject *size = PyLong_FromLong(FILE_CHUNK);
    KR_AUTO PyObject *chunk = size == NULL ? NULL : PyObject_CallOneArg(read, size);
    if (chunk == NULL) return -1;
    if (!PyBytes_Check(chunk) && !PyByteArray_Check(chunk)) {
        PyErr_Format(PyExc_TypeError, "read() did not return a bytes object (type=%.400s)",
                     Py_TYPE(chunk)->tp_name);
        return -1;
    }
    int is_bytes = PyBytes_Check(chunk);
    Py_ssize_t length = is_bytes ? PyBytes_GET_SIZE(chunk) : PyByteArray_GET_SIZE(chunk);
    if (length > FILE_CHUNK) {
        PyErr_Format(PyExc_ValueError, "read() returned too much data: %i bytes requested, %zd "
                     "returned", FILE_CHUNK, length);
        return -1;
    }
    memcpy(buffer, is_bytes ? PyBytes_AS_STRING(chunk) : PyByteArray_AS_STRING(chunk),
           (size_t)length);
    return (int)length;
}

METHOD(ParseFile, "self, file, /", "Parse XML data from file-like object.")
static PyObject *parser_ParseFile(KrExpatParser *self, PyObject *file)
{
    KR_AUTO PyObject *read = PyObject_GetAttrString(file, "read");
    if (read == NULL) {
        if (PyErr_ExceptionMatches(PyExc_AttributeError))
            PyErr_SetString(PyExc_TypeError, "argument must have 'read' attribute");
        return NULL;
    }
    for (;;) {
        void *buffer = XML_GetBuffer(self->expat, FILE_CHUNK);
        if (buffer == NULL) return parse_result(self, XML_STATUS_ERROR);
        int length = read_chunk(read, buffer);
        if (length < 0) return NULL;
        int status = XML_ParseBuffer(self->expat, length, length == 0);
        if (PyErr_Occurred()) return NULL;
        if (status == XML_STATUS_ERROR || length == 0) return parse_result(self, status);
    }
}

// ---- Settings ----------------------------------------------------------------------------------

METHOD(SetBase, "self, base: cstr, /", "Set the base URL for the parser.")
static PyObject *parser_SetBase(KrExpatParser *self, const char *base)
{
    if (!XML_SetBase(self->expat, base)) return PyErr_NoMemory();
    Py_RETURN_NONE;
}

METHOD(GetBase, "self, /", "Return base URL string for the parser.")
static PyObject *parser_GetBase(KrExpatParser *self)
{
    const char *base = XML_GetBase(self->expat);
    if (base == NULL) Py_RETURN_NONE;
    return PyUnicode_FromString(base);
}

METHOD(GetInputContext, "self, /",
       "Return the untranslated text of the input that caused the current event.\n"
       "\n"
       "If the event was generated by a large amount of text (such as a start tag\n"
       "for an element with many attributes), not all of the text may be available.")
static PyObject *parser_GetInputContext(KrExpatParser *self)
{
    int offset, size;
    if (!self->in_callback) Py_RETURN_NONE;
    const char *text = XML_GetInputContext(self->expat, &offset, &size);
    if (text == NULL) Py_RETURN_NONE;
    return PyBytes_FromStringAndSize(text + offset, size - offset);
}

METHOD(UseForeignDTD, "self, flag: bool = True, /",
       "Allows the application to provide an artificial external subset if one is not specified "
       "as part of the document instance.\n"
       "\n"
       "This readily allows the use of a 'default' document type controlled by the\n"
       "application, while still getting the advantage of providing document type\n"
       "information to the parser. 'flag' defaults to True if not provided.")
static PyObject *parser_UseForeignDTD(KrExpatParser *self, int flag)
{
    enum XML_Error code = XML_UseForeignDTD(self->expat, flag ? XML_TRUE : XML_FALSE);
    if (code != XML_ERROR_NONE) return raise_expat_error(self, code);
    Py_RETURN_NONE;
}

METHOD(SetParamEntityParsing, "self, flag: int, /",
       "Controls parsing of parameter entities (including the external DTD subset).\n"
       "\n"
       "Possible flag values are XML_PARAM_ENTITY_PARSING_NEVER,\n"
       "XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE and\n"
       "XML_PARAM_ENTITY_PARSING_ALWAYS. Returns true if setting the flag\n"
       "was successful.")
static PyObject *parser_SetParamEntityParsing(KrExpatParser *self, int flag)
{
    return PyLong_FromLong(XML_SetParamEntityParsing(self->expat,
                                                     (enum XML_ParamEntityParsing)flag));
}

METHOD(ExternalEntityParserCreate, "self, context: cstr?, encoding: cstr = NULL, /",
       "Create a parser for parsing an external entity based on the information passed to the "
       "ExternalEntityRefHandler.")
static PyObject *parser_ExternalEntityParserCreate(KrExpatParser *self, const char *context,
                                                   const char *encoding)
{
    XML_Parser expat = XML_ExternalEntityParserCreate(self->expat, context, encoding);
    KR_AUTO PyObject *inner = kr_expat_parser_new(module_of(self), expat, self->intern);
    if (inner == NULL) return NULL;
    KrExpatParser *parser = (KrExpatParser *)inner;
    parser->ordered_attributes = self->ordered_attributes;
    parser->specified_attributes = self->specified_attributes;
    parser->namespace_prefixes = self->namespace_prefixes;
    parser->buffer_size = self->buffer_size;
    if (self->buffer != NULL) {
        parser->buffer = PyMem_Malloc((size_t)self->buffer_size);
        if (parser->buffer == NULL) return PyErr_NoMemory();
    }
    for (int i = 0; i < KR_EXPAT_HANDLER_COUNT; i++) {
        if (self->handlers[i] == NULL) continue;
        parser->handlers[i] = Py_NewRef(self->handlers[i]);
        kr_expat_handlers_install(parser, i, 1);
    }
    return kr_take(inner);
}

GETTER(ErrorCode, NULL)
static PyObject *parser_get_ErrorCode(KrExpatParser *self)
{
    return PyLong_FromLong(XML_GetErrorCode(self->expat));
}

GETTER(ErrorLineNumber, NULL)
static PyObject *parser_get_ErrorLineNumber(KrExpatParser *self)
{
    return PyLong_FromLong((long)XML_GetErrorLineNumber(self->expat));
}

GETTER(ErrorColumnNumber, NULL)
static PyObject *parser_get_ErrorColumnNumber(KrExpatParser *self)
{
    return PyLong_FromLong((long)XML_GetErrorColumnNumber(self->expat));
}

GETTER(ErrorByteIndex, NULL)
static PyObject *parser_get_ErrorByteIndex(KrExpatParser *self)
{
    return PyLong_FromLong(XML_GetErrorByteIndex(self->expat));
}

GETTER(CurrentLineNumber, NULL)
static PyObject *parser_get_CurrentLineNumber(KrExpatParser *self)
{
    return PyLong_FromLong((long)XML_GetCurrentLineNumber(self->expat));
}

GETTER(CurrentColumnNumber, NULL)
static PyObject *parser_get_CurrentColumnNumber(KrExpatParser *self)
{
    return PyLong_FromLong((long)XML_GetCurrentColumnNumber(self->expat));
}

GETTER(CurrentByteIndex, NULL)
static PyObject *parser_get_CurrentByteIndex(KrExpatParser *self)
{
    return PyLong_FromLong(XML_GetCurrentByteIndex(self->expat));
}

GETTER(buffer_used, NULL)
static PyObject *parser_get_buffer_used(KrExpatParser *self)
{
    return PyLong_FromLong(self->buffer_used);
}

GETTER(buffer_size, NULL)
static PyObject *parser_get_buffer_size(KrExpatParser *self)
{
    return PyLong_FromLong(self->buffer_size);
}

static int cannot_delete(void)
{
    PyErr_SetString(PyExc_RuntimeError, "Cannot delete attribute");
    return -1;
}

SETTER(buffer_size)
static int parser_set_buffer_size(KrExpatParser *self, PyObject *value)
{
    if (value == NULL) return cannot_delete();
    if (!PyLong_Check(value)) {
        PyErr_SetString(PyExc_TypeError, "buffer_size must be an integer");
        return -1;
    }
    long size = PyLong_AsLong(value);
    if (size <= 0) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_ValueError, "buffer_size must be greater than zero");
        return -1;
    }
    if (size > INT_MAX) {
        PyErr_Format(PyExc_ValueError, "buffer_size must not be greater than %i", INT_MAX);
        return -1;
    }
    if (size == self->buffer_size) return 0;
    if (self->buffer != NULL) {
        if (kr_expat_handlers_flush(self) < 0) return -1;
        char *buffer = PyMem_Realloc(self->buffer, (size_t)size);
        if (buffer == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        self->buffer = buffer;
    }
    self->buffer_size = (int)size;
    return 0;
}

GETTER(buffer_text, NULL)
static PyObject *parser_get_buffer_text(KrExpatParser *self)
{
    return PyBool_FromLong(self->buffer != NULL);
}

SETTER(buffer_text)
static int parser_set_buffer_text(KrExpatParser *self, PyObject *value)
{
    if (value == NULL) return cannot_delete();
    int on = PyObject_IsTrue(value);
    if (on < 0) return -1;
    if (on && self->buffer == NULL) {
        self->buffer = PyMem_Malloc((size_t)self->buffer_size);
        self->buffer_used = 0;
        if (self->buffer == NULL) {
            PyErr_NoMemory();
            return -1;
        }
    } else if (!on && self->buffer != NULL) {
        if (kr_expat_handlers_flush(self) < 0) return -1;
        PyMem_Free(self->buffer);
        self->buffer = NULL;
    }
    return 0;
}

static int set_flag(PyObject *value, int *flag)
{
    if (value == NULL) return cannot_delete();
    int on = PyObject_IsTrue(value);
    if (on < 0) return -1;
    *flag = on;
    return 0;
}

GETTER(namespace_prefixes, NULL)
static PyObject *parser_get_namespace_prefixes(KrExpatParser *self)
{
    return PyBool_FromLong(self->namespace_prefixes);
}

SETTER(namespace_prefixes)
static int parser_set_namespace_prefixes(KrExpatParser *self, PyObject *value)
{
    if (set_flag(value, &self->namespace_prefixes) < 0) return -1;
    XML_SetReturnNSTriplet(self->expat, self->namespace_prefixes);
    return 0;
}

GETTER(ordered_attributes, NULL)
static PyObject *parser_get_ordered_attributes(KrExpatParser *self)
{
    return PyBool_FromLong(self->ordered_attributes);
}

SETTER(ordered_attributes)
static int parser_set_ordered_attributes(KrExpatParser *self, PyObject *value)
{
    return set_flag(value, &self->ordered_attributes);
}

GETTER(specified_attributes, NULL)
static PyObject *parser_get_specified_attributes(KrExpatParser *self)
{
    return PyBool_FromLong(self->specified_attributes);
}

SETTER(specified_attributes)
static int parser_set_specified_attributes(KrExpatParser *self, PyObject *value)
{
    return set_flag(value, &self->specified_attributes);
}

#include "modules/pyexpat/expat_parser.methods.h"

// ---- Handlers as attributes --------------------------------------------------------------------

static PyObject *get_handler(KrExpatParser *self, void *which)
{
    PyObject *handler = self->handlers[(intptr_t)which];
    return Py_NewRef(handler == NULL ? Py_None : handler);
}

static int set_handler(KrExpatParser *self, PyObject *value, void *closure)
{
    KrExpatHandler which = (KrExpatHandler)(intptr_t)closure;
    if (value == NULL) return cannot_delete();
    // What was said before is for the old handler.
    if (which == KR_EXPAT_CharacterData && kr_expat_handlers_flush(self) < 0) return -1;
    PyObject *old = self->handlers[which];
    self->handlers[which] = value == Py_None ? NULL : Py_NewRef(value);
    kr_expat_handlers_install(self, which, value != Py_None);
    Py_XDECREF(old);
    return 0;
}

static PyGetSetDef handler_getset[] = {
#define HANDLER(name, title, setter)                                                              \
    {title, (getter)get_handler, (int (*)(PyObject *, PyObject *, void *))set_handler, NULL,      \
     (void *)(intptr_t)KR_EXPAT_##name},
#include "modules/pyexpat/handlers.def"
#undef HANDLER
    {NULL, NULL, NULL, NULL, NULL},
};

// ---- The object --------------------------------------------------------------------------------

static int parser_traverse(KrExpatParser *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    for (int i = 0; i < KR_EXPAT_HANDLER_COUNT; i++) Py_VISIT(self->handlers[i]);
    Py_VISIT(self->intern);
    return 0;
}

static int parser_clear(KrExpatParser *self)
{
    kr_expat_handlers_silence(self);
    Py_CLEAR(self->intern);
    return 0;
}

static void parser_dealloc(KrExpatParser *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    parser_clear(self);
    XML_ParserFree(self->expat);
    PyMem_Free(self->buffer);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

static PyMemberDef parser_members[] = {
    {"intern", T_OBJECT, offsetof(KrExpatParser, intern), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

// Adds the attributes of handlers, which have their own table, to the type.
int kr_expat_parser_add_handlers(PyTypeObject *type)
{
    for (PyGetSetDef *row = handler_getset; row->name != NULL; row++) {
        KR_AUTO PyObject *descriptor = PyDescr_NewGetSet(type, row);
        if (descriptor == NULL || PyDict_SetItemString(type->tp_dict, row->name, descriptor) < 0)
            return -1;
    }
    PyType_Modified(type);
    return 0;
}

static PyType_Slot parser_slots[] = {
    {Py_tp_dealloc, parser_dealloc},
    {Py_tp_doc, "XML parser"},
    {Py_tp_traverse, parser_traverse},
    {Py_tp_clear, parser_clear},
    {Py_tp_methods, parser_methods},
    {Py_tp_members, parser_members},
    {Py_tp_getset, parser_getset},
    {0, NULL},
};

PyType_Spec kr_expat_parser_spec = {
    .name = "pyexpat.xmlparser",
    .basicsize = sizeof(KrExpatParser),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION
        | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = parser_slots,
};
