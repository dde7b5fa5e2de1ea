// parse.c - the way in: text, objects, files and the prompt; and the passes over a text.
#include "syntax/parse.h"

#include "syntax/grammar.h"
#include "syntax/source.h"
#include "syntax/syntax_errors.h"

#include "bytearrayobject.h"
#include "bytesobject.h"
#include "compile.h"
#include "pyerrors.h"
#include "pymem.h"
#include "runtime/owned.h"
#include "unicodeobject.h"

#include <assert.h>
#include <string.h>

// ---- Passes ------------------------------------------------------------------------------------

static void *start(KrParser *p)
{
    if (p->is_fstring) return kr_grammar_fstring(p);
    switch (p->mode) {
        case KR_PARSE_MODULE: return kr_grammar_file(p);
        case KR_PARSE_EXPRESSION: return kr_grammar_eval(p);
        case KR_PARSE_INTERACTIVE: return kr_grammar_interactive(p);
        default: return kr_grammar_func_type(p);
    }
}

static void *pass(KrParser *p, int diagnosing)
{
    p->fast = 0;
    p->diagnosing = diagnosing;
    kr_parser_rewind(p);
    return start(p);
}

// Whether the lexer met the end of the text, in a string or not.
static int at_end_of_text(const KrParser *p)
{
    return p->lexer->state == KR_LEXER_AT_END || p->lexer->state == KR_LEXER_END_IN_STRING;
}

// Whether anything but white space and comments follows the one statement.
static int more_follows(const char *text)
{
    for (;;) {
        text += strspn(text, " \t\n\f");
        if (*text != '#') return *text != '\0';
        text += strcspn(text, "\n");
    }
}

// Whether the exact pass may say something else than the exception of the fast one, which read
// ahead differently.
static int may_repeat(const KrParser *p)
{
    return p->token_count > 0 && p->tokens[p->token_count - 1]->kind != KR_TOKEN_ERRORTOKEN
        && p->lexer->state <= KR_LEXER_AT_END && PyErr_ExceptionMatches(PyExc_SyntaxError);
}

void *kr_parser_run(KrParser *p)
{
    void *tree = start(p);
    if (tree == NULL && !p->at_end && (!p->failed || may_repeat(p))) {
        PyErr_Clear();
        p->failed = 0;
        p->token_count = 0;
        tree = pass(p, 0);
    }
    if (tree != NULL) {
        if (p->mode != KR_PARSE_INTERACTIVE || p->is_fstring || !more_follows(p->lexer->cur))
            return tree;
        return kr_errors_raise_last(p, "multiple statements found while compiling a single "
                                    "statement");
    }
    if (p->at_end) return NULL;
    if ((p->flags & PyCF_ALLOW_INCOMPLETE_INPUT) && at_end_of_text(p)) {
        PyErr_Clear();
        p->failed = 0;
        return kr_errors_raise_last(p, "incomplete input");
    }
    if (!p->failed) {
        KrToken *last = p->token_count == 0 ? NULL : p->tokens[p->token_count - 1];
        pass(p, 1);
        kr_errors_finish(p, last);
    } else {
        kr_errors_finish(p, NULL);
    }
    p->failed = 1;
    assert(PyErr_Occurred());
    return NULL;
}

// ---- Ways in -----------------------------------------------------------------------------------

// Parses what [lexer] has; the lexer is cleared.
static KrMod *parse(KrLexer *lexer, const KrParseOptions *options, KrAstArena *arena,
                    int *ret_at_end)
{
    KrParser parser;
    KrMod *module = NULL;
    lexer->type_comments = (options->flags & PyCF_TYPE_COMMENTS) != 0;
    lexer->async_is_name = options->feature_version < 7;
    if (kr_parser_init(&parser, lexer, arena, NULL) == 0) {
        parser.mode = options->mode;
        parser.flags = options->flags;
        parser.feature_version = options->feature_version;
        module = kr_parser_run(&parser);
        if (ret_at_end != NULL) *ret_at_end = parser.at_end;
    }
    kr_parser_clear(&parser);
    kr_lexer_clear(lexer);
    return module;
}

static KrMod *parse_bytes(const char *bytes, Py_ssize_t length, const KrParseOptions *options,
                          KrAstArena *arena)
{
    KrSource source;
    int is_utf8 = (options->flags & PyCF_IGNORE_COOKIE) != 0;
    if (kr_source_decode(bytes, length, options->filename, is_utf8,
                         options->mode == KR_PARSE_MODULE, &source) < 0)
        return NULL;
    KrLexer lexer;
    kr_lexer_init(&lexer, source.text, options->filename);
    lexer.knows_encoding = source.encoding != NULL;
    lexer.encoding = source.encoding == NULL ? NULL : PyUnicode_AsUTF8(source.encoding);
    KrMod *module = parse(&lexer, options, arena, NULL);
    kr_source_clear(&source);
    return module;
}

KrMod *kr_parse_text(const char *text, const KrParseOptions *options, KrAstArena *arena)
{
    return parse_bytes(text, (Py_ssize_t)strlen(text), options, arena);
}

static KrMod *parse_checked(const char *bytes, Py_ssize_t length, const KrParseOptions *options,
                            KrAstArena *arena)
{
    if (memchr(bytes, '\0', (size_t)length) != NULL) {
        PyErr_SetString(PyExc_ValueError, "source code string cannot contain null bytes");
        return NULL;
    }
    return parse_bytes(bytes, length, options, arena);
}

KrMod *kr_parse_object(PyObject *source, const char *function, const char *what,
                       const KrParseOptions *options, KrAstArena *arena)
{
    if (PyUnicode_Check(source)) {
        Py_ssize_t length;
        const char *text = PyUnicode_AsUTF8AndSize(source, &length);
        if (text == NULL) return NULL;
        KrParseOptions text_options = *options;
        text_options.flags |= PyCF_IGNORE_COOKIE;
        return parse_checked(text, length, &text_options, arena);
    }
    if (PyBytes_Check(source))
        return parse_checked(PyBytes_AS_STRING(source), PyBytes_GET_SIZE(source), options, arena);
    if (PyByteArray_Check(source))
        return parse_checked(PyByteArray_AS_STRING(source), PyByteArray_GET_SIZE(source), options,
                             arena);
    Py_buffer view;
    if (PyObject_GetBuffer(source, &view, PyBUF_SIMPLE) < 0) {
        if (PyErr_ExceptionMatches(PyExc_TypeError) || PyErr_ExceptionMatches(PyExc_BufferError))
            PyErr_Format(PyExc_TypeError, "%s() arg 1 must be a %s object", function, what);
        return NULL;
    }
    KR_AUTO PyObject *copy = PyBytes_FromStringAndSize(view.buf, view.len);
    PyBuffer_Release(&view);
    if (copy == NULL) return NULL;
    return parse_checked(PyBytes_AS_STRING(copy), PyBytes_GET_SIZE(copy), options, arena);
}

// New bytes: what is left of [file].
static PyObject *read_file(FILE *file)
{
    KR_AUTO PyObject *bytes = NULL;
    Py_ssize_t length = 0, room = 0;
    for (;;) {
        if (length == room) {
            room = room == 0 ? 16 * 1024 : room * 2;
            if (bytes == NULL)
                bytes = PyBytes_FromStringAndSize(NULL, room);
            else
                _PyBytes_Resize(&bytes, room);
            if (bytes == NULL) return NULL;
        }
        size_t count = fread(PyBytes_AS_STRING(bytes) + length, 1, (size_t)(room - length), file);
        if (count == 0) break;
        length += (Py_ssize_t)count;
    }
    if (ferror(file)) return PyErr_SetFromErrno(PyExc_OSError);
    if (_PyBytes_Resize(&bytes, length) < 0) return NULL;
    return kr_take(bytes);
}

static int check_utf8(const char *bytes, Py_ssize_t length, PyObject *filename)
{
    KR_AUTO PyObject *text = PyUnicode_DecodeUTF8(bytes, length, NULL);
    if (text != NULL) return 0;
    if (!PyErr_ExceptionMatches(PyExc_UnicodeDecodeError)) return -1;
    PyObject *type, *value, *traceback;
    Py_ssize_t at = 0;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    int known = PyUnicodeDecodeError_GetStart(value, &at);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    if (known < 0) return -1;
    int line = 1;
    for (Py_ssize_t i = 0; i < at; i++) line += bytes[i] == '\n';
    PyErr_Format(PyExc_SyntaxError, "Non-UTF-8 code starting with '\\x%.2x' in file %U on line "
                 "%i, but no encoding declared; see https://peps.python.org/pep-0263/ for details",
                 (unsigned char)bytes[at], filename, line);
    return -1;
}

int kr_parse_check_encoding(const char *bytes, Py_ssize_t length, PyObject *filename)
{
    int others = 0;
    for (Py_ssize_t i = 0; i < length; i++) others |= bytes[i] & 0x80;
    if (!others) return 0;
    KrSource source;
    if (kr_source_decode(bytes, length, filename, 0, 0, &source) < 0) return -1;
    int is_told = source.encoding != NULL;
    kr_source_clear(&source);
    return is_told ? 0 : check_utf8(bytes, length, filename);
}

KrMod *kr_parse_file(FILE *file, const char *encoding, const KrParseOptions *options,
                     KrAstArena *arena)
{
    KR_AUTO PyObject *bytes = read_file(file);
    if (bytes == NULL) return NULL;
    KrParseOptions file_options = *options;
    if (encoding != NULL) {
        KR_AUTO PyObject *text =
            PyUnicode_Decode(PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes), encoding, NULL);
        if (text == NULL) return NULL;
        Py_SETREF(bytes, PyUnicode_AsUTF8String(text));
        if (bytes == NULL) return NULL;
        file_options.flags |= PyCF_IGNORE_COOKIE;
    }
    const char *text = PyBytes_AS_STRING(bytes);
    Py_ssize_t length = PyBytes_GET_SIZE(bytes);
    if (encoding == NULL && kr_parse_check_encoding(text, length, options->filename) < 0)
        return NULL;
    return parse_checked(text, length, &file_options, arena);
}

KrMod *kr_parse_lines(KrLineReader reader, void *context, const KrParseOptions *options,
                      KrAstArena *arena, int *ret_at_end)
{
    KrLexer lexer;
    kr_lexer_init(&lexer, NULL, options->filename);
    lexer.reader = reader;
    lexer.reader_context = context;
    lexer.knows_encoding = 1;
    lexer.encoding = "utf-8";
    return parse(&lexer, options, arena, ret_at_end);
}
