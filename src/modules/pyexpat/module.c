// module.c - the module pyexpat: parsers, errors, and the interface for extensions.
#include "modules/pyexpat/expat_parser.h"

#include "dictobject.h"
#include "listobject.h"
#include "longobject.h"
#include "modsupport.h"
#include "moduleobject.h"
#include "objimpl.h"
#include "pycapsule.h"
#include "pyerrors.h"
#include "pyhash.h"
#include "runtime/marks.h"
#include "runtime/owned.h"
#include "sysmodule.h"
#include "tupleobject.h"
#include "unicodeobject.h"

#include <string.h>

METHOD(ParserCreate,
       "module, /, encoding: cstr? = None, namespace_separator: cstr? = None, intern: optional",
       "Return a new XML parser object.")
static PyObject *pyexpat_ParserCreate(PyObject *module, const char *encoding,
                                      const char *namespace_separator, PyObject *intern)
{
    if (namespace_separator != NULL && strlen(namespace_separator) > 1) {
        PyErr_SetString(PyExc_ValueError,
                        "namespace_separator must be at most one character, omitted, or None");
        return NULL;
    }
    KR_AUTO PyObject *names = intern == NULL ? PyDict_New() : Py_NewRef(intern);
    if (names == NULL) return NULL;
    if (names != Py_None && !PyDict_Check(names)) {
        PyErr_SetString(PyExc_TypeError, "intern must be a dictionary");
        return NULL;
    }
    XML_Parser expat = XML_ParserCreate_MM(encoding, NULL, namespace_separator);
    if (expat != NULL) XML_SetHashSalt(expat, (unsigned long)_Py_HashSecret.expat.hashsalt);
    return kr_expat_parser_new(PyModule_GetState(module), expat, names == Py_None ? NULL : names);
}

METHOD(ErrorString, "module, code: long, /", "Returns string error for given number.")
static PyObject *pyexpat_ErrorString(PyObject *module, long code)
{
    const char *text = XML_ErrorString((int)code);
    if (text == NULL) Py_RETURN_NONE;
    return PyUnicode_FromString(text);
}

#include "modules/pyexpat/module.methods.h"

// ---- Sub-modules of constants ------------------------------------------------------------------

static const char *const errors[] = {
    "NO_MEMORY", "SYNTAX", "NO_ELEMENTS", "INVALID_TOKEN", "UNCLOSED_TOKEN", "PARTIAL_CHAR",
    "TAG_MISMATCH",
    "DUPLICATE_ATTRIBUTE", "JUNK_AFTER_DOC_ELEMENT", "PARAM_ENTITY_REF", "UNDEFINED_ENTITY",
    "RECURSIVE_ENTITY_REF", "ASYNC_ENTITY", "BAD_CHAR_REF", "BINARY_ENTITY_REF",
    "ATTRIBUTE_EXTERNAL_ENTITY_REF", "MISPLACED_XML_PI", "UNKNOWN_ENCODING", "INCORRECT_ENCODING",
    "UNCLOSED_CDATA_SECTION", "EXTERNAL_ENTITY_HANDLING", "NOT_STANDALONE", "UNEXPECTED_STATE",
    "ENTITY_DECLARED_IN_PE", "FEATURE_REQUIRES_XML_DTD", "CANT_CHANGE_FEATURE_ONCE_PARSING",
    "UNBOUND_PREFIX",
    "UNDECLARING_PREFIX", "INCOMPLETE_PE", "XML_DECL", "TEXT_DECL", "PUBLICID", "SUSPENDED",
    "NOT_SUSPENDED",
    "ABORTED", "FINISHED", "SUSPEND_PE", "RESERVED_PREFIX_XML", "RESERVED_PREFIX_XMLNS",
    "RESERVED_NAMESPACE_URI", "INVALID_ARGUMENT", "NO_BUFFER", "AMPLIFICATION_LIMIT_BREACH",
};

// New module `pyexpat.<name>`, known to sys.modules and to [parent]; borrowed from there.
static PyObject *add_submodule(PyObject *parent, const char *name, const char *doc)
{
    KR_AUTO PyObject *full_name = PyUnicode_FromFormat("pyexpat.%s", name);
    KR_AUTO PyObject *module = full_name == NULL ? NULL : PyModule_NewObject(full_name);
    PyObject *modules = PySys_GetObject("modules");
    if (module == NULL || modules == NULL
        || PyModule_SetDocString(module, doc) < 0 || PyDict_SetItem(modules, full_name, module) < 0
        || PyModule_AddObjectRef(parent, name, module) < 0)
        return NULL;
    return module;
}

static int add_errors(PyObject *parent)
{
    PyObject *module = add_submodule(parent, "errors",
                                     "Constants used to describe error conditions.");
    KR_AUTO PyObject *codes = PyDict_New();
    KR_AUTO PyObject *messages = PyDict_New();
    if (module == NULL || codes == NULL || messages == NULL) return -1;
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        char name[64];
        const char *text = XML_ErrorString((int)i + 1);
        if (text == NULL) break;
        snprintf(name, sizeof(name), "XML_ERROR_%s", errors[i]);
        KR_AUTO PyObject *message = PyUnicode_FromString(text);
        KR_AUTO PyObject *code = PyLong_FromLong((long)i + 1);
        if (message == NULL || code == NULL || PyModule_AddObjectRef(module, name, message) < 0
            || PyDict_SetItem(codes, message, code) < 0
            || PyDict_SetItem(messages, code, message) < 0)
            return -1;
    }
    return PyModule_AddObjectRef(module, "codes", codes) < 0 ? -1
        : PyModule_AddObjectRef(module, "messages", messages);
}

static int add_model(PyObject *parent)
{
    static const struct { const char *name; int value; } constants[] = {
        {"XML_CTYPE_EMPTY", XML_CTYPE_EMPTY}, {"XML_CTYPE_ANY", XML_CTYPE_ANY},
        {"XML_CTYPE_MIXED", XML_CTYPE_MIXED}, {"XML_CTYPE_NAME", XML_CTYPE_NAME},
        {"XML_CTYPE_CHOICE", XML_CTYPE_CHOICE}, {"XML_CTYPE_SEQ", XML_CTYPE_SEQ},
        {"XML_CQUANT_NONE", XML_CQUANT_NONE}, {"XML_CQUANT_OPT", XML_CQUANT_OPT},
        {"XML_CQUANT_REP", XML_CQUANT_REP}, {"XML_CQUANT_PLUS", XML_CQUANT_PLUS},
    };
    PyObject *module =
        add_submodule(parent, "model", "Constants used to interpret content model information.");
    for (size_t i = 0; module != NULL && i < sizeof(constants) / sizeof(constants[0]); i++)
        if (PyModule_AddIntConstant(module, constants[i].name, constants[i].value) < 0) return -1;
    return module == NULL ? -1 : 0;
}

static int add_features(PyObject *module)
{
    KR_AUTO PyObject *list = PyList_New(0);
    for (const XML_Feature *f = XML_GetFeatureList();
         list != NULL && f->feature != XML_FEATURE_END; f++) {
        KR_AUTO PyObject *item = Py_BuildValue("(sl)", f->name, f->value);
        if (item == NULL || PyList_Append(list, item) < 0) return -1;
    }
    return list == NULL ? -1 : PyModule_AddObjectRef(module, "features", list);
}

static int add_version(PyObject *module)
{
    XML_Expat_Version version = XML_ExpatVersionInfo();
    KR_AUTO PyObject *info = Py_BuildValue("(iii)", version.major, version.minor, version.micro);
    if (info == NULL || PyModule_AddStringConstant(module, "EXPAT_VERSION", XML_ExpatVersion()) < 0
        || PyModule_AddObjectRef(module, "version_info", info) < 0)
        return -1;
    return PyModule_AddStringConstant(module, "native_encoding", "UTF-8");
}

// ---- The interface for extensions --------------------------------------------------------------

static struct PyExpat_CAPI interface = {
    .magic = PyExpat_CAPI_MAGIC,
    .size = sizeof(struct PyExpat_CAPI),
    .MAJOR_VERSION = XML_MAJOR_VERSION,
    .MINOR_VERSION = XML_MINOR_VERSION,
    .MICRO_VERSION = XML_MICRO_VERSION,
    .ErrorString = XML_ErrorString,
    .GetErrorCode = XML_GetErrorCode,
    .GetErrorColumnNumber = XML_GetErrorColumnNumber,
    .GetErrorLineNumber = XML_GetErrorLineNumber,
    .Parse = XML_Parse,
    .ParserCreate_MM = XML_ParserCreate_MM,
    .ParserFree = XML_ParserFree,
    .SetCharacterDataHandler = XML_SetCharacterDataHandler,
    .SetCommentHandler = XML_SetCommentHandler,
    .SetDefaultHandlerExpand = XML_SetDefaultHandlerExpand,
    .SetElementHandler = XML_SetElementHandler,
    .SetNamespaceDeclHandler = XML_SetNamespaceDeclHandler,
    .SetProcessingInstructionHandler = XML_SetProcessingInstructionHandler,
    .SetUnknownEncodingHandler = XML_SetUnknownEncodingHandler,
    .SetUserData = XML_SetUserData,
    .SetStartDoctypeDeclHandler = XML_SetStartDoctypeDeclHandler,
    .SetEncoding = XML_SetEncoding,
    .DefaultUnknownEncodingHandler = kr_expat_handlers_unknown_encoding,
    .SetHashSalt = XML_SetHashSalt,
};

static int execute(PyObject *module)
{
    KrExpatModule *state = PyModule_GetState(module);
    state->parser_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &kr_expat_parser_spec,
                                                                  NULL);
    state->error = PyErr_NewException("xml.parsers.expat.ExpatError", NULL, NULL);
    if (state->parser_type == NULL || state->error == NULL
        || kr_expat_parser_add_handlers(state->parser_type) < 0)
        return -1;
    KR_AUTO PyObject *capsule = PyCapsule_New(&interface, PyExpat_CAPSULE_NAME, NULL);
    if (capsule == NULL || PyModule_AddObjectRef(module, "error", state->error) < 0
        || PyModule_AddObjectRef(module, "ExpatError", state->error) < 0
        || PyModule_AddObjectRef(module, "XMLParserType", (PyObject *)state->parser_type) < 0
        || add_version(module) < 0 || add_errors(module) < 0
        || add_model(module) < 0 || add_features(module) < 0 || PyModule_AddIntConstant(
            module, "XML_PARAM_ENTITY_PARSING_NEVER", XML_PARAM_ENTITY_PARSING_NEVER) < 0
        || PyModule_AddIntConstant(module, "XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE",
                                   XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE) < 0
        || PyModule_AddIntConstant(module, "XML_PARAM_ENTITY_PARSING_ALWAYS",
                                   XML_PARAM_ENTITY_PARSING_ALWAYS) < 0)
        return -1;
    return PyModule_AddObjectRef(module, "expat_CAPI", capsule);
}

static int traverse(PyObject *module, visitproc visit, void *arg)
{
    KrExpatModule *state = PyModule_GetState(module);
    Py_VISIT(state->parser_type);
    Py_VISIT(state->error);
    return 0;
}

static int clear(PyObject *module)
{
    KrExpatModule *state = PyModule_GetState(module);
    Py_CLEAR(state->parser_type);
    Py_CLEAR(state->error);
    return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, execute},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "pyexpat",
    .m_doc = "Python wrapper for Expat parser.",
    .m_size = sizeof(KrExpatModule),
    .m_methods = pyexpat_methods,
    .m_slots = slots,
    .m_traverse = traverse,
    .m_clear = clear,
};

PyMODINIT_FUNC PyInit_pyexpat(void)
{
    return PyModuleDef_Init(&definition);
}
