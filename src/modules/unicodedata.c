// unicodedata.c - the Unicode character database, 14.0.0, and 3.2.0 as the object ucd_3_2_0.
//
// The functions of the module and the methods of ucd_3_2_0 are the same: `self` tells which of the
// two.
#include "Python.h"
#include "base/memory.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "structmember.h"
#include "text/normalize.h"
#include "text/unicode.h"
#include "text/unicode_data.h"
#include "text/unicode_names.h"

typedef struct OldDatabase {
    PyObject_HEAD
    const char *version;
} OldDatabase;

static int is_old(PyObject *self)
{
    return !PyModule_Check(self);
}

// The record of [chr] in the version of [self]; a code point not assigned in it has the empty one.
static KrUnicodeData data_of(PyObject *self, int chr)
{
    if (!is_old(self)) return *kr_unicode_data((uint32_t)chr);
    KrUnicodeOld old;
    kr_unicode_data_3_2((uint32_t)chr, &old);
    return old.data;
}

static int is_assigned(PyObject *self, int chr)
{
    KrUnicodeOld old;
    if (!is_old(self)) return 1;
    kr_unicode_data_3_2((uint32_t)chr, &old);
    return old.assigned;
}

// [fallback], or ValueError when there is none.
static PyObject *use_default(PyObject *fallback, const char *message)
{
    return fallback ? Py_NewRef(fallback) : kr_raise(PyExc_ValueError, "%s", message);
}

// --- numbers ------------------------------------------------------------------------------------

METHOD(decimal, "self, chr: char, default: object = NULL, /",
       "Converts a Unicode character into its equivalent decimal value.\n\n"
       "Returns the decimal value assigned to the character chr as integer.\n"
       "If no such value is defined, default is returned, or, if not given,\n"
       "ValueError is raised.")
static PyObject *ucd_decimal(PyObject *self, int chr, PyObject *fallback)
{
    int value = -2;
    if (is_old(self)) {
        KrUnicodeOld old;
        kr_unicode_data_3_2((uint32_t)chr, &old);
        value = old.assigned ? old.decimal : -1;
    }
    if (value == -2) value = kr_unicode_decimal((uint32_t)chr);
    return value < 0 ? use_default(fallback, "not a decimal") : PyLong_FromLong(value);
}

METHOD(digit, "self, chr: char, default: object = NULL, /",
       "Converts a Unicode character into its equivalent digit value.\n\n"
       "Returns the digit value assigned to the character chr as integer.\n"
       "If no such value is defined, default is returned, or, if not given,\n"
       "ValueError is raised.")
static PyObject *ucd_digit(PyObject *self, int chr, PyObject *fallback)
{
    int value = kr_unicode_digit((uint32_t)chr);
    return value < 0 ? use_default(fallback, "not a digit") : PyLong_FromLong(value);
}

METHOD(numeric, "self, chr: char, default: object = NULL, /",
       "Converts a Unicode character into its equivalent numeric value.\n\n"
       "Returns the numeric value assigned to the character chr as float.\n"
       "If no such value is defined, default is returned, or, if not given,\n"
       "ValueError is raised.")
static PyObject *ucd_numeric(PyObject *self, int chr, PyObject *fallback)
{
    double value = -2.0;
    if (is_old(self)) {
        KrUnicodeOld old;
        kr_unicode_data_3_2((uint32_t)chr, &old);
        value = old.assigned ? old.numeric : -1.0;
    }
    if (value == -2.0) value = kr_unicode_numeric((uint32_t)chr);
    return value == -1.0 ? use_default(fallback, "not a numeric character")
                         : PyFloat_FromDouble(value);
}

// --- properties ---------------------------------------------------------------------------------

METHOD(category, "self, chr: char, /",
       "Returns the general category assigned to the character chr as string.")
static PyObject *ucd_category(PyObject *self, int chr)
{
    return PyUnicode_FromString(kr_unicode_category_names[data_of(self, chr).category]);
}

METHOD(bidirectional, "self, chr: char, /",
       "Returns the bidirectional class assigned to the character chr as string.\n\n"
       "If no such value is defined, an empty string is returned.")
static PyObject *ucd_bidirectional(PyObject *self, int chr)
{
    return PyUnicode_FromString(kr_unicode_bidirectional_names[data_of(self, chr).bidirectional]);
}

METHOD(combining, "self, chr: char, /",
       "Returns the canonical combining class assigned to the character chr as integer.\n\n"
       "Returns 0 if no combining class is defined.")
static PyObject *ucd_combining(PyObject *self, int chr)
{
    return PyLong_FromLong(data_of(self, chr).combining);
}

METHOD(mirrored, "self, chr: char, /",
       "Returns the mirrored property assigned to the character chr as integer.\n\n"
       "Returns 1 if the character has been identified as a \"mirrored\"\n"
       "character in bidirectional text, 0 otherwise.")
static PyObject *ucd_mirrored(PyObject *self, int chr)
{
    return PyLong_FromLong(data_of(self, chr).mirrored);
}

METHOD(east_asian_width, "self, chr: char, /",
       "Returns the east asian width assigned to the character chr as string.")
static PyObject *ucd_east_asian_width(PyObject *self, int chr)
{
    return PyUnicode_FromString(kr_unicode_width_names[data_of(self, chr).east_asian_width]);
}

METHOD(decomposition, "self, chr: char, /",
       "Returns the character decomposition mapping assigned to the character chr as string.\n\n"
       "An empty string is returned in case no such mapping is defined.")
static PyObject *ucd_decomposition(PyObject *self, int chr)
{
    const uint32_t *parts;
    int count;
    const char *tag = kr_unicode_decomposition((uint32_t)chr, &parts, &count);
    if (tag == NULL || !is_assigned(self, chr)) return PyUnicode_FromString("");
    char text[256];
    int length = *tag ? snprintf(text, sizeof text, "<%s>", tag) : 0;
    for (int i = 0; i < count; i++)
        length += snprintf(text + length, sizeof text - (size_t)length, "%s%04X",
                           length ? " " : "", parts[i]);
    return PyUnicode_FromStringAndSize(text, length);
}

// --- names --------------------------------------------------------------------------------------

METHOD(name, "self, chr: char, default: object = NULL, /",
       "Returns the name assigned to the character chr as a string.\n\n"
       "If no name is defined, default is returned, or, if not given,\n"
       "ValueError is raised.")
static PyObject *ucd_name(PyObject *self, int chr, PyObject *fallback)
{
    char name[KR_UNICODE_NAME_SIZE];
    int length = is_assigned(self, chr) ? kr_unicode_name((uint32_t)chr, name) : 0;
    return length ? PyUnicode_FromStringAndSize(name, length)
                  : use_default(fallback, "no such name");
}

METHOD(lookup, "self, name: strbuffer, /",
       "Look up character by name.\n\n"
       "If a character with the given name is found, return the\n"
       "corresponding character.  If not found, KeyError is raised.")
static PyObject *ucd_lookup(PyObject *self, Py_buffer *name)
{
    uint32_t characters[4];
    if (name->len > 256) return kr_raise(PyExc_KeyError, "name too long");
    int count = kr_unicode_find_sequence(name->buf, name->len, characters);
    if (count == 1 && !is_assigned(self, (int)characters[0])) count = 0;
    if (count == 0) return kr_raise(PyExc_KeyError, "undefined character name '%s'", name->buf);
    return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, characters, count);
}

// --- normal forms -------------------------------------------------------------------------------

static int read_form(PyObject *name, KrNormalForm *ret_form)
{
    static const char *const names[] = {"NFC", "NFD", "NFKC", "NFKD"};
    for (int i = 0; i < 4; i++)
        if (PyUnicode_CompareWithASCIIString(name, names[i]) == 0) {
            *ret_form = (KrNormalForm)i;
            return 0;
        }
    return kr_raise_int(PyExc_ValueError, "invalid normalization form");
}

static KrText text_of(PyObject *str)
{
    return (KrText){PyUnicode_DATA(str), PyUnicode_GET_LENGTH(str), (int)PyUnicode_KIND(str)};
}

static PyObject *normalize(PyObject *self, KrNormalForm form, PyObject *str)
{
    uint32_t *characters;
    ptrdiff_t count;
    if (kr_normalize(text_of(str), form, is_old(self), &characters, &count) < 0)
        return PyErr_NoMemory();
    PyObject *result = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, characters, count);
    kr_memory_free(characters);
    return result;
}

METHOD(is_normalized, "self, form: str, unistr: str, /",
       "Return whether the Unicode string unistr is in the normal form 'form'.\n\n"
       "Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.")
static PyObject *ucd_is_normalized(PyObject *self, PyObject *form_name, PyObject *unistr)
{
    KrNormalForm form;
    if (PyUnicode_GET_LENGTH(unistr) == 0) Py_RETURN_TRUE;
    if (read_form(form_name, &form) < 0) return NULL;
    // The quick answers are those of 14.0.0.
    int answer = is_old(self) ? -1 : kr_normalize_check(text_of(unistr), form);
    if (answer >= 0) return PyBool_FromLong(answer);
    KR_AUTO PyObject *normal = normalize(self, form, unistr);
    return normal ? PyBool_FromLong(PyUnicode_Compare(unistr, normal) == 0) : NULL;
}

METHOD(normalize, "self, form: str, unistr: str, /",
       "Return the normal form 'form' for the Unicode string unistr.\n\n"
       "Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.")
static PyObject *ucd_normalize(PyObject *self, PyObject *form_name, PyObject *unistr)
{
    KrNormalForm form;
    if (PyUnicode_GET_LENGTH(unistr) == 0) return Py_NewRef(unistr);
    if (read_form(form_name, &form) < 0) return NULL;
    if (!is_old(self) && kr_normalize_check(text_of(unistr), form) == 1) return Py_NewRef(unistr);
    return normalize(self, form, unistr);
}

#include "modules/unicodedata.methods.h"

// --- the type of ucd_3_2_0 ----------------------------------------------------------------------

static PyMemberDef ucd_members[] = {
    {"unidata_version", T_STRING, offsetof(OldDatabase, version), READONLY, NULL},
    {NULL},
};

static void ucd_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

static int ucd_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static PyType_Slot ucd_slots[] = {
    {Py_tp_dealloc, ucd_dealloc},
    {Py_tp_traverse, ucd_traverse},
    {Py_tp_getattro, PyObject_GenericGetAttr},
    {Py_tp_methods, ucd_methods},
    {Py_tp_members, ucd_members},
    {0, NULL},
};

static PyType_Spec ucd_spec = {
    "unicodedata.UCD",
    sizeof(OldDatabase),
    0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_HAVE_GC
        | Py_TPFLAGS_IMMUTABLETYPE,
    ucd_slots,
};

// --- the capsule for other C code ---------------------------------------------------------------

typedef struct NameFunctions {
    int (*get_name)(Py_UCS4 character, char *buffer, int size, int with_aliases);
    int (*get_code)(const char *name, int length, Py_UCS4 *ret_character, int with_aliases);
} NameFunctions;

static int get_name(Py_UCS4 character, char *buffer, int size, int with_aliases)
{
    char name[KR_UNICODE_NAME_SIZE];
    int length = kr_unicode_name(character, name);
    if (length == 0 || length >= size) return 0;
    memcpy(buffer, name, (size_t)length + 1);
    return 1;
}

static int get_code(const char *name, int length, Py_UCS4 *ret_character, int with_aliases)
{
    int32_t character = kr_unicode_find_name(name, length);
    if (character < 0) return 0;
    *ret_character = (Py_UCS4)character;
    return 1;
}

static const NameFunctions name_functions = {get_name, get_code};

static int ucd_exec(PyObject *module)
{
    if (PyModule_AddStringConstant(module, "unidata_version", "14.0.0") < 0) return -1;
    KR_AUTO PyObject *type = PyType_FromModuleAndSpec(module, &ucd_spec, NULL);
    if (type == NULL || PyModule_AddType(module, (PyTypeObject *)type) < 0) return -1;
    OldDatabase *old = PyObject_GC_New(OldDatabase, (PyTypeObject *)type);
    if (old == NULL) return -1;
    old->version = "3.2.0";
    PyObject_GC_Track(old);
    KR_AUTO PyObject *database = (PyObject *)old;
    if (PyModule_AddObjectRef(module, "ucd_3_2_0", database) < 0) return -1;
    KR_AUTO PyObject *capsule =
        PyCapsule_New((void *)&name_functions, "unicodedata._ucnhash_CAPI", NULL);
    return capsule ? PyModule_AddObjectRef(module, "_ucnhash_CAPI", capsule) : -1;
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, ucd_exec},
    {0, NULL},
};

static struct PyModuleDef unicodedata_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "unicodedata",
    .m_doc = "This module provides access to the Unicode Character Database which\n"
             "defines character properties for all Unicode characters. The data in\n"
             "this database is based on the UnicodeData.txt file version\n"
             "14.0.0 which is publicly available from ftp://ftp.unicode.org/.\n\n"
             "The module uses the same names and symbols as defined by the\n"
             "UnicodeData File Format 14.0.0.",
    .m_methods = ucd_methods,
    .m_slots = module_slots,
};

PyMODINIT_FUNC PyInit_unicodedata(void)
{
    return PyModuleDef_Init(&unicodedata_definition);
}
