// calls.c - code of calls: plain, of methods, with * and **.
#include "compile/compiler.h"

#include "compile/checks.h"
#include "runtime/owned.h"
#include "tupleobject.h"
#include "unicodeobject.h"

// Refuses names given twice and __debug__.  The error points to the later of the two.
static void check_keywords(KrCompiler *c, KrKeywordSeq *keywords)
{
    for (Py_ssize_t i = 0; i < keywords->length && !c->failed; i++) {
        PyObject *name = keywords->items[i]->arg;
        if (name == NULL || kr_is_forbidden_name(c, name, KR_EXPR_CONTEXT_STORE)) continue;
        for (Py_ssize_t k = i + 1; k < keywords->length; k++) {
            PyObject *other = keywords->items[k]->arg;
            if (other == NULL || PyUnicode_Compare(name, other) != 0) continue;
            kr_set_location(c, keywords->items[k]);
            kr_refuse(c, "keyword argument repeated: %U", name);
            return;
        }
    }
}

static PyObject *keyword_names(KrKeywordSeq *keywords, Py_ssize_t first, Py_ssize_t end)
{
    PyObject *names = PyTuple_New(end - first);
    for (Py_ssize_t i = first; i < end && names != NULL; i++)
        PyTuple_SET_ITEM(names, i - first, Py_NewRef(keywords->items[i]->arg));
    return names;
}

// The values of all keywords, and their names beside the stack.
static void visit_plain_keywords(KrCompiler *c, KrKeywordSeq *keywords)
{
    if (keywords->length == 0) return;
    for (Py_ssize_t i = 0; i < keywords->length; i++)
        kr_visit_expression(c, keywords->items[i]->value);
    if (c->failed) return;
    KR_AUTO PyObject *names = keyword_names(keywords, 0, keywords->length);
    if (kr_check(c, names != NULL)) kr_emit_arg(c, OP_KW_NAMES, kr_add_constant(c, names));
}

// ---- * and ** ----------------------------------------------------------------------------------

static void emit_keyword_dict(KrCompiler *c, KrKeywordSeq *keywords, Py_ssize_t first,
                              Py_ssize_t end)
{
    Py_ssize_t count = end - first;
    bool big = count * 2 > KR_STACK_GUIDELINE;
    if (count > 1 && !big) {
        for (Py_ssize_t i = first; i < end; i++) kr_visit_expression(c, keywords->items[i]->value);
        if (c->failed) return;
        kr_emit_constant_steal(c, keyword_names(keywords, first, end));
        kr_emit_arg(c, OP_BUILD_CONST_KEY_MAP, count);
        return;
    }
    if (big) kr_emit_unplaced(c, OP_BUILD_MAP, 0);
    for (Py_ssize_t i = first; i < end; i++) {
        kr_emit_constant(c, keywords->items[i]->arg);
        kr_visit_expression(c, keywords->items[i]->value);
        if (big) kr_emit_unplaced(c, OP_MAP_ADD, 1);
    }
    if (!big) kr_emit_arg(c, OP_BUILD_MAP, count);
}

static void visit_unpacked_keywords(KrCompiler *c, KrKeywordSeq *keywords)
{
    bool have_dict = false;
    Py_ssize_t run = 0;
    for (Py_ssize_t i = 0; i <= keywords->length; i++) {
        bool at_end = i == keywords->length;
        if (!at_end && keywords->items[i]->arg != NULL) {
            run++;
            continue;
        }
        if (run > 0) {
            emit_keyword_dict(c, keywords, i - run, i);
            if (have_dict) kr_emit_arg(c, OP_DICT_MERGE, 1);
            have_dict = true;
            run = 0;
        }
        if (at_end) break;
        if (!have_dict) kr_emit_arg(c, OP_BUILD_MAP, 0);
        have_dict = true;
        kr_visit_expression(c, keywords->items[i]->value);
        kr_emit_arg(c, OP_DICT_MERGE, 1);
    }
}

static bool needs_unpacking(KrExprSeq *arguments, KrKeywordSeq *keywords)
{
    for (Py_ssize_t i = 0; i < arguments->length; i++)
        if (arguments->items[i]->kind == KR_EXPR_STARRED) return true;
    for (Py_ssize_t i = 0; i < keywords->length; i++)
        if (keywords->items[i]->arg == NULL) return true;
    return false;
}

void kr_visit_call_arguments(KrCompiler *c, int pushed, KrExprSeq *arguments,
                             KrKeywordSeq *keywords)
{
    check_keywords(c, keywords);
    if (c->failed) return;
    bool big = arguments->length + keywords->length * 2 > KR_STACK_GUIDELINE;
    if (!big && !needs_unpacking(arguments, keywords)) {
        kr_visit_expressions(c, arguments);
        visit_plain_keywords(c, keywords);
        kr_emit_call(c, pushed + arguments->length + keywords->length);
        return;
    }
    if (pushed == 0 && arguments->length == 1 && arguments->items[0]->kind == KR_EXPR_STARRED)
        kr_visit_expression(c, arguments->items[0]->v.starred.value);
    else kr_visit_display(c, arguments, pushed, KR_DISPLAY_TUPLE);
    if (keywords->length > 0) visit_unpacked_keywords(c, keywords);
    kr_emit_arg(c, OP_CALL_FUNCTION_EX, keywords->length > 0);
}

// ---- calls -------------------------------------------------------------------------------------

// A name that the module imports: what it holds is a module, whose functions are no methods.
static bool is_imported(KrCompiler *c, KrExpr *e)
{
    if (e->kind != KR_EXPR_NAME) return false;
    long flags = kr_scope_flags(c->table->top, e->v.name.id);
    return kr_check(c, flags >= 0) && (flags & KR_DEF_IMPORT);
}

static bool is_method_call(KrCompiler *c, KrExpr *e)
{
    KrExpr *method = e->v.call.func;
    if (method->kind != KR_EXPR_ATTRIBUTE || method->v.attribute.ctx != KR_EXPR_CONTEXT_LOAD ||
        is_imported(c, method->v.attribute.value))
        return false;
    Py_ssize_t keywords = e->v.call.keywords->length;
    if (e->v.call.args->length + keywords + (keywords != 0) >= KR_STACK_GUIDELINE) return false;
    return !needs_unpacking(e->v.call.args, e->v.call.keywords);
}

// object.method(…) without making the bound method.
static void visit_method_call(KrCompiler *c, KrExpr *e)
{
    KrExpr *method = e->v.call.func;
    kr_visit_expression(c, method->v.attribute.value);
    KrLocation location = c->unit->location;
    kr_set_location(c, method);
    kr_start_at_attribute(c, method);
    kr_emit_name(c, OP_LOAD_METHOD, method->v.attribute.attr);
    kr_visit_expressions(c, e->v.call.args);
    visit_plain_keywords(c, e->v.call.keywords);
    kr_set_location(c, e);
    kr_start_at_attribute(c, method);
    kr_emit_call(c, e->v.call.args->length + e->v.call.keywords->length);
    c->unit->location = location;
}

void kr_visit_call(KrCompiler *c, KrExpr *e)
{
    check_keywords(c, e->v.call.keywords);
    if (c->failed) return;
    if (is_method_call(c, e)) {
        visit_method_call(c, e);
        return;
    }
    kr_check_call(c, e->v.call.func);
    kr_set_location(c, e->v.call.func);
    kr_emit(c, OP_PUSH_NULL);
    kr_set_location(c, e);
    kr_visit_expression(c, e->v.call.func);
    kr_visit_call_arguments(c, 0, e->v.call.args, e->v.call.keywords);
}
