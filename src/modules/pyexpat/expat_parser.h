// expat_parser.h - the parser object of pyexpat, and its handlers.
#ifndef KR_MODULES_PYEXPAT_EXPAT_PARSER_H
#define KR_MODULES_PYEXPAT_EXPAT_PARSER_H

#include "pyexpat.h"

#define HANDLER(name, title, setter) KR_EXPAT_##name,
typedef enum KrExpatHandler {
#include "modules/pyexpat/handlers.def"
    KR_EXPAT_HANDLER_COUNT
} KrExpatHandler;
#undef HANDLER

enum { KR_EXPAT_BUFFER_SIZE = 8192 };

typedef struct KrExpatParser {
    PyObject_HEAD
    XML_Parser expat;
    int ordered_attributes, specified_attributes, namespace_prefixes;
    int in_callback;
    char *buffer;                      // character data not yet handed on; NULL: not buffered
    int buffer_size, buffer_used;
    PyObject *intern;                  // dict of names, or NULL
    PyObject *handlers[KR_EXPAT_HANDLER_COUNT];    // NULL: none
} KrExpatParser;

typedef struct KrExpatModule {
    PyTypeObject *parser_type;
    PyObject *error;
} KrExpatModule;

extern PyType_Spec kr_expat_parser_spec;

// Adds the attributes that are handlers to the type: 0 or -1.
int kr_expat_parser_add_handlers(PyTypeObject *type);

// New parser on [expat], which it takes, with [intern] (or NULL).
PyObject *kr_expat_parser_new(KrExpatModule *module, XML_Parser expat, PyObject *intern);

// Installs or removes the callback for a handler.
void kr_expat_handlers_install(KrExpatParser *self, KrExpatHandler which, int on);
// Removes all callbacks, after an exception in one.
void kr_expat_handlers_silence(KrExpatParser *self);
// Hands on buffered character data: 0, or -1 with an exception.
int kr_expat_handlers_flush(KrExpatParser *self);
// Expat's question about an encoding it does not know.
int kr_expat_handlers_unknown_encoding(void *data, const XML_Char *name, XML_Encoding *info);

#endif
