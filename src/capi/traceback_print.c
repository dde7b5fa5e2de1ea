// traceback_print.c - tracebacks as text, with carets under the part of the line that failed.
//
//     File "x.py", line 1, in <module>
//       value = table[key] + 1
//               ~~~~~^^^^^
//
// The range comes from the code object's locations.  Within it, the operator of a binary operation
// or the brackets of a subscript are found by parsing the range again.
#include "capi/margin.h"

#include <limits.h>
#include <string.h>

#include "objects/services/source_line.h"
#include "runtime/owned.h"
#include "syntax/ast.h"
#include "syntax/parse.h"

enum { DEFAULT_LIMIT = 1000, REPEATS_SHOWN = 3, LINE_INDENT = 4 };

// ---- margins

int _Py_WriteIndent(int indent, PyObject *file)
{
    static const char spaces[] = "          ";
    for (; indent > 0; indent -= (int)sizeof spaces - 1) {
        const char *part = indent >= (int)sizeof spaces - 1 ? spaces
            : spaces + (int)sizeof spaces - 1 - indent;
        if (PyFile_WriteString(part, file) < 0) return -1;
    }
    return 0;
}

int _Py_WriteIndentedMargin(int indent, const char *margin, PyObject *file)
{
    if (_Py_WriteIndent(indent, file) < 0) return -1;
    return margin == NULL || *margin == 0 ? 0 : PyFile_WriteString(margin, file);
}

int kr_margin_write_text(PyObject *file, int indent, const char *margin, const char *text)
{
    if (_Py_WriteIndentedMargin(indent, margin, file) < 0) return -1;
    return PyFile_WriteString(text, file);
}

int kr_margin_write_object(PyObject *file, int indent, const char *margin, PyObject *text)
{
    if (text == NULL || _Py_WriteIndentedMargin(indent, margin, file) < 0) return -1;
    return PyFile_WriteObject(text, file, Py_PRINT_RAW);
}

// ---- which part of a line

// Characters of a line: [start, end) failed; [inner_start, inner_end) is the operator in it, or
// empty.
typedef struct {
    Py_ssize_t start, end, inner_start, inner_end;
} Marked;

static int is_blank(int c)
{
    return c == ' ' || c == '\t' || c == '\f';
}

// Characters in the first [bytes] bytes of [text] as UTF-8, or -1.
static Py_ssize_t characters_before(PyObject *text, Py_ssize_t bytes)
{
    Py_ssize_t size;
    const char *utf8 = PyUnicode_AsUTF8AndSize(text, &size);
    if (utf8 == NULL || bytes < 0) return -1;
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0; i < bytes && i < size; i++) count += (utf8[i] & 0xc0) != 0x80;
    return count;
}

// The operator between the two sides, in bytes: it and, if there is one, its second character.
static int find_operator(const char *text, int from, int to, int *ret_start, int *ret_end)
{
    for (int i = from; i < to; i++) {
        if (is_blank(text[i]) || text[i] == ')' || text[i] == '(' || text[i] == '\\') continue;
        *ret_start = i;
        *ret_end = i + 1 < to && !is_blank(text[i + 1]) && text[i + 1] != '(' ? i + 2 : i + 1;
        return 1;
    }
    return 0;
}

static int find_anchors(const char *text, KrMod *module, int *ret_start, int *ret_end)
{
    KrStmtSeq *body = module->v.module.body;
    if (body->length != 1 || body->items[0]->kind != KR_STMT_EXPR) return 0;
    KrExpr *expression = body->items[0]->v.expr.value;
    if (expression->kind == KR_EXPR_BIN_OP)
        return find_operator(text, expression->v.bin_op.left->end_col_offset,
                             expression->v.bin_op.right->col_offset, ret_start, ret_end);
    if (expression->kind != KR_EXPR_SUBSCRIPT) return 0;
    *ret_start = expression->v.subscript.value->end_col_offset;
    *ret_end = expression->v.subscript.slice->end_col_offset + 1;
    return 1;
}

// Sets the inner range when the marked text is one binary operation or subscript.
static void mark_inner(PyObject *filename, PyObject *line, Marked *marked)
{
    KR_AUTO PyObject *segment = PyUnicode_Substring(line, marked->start, marked->end);
    const char *text = segment == NULL ? NULL : PyUnicode_AsUTF8(segment);
    KrAstArena *arena = text == NULL ? NULL : kr_ast_arena_new();
    KrParseOptions options = {KR_PARSE_MODULE, PyCF_IGNORE_COOKIE, KR_FEATURE_VERSION, filename};
    KrMod *module = arena == NULL ? NULL : kr_parse_text(text, &options, arena);
    int start, end;
    if (module != NULL && find_anchors(text, module, &start, &end)) {
        marked->inner_start = marked->start + characters_before(segment, start);
        marked->inner_end = marked->start + characters_before(segment, end);
    }
    PyErr_Clear();
    if (arena != NULL) kr_ast_arena_free(arena);
}

static int find_marked(PyTracebackObject *entry, PyCodeObject *code, PyObject *line,
                       Marked *ret_marked)
{
    int start_line, end_line, start_column, end_column;
    if (!PyCode_Addr2Location(code, entry->tb_lasti, &start_line, &start_column, &end_line,
                              &end_column))
        return 0;
    if (start_line < 0 || end_line < 0 || start_column < 0 || end_column < 0) return 0;
    Marked marked = {characters_before(line, start_column), characters_before(line, end_column),
                     -1, -1};
    if (marked.start < 0 || marked.end < 0) {
        PyErr_Clear();
        return 0;
    }
    if (start_line == end_line) {
        mark_inner(code->co_filename, line, &marked);
    } else {
        // Of a range over several lines the first is shown, to its end.
        marked.end = PyUnicode_GET_LENGTH(line);
        while (marked.end > 0 && is_blank((int)PyUnicode_READ_CHAR(line, marked.end - 1)))
            marked.end--;
    }
    *ret_marked = marked;
    return 1;
}

static int write_carets(PyObject *file, const Marked *marked, Py_ssize_t cut)
{
    int has_inner = marked->inner_start >= 0;
    Py_ssize_t size = marked->end - cut + LINE_INDENT;
    if (size <= 0) return PyFile_WriteString("\n", file);
    KR_AUTO PyObject *text = PyUnicode_New(size + 1, 127);
    if (text == NULL) return -1;
    Py_UCS1 *characters = PyUnicode_1BYTE_DATA(text);
    memset(characters, ' ', (size_t)size);
    for (Py_ssize_t i = Py_MAX(marked->start, cut - LINE_INDENT); i < marked->end; i++)
        characters[i - cut + LINE_INDENT] =
            has_inner && !(marked->inner_start <= i && i < marked->inner_end) ? '~' : '^';
    characters[size] = '\n';
    return PyFile_WriteObject(text, file, Py_PRINT_RAW);
}

// ---- lines of source

static Py_ssize_t leading_blanks(PyObject *line)
{
    Py_ssize_t count = 0, length = PyUnicode_GET_LENGTH(line);
    while (count < length && is_blank((int)PyUnicode_READ_CHAR(line, count))) count++;
    return count;
}

static int write_source_line(PyObject *file, PyObject *line, int indent, int margin_indent,
                             const char *margin)
{
    KR_AUTO PyObject *stripped = PyUnicode_Substring(line, leading_blanks(line),
                                                     PyUnicode_GET_LENGTH(line));
    if (stripped == NULL || _Py_WriteIndentedMargin(margin_indent, margin, file) < 0) return -1;
    if (_Py_WriteIndent(indent, file) < 0 || PyFile_WriteObject(stripped, file, Py_PRINT_RAW) < 0)
        return -1;
    return PyFile_WriteString("\n", file);
}

int _Py_DisplaySourceLine(PyObject *file, PyObject *filename, int number, int indent, int *ret_cut,
                          PyObject **ret_line)
{
    if (file == NULL) return -1;
    KR_AUTO PyObject *line = kr_source_line_find(filename, number);
    if (line == NULL) return 0;
    if (ret_cut != NULL) *ret_cut = (int)(leading_blanks(line) - indent);
    if (ret_line != NULL) *ret_line = Py_NewRef(line);
    return write_source_line(file, line, indent, 0, NULL);
}

// ---- entries

typedef struct {
    PyObject *file;
    int indent;
    const char *margin;
} Output;

static int write_entry(const Output *output, PyTracebackObject *entry, PyCodeObject *code)
{
    KR_AUTO PyObject *header = PyUnicode_FromFormat(
            "  File \"%U\", line %d, in %U\n", code->co_filename, entry->tb_lineno, code->co_name);
    if (kr_margin_write_object(output->file, output->indent, output->margin, header) < 0)
        return -1;
    KR_AUTO PyObject *line = kr_source_line_find(code->co_filename, entry->tb_lineno);
    if (line == NULL) return 0;
    if (write_source_line(output->file, line, LINE_INDENT, output->indent, output->margin) < 0)
        return -1;
    Marked marked;
    if (!find_marked(entry, code, line, &marked)) return 0;
    // A line that failed as a whole needs no carets.
    Py_ssize_t cut = leading_blanks(line);
    if (marked.end - marked.start == PyUnicode_GET_LENGTH(line) - cut && marked.inner_start < 0)
        return 0;
    if (_Py_WriteIndentedMargin(output->indent, output->margin, output->file) < 0) return -1;
    return write_carets(output->file, &marked, cut);
}

static int write_repeats(const Output *output, long count)
{
    count -= REPEATS_SHOWN;
    KR_AUTO PyObject *text =
        PyUnicode_FromFormat(count > 1 ? "  [Previous line repeated %ld more times]\n"
                             : "  [Previous line repeated %ld more time]\n", count);
    return text == NULL ? -1 : PyFile_WriteObject(text, output->file, Py_PRINT_RAW);
}

static int write_entries(const Output *output, PyTracebackObject *entry, long limit)
{
    long depth = 0, repeats = 0;
    for (PyTracebackObject *at = entry; at != NULL; at = at->tb_next) depth++;
    for (; entry != NULL && depth > limit; entry = entry->tb_next) depth--;
    PyObject *last_filename = NULL, *last_name = NULL;
    int last_line = -1;
    for (; entry != NULL; entry = entry->tb_next) {
        KR_AUTO PyObject *owned = (PyObject *)PyFrame_GetCode(entry->tb_frame);
        PyCodeObject *code = (PyCodeObject *)owned;
        if (entry->tb_lineno == -1) entry->tb_lineno = PyCode_Addr2Line(code, entry->tb_lasti);
        if (code->co_filename != last_filename || entry->tb_lineno != last_line || last_line == -1
            || code->co_name != last_name) {
            if (repeats > REPEATS_SHOWN && write_repeats(output, repeats) < 0) return -1;
            last_filename = code->co_filename;
            last_line = entry->tb_lineno;
            last_name = code->co_name;
            repeats = 0;
        }
        if (++repeats > REPEATS_SHOWN) continue;
        if (write_entry(output, entry, code) < 0 || PyErr_CheckSignals() < 0) return -1;
    }
    return repeats > REPEATS_SHOWN ? write_repeats(output, repeats) : 0;
}

static long read_limit(void)
{
    PyObject *limit = PySys_GetObject("tracebacklimit");
    if (limit == NULL || !PyLong_Check(limit)) return DEFAULT_LIMIT;
    int overflow;
    long value = PyLong_AsLongAndOverflow(limit, &overflow);
    return overflow > 0 ? LONG_MAX : overflow < 0 ? 0 : value;
}

int _PyTraceBack_Print_Indented(PyObject *traceback, int indent, const char *margin,
                                const char *header_margin, const char *header, PyObject *file)
{
    if (traceback == NULL) return 0;
    if (!PyTraceBack_Check(traceback)) {
        PyErr_BadInternalCall();
        return -1;
    }
    long limit = read_limit();
    if (limit <= 0) return 0;
    if (kr_margin_write_text(file, indent, header_margin, header) < 0) return -1;
    Output output = {file, indent, margin};
    return write_entries(&output, (PyTracebackObject *)traceback, limit);
}

int PyTraceBack_Print(PyObject *traceback, PyObject *file)
{
    return _PyTraceBack_Print_Indented(traceback, 0, NULL, NULL,
                                       "Traceback (most recent call last):\n", file);
}
