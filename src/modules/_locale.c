// _locale.c - the module _locale: the C library's locales and message catalogues.
#include <errno.h>
#include <langinfo.h>
#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <string.h>
#include <wchar.h>

#include "bytesobject.h"
#include "dictobject.h"
#include "fileobject.h"
#include "longobject.h"
#include "modsupport.h"
#include "moduleobject.h"
#include "objimpl.h"
#include "pymem.h"
#include "unicodeobject.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"

static PyObject *error_of(PyObject *module)
{
    return *(PyObject **)PyModule_GetState(module);
}

static PyObject *text_of(const char *text)
{
    return PyUnicode_DecodeLocale(text, NULL);
}

// ---- locales ----------------------------------------------------------------------------------

METHOD(setlocale, "module, category: int, locale: cstr? = NULL, /",
       "Activates/queries locale processing.")
static PyObject *locale_setlocale(PyObject *module, int category, const char *locale)
{
    const char *result = setlocale(category, locale);
    if (result != NULL) return text_of(result);
    return kr_raise(error_of(module),
                    locale != NULL ? "unsupported locale setting" : "locale query failed");
}

// The bytes of a grouping as a list that ends with 0, or with CHAR_MAX, or is empty.
static PyObject *grouping_of(const char *grouping)
{
    KR_AUTO PyObject *list = PyList_New(0);
    for (const char *c = grouping; list != NULL && *grouping != '\0'; c++) {
        KR_AUTO PyObject *size = PyLong_FromLong(*c);
        if (size == NULL || PyList_Append(list, size) < 0) return NULL;
        if (*c == '\0' || *c == CHAR_MAX) break;
    }
    return kr_take(list);
}

static int put(PyObject *dict, const char *name, STEALS PyObject *value)
{
    KR_AUTO PyObject *held = value;
    return held == NULL ? -1 : PyDict_SetItemString(dict, name, held);
}

static int put_texts(PyObject *dict, const struct lconv *values)
{
    const struct {
        const char *name, *text;
    } texts[] = {
        {"int_curr_symbol", values->int_curr_symbol},
        {"currency_symbol", values->currency_symbol},
        {"mon_decimal_point", values->mon_decimal_point},
        {"mon_thousands_sep", values->mon_thousands_sep},
        {"positive_sign", values->positive_sign},         {"negative_sign", values->negative_sign},
        {"decimal_point", values->decimal_point},         {"thousands_sep", values->thousands_sep},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(texts); i++)
        if (put(dict, texts[i].name, text_of(texts[i].text)) < 0) return -1;
    if (put(dict, "mon_grouping", grouping_of(values->mon_grouping)) < 0) return -1;
    return put(dict, "grouping", grouping_of(values->grouping));
}

static int put_numbers(PyObject *dict, const struct lconv *values)
{
    const struct {
        const char *name;
        char number;
    } numbers[] = {
        {"int_frac_digits", values->int_frac_digits}, {"frac_digits", values->frac_digits},
        {"p_cs_precedes", values->p_cs_precedes},     {"p_sep_by_space", values->p_sep_by_space},
        {"n_cs_precedes", values->n_cs_precedes},     {"n_sep_by_space", values->n_sep_by_space},
        {"p_sign_posn", values->p_sign_posn},         {"n_sign_posn", values->n_sign_posn},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(numbers); i++)
        if (put(dict, numbers[i].name, PyLong_FromLong(numbers[i].number)) < 0) return -1;
    return 0;
}

METHOD(localeconv, "module", "Returns numeric and monetary locale-specific parameters.")
static PyObject *locale_localeconv(PyObject *module)
{
    KR_AUTO PyObject *dict = PyDict_New();
    const struct lconv *values = localeconv();
    if (dict == NULL || put_texts(dict, values) < 0 || put_numbers(dict, values) < 0) return NULL;
    return kr_take(dict);
}

static inline void free_wide(wchar_t **text)
{
    PyMem_Free(*text);
}

#define AUTO_WIDE __attribute__((cleanup(free_wide)))

METHOD(strcoll, "module, os1: str, os2: str, /", "Compares two strings according to the locale.")
static PyObject *locale_strcoll(PyObject *module, PyObject *first, PyObject *second)
{
    AUTO_WIDE wchar_t *left = PyUnicode_AsWideCharString(first, NULL);
    AUTO_WIDE wchar_t *right = left == NULL ? NULL : PyUnicode_AsWideCharString(second, NULL);
    return right == NULL ? NULL : PyLong_FromLong(wcscoll(left, right));
}

METHOD(strxfrm, "module, string: str, /",
       "Return a string that can be used as a key for locale-aware comparisons.")
static PyObject *locale_strxfrm(PyObject *module, PyObject *string)
{
    Py_ssize_t length;
    AUTO_WIDE wchar_t *text = PyUnicode_AsWideCharString(string, &length);
    if (text == NULL) return NULL;
    if (wcslen(text) != (size_t)length)
        return kr_raise(PyExc_ValueError, "embedded null character");
    size_t room = (size_t)length + 1;
    for (;;) {
        AUTO_WIDE wchar_t *key = PyMem_New(wchar_t, room);
        if (key == NULL) return PyErr_NoMemory();
        errno = 0;
        size_t needed = wcsxfrm(key, text, room);
        if (errno != 0 && errno != ERANGE) return PyErr_SetFromErrno(PyExc_OSError);
        if (needed < room) return PyUnicode_FromWideChar(key, (Py_ssize_t)needed);
        room = needed + 1;
    }
}

typedef struct KrLanginfo {
    const char *name;
    int key;
} KrLanginfo;

#define KEY(name) {#name, name}

static const KrLanginfo langinfo[] = {
    KEY(DAY_1),     KEY(DAY_2),     KEY(DAY_3),     KEY(DAY_4),    KEY(DAY_5),     KEY(DAY_6),
    KEY(DAY_7),
    KEY(ABDAY_1),   KEY(ABDAY_2),   KEY(ABDAY_3),   KEY(ABDAY_4),  KEY(ABDAY_5),   KEY(ABDAY_6),
    KEY(ABDAY_7),
    KEY(MON_1),     KEY(MON_2),     KEY(MON_3),     KEY(MON_4),    KEY(MON_5),     KEY(MON_6),
    KEY(MON_7),
    KEY(MON_8),     KEY(MON_9),     KEY(MON_10),    KEY(MON_11),   KEY(MON_12),    KEY(ABMON_1),
    KEY(ABMON_2),
    KEY(ABMON_3),   KEY(ABMON_4),   KEY(ABMON_5),   KEY(ABMON_6),  KEY(ABMON_7),   KEY(ABMON_8),
    KEY(ABMON_9),
    KEY(ABMON_10),  KEY(ABMON_11),  KEY(ABMON_12),  KEY(RADIXCHAR), KEY(THOUSEP),  KEY(CRNCYSTR),
    KEY(D_FMT),
    KEY(D_T_FMT),   KEY(T_FMT),     KEY(AM_STR),    KEY(PM_STR),   KEY(CODESET),   KEY(T_FMT_AMPM),
    KEY(ERA),
    KEY(ERA_D_FMT), KEY(ERA_D_T_FMT), KEY(ERA_T_FMT), KEY(ALT_DIGITS), KEY(YESEXPR), KEY(NOEXPR),
    KEY(_DATE_FMT),
};

METHOD(nl_langinfo, "module, key: int, /",
       "Return the value for the locale information associated with key.")
static PyObject *locale_nl_langinfo(PyObject *module, int key)
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(langinfo); i++)
        if (langinfo[i].key == key) return text_of(nl_langinfo(key));
    return kr_raise(PyExc_ValueError, "unsupported langinfo constant");
}

METHOD(getencoding, "module", "Get the current locale encoding.")
static PyObject *locale_getencoding(PyObject *module)
{
    const char *encoding = nl_langinfo(CODESET);
    return PyUnicode_FromString(*encoding == '\0' ? "UTF-8" : encoding);
}

// ---- message catalogues -----------------------------------------------------------------------

METHOD(gettext, "module, msg: cstr, /", "gettext(msg) -> string\n\nReturn translation of msg.")
static PyObject *locale_gettext(PyObject *module, const char *message)
{
    return text_of(gettext(message));
}

METHOD(dgettext, "module, domain: cstr?, msg: cstr, /",
       "dgettext(domain, msg) -> string\n\nReturn translation of msg in domain.")
static PyObject *locale_dgettext(PyObject *module, const char *domain, const char *message)
{
    return text_of(dgettext(domain, message));
}

METHOD(dcgettext, "module, domain: cstr?, msg: cstr, category: int, /",
       "Return translation of msg in domain and category.")
static PyObject *locale_dcgettext(PyObject *module, const char *domain, const char *message,
                                  int category)
{
    return text_of(dcgettext(domain, message, category));
}

METHOD(textdomain, "module, domain: cstr?, /",
       "Set the C library's textdmain to domain, returning the new domain.")
static PyObject *locale_textdomain(PyObject *module, const char *domain)
{
    const char *result = textdomain(domain);
    return result == NULL ? PyErr_SetFromErrno(PyExc_OSError) : text_of(result);
}

METHOD(bindtextdomain, "module, domain: cstr, dir, /", "Bind the C library's domain to dir.")
static PyObject *locale_bindtextdomain(PyObject *module, const char *domain, PyObject *directory)
{
    if (*domain == '\0') return kr_raise(error_of(module), "domain must be a non-empty string");
    KR_AUTO PyObject *bytes = NULL;
    if (directory != Py_None && !PyUnicode_FSConverter(directory, &bytes)) return NULL;
    const char *result = bindtextdomain(domain, bytes == NULL ? NULL : PyBytes_AS_STRING(bytes));
    return result == NULL ? PyErr_SetFromErrno(PyExc_OSError) : text_of(result);
}

METHOD(bind_textdomain_codeset, "module, domain: cstr, codeset: cstr?, /",
       "Bind the C library's domain to codeset.")
static PyObject *locale_bind_textdomain_codeset(PyObject *module, const char *domain,
                                                const char *codeset)
{
    const char *result = bind_textdomain_codeset(domain, codeset);
    if (result != NULL) return text_of(result);
    Py_RETURN_NONE;
}

#include "modules/_locale.methods.h"

// ---- the module -------------------------------------------------------------------------------

static const KrLanginfo categories[] = {
    KEY(LC_CTYPE),    KEY(LC_TIME), KEY(LC_COLLATE), KEY(LC_MONETARY),
    KEY(LC_MESSAGES), KEY(LC_NUMERIC), KEY(LC_ALL), KEY(CHAR_MAX),
};

static int execute(PyObject *module)
{
    PyObject **error = PyModule_GetState(module);
    for (size_t i = 0; i < Py_ARRAY_LENGTH(categories); i++)
        if (PyModule_AddIntConstant(module, categories[i].name, categories[i].key) < 0) return -1;
    for (size_t i = 0; i < Py_ARRAY_LENGTH(langinfo); i++)
        if (PyModule_AddIntConstant(module, langinfo[i].name, langinfo[i].key) < 0) return -1;
    *error = PyErr_NewException("locale.Error", NULL, NULL);
    return *error == NULL ? -1 : PyModule_AddObjectRef(module, "Error", *error);
}

static int module_traverse(PyObject *module, visitproc visit, void *arg)
{
    Py_VISIT(*(PyObject **)PyModule_GetState(module));
    return 0;
}

static int module_clear(PyObject *module)
{
    Py_CLEAR(*(PyObject **)PyModule_GetState(module));
    return 0;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_locale",
    .m_doc = "Support for POSIX locales.",
    .m_size = sizeof(PyObject *),
    .m_methods = locale_methods,
    .m_slots = slots,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
};

PyMODINIT_FUNC PyInit__locale(void)
{
    return PyModuleDef_Init(&definition);
}
