// dump.c - tokens and trees as text.
#include "syntax/dump.h"

#include "syntax/ast_table.h"
#include "syntax/lexer.h"
#include "syntax/source.h"

#include "bytesobject.h"
#include "compile.h"
#include "object.h"
#include "pyerrors.h"
#include "runtime/owned.h"
#include "unicodeobject.h"

#include <string.h>

static void dump_token(FILE *out, const KrLexer *lexer, int kind, const char *start,
                       const char *end)
{
    const char *line = kind == KR_TOKEN_STRING ? lexer->string_line_start : lexer->line_start;
    int lineno = kind == KR_TOKEN_STRING ? lexer->string_lineno : lexer->lineno;
    int is_name = kind == KR_TOKEN_NAME && start != NULL;
    int shown = is_name ? kr_token_keyword(start, (int)(end - start)) : kind;
    fprintf(out, "%d,%d: %s", lineno, start == NULL ? 0 : (int)(start - line),
            shown >= KR_TOKEN_PUBLIC_COUNT ? "KEYWORD" : kr_token_name(kind));
    if (start != NULL && end > start) fprintf(out, " '%.*s'", (int)(end - start), start);
    fputc('\n', out);
}

int kr_tokens_dump(FILE *out, const char *text, const KrParseOptions *options)
{
    KrSource source;
    int is_utf8 = (options->flags & PyCF_IGNORE_COOKIE) != 0, kind;
    if (kr_source_decode(text, (Py_ssize_t)strlen(text), options->filename, is_utf8, 1,
                         &source) < 0)
        return -1;
    KrLexer lexer;
    kr_lexer_init(&lexer, source.text, options->filename);
    lexer.type_comments = (options->flags & PyCF_TYPE_COMMENTS) != 0;
    do {
        char *start, *end;
        kind = kr_lexer_next(&lexer, &start, &end);
        dump_token(out, &lexer, kind, start, end);
    } while (kind != KR_TOKEN_ENDMARKER && kind != KR_TOKEN_ERRORTOKEN);
    if (kind == KR_TOKEN_ERRORTOKEN && !PyErr_Occurred()) kr_lexer_raise(&lexer, "invalid token");
    kr_source_clear(&source);
    return kind == KR_TOKEN_ERRORTOKEN ? -1 : 0;
}

// ---- Trees -------------------------------------------------------------------------------------

static int dump_node(FILE *out, const KrNode *node, int depth);

static int dump_object(FILE *out, PyObject *object, int quoted)
{
    KR_AUTO PyObject *text = object == NULL ? NULL : quoted ? PyObject_Repr(object)
        : Py_NewRef(object);
    if (object == NULL) return fputs("None\n", out) < 0 ? -1 : 0;
    if (text == NULL) return -1;
    KR_AUTO PyObject *bytes = PyUnicode_AsEncodedString(text, "utf-8", "backslashreplace");
    if (bytes == NULL) return -1;
    fprintf(out, "%s\n", PyBytes_AS_STRING(bytes));
    return 0;
}

static int dump_value(FILE *out, KrAstType type, const void *slot, int depth)
{
    switch (type) {
        case KR_TYPE_IDENTIFIER: return dump_object(out, *(PyObject *const *)slot, 0);
        case KR_TYPE_STRING:
        case KR_TYPE_CONSTANT: return dump_object(out, *(PyObject *const *)slot, 1);
        case KR_TYPE_INT: fprintf(out, "%d\n", *(const int *)slot); return 0;
        default:
            if (!kr_ast_type_is_enum(type))
                return dump_node(out, *(const KrNode *const *)slot, depth);
            fprintf(out, "%s\n", kr_ast_kind_name(*(const int *)slot));
            return 0;
    }
}

static int dump_seq(FILE *out, KrAstType type, const KrNodeSeq *seq, int depth)
{
    int is_enum = kr_ast_type_is_enum(type);
    fputs(seq->length == 0 ? "[]\n" : "\n", out);
    for (Py_ssize_t i = 0; i < seq->length; i++) {
        const void *slot = is_enum ? (const void *)&((const KrIntSeq *)seq)->items[i]
            : &seq->items[i];
        fprintf(out, "%*s- ", depth * 4, "");
        if (dump_value(out, type, slot, depth + 1) < 0) return -1;
    }
    return 0;
}

static int dump_node(FILE *out, const KrNode *node, int depth)
{
    if (node == NULL) {
        fputs("None\n", out);
        return 0;
    }
    const KrAstKindInfo *info = &kr_ast_kinds[node->kind];
    fputs(info->name, out);
    if (kr_ast_types[info->type].position != KR_POSITION_NONE)
        fprintf(out, "  @%d:%d-%d:%d", node->lineno, node->col_offset, node->end_lineno,
                node->end_col_offset);
    fputc('\n', out);
    for (int i = 0; i < info->field_count; i++) {
        const KrAstField *field = &info->fields[i];
        const void *slot = (const char *)node + field->offset;
        fprintf(out, "%*s%s: ", depth * 4, "", field->name);
        int failed = field->mark == KR_FIELD_SEQUENCE
            ? dump_seq(out, field->type, *(const KrNodeSeq *const *)slot, depth)
            : dump_value(out, field->type, slot, depth + 1);
        if (failed < 0) return -1;
    }
    return 0;
}

int kr_ast_dump(FILE *out, KrMod *module)
{
    return dump_node(out, (const KrNode *)module, 1);
}
