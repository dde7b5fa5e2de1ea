// handlers.c - from expat's callbacks to Python's.
//
// An exception in a handler removes all callbacks and stays set; Parse finds it when expat
// returns.
#include "modules/pyexpat/expat_parser.h"

#include "abstract.h"
#include "ceval.h"
#include "dictobject.h"
#include "listobject.h"
#include "longobject.h"
#include "modsupport.h"
#include "pyerrors.h"
#include "runtime/owned.h"
#include "traceback.h"
#include "tupleobject.h"
#include "unicodeobject.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

static const char *const names[] = {
#define HANDLER(name, title, setter) #name,
#include "modules/pyexpat/handlers.def"
#undef HANDLER
};

static void fail(KrExpatParser *self)
{
    assert(PyErr_Occurred());
    kr_expat_handlers_silence(self);
    XML_SetExternalEntityRefHandler(self->expat, NULL);
}

// New str for UTF-8 text; None for NULL.
static PyObject *text_of(const XML_Char *text)
{
    return text == NULL ? Py_NewRef(Py_None)
        : PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "strict");
}

// The same, one object for each text.
static PyObject *name_of(KrExpatParser *self, const XML_Char *text)
{
    KR_AUTO PyObject *name = text_of(text);
    if (name == NULL || self->intern == NULL || name == Py_None) return kr_take(name);
    PyObject *known = PyDict_GetItemWithError(self->intern, name);
    if (known != NULL) return Py_NewRef(known);
    if (PyErr_Occurred() || PyDict_SetItem(self->intern, name, name) < 0) return NULL;
    return kr_take(name);
}

// Calls a handler; takes [arguments].  New result, or NULL after the parser was silenced.
static PyObject *call(KrExpatParser *self, KrExpatHandler which, PyObject *arguments)
{
    KR_AUTO PyObject *owned = arguments;
    if (owned == NULL) {
        fail(self);
        return NULL;
    }
    KR_AUTO PyObject *handler = Py_NewRef(self->handlers[which]);
    self->in_callback = 1;
    PyObject *result = PyObject_Call(handler, owned, NULL);
    self->in_callback = 0;
    if (result == NULL) {
        _PyTraceback_Add(names[which], "pyexpat.c", __LINE__);
        fail(self);
    }
    return result;
}

// Whether a handler is to be called now; character data that waits goes first.
static int is_wanted(KrExpatParser *self, KrExpatHandler which)
{
    if (self->handlers[which] == NULL || PyErr_Occurred()) return 0;
    return kr_expat_handlers_flush(self) == 0;
}

// Calls a handler with arguments told by letters: n name, s text, i int, o object (taken).
static void notify(KrExpatParser *self, KrExpatHandler which, const char *letters, ...)
{
    if (!is_wanted(self, which)) return;
    Py_ssize_t count = (Py_ssize_t)strlen(letters);
    PyObject *arguments = PyTuple_New(count);
    va_list values;
    va_start(values, letters);
    for (Py_ssize_t i = 0; arguments != NULL && i < count; i++) {
        PyObject *item = letters[i] == 'n' ? name_of(self, va_arg(values, const XML_Char *))
            : letters[i] == 's'            ? text_of(va_arg(values, const XML_Char *))
            : letters[i] == 'i'            ? PyLong_FromLong(va_arg(values, int))
                                           : va_arg(values, PyObject *);
        if (item == NULL)
            Py_CLEAR(arguments);
        else
            PyTuple_SET_ITEM(arguments, i, item);
    }
    va_end(values);
    Py_XDECREF(call(self, which, arguments));
}

// ---- Character data ----------------------------------------------------------------------------

static int hand_on(KrExpatParser *self, const XML_Char *data, int length)
{
    if (self->handlers[KR_EXPAT_CharacterData] == NULL) return 0;
    KR_AUTO PyObject *text = PyUnicode_DecodeUTF8(data, length, "strict");
    PyObject *result = call(self, KR_EXPAT_CharacterData,
                            text == NULL ? NULL : PyTuple_Pack(1, text));
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

int kr_expat_handlers_flush(KrExpatParser *self)
{
    if (self->buffer == NULL || self->buffer_used == 0) return 0;
    int used = self->buffer_used;
    self->buffer_used = 0;
    return hand_on(self, self->buffer, used);
}

static void on_CharacterData(void *data, const XML_Char *text, int length)
{
    KrExpatParser *self = data;
    if (PyErr_Occurred()) return;
    if (self->buffer == NULL) {
        hand_on(self, text, length);
        return;
    }
    if (self->buffer_used + length > self->buffer_size) {
        if (kr_expat_handlers_flush(self) < 0) return;
        // The handler may have removed itself.
        if (self->handlers[KR_EXPAT_CharacterData] == NULL) return;
    }
    if (length > self->buffer_size) {
        hand_on(self, text, length);
        return;
    }
    memcpy(self->buffer + self->buffer_used, text, (size_t)length);
    self->buffer_used += length;
}

// ---- Elements ----------------------------------------------------------------------------------

// New list or dict of attributes, which come as name, value, name, ..., NULL.
static PyObject *attributes_of(KrExpatParser *self, const XML_Char **attributes)
{
    int count = 0;
    if (self->specified_attributes)
        count = XML_GetSpecifiedAttributeCount(self->expat);
    else
        while (attributes[count] != NULL) count += 2;
    KR_AUTO PyObject *all = self->ordered_attributes ? PyList_New(count) : PyDict_New();
    for (int i = 0; all != NULL && i < count; i += 2) {
        KR_AUTO PyObject *name = name_of(self, attributes[i]);
        KR_AUTO PyObject *value = name == NULL ? NULL : text_of(attributes[i + 1]);
        if (value == NULL) return NULL;
        if (self->ordered_attributes) {
            PyList_SET_ITEM(all, i, kr_take(name));
            PyList_SET_ITEM(all, i + 1, kr_take(value));
        } else if (PyDict_SetItem(all, name, value) < 0) {
            return NULL;
        }
    }
    return kr_take(all);
}

static void on_StartElement(void *data, const XML_Char *name, const XML_Char **attributes)
{
    KrExpatParser *self = data;
    if (!is_wanted(self, KR_EXPAT_StartElement)) return;
    KR_AUTO PyObject *all = attributes_of(self, attributes);
    KR_AUTO PyObject *tag = all == NULL ? NULL : name_of(self, name);
    Py_XDECREF(call(self, KR_EXPAT_StartElement, tag == NULL ? NULL : PyTuple_Pack(2, tag, all)));
}

static void on_EndElement(void *data, const XML_Char *name)
{
    notify(data, KR_EXPAT_EndElement, "n", name);
}

// New (type, quantifier, name, children) of a content model.
static PyObject *model_of(KrExpatParser *self, const XML_Content *model)
{
    if (Py_EnterRecursiveCall(" in conv_content_model")) return NULL;
    KR_AUTO PyObject *children = PyTuple_New((Py_ssize_t)model->numchildren);
    for (unsigned i = 0; children != NULL && i < model->numchildren; i++) {
        PyObject *child = model_of(self, &model->children[i]);
        if (child == NULL)
            Py_CLEAR(children);
        else
            PyTuple_SET_ITEM(children, (Py_ssize_t)i, child);
    }
    Py_LeaveRecursiveCall();
    KR_AUTO PyObject *name = children == NULL ? NULL : name_of(self, model->name);
    return name == NULL ? NULL
        : Py_BuildValue("(iiOO)", model->type, model->quant, name, children);
}

static void on_ElementDecl(void *data, const XML_Char *name, XML_Content *model)
{
    KrExpatParser *self = data;
    if (is_wanted(self, KR_EXPAT_ElementDecl)) {
        PyObject *tree = model_of(self, model);
        if (tree == NULL)
            fail(self);
        else
            notify(self, KR_EXPAT_ElementDecl, "no", name, tree);
    }
    XML_FreeContentModel(self->expat, model);
}

// ---- The others --------------------------------------------------------------------------------

static void on_ProcessingInstruction(void *self, const XML_Char *target, const XML_Char *text)
{
    notify(self, KR_EXPAT_ProcessingInstruction, "ns", target, text);
}

static void on_UnparsedEntityDecl(void *self, const XML_Char *name, const XML_Char *base,
                                  const XML_Char *system, const XML_Char *public,
                                  const XML_Char *notation)
{
    notify(self, KR_EXPAT_UnparsedEntityDecl, "nnnnn", name, base, system, public, notation);
}

static void on_NotationDecl(void *self, const XML_Char *name, const XML_Char *base,
                            const XML_Char *system, const XML_Char *public)
{
    notify(self, KR_EXPAT_NotationDecl, "nnnn", name, base, system, public);
}

static void on_StartNamespaceDecl(void *self, const XML_Char *prefix, const XML_Char *uri)
{
    notify(self, KR_EXPAT_StartNamespaceDecl, "nn", prefix, uri);
}

static void on_EndNamespaceDecl(void *self, const XML_Char *prefix)
{
    notify(self, KR_EXPAT_EndNamespaceDecl, "n", prefix);
}

static void on_Comment(void *self, const XML_Char *text)
{
    notify(self, KR_EXPAT_Comment, "s", text);
}

static void on_StartCdataSection(void *self)
{
    notify(self, KR_EXPAT_StartCdataSection, "");
}

static void on_EndCdataSection(void *self)
{
    notify(self, KR_EXPAT_EndCdataSection, "");
}

static void on_Default(void *self, const XML_Char *text, int length)
{
    notify(self, KR_EXPAT_Default, "o", PyUnicode_DecodeUTF8(text, length, "strict"));
}

static void on_DefaultHandlerExpand(void *self, const XML_Char *text, int length)
{
    notify(self, KR_EXPAT_DefaultHandlerExpand, "o", PyUnicode_DecodeUTF8(text, length, "strict"));
}

// The int that a handler gave, or 0 with an exception; takes [result].
static int answer(KrExpatParser *self, PyObject *result)
{
    KR_AUTO PyObject *owned = result;
    if (owned == NULL) return 0;
    long value = PyLong_AsLong(owned);
    if (value == -1 && PyErr_Occurred()) {
        fail(self);
        return 0;
    }
    return (int)value;
}

static int on_NotStandalone(void *data)
{
    KrExpatParser *self = data;
    if (!is_wanted(self, KR_EXPAT_NotStandalone)) return 0;
    return answer(self, call(self, KR_EXPAT_NotStandalone, PyTuple_New(0)));
}

static int on_ExternalEntityRef(XML_Parser expat, const XML_Char *context, const XML_Char *base,
                                const XML_Char *system, const XML_Char *public)
{
    KrExpatParser *self = XML_GetUserData(expat);
    if (!is_wanted(self, KR_EXPAT_ExternalEntityRef)) return 0;
    KR_AUTO PyObject *where = text_of(context);
    KR_AUTO PyObject *from = name_of(self, base);
    KR_AUTO PyObject *system_id = name_of(self, system);
    KR_AUTO PyObject *public_id = name_of(self, public);
    int complete = where != NULL && from != NULL && system_id != NULL && public_id != NULL;
    return answer(self, call(self, KR_EXPAT_ExternalEntityRef, complete
                             ? PyTuple_Pack(4, where, from, system_id, public_id) : NULL));
}

static void on_StartDoctypeDecl(void *self, const XML_Char *name, const XML_Char *system,
                                const XML_Char *public, int has_internal_subset)
{
    notify(self, KR_EXPAT_StartDoctypeDecl, "nnni", name, system, public, has_internal_subset);
}

static void on_EndDoctypeDecl(void *self)
{
    notify(self, KR_EXPAT_EndDoctypeDecl, "");
}

// long: expat calls it with these.
static void on_EntityDecl(void *self, const XML_Char *name, int is_parameter,
                          const XML_Char *value, int length, const XML_Char *base,
                          const XML_Char *system, const XML_Char *public, const XML_Char *notation)
{
    PyObject *text = value == NULL ? Py_NewRef(Py_None)
        : PyUnicode_DecodeUTF8(value, length, "strict");
    if (((KrExpatParser *)self)->handlers[KR_EXPAT_EntityDecl] == NULL) {
        Py_XDECREF(text);
        return;
    }
    notify(self, KR_EXPAT_EntityDecl, "nionnnn", name, is_parameter, text, base, system, public,
           notation);
}

static void on_XmlDecl(void *self, const XML_Char *version, const XML_Char *encoding,
                       int standalone)
{
    notify(self, KR_EXPAT_XmlDecl, "ssi", version, encoding, standalone);
}

static void on_AttlistDecl(void *self, const XML_Char *element, const XML_Char *attribute,
                           const XML_Char *type, const XML_Char *value, int is_required)
{
    notify(self, KR_EXPAT_AttlistDecl, "nnssi", element, attribute, type, value, is_required);
}

static void on_SkippedEntity(void *self, const XML_Char *name, int is_parameter)
{
    notify(self, KR_EXPAT_SkippedEntity, "ni", name, is_parameter);
}

// ---- Encodings ---------------------------------------------------------------------------------

int kr_expat_handlers_unknown_encoding(void *data, const XML_Char *name, XML_Encoding *info)
{
    char bytes[256];
    if (PyErr_Occurred()) return XML_STATUS_ERROR;
    for (int i = 0; i < 256; i++) bytes[i] = (char)i;
    KR_AUTO PyObject *text = PyUnicode_Decode(bytes, 256, name, "replace");
    if (text == NULL) return XML_STATUS_ERROR;
    if (PyUnicode_GET_LENGTH(text) != 256) {
        PyErr_SetString(PyExc_ValueError, "multi-byte encodings are not supported");
        return XML_STATUS_ERROR;
    }
    for (int i = 0; i < 256; i++) {
        Py_UCS4 c = PyUnicode_READ_CHAR(text, i);
        info->map[i] = c == Py_UNICODE_REPLACEMENT_CHARACTER ? -1 : (int)c;
    }
    info->data = NULL;
    info->convert = NULL;
    info->release = NULL;
    return XML_STATUS_OK;
}

// ---- Installing --------------------------------------------------------------------------------

void kr_expat_handlers_install(KrExpatParser *self, KrExpatHandler which, int on)
{
    switch (which) {
#define HANDLER(name, title, setter)                                                              \
    case KR_EXPAT_##name: setter(self->expat, on ? on_##name : NULL); break;
#include "modules/pyexpat/handlers.def"
#undef HANDLER
        default: assert(0);
    }
}

void kr_expat_handlers_silence(KrExpatParser *self)
{
    for (int i = 0; i < KR_EXPAT_HANDLER_COUNT; i++) {
        if (self->handlers[i] == NULL) continue;
        kr_expat_handlers_install(self, i, 0);
        Py_CLEAR(self->handlers[i]);
    }
}
