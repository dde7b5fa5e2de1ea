// getargs_keywords.c - PyArg_ParseTupleAndKeywords, and the parsers that generated code keeps
// (_PyArg_Parser).
//
//     keywords:  "" "" name name …    the empty ones are positional only
//     format:    units | units $ units : function    '|' optional from here, '$' by keyword only
#include <limits.h>
#include <string.h>

#include "capi/getargs.h"

// Arguments of one call, from a tuple and dict or from a vectorcall.
typedef struct {
    PyObject *const *items;
    Py_ssize_t count;
    PyObject *dict;                 // keywords, or NULL
    PyObject *names;                // keyword names of a vectorcall, or NULL
    PyObject *const *values;        // their values
    Py_ssize_t keyword_count;
} Call;

static const char *function_text(const char *function)
{
    return function == NULL ? "function" : function;
}

static const char *parentheses(const char *function)
{
    return function == NULL ? "" : "()";
}

static const char *plural(Py_ssize_t count)
{
    return count == 1 ? "" : "s";
}

// Borrowed value of the keyword called [name], or NULL (perhaps with an exception).
static PyObject *find_keyword(const Call *call, const char *name)
{
    if (call->dict != NULL) {
        PyObject *key = PyUnicode_FromString(name);
        if (key == NULL) return NULL;
        PyObject *value = PyDict_GetItemWithError(call->dict, key);
        Py_DECREF(key);
        return value;
    }
    if (call->names != NULL)
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(call->names); i++)
            if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(call->names, i), name) == 0)
                return call->values[i];
    return NULL;
}

static int is_known(const char *const *keywords, PyObject *key)
{
    for (; *keywords != NULL; keywords++)
        if (**keywords != 0 && PyUnicode_CompareWithASCIIString(key, *keywords) == 0) return 1;
    return 0;
}

static int raise_unknown_key(const char *const *keywords, PyObject *key, const char *function)
{
    if (!PyUnicode_Check(key)) {
        PyErr_SetString(PyExc_TypeError, "keywords must be strings");
        return 0;
    }
    if (is_known(keywords, key)) return 1;
    PyErr_Format(PyExc_TypeError, "'%S' is an invalid keyword argument for %.200s%s", key,
                 function == NULL ? "this function" : function, parentheses(function));
    return 0;
}

// Raises the error about the first keyword that is not one of [keywords].
static void raise_unknown(const Call *call, const char *const *keywords, const char *function)
{
    if (call->dict != NULL) {
        Py_ssize_t position = 0;
        PyObject *key;
        while (PyDict_Next(call->dict, &position, &key, NULL))
            if (!raise_unknown_key(keywords, key, function)) return;
    } else {
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(call->names); i++)
            if (!raise_unknown_key(keywords, PyTuple_GET_ITEM(call->names, i), function)) return;
    }
    PyErr_Format(PyExc_TypeError, "invalid keyword argument for %.200s%s",
                 function == NULL ? "this function" : function, parentheses(function));
}

static void raise_too_many(const char *function, Py_ssize_t positional, Py_ssize_t given,
                           int length)
{
    PyErr_Format(PyExc_TypeError, "%.200s%s takes at most %d %sargument%s (%zd given)",
                 function_text(function), parentheses(function), length,
                 positional == 0 ? "keyword " : "", plural(length), given);
}

static void raise_positional(const char *function, const char *how, int limit, Py_ssize_t given)
{
    PyErr_Format(PyExc_TypeError, "%.200s%s takes %s %d positional argument%s (%zd given)",
                 function_text(function), parentheses(function), how, limit, plural(limit), given);
}

static int raise_system(const char *message)
{
    PyErr_SetString(PyExc_SystemError, message);
    return 0;
}

// ---- parsing by a format

// Where the walk through format and keywords is.
typedef struct {
    KrGetargs base;
    const char *const *keywords;
    int length;         // number of keywords
    int positional;     // of them positional only
    int least, most;    // INT_MAX until '|' and '$' are met
    int is_short;       // a positional-only argument is missing
} Walk;

static int read_marks(Walk *walk, int index, Py_ssize_t count)
{
    if (*walk->base.format == '|') {
        if (walk->least != INT_MAX)
            return raise_system("Invalid format string (| specified twice)");
        walk->least = index;
        walk->base.format++;
        if (walk->most != INT_MAX) return raise_system("Invalid format string ($ before |)");
    }
    if (*walk->base.format == '$') {
        if (walk->most != INT_MAX)
            return raise_system("Invalid format string ($ specified twice)");
        walk->most = index;
        walk->base.format++;
        if (walk->most < walk->positional) return raise_system("Empty parameter name after $");
        if (walk->is_short) return -1;
        if (walk->most < count) {
            if (walk->most == 0)
                PyErr_Format(PyExc_TypeError, "%.200s%s takes no positional arguments",
                             function_text(walk->base.function), parentheses(walk->base.function));
            else
                raise_positional(walk->base.function, walk->least != INT_MAX ? "at most"
                                 : "exactly", walk->most, count);
            return 0;
        }
    }
    return 1;
}

static int is_end(char unit)
{
    return unit == 0 || unit == ';' || unit == ':';
}

static int take_argument(Walk *walk, const Call *call, int index, Py_ssize_t *keywords_left)
{
    PyObject *object = NULL;
    if (index < call->count) {
        object = call->items[index];
    } else if (*keywords_left > 0 && index >= walk->positional) {
        object = find_keyword(call, walk->keywords[index]);
        if (object != NULL)
            --*keywords_left;
        else if (PyErr_Occurred())
            return 0;
    }
    if (object != NULL) {
        const char *problem = kr_getargs_convert(&walk->base, object, 0);
        if (problem != NULL) kr_getargs_raise(&walk->base, index + 1, problem);
        return problem == NULL;
    }
    if (index < walk->least && !walk->is_short) {
        if (index < walk->positional) {
            walk->is_short = 1;  // how many are needed shows later in the format
        } else {
            PyErr_Format(PyExc_TypeError, "%.200s%s missing required argument '%s' (pos %d)",
                         function_text(walk->base.function), parentheses(walk->base.function),
                         walk->keywords[index], index + 1);
            return 0;
        }
    }
    if (*keywords_left == 0 && !walk->is_short && walk->least != INT_MAX) return -1;
    const char *unit = walk->base.format, *problem = kr_getargs_skip(&walk->base);
    if (problem == NULL) return 1;
    PyErr_Format(PyExc_SystemError, "%s: '%s'", problem, unit);
    return 0;
}

// An argument that came by position came by name too, or a name is unknown.
static int check_keywords(Walk *walk, const Call *call, Py_ssize_t keywords_left)
{
    if (keywords_left == 0) return 1;
    for (int i = walk->positional; i < call->count && i < walk->length; i++) {
        if (find_keyword(call, walk->keywords[i]) != NULL) {
            PyErr_Format(PyExc_TypeError, "argument for %.200s%s given by name ('%s') and "
                         "position (%d)", function_text(walk->base.function),
                         parentheses(walk->base.function), walk->keywords[i], i + 1);
            return 0;
        }
        if (PyErr_Occurred()) return 0;
    }
    raise_unknown(call, walk->keywords, walk->base.function);
    return 0;
}

static int walk_arguments(Walk *walk, const Call *call)
{
    Py_ssize_t keywords_left = call->keyword_count;
    for (int i = 0; i < walk->length; i++) {
        int marks = read_marks(walk, i, call->count);
        if (marks == 0) return 0;
        if (marks < 0) break;
        if (is_end(*walk->base.format)) {
            PyErr_Format(PyExc_SystemError, "More keyword list entries (%d) than format "
                         "specifiers (%d)", walk->length, i);
            return 0;
        }
        int taken = walk->is_short && i >= walk->positional ? 1
            : take_argument(walk, call, i, &keywords_left);
        if (taken == 0) return 0;
        if (taken < 0) return 1;
        if (walk->is_short && i >= walk->positional) {
            const char *problem = kr_getargs_skip(&walk->base);
            if (problem != NULL) return raise_system(problem);
        }
    }
    if (walk->is_short) {
        int limit = Py_MIN(walk->positional, walk->least);
        raise_positional(walk->base.function, limit < walk->length ? "at least" : "exactly", limit,
                         call->count);
        return 0;
    }
    char unit = *walk->base.format;
    if (!is_end(unit) && unit != '|' && unit != '$') {
        PyErr_Format(PyExc_SystemError, "more argument specifiers than keyword list entries "
                     "(remaining format:'%s')", walk->base.format);
        return 0;
    }
    return check_keywords(walk, call, keywords_left);
}

static int parse(const Call *call, const char *format, const char *const *keywords, va_list list,
                 int is_size_t)
{
    Walk walk = {.keywords = keywords, .least = INT_MAX, .most = INT_MAX};
    const char *colon = strchr(format, ':'), *semicolon = colon == NULL ? strchr(format, ';')
        : NULL;
    walk.base.format = format;
    walk.base.function = colon == NULL ? NULL : colon + 1;
    walk.base.message = semicolon == NULL ? NULL : semicolon + 1;
    walk.base.is_size_t = is_size_t;
    while (keywords[walk.positional] != NULL && *keywords[walk.positional] == 0) walk.positional++;
    for (walk.length = walk.positional; keywords[walk.length] != NULL; walk.length++)
        if (*keywords[walk.length] == 0) return raise_system("Empty keyword parameter name");
    if (call->count + call->keyword_count > walk.length) {
        raise_too_many(walk.base.function, call->count, call->count + call->keyword_count,
                       walk.length);
        return 0;
    }
    va_copy(walk.base.arguments, list);
    int ok = kr_getargs_finish(&walk.base, walk_arguments(&walk, call));
    va_end(walk.base.arguments);
    return ok;
}

static int parse_tuple(PyObject *tuple, PyObject *dict, const char *format, char *const *keywords,
                       va_list list, int is_size_t)
{
    if (tuple == NULL || !PyTuple_Check(tuple) || (dict != NULL && !PyDict_Check(dict))
        || format == NULL || keywords == NULL) {
        PyErr_BadInternalCall();
        return 0;
    }
    Call call = {((PyTupleObject *)tuple)->ob_item, PyTuple_GET_SIZE(tuple), dict, NULL, NULL,
                 dict == NULL ? 0 : PyDict_GET_SIZE(dict)};
    return parse(&call, format, (const char *const *)keywords, list, is_size_t);
}

static Call call_of_stack(PyObject *const *items, Py_ssize_t count, PyObject *names)
{
    Py_ssize_t keywords = names == NULL ? 0 : PyTuple_GET_SIZE(names);
    return (Call){items, count, NULL, names, items == NULL ? NULL : items + count, keywords};
}

#undef PyArg_ParseTupleAndKeywords
#undef PyArg_VaParseTupleAndKeywords
#undef _PyArg_ParseTupleAndKeywordsFast
#undef _PyArg_VaParseTupleAndKeywordsFast
#undef _PyArg_ParseStackAndKeywords

#define WITH_LIST(last, call)                                                                     \
    __extension__({                                                                               \
        va_list list;                                                                             \
        va_start(list, last);                                                                     \
        int kr_ok = (call);                                                                       \
        va_end(list);                                                                             \
        kr_ok;                                                                                    \
    })

int PyArg_ParseTupleAndKeywords(PyObject *tuple, PyObject *dict, const char *format,
                                char **keywords, ...)
{
    return WITH_LIST(keywords, parse_tuple(tuple, dict, format, keywords, list, 0));
}

int _PyArg_ParseTupleAndKeywords_SizeT(PyObject *tuple, PyObject *dict, const char *format,
                                       char **keywords, ...)
{
    return WITH_LIST(keywords, parse_tuple(tuple, dict, format, keywords, list, 1));
}

int PyArg_VaParseTupleAndKeywords(PyObject *tuple, PyObject *dict, const char *format,
                                  char **keywords, va_list list)
{
    return parse_tuple(tuple, dict, format, keywords, list, 0);
}

int _PyArg_VaParseTupleAndKeywords_SizeT(PyObject *tuple, PyObject *dict, const char *format,
                                         char **keywords, va_list list)
{
    return parse_tuple(tuple, dict, format, keywords, list, 1);
}

int _PyArg_ParseTupleAndKeywordsFast(PyObject *tuple, PyObject *dict, struct _PyArg_Parser *parser,
                                     ...)
{
    return WITH_LIST(parser, parse_tuple(tuple, dict, parser->format,
                                         (char *const *)parser->keywords, list, 0));
}

int _PyArg_ParseTupleAndKeywordsFast_SizeT(PyObject *tuple, PyObject *dict,
                                           struct _PyArg_Parser *parser, ...)
{
    return WITH_LIST(parser, parse_tuple(tuple, dict, parser->format,
                                         (char *const *)parser->keywords, list, 1));
}

int _PyArg_VaParseTupleAndKeywordsFast(PyObject *tuple, PyObject *dict,
                                       struct _PyArg_Parser *parser, va_list list)
{
    return parse_tuple(tuple, dict, parser->format, (char *const *)parser->keywords, list, 0);
}

int _PyArg_VaParseTupleAndKeywordsFast_SizeT(PyObject *tuple, PyObject *dict,
                                             struct _PyArg_Parser *parser, va_list list)
{
    return parse_tuple(tuple, dict, parser->format, (char *const *)parser->keywords, list, 1);
}

int _PyArg_ParseStackAndKeywords(PyObject *const *items, Py_ssize_t count, PyObject *names,
                                 struct _PyArg_Parser *parser, ...)
{
    Call call = call_of_stack(items, count, names);
    return WITH_LIST(parser, parse(&call, parser->format, parser->keywords, list, 0));
}

int _PyArg_ParseStackAndKeywords_SizeT(PyObject *const *items, Py_ssize_t count, PyObject *names,
                                       struct _PyArg_Parser *parser, ...)
{
    Call call = call_of_stack(items, count, names);
    return WITH_LIST(parser, parse(&call, parser->format, parser->keywords, list, 1));
}

// ---- unpacking by keywords only (_PyArg_UnpackKeywords): conversion is the generated code's work

// Makes the tuple of interned names once; the parser is static in the extension.
static int init_parser(struct _PyArg_Parser *parser)
{
    if (parser->kwtuple != NULL) return 1;
    const char *const *keywords = parser->keywords;
    int positional = 0, length;
    while (keywords[positional] != NULL && *keywords[positional] == 0) positional++;
    for (length = positional; keywords[length] != NULL; length++)
        if (*keywords[length] == 0) return raise_system("Empty keyword parameter name");
    PyObject *names = PyTuple_New(length - positional);
    if (names == NULL) return 0;
    for (int i = positional; i < length; i++) {
        PyObject *name = PyUnicode_InternFromString(keywords[i]);
        if (name == NULL) {
            Py_DECREF(names);
            return 0;
        }
        PyTuple_SET_ITEM(names, i - positional, name);
    }
    if (parser->fname == NULL && parser->format != NULL) {
        const char *colon = strchr(parser->format, ':');
        parser->fname = colon == NULL ? NULL : colon + 1;
    }
    parser->pos = positional;
    parser->kwtuple = names;
    return 1;
}

// Borrowed value of the keyword [name], an interned str.
static PyObject *find_name(const Call *call, PyObject *name)
{
    if (call->dict != NULL) return PyDict_GetItemWithError(call->dict, name);
    Py_ssize_t count = PyTuple_GET_SIZE(call->names);
    for (Py_ssize_t i = 0; i < count; i++)
        if (PyTuple_GET_ITEM(call->names, i) == name) return call->values[i];
    for (Py_ssize_t i = 0; i < count; i++)
        if (_PyUnicode_EQ(PyTuple_GET_ITEM(call->names, i), name)) return call->values[i];
    return NULL;
}

static int check_unpack_counts(const Call *call, struct _PyArg_Parser *parser, int least, int most,
                               int length)
{
    const char *function = parser->fname;
    Py_ssize_t given = call->count + call->keyword_count;
    if (given > length) {
        raise_too_many(function, call->count, given, length);
        return 0;
    }
    if (call->count > most) {
        if (most == 0)
            PyErr_Format(PyExc_TypeError, "%.200s%s takes no positional arguments",
                         function_text(function), parentheses(function));
        else
            raise_positional(function, least < most ? "at most" : "exactly", most, call->count);
        return 0;
    }
    if (call->count < least && least <= parser->pos) {
        raise_positional(function, least < most ? "at least" : "exactly", least, call->count);
        return 0;
    }
    return 1;
}

// Fills [slots] from the keywords: 1, or 0 with an exception.
static int fill_by_name(const Call *call, struct _PyArg_Parser *parser, int first, int required,
                        PyObject **slots)
{
    int length = parser->pos + (int)PyTuple_GET_SIZE(parser->kwtuple);
    Py_ssize_t left = call->keyword_count;
    for (int i = first; i < length; i++) {
        PyObject *value = NULL;
        if (left > 0) {
            if (i >= parser->pos)
                value = find_name(call, PyTuple_GET_ITEM(parser->kwtuple, i - parser->pos));
            if (value == NULL && PyErr_Occurred()) return 0;
        } else if (i >= required) {
            break;
        }
        slots[i] = value;
        if (value != NULL) {
            left--;
        } else if (i < required) {
            PyErr_Format(PyExc_TypeError, "%.200s%s missing required argument '%U' (pos %d)",
                         function_text(parser->fname), parentheses(parser->fname),
                         PyTuple_GET_ITEM(parser->kwtuple, i - parser->pos), i + 1);
            return 0;
        }
    }
    if (left == 0) return 1;
    for (int i = parser->pos; i < first; i++) {
        PyObject *name = PyTuple_GET_ITEM(parser->kwtuple, i - parser->pos);
        if (find_name(call, name) == NULL) continue;
        PyErr_Format(PyExc_TypeError,
                     "argument for %.200s%s given by name ('%U') and position (%d)",
                     function_text(parser->fname), parentheses(parser->fname), name, i + 1);
        return 0;
    }
    if (!PyErr_Occurred()) raise_unknown(call, parser->keywords, parser->fname);
    return 0;
}

static Call call_of(PyObject *const *items, Py_ssize_t count, PyObject *dict, PyObject *names)
{
    Call call = call_of_stack(items, count, names);
    if (dict != NULL) {
        call.dict = dict;
        call.keyword_count = PyDict_GET_SIZE(dict);
    }
    return call;
}

#undef _PyArg_UnpackKeywords
PyObject *const *_PyArg_UnpackKeywords(PyObject *const *items, Py_ssize_t count, PyObject *dict,
                                       PyObject *names, struct _PyArg_Parser *parser, int least,
                                       int most, int required, PyObject **slots)
{
    if (items == NULL && count == 0) items = slots;
    if (!init_parser(parser)) return NULL;
    Call call = call_of(items, count, dict, names);
    int length = parser->pos + (int)PyTuple_GET_SIZE(parser->kwtuple);
    if (call.keyword_count == 0 && required == 0 && least <= count && count <= most) return items;
    if (!check_unpack_counts(&call, parser, least, most, length)) return NULL;
    for (Py_ssize_t i = 0; i < count; i++) slots[i] = items[i];
    for (Py_ssize_t i = count; i < length; i++) slots[i] = NULL;
    int needed = required > 0 ? most + required : least;
    return fill_by_name(&call, parser, (int)Py_MAX(count, parser->pos), Py_MAX(needed, least),
                        slots) ? slots : NULL;
}

PyObject *const *_PyArg_UnpackKeywordsWithVararg(PyObject *const *items,
                                                 Py_ssize_t count, PyObject *dict, PyObject *names,
                                                 struct _PyArg_Parser *parser, int least, int most,
                                                 int required, int vararg, PyObject **slots)
{
    if (!init_parser(parser)) return NULL;
    Call call = call_of(items, count, dict, names);
    int length = parser->pos + (int)PyTuple_GET_SIZE(parser->kwtuple);
    if (count < least && least <= parser->pos) {
        raise_positional(parser->fname, least < most ? "at least" : "exactly", least, count);
        return NULL;
    }
    // Slots: positions, then the tuple of the rest at [vararg], then what comes by keyword.
    Py_ssize_t by_position = Py_MIN(count, (Py_ssize_t)vararg), rest = Py_MAX(count - vararg, 0);
    for (Py_ssize_t i = 0; i < by_position; i++) slots[i] = items[i];
    slots[vararg] = PyTuple_New(rest);
    if (slots[vararg] == NULL) return NULL;
    for (Py_ssize_t i = 0; i < rest; i++)
        PyTuple_SET_ITEM(slots[vararg], i, Py_NewRef(items[vararg + i]));
    PyObject *named[64] = {NULL};
    assert(length <= 64);
    int needed = required > 0 ? most + required : least;
    if (!fill_by_name(&call, parser, (int)Py_MAX(by_position, parser->pos), Py_MAX(needed, least),
                      named)) {
        Py_CLEAR(slots[vararg]);
        return NULL;
    }
    for (Py_ssize_t i = by_position; i < length; i++) slots[i < vararg ? i : i + 1] = named[i];
    return slots;
}
